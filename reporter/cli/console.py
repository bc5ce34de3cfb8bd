"""Writes results to standard output or to a file, and errors to standard error."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.errors import OutputError, ReporterError

if TYPE_CHECKING:
    from reporter.documents.report import Document


def show_error(error: ReporterError) -> None:
    """Prints an error as one line on standard error, with control characters made visible."""
    from reporter.reading.screen import visible

    click.echo(f"reporter: {visible(str(error))}", err=True)


def write_result(result: str | bytes, path: Path | None, *, force: bool) -> None:
    """Writes a result to a file or to standard output.

    Args:
        result: The result. Surrogates, which stand for undecodable bytes in a file name, are written as escapes.
        path: The file; None for standard output.
        force: Whether an existing file may be replaced.

    Raises:
        OverwriteError: The file exists, and `force` is false.
        OutputError: The file or standard output cannot be written.
    """
    if isinstance(result, str):
        result = result.encode("utf-8", "backslashreplace").decode("utf-8")
    if path is None:
        _write_to_stdout(result)
        return
    from reporter.documents.files import refuse_to_replace, replace_file

    refuse_to_replace(path, force=force)
    replace_file(path, result)


def write_document(made: Document, path: Path | None, *, force: bool) -> None:
    """Writes the figures of a document, then its text; checks first that no figure replaces a different file."""
    from reporter.documents.files import refuse_to_replace

    figures = {path.parent / name: drawing for name, drawing in made.figures.items()} if path else {}
    outdated = {place: drawing for place, drawing in figures.items() if not drawing.is_in(place)}
    for place in outdated:
        refuse_to_replace(place, force=force)
    for place, drawing in outdated.items():
        write_result(drawing.svg(), place, force=True)
    write_result(made.text, path, force=force)


def _write_to_stdout(result: str | bytes) -> None:
    try:
        click.echo(result, nl=False)
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader, like `head`, has closed the pipe: click exits quietly
            raise
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 -- else Python reports the same error again when it exits
        message = f"{error.strerror}; free some space, or write to another file with -o"
        raise OutputError(message, "standard output") from None
