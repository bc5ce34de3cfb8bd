"""Refreshing replaces the blocks of a Markdown file and changes nothing else."""

import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT, SECTION
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.cli import main
from reporter.documents.blocks import checksum, fill_blocks, manual_edit, stale_blocks
from reporter.documents.files import read_markdown, replace_file
from reporter.documents.marker_options import Options
from reporter.documents.markers import find_blocks, split_lines, with_unix_newlines
from reporter.errors import MarkerError, OutputError, SourceError

BEGIN, END = "<!-- BEGIN_REPORTER -->", "<!-- END_REPORTER -->"
BLOCK = f"{BEGIN}\n{END}\n"
PIECES = {
    "prose": "One line,\nand another.\n",
    "a table": "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "nested lists": "- one\n  1. two\n\n     still two\n     - three\n\n  one again\n",
    "a fence": f"```md\n{BLOCK}```\n",
    "a fence of tildes that shows fences": f"~~~~\n```\n{BLOCK}~~~\n{END}\n~~~~\n",
    "a fence in nested lists": f"- a\n  - b\n\n    ```\n    {BEGIN}\n\n    {END}\n    ```\n",
    "a fence on the line of its bullet": f"1. ```\n   {BEGIN}\n   ```\n",
    "a fence in a quotation": f"> ~~~\n> {BEGIN}\n> ~~~\n",
    "a quotation that ends its fence": f"> ```\n> {END}\n\nprose\n",
    "indented code": f"prose\n\n    {BEGIN}\n\n    {END}\n",
    "indented code in a list": f"- a\n\n      {BEGIN}\n",
    "code in prose": f"`{BEGIN}` and `{END}`\nin a line, `{{/* BEGIN_REPORTER */}}` too.\n",
    "a comment of several lines": f"<!--\n{BEGIN}\n",
    "preformatted HTML": f"<pre>\n{BEGIN}\n\n{END}\n</pre>\n",
    "a script": f"<script>\n{END}\n</script>\n",
    "other comments": "<!-- BEGIN_REPORTERS -->\n\n<!-- REPORTER -->\n\n{/* END_REPORTER_ */}\n",
    "an entity": "&lt;!-- BEGIN_REPORTER --&gt;\n",
    "strange white space": "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g\x00\n",
}
"""Markdown that stands around blocks; nothing in it is a marker."""

PLACES = {
    "between blank lines": BLOCK,
    "with spaces of its own": "<!--BEGIN_REPORTER \t  level=2-->\n<!--   END_REPORTER-->  \n",
    "of MDX": "{/* BEGIN_REPORTER level='4' */}\n{/* END_REPORTER */}\n",
    "with something in it": f"{BEGIN}\n| old |\n\n```\n{END}\n```\n{END}\n",
    "in HTML": f"<details>\n<summary>Results</summary>\n{BEGIN}\n{END}\n</details>\n",
    "in a list": f"- a\n\n  {BEGIN}\n  {END}\n",
    "in a list in a list": f"1. a\n   - b\n\n     {BEGIN}\n     old\n     {END}\n\n     more\n",
    "right behind prose": f"prose\n{BEGIN}\n{END}\nprose\n",
}
"""Places where a block is allowed."""

CONTENTS = [
    "",
    "text",
    "\n\n| a |\n|---|\n| 1 |\n\n### b\n\n```text\nEpoch 1/2\n\n  indented\n```\n",
    f"````\n```\n{END}\n{BEGIN}\n````\n",
    "<details>\n<summary>x</summary>\n\ntext\n\n</details>\n",
    "- a\n\n  b\n",
    "a\r\nb\rc",
]


@dataclass
class Page:
    """A Markdown file, and the pieces it was made of: every second one is a block."""

    text: str
    pieces: list[str]
    contents: list[str]


@st.composite
def pages(draw: st.DrawFn) -> Page:
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    around = st.lists(st.sampled_from(sorted(PIECES)).map(PIECES.__getitem__), max_size=4).map("\n".join)
    places = draw(st.lists(st.sampled_from(sorted(PLACES)).map(PLACES.__getitem__), max_size=4))
    pieces = [draw(around) + "\n"]
    for place in places:
        pieces += [place, "\nEnd of it.\n\n" + draw(around) + "\n"]
    pieces[-1] = pieces[-1].rstrip("\n") + draw(st.sampled_from(["", "\n", "\n\n\n"]))
    pieces = [draw(st.sampled_from(["", "\ufeff"])) + pieces[0], *pieces[1:]]
    contents = draw(st.lists(st.sampled_from(CONTENTS), min_size=len(places), max_size=len(places)))
    return Page("".join(pieces).replace("\n", newline), [piece.replace("\n", newline) for piece in pieces], contents)


