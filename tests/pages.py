"""Reads the code blocks and the tables of the README and of the documentation, and runs the blocks."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from conftest import ROOT, reporter, reporter_process

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+) -->\n)?"
    r'^```(?P<language>\w*)(?: title="(?P<file>[^"]+)")?\n(?P<code>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
_PARSERS = {"json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load}


def parse_toml(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


@dataclass(frozen=True)
class Block:
    """Holds a code block: its language, the file it is written to, and why it is not run, if so."""

    language: str
    code: str
    file: str | None
    reason: str | None
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(found["language"], found["code"], found["file"], found["reason"], line)


def run(block: Block, variables: dict[str, object]) -> None:
    """Do what a reader would do with a block; the current folder is that of the page.

    Args:
        block: The block. One with a title is a file, and is written; other console, shell and Python blocks are run.
        variables: What the Python blocks of this page have defined so far.
    """
    if block.language in _PARSERS:
        _PARSERS[block.language](block.code)
    if block.file:
        Path(block.file).parent.mkdir(parents=True, exist_ok=True)
        Path(block.file).write_text(block.code, encoding="utf-8")
    elif block.language == "python":
        exec(compile(block.code, f"line {block.line}", "exec"), variables)
    elif block.language == "sh":
        for command in block.code.splitlines():
            code, output = call(command)
            assert code == 0, f"{command} ends with {code}: {output}"
    elif block.language == "console":
        prompt, *shown = block.code.splitlines()
        _, output = call(prompt.removeprefix("$ "))
        check_shown(shown, [line.rstrip() for line in output.splitlines()])
    else:
        assert block.language in ("text", "md", "json", "yaml", "toml"), f"line {block.line}: which language is this?"


def call(command: str) -> tuple[int, str]:
    """Run a command line of `reporter`: where a format is installed in the current folder, in a process that sees it."""
    program, *args = shlex.split(command, comments=True)
    assert program == "reporter", f"{command!r} cannot be run; say why above the block"
    if list(Path().glob("*.dist-info")):
        done = reporter_process(*args, PYTHONPATH=f"{Path.cwd()}:{ROOT}")
    else:
        done = reporter(*args)
    return done.returncode, done.stdout + done.stderr


def check_shown(shown: list[str], printed: list[str]) -> None:
    """Compare the output in a block with what was printed; a line `…` stands for any lines."""
    rest = printed
    for number, part in enumerate("\n".join(shown).split("…")):
        lines = part.strip("\n").splitlines()
        starts = [0] if number == 0 else range(len(rest) + 1)
        start = next((each for each in starts if rest[each : each + len(lines)] == lines), None)
        assert start is not None, f"{lines} is not in {rest}"
        rest = rest[start + len(lines) :]
    assert not rest or shown[-1] == "…", f"{rest} is printed, too"


def first_column(page: Path, heading: str) -> list[str]:
    """Give the code in the first column of the first table under a heading."""
    text = page.read_text(encoding="utf-8")
    section = text[text.index(f"{heading}\n") + len(heading) :]
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert table
    rows = table[0].splitlines()[2:]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
