"""A pull request from a stranger reads and writes nothing outside of its checkout."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from conftest import ROOT, reporter
from runner import BLOCK, Done, make_checkout, run_action

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake runner needs a POSIX shell")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path / "runner")


def everything(done: Done) -> str:
    """Give all text that a run of the action shows or leaves."""
    files = [Path(done.outputs[name]) for name in ("report", "json") if done.outputs.get(name)]
    return "".join(
        [done.printed, done.summary, done.written, *(file.read_text("utf-8") for file in files if file.exists())]
    )


OUTSIDE = {
    "an absolute path": "{runner}/secret.log",
    "a path with dots": "../secret.log",
    "a pattern": "../sec*.log",
    "a folder": "..",
    "a symbolic link to a file": "link.log",
    "a symbolic link to a folder": "linked",
    "a pattern through a symbolic link": "linked/*.log",
    "a folder that holds a symbolic link": "held",
    "a link to a link": "chain.log",
    "a record beside a log": "records",
}


def plant_links(checkout: Path) -> None:
    (checkout / "link.log").symlink_to("../secret.log")
    (checkout / "linked").symlink_to("..")
    (checkout / "held").mkdir()
    (checkout / "held" / "b.log").symlink_to("../../secret.log")
    (checkout / "chain.log").symlink_to("link.log")
    (checkout / "records").mkdir()
    shutil.copy(ROOT / "logs" / "gap" / "seed-0.log", checkout / "records")
    record = (ROOT / "logs" / "gap" / "seed-0.json").read_text(encoding="utf-8")
    (checkout.parent / "secret.json").write_text(record.replace('"keras"', '"TOPSECRET"'), encoding="utf-8")
    (checkout / "records" / "seed-0.json").symlink_to("../../secret.json")


@pytest.mark.parametrize("name", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_nothing_outside_the_checkout_is_shown(checkout: Path, name: str) -> None:
    plant_links(checkout)
    name = name.format(runner=checkout.parent)
    readme = checkout / "README.md"
    readme.write_text(BLOCK.format(name), encoding="utf-8")
    assert "TOPSECRET" not in everything(run_action(checkout, logs=name))
    assert "TOPSECRET" not in everything(run_action(checkout, readme="README.md"))
    written = reporter("readme", "README.md", cwd=checkout)
    assert "TOPSECRET" not in readme.read_text(encoding="utf-8") + written.stderr


def test_the_settings_of_a_stranger_name_no_file_outside_and_no_address(checkout: Path) -> None:
    outside = checkout.parent
    (outside / "report.github.j2").write_text("TOPSECRET", encoding="utf-8")
    (outside / "report.md.j2").write_text("TOPSECRET", encoding="utf-8")
    (checkout / "templates").mkdir()
    (checkout / "templates" / "report.md.j2").symlink_to("../../secret.log")
    (checkout / "templates" / "report.github.j2").symlink_to("../../secret.log")
    for key, value in (
        ("logs", "../secret.log"),
        ("logs", "http://127.0.0.1:9/a.log"),
        ("templates", ".."),
        ("templates", str(outside)),
        ("templates", "templates"),
    ):
        (checkout / "pyproject.toml").write_text(f'[tool.reporter]\n{key} = "{value}"\n', encoding="utf-8")
        named = [] if key == "logs" else ["logs"]
        for args in (["report", *named], ["report", *named, "--format", "github"]):
            done = reporter(*args, cwd=checkout)
            assert done.returncode in (2, 3)
            assert "outside" in done.stderr or "a link out of" in done.stderr or "an address, which" in done.stderr
            assert "TOPSECRET" not in done.stdout + done.stderr
        assert "TOPSECRET" not in everything(run_action(checkout, logs="logs"))
    (checkout / "pyproject.toml").write_text('[tool.reporter]\nlogs = "../secret.log"\n', encoding="utf-8")
    assert reporter("report", "--allow-outside", cwd=checkout).returncode == 0


def test_nothing_is_written_outside_of_the_repository(checkout: Path) -> None:
    victim = checkout.parent / "victim"
    victim.mkdir()
    (victim / "README.md").write_text(BLOCK.format("logs"), encoding="utf-8")
    (checkout / "figures").symlink_to("../victim")
    (checkout / "README.md").write_text(BLOCK.format("logs"), encoding="utf-8")
    (checkout / "LINK.md").symlink_to("../victim/README.md")
    before = {path: path.read_bytes() for path in victim.rglob("*")}
    for name in ("README.md", "LINK.md"):
        done = reporter("readme", name, cwd=checkout)
        assert done.returncode in (2, 3), done.stderr
        assert "outside" in done.stderr
    assert {path: path.read_bytes() for path in victim.rglob("*")} == before
