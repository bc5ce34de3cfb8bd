"""Reads progress bars and one-line results of Keras: finds where their numbers are, and turns them into events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from reporter.model import Generation
from reporter.reading.events import Doubt, Progress, Result, Score

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
NUMBER = r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?(?:[eE][-+]?\d{2,3})?|nan|inf)"
_EXPONENTS = {"s": "", "ms": "e-3", "us": "e-6"}

_RESULT = re.compile(
    r"""
    \s{0,40}
    (?:(?P<step>\d{1,18})/(?P<steps>\d{1,18}|Unknown)\s{0,8}(?P<bar>\[[=>.]*\]|[━=]+)?)?
    (?P<times>
        [\s:,;|-]{0,8}(?:(?P<eta>ETA:\s{0,8}[\d:]{1,18}s?|\d{1,9}:\d\d(?::\d\d)?)|(?P<seconds>\d{1,9})s(?![\w.]))
        (?:[\s:,;|-]{0,8}(?P<step_time>\d{1,9}(?:\.\d{1,9})?)(?P<unit>s|ms|us)/(?:step|sample))?
    )?
    """,
    re.VERBOSE,
)
_PAIR = re.compile(
    rf"""
    (?:[*`]|__){{0,3}}(?:\s{{0,40}}-\s{{1,40}}(?:-\s{{1,40}})?|\s{{1,40}}-(?=[A-Za-z*`_]))
    (?:(?:\*{{1,3}}|`|__)(?=[^:]{{1,200}}:\s{{0,8}}{NUMBER}[*`_]))?  # one metric may be bold
    (?=[^\s:\d]|[^:]{{1,200}}:\s)([^\s:-](?:[^:]{{0,200}}?[^\s:])??)\s{{0,8}}:\s{{0,40}}
    ({NUMBER})(?=[\s*_`|\\)\]"']|[.,;]?(?:\s|$)|-\s)
    """,
    re.VERBOSE,
)
_OTHER_PAIR = re.compile(
    rf"\s{{0,8}}[:,;|]\s{{0,8}}([A-Za-z_](?:[\w@./ -]{{0,80}}[\w@./-])?)\s{{0,8}}[:=]\s{{0,8}}({NUMBER})(?=[^\w.]|\.?$)"
)
"""A metric behind a separator that somebody put in the place of ` - `: `103s:loss:2.4089:acc:0.2999`."""

_PACE = re.compile(
    r"(?:\s{0,40}-\s{1,40}|[:,;|]\s{0,8})(?P<step_time>\d{1,9}(?:\.\d{1,9})?)(?P<unit>s|ms|us)/(?P<of>epoch|step)"
)
_TAIL = re.compile(
    r"(?:\s-\s)([^\s:-][^:]{0,200}?):\s([-+]?\d{1,40}\.\d{4}(?:e[-+]\d{2,3}(?!\d))?)"
    rf"[\d.]{{0,9}}(?:[a-z_]{{0,9}}:\s{NUMBER})?$"
)
"""A last metric with the end of a longer line behind it: `acc: 0.98120.8733`, where Keras prints four decimals."""

_FOUR = re.compile(r"[-+]?(?:\d{1,40}\.\d{4}(?:e[-+]\d{2,3})?|nan|inf)$")
_MARKS = " \t*_`|\\,;.)]>\"'"
"""Characters of Markdown or of a sentence that may follow a result."""

_DIGIT = re.compile("[0-9]")
_NOWHERE = slice(0, 0)
"""The place of a number that a line lacks; it selects the empty string."""

_count, _time = lru_cache(1024)(int), lru_cache(1024)(float)
"""Convert numbers that most lines share (steps, times), so that a long log holds each of them once in memory."""

_KERAS_3_BAR = Doubt(
    "keras-3-bar",
    "the bars of Keras 3.0 to 3.10 print wrong training metrics, and so does their evaluate(); "
    "validation metrics, and all metrics since Keras 3.11, are right",
)
_KERAS_3_PARTIAL = Doubt(
    "keras-3-partial",
    "the unfinished bars of Keras 3.0 to 3.14 print wrong training metrics, so this epoch may have wrong ones",
)
"""Keras 3.11 corrected the finished bars only (https://github.com/keras-team/keras/issues/23030)."""

_STALE_TAIL = Doubt("stale-tail", "the end of a longer line stands behind a result; it was ignored")


