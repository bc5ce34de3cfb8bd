"""`reporter check`: compares the numbers that documents state about runs with their logs."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.console import is_verbose, show_error, verbosity_options, write_result
from reporter.cli.options import Source, TextList
from reporter.cli.output import Format, chosen_format, output_option
from reporter.cli.settings import config_option
from reporter.cli.trust import bounds_beside, configured, trust_options
from reporter.errors import ReporterError, UsageError

if TYPE_CHECKING:
    from reporter.claims.check import Checked
    from reporter.facts.gates import Gate
    from reporter.model import Log


_ENDINGS = {".txt": "text", ".json": "json", ".sarif": "sarif", ".md": "markdown", ".html": "html"}
_SIGNS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


@click.command(short_help="Check the numbers in documents against their logs.")
@click.argument("files", nargs=-1, required=True, type=Source(), metavar="FILE...")
@click.option(
    "--logs",
    type=Source(),
    multiple=True,
    metavar="LOG",
    envvar="REPORTER_LOGS",
    show_envvar=True,
    help="Log, folder, pattern or address that FILE is compared with, too. Repeatable.",
)
@click.option(
    "--format",
    type=Format(["text", "json", "sarif", "annotations", "markdown", "html"], {"md": "markdown"}),
    help="Output format.  [default: by the ending of FILE, else text]",
)
@output_option("Write the result to FILE.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option(
    "--fail-under",
    "gates",
    type=TextList(),
    multiple=True,
    metavar="GATE",
    help="Exit with code 1 if a FILE misses GATE, such as 'coverage>=0.9'. Repeatable.",
)
@click.option("--strict", is_flag=True, help="Exit with code 1 if a number is unsupported, too.")
@config_option
@trust_options
@verbosity_options
def check(
    files: tuple[str, ...],
    logs: tuple[str, ...],
    format: str | None,
    output: Path | None,
    force: bool,
    gates: tuple[str, ...],
    strict: bool,
) -> None:
    """Check the numbers that FILE... states about runs.

    FILE is Markdown, a notebook, reStructuredText, HTML, LaTeX or text. A folder means all such documents below it but
    HTML and text; a pattern in quotes, such as 'docs/**/*.md', means the files that match.

    A number that stands with words such as "best validation accuracy", "parameters" or "epochs" is a claim. It is
    compared with the logs in the same file, with those that the file links to, and with those of --logs.

    \b
    Each claim has one of three verdicts:
      agrees       a log says so, rounded or cut as people do
      disagrees    the log says something else; the exit code is 1
      unsupported  no log here says it, or the words do not tell enough

    A test score that is said of "the best checkpoint" or "the last epoch's weights" must be of these weights.

    An HTML page shows FILE with its claims marked. With -v, the numbers that agree are shown, too. A line with the
    comment <!-- claim: ignore --> is left out. What is a setting or a target is no claim.

    \b
    Examples:
      reporter check README.md
      reporter check docs --logs logs --fail-under 'coverage>=0.9'
      reporter check README.md -o claims.html
    """
    from reporter.documents.claims import FORMATS, text
    from reporter.documents.files import refuse_to_replace

    format = chosen_format(format, output, _ENDINGS, "text")
    if output:
        refuse_to_replace(output, force=force)
    limits = _limits(gates)
    checked, failed = check_files(files, _read_logs(logs))
    if format == "html":
        from reporter.documents.claims_page import to_html

        result = to_html(checked, output.parent if output else None)
    else:
        result = text(checked, verbose=is_verbose()) if format == "text" else FORMATS[format](checked)
    write_result(result, output, force=force)
    missed = _show_missed(limits, checked)
    if missed or any(each.count("disagrees") or (strict and each.count("unsupported")) for each in checked):
        raise SystemExit(1)
    if failed:
        raise SystemExit(3)


def check_files(files: Sequence[str], logs: Sequence[Log]) -> tuple[list[Checked], bool]:
    """Checks the numbers in documents, and prints an error for each that cannot be read.

    Args:
        files: The documents.
        logs: Logs that all of them are compared with.

    Returns:
        The verdicts on each document, and whether a document could not be read.
    """
    from reporter.claims.files import Documents
    from reporter.sources.bounds import within
    from reporter.sources.text import whole_text

    documents = Documents(logs)
    checked, failed = [], False
    for path in _found(files):
        try:
            document = whole_text(path)
            with within(bounds_beside(Path(path))):
                checked.append(documents.check_text(document, path))
        except ReporterError as error:
            show_error(error)
            failed = True
    return checked, failed


def _found(files: Sequence[str]) -> Iterable[str]:
    from reporter.claims.files import find_documents

    return dict.fromkeys(document for file in files for document in find_documents(file))


def _read_logs(sources: tuple[str, ...]) -> list[Log]:
    if not sources:
        return []
    from reporter.cli.logs import read_logs

    with configured("logs"):
        return read_logs(sources)[0]


def _limits(gates: tuple[str, ...]) -> list[Gate]:
    from reporter.facts.gates import Gate

    limits = [Gate.parse(text) for text in gates]
    for limit in limits:
        if limit.metric != "coverage" or limit.run or limit.which != "best" or limit.pool:
            raise UsageError(f"no gate {str(limit)!r} for documents; write it like 'coverage>=0.9'")
    return limits


def _show_missed(limits: list[Gate], checked: list[Checked]) -> bool:
    """Prints each document that misses a gate, and tells whether there is one."""
    missed = [
        (limit, each)
        for limit in limits
        for each in checked
        if not _SIGNS[limit.sign](Decimal(repr(each.coverage)), limit.limit)
    ]
    for limit, each in missed:
        show_error(ReporterError(f"coverage {each.coverage:.4f} misses {limit.sign} {limit.limit}", each.path))
    return bool(missed)
