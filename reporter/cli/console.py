"""Writes results to standard output or to a file, and everything else to standard error."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.options import Decorator, add_options
from reporter.errors import OutputError, ReporterError, UsageError
from reporter.progress import track

_VERBOSITY = "reporter.verbosity"
"""The key of `click.Context.meta` that holds `"quiet"` or `"verbose"`; a group shares it with its commands."""


def _set_verbosity(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value:
        return
    if ctx.meta.setdefault(_VERBOSITY, param.name) != param.name:
        raise UsageError("-q and -v contradict each other; leave one of them out")


def _flag(short: str, name: str, help: str) -> Decorator:
    return click.option(short, f"--{name}", is_flag=True, expose_value=False, callback=_set_verbosity, help=help)


verbosity_options = add_options(
    _flag("-q", "quiet", "Print only results and errors."),
    _flag("-v", "verbose", "Also print which files are skipped, with the reason, and which are written."),
)
"""Adds the options that decide how much is printed on standard error."""


def is_quiet() -> bool:
    """Tells whether `-q` is given."""
    return _verbosity() == "quiet"


def is_verbose() -> bool:
    """Tells whether `-v` is given."""
    return _verbosity() == "verbose"


def _verbosity() -> str:
    context = click.get_current_context(silent=True)
    return str(context.meta.get(_VERBOSITY, "")) if context else ""


if TYPE_CHECKING:
    from reporter.documents.report import Document


def show_error(error: ReporterError) -> None:
    """Prints an error as one line on standard error, with control characters made visible."""
    from reporter.reading.screen import visible

    click.echo(f"reporter: {visible(str(error))}", err=True)


def show_note(text: str) -> None:
    """Prints a line on standard error, with control characters made visible; `-q` suppresses it."""
    from reporter.reading.screen import visible

    if not is_quiet():
        click.echo(visible(text), err=True)


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
    if is_verbose():
        show_note(f"{path}: written")


def write_document(made: Document, path: Path | None, *, force: bool) -> None:
    """Writes the figures of a document, then its text; checks first that no figure replaces a different file."""
    from reporter.documents.files import refuse_to_replace

    figures = {path.parent / name: drawing for name, drawing in made.figures.items()} if path else {}
    outdated = {place: drawing for place, drawing in figures.items() if not drawing.is_in(place)}
    for place in outdated:
        refuse_to_replace(place, force=force)
    for place, drawing in track("figures", outdated.items(), len(outdated)):
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
