"""Every piece of evidence is found where its sentence says, and the order of the tables does not matter."""

import random
from collections.abc import Iterator

import pytest
from conftest import runs_of
from evidence import TABLES, markdown
from test_docs import DOCS
from test_runs import BAR, FACTS, RUNS, fit

from reporter.reading.formats import keras
from reporter.reading.lines import Lines
from reporter.reading.process import Process
from reporter.reading.runs.evidence import Decision

K3 = "32/32 ━━━━ {seconds}s 9ms/step - loss: {loss:.4f}"
PROVISIONAL = K3.format(seconds=0, loss=0.4) + "\n"
FINAL = K3.format(seconds=1, loss=0.4) + " - val_loss: 0.5000\n"
EVALUATED = "10/10 [======] - 1s 9ms/step - loss: 0.2500 - acc: 0.5500\n"
HALF = "16/32 [===>...] - ETA: 3s - loss: 0.9000 - acc: 0.5000\n"
LOSS = "{steps}/{steps} [======] - 1s 9ms/step - loss: 0.{loss}000\n"
VALIDATED = BAR.format(0.9) + "\n"


def headerless(*losses: float) -> str:
    return "".join(f"21s - loss: {loss}\n" for loss in losses)


SAMPLES: dict[str, dict[str, str]] = {
    "A header": {
        "the run waits": "Train on 9 samples\n" + fit(0.3),
        "results before it": VALIDATED + fit(0.3, first=2, of=2),
        "no headers before": headerless(0.3, 0.2) + fit(0.3),
        "other total": fit(0.3, of=2) + fit(0.3, first=2, of=3),
        "run closed": fit(0.3, of=3) + "KeyboardInterrupt\n" + fit(0.2, first=2, of=3),
        "number goes up": fit(0.3, of=5) + "# A\n" + VALIDATED + fit(0.2, first=4, of=5),
        "number does not go up": fit(0.3) + fit(0.2),
        "epoch without result": "Epoch 1/2\n" + fit(0.3, 0.2),
        "begins again after steps": "Epoch 1/2\n" + HALF + fit(0.3, 0.2),
        "failure before it": "Epoch 1/2\nValueError: no such file\n" + fit(0.3, 0.2),
        "score before it": fit(0.3, of=2) + "[0.25, 0.55]\n" + fit(0.2, of=2),
        "all epochs done": fit(0.3, 0.2) + fit(0.3, 0.2),
        "known result below it": fit(0.3, 0.2, of=4) + "Epoch 3/4\nEpoch 2/4\n" + BAR.format(0.2) + "\n" + VALIDATED,
        "completes a result above it": "Epoch 1/1\n" + PROVISIONAL + "Epoch 1/1\n" + FINAL,
        "nothing below it": fit(0.3, of=2) + "Epoch 1/2\n" + fit(0.2, first=2, of=2),
        "last line": fit(0.3, 0.2, of=3) + "Epoch 2/3\n",
    },
    "A result below a header": {
        "header above": "Epoch 1/1\n" + EVALUATED + VALIDATED,
        "only result": fit(0.3, of=2) + "Epoch 2/2\n" + EVALUATED,
        "first result": "Epoch 1/1\n" + VALIDATED + EVALUATED,
        "last result before the next header": "Epoch 1/2\n" + EVALUATED + VALIDATED + fit(0.2, first=2, of=2),
        "steps of the epoch": fit(0.3, of=2) + "Epoch 2/2\n" + EVALUATED + VALIDATED,
        "validation metrics": "Epoch 1/1\n" + EVALUATED + VALIDATED,
        "other steps than the bar": "Epoch 1/1\n" + HALF + EVALUATED + VALIDATED,
        "other steps and fewer metrics": fit(0.3, of=2) + "Epoch 2/2\n" + EVALUATED + VALIDATED,
        "other steps and metrics of evaluate": fit(0.3, of=2) + "Epoch 2/2\n" + EVALUATED + VALIDATED,
        "other steps than a validated result": "Epoch 9/9\n" + VALIDATED + EVALUATED,
        "printed again": "Epoch 1/1\n" + PROVISIONAL + EVALUATED + FINAL,
        "values printed again": "Epoch 1/1\n" + PROVISIONAL + EVALUATED + FINAL,
        "printed before": fit(0.3, of=2) + "Epoch 2/2\n" + BAR.format(0.3) + "\n" + VALIDATED,
        "still nan": "".join(f"Epoch {epoch}/2\n{BAR.format(float('nan'))}\n" for epoch in (1, 2)) + EVALUATED,
        "part of a result above": "Epoch 1/1\n" + VALIDATED + BAR.format(0.9)[:-36] + "\n",
        "no dash before the metrics": "Epoch 1/1\n32/32 [====] - 3s 1ms/step loss: 0.4 - acc: 0.5\n",
        "behind other text": "Epoch 1/1\n'a'>7s - loss: 0.9\n",
        "no steps": "Epoch 1/1\n" + HALF + "21s - loss: 0.3\n",
        "the next header skips epochs": "Epoch 1/3\n" + BAR.format(0.3) + "\n" + VALIDATED + fit(0.2, first=3, of=3),
        "epochs left": "Epoch 1/2\n" + BAR.format(0.3) + "\n" + VALIDATED,
        "not validated": "Epoch 1/2\n" + FINAL + "Epoch 2/2\n" + PROVISIONAL,
        "validated after the run": "Epoch 1/1\n" + BAR.format(0.3) + "\n" + VALIDATED,
        "same steps after the run": "Epoch 1/1\n" + LOSS.format(steps=8, loss=5) + LOSS.format(steps=8, loss=4),
    },
    "A result without a header": {
        "no header": headerless(0.3) + EVALUATED,
        "first of its run": "Train on 9 samples\n" + VALIDATED,
        "like the epochs before": headerless(0.3, 0.2),
        "text between": headerless(0.3) + "again\n" + headerless(0.2),
        "completes the last epoch": K3.format(seconds=0, loss=0.3) + "\n" + FINAL,
        "validation metrics": fit(0.3) + "# A\n" + VALIDATED,
        "steps of the last epoch": fit(0.3) + "# A\n" + VALIDATED,
        "printed before": fit(0.3, of=2) + "KeyboardInterrupt\n" + BAR.format(0.3) + "\n",
        "quoted in another section": fit(0.3, 0.2) + "# A\n" + BAR.format(0.3) + "\n",
        "part of the last epoch": fit(0.9) + "KeyboardInterrupt\n" + BAR.format(0.9)[:-36] + "\n",
        "another section": fit(0.3) + "# A\n" + EVALUATED,
        "evaluated in another section": fit(0.3) + "# A\n" + EVALUATED,
        "part of a line": headerless(0.3) + "'a'>7s - loss: 0.9\n",
        "no steps": VALIDATED + "21s - loss: 0.3\n",
    },
}  # fmt: skip


