"""What is fuzzed: each target takes bytes, and raises an exception if `reporter` breaks a promise."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from reporter.cli import main
from reporter.documents import limits
from reporter.documents.blocks import fill_blocks
from reporter.documents.export import to_csv, to_json
from reporter.documents.markers import find_blocks
from reporter.documents.report import document
from reporter.documents.sandbox import render_template
from reporter.errors import ReporterError
from reporter.facts.gates import Gate
from reporter.facts.hygiene.rules import cases_of, find
from reporter.model import Log
from reporter.reading.reader import Reader
from reporter.sources.notebook import Cell
from reporter.sources.text import open_pieces

_EACH = 64

limits.SECONDS, limits.MEMORY, limits.CHARACTERS = 2, 1 << 28, 1 << 20


def read(data: bytes, name: str) -> Log:
    """Read bytes as the file of a name is read, and write the log in all ways that need no figure."""
    reader = Reader(name)
    for piece in open_pieces(io.BytesIO(data), name):
        if isinstance(piece, Cell):
            reader.begin_cell(piece.number)
        else:
            reader.feed_text(piece)
    log = reader.close()
    json.loads(to_json([log]))
    to_csv([log], safe=True)
    find(cases_of([log]))
    if len(data) % _EACH == 0:  # a template takes a hundred times as long as the rest
        for format in ("md", "text", "github"):
            document([log], format=format).text.encode("utf-8")
    return log


def fuzz_bytes(data: bytes) -> None:
    """A file of any bytes: text, compressed, an event file."""
    with suppress(ReporterError):
        read(data, "a.log")


def fuzz_notebooks(data: bytes) -> None:
    """The JSON of a notebook, or the outputs of its cells, separated by NUL."""
    if not data.startswith(b"{"):
        texts = data.decode("utf-8", "replace").split("\0")
        outputs = [[{"output_type": "stream", "text": text.splitlines(keepends=True)}] for text in texts]
        cells = [{"cell_type": "code", "outputs": each} for each in outputs]
        data = json.dumps({"nbformat": 4, "cells": cells}).encode()
    with suppress(ReporterError):
        read(data, "a.ipynb")


def fuzz_markers(data: bytes) -> None:
    """A Markdown file with blocks: what is outside of them stays as it is, and filling them again changes nothing."""
    text = data.decode("utf-8", "replace")
    try:
        found = find_blocks(text)
        contents = ["| a |\n|---|\n| 1 |\n"] * len(found)
        once = fill_blocks(text, contents)
    except ReporterError:
        return
    assert fill_blocks(once, contents) == once
    assert [block.options for block in find_blocks(once)] == [block.options for block in found]


def fuzz_gates(data: bytes) -> None:
    """A gate of `--fail-under`."""
    with suppress(ReporterError):
        Gate.parse(data.decode("utf-8", "replace"))


def fuzz_templates(data: bytes) -> None:
    """A template of a stranger."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "report.md.j2").write_bytes(data)
        with suppress(ReporterError):
            render_template("report.md.j2", "md", [Path(folder)], {"title": "a", "runs": [], "groups": [[]]})


def fuzz_prose(data: bytes) -> None:
    """A document that claims numbers, beside its log."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.md").write_bytes(data)
        with suppress(ReporterError, SystemExit):
            command = ["check", "-q", f"{folder}/a.md", "-o", "/dev/null"]
            main.main(command, prog_name="reporter", standalone_mode=False)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "bytes": fuzz_bytes,
    "notebooks": fuzz_notebooks,
    "markers": fuzz_markers,
    "gates": fuzz_gates,
    "templates": fuzz_templates,
    "prose": fuzz_prose,
}
