"""What the README shows that a command prints is what it prints."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, reporter

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = [
    block.splitlines() for block in re.findall(r"^```console\n\$ reporter (.*?)^```", README, re.DOTALL | re.MULTILINE)
]


def test_the_readme_has_examples() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize(("command", "shown"), [(first, rest) for first, *rest in EXAMPLES])
def test_an_example_of_the_readme_shows_what_is_printed(
    ours: Path, tmp_path: Path, command: str, shown: list[str]
) -> None:
    shutil.copytree(ours, tmp_path, dirs_exist_ok=True)
    done = reporter(*shlex.split(command), cwd=tmp_path)
    printed = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
    assert [line for line in shown if line != "…" and line not in printed] == []
    assert "…" in shown or len(printed) == len(shown)