class Observer:
    """Keeps the decisions."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []

    def add_lines(self, lines: object) -> None: ...

    def add_events(self, events: object) -> None: ...

    def add_decision(self, decision: Decision) -> None:
        self.decisions.append(decision)


def evidence(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the readings of the table, and the name of each piece of evidence found."""
    observer = Observer()
    process = Process(keras, observer)
    lines = text.splitlines()
    process.feed_lines(Lines(range(1, len(lines) + 1), lines))
    process.close()
    process.runs("some")
    for decision in observer.decisions:
        for name, _ in decision.weighed.found if decision.weighed else ():
            yield tuple(decision.weighed.weights) if decision.weighed else (), name


@pytest.mark.parametrize(
    ("title", "name"), [(title, row.name) for title, table in TABLES.items() for row in table.rows], ids=str
)
def test_evidence_is_found_in_its_sample(title: str, name: str) -> None:
    assert (TABLES[title].readings, name) in set(evidence(SAMPLES[title][name]))


@pytest.mark.parametrize("title", TABLES)
def test_the_order_of_a_table_does_not_matter(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*(text for text, _ in RUNS.values()), *(text for text, *_ in FACTS.values())]
    wanted = [runs_of(text) for text in texts]
    rows = list(TABLES[title].rows)
    random.Random(1).shuffle(rows)
    monkeypatch.setattr(TABLES[title], "rows", rows)
    assert repr([runs_of(text) for text in texts]) == repr(wanted)


def test_the_docs_hold_the_tables() -> None:
    text = (DOCS / "how-the-reader-decides.md").read_text(encoding="utf-8")
    assert "\n".join(markdown()) in text
