"""`reporter train` and `reporter train-and-report`: train experiments and write their logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli.console import show_error, show_note, verbosity_options
from reporter.cli.options import add_options
from reporter.cli.report import check_report, make_report
from reporter.cli.report_options import ReportOptions, report_options
from reporter.errors import UsageError
from reporter.reading.records import is_trial_name

if TYPE_CHECKING:
    from reporter.training.jobs import Job

_train_options = add_options(
    click.argument("experiments", nargs=-1, metavar="[EXPERIMENT]..."),
    click.option(
        "--epochs",
        metavar="N",
        type=click.IntRange(1),
        help="Number of epochs.  [default: as the experiment defines]",
    ),
    click.option(
        "--seed",
        "seeds",
        metavar="N",
        type=click.IntRange(0, 2**32 - 1),
        multiple=True,
        help="Seed of all random numbers. Repeatable: one training per seed.  [default: the lowest without a log]",
    ),
    click.option("--samples", metavar="N", type=click.IntRange(1), help="Number of training samples.  [default: all]"),
    click.option(
        "--jobs",
        metavar="N",
        type=click.IntRange(1),
        help="Trainings to run at once, each with its share of the processor cores.  [default: one for each core]",
    ),
    click.option(
        "--probe/--no-probe",
        default=True,
        help="Whether to measure once, for some seconds, if this computer trains faster with or without oneDNN.",
    ),
    click.option(
        "--logs",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        default="logs",
        show_default=True,
        help="Folder for the logs.",
    ),
    click.option(
        "--data",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Data file.  [default: as the experiment defines]",
    ),
    click.option(
        "--reference", is_flag=True, help="Train code9 and gap with the layers of Keras, not with faster equal ones."
    ),
    click.option(
        "--resume", is_flag=True, help="Go on with interrupted trainings, and leave out those that are finished."
    ),
)


@click.command(short_help="Train experiments and write their logs.")
@_train_options
@click.option("--force", is_flag=True, help="Replace logs that exist.")
@verbosity_options
def train(**options: Any) -> None:
    """Train experiments and write their logs.

    EXPERIMENT is code9 or gap, or your own Experiment, named as module:attribute or file.py:attribute. Without one,
    both code9 and gap are trained.

    Each training runs in a separate process. Everything that Keras prints is written to DIR/EXPERIMENT/seed-N.log, and
    the history with all digits to seed-N.json beside it. When the training ends, the two files are compared.

    With fewer samples or epochs than the experiment has, it is a trial: the files are called trial-N.log and
    trial-N.json, and reports, comparisons and gates leave it out unless --trials is given.

    A training that was interrupted goes on after its last finished epoch with --resume. Its log and its record are
    then the same as without the interruption, but for the times and a line that says where it was resumed.

    \b
    Examples:
      reporter train code9 --seed 0 --seed 1 --jobs 2
      reporter train --resume
      reporter train mine.py:wide --epochs 1 --samples 2000
    """
    how = {name: options.pop(name) for name in ("jobs", "probe")}
    if code := _train(list(_jobs(**options)), **how):
        raise SystemExit(code)


@click.command("train-and-report", short_help="Train experiments, then report all logs.")
@_train_options
@report_options
def train_and_report(logs: Path, force: bool, **options: Any) -> None:
    """Train experiments, then report all logs in the folder DIR.

    This is reporter train followed by reporter report DIR; the help of these two commands describes the options.

    \b
    Examples:
      reporter train-and-report --readme README.md
      reporter train-and-report gap --epochs 1 --logs out --trials -o out/r.md
    """
    plan = {
        name: options.pop(name) for name in ("experiments", "epochs", "seeds", "samples", "data", "reference", "resume")
    }
    how = {name: options.pop(name) for name in ("jobs", "probe")}
    report = ReportOptions(**options, force=force)
    check_report(report)  # before training for hours
    todo = list(_jobs(logs=logs, force=force, **plan))
    if todo and not report.trials:
        _refuse_only_trials(todo, logs)
    code = _train(todo, **how)
    make_report((str(logs),), report)
    if code:
        raise SystemExit(code)


def _refuse_only_trials(todo: Iterable[Job], logs: Path) -> None:
    """Raises an error if a report would have no run to show, because the folder holds nothing but trials."""
    if all(job.is_trial for job in todo) and not any(not is_trial_name(each.name) for each in logs.rglob("*.log")):
        raise UsageError(
            "these are trials, with fewer samples or epochs than the experiment has, and a report leaves trials out; "
            "add --trials, or leave out --samples and --epochs"
        )


def _train(todo: Sequence[Job], *, jobs: int | None, probe: bool) -> int:
    """Runs trainings, shows their progress, and prints their errors and the paths of their logs.

    Args:
        todo: The trainings.
        jobs: Number of trainings to run at once; None for one on each core.
        probe: Whether to measure which setting of oneDNN is the faster one.

    Returns:
        The exit code: 0 if no training failed.
    """
    if not todo:
        return 0
    from importlib.util import find_spec

    from reporter.cli.progress import Display
    from reporter.training import speed
    from reporter.training.jobs import train as run_trainings

    if not find_spec("tensorflow"):
        raise UsageError(
            "training needs TensorFlow; reinstall reporter with its extra 'train', "
            "for example in a checkout: pip install '.[train]'"
        )
    onednn = _choose_onednn() if probe else None
    parallel = jobs or min(len(todo), len(speed.cores()))
    with Display(todo) as display:
        errors = run_trainings(todo, parallel=parallel, watch=display.watch, onednn=onednn)
    for error in errors:
        show_error(error)  # its text may hold escapes that the training printed
    for job in todo:
        click.echo(str(job.log))
    return max((error.exit_code for error in errors), default=0)


def _choose_onednn() -> str | None:
    """Measures once on each computer whether it trains faster with oneDNN, and shows what was measured."""
    from reporter.training import speed

    if speed.is_chosen():
        return None
    measured = speed.known()
    if not measured:
        show_note("measuring training steps with and without oneDNN; --no-probe leaves the choice to TensorFlow")
        measured = speed.probe()
    chosen = speed.faster(measured)
    if chosen:
        show_note(f"oneDNN is {chosen}: a step takes {measured['on']} ms with it, {measured['off']} ms without")
    return chosen


def _jobs(
    *,
    experiments: tuple[str, ...],
    epochs: int | None,
    seeds: tuple[int, ...],
    samples: int | None,
    logs: Path,
    data: Path | None,
    reference: bool,
    resume: bool,
    force: bool,
) -> Iterator[Job]:
    """Yields one job for each experiment and seed; raises an error if one of them cannot start.

    The log of a trial is called trial-N.log. Its number is its seed, as for seed-N.log.
    """
    from reporter.training import plan
    from reporter.training.describe import describe
    from reporter.training.experiments import EXPERIMENTS
    from reporter.training.jobs import Job

    for name in dict.fromkeys(experiments or EXPERIMENTS):
        experiment = describe(name, data, samples)
        folder = logs / experiment.name
        kind = "trial" if experiment.is_shortened(epochs, samples) else "seed"
        for seed in dict.fromkeys(seeds or plan.default_seeds(folder, kind, resume=resume)):
            log = folder / f"{kind}-{seed}.log"
            asked = Job(name, seed, epochs or experiment.epochs, log, samples, data, reference, force)
            job = plan.settle(replace(asked, identity=plan.identify(asked, experiment)), resume=resume)
            if job:
                yield job
            else:
                show_note(f"{log}: is finished")
