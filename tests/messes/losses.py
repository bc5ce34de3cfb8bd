"""Loses lines: headers, messages, bars, the beginning or the end."""

from __future__ import annotations

from random import Random

from messes.document import CannotApplyError, Document, Line, mark_disturbed
from messes.runs import choose


def drop_empty_lines(document: Document, random: Random) -> None:
    """Empty lines are lost."""
    empty = [line for line in document.lines if not line.text and line.end]
    choose(random, empty)
    document.remove(empty)


def drop_progress(document: Document, random: Random) -> None:
    """Bars that are not finished are lost, as after `grep -v ETA`."""
    running = [line for line in document.lines if line.kind == "running" and line.training]
    running = [line for line in running if line.training and line.training.partial is None and line.end]
    choose(random, running)
    document.remove(running)
    mark_disturbed(*running)


def drop_messages(document: Document, random: Random) -> None:
    """The messages of callbacks are lost."""
    messages = [line for line in document.lines if line.kind == "message" and line.plain and line.end]
    messages = [line for line in messages if line.training and not line.training.fit.stops]
    choose(random, messages)
    document.remove(messages)
    mark_disturbed(*messages)


def drop_first_header(document: Document, random: Random) -> None:
    """The text begins with the first result: what stands above it is lost."""
    document.once("beginning")
    training = document.trainings[0]
    results = document.lines_of(training, "result")
    if not training.pristine or not results or results[0] is not _first_shown(document):
        raise CannotApplyError
    if len(document.lines_of(training, "header")) < 2:
        raise CannotApplyError
    document.remove(document.lines[: document.lines.index(results[0])])
    training.pristine = False


def _first_shown(document: Document) -> Line:
    """Give the first result, if only lines of its own training stand above it."""
    training = document.trainings[0]
    return next(line for line in document.lines if line.kind == "result" or line.training is not training)


def drop_first_epochs(document: Document, random: Random) -> None:
    """Only the last epochs of the first training are left, beginning with a header."""
    document.once("beginning")
    training = document.trainings[0]
    headers = document.lines_of(training, "header")
    if not training.pristine or len(headers) < 2 or document.lines[0].training is not training:
        raise CannotApplyError
    start = random.choice(headers[1:])
    gone = document.lines[: document.lines.index(start)]
    if not any(line.facts for line in document.lines_of(training, "result") if line not in gone):
        raise CannotApplyError
    document.remove(gone)
    training.pristine = False


def drop_all_headers(document: Document, random: Random) -> None:
    """All lines with `Epoch` are lost, as after `grep -v Epoch`; there is one training."""
    training, *others = document.trainings
    if others or not training.pristine or training.partial or len(document.lines_of(training, "header")) < 2:
        raise CannotApplyError
    if len({len(facts) for _, facts in document.facts_of(training, ["result"])}) > 1:
        raise CannotApplyError  # some epochs are not validated: their results look like those of bars in others
    document.remove([line for line in document.lines if "Epoch " in line.text and line.kind in ("header", "message")])
    training.pristine, training.declared, training.status = False, None, None


def drop_middle_header(document: Document, random: Random) -> None:
    """The header of one epoch is lost, neither the first nor the last one."""
    training = choose(random, [each for each in document.trainings if each.pristine])
    headers = [line for line in document.lines_of(training, "header") if line.plain]
    document.remove([choose(random, headers[1:-1])])
    training.pristine = False


def break_off(document: Document, random: Random) -> None:
    """The text breaks off after a result or a header of the last training."""
    document.once("end")
    training = document.trainings[-1]
    lines = document.lines_of(training, "header", "result")
    if not training.pristine or training.declared is None or document.lines_of(training)[-1] is not document.lines[-1]:
        raise CannotApplyError
    last = choose(random, [line for line in lines[1:-1] if line.end])
    document.remove(document.lines[document.lines.index(last) + 1 :])
    training.pristine, training.status = False, "interrupted"
    training.partial = (last.epoch or 1, None, {}) if last.kind == "header" else None
