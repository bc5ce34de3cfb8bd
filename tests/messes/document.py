"""Holds a document that is being disturbed; each line carries the facts that a careful human reads in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from styles import Fit, Logs, Piece, Printer, number

Facts: TypeAlias = Mapping[str, str]
"""Metric name to value; values as text, because NaN does not equal itself."""


_BEGINNINGS = ("fit", "header", "running", "result")
"""The kinds of line of which the first one begins a training."""


LONGEST = 400
"""Longer lines are those of a bar that TensorFlow 2.0 draws far beyond its end."""


class CannotApplyError(Exception):
    """Says that an operator finds nothing in a document that it could disturb without doubt about the truth."""


@dataclass(eq=False)
class Training:
    """Holds what is true of one call of `fit`, besides the facts that its lines carry.

    Attributes:
        fit: What it did.
        printer: How it was printed.
        declared: The number of epochs that its headers announce.
        status: How it ended; None where nobody can tell.
        partial: Number, step and metrics of the epoch that did not finish.
        unclear: Facts that a human would only guess: a wrong guess needs a warning.
        pristine: Whether its lines are as they were printed.
    """

    fit: Fit
    printer: Printer
    declared: int | None = None
    status: str | None = None
    partial: tuple[int, int | None, Facts] | None = None
    unclear: set[str] = field(default_factory=set)
    pristine: bool = True


@dataclass(eq=False)
class Line:
    """Holds one line, as the program wrote it.

    Attributes:
        text: Its text, without the newline.
        kind: What printed it: a kind of piece, or `blank`, `error`, `echo`, `score` or `other`.
        training: The training that it belongs to.
        epoch: The number of the epoch that it is about.
        facts: The metrics of the epoch or of the evaluation that it reports; None if it reports none.
        end: The newline; empty where the next line is glued to this one.
        touched: Whether its text was disturbed; that happens once at most.
        cell: Whether the output of a notebook cell begins here.
    """

    text: str
    kind: str = "other"
    training: Training | None = None
    epoch: int | None = None
    facts: Facts | None = None
    end: str = "\n"
    touched: bool = False
    cell: bool = False

    @property
    def plain(self) -> bool:
        """Whether it holds no control character, and nobody disturbed it."""
        return not self.touched and not re.search("[\b\r\x1b]", self.text)


@dataclass(eq=False)
class Document:
    """Holds the lines of a document, and what was done to it.

    Attributes:
        lines: Its lines.
        copied: Whether it was copied from the screen, so that it has no control characters.
        done: What can be done once only and was done, such as `prefix`.
    """

    lines: list[Line] = field(default_factory=list)
    copied: bool = False
    done: set[str] = field(default_factory=set)

    @property
    def trainings(self) -> list[Training]:
        """The trainings, in the order in which they begin."""
        begun = (line.training for line in self.lines if line.training and line.kind in _BEGINNINGS)
        return list(dict.fromkeys(begun))

    def lines_of(self, training: Training, *kinds: str) -> list[Line]:
        """Give the lines of a training, or those of some kinds."""
        return [line for line in self.lines if line.training is training and (not kinds or line.kind in kinds)]

    def facts_of(self, training: Training, kinds: Iterable[str]) -> Iterator[tuple[int | None, Facts]]:
        """Give the epoch and the metrics of each line of some kinds that reports metrics."""
        for line in self.lines_of(training, *kinds):
            if line.facts is not None:
                yield line.epoch, line.facts

    def insert(self, at: Line, *lines: Line, after: bool = False) -> None:
        """Insert lines before a line, in its notebook cell, or after it."""
        index = self.lines.index(at) + after
        if index and lines and not self.lines[index - 1].end.endswith("\n"):
            self.lines[index - 1].end = "\n"
        self.lines[index:index] = self.as_copied(lines)
        if lines and not after:
            lines[0].cell, at.cell = at.cell or lines[0].cell, False

    def remove(self, lines: Iterable[Line]) -> None:
        """Remove lines; the beginning of a notebook cell moves to the next line."""
        gone = set(lines)
        cell, kept = False, []
        for line in self.lines:
            cell = cell or line.cell
            if line not in gone:
                line.cell, cell = cell, False
                kept.append(line)
        self.lines = kept

    def once(self, name: str) -> None:
        """Refuse an operator whose like was applied before."""
        if name in self.done:
            raise CannotApplyError
        self.done.add(name)

    def as_copied(self, lines: Iterable[Line]) -> list[Line]:
        """Show lines as the screen does, if this document was copied from the screen."""
        lines = list(lines)
        for line in lines if self.copied else ():
            line.text = shown(line.text)
        return lines

    def cells(self) -> list[str]:
        """Give the text, in the pieces that the cells of a notebook divide it into."""
        cells = [""]
        for line in self.lines:
            if line.cell:
                cells.append("")
            cells[-1] += line.text + line.end
        return cells


def mark_disturbed(*lines: Line) -> None:
    """Note that the trainings of some lines are not as they were printed."""
    for line in lines:
        if line.training:
            line.training.pristine = False


def shown(text: str) -> str:
    """Give a line as a terminal shows it, without the blanks at its end."""
    screen = ""
    for part in re.sub(r"\x1b\[[\d;]*m", "", text).replace("\b", "").split("\r"):
        screen = part + screen[len(part) :]
    return screen.rstrip()


def written(logs: Logs) -> Facts:
    """Give metrics as text, in which a percentage equals its number."""
    return {name: f"{value:.12g}" for name, value in logs.items()}


def rounded(logs: Logs, printer: Printer) -> Facts:
    """Give metrics as they are after printing."""
    return written({name: float(number(value, printer.mode)) for name, value in logs.items()})


def training_of(fit: Fit, printer: Printer, pieces: Sequence[Piece], status: str | None = None) -> Training:
    """Say what is true of the pieces that a training printed before it ended.

    Args:
        fit: The training.
        printer: How it is printed.
        pieces: What it printed.
        status: How it ended; by default as far as it was to go.
    """
    training = Training(fit, printer, status=status)
    begun = [piece for piece in pieces if piece.text and piece.kind in ("header", "running", "result")]
    training.declared = fit.declared if any(piece.kind == "header" for piece in begun) else None
    if begun and begun[-1].kind != "result":
        last = begun[-1]
        training.partial = (last.epoch or 1, last.step, rounded(last.logs, printer))
    if status is None:
        training.status = "completed" if fit.last == fit.declared else "stopped" if fit.stops else "interrupted"
    return training


def printed(training: Training, pieces: Iterable[Piece]) -> list[Line]:
    """Divide what a training prints into lines."""
    lines: list[Line] = []
    text, kind, epoch, facts = "", "blank", None, None
    for piece in pieces:
        for index, part in enumerate(piece.text.split("\n")):
            if index:
                lines.append(Line(text, kind, training, epoch, facts))
                text, kind, epoch, facts = "", "blank", None, None
            if part:
                text, kind, epoch = text + part, piece.kind, piece.epoch
                facts = _facts(training, piece) if piece.kind in ("result", "evaluation") else None
    if text:
        lines.append(Line(text, kind, training, epoch, facts, end=""))
    return _keep_last_evaluation(lines)


def _facts(training: Training, piece: Piece) -> Facts:
    """Give the metrics of a result; a score that a script prints has all its digits."""
    style = training.printer.style
    if piece.kind == "evaluation" and style.evaluates in ("cut", "bare"):
        return written(piece.logs)
    return rounded(piece.logs, training.printer)


def _keep_last_evaluation(lines: list[Line]) -> list[Line]:
    """Keep the metrics of an evaluation at its last line only; those before it are bars."""
    for line in [line for line in lines if line.kind == "evaluation"][:-1]:
        line.facts = None
    return lines
