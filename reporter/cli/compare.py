"""`reporter compare`: shows what changed from some logs to others, and whether that is a regression."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.options import Source, judging
from reporter.cli.settings import configured
from reporter.errors import ReporterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.facts.changes import Comparison
    from reporter.model import Log, Mode, Run


class _Compare(click.Command):
    """Lets `--to` take all that follows it up to the next option, as people write it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        taking = False
        for arg in args:
            is_option = arg.startswith("-") and arg != "-"
            if taking and not is_option and spread[-1] != "--to":
                spread.append("--to")
            spread.append(arg)
            taking = arg.partition("=")[0] == "--to" if is_option else taking
        return super().parse_args(ctx, spread)


@click.command(cls=_Compare, short_help="Show what changed from BASE... to NEW...")
@click.argument("base", nargs=-1, required=True, type=Source(), metavar="BASE... --to NEW...")
@click.option(
    "--to",
    type=Source(),
    multiple=True,
    required=True,
    metavar="NEW...",
    envvar="REPORTER_LOGS",
    show_envvar=True,
    help="The logs to compare with them.",
)
@judging
@click.option("--all", "every", is_flag=True, help="Show also what is the same.")
@click.option("--pool", is_flag=True, help="Take all runs of a side for seeds of one experiment, by whatever names.")
@click.option(
    "--alpha",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="P-value up to which a difference of several seeds is believed.",
)
@click.option("--fail-on", type=click.Choice(["regression"]), help="Exit 1 if there is one.")
@click.option(
    "--format", type=click.Choice(["table", "md", "json"]), default="table", show_default=True, help="What to print."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@configured
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def compare(
    base: tuple[str, ...],
    to: tuple[str, ...],
    monitor: str | None,
    mode: Mode | None,
    every: bool,
    pool: bool,
    alpha: float,
    fail_on: str | None,
    format: str,
    output: Path | None,
    force: bool,
) -> None:
    """Show what changed from the runs in BASE... to those in NEW...

    Runs of one name are seeds of one experiment, and experiments of one name are compared; so are the only one of BASE
    and the only one of NEW. Of one run a side, a difference is exact, and none where it is less than what is printed.
    Of several, it is one of means, and a permutation test says how often seeds alone make as large a one.

    A regression is a worse best value of the monitor (of several seeds: with a p-value up to ALPHA), a run that no
    longer ends well, an experiment that is no more. All else is shown, and is none.

    \b
      reporter compare git:main:logs --to logs --fail-on regression
      reporter compare old.log --to new.log --monitor val_loss --all
      reporter compare 'sgd/seed-*.log' --to 'adam/seed-*.log' --pool
    """
    from reporter.cli.files import read_logs, say, write
    from reporter.documents.differences import FORMATS
    from reporter.documents.files import refuse_to_replace
    from reporter.facts import compare as sides

    if output:
        refuse_to_replace(output, force=force)
    (was, whole), (now, whole_too) = read_logs(base), read_logs(to)
    found = sides.compare(_runs(was, pool=pool), _runs(now, pool=pool), monitor, mode, alpha)
    if fail_on:
        _refuse_unjudged(found, monitor)
    write(FORMATS[format](found if every else found.differing(), output is None), output, force=force)
    if fail_on:
        for regression in found.regressions:
            say(ReporterError(regression))
        if found.regressions or not (whole and whole_too):
            raise SystemExit(1)


def _runs(logs: Iterable[Log], *, pool: bool) -> list[Run]:
    """Give the runs of logs, by one name if they are to be one experiment."""
    runs = [run for log in logs for run in log.runs]
    return [replace(run, name="all runs") for run in runs] if pool else runs


def _refuse_unjudged(found: Comparison, monitor: str | None) -> None:
    """Stop where a regression could not be seen."""
    for pair in found.pairs:
        if not pair.is_judged:
            raise UsageError(f"{pair.name}: no {monitor or 'val_acc, val_loss, acc, loss'} to judge by; see --monitor")
