"""Reads the scores of `evaluate`, which every script prints in its own words."""

from __future__ import annotations

import re
from decimal import Decimal

from reporter.reading.events import Event, Score
from reporter.reading.formats.keras.bars import NUMBER

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
_LONGEST = 2_000
_MARKS = " \t*`|\\"
"""Characters of Markdown around a score."""

_LIST = re.compile(rf"(?P<before>.*?)\[\s*(?P<values>{NUMBER}(?:,\s*{NUMBER})+)\s*\]$")
_LABEL = re.compile(r"(?=.*(?:score|evaluat|test|loss[_ ]and[_ ]metrics)).{0,60}[:=][\s*_`]*$", re.IGNORECASE)
_BARE = re.compile(r"\d{1,9}\.\d{4,20}(?:e-\d\d)?$")

_DICT = re.compile(r"\{\s*(?P<items>['\"][^{}\[\]]+)\}[\s*`]*$")
_ITEM = re.compile(rf"['\"]([^'\"]{{1,80}})['\"]:\s*(?:[\w.]{{1,20}}\()?({NUMBER})\)?(?:,\s*|\s*$)")
_OF_R = re.compile(rf"\$(?P<name>\w{{1,80}}) (?:#{{1,6}} )?\[1\] (?P<value>{NUMBER})$")

_ABOUT_TEST = re.compile(r"(?<![A-Za-z])(?:test(?:ing|ed)?(?![a-z])|evaluat)", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:final|and|model|the|on|for|of|set|data|results?|testing|tested|test|[-_ ])+(?=[A-Za-z])", re.IGNORECASE
)
_BEHIND = re.compile(r"[ _-]+(?:on|for|of)?[ _]*(?:the[ _])?test(?:ing)?[ _]*(?:set|data)?$", re.IGNORECASE)
"""Words before and behind the name of a metric."""

_PHRASE = (
    r"{}[A-Za-z](?:[A-Za-z0-9_ ]{{0,29}}?[A-Za-z0-9_])??)(?:\s{{0,9}}\([^()]{{1,30}}\))?"
    r"\s{{0,9}}(?:[:=]|\bis(?=\s))\s{{0,9}}"
    rf"{{}}{NUMBER.replace('{', '{{').replace('}', '}}')})(?:{{}}\s?%))?"
)
_NAMED = re.compile(
    r"(?<![A-Za-z0-9_])" + _PHRASE.format("(?P<name>", "(?P<value>", "(?P<percent>") + r"(?=[\s,;|*`]|\.?$)"
)
_UNNAMED = _PHRASE.format("(?:", "(?:", "(?:")
_PHRASES = re.compile(
    rf"(?:.{{0,60}}[\s:*`(-])??{_UNNAMED}(?:(?:\s{{0,9}}[,;|/]|\s{{1,9}}-|\s{{1,9}}and)?\s{{1,9}}{_UNNAMED}){{0,9}}[\s.*`]*$"
)
_ENDS_WITH_VALUE = re.compile(rf"(?:[:=]|\bis\s)\s*{NUMBER}(?:\s*%)?[\s.*`]*$")

_KNOWN = re.compile(
    r"loss|score|acc|accuracy|auc|precision|recall|f1(?:_score)?|mae|mse|rmse|mean_(?:absolute|squared)_error|iou|mean_iou"
    r"|dice(?:_\w+)?|(?:binary|categorical|sparse_categorical|top_?\w*)_acc(?:uracy)?|cross_?entropy"
)
_REPEATED = re.compile(
    r"(?P<first>loss|acc(?:uracy)?) ?: ?(?P<one>\d{1,9}\.\d{6,20})[,;]? "
    r"(?P<second>loss|acc(?:uracy)?) ?: ?(?P<other>\d{1,9}\.\d{6,20})$",
    re.IGNORECASE,
)
"""The two values that `evaluate` returns, as scripts print them; Keras itself prints four decimals."""

_SIMPLE = re.compile(
    rf".*?\bTest[ _](?P<name>[a-z][\w ]{{0,40}}?)\s*[:=]\s*(?P<value>{NUMBER})(?P<percent>\s*%)?\s*$", re.IGNORECASE
)


