"""The action does on GitHub what action.yml promises; a small runner of our own reads the files that GitHub's reads."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import KILLED, ROOT, SECTION, reporter
from pages import parse_toml
from runner import ACTION, Step, in_a_shell, in_this_process, run_action

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
BLOCKS = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
EXAMPLE = yaml.safe_load(next(block for block in BLOCKS if "OWNER/reporter@COMMIT" in block))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake runner needs a POSIX shell")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a checkout: a log, and a README with its results."""
    folder = tmp_path_factory.mktemp("action") / "checkout"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / "a.log").write_text(SECTION, encoding="utf-8")
    block = "# Mine\n\n<!-- BEGIN_REPORTER logs=logs -->\n<!-- END_REPORTER -->\n"
    (folder / "README.md").write_text(block, encoding="utf-8")
    assert reporter("readme", "README.md", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def folder(checkout: Path, tmp_path: Path) -> Path:
    """Copy the checkout, so that a test may change it."""
    return Path(shutil.copytree(checkout, tmp_path / "checkout"))


@pytest.mark.parametrize("run", [in_a_shell, in_this_process])
def test_all_is_well(folder: Path, run: Step) -> None:
    done = run_action(folder, run, logs="logs", readme="README.md", fail_under="val_acc>=0.98\n\nloss<=0.1\n")
    assert (done.code, done.annotations) == (0, [])
    told = {name: value for name, value in done.outputs.items() if name not in ("report", "json")}
    assert told == {"passed": "true", "runs": "2", "monitor": "val_acc", "best": "0.9866", "best-epoch": "2"}
    runs = json.loads(Path(done.outputs["json"]).read_bytes())["sources"][0]["runs"]
    assert [run["name"] for run in runs] == ["First.ipynb", "Second.ipynb"]
    assert done.summary == Path(done.outputs["report"]).read_text(encoding="utf-8")
    assert done.summary.startswith("<!-- reporter:results -->\n")
    assert "First.ipynb" in done.summary
    assert "**Failed**" not in done.summary


BEST: dict[str, tuple[dict[str, str], tuple[str, str, str]]] = {
    "the least loss": ({"monitor": "loss"}, ("loss", "0.0009", "3")),
    "the greatest loss": ({"monitor": "loss", "mode": "max"}, ("loss", "0.2056", "1")),
    "the same metric in another spelling": ({"monitor": "val_accuracy"}, ("val_acc", "0.9866", "2")),
    "a metric that is not there": ({"monitor": "auc"}, ("", "", "")),
    "several metrics": ({"logs": "logs\nother.csv"}, ("", "", "")),
}


@pytest.mark.parametrize(("inputs", "best"), BEST.values(), ids=BEST.keys())
def test_the_best_is_of_one_metric(folder: Path, inputs: dict[str, str], best: tuple[str, str, str]) -> None:
    (folder / "other.csv").write_text("epoch,loss\n0,0.5\n", encoding="utf-8")
    done = run_action(folder, **{"logs": "logs"} | inputs)
    assert tuple(done.outputs[name] for name in ("monitor", "best", "best-epoch")) == best


def test_a_stale_readme_is_shown_where_it_is(folder: Path) -> None:
    (folder / "logs" / "a.log").write_text(SECTION.replace("0.9866", "0.9867"), encoding="utf-8")
    done = run_action(folder, logs="logs", readme="README.md")
    assert (done.code, done.outputs["passed"], done.outputs["best"]) == (1, "false", "0.9867")
    assert ("error", "README.md:3") in done.annotations
    assert {level for level, _ in done.annotations} == {"error"}
    assert "**Failed**\n\n```text\nREADME.md:3: the block is stale" in done.summary


def test_a_missed_gate_is_shown_where_the_value_is(folder: Path) -> None:
    done = run_action(folder, logs="logs", fail_under="First.ipynb:val_acc>=0.99")
    assert (done.code, done.outputs["passed"]) == (1, "false")
    assert done.annotations == [("error", "logs/a.log:25")]
    assert "misses >= 0.99 by 0.0034" in done.summary
    assert "## First.ipynb" in done.summary


def test_what_cannot_be_read_is_a_warning_beside_what_can(folder: Path) -> None:
    (folder / "logs" / "empty.log").touch()
    (folder / "logs" / "killed.log").write_text(KILLED, encoding="utf-8")
    done = run_action(folder, logs="logs")
    assert (done.code, done.outputs["runs"]) == (0, "3")
    assert {level for level, _ in done.annotations} == {"warning"}
    assert any("empty.log: no training run" in message for _, _, message in done.commands)
    assert ("warning", "logs/killed.log:6") in done.annotations


WRONG: dict[str, tuple[dict[str, str], int, str]] = {
    "nothing to do": ({}, 2, "there is nothing to do"),
    "no such log": ({"logs": "nope.log"}, 3, "nope.log: No such file or directory"),
    "no such README": ({"readme": "nope.md"}, 3, "nope.md: No such file or directory"),
    "no such direction": ({"logs": "logs", "mode": "up"}, 2, "'up' is not one of"),
    "no gate": ({"logs": "logs", "fail-under": "val_acc"}, 2, "gate 'val_acc'"),
    "no id": ({"logs": "logs", "id": "--><img>"}, 2, "id must consist of"),
}


@pytest.mark.parametrize(("inputs", "code", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_an_annotation_and_an_exit_code(
    folder: Path, inputs: dict[str, str], code: int, message: str
) -> None:
    done = run_action(folder, **inputs)
    assert (done.code, done.outputs["passed"]) == (code, "false")
    assert [(name, message in said) for name, _, said in done.commands] == [("error", True)]
    assert "Traceback" not in done.printed


def test_nobody_can_guess_where_an_output_ends(folder: Path) -> None:
    ends = re.findall("<<(.+)", "".join(run_action(folder, logs="logs").written for _ in range(2)))
    assert len(set(ends)) == len(ends) == 2 * len(ACTION["outputs"])
    assert {len(end) for end in ends} == {32}


def test_a_summary_may_be_left_out(folder: Path) -> None:
    done = run_action(folder, logs="logs", summary="false", id="other")
    assert (done.code, done.summary) == (0, "")
    assert Path(done.outputs["report"]).read_text(encoding="utf-8").startswith("<!-- reporter:other -->\n")


def test_an_input_is_no_code(folder: Path) -> None:
    inputs = dict.fromkeys(ACTION["inputs"], "$(touch pwned)`touch pwned`'; touch pwned; \"; touch pwned #")
    before = sorted(folder.rglob("*"))
    assert run_action(folder, in_a_shell, **inputs).code == 2
    assert run_action(folder, in_a_shell, **inputs | {"id": "x", "monitor": "", "mode": ""}).code == 3
    assert sorted(folder.rglob("*")) == before


@pytest.mark.skipif(sys.version_info < (3, 11), reason="no PYTHONSAFEPATH")
def test_a_module_in_the_checkout_is_not_imported(folder: Path) -> None:
    for name in ("click.py", "json.py", "reporter.py"):
        (folder / name).write_text("raise SystemExit(9)", encoding="utf-8")
    assert run_action(folder, in_a_shell, logs="logs").code == 0


COMMANDS = (
    "##[set-output name=passed;]true ##[add-mask]a ::set-output name=passed::true ::stop-commands::x %0A::error::x"
)


def test_what_a_log_says_is_no_command(folder: Path) -> None:
    bar = "2/2 [==] - 1s - loss: 0.5 - val_acc: 0.5\n"
    (folder / "logs" / "a.log").write_text(f"# {COMMANDS}\nEpoch 1/9\n{bar}", encoding="utf-8")
    (folder / "logs" / f"{COMMANDS.replace('/', '')}.log").touch()
    done = run_action(folder, logs="logs\n##[set-output name=passed;]true", fail_under="val_acc>=0.9")
    assert (done.code, done.outputs["passed"]) == (1, "false")
    assert {name for name, _, _ in done.commands} == {"error", "warning"}


@pytest.mark.skipif(shutil.which("jq") is None, reason="the fake gh needs jq")
def test_the_comment_of_the_readme_is_made_once_and_then_kept_up_to_date(folder: Path) -> None:
    report = Path(run_action(folder, logs="logs").outputs["report"])
    (folder / "gh").write_text(FAKE_GH, encoding="utf-8")
    (folder / "gh").chmod(0o755)
    step = EXAMPLE["jobs"]["results"]["steps"][-1]
    env = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "REPORT": str(report),
        "COMMENTS": "comments",
        "FOLDER": str(folder),
    }

    def post(comments: list[dict[str, Any]]) -> list[str]:
        (folder / "comments.json").write_text(json.dumps(comments), encoding="utf-8")
        (folder / "calls").write_bytes(b"")
        subprocess.run(["bash", "-e", "-c", step["run"]], env=os.environ | env, check=True)
        return (folder / "calls").read_text(encoding="utf-8").splitlines()

    def comment(user: str, body: str) -> dict[str, Any]:
        return {"user": {"login": user}, "body": body, "url": f"url-of-{user}"}

    body = f"-F body=@{report}"
    marked = report.read_text(encoding="utf-8")
    others = [
        comment("someone", marked),
        comment("github-actions[bot]", "another"),
        comment("x", "<!-- reporter:y -->"),
    ]
    assert post([]) == post(others) == [f"api --silent comments {body}"]
    mine = comment("github-actions[bot]", marked)
    assert post([*others, mine, mine]) == [f"api --silent --method PATCH url-of-github-actions[bot] {body}"]


FAKE_GH = """\
#!/usr/bin/env bash
if [[ "$*" == *--jq* ]]; then jq -r "${@: -1}" "$FOLDER/comments.json"; else echo "$*" >>"$FOLDER/calls"; fi
"""


def test_no_expression_is_part_of_a_script() -> None:
    steps = [*ACTION["runs"]["steps"], *EXAMPLE["jobs"]["results"]["steps"]]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


def test_what_others_made_is_pinned_to_a_commit() -> None:
    jobs = [job["steps"] for each in (*WORKFLOWS.values(), EXAMPLE) for job in each["jobs"].values()]
    used = {step["uses"] for steps in [*jobs, ACTION["runs"]["steps"]] for step in steps if "uses" in step}
    assert [
        each for each in used - {"./", "OWNER/reporter@COMMIT"} if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each)
    ] == []


def steps_that_check_out() -> list[dict[str, Any]]:
    jobs = [job for each in WORKFLOWS.values() for job in each["jobs"].values()]
    return [step for job in jobs for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]


def test_what_the_action_and_the_workflows_install_is_pinned_by_hashes() -> None:
    """The dependencies of `pyproject.toml` are all in the list that the action installs from."""
    listed: dict[str, str] = {}
    for name in ("requirements.txt", "tools.txt"):
        text = (ROOT / ".ci" / name).read_text(encoding="utf-8")
        pins = re.findall(
            r"^([\w-]+)==(\S+)[^\\\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}[ \\]*\n)+)", text, re.MULTILINE
        )
        assert len(pins) == len(re.findall(r"^[a-z]", text, re.MULTILINE))
        listed |= {package: version for package, version, _ in pins}
    project = parse_toml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [re.split("[^a-z0-9-]", each)[0] for each in project["dependencies"] if "python_version <" not in each]
    assert [name for name in needed if name not in listed] == []
    text = (ROOT / "LICENSES.md").read_text(encoding="utf-8")
    installed = (ROOT / ".ci" / "requirements.txt").read_text(encoding="utf-8")
    names = re.findall(r"^([\w-]+)==", installed, re.MULTILINE)
    assert [name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)] == []