class Bar(NamedTuple):
    """Holds where the numbers of a progress bar or of a one-line result are.

    The places are the same in every line that differs from this one only in its digits.

    Attributes:
        step: Place of the step, with the spaces that pad it to the width of the number of steps.
        steps: Place of the number of steps.
        same_width: Whether `step` and `steps` are equally wide, so that they compare as strings.
        always_unfinished: Whether the bar shows a time to the end (`ETA`) or no number of steps.
        seconds: Place of the duration of the epoch.
        step_time: Place of the duration of a step.
        exponent: The exponent that turns `step_time` into seconds: `e-3` for milliseconds.
        values: Metric name to the place of its value.
        named_places: Place of each metric name and of its value, if a name contains a digit; otherwise empty.
        validation: Metric name to the name of its validation metric, if both are in the line.
        generation: The generation of Keras that prints such a line; None if several do.
        doubt: A reason not to trust its values, such as that Keras 3 printed it.
        begin: Number of characters that indent it.
        rest: Text after the result, if there is any besides punctuation.
    """

    step: slice
    steps: slice
    same_width: bool
    always_unfinished: bool
    seconds: slice
    step_time: slice
    exponent: str
    values: Mapping[str, slice]
    named_places: Sequence[tuple[slice, slice]]
    validation: Mapping[str, str]
    generation: Generation | None
    doubt: Doubt | None
    begin: int
    rest: str

    @property
    def has_counter(self) -> bool:
        """Whether the line counts steps, such as `12/469`."""
        return self.step is not _NOWHERE

    def is_unfinished(self, text: str) -> bool:
        """Tells whether the bar of a line has not reached its last step."""
        if self.always_unfinished:
            return True
        if self.same_width:
            return text[self.step] < text[self.steps]
        return int(text[self.step]) < int(text[self.steps])

    def is_finished_without_metrics(self, text: str) -> bool:
        """Tells whether the bar of a line has reached its last step, and shows no metrics."""
        return self.has_counter and not self.values and not self.is_unfinished(text)

    def progress_or_result(self, number: int, text: str) -> Result | Progress | Score:
        """Reads a line, finished or not.

        Args:
            number: Number of the line.
            text: The line.

        Returns:
            Progress if the bar is unfinished or has other text after it, otherwise its result.
        """
        return self.progress(number, text) if self.rest or self.is_unfinished(text) else self.event(number, text)

    def progress(self, number: int, text: str, superseded: Sequence[int] = ()) -> Progress:
        """Reads the running averages of an unfinished bar."""
        steps = text[self.steps]
        logs = self._logs(text)
        doubt = self.doubt and _KERAS_3_PARTIAL
        return Progress(number, int(text[self.step] or 0), int(steps) if steps else None, logs, superseded, doubt)

    def event(self, number: int, text: str) -> Result | Score:
        """Reads a finished bar or a one-line result.

        In TF 2.0 and 2.1, `evaluate` counts to a wrong end: `10000/1`. Other counters may pass their end, too, where
        the number of steps was rounded down: `391/390` is an epoch of `fit_generator`.
        """
        counter = text[self.steps]
        steps = _count(counter) if counter else None
        logs = self._logs(text)
        if steps == 1 and int(text[self.step]) > steps:
            return Score(number, logs=logs)
        step_seconds = _time(text[self.step_time] + self.exponent) if self.step_time is not _NOWHERE else None
        seconds = _time(text[self.seconds]) if self.seconds is not _NOWHERE else None
        validation = _validation(logs) if self.named_places else self.validation
        provisional = seconds == 0 and self.doubt is _KERAS_3_BAR
        begin, generation = self.begin, self.generation
        return Result._make(  # the quickest way; long logs have millions of results
            (
                number,
                text[begin:],
                logs,
                steps,
                seconds,
                step_seconds,
                generation,
                validation,
                provisional,
                self.doubt,
                "",
            )
        )

    def _logs(self, text: str) -> dict[str, float]:
        if self.named_places:
            return {intern(text[name]): float(text[place]) for name, place in self.named_places}
        return {name: float(text[place]) for name, place in self.values.items()}


