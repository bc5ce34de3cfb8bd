"""A log is hostile input: whatever it says is shown as it is, in a page, in Markdown, as JSON, on a terminal."""

import json
import re
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from chromium import Chromium
from conftest import on_a_terminal, reporter
from markdown_it import MarkdownIt
from markdown_it.token import Token

NAME = "</script><img src=x onerror=hurt=1>"
SECOND = '"><svg onload=hurt=2> | `x` [y](javascript:hurt=3) *z* $\\frac$ {{ 7 * 7 }}'
METRIC = "a|b`c<script>hurt=4</script>"
PLAIN = f"""\
# {NAME}

<iframe srcdoc='<script>parent.hurt=5</script>'> | ``` </details>

Total params: 12
Train on 4 samples, validate on 2 samples
Epoch 1/2
4/4 [==] - 1s - loss: 0.5 - val_acc: 0.5 - {METRIC}: 1.0 - __proto__: 2.0 - constructor: 3.0
Epoch 00001: val_acc improved from -inf to 0.50000, saving model to \x1b]8;;https://example.org\x07```</details><script>hurt=6</script>\x1b]8;;\x07\x1b[31m
Epoch 2/2
4/4 [==] - 1s - loss: nan - val_acc: 0.6 - {METRIC}: inf - __proto__: 2.0 - constructor: 3.0
\x1b]0;title\x07\x1b[2J\x9b31m
# {SECOND}
Epoch 1/3
4/4 [==] - 1s - loss: 0.5 - val_acc: 0.5
Epoch 2/3
2/4 [=>.] - 1s - loss: 0.5
"""

LOG = PLAIN + escape(PLAIN)
"""Says all of it twice: as it is, which reading takes the tags off, and as entities, which it makes tags of."""

FILES = ("<img src=x onerror=hurt=7>.log", "javascript:hurt=8.log", "a\x1b[31m\x1b]8;;x\x07|b`.log")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of hostile logs under hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in FILES:
        (folder / name).write_text(LOG, encoding="utf-8")
    return folder


def report(folder: Path, *args: str) -> str:
    done = reporter("report", *FILES, "--title", NAME, *args, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_nothing_a_log_says_is_run_by_a_page(browser: Chromium, folder: Path) -> None:
    report(folder, "-o", "page.html", "--force")
    browser.open(folder / "page.html")
    browser.wait("document.querySelectorAll('article figure').length === 12")
    browser.run("for (const each of document.querySelectorAll('article details')) { each.fill(); each.open = true; }")
    for link in browser.all(".runs a, article h3 a"):
        browser.run("arguments[0].click()", link) if "#" in (link.get_attribute("href") or "") else None
    assert browser.run("return typeof hurt") == "undefined"
    assert browser.run("return document.querySelectorAll('img, iframe, body script[src], svg[onload]').length") == 0
    assert len(browser.all("script")) == 2
    assert browser.texts("h1") == [NAME]
    assert {"Runs", NAME, SECOND} <= set(browser.texts("h2"))
    assert [METRIC] in browser.parts(".epochs thead tr", "th:nth-child(4)")
    assert any("```</details><script>hurt=6</script>" in text for (text,) in browser.parts(".log li", "code"))
    assert {link.get_attribute("protocol") for link in browser.all("article h3 a")} == {"file:"}
    assert browser.errors() == []
    assert browser.requests() == {(folder / "page.html").as_uri()}


def parsed(text: str) -> tuple[list[Token], list[Token]]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return tokens, [child for token in tokens for child in token.children or []]


@pytest.mark.parametrize("format", ["md", "github"])
def test_markdown_keeps_its_shape(folder: Path, format: str) -> None:
    tokens, inline = parsed(report(folder, "--format", format))
    rows = [index for index, token in enumerate(tokens) if token.type == "tr_open"]
    ends = [index for index, token in enumerate(tokens) if token.type == "tr_close"]
    widths = {
        sum(token.type in ("td_open", "th_open") for token in tokens[row:end])
        for row, end in zip(rows, ends, strict=True)
    }
    assert (len(rows), widths) == (13, {7})
    assert [token.content for token in inline if token.type == "html_inline"] == []
    blocks = [token.content for token in tokens if token.type == "html_block"]
    assert all(
        re.fullmatch(r"<details>\n<summary>Full training log: \d epochs?</summary>\n|</details>\n", each)
        for each in blocks
    )
    links = {str(token.attrs["href"]) for token in inline if token.type == "link_open"}
    places = {link.partition("#")[0] for link in links}
    assert places == (
        {quote(name) if name[0] != "j" else "./javascript:hurt%3D8.log" for name in FILES} if format == "md" else set()
    )
    headings = [tokens[index + 1] for index, token in enumerate(tokens) if token.type == "heading_open"]
    shown = {"".join(child.content for child in token.children or []) for token in headings}
    assert {NAME, SECOND} <= shown


def test_json_says_it_verbatim(folder: Path) -> None:
    answer = json.loads(report(folder, "--format", "json"), parse_constant=pytest.fail)
    assert answer["title"] == NAME
    runs = {each["name"]: each["runs"] for each in answer["experiments"]}
    assert [run["path"] for run in runs[NAME]] == [run["path"] for run in runs[SECOND]] == list(FILES)


CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@pytest.mark.parametrize("command", [["report", "--format", "text"], ["parse"]])
def test_a_file_gets_no_control_character(folder: Path, command: list[str]) -> None:
    shown = reporter(*command, *FILES, cwd=folder).stdout
    assert not CONTROL.search(shown)
    assert NAME in shown
    assert "[y](javascript:hurt=3)" in shown


@pytest.mark.parametrize("command", [["report", "--format", "text"], ["parse"]])
def test_a_terminal_gets_colours_and_nothing_else(folder: Path, command: list[str]) -> None:
    shown = on_a_terminal(folder, [*command, *FILES])
    colours = re.compile(r"\x1b\[[0-9;]*m")
    assert colours.search(shown)
    assert not CONTROL.search(colours.sub("", shown).replace("\r\n", "\n"))
    assert "\x1b[31m\x1b" not in shown


REFERENCES = "@someone #12 owner/name#12 GH-12 https://github.com/owner/name/issues/12 a@example.org"
GITHUB = re.compile(r"@\w|#\d|GH-\d|://")
"""What GitHub takes for somebody to be told, or for an issue to be linked from, wherever it stands in one text."""


@pytest.mark.parametrize(
    "args",
    [
        ["report", "a.log", "--format", "github"],
        ["parse", "a.log", "--format", "markdown"],
        ["compare", "a.log", "--to", "b.log", "--format", "md"],
    ],
)
def test_a_comment_on_github_tells_nobody_and_links_from_no_issue(tmp_path: Path, args: list[str]) -> None:
    log = f"# {REFERENCES}\n\nEpoch 1/1\n4/4 [==] - 1s - loss: 0.5 - @someone: 0.5\n"
    (tmp_path / "a.log").write_text(log, encoding="utf-8")
    (tmp_path / "b.log").write_text(log.replace("0.5", "0.4"), encoding="utf-8")
    done = reporter(*args, cwd=tmp_path)
    tokens = MarkdownIt("commonmark").enable("table").parse(done.stdout)
    lines = [token.children for token in tokens if token.type == "inline" and token.children]
    assert not [token.content for line in lines for token in line if GITHUB.search(token.content)]
    shown = ["".join(token.content for token in line if token.type == "text") for line in lines]
    assert REFERENCES in shown
