"""Puts something before each line: quotation marks, times, names of loggers, containers and processes."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from messes.document import LONGEST, CannotApplyError, Document, Line
from messes.runs import choose


def prefix(document: Document, kind: str, change: Callable[[str], str]) -> None:
    """Put something before each line; a document has one kind of prefix, which only containers put before redraws."""
    document.once("prefix")
    if "wrapped" in document.done and kind not in ("quote", "indent", "comment", "html"):
        raise CannotApplyError  # what puts it before each line works before lines are wrapped
    redrawn = any(re.search("[\b\r]", line.text) for line in document.lines if line.kind in ("running", "result"))
    if redrawn and kind != "container":
        raise CannotApplyError
    glued = False
    for line in document.lines:
        line.text = line.text if glued else "\n".join(map(change, line.text.split("\n")))
        glued = not line.end.endswith("\n")


def quote_block(document: Document, random: Random) -> None:
    """Each line begins with `> `, as in an e-mail."""
    prefix(document, "quote", lambda text: f"> {text}")


def indent(document: Document, random: Random) -> None:
    """Each line is indented."""
    by = random.choice(("    ", "\t", "  "))
    prefix(document, "indent", lambda text: by + text)


def comment_out(document: Document, random: Random) -> None:
    """Each line begins with `## ` or `# `, as the output of knitr and in comments."""
    mark = random.choice(("## ", "# ", "// ", "#> "))
    prefix(document, "comment", lambda text: mark + text)


def add_timestamps(document: Document, random: Random) -> None:
    """Each line begins with a time, and perhaps with the level of a logger."""
    template = random.choice(
        (
            "2024-01-31 12:{:02d}:{:02d},123 INFO ",
            "[2024-01-31 12:{:02d}:{:02d}] ",
            "2024-01-31T12:{:02d}:{:02d}.123456Z ",
        )
    )
    seconds = iter(range(3600))
    prefix(document, "time", lambda text: template.format(*divmod(next(seconds, 0), 60)) + text)


def add_logger(document: Document, random: Random) -> None:
    """Each line comes through a logger: `INFO:absl:`."""
    mark = random.choice(("INFO:absl:", "INFO:root:", "I0131 12:00:00.123456 140735 io_utils.py:50] ", "[INFO] "))
    prefix(document, "logger", lambda text: mark + text)


def add_container(document: Document, random: Random) -> None:
    """Each line begins with the name of a container, which a bar that is drawn again overwrites."""
    mark = random.choice(("trainer_1  | ", "train-0 | ", "app-1  | "))
    prefix(document, "container", lambda text: mark + text)


def number_lines(document: Document, random: Random) -> None:
    """Each line begins with its number, as after `grep -n` or `cat -n`."""
    template = random.choice(("{}:", "{:6d}\t", "{:3d}  "))
    numbers = iter(range(1, 1_000_000))
    prefix(document, "number", lambda text: template.format(next(numbers)) + text)


def list_lines(document: Document, random: Random) -> None:
    """Each line is an item of a list, or a row of a table."""
    before, after = random.choice((("- ", ""), ("* ", ""), ("| ", " |"), ("`", "`")))
    prefix(document, "list", lambda text: before + text + after if text.strip() else text)


def set_in_html(document: Document, random: Random) -> None:
    """The log stands in a web page, with escaped characters."""
    prefix(document, "html", lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    document.insert(document.lines[0], Line("<html><body><pre>"))
    document.insert(document.lines[-1], Line("</pre></body></html>"), after=True)


def mix_two_processes(document: Document, random: Random) -> None:
    """Two processes print at the same time, each with a prefix before its lines."""
    document.once("mixed")
    pairs = list(zip(document.trainings, document.trainings[1:], strict=False))
    one, other = choose(random, [pair for pair in pairs if len(document.trainings) == 2])
    document.once("prefix")
    lines = [[line for line in document.lines if line.training is each] for each in (one, other)]
    _check_mixing(document, lines)
    template = random.choice(("[{}] ", "[1,{}]<stdout>: ", "worker-{} | ", "(Trainer pid=70{}) "))
    order = [0] * len(lines[0]) + [1] * len(lines[1])
    random.shuffle(order)
    rows = [iter(lines[0]), iter(lines[1])]
    document.lines = [next(rows[rank]) for rank in order]
    for line, rank in zip(document.lines, order, strict=True):
        line.text = "\n".join(template.format(rank) + part for part in line.text.split("\n"))


def _check_mixing(document: Document, lines: list[list[Line]]) -> None:
    """Refuse to mix lines that would lose their place, or of which a human could not tell the process."""
    plain = all(line.end and "\r" not in line.text and len(line.text) < LONGEST for each in lines for line in each)
    glued = any(not line.end.endswith("\n") or line.cell for line in document.lines)
    if not plain or glued or sum(map(len, lines)) != len(document.lines) or min(map(len, lines)) < 4:
        raise CannotApplyError
