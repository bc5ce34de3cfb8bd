"""Finds the places of the numbers in a progress bar or a one-line result of Keras."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reporter.model import Generation
from reporter.reading.events import Doubt
from reporter.reading.formats.keras.bars import KERAS_3_BAR, NUMBER, Bar, validation_names
from reporter.reading.formats.keras.shapes import NOWHERE, place

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
_EXPONENTS = {"s": "", "ms": "e-3", "us": "e-6"}

_RESULT = re.compile(
    r"""
    \s{0,40}
    (?:(?P<step>\d{1,18})/(?P<steps>\d{1,18}|Unknown)\s{0,8}(?P<bar>\[[=>.]*\]|[━=]+)?)?
    (?P<times>
        [\s:,;|\[-]{0,8}(?:(?P<eta>ETA:\s{0,8}[\d:]{1,18}s?|\d{1,9}:\d\d(?::\d\d)?)|(?P<seconds>\d{1,9})s(?![\w.]))
        (?:[\s:,;|-]{0,8}(?P<step_time>\d{1,9}(?:\.\d{1,9})?)(?P<unit>s|ms|us)/(?:step|sample)\]?)?
    )?
    """,
    re.VERBOSE,
)
_PAIR = re.compile(
    rf"""
    (?:[*`]|__){{0,3}}(?:\s{{0,40}}-\s{{1,40}}(?:-\s{{1,40}})?|\s{{1,40}}-(?=[A-Za-z*`_]))
    (?:[>#|]{{1,3}}\s{{1,4}})?  # the mark of a quotation, where the line was wrapped
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

_COMMA_PAIR = re.compile(rf"(?=\s{{0,8}}[,;|]){_OTHER_PAIR.pattern}")

_PACE = re.compile(
    r"(?:[*`]|__){0,3}(?:\s{0,40}-\s{1,40}|\s{1,40}-|[:,;|]\s{0,8})(?P<step_time>\d{1,9}(?:\.\d{1,9})?)(?P<unit>s|ms|us)/(?P<of>epoch|step)"
)
_TAIL = re.compile(
    r"(?:\s-\s)([^\s:-][^:]{0,200}?):\s([-+]?\d{1,40}\.\d{4}(?:e[-+]\d{2,3}(?!\d))?)"
    rf"[\d.]{{0,9}}(?:[a-z_]{{0,9}}:\s{NUMBER})?$"
)
"""A last metric with the end of a longer line behind it: `acc: 0.98120.8733`, where Keras prints four decimals."""

_FULL = f"[{'=' * 30}]"
"""The bar of a finished epoch; that of an unfinished one has an arrow: `[====>...]`."""

_LOSS_TAIL = re.compile(r" - (?:\w+_)?loss: \d+\.\d{4}(?:0?\.?\d{4}$|[a-z: ])")
_FOUR = re.compile(r"[-+]?(?:\d{1,40}\.\d{4}(?:e[-+]\d{2,3})?|nan|inf)$")
_MARKS = " \t*_`|\\,;.)]>\"'"
"""Characters of Markdown or of a sentence that may follow a result."""

_DIGIT = re.compile("[0-9]")
_STALE_TAIL = Doubt("stale-tail", "the end of a longer line stands behind a result; it was ignored")


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
    tail = _tail(text, match.end(), pairs, end)
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
        seconds=place(match, "seconds"),
        step_time=place(pace, "step_time") if pace else NOWHERE,
        exponent=_EXPONENTS[pace["unit"]] if pace else "",
        values={pair[1]: slice(*pair.span(2)) for pair in pairs},
        named_places=[(slice(*pair.span(1)), slice(*pair.span(2))) for pair in pairs if has_digits],
        validation=validation_names([pair[1] for pair in pairs]),
        generation=_generation(match),
        doubt=_STALE_TAIL if tail else None if (match["bar"] or "[").startswith("[") else KERAS_3_BAR,
        begin=len(text) - len(text.lstrip()),
        is_full=match["bar"] == _FULL and match["eta"] is None,
        rest=text[end:].strip() if text[end:].strip(_MARKS) else "",
    )


def _counter(match: re.Match[str], text: str) -> tuple[slice, slice]:
    """Finds the step, with the spaces that pad it, and the number of steps if it is known."""
    step, steps = place(match, "step"), place(match, "steps")
    padded = slice(step.stop - (steps.stop - steps.start), step.stop)
    if 0 <= padded.start < step.start and not text[padded.start : step.start].strip(" "):
        step = padded
    return step, NOWHERE if match["steps"] == "Unknown" else steps


def _pairs(text: str, start: int) -> tuple[list[re.Match[str]], list[re.Match[str]], int]:
    """Finds all ` - name: number` from a position on, the paces between them (` - 25ms/step`), and where they end."""
    pairs: list[re.Match[str]] = []
    paces: list[re.Match[str]] = []
    pattern = _OTHER_PAIR if _OTHER_PAIR.match(text, start) else _PAIR
    while match := pattern.match(text, start) or _PACE.match(text, start) or (pairs and _COMMA_PAIR.match(text, start)):
        (paces if match.re is _PACE else pairs).append(match)
        start = match.end()
    return pairs, paces, start


def _tail(text: str, start: int, pairs: Sequence[re.Match[str]], end: int) -> list[re.Match[str]]:
    """Finds the metrics of a result that has the end of a longer line behind it; none if it has not.

    The last metric ends after four decimals if those before it have four, or if it is the loss, which has always four.
    """
    names = [pair[1] for pair in pairs]
    if len(pairs) > 1 and end == len(text) and names[-1] in names[:-1] and not _DIGIT.search(names[-1]):
        return list(pairs[:-1])
    before = [pair for pair in pairs if pair.end() < len(text)]
    match = _TAIL.match(text, before[-1].end() if before else start)
    has_four = match and (all(_FOUR.match(pair[2]) for pair in before) if before else _LOSS_TAIL.match(match[0]))
    return [*before, match] if match and has_four and match.end(2) < len(text) else []


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
