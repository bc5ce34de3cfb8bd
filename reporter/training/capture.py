"""Runs a command and writes its output to a file, as a terminal would show it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import BinaryIO

from reporter.capturing.logfile import Lines, LogFile
from reporter.errors import OutputError
from reporter.training.checkpoints import ANNOUNCEMENT, HALF_ANNOUNCEMENT

_PATIENCE = 5.0
"""Seconds between the request to terminate and the kill."""

_PIECE = 1 << 16


async def capture(
    command: Sequence[str],
    log: LogFile,
    *,
    env: dict[str, str],
    watch: Callable[[str, bool], None],
    saved: Callable[[int], None],
    errors: BinaryIO,
    at_once: asyncio.Event,
) -> int:
    """Runs a command and writes each line of its standard output to a log as soon as the line is finished.

    If the command is killed, the log has all finished lines and the current state of the last line. If this coroutine
    is cancelled, the command is terminated, and what it has printed before is still written. If this process is killed,
    the command is told by the end of a pipe, whose descriptor follows `--lifeline`.

    Args:
        command: The program and its arguments.
        log: The log; it is closed at the end.
        env: The environment variables of the command.
        watch: Called after each output with the current line and whether that line is finished.
        saved: Called with the number of an epoch whose state is saved, when the log holds all that was printed before.
        errors: An open file for the standard error of the command.
        at_once: Whether to kill the command without waiting until it terminates.

    Returns:
        The exit status of the command; negative if a signal ended it.

    Raises:
        OutputError: The log lacks lines, for example because the disk is full.
    """
    lifeline, ours = os.pipe()
    try:
        child = await asyncio.create_subprocess_exec(
            *command,
            f"--lifeline={lifeline}",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=env,
            pass_fds=(lifeline,),
            start_new_session=True,  # Ctrl-C reaches only this process, which then terminates the command
        )
        return await _write_output(child, log, watch, saved, at_once)
    finally:
        os.close(lifeline)
        os.close(ours)
        log.close()
        if log.error:
            raise OutputError(f"{log.error}; lines are missing, free some space", log.path)


async def _write_output(
    child: asyncio.subprocess.Process,
    log: LogFile,
    watch: Callable[[str, bool], None],
    saved: Callable[[int], None],
    at_once: asyncio.Event,
) -> int:
    assert child.stdout is not None
    writing = asyncio.create_task(_write(child.stdout, log, watch, saved))
    try:
        await asyncio.shield(writing)
        return await child.wait()
    finally:
        await _end(child, at_once)
        await asyncio.wait([writing], timeout=_PATIENCE)  # a process that the command started may keep the pipe open
        writing.cancel()


async def _write(
    output: asyncio.StreamReader, log: LogFile, watch: Callable[[str, bool], None], saved: Callable[[int], None]
) -> None:
    lines = Lines(log)

    def feed(piece: bytes) -> None:
        for line in lines.feed(piece):
            watch(line, True)
        watch(lines.current, False)

    rest = b""
    try:
        while piece := await output.read(_PIECE):
            rest += piece
            while match := ANNOUNCEMENT.search(rest):
                feed(rest[: match.end()])
                rest = rest[match.end() :]
                if not log.error:
                    saved(int(match[1]))
            half = HALF_ANNOUNCEMENT.search(rest)
            end = half.start() if half else len(rest)
            feed(rest[:end])
            rest = rest[end:]
    finally:
        feed(rest)
        for line in lines.close():
            watch(line, True)


async def _end(child: asyncio.subprocess.Process, at_once: asyncio.Event) -> None:
    """Terminates a command that still runs, and kills it if that takes too long or is to happen at once."""
    if child.returncode is not None:
        return
    child.terminate()
    tasks = [asyncio.create_task(child.wait()), asyncio.create_task(at_once.wait())]
    await asyncio.wait(tasks, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    if child.returncode is None:
        child.kill()
        await child.wait()
    tasks[1].cancel()
