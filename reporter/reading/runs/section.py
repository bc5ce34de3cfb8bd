"""Holds a section of a document: the text between two headings, with the facts in it that belong to no run yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from reporter.reading.events import ParameterCount, ParameterKind, Prose, Score

_NEAR = 3
"""Lines within which `Test loss:` and `Test accuracy:` belong to one evaluation."""


@dataclass(eq=False, repr=False)  # generating the other methods would cost each start a millisecond
class Section:
    """Holds what stands under a heading.

    Attributes:
        name: Text of the heading; empty before the first one.
        level: Level of the heading; 0 before the first one.
        has_summary: Whether `parameters` come from `model.summary()`, and not from the prose of the section.
        in_first_paragraph: Whether the next line of prose belongs to the first paragraph.
        prose: Lines of the first paragraph, which is the note of the runs in the section.
        in_table: Whether the table of a `model.summary()` has begun, and its total has not been printed.
        layers: The sum of the counts of its layers so far.
        parameters: Parameter counts that belong to the next run.
        scores: Scores that belong to the next run.
    """

    name: str = ""
    level: int = 0
    has_summary: bool = False
    in_first_paragraph: bool = False
    prose: list[str] = field(default_factory=list)
    in_table: bool = False
    layers: ParameterCount | None = None
    parameters: dict[ParameterKind, ParameterCount] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)

    def follow(self, before: Section) -> None:
        """Takes over facts of the section before that belong to no run yet.

        These are the parameters of a `model.summary()`, and if the heading is of a lower rank, also all other facts.

        Args:
            before: The section before.
        """
        if before.has_summary:
            self.parameters, self.has_summary = before.parameters, True
        if self.level > before.level:
            self.parameters, self.scores = before.parameters, before.scores

    def add_prose(self, event: Prose) -> None:
        """Adds a line to the first paragraph, which ends at an empty line."""
        if self.in_first_paragraph and event.text:
            self.prose.append(event.text)
        elif self.prose:
            self.in_first_paragraph = False

    def begin_summary(self) -> None:
        """Begins a `model.summary()`: earlier parameter counts were those of another model."""
        self.parameters, self.has_summary = {}, True
        self.layers, self.in_table = None, True

    def add_parameters(self, event: ParameterCount) -> None:
        """Adds a parameter count; the total comes first, so it begins the counts of another model.

        A total with the trainable parameters in the next line comes from a `model.summary()` without its table. The
        counts of the layers in a table are added up, and belong to the total below it; if one is cut, so is the sum.
        """
        if event.kind == "cut_layer":
            self.in_table = False
            return
        if event.kind == "layer":
            before = self.layers.number if self.layers else 0
            self.layers = event._replace(number=before + event.number)
            return
        if event.kind == "total":
            self.parameters = {"layer": self.layers} if self.layers and self.in_table else {}
            self.layers, self.in_table = None, False
        elif "total" in self.parameters and self.parameters["total"].line == event.line - 1:
            self.has_summary = True
        self.parameters[event.kind] = event


def add_score(scores: list[Score], event: Score) -> None:
    """Adds a score; values with other names that were printed just before are part of the same evaluation.

    Args:
        scores: The scores so far; the list is changed.
        event: The next score.
    """
    last = scores[-1] if scores else None
    if last and last.logs and not event.logs.keys() & last.logs.keys() and event.line - last.line <= _NEAR:
        scores[-1] = last._replace(logs={**last.logs, **event.logs})
    else:
        scores.append(event)
