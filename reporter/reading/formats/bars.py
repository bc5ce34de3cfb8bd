"""Reads the bars, the one-liners and the headers of Keras: where their numbers stand, and what they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from reporter.model import Generation
from reporter.reading.events import EpochBegin, Progress, Result, Score

# Every repetition has a bound: a log is hostile input, and must not take more than linear time.
NUMBER = r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?(?:[eE][-+]?\d{2,3})?|nan|inf)"
_EXPONENTS = {"s": "", "ms": "e-3", "us": "e-6"}

_RESULT = re.compile(
    r"""
    \s{0,40}
    (?:(?P<step>\d{1,18})/(?P<steps>\d{1,18}|Unknown)\s{0,8}(?P<bar>\[[=>.]*\]|[━=]+)?)?
    (?P<times>
        [\s-]{0,8}(?:(?P<eta>ETA:\s{0,8}[\d:]{1,18}s?|\d{1,9}:\d\d(?::\d\d)?)|(?P<seconds>\d{1,9})s(?![\w.]))
        (?:[\s-]{0,8}(?P<each>\d{1,9}(?:\.\d{1,9})?)(?P<unit>s|ms|us)/(?:step|sample))?
    )
    """,
    re.VERBOSE,
)
_PAIR = re.compile(
    rf"\s{{0,40}}-\s{{1,40}}([^\s:-][^:]{{0,200}}?):\s{{1,40}}({NUMBER})(?=[\s*_`|\\)\]\"']|[.,;]?(?:\s|$))"
)
_PACE = re.compile(r"\s{0,40}-\s{1,40}(?P<each>\d{1,9}(?:\.\d{1,9})?)(?P<unit>s|ms|us)/(?P<of>epoch|step)")
_MARKS = " \t*_`|\\,;.)]>\"'"
"""What may stand behind a result that Markdown or a sentence holds."""

_LONGEST_CUT = 300
_DIGIT = re.compile("[0-9]")
_NOWHERE = slice(0, 0)
_count, _time = lru_cache(1024)(int), lru_cache(1024)(float)
"""Read numbers that are the same in most lines, so that a long log holds each of them once."""


class Bar(NamedTuple):
    """Knows where the numbers of a bar or a one-liner stand, in one text and in all that differ from it in digits only.

    Attributes:
        step: Where the step is, padded to the width of the steps if it can be; nowhere if there is no counter.
        steps: Where the number of steps is; nowhere if it is not known.
        even: Whether the two are equally wide.
        unfinished: Whether the style alone says so: it shows a time to the end, or no number of steps.
        seconds: Where its time is.
        each: Where the time of a step is; nowhere if there is none.
        exponent: What makes seconds of that time.
        values: Metric name to where its value is.
        spelt: Where each name and its value are, if there are digits in a name; empty otherwise.
        generation: The generation of Keras that prints results in this style; None where several do.
        begin: Where it begins.
        rest: What else the text holds, if anything.
    """

    step: slice
    steps: slice
    even: bool
    unfinished: bool
    seconds: slice
    each: slice
    exponent: str
    values: Mapping[str, slice]
    spelt: Sequence[tuple[slice, slice]]
    generation: Generation | None
    begin: int
    rest: str

    @property
    def counted(self) -> bool:
        """Whether it has a counter."""
        return self.step is not _NOWHERE

    def running(self, text: str) -> bool:
        """Say whether the bar of a text is unfinished; of two numbers equally wide, text knows the smaller one."""
        if self.unfinished:
            return True
        if self.even:
            return text[self.step] < text[self.steps]
        return int(text[self.step]) < int(text[self.steps])

    def read(self, number: int, text: str) -> Result | Progress | Score:
        """Read a text of this shape.

        Args:
            number: Its line.
            text: The text.

        Returns:
            What it says: progress if the bar is unfinished, or something else goes on behind it; otherwise a result.
        """
        return self.progress(number, text) if self.rest or self.running(text) else self.result(number, text)

    def progress(self, number: int, text: str) -> Progress:
        """Read running averages."""
        steps = text[self.steps]
        logs = self._logs(text)
        return Progress(number, int(text[self.step] or 0), int(steps) if steps else None, logs)

    def result(self, number: int, text: str) -> Result | Score:
        """Read a finished bar or a one-liner; the counter of `evaluate` passes its end in TF 2.0 and 2.1."""
        counter = text[self.steps]
        steps = _count(counter) if counter else None
        logs = self._logs(text)
        if steps is not None and text[self.step] != counter and int(text[self.step]) > steps:
            return Score(number, logs=logs)
        each = _time(text[self.each] + self.exponent) if self.each is not _NOWHERE else None
        return Result(number, text[self.begin :], logs, steps, _time(text[self.seconds]), each, self.generation)

    def _logs(self, text: str) -> dict[str, float]:
        if self.spelt:
            return {intern(text[name]): float(text[place]) for name, place in self.spelt}
        return {name: float(text[place]) for name, place in self.values.items()}


def find_bar(text: str) -> Bar | None:
    """Find the bar or the one-liner that a text begins with.

    Args:
        text: The text.

    Returns:
        Where in it everything stands; None if it begins otherwise.
    """
    match = _RESULT.match(text)
    if not match or not (match["steps"] or " - " in text):
        return None
    pairs, paces, end = _pairs(text, match.end())
    pace = match if match["each"] else next((each for each in paces if each["of"] == "step"), None)
    step, steps = _counter(match, text)
    numbered = any(_DIGIT.search(pair[1]) for pair in pairs)
    return Bar(
        step=step,
        steps=steps,
        even=step.stop - step.start == steps.stop - steps.start,
        unfinished=match["eta"] is not None or match["steps"] == "Unknown",
        seconds=_place(match, "seconds"),
        each=_place(pace, "each") if pace else _NOWHERE,
        exponent=_EXPONENTS[pace["unit"]] if pace else "",
        values={pair[1]: slice(*pair.span(2)) for pair in pairs},
        spelt=[(slice(*pair.span(1)), slice(*pair.span(2))) for pair in pairs if numbered],
        generation=_generation(match),
        begin=len(text) - len(text.lstrip()),
        rest=text[end:].strip() if text[end:].strip(_MARKS) else "",
    )


def _counter(match: re.Match[str], text: str) -> tuple[slice, slice]:
    """Find the step, with the spaces that pad it, and the number of steps, if it is one."""
    step, steps = _place(match, "step"), _place(match, "steps")
    padded = slice(step.stop - (steps.stop - steps.start), step.stop)
    if 0 <= padded.start < step.start and not text[padded.start : step.start].strip(" "):
        step = padded
    return step, _NOWHERE if match["steps"] == "Unknown" else steps


_CUT = re.compile(r"(?<=\.\d{4}) - [^\s:-][^:]{0,200}?: [-+]?(?:\d{1,40}(?:\.\d{0,3})?|\d\.\d{4}e(?:[-+]\d?)?)$")


def without_cut_value(text: str) -> str:
    """Take a last value away that was cut: `0.98` where Keras, which prints four decimals, was writing `0.9876`.

    Args:
        text: The end of a log, which lacks its newline.

    Returns:
        The text before it; all of it where nothing shows that a value was cut.
    """
    match = _CUT.search(text, max(0, len(text) - _LONGEST_CUT))
    return text[: match.start()] if match else text


def _place(match: re.Match[str], name: str) -> slice:
    return slice(*match.span(name)) if match[name] is not None else _NOWHERE


def _pairs(text: str, start: int) -> tuple[list[re.Match[str]], list[re.Match[str]], int]:
    """Find ` - name: number` as often as it stands there, the paces between, and where they end."""
    pairs: list[re.Match[str]] = []
    paces: list[re.Match[str]] = []
    while match := _PAIR.match(text, start) or _PACE.match(text, start):
        (pairs if match.re is _PAIR else paces).append(match)
        start = match.end()
    return pairs, paces, start


def _generation(match: re.Match[str]) -> Generation | None:
    """Say which generation prints a result in this style; None where several do."""
    times, bar = match["times"], match["bar"]
    if bar:
        if not bar.startswith("["):
            return "3"
        return "1" if not match["each"] else "tf.keras" if times.endswith("/sample") else None
    if not match["steps"]:
        return "2" if times.lstrip().startswith("-") else "1"
    if match["each"]:
        return "3" if times.count("-") == 2 else None
    return "tf.keras"


_HEADER = re.compile(r"Epoch (\d{1,9})/(\d{1,9})[\s*_`|\\,;:.\"')\]>]*$")
_HEADER_ALONE = re.compile(r"Epoch (\d{1,9})()$")  # Keras 0.x, counted from 0


class Header(NamedTuple):
    """Knows where the numbers of `Epoch 1/20` stand; `epochs` is nowhere if there is no second one."""

    epoch: slice
    epochs: slice
    begin: int

    def result(self, number: int, text: str) -> EpochBegin:
        """Read a text of this shape."""
        epochs = text[self.epochs]
        return EpochBegin(number, int(text[self.epoch]), int(epochs) if epochs else None)


def find_header(text: str) -> Header | None:
    """Find the header of an epoch that a text ends in; None if there is none."""
    match = _HEADER.search(text) or _HEADER_ALONE.match(text)
    return Header(slice(*match.span(1)), slice(*match.span(2)), match.start()) if match else None