def test_workflows_ask_for_no_more_than_they_need() -> None:
    assert [each["permissions"] for each in WORKFLOWS.values()] == [{}] * len(WORKFLOWS)
    jobs = {(name, job): said["permissions"] for name, each in WORKFLOWS.items() for job, said in each["jobs"].items()}
    writing = {place: allowed for place, allowed in jobs.items() if allowed != {"contents": "read"}}
    assert writing == {
        ("docs", "publish"): {"pages": "write", "id-token": "write"},
        ("release", "attest"): {"attestations": "write", "id-token": "write"},
        ("release", "publish"): {"id-token": "write"},
    }
    checked = [step.get("with", {}).get("persist-credentials") for step in steps_that_check_out()]
    assert checked == [False] * len(checked)
    assert EXAMPLE["permissions"] == {"contents": "read", "pull-requests": "write"}
    given = [
        step["with"]
        for each in (WORKFLOW, EXAMPLE)
        for step in each["jobs"]["results"]["steps"]
        if "with" in step and not step["uses"].startswith("actions/")
    ]
    assert [set(each) <= set(ACTION["inputs"]) for each in given] == [True, True]


def test_the_workflow_of_this_repository_holds_here(ours: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(ours, checkout)
    for name in ("README.md", "RESULTS.md"):
        shutil.copy(ROOT / name, checkout)
    assert reporter("readme", "README.md", "RESULTS.md", cwd=checkout).returncode == 0
    done = run_action(checkout, **WORKFLOW["jobs"]["results"]["steps"][-1]["with"])
    assert (done.code, done.outputs["runs"], done.annotations) == (0, "4", [])


def test_the_page_on_ci_has_all_inputs_and_outputs() -> None:
    text = (ROOT / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")
    for heading, kind in (("| input | meaning | default |", "inputs"), ("| output | meaning |", "outputs")):
        rows = text[text.index(heading) :].split("\n\n")[0].splitlines()[2:]
        shown = [name for row in rows for name in re.findall(r"`([\w-]+)`", row.split("|")[1])]
        assert sorted(shown) == sorted(ACTION[kind])


def test_numbers_in_markdown_files_are_checked_if_asked(folder: Path) -> None:
    (folder / "MODEL.md").write_text("Best val_acc: 0.1234\n", encoding="utf-8")
    epoch = "Epoch 1/1\n60000/60000 [=====] - 9s - loss: 0.1601 - acc: 0.9497 - val_loss: 0.0560 - val_acc: 0.9805\n"
    (folder / "one.log").write_text(epoch, encoding="utf-8")
    inputs = {"logs": "one.log", "readme": "MODEL.md"}
    done = run_action(folder, **inputs, check="true")
    assert "::error file=MODEL.md,line=1,title=reporter%3A disagrees::" in done.printed
    assert done.code == 1


def test_findings_are_shown_once_and_fail_if_asked(folder: Path) -> None:
    (folder / "logs" / "killed.log").write_text(KILLED, encoding="utf-8")
    done = run_action(folder, logs="logs", lint="true")
    assert (done.code, done.outputs["passed"]) == (1, "false")
    titles = re.findall(r"title=reporter%3A (\w+)::", done.printed)
    assert sorted(titles) == ["E101", "S103", "W110", "W111"]


def test_the_rules_of_the_checkout_are_applied(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.reporter]\nlint-ignore = "S103"\n', encoding="utf-8")
    done = run_action(folder, logs="logs", lint="true")
    assert (done.code, done.annotations) == (0, [])