def outside(text: str) -> list[str]:
    """Give the lines of a text that are in no block, and what ends each last marker."""
    lines = split_lines(text)
    for block in reversed(find_blocks(text)):
        last = lines[block.end - 1]
        lines[block.begin : block.end] = [last[len(last.rstrip("\r\n")) :]]
    return lines


@given(pages())
def test_text_outside_blocks_stays_and_filling_again_changes_nothing(page: Page) -> None:
    once = fill_blocks(page.text, page.contents)
    assert fill_blocks(once, page.contents) == once
    rest = once
    for piece in page.pieces[::2]:
        assert piece in rest
        rest = rest[rest.index(piece) + len(piece) :]
    assert once.startswith(page.pieces[0])
    assert rest == ""
    assert outside(once) == outside(page.text)


@given(pages())
def test_a_filled_block_has_its_content_and_checksum(page: Page) -> None:
    found = find_blocks(fill_blocks(page.text, page.contents))
    assert len(found) == len(page.contents)
    for block, content in zip(found, page.contents, strict=True):
        inside = "\n".join(line.removeprefix(block.indent) for line in block.content.split("\n"))
        assert inside == f"\n{with_unix_newlines(content).strip(chr(10))}\n\n"
        assert block.checksum == checksum(block.content)
        assert manual_edit(block, None) is None


SCRAPS = [
    *(BEGIN, END, "{/* BEGIN_REPORTER id=a */}", "{/* END_REPORTER */}", "<!--", "-->", "<pre>", "</pre>", "<div>"),
    *("```", "~~~", "    ", "  ", "\t", "- ", "1. ", "> ", "\n", "\n\n", "\r\n", "\r", "text", "#", "\ufeff", "\x0c"),
]


@given(st.lists(st.sampled_from(SCRAPS), max_size=30).map("".join), st.sampled_from(CONTENTS))
def test_text_outside_blocks_stays_in_any_file(text: str, content: str) -> None:
    try:
        once = fill_blocks(text, [content] * len(find_blocks(text)))
    except MarkerError:
        return
    assert outside(once) == outside(text)
    assert fill_blocks(once, [content] * len(find_blocks(once))) == once
    assert stale_blocks(once, once) == []


NOT_CLOSED = ["```\n", "<!-- open", "<pre>", f"{END}\n", f"{BEGIN}\n", f"{END}\n{BEGIN}", "~~~"]


@pytest.mark.parametrize("content", NOT_CLOSED)
def test_content_that_breaks_out_of_its_block_is_refused(content: str) -> None:
    with pytest.raises(MarkerError, match=r"README\.md:2: the output of the template contains a marker"):
        fill_blocks(f"a\n{BLOCK}```\nb\n", [content], "README.md")


@pytest.mark.parametrize("text", PIECES.values(), ids=PIECES.keys())
def test_markers_inside_code_and_comments_are_ignored(text: str) -> None:
    assert find_blocks(text) == []


@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES.keys())
def test_a_block_is_found(text: str) -> None:
    assert len(find_blocks(f"# Title\n\n{text}")) == 1


def test_a_block_in_a_list_is_indented_like_its_markers() -> None:
    text = fill_blocks("- a\n\n  <!-- BEGIN_REPORTER -->\n  <!-- END_REPORTER -->\n", ["text\n\n- b"])
    inside = "\n  text\n\n  - b\n\n"
    last = f"  <!-- END_REPORTER sha256={checksum(inside)} -->\n"
    assert text == f"- a\n\n  <!-- BEGIN_REPORTER -->\n{inside}{last}"


def test_a_byte_order_mark_is_kept() -> None:
    assert fill_blocks(f"\ufeff{BLOCK}", ["text"]).startswith(f"\ufeff{BEGIN}\n\ntext\n")


def test_indented_lines_are_not_code_in_mdx() -> None:
    text = "<Tabs>\n  <Tab>\n\n    {/* BEGIN_REPORTER */}\n    {/* END_REPORTER */}\n\n  </Tab>\n</Tabs>\n"
    assert (len(find_blocks(text, "a.mdx")), len(find_blocks(text, "a.md"))) == (1, 0)
    once = fill_blocks(text, ["text"], "a.mdx")
    assert "\n    text\n\n    {/* END_REPORTER sha256=" in once
    assert len(stale_blocks(text, once, "a.mdx")) == 1


