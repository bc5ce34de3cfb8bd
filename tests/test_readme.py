"""A block is refreshed, and nothing else is touched."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.errors import MarkerError, SourceError
from reporter.readme import BEGIN, END, read, refresh, write

LINE = st.text(
    st.characters(exclude_characters="\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"])
).filter(lambda line: "```" not in line and "~~~" not in line and line.strip() not in (BEGIN, END))


@given(st.lists(LINE), st.lists(LINE), st.lists(LINE), st.sampled_from(["\n", "\r\n"]))
def test_all_outside_the_markers_stays_and_twice_is_once(
    before: list[str], inside: list[str], after: list[str], newline: str
) -> None:
    head, tail = (newline.join(lines) for lines in ([*before, BEGIN], [END, *after]))
    once = refresh(newline.join([head, *inside, tail]), "new\n\nblock\n")
    assert once == head + newline.join(["", "", "new", "", "block", "", ""]) + tail
    assert refresh(once, "new\n\nblock\n") == once


def test_a_marker_shown_in_a_code_fence_is_no_marker() -> None:
    shown = f"````\n```\n{BEGIN}\n{END}\n````\n"
    assert refresh(f"{shown}{BEGIN}\n{END}\n{shown}", "x") == f"{shown}{BEGIN}\n\nx\n\n{END}\n{shown}"


WRONG = {
    "no marker at all": ("text\n", "README.md: no line <!-- BEGIN_REPORTER -->"),
    "no end": (f"{BEGIN}\n", "README.md: no line <!-- END_REPORTER -->"),
    "the end first": (f"a\n{END}\n{BEGIN}\n", "README.md:2: "),
    "two beginnings": (f"{BEGIN}\n\n{BEGIN}\n{END}\n", "README.md:3: a second"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_document_without_its_two_markers_is_refused(text: str, message: str) -> None:
    with pytest.raises(MarkerError) as error:
        refresh(text, "x", "README.md")
    assert str(error.value).startswith(message)


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "README.md"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", fail)
        with pytest.raises(OSError, match="full"):
            write(path, "new")
    assert [each.name for each in tmp_path.iterdir()] == ["README.md"]
    assert path.read_text(encoding="utf-8") == "old"
    write(path, "new\r\n")
    assert path.read_bytes() == b"new\r\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")
def test_a_device_is_written_to_and_not_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write(tmp_path / "pipe", "new\r\n")
    assert os.read(reading, 99) == b"new\r\n"
    os.close(reading)
    assert (tmp_path / "pipe").is_fifo()


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(b"\xff\xfe\x00")
    for name in ("x.md", "missing.md"):
        with pytest.raises(SourceError):
            read(tmp_path / name)
