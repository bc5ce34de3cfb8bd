"""Checks quoted log lines: a result line or a message must be in a log, digit by digit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from reporter.claims.claim import Claim, Metric, Outcome, Verdict
from reporter.claims.contexts import Context, context_at
from reporter.claims.evidence import Known, columns, find_epoch
from reporter.claims.numbers import Number
from reporter.claims.prose import Line
from reporter.claims.scope import Scope
from reporter.model import Epoch, direction
from reporter.model.best import best_of
from reporter.model.metrics import alias

_PAIR = re.compile(r"([A-Za-z]\w{0,80}): ?(-?\d{1,12}\.\d{1,20}(?:e[-+]?\d{1,3})?)(?![\w.])")
_BAR = re.compile(r"\d/\d+ \[?[=━.>-]{3,}|\d/\d+ - \d")
_MESSAGE = re.compile(
    r"Epoch 0*(\d{1,7}): \w+ (?:(?:setting|set|reducing) learning rate to|(?:improved|did not improve) from)"
    r"|^\W*Learning rate: "
)
_STATED = re.compile(
    r"(?:improved from \S+ to|did not improve from|learning rate to|Learning rate:) +"
    r"(-?\d[\d,]*\.?\d*(?:e[-+]?\d+)?)"
)
"""The number that a message states; the name of a file behind it may end in another one."""

_DIGITS = re.compile(r"\d[\d,]*\.?\d*(?:e[-+]?\d+)?")
_SCORE = "the result of evaluate()"
_LONGEST = 2000
"""Longest line that can quote a result, in characters."""

_LEAST = 3
"""Fewest equal values that tell which epoch a line with an error quotes."""


def find_excerpts(lines: Sequence[Line], wanted: Sequence[int]) -> Iterator[tuple[int, Claim]]:
    """Finds quoted log lines.

    Args:
        lines: All lines of the document.
        wanted: The indices of the lines outside of its logs.

    Yields:
        The index of each line, and its claim.
    """
    contexts: dict[int, Context] = {}
    for index in wanted:
        line = lines[index]
        if not line.raw or len(line.raw) > _LONGEST or ":" not in line.raw or line.raw.lstrip()[:1] == "|":
            continue
        pairs = _PAIR.findall(line.raw)
        message = _MESSAGE.search(line.raw)
        if not message and not (len(pairs) > 1 and " - " in line.raw) and not (pairs and _BAR.search(line.raw)):
            continue
        if message:
            yield index, _message(line, message)
        else:
            yield index, _result(line, pairs, context_at(lines, _label_of(lines, index), contexts))


def _label_of(lines: Sequence[Line], index: int) -> int:
    """Goes up over the header and the messages that belong to a quoted result."""
    at = index
    while at > 0 and index - at < 4 and re.match(r"\W*(?:in )?Epoch \d|\W*Learning rate", lines[at - 1].raw):
        at -= 1
    return at


def _result(line: Line, pairs: Sequence[tuple[str, str]], around: Context) -> Claim:
    name, value = next((pair for pair in pairs if pair[0].startswith("val_acc")), pairs[-1])
    best = around.which == "best" and around.metric is not None and not around.other
    shown = None
    if best and around.metric:
        wanted = _named(pairs, around.metric)
        best = wanted is not None
        name, value = wanted or (name, value)
        shown = around.metric
    return Claim(
        line.spot,
        len(line.raw) - len(line.raw.lstrip()) + 1,
        line.raw.strip(),
        "best_metric" if best else "excerpt",
        (Number(Decimal(value)),),
        shown if best else Metric(name, verbatim=True),
        "best" if best else "any",
        other=around.other,
        section=line.section,
        words=line.raw,
    )


def _named(pairs: Sequence[tuple[str, str]], metric: Metric) -> tuple[str, str] | None:
    prefix = "val_" if metric.split in ("val", "test") else ""
    base = "acc" if metric.name in ("acc", "score") else metric.name
    return next((pair for pair in pairs if pair[0].startswith(prefix + base)), None)


def _message(line: Line, found: re.Match[str]) -> Claim:
    stated = _STATED.search(line.raw)
    epoch = int(found[1]) if found[1] else None
    value = Number(Decimal((stated[1] if stated else _DIGITS.findall(line.raw)[-1]).replace(",", "").rstrip(".")))
    return Claim(
        line.spot, len(line.raw) - len(line.raw.lstrip()) + 1, line.raw.strip(), "excerpt", (value,),
        Metric("lr", verbatim=True), epoch=epoch, section=line.section, words=line.raw,
    )  # fmt: skip


class Excerpts:
    """Judges quoted log lines.

    Args:
        known: The runs.
        lines: Text to number of the lines of the document that belong to a log.
        path: The document.
    """

    def __init__(self, known: Sequence[Known], lines: Mapping[str, int], path: str) -> None:
        self._known = known
        self._lines = lines
        self._path = path
        self._index: dict[tuple[str, Decimal], list[tuple[int, int]]] = {}
        for which, each in enumerate(known):
            for at, epoch in enumerate(each.run.epochs):
                for name, value in epoch.logs.items():
                    self._index.setdefault((alias(name), Decimal(repr(value)).normalize()), []).append((which, at))

    def judge(self, claim: Claim, scope: Scope) -> Verdict:
        """Looks for a quoted line in the logs, those of the runs near it first.

        Args:
            claim: The quoted line.
            scope: The runs that it may be of.

        Returns:
            The verdict.
        """
        if claim.metric and claim.metric.name == "lr":
            return self._judge_message(claim, scope)
        pairs = [(alias(name), Decimal(value).normalize()) for name, value in _PAIR.findall(claim.words)]
        if score := self._evaluated(claim, pairs):
            return score
        votes = Counter(place for pair in dict.fromkeys(pairs) for place in self._index.get(pair, ()))
        if not votes:
            return Verdict(claim, "unsupported", "no log here has this line")
        (which, at), equal = max(
            votes.items(),
            key=lambda item: (item[1], self._same_digits(claim, *item[0]), _is_in(self._known[item[0][0]], scope)),
        )
        known, epoch = self._known[which], self._known[which].run.epochs[at]
        if equal == len(dict.fromkeys(pairs)):
            return self._quoted(claim, known, epoch, scope)
        if equal < min(_LEAST, len(pairs) - 1) or equal < 2 or equal * 2 < len(pairs):
            return Verdict(claim, "unsupported", "no log here has this line")
        wrong = next((name, value) for name, value in pairs if (which, at) not in self._index.get((name, value), ()))
        there = next((value for name, value in epoch.logs.items() if alias(name) == wrong[0]), None)
        reason = (
            f"epoch {epoch.epoch} has {wrong[0]} {there}"
            if there is not None
            else f"epoch {epoch.epoch} has no {wrong[0]}"
        )
        return Verdict(claim, "disagrees", reason, known.run.name, there, known.log.path, epoch.line)

    def _evaluated(self, claim: Claim, pairs: Sequence[tuple[str, Decimal]]) -> Verdict | None:
        """Finds the result of `evaluate` that a line quotes; the line itself, where it is that result, is none."""
        for known in self._known:
            for log, each in known.evaluations:
                values = {(alias(name), Decimal(repr(value)).normalize()) for name, value in each.logs.items()}
                is_own = log is known.log and known.at is not None and known.spot(each.line) == claim.spot
                if pairs and values.issuperset(pairs) and not is_own:
                    value = float(claim.number.value)
                    return Verdict(claim, "agrees", _SCORE, known.run.name, value, log.path, each.line)
        return None

    def _same_digits(self, claim: Claim, which: int, at: int) -> bool:
        return _DIGITS.findall(claim.words) == _DIGITS.findall(self._known[which].run.epochs[at].text)

    def _quoted(self, claim: Claim, known: Known, epoch: Epoch, scope: Scope) -> Verdict:
        """Judges a line whose metrics are those of an epoch: by its other digits, and by its label."""
        value = float(claim.number.value)
        here, there = _DIGITS.findall(claim.words), _DIGITS.findall(epoch.text)
        if _BAR.search(claim.words) and len(here) == len(there) and here != there:
            wrong, right = next((one, other) for one, other in zip(here, there, strict=True) if one != other)
            reason = f"the line of epoch {epoch.epoch} has {right} in place of {wrong}"
            return Verdict(claim, "disagrees", reason, known.run.name, value, known.log.path, epoch.line)
        told = f"the line of epoch {epoch.epoch}"
        made = replace(claim, epoch=epoch.epoch)
        for name in columns(known, claim.metric)[:1] if claim.kind == "best_metric" and claim.metric else ():
            mode = direction(name)
            best = best_of(known.run.epochs, name, mode) if mode else None
            if best and epoch.epoch not in best.epochs:
                other = find_epoch(known.run, best.epochs[0])
                reason = f"{told}; the best {name} is {best.value} at epoch {best.epochs[0]}"
                outcome: Outcome = "disagrees" if scope.sure and _is_in(known, scope) else "unsupported"
                return Verdict(
                    made,
                    outcome,
                    reason,
                    known.run.name,
                    best.value,
                    known.log.path,
                    other.line if other else best.line,
                )
        return Verdict(made, "agrees", told, known.run.name, value, known.log.path, epoch.line)

    def _judge_message(self, claim: Claim, scope: Scope) -> Verdict:
        value, epoch = float(claim.number.value), claim.epoch
        if line := self._lines.get(claim.words.strip()):
            return Verdict(claim, "agrees", f"line {line} is the same", None, value, self._path, line)
        near = None
        for known in sorted(self._known, key=lambda each: not _is_in(each, scope)):
            for message in known.run.messages:
                if message.value is None:
                    continue
                same_value, same_epoch = message.value == value, epoch is None or message.epoch == epoch
                if same_value and same_epoch:
                    return Verdict(
                        claim, "agrees", "the log has this message", known.run.name, value, known.log.path, message.line
                    )
                if epoch is not None and (same_value or same_epoch) and near is None and "earning rate" in message.text:
                    near = (known, message)
            for each in known.run.epochs if epoch is None else ():
                if each.learning_rate == value:
                    told = f"the learning rate of epoch {each.epoch}"
                    return Verdict(claim, "agrees", told, known.run.name, value, known.log.path, each.line)
        if near and "earning rate" in claim.words:
            known, message = near
            reason = f"the log has: {' '.join(message.text.split())}"
            return Verdict(claim, "disagrees", reason, known.run.name, message.value, known.log.path, message.line)
        return Verdict(claim, "unsupported", "no log here has this message")


def _is_in(known: Known, scope: Scope) -> bool:
    return any(known is each for each in scope.runs)
