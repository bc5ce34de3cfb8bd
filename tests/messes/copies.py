"""Disturbs the text while it is saved or copied: lines, blanks, bars and control characters are lost or added."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from messes.document import CannotApplyError, Document, Line, Training, written
from messes.runs import choose

PAIR = r"(?P<name>[^\s:-](?:(?! - )[^:])*?): (?P<value>[-+]?(?:[\d.]+(?:e[-+]\d+)?|nan|inf))(?=\s|$)"
LONGEST = 400
"""Longer lines are those of a bar that TensorFlow 2.0 draws far beyond its end."""


def plain_results(document: Document, training: Training) -> list[Line]:
    """Give the results of a training that hold nothing but text, and were not disturbed."""
    return [line for line in document.lines_of(training, "result") if line.plain and len(line.text) < LONGEST]


def change_results(document: Document, random: Random, change: Callable[[str], str]) -> None:
    """Change one result of a training, or all results of all trainings."""
    results = [line for training in document.trainings for line in plain_results(document, training)]
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


def leave_stale_tail(document: Document, random: Random) -> None:
    """The end of a longer line stays behind the result: `acc: 0.98120.8733`."""
    results = [line for training in document.trainings for line in plain_results(document, training)]
    line = choose(random, [line for line in results if re.search(r"\d\.\d{4}$", line.text)])
    line.text += random.choice(("8733", "0.8733", ": 0.8733", "ss: 0.8733", " - loss: 0.8733"))
    line.touched = True
    _mark(line)


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


def wrap(document: Document, random: Random) -> None:
    """Lines are broken at a width, between words or anywhere."""
    width, words = random.randint(60, 110), random.random() < 0.5
    lines = [line for line in document.lines if line.plain and width < len(line.text) < LONGEST]
    choose(random, [line for line in lines if line.kind == "result"])
    document.once("wrapped")
    for line in lines:
        line.text, line.touched = _wrapped(line.text, width, words), True
        if line.training:
            line.training.pristine = False


def _wrapped(text: str, width: int, words: bool) -> str:
    """Break a text into lines of a width at most."""
    lines = []
    while len(text) > width:
        at = text.rfind(" ", 0, width + 1) if words else width
        at = at if at > 0 else width
        lines.append(text[:at])
        text = text[at:].lstrip() if words else text[at:]
    return "\n".join([*lines, text])


def glue_header(document: Document, random: Random) -> None:
    """The newline between a result and the next header is lost."""
    blank = random.choice((" ", " ", ""))
    _glue(document, random, "header", blank)


def glue_result(document: Document, random: Random) -> None:
    """The newline between a header and the bar or result below it is lost."""
    _glue(document, random, "result", " ")


def _glue(document: Document, random: Random, kind: str, blank: str) -> None:
    """Glue one line of a kind, or all of them, to the line before it."""
    other = {"header": "result", "result": "header"}[kind]
    pairs = [
        (line, after)
        for line, after in zip(document.lines, document.lines[1:], strict=False)
        if line.kind == other and after.kind == kind and line.plain and after.plain and not after.cell and line.end
    ]
    chosen = pairs if random.random() < 0.5 else [choose(random, pairs)]
    if not chosen:
        raise CannotApplyError
    for line, after in chosen:
        line.end = blank
        line.touched = after.touched = True
        _mark(line, after)


def _mark(*lines: Line) -> None:
    for line in lines:
        if line.training:
            line.training.pristine = False


def join_lines(document: Document, random: Random) -> None:
    """All newlines of a training are lost."""
    training = choose(random, [each for each in document.trainings if each.pristine])
    lines = document.lines_of(training)
    first = document.lines.index(lines[0])
    together = document.lines[first : first + len(lines)] == lines
    if not together or not all(line.plain and len(line.text) < LONGEST for line in lines) or len(lines) < 4:
        raise CannotApplyError
    if any(line.cell for line in lines[1:]) or any(line.kind == "error" for line in lines):
        raise CannotApplyError
    for line in lines[:-1]:
        line.end, line.touched = " " if line.text else "", True
    lines[-1].touched, training.pristine = True, False


def glue_to_unfinished(document: Document, random: Random) -> None:
    """The newline or the redraw between an unfinished bar and the finished one is lost: `acc: 0.976660000/60000`."""
    pairs = [
        (line, after)
        for line, after in zip(document.lines, document.lines[1:], strict=False)
        if (line.kind, after.kind) == ("running", "result") and line.plain and after.plain and line.end
    ]
    line, after = choose(random, pairs)
    line.end, line.touched, after.touched = "", True, True
    _mark(line, after)


def lose_redraws(document: Document, random: Random) -> None:
    """Backspaces and carriage returns are lost, so that all states of a bar stand in one line."""
    _translate(document, {"\b": "", "\r": ""})


def redraw_on_new_lines(document: Document, random: Random) -> None:
    """Carriage returns become newlines, and backspaces are lost."""
    _translate(document, {"\b": "", "\r": "\n"})


def show_backspaces(document: Document, random: Random) -> None:
    """Backspaces become visible characters, and carriage returns newlines."""
    _translate(document, {"\b": random.choice(("\u2408", "^H", "\ufffd")), "\r": "\n"})


def lose_escapes(document: Document, random: Random) -> None:
    """Only the first character of each escape code is lost: `[1m20/20[0m`."""
    _translate(document, {"\x1b": random.choice(("", "\ufffd", "^["))})


def _translate(document: Document, characters: dict[str, str]) -> None:
    document.once("control characters")
    lines = [line for line in document.lines if not characters.keys().isdisjoint(line.text)]
    if "\x1b" in characters and any("\r" in line.text for line in lines):
        raise CannotApplyError
    if not any(line.kind == "result" for line in lines):
        raise CannotApplyError
    for line in lines:
        line.text, line.touched = line.text.translate({ord(old): new for old, new in characters.items()}), True
        _mark(line)


def end_lines_as_windows(document: Document, random: Random) -> None:
    """Lines end in a carriage return and a newline, or in two carriage returns and a newline."""
    document.once("ends")
    end = random.choice(("\r\n", "\r\n", "\r\r\n"))
    for line in document.lines:
        line.text = line.text.replace("\n", end)
        line.end = end if line.end == "\n" else line.end


def add_empty_lines(document: Document, random: Random) -> None:
    """An empty line follows each line."""
    document.once("ends")
    for line in document.lines:
        line.end = "\n\n" if line.end == "\n" else line.end


def break_lines_of_markdown(document: Document, random: Random) -> None:
    """Each line ends in two blanks, a backslash or a `<br>`, as Markdown needs to keep it."""
    document.once("ends")
    mark = random.choice(("  ", "\\", "<br>", "<br/>"))
    for line in document.lines:
        line.end = mark + "\n" if line.end == "\n" and line.text else line.end


def drop_empty_lines(document: Document, random: Random) -> None:
    """Empty lines are lost."""
    empty = [line for line in document.lines if not line.text and line.end]
    choose(random, empty)
    document.remove(empty)


def drop_progress(document: Document, random: Random) -> None:
    """Bars that are not finished are lost, as after `grep -v ETA`."""
    running = [line for line in document.lines if line.kind == "running" and line.training]
    running = [line for line in running if line.training and line.training.partial is None and line.end]
    choose(random, running)
    document.remove(running)
    _mark(*running)


def drop_messages(document: Document, random: Random) -> None:
    """The messages of callbacks are lost."""
    messages = [line for line in document.lines if line.kind == "message" and line.plain and line.end]
    messages = [line for line in messages if line.training and not line.training.fit.stops]
    choose(random, messages)
    document.remove(messages)
    _mark(*messages)


def drop_first_header(document: Document, random: Random) -> None:
    """The text begins with the first result: what stands above it is lost."""
    document.once("beginning")
    training = document.trainings[0]
    results = document.lines_of(training, "result")
    if not training.pristine or not results or results[0] is not _first_shown(document):
        raise CannotApplyError
    if len(document.lines_of(training, "header")) < 2:
        raise CannotApplyError
    document.remove(document.lines[: document.lines.index(results[0])])
    training.pristine = False


def _first_shown(document: Document) -> Line:
    """Give the first result, if only lines of its own training stand above it."""
    training = document.trainings[0]
    return next(line for line in document.lines if line.kind == "result" or line.training is not training)


def drop_first_epochs(document: Document, random: Random) -> None:
    """Only the last epochs of the first training are left, beginning with a header."""
    document.once("beginning")
    training = document.trainings[0]
    headers = document.lines_of(training, "header")
    if not training.pristine or len(headers) < 2 or document.lines[0].training is not training:
        raise CannotApplyError
    start = random.choice(headers[1:])
    gone = document.lines[: document.lines.index(start)]
    if not any(line.facts for line in document.lines_of(training, "result") if line not in gone):
        raise CannotApplyError
    document.remove(gone)
    training.pristine = False


def drop_all_headers(document: Document, random: Random) -> None:
    """All lines with `Epoch` are lost, as after `grep -v Epoch`; there is one training."""
    training, *others = document.trainings
    if others or not training.pristine or training.partial or len(document.lines_of(training, "header")) < 2:
        raise CannotApplyError
    if len({len(facts) for _, facts in document.facts_of(training, ["result"])}) > 1:
        raise CannotApplyError  # some epochs are not validated: their results look like those of bars in others
    document.remove([line for line in document.lines if "Epoch " in line.text and line.kind in ("header", "message")])
    training.pristine, training.declared, training.status = False, None, None


def drop_middle_header(document: Document, random: Random) -> None:
    """The header of one epoch is lost, neither the first nor the last one."""
    training = choose(random, [each for each in document.trainings if each.pristine])
    headers = [line for line in document.lines_of(training, "header") if line.plain]
    document.remove([choose(random, headers[1:-1])])
    training.pristine = False


def break_off(document: Document, random: Random) -> None:
    """The text breaks off after a result or a header of the last training."""
    document.once("end")
    training = document.trainings[-1]
    lines = document.lines_of(training, "header", "result")
    if not training.pristine or training.declared is None or document.lines_of(training)[-1] is not document.lines[-1]:
        raise CannotApplyError
    last = choose(random, [line for line in lines[1:-1] if line.end])
    document.remove(document.lines[document.lines.index(last) + 1 :])
    training.pristine, training.status = False, "interrupted"
    training.partial = (last.epoch or 1, None, {}) if last.kind == "header" else None
