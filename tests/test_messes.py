"""Composed messes: the operators disturb what they say, and the reader reads no less of the result than it did."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest
from conftest import ROOT
from messes.command import main
from messes.operators import OPERATORS, STAGES, apply, compose
from messes.report import markdown, results, share, tally, text
from messes.score import check, read
from messes.trainings import draw_document

SEEDS = (1, 2, 3)
COUNT = 200
FLOOR = 99.9
"""Percentage of facts that the reader gets right today, at these seeds; raise it whenever the reader gets better."""
CEILING = 0.02
"""Percentage of facts that it gets wrong without a warning today; lower it whenever the reader gets better."""
PAGE = ROOT / "docs" / "messes.md"


def test_the_reader_reads_no_less_than_it_did() -> None:
    counts = tally(fact for seed in SEEDS for result in results(COUNT, seed) for fact in result.facts)
    assert share(counts) >= FLOOR
    assert 100 * counts["silent"] / counts.total() <= CEILING


def test_the_same_seed_composes_the_same_mess() -> None:
    one, other, third = (compose(Random(seed)) for seed in (7, 7, 8))
    assert (one.operators, text(one.document)) == (other.operators, text(other.document))
    assert text(one.document) != text(third.document)


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_disturbs_some_documents_and_leaves_the_others_alone(name: str) -> None:
    changed = False
    for seed in range(400):
        document = draw_document(Random(seed))
        before, cells = text(document), [line.cell for line in document.lines]
        if apply(OPERATORS[name], document, Random(seed)):
            changed = changed or before != text(document) or cells != [line.cell for line in document.lines]
        else:
            assert (before, cells) == (text(document), [line.cell for line in document.lines])
            assert not document.done
        if changed and seed > 5:
            break
    assert changed


def test_an_operator_has_a_sentence() -> None:
    sentences = [operator.__doc__ or "" for stage in STAGES.values() for operator in stage]
    assert [sentence for sentence in sentences if not re.fullmatch(r"[A-Z`].*\.", sentence)] == []
    assert len(OPERATORS) == len(set(sentences)) == sum(map(len, STAGES.values())) >= 25


def test_facts_are_right_left_out_wrong_or_silently_wrong() -> None:
    document = draw_document(Random(0))
    runs = read(document)
    assert tally(check(document, runs)).keys() == {"right"}
    run = runs[0]
    last, *_ = reversed(run.epochs)
    missing = replace(run, epochs=run.epochs[:-1])
    assert tally(check(document, [missing, *runs[1:]])).keys() == {"right", "left out"}
    other = replace(run, epochs=(*run.epochs[:-1], last._replace(logs={**last.logs, "loss": 123.0})))
    assert tally(check(document, [other, *runs[1:]])).keys() == {"right", "silent"}
    assert tally(check(document, [])).keys() == {"left out"}


def test_the_documentation_lists_the_operators() -> None:
    block = PAGE.read_text(encoding="utf-8").partition("<!-- BEGIN_OPERATORS")[2].partition("<!-- END_OPERATORS -->")[0]
    shown = block.partition("-->")[2].strip() + "\n"
    assert shown == markdown(), "paste what `python -m tests.messes --markdown` prints between the markers"


def test_the_command_prints_its_tables(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["messes", "--count", "30", "--seed", "0", "--show", "1", "--pairs", "2"])
    main()
    lines = capsys.readouterr().out.splitlines()
    assert re.match(r"all +30 ", lines[1])
    assert any(line.startswith("=== ") for line in lines)
