"""Runs a command and writes its output to a file, as a terminal would show it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from reporter.capturing.logfile import Lines, LogFile
from reporter.errors import OutputError

_PATIENCE = 5.0
"""Seconds between the request to terminate and the kill."""

_PIECE = 1 << 16


async def capture(
    command: Sequence[str], log: Path, *, env: dict[str, str], watch: Callable[[str, bool], None], errors: BinaryIO
) -> int:
    """Runs a command and writes each line of its standard output to a file as soon as the line is finished.

    If the command is killed, the file has all finished lines and the current state of the last line. If this coroutine
    is cancelled, the command is terminated.

    Args:
        command: The program and its arguments.
        log: The file to write; it is replaced.
        env: The environment variables of the command.
        watch: Called after each output with the current line and whether that line is finished.
        errors: An open file for the standard error of the command.

    Returns:
        The exit status of the command; negative if a signal ended it.
    """
    file = LogFile(log, force=True)
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        env=env,
        start_new_session=True,  # Ctrl-C reaches only this process, which then terminates the command
    )
    assert child.stdout is not None
    try:
        await _keep(child.stdout, file, watch)
        return await child.wait()
    finally:
        file.close()
        await _end(child)
        if file.error:
            raise OutputError(f"{file.error}; lines are missing, free some space", log)


async def _keep(output: asyncio.StreamReader, log: LogFile, watch: Callable[[str, bool], None]) -> None:
    lines = Lines(log)
    try:
        while piece := await output.read(_PIECE):
            for line in lines.feed(piece):
                watch(line, True)
            watch(lines.current, False)
    finally:
        for line in lines.close():
            watch(line, True)


async def _end(child: asyncio.subprocess.Process) -> None:
    """Terminates a command that still runs, and kills it if that takes too long."""
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), _PATIENCE)
    except asyncio.TimeoutError:
        child.kill()
        await child.wait()
