"""`%%reporter` captures a cell of a real notebook, and shows what the cell shows without it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from reporter import read_log

nbclient = pytest.importorskip("nbclient", reason="needs Jupyter: pip install -e '.[test]'")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="needs the descriptors of POSIX")]

TRAINING = """\
import logging, os, subprocess, sys
print("Epoch 1/2")
print("1/4 - loss: 0.9", end="")
print("\\r4/4 - 1s - loss: 0.5000")
print("to standard error", file=sys.stderr)
held.warning("to a logger")
subprocess.run(["echo", "from a child"])
os.write(1, b"from a library\\n")
print("Epoch 2/2\\n4/4 - 1s - loss: 0.2500")
"the result"
"""


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that runs cells in one kernel, and returns the outputs of each."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # with it, the kernel does not show what children print

    def run(*cells: str) -> list[Any]:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        nbclient.NotebookClient(notebook, kernel_name="python3", timeout=300, allow_errors=True).execute()
        return [cell.outputs for cell in notebook.cells]

    return run


def shown(outputs: Any, name: str) -> list[str]:
    """Give the lines of one stream, sorted: a child and Python itself reach the notebook on two ways."""
    return sorted("".join(each.text for each in outputs if each.get("name") == name).splitlines())


def test_a_cell_is_captured_and_shown_unchanged(outputs: Any) -> None:
    held = "import logging; held = logging.getLogger('a'); held.addHandler(logging.StreamHandler())"
    _, _, plain, captured, after = outputs(
        held, "%load_ext reporter", TRAINING, f"%%reporter a.log\n{TRAINING}", "print(1)"
    )
    for name in ("stdout", "stderr"):
        assert shown(captured, name) == shown(plain, name) != []
    assert [each.data["text/plain"] for each in captured if "data" in each] == [
        "'the result'",
        "<Log 'a.log': keras, 1 run>",
    ]
    lines = Path("a.log").read_text(encoding="utf-8").splitlines()
    printed = ["4/4 - 1s - loss: 0.5000", "4/4 - 1s - loss: 0.2500", "Epoch 1/2", "Epoch 2/2"]
    assert sorted(lines) == sorted([*printed, "from a child", "from a library", "to a logger", "to standard error"])
    assert [epoch.logs["loss"] for epoch in read_log("a.log").runs[0].epochs] == [0.5, 0.25]
    assert shown(after, "stdout") == ["1"]


def test_a_cell_that_fails_stops_the_notebook_and_its_log_has_the_traceback(outputs: Any) -> None:
    _, failed, after = outputs("%load_ext reporter", "%%reporter logs/a.log\nprint('one')\n1 / 0", "print(2)")
    errors = [each for each in failed if each.output_type == "error"]
    assert {each.ename for each in errors} == {"ZeroDivisionError"}
    assert sum(bool(each.traceback) for each in errors) == 1
    log = Path("logs/a.log").read_text(encoding="utf-8")
    assert log.startswith("one\nTraceback (most recent call last):\n")
    assert log.endswith("ZeroDivisionError: division by zero\n")
    assert shown(after, "stdout") == ["2"]


def test_a_log_without_a_name_is_named_after_the_notebook_and_the_time(
    outputs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/mine.ipynb")
    _, wrong, unnamed, again = outputs(
        "%load_ext reporter", "%%reporter --nonsense\n1", "%%reporter\nprint('one')", "%%reporter a.log --force\n1"
    )
    (log,) = Path("logs/mine").iterdir()
    assert log.read_text(encoding="utf-8") == "one\n"
    assert [each.ename for each in wrong] == ["UsageError"]
    assert any("no training run in it" in each.get("text", "") for each in unnamed)
    assert [each for each in again if each.output_type == "error"] == []


def test_a_callback_ends_its_log_with_the_cell_that_failed(outputs: Any) -> None:
    failing = """
import reporter
callback = reporter.keras.Capture("a.log")
callback.set_model(type("Model", (), {"built": False})())
callback.set_params({"epochs": 2, "steps": 4, "verbose": 2})
callback.on_train_begin()
print("Epoch 1/2")
1 / 0
"""
    _, after = outputs(failing, "print('after')")
    assert Path("a.log").read_text(encoding="utf-8") == "# a\n\nEpoch 1/2\n"
    assert shown(after, "stdout") == ["after"]
