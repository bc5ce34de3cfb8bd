"""Disturbs the text of results by hand: blanks, separators, bars and times are lost, added or replaced."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from messes.document import LONGEST, CannotApplyError, Document, Line, Training, mark_disturbed, written
from messes.runs import choose

PAIR = r"(?P<name>[^\s:-](?:(?! - )[^:])*?): (?P<value>[-+]?(?:[\d.]+(?:e[-+]\d+)?|nan|inf))(?=\s|$)"


def plain_results(document: Document, training: Training) -> list[Line]:
    """Give the results of a training that hold nothing but text, and were not disturbed."""
    return [line for line in document.lines_of(training, "result") if line.plain and len(line.text) < LONGEST]


def change_results(document: Document, random: Random, change: Callable[[str], str]) -> None:
    """Change one result of a training, or all results of all trainings."""
    kinds = ("result", "echo")
    results = [line for line in document.lines if line.kind in kinds and line.plain and len(line.text) < LONGEST]
    chosen = results if random.random() < 0.5 else [choose(random, results)]
    changed = [(line, change(line.text)) for line in chosen]
    if all(line.text == text for line, text in changed):
        raise CannotApplyError
    for line, text in changed:
        line.touched = line.touched or line.text != text
        line.text = text
        if line.training:
            line.training.pristine = False


def lose_blanks(document: Document, random: Random) -> None:
    """Blanks beside the separators are lost: `loss:0.5` or `1.35 -acc: 0.48`."""
    old, new = random.choice(((": ", ":"), (" - ", " -"), (" - ", "- ")))
    change_results(document, random, lambda text: text.replace(old, new))


def add_blanks(document: Document, random: Random) -> None:
    """Blanks are added: double ones, tabs, no-break spaces, or one before the colon."""
    old, new = random.choice(
        ((" - ", "  -  "), (" - ", "\t- "), (" - ", "\u00a0-\u00a0"), (": ", " : "), (": ", ":  "))
    )
    change_results(document, random, lambda text: text.replace(old, new))


def remove_bars(document: Document, random: Random) -> None:
    """The drawing of the bar is removed by hand: `60000/60000 - 17s 285us/step - loss: 0.5`."""
    change_results(document, random, lambda text: re.sub(r" (?:\[[=>.]*\]|[━=]{20})", "", text))


def shorten_bars(document: Document, random: Random) -> None:
    """The drawing of the bar is shortened by hand: `[====]` or `[=...=]`."""
    short = random.choice(("====", "=...=", "==>"))
    change_results(document, random, lambda text: re.sub(r"\[=+\]|[━=]{20}", f"[{short}]", text))


def remove_times(document: Document, random: Random) -> None:
    """The time of a step is removed by hand."""
    change_results(document, random, lambda text: re.sub(r"(?: -)? \d+(?:ms|us|s)/(?:step|sample)", "", text, count=1))


def replace_separators(document: Document, random: Random) -> None:
    """The separators are replaced by others: commas, bars, or colons without blanks."""
    first, between = random.choice(((" - ", ", "), (" - ", " | "), (":", ":"), (" ; ", "; ")))

    def change(text: str) -> str:
        before, *metrics = re.split(r" - (?=[^\s:-][^:]*: [-+\dni])", text)
        if between == ":":
            metrics = [metric.replace(": ", ":") for metric in metrics]
        return first.join([before, between.join(metrics)])

    change_results(document, random, change)


def set_bold(document: Document, random: Random) -> None:
    """One metric of the result is set in bold."""
    mark = random.choice(("**", "__", "`"))

    def change(text: str) -> str:
        pairs = list(re.finditer(rf"(?<= - ){PAIR}", text))
        pair = random.choice(pairs) if pairs else None
        return text[: pair.start()] + mark + pair[0] + mark + text[pair.end() :] if pair else text

    change_results(document, random, change)


def decorate_headers(document: Document, random: Random) -> None:
    """The headers of epochs are set in bold or in italics, as headings, or end in a colon."""
    headers = [line for line in document.lines if line.kind == "header" and line.plain]
    before, after = random.choice((("**", "**"), ("_", "_"), ("### ", ""), ("", ":"), ("* ", "")))
    choose(random, headers)
    for line in headers:
        line.text, line.touched = before + line.text + after, True
        mark_disturbed(line)


def leave_stale_tail(document: Document, random: Random) -> None:
    """The end of a longer line stays behind the result: `acc: 0.98120.8733`."""
    results = [line for training in document.trainings for line in plain_results(document, training)]
    line = choose(random, [line for line in results if re.search(r"\d\.\d{4}$", line.text)])
    line.text += random.choice(("8733", "0.8733", ": 0.8733", "ss: 0.8733", " - loss: 0.8733"))
    line.touched = True
    mark_disturbed(line)


def cut_result(document: Document, random: Random) -> None:
    """A result breaks off within a name or after a separator; the next epoch follows."""
    results = [
        line
        for training in document.trainings
        for line in plain_results(document, training)[:-1]
        if training.pristine
        if line.facts and len(line.facts) > 1 and not document.lines_of(training, "running")
    ]
    line = choose(random, [each for each in results if len(re.findall(rf" - {PAIR}", each.text)) > 1])
    pairs = list(re.finditer(rf" - {PAIR}", line.text))
    kept = random.randint(1, len(pairs) - 1)
    end = pairs[kept].start() + random.choice((0, 3, 4))
    facts = written({pair["name"]: float(pair["value"]) for pair in pairs[:kept]})
    line.text, line.facts, line.touched = line.text[:end].rstrip(), facts, True
    assert line.training
    line.training.pristine = False
