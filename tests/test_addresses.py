"""A log keeps the lines that hold a fact, and each run gets its own lines."""

import pytest
from conftest import KILLED, SECTION, log_of

from reporter.facts import addresses


def test_lines_that_hold_a_fact_are_kept_verbatim() -> None:
    log = log_of(SECTION, keep_lines=True)
    lines = SECTION.splitlines()
    assert all(lines[number - 1] == text for number, text in log.lines.items())
    said = {epoch.line for run in log.runs for epoch in run.epochs} | {1, 3, 7, 9, 17, 18, 20}
    assert said <= log.lines.keys()
    assert {2, 5, 15} & log.lines.keys() == set()


def test_only_the_last_line_of_the_progress_of_an_epoch_is_kept() -> None:
    bars = "\n".join(f"{step}/32 [=>...] - ETA: 1s - loss: 0.5" for step in range(1, 32))
    log = log_of(f"Epoch 1/2\n{bars}\n32/32 [==] - 1s - loss: 0.4\nEpoch 2/2\n{bars}\n", keep_lines=True)
    assert sorted(log.lines) == [1, 33, 34, 65]
    assert log.runs[0].partial is not None
    assert log.runs[0].partial.line == 65


SHARED = {
    "one run": (KILLED, [{1, 2, 3, 4, 5, 6}]),
    "a header belongs to the epoch after it": (
        "# A\nEpoch 1/1\n2/2 [==] - 1s - loss: 0.5\n# B\nEpoch 1/1\n2/2 [==] - 1s - loss: 0.4\n",
        [{1, 2, 3}, {4, 5, 6}],
    ),
    "the last lines belong to the last run": (
        "# A\nEpoch 1/2\n2/2 [==] - 1s - loss: 0.5\nTraceback (most recent call last):\n  File\nKeyboardInterrupt\n",
        [{1, 2, 3, 4, 6}],
    ),
    "lines after the last fact of two runs": (
        "# A\nEpoch 1/1\n2/2 [==] - 1s - loss: 0.5\n# B\nEpoch 1/1\n2/2 [==] - 1s - loss: 0.4\nEpoch 1/1\n",
        [{1, 2, 3}, {4, 5, 6, 7}],
    ),
    "two ranks that print in turns": (
        "[0] Epoch 1/2\n[1] Epoch 1/2\n[0] 2/2 [==] - 1s - loss: 0.5\n[1] 2/2 [==] - 1s - loss: 0.4\n"
        "[0] Epoch 2/2\n[1] Epoch 2/2\n[0] 2/2 [==] - 1s - loss: 0.3\n[1] 2/2 [==] - 1s - loss: 0.2\n",
        [{1, 3, 5, 6, 7}, {2, 4, 8}],
    ),
}


@pytest.mark.parametrize(("text", "lines"), SHARED.values(), ids=SHARED.keys())
def test_each_run_gets_its_lines(text: str, lines: list[set[int]]) -> None:
    log = log_of(text, keep_lines=True)
    shared = addresses.lines_by_run(log)
    assert [set(each) for each in shared] == lines
    assert [list(each) for each in shared] == [sorted(each) for each in lines]
