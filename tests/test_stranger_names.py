"""Names of a stranger steer nothing: no command of the runner, no terminal, no spreadsheet, no parser, and no reader."""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from conftest import SECTION, reporter
from runner import run_action

from reporter.lookalikes import marked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="such names need a POSIX file system")

BAR = "2/2 [==] - 1s - loss: 0.5 - {}: 0.5\n"
STEERING = {
    "a newline": "a\n::set-output name=passed::true\n.log",
    "a carriage return": "a\r::set-output name=passed::true.log",
    "an escaped newline": "a%0A::set-output name=passed::true.log",
    "a mask": "::add-mask::0.log",
    "the end of an output": "passed=true\nEOF.log",
    "a new variable": "a\nPATH<<x\n.log",
    "properties of an annotation": "a,line=1,title=b::c.log",
    "the old form": "##[set-output name=passed;]true.log",
    "an option": "--output=x.log",
    "a line separator": "a\u2028::error::b.log",
}


@pytest.mark.parametrize("name", STEERING.values(), ids=STEERING.keys())
@pytest.mark.parametrize("text", [SECTION.replace("0.9866", "0.1"), "Epoch 1/3\n"], ids=["a run", "no run"])
def test_the_name_of_a_file_steers_no_runner(tmp_path: Path, name: str, text: str) -> None:
    folder = tmp_path / "checkout"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / name).write_text(text, encoding="utf-8")
    (folder / "logs" / "b.log").write_text(f"# {name}\nEpoch 1/9\n{BAR.format('val_acc')}", encoding="utf-8")
    done = run_action(folder, logs="logs", fail_under="val_acc>=0.99")
    assert (done.code, done.outputs["passed"]) == (1, "false")
    assert {kind for kind, _, _ in done.commands} <= {"error", "warning"}
    assert re.findall("^[^<\n]+<<[0-9a-f]{32}$", done.written, re.MULTILINE) == [
        line for line in done.written.splitlines() if "<<" in line
    ]
    assert not (folder / "x.log").exists()


DECEIVING = {
    "\u202egol.a": "[U+202E]gol.a",
    "a\u2066b\u2069": "a[U+2066]b[U+2069]",
    "val\u200b_acc": "val[U+200B]_acc",
    "v\u0430l_acc": "v\u0430[U+0430]l_acc",
    "l\u03bfss": "l\u03bf[U+03BF]ss",
    "\uff56al": "\uff56[U+FF56]al",
    "\u0442\u043e\u0447\u043d\u043e\u0441\u0442\u044c": "\u0442\u043e\u0447\u043d\u043e\u0441\u0442\u044c",
    "\u03b1\u03b2": "\u03b1\u03b2",
    "caf\u00e9 \u7cbe\u5ea6 \u1f600": "caf\u00e9 \u7cbe\u5ea6 \u1f600",
    "plain": "plain",
}


@pytest.mark.parametrize(("text", "shown"), DECEIVING.items(), ids=map(ascii, DECEIVING))
def test_characters_that_deceive_are_marked_and_others_stay(text: str, shown: str) -> None:
    assert marked(text) == shown
    assert marked(shown) == shown


@pytest.mark.parametrize("format", ["md", "html", "text", "github", "annotations", "codequality"])
def test_a_document_shows_no_change_of_direction(tmp_path: Path, format: str) -> None:
    (tmp_path / "a.log").write_text(f"# \u202eevil\nEpoch 1/9\n{BAR.format(FOREIGN)}", encoding="utf-8")
    done = reporter("report", "a.log", "--format", format, cwd=tmp_path)
    visible_text = re.sub(r"<script[^>]*>.*?</script>", "", done.stdout, flags=re.DOTALL)
    assert "\u202e" not in visible_text
    if format in ("md", "html", "text", "github"):
        assert "U+202E" in visible_text


FOREIGN = "v\u0430l_acc"

FORMULAS = ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1)", " =1", "|x", "%x"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_spreadsheet_finds_no_formula_in_safe_csv(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.log").write_text(f"# {name}\nEpoch 1/1\n{BAR.format('acc')}", encoding="utf-8")
    plain, safe = (
        reporter("parse", "a.log", "-o", "-", "--format", "csv", *each, cwd=tmp_path).stdout
        for each in ([], ["--csv-safe"])
    )
    rows = list(csv.DictReader(io.StringIO(plain)))
    assert rows[0]["run"].lstrip() == name.strip()
    for row in csv.reader(io.StringIO(safe)):
        assert [cell for cell in row[:2] if cell.lstrip()[:1] in "=+-@|%"] == []
    assert [row["value"] for row in csv.DictReader(io.StringIO(safe))] == [row["value"] for row in rows]


def test_safe_csv_is_for_csv(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    assert reporter("parse", "a.log", "--csv-safe", cwd=tmp_path).returncode == 2


def test_xml_holds_no_forbidden_character(tmp_path: Path) -> None:
    strange = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 0x7F, 0x85, 0xFFFE, 0xFFFF])) + "]]><a/>&x;"
    (tmp_path / "a.log").write_text(f"# {strange}\nEpoch 1/9\n{BAR.format('acc')}", encoding="utf-8")
    done = reporter("report", "a.log", "--format", "junit", "--fail-under", "acc>0.9", cwd=tmp_path)
    assert len(fromstring(done.stdout).findall(".//testcase")) == 1


LINKS = ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:x", "JaVaScRiPt:alert(1)", "a&#58;b", "x:\ty"]


@pytest.mark.parametrize("name", LINKS)
def test_a_link_has_no_scheme_but_that_of_the_web(tmp_path: Path, name: str) -> None:
    name = name.replace("/", "")
    (tmp_path / f"{name}.log").write_text(f"# [x]({name})\nEpoch 1/9\n{BAR.format('acc')}", encoding="utf-8")
    for format in ("md", "html", "github"):
        done = reporter("report", ".", "--format", format, cwd=tmp_path)
        html, text = re.sub("<style>.*?</style>", "", done.stdout, flags=re.DOTALL), re.sub(r"\\.", "", done.stdout)
        targets = re.findall("href=[\"']([^\"']*)", html) if format == "html" else re.findall(r"\]\(([^)]*)", text)
        strange = [each for each in targets if re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:", each, re.IGNORECASE)]
        assert strange in ([], ["data:,"])  # an empty icon
