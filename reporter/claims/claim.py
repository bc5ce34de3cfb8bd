"""Holds claims: what a document states about runs, and what the logs say about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reporter.claims.numbers import Number
from reporter.claims.prose import Spot

Kind = Literal[
    "best_metric",
    "last_metric",
    "score",
    "epoch_of_best",
    "epochs",
    "params",
    "excerpt",
    "bound",
    "table_cell",
    "time",
    "derived",
]
"""What a claim is about."""

Which = Literal["best", "last", "score", "any"]
"""The value of a metric that the words mean; `any` if they leave it open."""

Split = Literal["val", "test", "train", ""]
"""The data that a metric is measured on; empty if the words leave it open."""

Outcome = Literal["agrees", "disagrees", "unsupported"]


@dataclass(frozen=True, slots=True)
class Metric:
    """Holds a metric as the words name it.

    Attributes:
        name: `acc`, `loss`, `error`, `score`, or the name as it is written, such as `val_gender_output_acc`.
        split: The data it is measured on.
        verbatim: Whether `name` is the name of a column of a log.
    """

    name: str
    split: Split = ""
    verbatim: bool = False

    def __str__(self) -> str:
        prefix = {"val": "val_", "train": "", "test": "", "": ""}[self.split]
        return self.name if self.verbatim else prefix + self.name


@dataclass(frozen=True, slots=True)
class Claim:
    """Holds a number that a document states about a run.

    Attributes:
        spot: The place: cell of a notebook, and line.
        column: The column where its words start, counted from 1.
        text: The very words.
        kind: What it is about.
        numbers: The numbers: one, or those of a printed list.
        metric: The metric, if it is the value of one.
        which: Which value of the metric.
        epoch: The epoch it is said of.
        total: The number of epochs in words such as `epoch 17 of 20`.
        bound: Whether the number is a lower (`>`) or an upper (`<`) bound.
        about: Whether the words say "about".
        plain: Whether the words are clear enough for a disagreement.
        other: Whether the words speak of another model, such as a baseline.
        hint: Name of the run that the words or the row of a table name.
        section: Index of the heading above it among the lines of the document; -1 if there is none.
        group: Claims of one group stand together: in one paragraph, list or row.
        weights: The weights that the words name with a score: `best`, `last`, or the number of an epoch; else empty.
        printed: Whether its line looks like output of a program and nothing else.
        words: For `excerpt` the quoted line; for `params` which count; for `derived` what is computed.
    """

    spot: Spot
    column: int
    text: str
    kind: Kind
    numbers: tuple[Number, ...]
    metric: Metric | None = None
    which: Which = "any"
    epoch: int | None = None
    total: int | None = None
    bound: Literal["", ">", "<"] = ""
    about: bool = False
    plain: bool = True
    other: bool = False
    hint: str = ""
    section: int = -1
    group: int = 0
    words: str = ""
    weights: str = ""
    printed: bool = False

    @property
    def number(self) -> Number:
        """The first number."""
        return self.numbers[0]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Holds what the logs say about a claim.

    Attributes:
        claim: The claim.
        outcome: `agrees`, `disagrees`, or `unsupported`: no log says it.
        reason: The reason, as a sentence.
        run: Name of the run that it was compared with.
        value: The value of the log.
        path: The log.
        line: The line of that value, counted from 1.
    """

    claim: Claim
    outcome: Outcome
    reason: str
    run: str | None = None
    value: float | None = None
    path: str | None = None
    line: int | None = None