def find_score(number: int, text: str) -> Event | None:
    """Reads the scores of a line; None if it has none."""
    text = text.strip(_MARKS)
    found = _find_list(number, text) or _find_dict(number, text) or _find_test_score(number, text)
    return found or _find_repeated(number, text)


def may_be_score(text: str) -> bool:
    """Tells whether a line, or another one that differs from it only in its digits, may have scores."""
    text = text.strip(_MARKS)
    if (
        "$" in text
        or ("[" in text and _LIST.match(text))
        or _BARE.match(text)
        or ("loss" in text and _DICT.search(text))
    ):
        return True
    if _REPEATED.match(text):
        return True
    return _may_be_test_score(text) and bool(_PHRASES.match(text) or _SIMPLE.match(text))


def _find_list(number: int, text: str) -> Event | None:
    """Reads numbers without names: a list, alone or after a label such as `Test score:`, or a number alone."""
    match = _LIST.match(text) if "[" in text else None
    if match and (not match["before"].strip(" #>|*`") or _LABEL.match(match["before"])):
        return Score(number, tuple(float(value) for value in match["values"].split(",")))
    return Score(number, (float(text),)) if _BARE.match(text) else None


def _find_dict(number: int, text: str) -> Event | None:
    """Reads the dictionary that `evaluate(return_dict=True)` returns, or its list in R; None for any other line.

    A dictionary with validation metrics is the one that callbacks get.
    """
    if "$" in text and (match := _OF_R.search(text)):
        return Score(number, logs={match["name"]: float(match["value"])})
    match = _DICT.search(text) if "loss" in text else None
    if not match or len(text) > _LONGEST * 5:
        return None
    items, end = {}, 0
    while item := _ITEM.match(match["items"], end):
        items[item[1]], end = float(item[2]), item.end()
    if end < len(match["items"]) or "loss" not in items or any(name.startswith("val_") for name in items):
        return None
    return Score(number, logs=items)


def _find_test_score(number: int, text: str) -> Event | None:
    """Reads scores in words, such as `Test loss: 0.03` and `Test results - Loss: 0.03 - Accuracy: 99.5%`."""
    if not _may_be_test_score(text):
        return None
    if _PHRASES.match(text):
        found = {_name(match["name"]): _value(match) for match in _NAMED.finditer(text)}
        if all(map(_KNOWN.fullmatch, found)):
            return Score(number, logs=found)
    match = _SIMPLE.match(text)
    if not match or (match["value"].isdigit() and int(match["value"]) > 1 and not match["percent"]):
        return None  # such as `Test images: 10000`
    name = match["name"].lower().replace(" ", "_")
    return Score(number, logs={"loss" if name == "score" else name: _value(match)})


def _find_repeated(number: int, text: str) -> Event | None:
    match = _REPEATED.match(text)
    if not match:
        return None
    logs = {match["first"].lower(): float(match["one"]), match["second"].lower(): float(match["other"])}
    return Score(number, logs=logs, repeats=True)


def _may_be_test_score(text: str) -> bool:
    """Tells whether a line ends like a score and is about a test; this takes less time than the patterns for scores."""
    if len(text) > _LONGEST or not ("est" in text or "EST" in text or "valuat" in text):
        return False
    return _ENDS_WITH_VALUE.search(text) is not None and _ABOUT_TEST.search(text) is not None


def _name(words: str) -> str:
    """Returns the metric that words name: `loss` for `Final test loss`, `Loss on the test set` and `Test score`."""
    before = _BEFORE.match(words)
    words = _BEHIND.sub("", (words[before.end() :] if before else words).removesuffix(" is"))
    name = words.strip(" _").lower().replace(" ", "_")
    return "loss" if name == "score" else name


def _value(match: re.Match[str]) -> float:
    """Returns a fraction where a percentage is printed; an accuracy above 1 is one."""
    value = float(match["value"])
    is_percentage = match["percent"] or ("acc" in match["name"].lower() and 1 < value <= 100)
    return float(Decimal(match["value"]).scaleb(-2)) if is_percentage else value