def find_bar(text: str) -> Bar | None:
    """Finds the bar or the one-line result that a text begins with.

    Args:
        text: The text.

    Returns:
        The places of its numbers; None if the text begins with something else.
    """
    match = _RESULT.match(text)
    if not match or not (match["steps"] or match["seconds"] or match["eta"]):
        return None
    pairs, paces, end = _pairs(text, match.end())
    tail = _tail(text, pairs, end)
    pairs, end = (tail, len(text)) if tail else (pairs, end)
    if not match["times"] and not any(pair[1].endswith("loss") for pair in pairs):
        return None  # such as a date, or a mark of `5/5`
    if not match["steps"] and not pairs and " - " not in text:
        return None
    pace = match if match["step_time"] else next((each for each in paces if each["of"] == "step"), None)
    step, steps = _counter(match, text)
    has_digits = any(_DIGIT.search(pair[1]) for pair in pairs)
    return Bar(
        step=step,
        steps=steps,
        same_width=step.stop - step.start == steps.stop - steps.start,
        always_unfinished=match["eta"] is not None or match["steps"] == "Unknown",
        seconds=_place(match, "seconds"),
        step_time=_place(pace, "step_time") if pace else _NOWHERE,
        exponent=_EXPONENTS[pace["unit"]] if pace else "",
        values={pair[1]: slice(*pair.span(2)) for pair in pairs},
        named_places=[(slice(*pair.span(1)), slice(*pair.span(2))) for pair in pairs if has_digits],
        validation=_validation([pair[1] for pair in pairs]),
        generation=_generation(match),
        doubt=_STALE_TAIL if tail else None if (match["bar"] or "[").startswith("[") else _KERAS_3_BAR,
        begin=len(text) - len(text.lstrip()),
        rest=text[end:].strip() if text[end:].strip(_MARKS) else "",
    )


def _validation(names: Sequence[str] | Mapping[str, float]) -> dict[str, str]:
    """Maps each metric to its validation metric, which has `val_` before its name."""
    return {name.removeprefix("val_"): name for name in names if name.startswith("val_")}


def _counter(match: re.Match[str], text: str) -> tuple[slice, slice]:
    """Finds the step, with the spaces that pad it, and the number of steps if it is known."""
    step, steps = _place(match, "step"), _place(match, "steps")
    padded = slice(step.stop - (steps.stop - steps.start), step.stop)
    if 0 <= padded.start < step.start and not text[padded.start : step.start].strip(" "):
        step = padded
    return step, _NOWHERE if match["steps"] == "Unknown" else steps


def _place(match: re.Match[str], name: str) -> slice:
    return slice(*match.span(name)) if match[name] is not None else _NOWHERE


def _pairs(text: str, start: int) -> tuple[list[re.Match[str]], list[re.Match[str]], int]:
    """Finds all ` - name: number` from a position on, the paces between them (` - 25ms/step`), and where they end."""
    pairs: list[re.Match[str]] = []
    paces: list[re.Match[str]] = []
    pattern = _OTHER_PAIR if _OTHER_PAIR.match(text, start) else _PAIR
    while match := pattern.match(text, start) or _PACE.match(text, start):
        (paces if match.re is _PACE else pairs).append(match)
        start = match.end()
    return pairs, paces, start


def _tail(text: str, pairs: Sequence[re.Match[str]], end: int) -> list[re.Match[str]]:
    """Finds the metrics of a result that has the end of a longer line behind it; none if it has not.

    The metrics before must have four decimals, so that the last one is known to end after four.
    """
    names = [pair[1] for pair in pairs]
    if len(pairs) > 1 and end == len(text) and names[-1] in names[:-1] and not _DIGIT.search(names[-1]):
        return list(pairs[:-1])
    before = [pair for pair in pairs if pair.end() < len(text)]
    begin = before[-1].end() if before else 0
    match = _TAIL.match(text, begin) if before and all(_FOUR.match(pair[2]) for pair in before) else None
    return [*before, match] if match and match.end(2) < len(text) else []


def _generation(match: re.Match[str]) -> Generation | None:
    """Names the generation of Keras that prints a result in this style; None if several do."""
    times, bar = match["times"] or "", match["bar"]
    if bar:
        if not bar.startswith("["):
            return "3"
        return "1" if not match["step_time"] else "tf.keras" if times.endswith("/sample") else None
    if not match["steps"]:
        return "2" if times.lstrip().startswith("-") else "1"
    if match["step_time"]:
        return "3" if times.count("-") == 2 else None
    return "tf.keras"
