"""`reporter train` and `reporter train-and-report`: train the experiments, keep their logs, report them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli.options import together
from reporter.cli.report import check_report, make_report, report_options
from reporter.errors import UsageError

if TYPE_CHECKING:
    from reporter.training.jobs import Job

_train_options = together(
    click.argument("experiments", nargs=-1, metavar="[EXPERIMENT]..."),
    click.option("--epochs", type=click.IntRange(1), help="Epochs to train.  [default: the experiment's]"),
    click.option(
        "--seed",
        "seeds",
        type=click.IntRange(0, 2**32 - 1),
        multiple=True,
        help="Seed of all random numbers; repeatable.  [default: the lowest that has no log yet]",
    ),
    click.option("--samples", type=click.IntRange(1), help="Training samples to use.  [default: all]"),
    click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Trainings to run at a time."),
    click.option(
        "--logs",
        type=click.Path(file_okay=False, path_type=Path),
        default="logs",
        show_default=True,
        help="Folder that the logs go to.",
    ),
    click.option("--data", type=click.Path(path_type=Path), help="Data file, instead of the experiment's own."),
)


@click.command()
@_train_options
@click.option("--force", is_flag=True, help="Replace logs that exist.")
def train(**options: Any) -> None:
    """Train EXPERIMENT... and keep what Keras prints.

    EXPERIMENT is code9 or gap (by default both), or an Experiment of your own, named as module:attribute or
    file.py:attribute. Each one is trained in a process of its own. What it prints goes to
    LOGS/EXPERIMENT/seed-N.log, and its history in full precision to seed-N.json beside it; the two are compared.

    \b
      reporter train code9 --seed 0 --seed 1 --jobs 2
      reporter train mine.py:wide --epochs 5 --samples 10000
    """
    if _train(**options):
        raise SystemExit(1)


@click.command("train-and-report")
@_train_options
@report_options
def train_and_report(logs: Path, force: bool, **options: Any) -> None:
    """Train EXPERIMENT... and report every log in LOGS.

    It is `reporter train`, and then `reporter report LOGS`: see there.

    \b
      reporter train-and-report --readme README.md
      reporter train-and-report gap --logs trials --epochs 1 -o trials/report.md
    """
    plan = {name: options.pop(name) for name in ("experiments", "epochs", "seeds", "samples", "jobs", "data")}
    asked = ("output", "readme", "template", "format", "templates")
    check_report(**{name: options[name] for name in asked}, force=force)  # fail before hours of training
    failed = _train(logs=logs, force=force, **plan)
    make_report((str(logs),), force=force, **options)
    if failed:
        raise SystemExit(1)


def _train(*, jobs: int, **plan: Any) -> bool:
    """Train, show how it goes, and say what went wrong.

    Args:
        jobs: How many trainings run at a time.
        plan: What `_jobs` takes.

    Returns:
        Whether anything went wrong.
    """
    from importlib.util import find_spec

    from reporter.cli.progress import Display
    from reporter.training import jobs as trainings

    todo = list(_jobs(**plan))  # first: a misspelt name is reported also where TensorFlow is missing
    if not find_spec("tensorflow"):
        raise UsageError("training needs TensorFlow; install it with: pip install 'keras-reporter[train]'")
    with Display(todo) as display:
        errors = trainings.train(todo, parallel=jobs, watch=display.watch)
    for error in errors:
        click.echo(f"reporter: {error}", err=True)
    for job in todo:
        click.echo(str(job.log))
    return bool(errors)


def _jobs(
    *,
    experiments: tuple[str, ...],
    epochs: int | None,
    seeds: tuple[int, ...],
    samples: int | None,
    logs: Path,
    data: Path | None,
    force: bool,
) -> Iterator[Job]:
    """Name each training once; whatever can be known to fail, fails here."""
    from reporter.documents.files import refuse_to_replace
    from reporter.training.describe import describe
    from reporter.training.experiments import EXPERIMENTS
    from reporter.training.jobs import Job

    for name in dict.fromkeys(experiments or EXPERIMENTS):
        experiment = describe(name, data)
        folder = logs / experiment.name
        for seed in dict.fromkeys(seeds or _unused_seed(folder)):
            log = folder / f"seed-{seed}.log"
            refuse_to_replace(log, force=force)
            yield Job(name, seed, epochs or experiment.epochs, log, samples, data)


def _unused_seed(folder: Path) -> Iterable[int]:
    """Give the lowest seed that has no log, so that a log is never replaced by default."""
    seed = 0
    while (folder / f"seed-{seed}.log").exists():
        seed += 1
    return (seed,)
