"""A number that a comment binds to a log is written by `readme` and checked by `readme --check` and `check`."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, reporter

LOGS = ROOT / "logs" / "original"


def write(folder: Path, text: str) -> Path:
    path = folder / "README.md"
    path.write_bytes(text.encode("utf-8"))
    (folder / "code9.log").write_bytes((LOGS / "code9.log").read_bytes())
    (folder / "gap.log").write_bytes((LOGS / "gap.log").read_bytes())
    return path


WRITTEN: dict[str, tuple[str, str, str]] = {
    "percent with two decimals": ("best val_acc", "99.52 %", "99.53 %"),
    "percent with one decimal": ("best val_acc", "99.2%", "99.5%"),
    "a fraction": ("best val_acc", "0.9900", "0.9953"),
    "percent without a sign": ("best val_acc", "98.10", "99.53"),
    "the spelling of another Keras": ("best val_accuracy", "0.9900", "0.9953"),
    "the last value": ("last val_acc", "0.9900", "0.9947"),
    "a score with all digits": ("score loss", "0.016543518993379803", "0.016543518993379802"),
    "the epoch of the best value": ("epoch val_acc", "17", "18"),
    "a number of epochs": ("epochs", "19", "20"),
    "parameters with thousands separators": ("params", "14,865", "14,864"),
    "parameters without": ("params", "14865", "14864"),
    "parameters in thousands": ("params", "14.2k", "14.9k"),
    "bold": ("best val_acc", "**99.52** %", "**99.53** %"),
    "words around": ("best val_acc", "nearly 99.52 % here", "nearly 99.53 % here"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_number_is_written_in_the_way_it_was_written(name: str, tmp_path: Path) -> None:
    words, before, after = WRITTEN[name]
    line = "# A\r\n\r\nIt has <!-- claim: {words} logs=code9.log -->{value}<!-- /claim -->, see below.  \r\n\tEnd"
    path = write(tmp_path, line.format(words=words, value=before))
    done = reporter("readme", "--check", "README.md", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("reporter: README.md:3: the claim ")
    assert reporter("readme", "README.md", cwd=tmp_path).returncode == 0
    assert path.read_bytes().decode("utf-8") == line.format(words=words, value=after)
    assert reporter("readme", "--check", "README.md", cwd=tmp_path).returncode == 0
    assert reporter("check", "--strict", "README.md", cwd=tmp_path).returncode == 0


def test_a_number_that_agrees_is_left_as_it_is(tmp_path: Path) -> None:
    text = "\ufeffRounded <!-- claim: best val_acc logs=code9.log -->99.5 %<!-- /claim -->\n"
    path = write(tmp_path, text)
    assert reporter("readme", "README.md", cwd=tmp_path).returncode == 0
    assert path.read_bytes().decode("utf-8") == text


def test_the_run_is_named(tmp_path: Path) -> None:
    text = "[logs](code9.log) [too](gap.log): <!-- claim: best val_acc run=gap -->0.9<!-- /claim -->.\n"
    path = write(tmp_path, text.replace("0.9<", "0.9900<"))
    assert reporter("readme", "README.md", cwd=tmp_path).returncode == 0
    assert "0.9950<" in path.read_text(encoding="utf-8")


def test_a_comment_in_code_is_an_example(tmp_path: Path) -> None:
    text = "`<!-- claim: best x -->1<!-- /claim -->`\n\n```md\n<!-- claim: best x -->1<!-- /claim -->\n```\n"
    write(tmp_path, text + "<!-- claim: epochs logs=code9.log -->20<!-- /claim -->\n")
    assert reporter("readme", "--check", "README.md", cwd=tmp_path).returncode == 0


WRONG = {
    "the end is missing": ("<!-- claim: best val_acc logs=code9.log -->1", "without <!-- /claim -->"),
    "the words are not understood": ("<!-- claim: great val_acc logs=code9.log -->1<!-- /claim -->", "write it like"),
    "an option is unknown": ("<!-- claim: epochs log=code9.log -->1<!-- /claim -->", "the options are run and logs"),
    "there is no number": ("<!-- claim: epochs logs=code9.log -->many<!-- /claim -->", "no number between"),
    "no run has the name": ("<!-- claim: epochs run=x logs=code9.log -->1<!-- /claim -->", "no run is called 'x'"),
    "several runs may be meant": (
        "<!-- claim: epochs logs='code9.log gap.log' -->1<!-- /claim -->",
        "2 runs may be meant",
    ),
    "the run has no such metric": ("<!-- claim: best auc logs=code9.log -->1<!-- /claim -->", "has no auc"),
    "a quote is not closed": ("<!-- claim: epochs run='x -->1<!-- /claim -->", "No closing quotation"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_comment_is_an_error(name: str, tmp_path: Path) -> None:
    text, message = WRONG[name]
    write(tmp_path, f"\n{text}\n")
    done = reporter("readme", "README.md", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("reporter: README.md:2: ")
    assert message in done.stderr


def test_blocks_and_bound_numbers_are_written_together(tmp_path: Path) -> None:
    text = (
        "Best: <!-- claim: best val_acc -->0.1111<!-- /claim -->\n\n"
        "<!-- BEGIN_REPORTER logs=code9.log template=summary -->\n<!-- END_REPORTER -->\n"
    )
    path = write(tmp_path, text)
    assert reporter("readme", "README.md", cwd=tmp_path).returncode == 0
    assert path.read_text(encoding="utf-8").startswith("Best: <!-- claim: best val_acc -->0.9953<!-- /claim -->\n")
    assert reporter("readme", "--check", "README.md", cwd=tmp_path).returncode == 0
