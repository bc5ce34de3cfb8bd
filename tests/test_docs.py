"""The README and the documentation show what really happens, and leave nothing out."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, reporter
from pages import PAGES, blocks, call, check_shown, first_column, parse_toml, run

import reporter as api
from reporter import errors
from reporter.documents import render, sandbox
from reporter.facts.rows import ReportRow
from reporter.model import Best, Record, Run

DOCS = ROOT / "docs"
WARNED_BY = ("Doubt", "LogWarning", "Notice")
NOT_RUN = 16
"""Blocks that may say why they are not run."""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder of someone who reads the documentation: logs, a README that shows them, all in git."""
    folder = tmp_path_factory.mktemp("prepared") / "project"
    shutil.copytree(ROOT / "logs", folder / "logs", ignore=shutil.ignore_patterns("trial-*", "*.resume"))
    marker = "<!-- BEGIN_REPORTER logs=logs/original/gap.log template=summary -->\n<!-- END_REPORTER -->\n"
    (folder / "README.md").write_text(marker, encoding="utf-8")
    assert reporter("readme", "README.md", cwd=folder).returncode == 0
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Add logs"]):
        subprocess.run([*git, *command], check=True)
    return folder


def install(folder: Path) -> None:
    """Install the package of a `pyproject.toml` as pip would: with the entry points it names."""
    project = parse_toml((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    installed = folder / f"{name}-{version}.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n", encoding="utf-8")
    groups = project["entry-points"].items()
    lines = [f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in each.items()) for group, each in groups]
    (installed / "entry_points.txt").write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_blocks_of_a_page_can_be_run_one_after_another(
    page: Path, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(prepared, folder)
    monkeypatch.chdir(folder)
    variables: dict[str, object] = {}
    for block in blocks(page):
        if block.reason is None:
            run(block, variables)
        if block.file == "pyproject.toml" and "entry-points" in block.code:
            install(folder)


def test_nearly_all_blocks_are_run() -> None:
    reasons = [block.reason for page in PAGES for block in blocks(page) if block.reason]
    assert len(reasons) <= NOT_RUN, reasons


def test_a_block_that_shows_something_else_is_noticed() -> None:
    check_shown(["a", "…", "c"], ["a", "b", "c"])
    for shown in (["a", "…", "b"], ["b", "…"], ["a", "b"], ["a", "c", "…"], ["…", "a", "c"]):
        with pytest.raises(AssertionError):
            check_shown(shown, ["a", "b", "c"])


def test_a_command_of_another_program_is_not_run() -> None:
    with pytest.raises(AssertionError, match="say why"):
        call("pip install .")


FORMAT = """
import sys
from reporter.reading.reader import Reader

text = open("tiny.log", encoding="utf-8").read() * 40
logs = []
for size in (len(text), 1, 2, 37, 4096):
    reader = Reader("tiny.log")
    for start in range(0, len(text), size):
        reader.feed_text(text[start : start + size])
    logs.append(reader.close())
assert logs[0].format == "passes"
assert [len(run.epochs) for run in logs[0].runs] == [3] * 40
assert all(log == logs[0] for log in logs)

import passes
from reporter.reading.lines import Line

assert all(passes.sniff([Line(1, text)]) > 0 for text in passes.SAMPLES.values())
"""


def test_the_format_of_the_documentation_reads_its_log_the_same_however_it_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in blocks(DOCS / "how-to" / "format.md"):
        if block.file:
            (tmp_path / block.file).write_text(block.code, encoding="utf-8")
    install(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    subprocess.run([sys.executable, "-c", FORMAT], check=True, cwd=tmp_path)
    module = (tmp_path / "passes.py").read_text(encoding="utf-8")
    assert len([line for line in module.splitlines() if line.strip()]) <= 25


def test_no_command_installs_a_package_from_an_index() -> None:
    code = [block.code for page in PAGES for block in blocks(page)]
    text = "\n".join([*code, *(page.read_text(encoding="utf-8") for page in PAGES)])
    assert re.findall(r"(?:pipx? (?:install|run)|uvx) (?:'?\"?keras-)?reporter\b(?!\[?\w*\]? @)[^\n]*", text) == []


def test_the_readme_is_short() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, after = text.split("<!-- BEGIN_REPORTER id=results")[0], text.split("<!-- END_REPORTER sha256")[1]
    assert (before + after).count("\n") < 200


def slug(heading: str) -> str:
    """Give the anchor of a heading, as GitHub and MkDocs make it."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "RESULTS.md"], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)", text):
        file = page.parent / target if target else page
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), f"{target}#{anchor}"


def test_every_page_is_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"[\w/-]+\.md", text[text.index("\nnav:") :])
    assert sorted(listed) == sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))


def test_the_page_on_python_has_all_public_names() -> None:
    text = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    shown = re.findall(r"^::: reporter\.(\w+)$", text, re.MULTILINE)
    assert sorted([*shown, "__version__"]) == sorted(api.__all__)
    assert "`reporter.__version__`" in text


def codes() -> set[str]:
    """Find the codes of all warnings in the code: the texts that `Doubt`, `LogWarning` and `Notice` are called with."""
    found, constants = set(), dict[str, str]()
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "reporter").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    for node in nodes:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        ):
            constants[node.targets[0].id] = str(node.value.value)
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WARNED_BY:
            for each in [*node.args, *(keyword.value for keyword in node.keywords)]:
                text = constants.get(each.id) if isinstance(each, ast.Name) else getattr(each, "value", None)
                if isinstance(text, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
                    found.add(text)
    return found


def test_the_page_on_warnings_has_all_codes() -> None:
    assert len(codes()) >= 5
    assert first_column(DOCS / "reference" / "warnings.md", "# Warnings") == sorted(codes())


def test_the_page_on_exit_codes_has_all_of_them() -> None:
    text = (DOCS / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    known = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, errors.ReporterError)]
    assert {str(each.exit_code) for each in known} <= set(re.findall(r"^\| (\d+) \|", text, re.MULTILINE))


def public(kind: type) -> set[str]:
    """Give the names of the fields and properties of a class."""
    return {name for name in [*dir(kind), *getattr(kind, "__dataclass_fields__", ())] if not name.startswith("_")}


TEMPLATE_TABLES = {
    "### A row": (
        "row",
        public(ReportRow) - {"place", "address", "fragment"} | {"place(line)", "address(line)", "fragment(line)"},
    ),
    "### A run": ("run", public(Run) - {"history", "to_frame", "plot"} - {"best"} | {"best(monitor, mode)"}),
    "### The best value": ("best", public(Best)),
    "### A record": ("record", public(Record) - {"name", "to_json", "from_json"}),
}


@pytest.mark.parametrize("heading", TEMPLATE_TABLES)
def test_the_page_on_templates_has_every_property(heading: str) -> None:
    name, properties = TEMPLATE_TABLES[heading]
    shown = first_column(DOCS / "how-to" / "templates.md", heading)
    assert sorted(each.removeprefix(f"{name}.") for each in shown if each.startswith(f"{name}.")) == sorted(properties)


def test_the_page_on_templates_has_every_variable_and_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(render, "render_template", lambda name, format, folders, facts: given.update(facts) or "")
    render.render([])
    page = DOCS / "how-to" / "templates.md"
    assert sorted(first_column(page, "### Variables")) == sorted(given)
    source = inspect.getsource(sandbox)
    ours = {
        name for update in re.findall(r"filters\.update\((.*?)\)", source) for name in re.findall(r"(\w+)=", update)
    }
    assert sorted(first_column(page, "### Filters")) == sorted(ours)


def test_the_page_on_the_configuration_has_all_keys(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[tool.reporter]\nqqq = 1\n", encoding="utf-8")
    done = reporter("report", ".", "--config", "a.toml", cwd=tmp_path)
    known = re.findall(r"[a-z-]+", done.stderr.partition("the keys are ")[2])
    assert sorted(first_column(DOCS / "reference" / "configuration.md", "# Configuration")) == sorted(known)


def test_the_json_of_the_documentation_is_that_of_the_command() -> None:
    (shown,) = [block.code for block in blocks(DOCS / "reference" / "json.md") if block.language == "json"]
    done = reporter("parse", "logs/original/code9.log", "--format", "json", cwd=ROOT)
    whole = json.loads(done.stdout)
    (run,) = whole["sources"][0]["runs"]
    run["epochs"], run["messages"] = run["epochs"][:1], run["messages"][:1]
    assert json.loads(shown) == whole


def test_the_page_on_the_command_line_has_every_command_and_option() -> None:
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert spec
    assert spec.loader
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    page = hooks.on_page_markdown((DOCS / "reference" / "cli.md").read_text(encoding="utf-8"))
    for command in (
        "parse",
        "report",
        "readme",
        "check",
        "lint",
        "compare",
        "reproduce",
        "plot",
        "templates",
        "run",
        "watch",
        "serve",
        "train",
        "train-and-report",
    ):
        section = page.split(f"## reporter {command}\n")[1].split("\n## ")[0]
        options = re.findall(r"^ +(?:-\w, )?(--[\w-]+)", call(f"reporter {command} --help")[1], re.MULTILINE)
        assert [option for option in options if option not in section] == []


def test_the_architecture_lists_every_module_with_a_sentence() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([\w/.]+\.py)` \| (.+?) \|$", text, re.MULTILINE))
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "reporter").rglob("*.py")}
    assert {name for name in there if Path(name).name != "__init__.py"} == set(listed)
    assert [name for name, sentence in listed.items() if len(sentence) < 15] == []


def test_no_module_is_longer_than_250_lines() -> None:
    modules = (ROOT / "reporter").rglob("*.py")
    assert [path.name for path in modules if len(path.read_text(encoding="utf-8").splitlines()) > 250] == []
