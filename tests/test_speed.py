"""Trainings get their share of the processor, and the faster setting of oneDNN."""

import json
from pathlib import Path

import pytest

from reporter.cli.train import _choose_onednn
from reporter.training import speed

MEASURED = {
    "on is faster": ({"on": 30.0, "off": 52.5}, "on"),
    "off is faster": ({"on": 52.5, "off": 30.0}, "off"),
    "a GPU trains": ({"on": None, "off": None}, None),
    "a process failed": ({"on": 30.0, "off": None}, None),
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(speed, "_cache", lambda: tmp_path / "cache" / "speed.json")
    monkeypatch.setattr(speed, "_key", lambda: "this computer")
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    return tmp_path / "cache" / "speed.json"


@pytest.mark.parametrize(("measured", "chosen"), MEASURED.values(), ids=MEASURED)
def test_the_faster_setting_is_chosen(measured: dict[str, float | None], chosen: str | None) -> None:
    assert speed.faster(measured) == chosen


@pytest.mark.parametrize(
    ("parallel", "shares"),
    [(1, [[0, 2, 3, 5]]), (2, [[0, 2], [3, 5]]), (3, [[0], [2], [3]]), (5, [[0], [2], [3], [5], [0]])],
)
def test_each_training_gets_its_share_of_the_cores(
    parallel: int, shares: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "cores", lambda: [0, 2, 3, 5])
    assert speed.share_cores(parallel) == shares


def test_a_training_has_a_thread_for_each_core() -> None:
    assert speed.environment([0, 1, 2], "off") == {
        "TF_NUM_INTRAOP_THREADS": "3",
        "TF_NUM_INTEROP_THREADS": "2",
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }
    assert "TF_ENABLE_ONEDNN_OPTS" not in speed.environment([0], None)


def test_a_probe_measures_once_on_each_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "_measure", lambda setting, used: {"on": 30.0, "off": 52.5}[setting])
    assert speed.known() is None
    assert speed.probe() == {"on": 30.0, "off": 52.5} == speed.known()
    monkeypatch.setattr(speed, "_key", lambda: "another computer")
    assert speed.known() is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{", json.dumps({"this computer": {"on": 1}}), json.dumps({"this computer": 3})]
)
def test_a_damaged_measurement_is_measured_again(text: str, cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text(text, encoding="utf-8")
    assert speed.known() is None


def test_a_choice_of_the_user_is_kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    assert _choose_onednn() is None
    assert capsys.readouterr().err == ""


def test_a_choice_says_what_was_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(speed, "_measure", lambda setting, used: {"on": 30.0, "off": 52.5}[setting])
    assert _choose_onednn() == "on"
    assert capsys.readouterr().err.splitlines() == [
        "measuring training steps with and without oneDNN; --no-probe leaves the choice to TensorFlow",
        "oneDNN is on: a step takes 30.0 ms with it, 52.5 ms without",
    ]
    assert _choose_onednn() == "on"
    assert len(capsys.readouterr().err.splitlines()) == 1
