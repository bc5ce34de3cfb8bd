"""Reads gates such as `val_acc>=0.994` or `mean.val_acc>=0.994@p<0.05`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Literal, cast

from reporter.errors import UsageError
from reporter.facts.summary import Which
from reporter.model import Mode, Run

Sign = Literal[">=", "<=", ">", "<"]
Pool = Literal["mean", "min", "worst"]
"""Which value of several seeds: their mean, the smallest, or the one farthest on the wrong side of the limit."""

_WHICH: Sequence[Which] = ("best", "last", "score")
_POOLS: Sequence[Pool] = ("mean", "min", "worst")
_LEVEL = re.compile(r"@\s*p\s*<\s*(?P<level>[^<>@]*)$")
_SHAPE = re.compile(r"(?P<what>.*)(?P<sign>>=|<=|>|<)(?P<limit>[^<>]*)", re.DOTALL)
_ADVICE = "write it like 'val_acc>=0.994', 'RUN:last.val_loss<=0.05' or 'mean.val_acc>=0.994@p<0.05'"


@dataclass(frozen=True, slots=True)
class Gate:
    """Holds a limit for a value of a metric.

    Attributes:
        metric: The metric, spelled as any version of Keras does.
        sign: The comparison: `value sign limit` must be true.
        limit: The limit, exactly as written.
        which: The value: the best, that of the last epoch, or that of the last `evaluate()`. The best value is the
            largest one for `>=` and `>`, the smallest one for `<=` and `<`.
        run: Name of the run to check, or a pattern like `code*`; None for all runs.
        pool: Which value of several seeds; None if each run is checked by itself.
        level: The p-value that a t test of the mean must stay below; None if the mean itself is compared.
    """

    metric: str
    sign: Sign
    limit: Decimal
    which: Which = "best"
    run: str | None = None
    pool: Pool | None = None
    level: Decimal | None = None

    @classmethod
    def parse(cls, text: str) -> Gate:
        """Parses a gate.

        Args:
            text: `[RUN:][mean.|min.|worst.][best.|last.|score.]METRIC(>=|<=|>|<)NUMBER[@p<LEVEL]`; the name of a run
                may contain colons. A level needs `mean.`.

        Returns:
            The gate.

        Raises:
            UsageError: The text has another form; the message names the first wrong character.
        """
        tested = _LEVEL.search(text)
        found = _SHAPE.fullmatch(text[: tested.start()] if tested else text)
        what = found["what"] if found else text
        run, colon, measure = what.rpartition(":")
        stray = re.search("[<>=]", measure)
        if not found or stray:
            raise _parse_error(text, len(run + colon) + stray.start() if stray else len(text), "no >=, <=, > or <")
        if colon and not run.strip():
            raise _parse_error(text, 0, "no name of a run before the colon")
        pool, which, metric = _split(measure.strip())
        if not metric:
            raise _parse_error(text, found.start("sign"), f"no metric before {found['sign']}")
        limit = _parse_number(found["limit"])
        if limit is None:
            raise _parse_error(text, found.start("limit"), f"no number after {found['sign']}")
        level = _parse_level(text, tested, pool) if tested else None
        return cls(metric, cast("Sign", found["sign"]), limit, which, run.strip() or None, pool, level)

    def __str__(self) -> str:
        return f"{self.measure} {self.sign} {self.limit_text}"

    @property
    def measure(self) -> str:
        """What is compared with the limit: `last val_acc`, `mean best val_acc`."""
        return f"{self.pool} {self.which} {self.metric}" if self.pool else f"{self.which} {self.metric}"

    @property
    def limit_text(self) -> str:
        """The limit, with the level if there is one: `0.994 (p<0.05)`."""
        return f"{self.limit} (p<{self.level})" if self.level is not None else str(self.limit)

    @property
    def mode(self) -> Mode:
        """Whether the largest or the smallest value is the best: that which is farthest on the right side."""
        return "max" if ">" in self.sign else "min"

    def applies_to(self, run: Run) -> bool:
        """Checks whether the gate applies to a run, by the name of the run."""
        return self.run is None or run.name == self.run or fnmatchcase(run.name, self.run)


def _split(measure: str) -> tuple[Pool | None, Which, str]:
    """Splits `mean.last.val_acc` into pool, value and metric; without a prefix the best value of each run is meant."""
    pool, metric = _prefix(measure, _POOLS)
    which, metric = _prefix(metric, _WHICH)
    return cast("Pool | None", pool), cast("Which", which or "best"), metric.strip()


def _prefix(measure: str, known: Sequence[str]) -> tuple[str | None, str]:
    """Splits off a prefix; a metric of the same name, such as `min`, is none."""
    prefix, _, metric = measure.partition(".")
    return (prefix, metric) if prefix in known and metric else (None, measure)


def _parse_level(text: str, tested: re.Match[str], pool: Pool | None) -> Decimal:
    level = _parse_number(tested["level"])
    if level is None or not 0 < level < 1:
        raise _parse_error(text, tested.start("level"), "no number between 0 and 1 after @p<")
    if pool != "mean":
        raise _parse_error(text, tested.start(), "a level is for the mean of several seeds, so the metric needs mean.")
    return level


def _parse_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _parse_error(text: str, index: int, problem: str) -> UsageError:
    return UsageError(f"gate {text!r}, character {index + 1}: {problem}; {_ADVICE}")
