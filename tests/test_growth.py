"""Twice the input takes at most two and a half times the work, in every stage, on inputs made to be hard for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import runs_of

from reporter.claims.check import check_text
from reporter.documents.export import to_csv, to_json
from reporter.documents.markers import find_blocks
from reporter.documents.report import report
from reporter.facts.compare import compare
from reporter.facts.gate_verdicts import judge
from reporter.facts.gates import Gate
from reporter.facts.weights import weights_of
from reporter.model import Log
from reporter.reading.candidates import Candidate, read_candidate
from reporter.reading.diagnosis import Diagnosis
from reporter.reading.formats.keras.lines import read_line
from reporter.reading.formats.keras.markup import without_markup
from reporter.reading.formats.keras.wrapping import Joiner
from reporter.reading.lines import Lines
from reporter.reading.many import read_sources
from reporter.reading.ranks import has_ranks
from reporter.reading.screen import Screen
from reporter.sources import notebook, tensorboard
from reporter.sources.names import find

BAR = "8/8 [==] - 1s 9ms/step - loss: {} - acc: 0.5\n"
FACTOR = 2.5


def fits(count: int, heading: str = "", losses: tuple[object, ...] = (0.3, 0.2)) -> str:
    """Print runs whose last epochs all differ."""
    epochs = "".join(f"Epoch {number}/{len(losses) + 1}\n" + BAR.format(loss) for number, loss in enumerate(losses, 1))
    last = f"Epoch {len(losses) + 1}/{len(losses) + 1}\n"
    return "".join(f"{heading}{epochs}{last}{BAR.format(number + 0.5)}" for number in range(count))


def fits_of_many_lengths(count: int) -> str:
    """Print runs that begin with the same NaN and have no other epoch in common."""
    return "".join(fits(1, losses=("nan", *(number + 0.1 * k for k in range(number % 7)))) for number in range(count))


def lines(text: str) -> Lines:
    texts = text.split("\n")
    return Lines(range(1, len(texts) + 1), texts)


def show(text: str) -> object:
    screen = Screen()
    return screen.feed_text(text) + screen.close()


def diagnose(text: str) -> object:
    diagnosis = Diagnosis()
    diagnosis.add_lines(lines(text))
    return diagnosis.error("x")


def join(text: str) -> object:
    joiner = Joiner()
    return joiner.join(enumerate(text.split("\n"))), joiner.flush()


def log_of_runs(text: str) -> Log:
    return Log("some.log", "keras", runs_of(text))


def documents(write: Callable[[Log], object]) -> Callable[[int], Callable[[], object]]:
    def make(n: int) -> Callable[[], object]:
        log = log_of_runs(fits(n, "# A\n"))
        return lambda: write(log)

    return make


def texts(work: Callable[[str], object], make: Callable[[int], str]) -> Callable[[int], Callable[[], object]]:
    def prepare(n: int) -> Callable[[], object]:
        text = make(n)
        return lambda: work(text)

    return prepare


def check(text: str) -> object:
    log = Log("some.log", "keras", runs_of(fits(1)))
    return check_text(f"# A\n\n{text}\n", "a.md", None, [(log, None)])


def evaluated(n: int) -> Callable[[], object]:
    """Print as many evaluations as epochs, all with the same values, and as many files and metrics of checkpoints."""
    bar = "8/8 - 1s - loss: 0.5 - acc: 0.5 - val_loss: 0.5 - val_acc: 0.5\n"
    saved = "Epoch {0}: x{0} improved from 0.5 to 0.6, saving model to m-{0}\n"
    epochs = "".join(f"Epoch {k}/{n}\n{saved.format(k)}{bar}" for k in range(1, n + 1))
    (run,) = runs_of(epochs + "Test loss: 0.5, test acc: 0.5\n" * n)
    return lambda: weights_of(run)


def cells(n: int) -> str:
    output = {"output_type": "stream", "text": BAR.format(0.5)}
    return json.dumps({"cells": [{"cell_type": "code", "outputs": [output] * 3}] * n, "nbformat": 4})


STAGES: dict[str, tuple[int, Callable[[int], Callable[[], object]]]] = {
    "the screen redraws a line": (2000, texts(show, lambda n: "12/99 [=>..] - loss: 0.5\b\b\b\r" * n)),
    "the screen redraws lines of ever other lengths": (800, texts(show, lambda n: "".join("x" * (k % 97) + "\r\x1b[K" for k in range(n)))),
    "the screen erases": (2000, texts(show, lambda n: "x" * n + "\r\x1b[1K\x1b[C" * n)),
    "the screen gets escapes that never end": (2000, texts(show, lambda n: "\x1b]0;" * n)),
    "a line of glued results": (140, texts(lambda text: list(read_line(1, text)), lambda n: "x 1s - a: 1.0000 " * n)),
    "a line of glued headers": (2000, texts(lambda text: list(read_line(1, text)), lambda n: "Epoch 1/2 " * n)),
    "a line of glued bars": (2000, texts(lambda text: list(read_line(1, text)), lambda n: "1/2 [=>.] " * n)),
    "a line of brackets": (2000, texts(lambda text: list(read_line(1, text)), lambda n: "[1, 2 " * n)),
    "a line of metrics": (120, texts(lambda text: list(read_line(1, text)), lambda n: "8/8 - 1s" + " - a: 1.0000" * n)),
    "a line of tags": (2000, texts(without_markup, lambda n: "<b" * n)),
    "lines that may be wrapped": (1000, texts(join, lambda n: "8/8 - 1s - loss: 0.5 - a\n" * n)),
    "a line that goes on and on": (1000, texts(join, lambda n: "8/8 - 1s - loss: 0.5\n" + " - a: 0.5\n" * n)),
    "prefixes of ranks": (1000, texts(lambda text: has_ranks(lines(text)), lambda n: "".join(f"[{k}] x\n" for k in range(n)))),
    "a log without a run": (250, texts(diagnose, lambda n: "epoch 1 epoch 1 step 2 iter 3 los\n" * n)),
    "epochs": (500, texts(runs_of, lambda n: "".join(f"Epoch {k}/{n}\n{BAR.format(k)}" for k in range(1, n + 1)))),
    "headers only": (1000, texts(runs_of, lambda n: "".join(f"Epoch {k % 7}/9\n" for k in range(n)))),
    "headers again and again": (500, texts(runs_of, lambda n: f"Epoch 1/9\n{BAR.format(1)}Epoch 2/9\n" + "Epoch 1/9\nEpoch 2/9\n" * n)),
    "results only": (500, texts(runs_of, lambda n: "".join(BAR.format(k) for k in range(n)))),
    "results with text between them": (300, texts(runs_of, lambda n: "".join(f"{BAR.format(k)}x\n" for k in range(n)))),
    "one result again and again": (500, texts(runs_of, lambda n: BAR.format(1) * n)),
    "messages without an epoch": (1000, texts(runs_of, lambda n: "Epoch 2: early stopping\n" * n + BAR.format(1))),
    "warnings of Keras": (500, texts(runs_of, lambda n: fits(n) + "".join(f"Early stopping conditioned on metric x{k} which is not available\n" for k in range(n)))),
    "headings": (1000, texts(runs_of, lambda n: "# A\ntext\n" * n)),
    "scores": (1000, texts(runs_of, lambda n: fits(1) + "Test loss: 0.5\n[0.5, 0.4]\n" * n)),
    "runs": (100, texts(runs_of, fits)),
    "runs that begin with NaN": (75, texts(runs_of, fits_of_many_lengths)),
    "runs of one name": (100, texts(runs_of, lambda n: fits(n, "# A\n"))),
    "quotations of a long run": (100, texts(runs_of, lambda n: "".join(f"Epoch {k}/{n}\n{BAR.format(k)}x\n" for k in range(n, n // 2, -1)) + "".join(f"Epoch {k}/{n}\n{BAR.format(k)}" for k in range(1, n + 1)))),
    "a table": (500, texts(runs_of, lambda n: "epoch,loss,acc\n" + "".join(f"{k},0.5,0.4\n" for k in range(n)))),
    "a table of runs": (200, texts(runs_of, lambda n: "epoch,loss,acc\n" + "0,nan,0.4\n1,0.5,0.4\n" * n)),
    "a history in JSON": (500, texts(runs_of, lambda n: json.dumps({"loss": [0.5] * n, "acc": [0.5] * n}))),
    "a history of many metrics": (100, texts(runs_of, lambda n: json.dumps({f"loss_{k}": [0.5] for k in range(n)}))),
    "a notebook": (200, texts(lambda text: list(notebook.pieces(text, "n.ipynb")), cells)),
    "a comparison": (40, documents(lambda log: compare(log.runs, log.runs[::-1]))),
    "evaluations of many epochs": (200, evaluated),
    "gates": (40, documents(lambda log: judge([Gate.parse("acc>=0.1"), Gate.parse("A*:loss<9")], [log]))),
    "a report in Markdown": (20, documents(lambda log: report([log]))),
    "JSON": (40, documents(lambda log: to_json([log]))),
    "CSV": (40, documents(lambda log: to_csv([log]))),
    "a line of numbers": (500, texts(check, lambda n: "0.1234 " * n)),
    "a line of claims": (300, texts(check, lambda n: "best val_acc 0.9 at epoch 3 " * n)),
    "a line of targets": (500, texts(check, lambda n: "target acc 0.9 " * n)),
    "sentences of claims": (60, texts(check, lambda n: "The best val_acc is 0.9.\n\n" * n)),
    "a table of claims": (60, texts(check, lambda n: "| run | best val_acc |\n|---|---|\n" + "| a | 0.9 |\n" * n)),
    "sections of claims": (60, texts(check, lambda n: "".join(f"{'#' * (k % 6 + 1)} a\nBest val_acc: 0.9\n" for k in range(n)))),
    "quoted lines": (60, texts(check, lambda n: "8/8 - 1s - loss: 0.5 - acc: 0.5\n" * n)),
    "bound numbers": (100, texts(check, lambda n: "<!-- claim: epochs -->3<!-- /claim --> `" * n)),
    "comments that never end": (1000, texts(check, lambda n: "<!-- " * n)),
    "blocks of Markdown": (200, texts(find_blocks, lambda n: "<!-- BEGIN_REPORTER -->\n<!-- END_REPORTER -->\n" * n)),
}  # fmt: skip


def folder_of_events(folder: Path, n: int) -> Path:
    for part in ("train", "validation"):
        (folder / part).mkdir(parents=True)
        for k in range(n // 2):
            (folder / part / f"events.out.tfevents.{100 + k}.host.7.{k}.v2").touch()
    return folder


def folder_of_files(folder: Path, n: int) -> Path:
    folder.mkdir()
    for k in range(n):
        (folder / f"run-{k}.out").write_text(BAR.format(k) + f"{k}\n", encoding="utf-8")
    return folder


def search_events(folder: Path) -> object:
    return [tensorboard.companions(Path(each)) for each in find(str(folder)).files]


def read_folder(folder: Path) -> object:
    return list(read_sources([str(folder)]))


FOLDERS: dict[str, tuple[int, Callable[[Path, int], Path], Callable[[Path], object]]] = {
    "event files": (100, folder_of_events, search_events),
    "files of any name": (25, folder_of_files, read_folder),
}


def count_calls(work: Callable[[], object]) -> int:
    """Count the calls of functions, in Python and in C, while something runs."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize(("n", "make"), STAGES.values(), ids=STAGES.keys())
