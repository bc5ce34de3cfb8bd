"""Measures the reader on messes: `python -m tests.messes --count 2000 --seed 1`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # where pytest finds the modules of the tests

from messes.command import main

if __name__ == "__main__":
    main()
