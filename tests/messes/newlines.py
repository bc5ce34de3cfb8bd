"""Disturbs where lines end: newlines, redraws and other control characters are lost or added."""

from __future__ import annotations

from random import Random

from messes.document import LONGEST, CannotApplyError, Document, mark_disturbed
from messes.runs import choose


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
        mark_disturbed(line, after)


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
    mark_disturbed(line, after)


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
        mark_disturbed(line)


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