def test_calls_grow_with_the_input(n: int, make: Callable[[int], Callable[[], object]]) -> None:
    make(n)()  # what is imported or remembered once
    calls = [count_calls(make(size)) for size in (n, 2 * n, 4 * n)]
    assert calls[1] <= FACTOR * calls[0]
    assert calls[2] <= FACTOR * calls[1]


@pytest.mark.parametrize(("n", "make", "work"), FOLDERS.values(), ids=FOLDERS.keys())
def test_calls_grow_with_a_folder(
    tmp_path: Path, n: int, make: Callable[[Path, int], Path], work: Callable[[Path], object]
) -> None:
    work(make(tmp_path / "first", 4))
    calls = []
    for size in (n, 2 * n, 4 * n):
        folder = make(tmp_path / str(size), size)
        calls.append(count_calls(lambda folder=folder: work(folder)))  # type: ignore[misc]
    assert calls[1] <= FACTOR * calls[0]
    assert calls[2] <= FACTOR * calls[1]


def test_a_line_of_many_glued_results_is_read_to_its_end() -> None:
    events = list(read_line(1, "x 1s - a: 1.0000 " * 580))
    assert len(events) >= 580


def test_a_candidate_is_decided_by_its_first_bytes(tmp_path: Path) -> None:
    sizes = (1 << 17, 1 << 19)
    for size in sizes:
        (tmp_path / f"{size}.out").write_text("epoch of something\n" * (size // 19), encoding="utf-8")
    read_candidate(Candidate(f"{tmp_path}/{sizes[0]}.out"))  # what is imported once
    few, many = (count_calls(lambda size=size: read_candidate(Candidate(f"{tmp_path}/{size}.out"))) for size in sizes)  # type: ignore[misc]
    assert abs(many - few) < 10
