"""The faster layers compute what those of Keras compute, and look the same in a log."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Once, needs_tensorflow

LIMITS = {"0": 1e-5, "1": 3e-5}
"""Setting of oneDNN, to the largest error allowed, relative to the largest value; oneDNN computes square roots less
exactly. The error of Keras's own layer is up to 2.2e-5."""


@pytest.fixture(scope="session", params=LIMITS)
def compared(once: Once, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Compare the layers once for all tests, with oneDNN and without."""
    onednn = request.param

    def compare(folder: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "tests.layers"],
            env=os.environ | {"TF_ENABLE_ONEDNN_OPTS": onednn},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        (folder / "found.json").write_text(done.stdout, encoding="utf-8")

    found = json.loads((once(f"layers-{onednn}", compare) / "found.json").read_text(encoding="utf-8"))
    return {**found, "limit": LIMITS[onednn]}


@needs_tensorflow
def test_the_normalisation_differs_from_that_of_keras_by_rounding_errors_only(compared: dict[str, Any]) -> None:
    ours, theirs = compared["normalisation"]
    assert len(ours) == 6
    assert {name: error for name, error in ours.items() if error > compared["limit"]} == {}
    assert max(theirs.values()) > 0


@needs_tensorflow
def test_the_dropout_drops_a_tenth_at_random_and_keeps_the_mean(compared: dict[str, Any]) -> None:
    found = compared["dropout"]
    assert found["share"] == pytest.approx(0.1, abs=0.0017)  # four standard deviations of 519,168 values
    assert found["mean"] == pytest.approx(1, abs=0.002)
    assert found["share of both"] == pytest.approx(0.01, abs=0.0006)
    assert found["share of neighbours"] == pytest.approx(0.01, abs=0.0006)
    assert (found["values"], found["changed by evaluate"]) == (2, 0)


@needs_tensorflow
def test_the_summaries_of_the_models_are_those_with_the_layers_of_keras(compared: dict[str, Any]) -> None:
    assert compared["summaries"] == {"code9": True, "gap": True}