OPTIONS = {
    "": Options(),
    "id=results logs=logs/**": Options(id="results", logs=("logs/**",)),
    "logs='a b' logs=c": Options(logs=("a", "b", "c")),
    "logs=\"'my logs' more\"": Options(logs=("my logs", "more")),
    'template=summary monitor="val loss" mode=min level=5': Options("", (), "summary", "val loss", "min", 5),
}


@pytest.mark.parametrize(("said", "meant"), OPTIONS.items())
def test_the_options_of_a_marker_are_parsed(said: str, meant: Options) -> None:
    for text in (f"<!-- BEGIN_REPORTER {said} -->\n{END}", f"{{/* BEGIN_REPORTER {said} */}}\n{{/* END_REPORTER */}}"):
        assert [block.options for block in find_blocks(text)] == [meant]


SHA = "0" * 64
WRONG = {
    "no end": (f"\n{BEGIN}\n", 2, "BEGIN_REPORTER without an END_REPORTER after it; "),
    "no end outside of code": (f"{BEGIN}\n```\n{END}\n", 1, "BEGIN_REPORTER without an END_REPORTER after it; "),
    "the end first": (f"a\n{END}\n{BEGIN}\n", 2, "END_REPORTER without a BEGIN_REPORTER before it; "),
    "two ends": (f"{BLOCK}{END}\n", 3, "END_REPORTER without a BEGIN_REPORTER before it; "),
    "a block in a block": (f"{BEGIN}\n\n{BLOCK}{END}\n", 3, "BEGIN_REPORTER inside the block that starts in line 1; "),
    "one id twice": (
        f"<!-- BEGIN_REPORTER id=a -->\n{END}\n" * 2,
        3,
        "id=a is already used by the block in line 1; choose another",
    ),
    "an unknown option": (f"<!-- BEGIN_REPORTER log=x -->\n{END}", 1, "unknown option 'log'; did you mean logs?"),
    "nonsense": (
        f"<!-- BEGIN_REPORTER ?! -->\n{END}",
        1,
        "unknown option '?!'; BEGIN_REPORTER takes id, logs, template, monitor, mode, level",
    ),
    "an option of the other marker": (
        f"{BEGIN}\n<!-- END_REPORTER id=x -->",
        2,
        "unknown option 'id'; END_REPORTER takes sha256",
    ),
    "no value": (f"<!-- BEGIN_REPORTER logs -->\n{END}", 1, "logs='' is not valid; logs takes files, folders,"),
    "an empty value": (f"<!-- BEGIN_REPORTER logs=' ' -->\n{END}", 1, "logs=' ' is not valid; logs takes files,"),
    "standard input": (
        f"<!-- BEGIN_REPORTER logs=- -->\n{END}",
        1,
        "a block cannot read standard input; logs takes files",
    ),
    "a mode": (f"<!-- BEGIN_REPORTER mode=up -->\n{END}", 1, "mode='up' is not valid; mode takes min or max"),
    "a level": (f"<!-- BEGIN_REPORTER level=6 -->\n{END}", 1, "level='6' is not valid; level takes the level of the h"),
    "a template elsewhere": (f"<!-- BEGIN_REPORTER template=../x -->\n{END}", 1, "template='../x' is not valid; "),
    "an option twice": (f"<!-- BEGIN_REPORTER level=2 level=3 -->\n{END}", 1, "level is given twice; keep one"),
    "an open quotation": (
        f"<!-- BEGIN_REPORTER id='x -->\n{END}",
        1,
        "a quotation mark is not closed, or a backslash ends the options",
    ),
    "options without end": (
        f"<!-- BEGIN_REPORTER {'x' * 5000} -->\n{END}",
        1,
        "its options are longer than 4,096 characters",
    ),
    "a checksum that is none": (
        f"{BEGIN}\n<!-- END_REPORTER sha256=12 -->\n",
        2,
        "sha256='12' is not valid; sha256 takes 64 hexadecimal digits",
    ),
    "text behind a marker": (f"{BEGIN} here\n{END}", 1, "BEGIN_REPORTER must be alone on one line that ends with -->"),
    "a marker of two lines": (f"<!-- BEGIN_REPORTER\n-->\n{END}", 1, "BEGIN_REPORTER must be alone on one line"),
    "a pattern that ends an MDX comment": (
        "{/* BEGIN_REPORTER logs=logs/**/a.log */}\n{/* END_REPORTER */}",
        1,
        "BEGIN_REPORTER must be alone on one line that ends with */}",
    ),
    "a marker in a quotation": (f"> {BEGIN}\n> {END}\n", 1, "BEGIN_REPORTER after '>'; put the marker on its own line"),
    "a marker on the line of its bullet": (
        f"- {BEGIN}\n  {END}\n",
        1,
        "BEGIN_REPORTER after '-'; put the marker on its own",
    ),
    "an end outside the list": (
        f"- a\n\n  {BEGIN}\n\n{END}\n",
        5,
        "END_REPORTER and its BEGIN_REPORTER in line 3 are indented differently; indent both alike",
    ),
}


