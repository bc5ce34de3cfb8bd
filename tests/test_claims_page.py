"""The HTML page of checked documents shows their text, with each claim marked by its verdict."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from chromium import Chromium
from conftest import ROOT, reporter

DOCUMENT = """\
# A <b>small</b> network

It was trained for 12 epochs, see the [log](logs/a.log). The best val_accuracy is 0.8150 at epoch 4.

The test accuracy of the best checkpoint is 0.7950. The paper reports an accuracy of 91.2 %.
"""


@pytest.fixture
def page(tmp_path: Path) -> str:
    return made(tmp_path, DOCUMENT)


def made(folder: Path, document: str) -> str:
    """Check a document, and give the page, which lies in another folder."""
    (folder / "logs").mkdir()
    shutil.copy(ROOT / "tests" / "weights" / "keras-3.15.1" / "no-callbacks.log", folder / "logs" / "a.log")
    (folder / "README.md").write_text(document, encoding="utf-8")
    (folder / "out").mkdir()
    done = reporter("check", "README.md", "-o", "out/claims.html", cwd=folder)
    assert done.returncode == 1, done.stderr
    return (folder / "out" / "claims.html").read_text(encoding="utf-8")


def marks(page: str) -> list[tuple[str, str]]:
    """Give the verdict and the words of each mark of the documents."""
    found = re.findall(r'<mark class="(\w+)" title=".*?">(.*?)</mark>', page, re.DOTALL)
    return [(outcome, unescape(re.sub("<.*?>", "", words))) for outcome, words in found]


def test_every_claim_is_marked_by_its_verdict(page: str) -> None:
    assert marks(page) == [
        ("agrees", "12 epochs"),
        ("disagrees", "best val_accuracy is 0.8150"),
        ("disagrees", "epoch 4"),
        ("disagrees", "test accuracy of the best checkpoint is 0.7950"),
        ("unsupported", "accuracy of 91.2 %"),
    ]


def test_the_words_of_a_document_stay_as_they_are_and_are_escaped(page: str) -> None:
    words = re.findall(r'<span class="words">(.*?)</span></div>', page, re.DOTALL)
    assert "<b>" not in "".join(words)
    assert [unescape(re.sub("<.*?>", "", each)) for each in words] == DOCUMENT.split("\n")


def test_a_mark_links_to_its_log_from_where_the_page_is(page: str) -> None:
    assert 'href="../logs/a.log"' in page


def test_what_does_not_agree_has_its_reason_below(page: str) -> None:
    notes = re.findall(r'<p class="verdict (\w+)">(.*?)</p>', page)
    assert [outcome for outcome, _ in notes] == ["disagrees", "disagrees", "disagrees", "unsupported"]
    assert "its weights are others: the last epoch" in unescape(notes[2][1])


def test_long_stretches_without_a_claim_are_folded(tmp_path: Path) -> None:
    page = made(tmp_path, DOCUMENT + "\nprose" * 60)
    assert page.count("<details>") == 1
    assert "Lines 9 to 63, without a claim" in page


def test_the_page_breaks_no_rule_of_accessibility(page: str, tmp_path: Path, browser: Chromium) -> None:
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        browser.open(tmp_path / "out" / "claims.html")
        assert browser.violations() == []
        assert browser.errors() == []
