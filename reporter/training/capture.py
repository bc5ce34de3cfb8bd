"""Runs a command, and keeps what it prints as a terminal would show it."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from reporter.reading.screen import Screen

_PATIENCE = 5.0
"""Seconds that a command is given to end after it has been asked to."""

_PIECE = 1 << 16


async def capture(
    command: Sequence[str], log: Path, *, env: dict[str, str], watch: Callable[[str, bool], None], errors: BinaryIO
) -> int:
    """Run a command and write every line it prints to a file as soon as the line is finished.

    A command that is killed leaves all its finished lines in the file, and then what its last line showed. If this
    coroutine is cancelled, the command is ended too.

    Args:
        command: The program and its arguments.
        log: The file to write; it is replaced.
        env: The environment of the command.
        watch: Called with a line and whether it is finished, whenever something was printed.
        errors: The open file that takes what the command writes to its standard error.

    Returns:
        The exit status of the command; negative if a signal ended it.
    """
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        env=env,
        start_new_session=True,  # Ctrl-C is for us to hear; the command is then ended by us, once
    )
    assert child.stdout is not None
    try:
        await _keep(child.stdout, log, watch)
        return await child.wait()
    finally:
        await _end(child)


async def _keep(output: asyncio.StreamReader, log: Path, watch: Callable[[str, bool], None]) -> None:
    screen = Screen()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with log.open("w", encoding="utf-8", newline="\n") as file:

        def write(lines: list[str]) -> None:
            for line in lines:
                file.write(line + "\n")
                watch(line, True)
            file.flush()

        try:
            while piece := await output.read(_PIECE):
                write(screen.feed_text(decoder.decode(piece)))
                watch(screen.current, False)
        finally:
            write(screen.close())


async def _end(child: asyncio.subprocess.Process) -> None:
    """End a command that still runs: ask, wait, then insist."""
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), _PATIENCE)
    except asyncio.TimeoutError:
        child.kill()
        await child.wait()
