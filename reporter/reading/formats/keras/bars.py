"""Turns progress bars and one-line results of Keras into events, once the places of their numbers are known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from reporter.model import Generation
from reporter.reading.events import Doubt, Progress, Result, Score
from reporter.reading.formats.keras.shapes import NOWHERE

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
NUMBER = r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?(?:[eE][-+]?\d{2,3})?|nan|inf)"

_count, _time = lru_cache(1024)(int), lru_cache(1024)(float)
"""Convert numbers that most lines share (steps, times), so that a long log holds each of them once in memory."""

KERAS_3_BAR = Doubt(
    "keras-3-bar",
    "the bars of Keras 3.0 to 3.10 print wrong training metrics, and so does their evaluate(); "
    "validation metrics, and all metrics since Keras 3.11, are right",
)
_KERAS_3_PARTIAL = Doubt(
    "keras-3-partial",
    "the unfinished bars of Keras 3.0 to 3.14 print wrong training metrics, so this epoch may have wrong ones",
)
"""Keras 3.11 corrected the finished bars only (https://github.com/keras-team/keras/issues/23030)."""


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
        is_full: Whether the bar is drawn to its end, so that it is finished even if a digit of its step was lost.
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
    is_full: bool
    rest: str

    @property
    def may_continue(self) -> bool:
        """Whether the line may continue a line that is broken off, which a bar never does."""
        return False

    @property
    def has_counter(self) -> bool:
        """Whether the line counts steps, such as `12/469`."""
        return self.step is not NOWHERE

    def is_unfinished(self, text: str) -> bool:
        """Tells whether the bar of a line has not reached its last step."""
        if self.always_unfinished or self.is_full:
            return self.always_unfinished
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
        step, counter, _, _, time, step_time, exponent, _, _, validation, generation, doubt, begin, _, _ = self
        logs = self._logs(text)
        steps, past_end = None, False
        if counter is not NOWHERE:
            steps = _count(text[counter])
            if steps is not None and text[step] != text[counter] and int(text[step]) > steps:
                if steps == 1:
                    return Score(number, logs=logs)
                steps, past_end = int(text[step]), True
        step_seconds = _time(text[step_time] + exponent) if step_time is not NOWHERE else None
        seconds = _time(text[time]) if time is not NOWHERE else None
        if self.named_places:
            validation = validation_names(logs)
        provisional = seconds == 0 and doubt is KERAS_3_BAR
        values = (
            number,
            text[begin:],
            logs,
            steps,
            seconds,
            step_seconds,
            generation,
            validation,
            provisional,
            doubt,
            "",
            past_end,
        )
        return Result._make(values)  # the quickest way; long logs have millions of results

    def _logs(self, text: str) -> dict[str, float]:
        convert = _number if "nan" in text else float
        if self.named_places:
            return {intern(text[name]): convert(text[place]) for name, place in self.named_places}
        return {name: convert(text[place]) for name, place in self.values.items()}


def _number(text: str) -> float:
    """Converts a number; every NaN is the same object, so that two results that hold it compare as equal."""
    return math.nan if text.endswith("nan") else float(text)


def validation_names(names: Sequence[str] | Mapping[str, float]) -> dict[str, str]:
    """Maps each metric to its validation metric, which has `val_` before its name."""
    return {name.removeprefix("val_"): name for name in names if name.startswith("val_")}
