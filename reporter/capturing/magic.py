"""The cell magic `%%reporter` of Jupyter: captures what a cell prints."""

from __future__ import annotations

import os
import shlex
from datetime import datetime
from pathlib import Path
from typing import Any

from reporter.capturing.block import Block
from reporter.capturing.logfile import LogFile
from reporter.capturing.names import new_log
from reporter.errors import NoRunError, UsageError
from reporter.model import Log


def add_to(shell: Any) -> None:
    """Adds the magic to a shell.

    Args:
        shell: The shell of IPython.
    """

    def reporter(line: str, cell: str) -> Log | None:
        """Capture what the cell prints: `%%reporter [--force] [LOG]`. By default, LOG is logs/NOTEBOOK/DATE.log."""
        block = Block(_open_log(shlex.split(line)))
        try:
            result = shell.run_cell(cell)
            if error := result.error_in_exec:
                block.note_error(error)
        finally:
            block.end()
        _raise_again(result.error_before_exec or result.error_in_exec)
        return _read(block.path)

    shell.register_magic_function(reporter, "cell", "reporter")


def _open_log(words: list[str]) -> LogFile:
    names = [word for word in words if word != "--force"]
    if len(names) > 1 or any(name.startswith("-") for name in names):
        raise UsageError("write it as %%reporter [--force] [LOG]")
    if names:
        return LogFile(Path(names[0]), force="--force" in words)
    notebook = Path(os.environ.get("JPY_SESSION_NAME", "notebook")).stem  # as the Jupyter server sets it
    return new_log(Path("logs") / notebook, datetime.now())


def _raise_again(error: Any) -> None:
    """Raises the error of a cell, which is shown already, so that the notebook stops there."""
    if error is not None:
        error._render_traceback_ = list
        raise error


def _read(path: Path) -> Log | None:
    """Reads a log, for Jupyter to show; says so if there is no run in it."""
    from reporter.reading.reader import read_log

    try:
        return read_log(path)
    except NoRunError as error:
        print(f"reporter: {error}")
        return None
