"""Asks whether the log has every epoch once: logs that are cut, resumed, or overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from reporter.facts.hygiene.finding import Case, Evidence, Rule, in_each_run
from reporter.facts.hygiene.reader_warnings import warned
from reporter.facts.summary import describe_end, finished
from reporter.model import Run


def ends_early(case: Case) -> Iterator[Evidence]:
    """Finds a run that ends before its last epoch, without a word of early stopping."""
    run = case.run
    if finished(run) and not run.partial:
        return
    numbers = {"finished": len(run.epochs), **({"declared": run.epochs_declared} if run.epochs_declared else {})}
    inside = ""
    if partial := run.partial:
        numbers["unfinished"] = partial.epoch
        step = f", at step {partial.step}" + (f" of {partial.steps}" if partial.steps else "") if partial.step else ""
        inside = f", in epoch {partial.epoch}{step}; that epoch is not counted"
    line = run.partial.line if run.partial else run.epochs[-1].line if run.epochs else run.line
    yield Evidence(line, f"{describe_end(run)}{inside}", numbers)


def resumed(cases: Sequence[Case]) -> Iterator[tuple[Case, Evidence]]:
    """Finds runs whose first epoch is not epoch 1."""
    before = _runs_before(cases)
    for case in cases:
        if not case.run.epochs or (first := case.run.epochs[0].epoch) <= 1:
            continue
        earlier = before.get(id(case.run))
        origin = "the training was resumed, or the log lacks its beginning"
        if earlier and earlier.epochs and earlier.epochs[-1].epoch >= first - 1:
            origin = f"the training goes on from {earlier.name!r} ({case.log.place(earlier.line)})"
        yield case, Evidence(case.run.epochs[0].line, f"the first epoch is {first}: {origin}", {"first": first})


def repeated(cases: Sequence[Case]) -> Iterator[tuple[Case, Evidence]]:
    """Finds epochs that a resumed run trains once more, although the run before it in the log has them."""
    before = _runs_before(cases)
    for case in cases:
        earlier = before.get(id(case.run))
        if not earlier or not case.run.epochs or case.run.epochs[0].epoch <= 1:
            continue
        both = sorted({each.epoch for each in earlier.epochs} & {each.epoch for each in case.run.epochs})
        if both:
            span = f"epoch {both[0]} is" if len(both) == 1 else f"epochs {both[0]} to {both[-1]} are"
            text = f"{span} here twice: the run {earlier.name!r} ({case.log.place(earlier.line)}) has them, too"
            yield case, Evidence(case.run.epochs[0].line, text, {"repeated": both})


def _runs_before(cases: Sequence[Case]) -> dict[int, Run]:
    """Gives, for the identity of a run, the run before it in its log, if that declares the same number of epochs."""
    return {
        id(after.run): before.run
        for before, after in pairwise(cases)
        if before.log is after.log and before.run.epochs_declared == after.run.epochs_declared
    }


RULES = (
    Rule(
        "E101",
        "ends-early",
        "The log ends before the last epoch, and does not say why.",
        in_each_run(ends_early),
    ),
    Rule("E102", "resumed", "The first epoch is not epoch 1.", resumed),
    Rule("E103", "repeated-epochs", "A resumed run trains epochs that the run before it has.", repeated),
    Rule("E104", "epochs-missing", "The number of the epoch jumps.", warned("epochs-missing")),
    Rule("E105", "value-cut", "The log ends within a number.", warned("value-cut")),
)
"""The rules about epochs."""