@pytest.mark.parametrize(("text", "line", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_marker_is_an_error_with_its_line(text: str, line: int, message: str) -> None:
    for newline in ("\n", "\r\n", "\r"):
        with pytest.raises(MarkerError) as error:
            find_blocks(text.replace("\n", newline), "README.md")
        assert str(error.value).startswith(f"README.md:{line}: {message}")


HOSTILE = {
    "bullets": "- a\n",
    "quotations of rising depth": "> " * 40 + "a\n",
    "lazy lines": "> - > - a\nb\n",
    "references": "[a]: /b\n",
    "comments that stay open": "<!-- BEGIN\n",
    "fences in lists": "- ```\n",
    "tags": "<a\n<div>\n\n",
    "one line of markers": "<!-- BEGIN_REPORTER ",
    "blocks": BLOCK + "\n",
    "code spans": "`" * 7 + " ",
}


@pytest.mark.parametrize("scrap", HOSTILE.values(), ids=HOSTILE.keys())
def test_finding_blocks_takes_time_linear_in_the_file(scrap: str) -> None:
    once, fourfold = (_calls(scrap * times) for times in (100, 400))
    assert fourfold < 4.5 * once + 1000


def _calls(text: str) -> int:
    """Count the calls, of Python and of C, that it takes to find the blocks of a text, or what is wrong."""
    count = 0

    def follow(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(follow)
    try:
        find_blocks(text)
    except MarkerError:
        pass
    finally:
        sys.setprofile(None)
    return count


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "README.md"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", fail)
        with pytest.raises(OutputError, match=r"README\.md: No space left on device; name a file"):
            replace_file(path, "new")
    assert [each.name for each in tmp_path.iterdir()] == ["README.md"]
    assert path.read_text(encoding="utf-8") == "old"
    replace_file(path, "new\r\n")
    assert path.read_bytes() == b"new\r\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")
def test_a_device_is_written_to_and_not_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    replace_file(tmp_path / "pipe", "new\r\n")
    assert os.read(reading, 99) == b"new\r\n"
    os.close(reading)
    assert (tmp_path / "pipe").is_fifo()


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(b"\xff\xfe\x00")
    for name in ("x.md", "missing.md"):
        with pytest.raises(SourceError):
            read_markdown(tmp_path / name)


SUMMARY = "<!-- BEGIN_REPORTER id=table logs=logs template=summary -->\n<!-- END_REPORTER -->\n"
RESULTS = f"# Mine\n\n{SUMMARY}\n<!-- BEGIN_REPORTER id=all logs=logs/*.log level=2 -->\n<!-- END_REPORTER -->\nend"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a project of a log and a README with two blocks."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "README.md").write_text(RESULTS, encoding="utf-8")
    return tmp_path


def run(*args: object, cwd: Path) -> Result:
    """Run the command line from a folder."""
    before = Path.cwd()
    os.chdir(cwd)
    try:
        return CliRunner().invoke(main, [str(arg) for arg in args])
    finally:
        os.chdir(before)


def state(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_blocks_are_refreshed_and_running_again_changes_nothing(folder: Path) -> None:
    done = run("readme", "README.md", cwd=folder)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "README.md: refreshed\n")
    after = state(folder)
    text = after["README.md"].decode("utf-8")
    figures = [f"figures/logs-a{end}.svg" for end in ("", "-2", "-2-narrow", "-narrow")]
    assert sorted(after) == sorted(["README.md", *figures, "logs/a.log"])
    assert outside(text) == outside(RESULTS)
    table, everything = find_blocks(text)
    assert table.content.count("\n| First.ipynb | [logs/a.log](logs/a.log) |") == 1
    rows, *shown = table.content.split("\n**First.ipynb** (logs/a.log):\n")
    assert rows in everything.content
    assert [line for each in shown for line in each.splitlines() if "First" in line] == [
        '<img alt="Metrics of First.ipynb by epoch; best val_acc 0.9866 (epochs 2, 3)" src="figures/logs-a.svg" />'
    ]
    assert "\n## First.ipynb\n" in everything.content
    assert "\n### logs/a.log\n" in everything.content
    assert 'srcset="figures/logs-a-narrow.svg"' in everything.content
    again = run("readme", "README.md", cwd=folder)
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "README.md: up to date\n")
    assert state(folder) == after
    assert run("readme", "--check", "README.md", cwd=folder).exit_code == 0


def test_two_blocks_of_the_same_log_have_different_figures(folder: Path) -> None:
    marker = "<!-- BEGIN_REPORTER logs=logs monitor=loss mode"
    (folder / "README.md").write_text(f"{marker}=min -->\n{END}\n\n{marker}=max -->\n{END}\n", encoding="utf-8")
    assert run("readme", "README.md", cwd=folder).exit_code == 0
    assert run("readme", "--check", "README.md", cwd=folder).exit_code == 0
    drawn = [path.read_text(encoding="utf-8") for path in sorted((folder / "figures").iterdir())]
    assert len(set(drawn)) == len(drawn) == 8


def test_paths_are_relative_to_the_file_in_any_working_directory(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (folder / ".git").mkdir()
    (folder / "docs [1]").mkdir()
    inside = RESULTS.replace("logs=logs", "logs=../logs")
    (folder / "docs [1]" / "x.md").write_text(inside, encoding="utf-8")
    outcomes = []
    for place in (folder, folder / "docs [1]", tmp_path_factory.mktemp("elsewhere")):
        path = folder / "docs [1]" / "x.md"
        path.write_text(inside, encoding="utf-8")
        name = os.path.relpath(path, place) if folder in [place, *place.parents] else path
        assert run("readme", name, cwd=place).exit_code == 0
        outcomes.append(state(folder))
    assert outcomes[1:] == outcomes[:-1]
    assert b"[../logs/a.log](../logs/a.log)" in outcomes[0]["docs [1]/x.md"]


def test_a_check_lists_stale_blocks_and_writes_nothing(folder: Path) -> None:
    before = state(folder)
    done = run("readme", "--check", "README.md", cwd=folder)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[:2] == [
        "reporter: README.md:3: the block 'table' is stale; run: reporter readme README.md",
        "reporter: README.md:6: the block 'all' is stale; run: reporter readme README.md",
    ]
    assert done.stderr.splitlines()[2:] == [
        f"reporter: README.md:6: figures/logs-a{end}.svg of the block 'all' is missing; run: reporter readme README.md"
        for end in ("", "-narrow", "-2", "-2-narrow")
    ]
    assert state(folder) == before
    run("readme", "README.md", cwd=folder)
    (folder / "figures" / "logs-a.svg").write_text("<svg/>", encoding="utf-8")
    done = run("readme", "--check", "README.md", cwd=folder)
    assert done.exit_code == 1
    assert re.fullmatch(r"reporter: README\.md:\d+: figures/logs-a\.svg of the block 'all' is stale; .*\n", done.stderr)


def test_a_missing_figure_is_written_again(folder: Path) -> None:
    run("readme", "README.md", cwd=folder)
    before = state(folder)
    (folder / "figures" / "logs-a.svg").unlink()
    assert run("readme", "README.md", cwd=folder).stderr == "README.md: refreshed\n"
    assert state(folder) == before


def test_the_monitor_of_a_marker_overrides_the_one_of_the_command(folder: Path) -> None:
    (folder / "README.md").write_text(f"<!-- BEGIN_REPORTER monitor=val_loss -->\n{END}\n", encoding="utf-8")
    assert run("report", "logs", "--monitor", "loss", "--readme", "README.md", cwd=folder).exit_code == 0
    assert "| Best val_loss |" in (folder / "README.md").read_text(encoding="utf-8")


def test_a_diff_is_a_patch_and_writes_nothing(folder: Path) -> None:
    (folder / "README.md").write_bytes(RESULTS.replace("\n", "\r\n").replace("Mine", "\x1b[31mMine").encode())
    before = state(folder)
    done = run("readme", "--diff", "README.md", cwd=folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert state(folder) == before
    assert done.stdout_bytes.endswith(
        b"".join(b"figures/logs-a%s.svg: would be written\n" % end for end in (b"", b"-narrow", b"-2", b"-2-narrow"))
    )
    assert run("readme", "--diff", "--check", "README.md", cwd=folder).exit_code == 1
    subprocess.run(["git", "apply", "-p0", "-"], cwd=folder, input=done.stdout_bytes, check=True)
    patched = (folder / "README.md").read_bytes()
    (folder / "README.md").write_bytes(before["README.md"])
    run("readme", "README.md", cwd=folder)
    assert (folder / "README.md").read_bytes() == patched
    assert run("readme", "--diff", "--check", "README.md", cwd=folder).stdout == ""


def test_a_block_that_was_edited_by_hand_is_only_replaced_with_force(folder: Path) -> None:
    readme = folder / "README.md"
    run("readme", "README.md", cwd=folder)
    fresh = readme.read_text(encoding="utf-8")
    readme.write_text(fresh.replace("0.9866", "0.9966", 1), encoding="utf-8")
    before = state(folder)
    message = "reporter: README.md:3: the block 'table' was edited by hand; move the edit out of the block, or replace it with --force"
    for code, args in (
        (1, ["readme", "README.md"]),
        (1, ["readme", "--check", "README.md"]),
        (1, ["report", "logs", "--readme", "README.md"]),
    ):
        done = run(*args, cwd=folder)
        assert (done.exit_code, done.stdout) == (code, "")
        assert done.stderr.startswith(message)
        assert done.stderr.count("\n") == 1
        assert state(folder) == before
    readme.write_bytes(readme.read_bytes().replace(b"0.9966", b"0.9866").replace(b"\n", b"\r\n"))
    assert run("readme", "--check", "README.md", cwd=folder).exit_code == 0  # line endings are no edit
    readme.write_bytes(before["README.md"])
    assert run("readme", "--force", "README.md", cwd=folder).exit_code == 0
    assert readme.read_text(encoding="utf-8") == fresh


def test_blocks_without_logs_show_the_logs_of_the_command(folder: Path) -> None:
    (folder / "b.log").write_text(SECTION.replace("First", "Other"), encoding="utf-8")
    (folder / "README.md").write_text(SUMMARY + "\n" + BLOCK, encoding="utf-8")
    alone = run("readme", "README.md", cwd=folder)
    assert alone.exit_code == 2
    assert alone.stderr == (
        "reporter: README.md:4: the block: its marker names no logs; add logs=PATH, or run: "
        "reporter report LOG... --readme README.md\n"
    )
    assert run("report", "b.log", "--monitor", "loss", "--readme", "README.md", cwd=folder).exit_code == 0
    table, everything = find_blocks((folder / "README.md").read_text(encoding="utf-8"))
    assert "Best val_acc" in table.content
    assert "Other" not in table.content
    assert "Best loss" in everything.content
    assert "Other.ipynb" in everything.content


FAILING = {
    "a log that is missing": ("logs=nope.log", 3, "nope.log: No such file or directory; name a readable log"),
    "a folder without a log": ("logs=hollow", 3, "hollow: no log in this folder; "),
    "a pattern that matches nothing": ("logs=*.gz", 3, "*.gz: no file matches; "),
    "a log without a run beside others": ("logs=broken", 3, "broken/bad.log: no training run in it; "),
    "a log whose name holds a NUL": ("logs=a\0b.log", 3, "ab.log: no file has a NUL character in its name; "),
    "the file itself": ("logs=B.md", 3, "no log but the file itself; name another"),
    "a template that is not there": (
        "logs=logs template=sumary",
        2,
        "no template sumary.md.j2; there are ",
    ),
}


@pytest.mark.parametrize(("options", "code", "message"), FAILING.values(), ids=FAILING.keys())
def test_an_error_names_its_block_and_nothing_is_written(folder: Path, options: str, code: int, message: str) -> None:
    (folder / "hollow").mkdir()
    (folder / "broken").mkdir()
    (folder / "broken" / "bad.log").write_text("nothing\n", encoding="utf-8")
    (folder / "broken" / "good.log").write_text(SECTION, encoding="utf-8")
    (folder / "B.md").write_text(f"<!-- BEGIN_REPORTER id=b {options} -->\n{END}\n", encoding="utf-8")
    before = state(folder)
    done = run("readme", "README.md", "B.md", cwd=folder)
    assert done.exit_code == code
    assert done.stderr.startswith(f"reporter: B.md:1: the block 'b': {message}")
    assert done.stderr.count("\n") == 1
    assert state(folder) == before


def test_a_file_is_never_one_of_its_own_logs(folder: Path) -> None:
    (folder / "README.md").write_text(RESULTS.replace("logs=logs/*.log", "logs=."), encoding="utf-8")
    for expected in ("refreshed", "up to date"):
        assert run("readme", "README.md", cwd=folder).stderr == f"README.md: {expected}\n"


def test_two_files_cannot_use_the_same_path_for_different_figures(folder: Path) -> None:
    marker = "BEGIN_REPORTER logs=logs monitor=loss"
    (folder / "B.md").write_text(f"<!-- {marker} -->\n{END}\n", encoding="utf-8")
    (folder / "C.md").write_text(f"<!-- {marker} mode=max -->\n{END}\n", encoding="utf-8")
    assert run("readme", "README.md", "B.md", cwd=folder).exit_code == 0
    assert run("readme", "README.md", "B.md", "--check", cwd=folder).exit_code == 0
    before = state(folder)
    done = run("readme", "README.md", "B.md", "C.md", cwd=folder)
    assert done.exit_code == 2
    assert done.stderr.startswith("reporter: C.md:1: its figure figures/logs-a-loss.svg differs from the one of B.md; ")
    assert state(folder) == before


def test_a_file_without_a_block_is_an_error_unless_it_may_be_skipped(folder: Path) -> None:
    (folder / "plain.md").write_text(PIECES["a fence"], encoding="utf-8")
    refused = run("readme", "README.md", "plain.md", cwd=folder)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("reporter: plain.md: no block in it; add the lines <!-- BEGIN_REPORTER --> and ")
    assert run("readme", "--skip-unmarked", "README.md", "plain.md", cwd=folder).stderr == "README.md: refreshed\n"


def test_a_symbolic_link_within_a_repository_and_the_mode_of_a_file_are_kept(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").symlink_to("../README.md")
    (folder / "README.md").chmod(0o640)
    assert run("readme", "docs/index.md", cwd=folder).exit_code == 0
    assert os.readlink(folder / "docs" / "index.md") == "../README.md"
    assert stat.S_IMODE((folder / "README.md").stat().st_mode) == 0o640
    assert not (folder / "docs" / "figures").exists()
    assert run("readme", "--check", "README.md", cwd=folder).exit_code == 0


def test_without_a_repository_the_folder_of_the_file_behind_a_link_counts(folder: Path) -> None:
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").symlink_to("../README.md")
    assert run("readme", "docs/index.md", cwd=folder).exit_code == 0
    assert run("readme", "--check", "README.md", cwd=folder).exit_code == 0


ESCAPING = f"# {END} {{x}} */}}\n{BEGIN}\n```\n~~~\nEpoch 1/1\n2/2 [==] - 1s - loss: 0.5 - {END}: 1.0\nEpoch 1: {END}\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "a.log").write_text(SECTION, encoding="utf-8")
    (folder / "hostile.log").write_text(ESCAPING, encoding="utf-8")
    return folder


@settings(max_examples=50)
@given(pages())
def test_the_command_changes_nothing_outside_blocks_for_any_log(project: Path, page: Page) -> None:
    readme = project / "README.md"
    options = "BEGIN_REPORTER logs=a.log logs=hostile.log template=summary"
    odd = [piece.replace("BEGIN_REPORTER", options) for piece in page.pieces[1::2]]
    text = "".join(each for pair in zip(page.pieces[::2], [*odd, ""], strict=True) for each in pair)
    readme.write_bytes(text.encode("utf-8"))
    done = run("readme", "--skip-unmarked", readme, cwd=project)
    assert (done.exit_code, done.stdout) == (0, "")
    once = read_markdown(readme)
    assert outside(once) == outside(text)
    assert run("readme", "--skip-unmarked", "--check", readme, cwd=project).exit_code == 0


def test_the_pre_commit_hooks_are_valid_commands(folder: Path) -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    codes = [
        run(*entry.split(), "README.md", cwd=folder).exit_code for entry in re.findall("entry: reporter (.*)", hooks)
    ]
    assert codes == [0, 0, 1, 0]  # `lint` finds something in the log that the README quotes
