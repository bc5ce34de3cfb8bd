"""Inputs that fuzzing found stay mended: each file of `tests/fuzz/findings` once broke its target."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT
from fuzz.seeds import SEEDS
from fuzz.targets import TARGETS

FINDINGS = sorted((ROOT / "tests" / "fuzz" / "findings").glob("*/*"))


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_finding_is_mended(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_an_example_breaks_no_target(target: str) -> None:
    for data in SEEDS[target]:
        TARGETS[target](data)
