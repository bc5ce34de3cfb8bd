"""A template of a stranger ends in bounded time and memory, with one line that says why, and reads no other file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import SECTION, reporter

resource = pytest.importorskip("resource")

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limits need Linux")

ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}"
ENDS = "{% endfor %}{% endfor %}{% endfor %}"

GREEDY: dict[str, tuple[str, str]] = {
    "loops without output": (f"{ENDLESS}{ENDS}", "takes longer than"),
    "loops with output": (f"{ENDLESS}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{ENDS}", "writes more than"),
    "a long text": ("{{ 'x' * 10 ** 12 }}", "too large"),
    "a list that doubles": (
        "{% set n = namespace(a=[0, 0]) %}{% for i in range(99) %}{% set n.a = n.a + n.a %}{% endfor %}",
        "needs more than",
    ),
    "a text that doubles": (
        "{% set n = namespace(a='xx') %}{% for i in range(99) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
        "needs more than",
    ),
    "a power": ("{{ 10 ** (10 ** 9) }}", "too many digits"),
    "powers of powers": (
        "{% set n = namespace(a=3) %}{% for i in range(99) %}{% set n.a = n.a * n.a %}{% endfor %}",
        "too large",
    ),
    "a width": ("{{ '%1000000000000d' % 1 }}", "may not format text with %"),
    "a width of format": ("{{ '{:10000000000}'.format(1) }}", ""),
    "centring": ("{{ 'x' | center(10 ** 11) }}", ""),
    "a macro that calls itself": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", ""),
    "a template that includes itself": ("{% include 'report.md.j2' %}", ""),
    "a replacement": ("{{ ('x' * 99999) | replace('x', 'y' * 99999) }}", ""),
    "a pile of lists": ("{{ range(99999) | map('string') | list | sort | join('x' * 99999) }}", ""),
}

CODE = """
import sys
from reporter.documents import limits

limits.SECONDS, limits.MEMORY = 2, 1 << 28
from reporter.cli import main

main(prog_name="reporter")
"""


@pytest.mark.parametrize(("template", "message"), GREEDY.values(), ids=GREEDY.keys())
def test_a_greedy_template_ends_with_one_line(tmp_path: Path, template: str, message: str) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "report.md.j2").write_text(template, encoding="utf-8")
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", CODE, "report", "a.log", "--templates", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)),
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr[-2000:]
    assert message in done.stderr
    assert time.monotonic() - start < 30


READING = {
    "a file by its path": "{% include '/etc/passwd' %}",
    "a file by dots": "{% include '../secret.txt' %}",
    "a link": "{% include 'link.txt' %}",
    "a link to a folder": "{% include 'linked/secret.txt' %}",
    "an import of a link": "{% import 'link.txt' as a %}{{ a }}",
    "a device": "{% include 'zero' %}",
    "a pipe": "{% include 'pipe' %}",
}


@pytest.mark.parametrize("template", READING.values(), ids=READING.keys())
def test_a_template_reads_only_files_of_its_folder(tmp_path: Path, template: str) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("TOPSECRET", encoding="utf-8")
    (folder / "link.txt").symlink_to("../secret.txt")
    (folder / "linked").symlink_to("..")
    (folder / "zero").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    (folder / "report.md.j2").write_text(template, encoding="utf-8")
    done = reporter("report", "a.log", "--templates", "templates", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "TOPSECRET" not in done.stderr
