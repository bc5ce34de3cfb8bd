"""Names the log of a command after the script that it runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from pathlib import Path, PurePath

from reporter.capturing.logfile import LogFile
from reporter.errors import OverwriteError

_SCRIPTS = (".py", ".ipynb", ".sh", ".bash", ".slurm", ".sbatch")


def name_of(command: Sequence[str]) -> str:
    """Names a command: `train` for `python train.py`, for `python -m train` and for `./train.sh --gpu 0`.

    Args:
        command: The program and its arguments.

    Returns:
        The name of the first script or module in it, otherwise that of the program; it is safe as the name of a folder.
    """
    script = next((PurePath(word).stem for word in command if PurePath(word).suffix in _SCRIPTS), "")
    module = command[command.index("-m") + 1 :][:1] if "-m" in command else []
    name = script or (module[0].rpartition(".")[2] if module else PurePath(command[0]).name)
    return re.sub(r"[^\w.-]+", "-", name).strip(".-") or "run"


def new_log(folder: Path, now: datetime) -> LogFile:
    """Opens a log that is named after the time, so that the order of the names is that of the runs.

    Args:
        folder: The folder of the logs of one script.
        now: The time.

    Returns:
        A new log, such as `2026-03-01T14-30-05.log`, or `2026-03-01T14-30-05-2.log` if another run has the first name.

    Raises:
        OutputError: It cannot be written.
    """
    stem = now.strftime("%Y-%m-%dT%H-%M-%S")
    for number in count(1):
        path = folder / (f"{stem}.log" if number == 1 else f"{stem}-{number}.log")
        if not path.exists():
            try:
                return LogFile(path)
            except OverwriteError:  # another run has just begun to write it
                continue
    raise AssertionError("count never ends")
