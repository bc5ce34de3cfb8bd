"""Carries the warnings of the reader as findings: what the log does not tell for certain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporter.facts.hygiene.finding import Case, Check, Evidence, Rule, in_each_run
from reporter.facts.summary import remaining_warnings

_ELSEWHERE = ("epochs-missing", "monitor-not-available", "value-cut")
"""Warnings that are findings of another topic."""


def warned(code: str) -> Check:
    """Makes a check that finds the warnings of one code."""
    return in_each_run(lambda case: _evidence(case, code))


def _evidence(case: Case, code: str) -> Iterator[Evidence]:
    for each in remaining_warnings(case.run):
        if each.code == code:
            yield Evidence(each.line, each.text)


def other_warnings(case: Case) -> Iterator[Evidence]:
    """Finds warnings with a code that is not in the table: those of a format of a third party."""
    for each in remaining_warnings(case.run):
        if each.code not in _SENTENCES and each.code not in _ELSEWHERE:
            yield Evidence(each.line, f"{each.text} ({each.code})")


_SENTENCES: Mapping[str, str] = {
    "ambiguous": "A line has two readings.",
    "epoch-guessed": "Results have no numbers of epochs.",
    "fragment": "A result stands in the middle of other text.",
    "lone-result": "A single result under a heading is left out.",
    "painted-over": "Other text was printed over a progress bar.",
    "stale-tail": "The end of a longer line stands behind a result.",
    "unreadable": "The metrics of a finished epoch cannot be read.",
    "line-cut": "A line is too long to be read to its end.",
    "score-without-names": "A score is a list of numbers without names.",
    "keras-3-bar": "A bar of Keras 3 may print wrong training metrics.",
    "keras-3-partial": "An unfinished bar of Keras 3 may print wrong training metrics.",
    "record-differs": "A number differs from the record of the training.",
}
"""For each code of a warning, what the log has. The order gives the numbers of the rules, so new ones come last."""

RULES = (
    *(
        Rule(f"W{index}", code, sentence, warned(code))
        for index, (code, sentence) in enumerate(_SENTENCES.items(), 101)
    ),
    Rule("W199", "other-warning", "The format of the log warns.", in_each_run(other_warnings)),
)
"""The rules about warnings of the reader."""
