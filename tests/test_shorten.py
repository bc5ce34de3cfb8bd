"""A report for GitHub fits its limit and consists of whole parts."""

import re
from functools import cache, partial
from pathlib import Path

import pytest
from conftest import SECTION, reporter
from markdown_it import MarkdownIt
from test_report import cells, gathered

from reporter.documents.render import render
from reporter.documents.shorten import COMMENT_CHARACTERS, STEP_SUMMARY_BYTES, TextLimit, shorten
from reporter.errors import UsageError

NAMED = [SECTION.replace("First.ipynb", f"a|{number}") for number in range(12)]
GROUPS = gathered(*NAMED)
RUNS = sum(map(len, GROUPS))
WRITE = cache(partial(render, GROUPS, format="github", title="Results"))
WHOLE = WRITE()


def parts(text: str) -> tuple[int, int, int]:
    """Count the rows, the sections and the full logs of a report, each of which must be whole."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    rows = cells(text) if any(token.type == "table_close" for token in tokens) else []
    assert len({len(row) for row in rows}) <= 1
    blocks = [token.content for token in tokens if token.type == "html_block"]
    assert all(each.startswith("<details>") for each in blocks[::2])
    assert blocks[1::2] == ["</details>\n"] * (len(blocks) // 2)
    fences = [token for token in tokens if token.type == "fence"]
    assert all(token.content.rstrip().endswith(("0.9866", "0.9852", "0.9764")) for token in fences)
    sections = sum(token.type == "heading_open" and token.tag == "h3" for token in tokens)
    assert len(fences) == sections + len(blocks) // 2
    return len(rows) - 1, sections, len(blocks) // 2


@pytest.mark.parametrize("characters", [700, 900, 1500, 3000, 5000, 7777, 12_000, 20_000, 25_000])
def test_a_report_is_shortened_by_whole_parts_and_logs_go_first(characters: int) -> None:
    text = shorten(WRITE, RUNS, TextLimit(characters))
    rows, sections, logs = parts(text)
    assert len(text) <= characters < len(WHOLE)
    assert sections == 0 or rows == RUNS
    assert logs == 0 or sections == RUNS
    assert rows + sections + logs < 3 * RUNS
    notice = re.search(r"Shortened:\*\* (\d+) of 24 rows, (\d+) sections and (\d+) full logs are left out\.", text)
    assert notice
    assert [int(each) for each in notice.groups()] == [RUNS - rows, RUNS - sections, RUNS - logs]
    assert "`reporter report LOG... -o report.html` shows everything" in text


@pytest.mark.parametrize(
    ("template", "left_out"),
    [("report", r"\d+ of 24 rows, 24 sections and 24 full logs"), ("summary", r"\d+ of 24 rows")],
)
def test_markdown_for_a_file_also_lists_the_parts_left_out(template: str, left_out: str) -> None:
    write = partial(render, GROUPS, template, "md")
    assert re.search(rf"\n\n> \*\*Shortened:\*\* {left_out} are left out\. `", shorten(write, RUNS, TextLimit(1500)))
    assert "Shortened" not in shorten(write, RUNS, TextLimit(len(write())))


def test_a_higher_limit_shows_more_parts() -> None:
    found = [sum(parts(shorten(WRITE, RUNS, TextLimit(characters)))) for characters in range(1000, len(WHOLE), 800)]
    assert found == sorted(found)
    assert len(set(found)) > 15


def test_a_report_that_fits_is_not_shortened() -> None:
    assert shorten(WRITE, RUNS, TextLimit(len(WHOLE))) == WHOLE
    assert parts(WHOLE) == (RUNS, RUNS, RUNS)
    assert "Shortened" not in WHOLE


def test_the_limit_counts_bytes_too() -> None:
    text = shorten(WRITE, RUNS, TextLimit(10**9, 5000))
    assert 3000 < len(text.encode()) <= 5000


def test_a_limit_below_an_empty_report_is_refused() -> None:
    with pytest.raises(UsageError, match="even an empty report is longer than 100 characters; raise --max-chars"):
        shorten(WRITE, RUNS, TextLimit(100))


def test_the_command_keeps_to_the_limits_of_github(tmp_path: Path) -> None:
    assert (COMMENT_CHARACTERS, STEP_SUMMARY_BYTES) == (65_536, 1_048_576)
    for number in range(42):
        (tmp_path / f"{number}.log").write_text(SECTION.replace(".ipynb", f" {number}"), encoding="utf-8")
    text = reporter("report", ".", "--format", "github", cwd=tmp_path).stdout
    assert 60_000 < len(text) <= COMMENT_CHARACTERS
    assert parts(text)[:2] == (84, 84)
    assert len(reporter("report", ".", "--format", "github", "--max-chars", 9000, cwd=tmp_path).stdout) <= 9000
    long = reporter("report", ".", "--format", "github", "--max-chars", 10**9, cwd=tmp_path).stdout
    assert "Shortened" not in long
