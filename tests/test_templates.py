"""Templates of users are escaped and sandboxed like the built-in ones, and an error names the file and the line."""

from pathlib import Path

import pytest
from conftest import KILLED, ROOT, SECTION, reporter
from test_report import gathered

from reporter.documents import render
from reporter.errors import TemplateError, UsageError

OURS = sorted(path.name for path in (ROOT / "templates").iterdir())


def rendered(folder: Path, text: str, format: str = "txt") -> str:
    (folder / f"mine.{format}.j2").write_text(text, encoding="utf-8")
    return render.render(gathered(SECTION, KILLED), "mine", format, title="<b>|*x*", templates=folder)


WRONG = {
    "a misspelt name": ("{{ grops }}", "1: 'grops' is undefined; did you mean 'groups'?"),
    "a name like no other": ("\n{{ zzz }}", "2: 'zzz' is undefined; there are colour, columns, compared, groups, leaders, level, "),
    "a misspelt fact of a run": (
        "\n\n{% for row in runs %}\n{{ row.bset }}{% endfor %}",
        "4: 'reporter.facts.rows.ReportRow object' has no attribute 'bset'; did you mean 'best'?",
    ),
    "a broken tag": ("\n{% if %}", "2: Expected an expression, got 'end of statement block'; see the Jinja documentation"),
    "an unknown filter": ("\n{{ title | shout }}", "2: No filter named 'shout'.; see the Jinja documentation"),
    "an expression that makes no sense": ("a\nb\n{{ 1 + title }}", "3: TypeError: "),
    "a division by zero": ("{{ 1 / 0 }}", "1: ZeroDivisionError: division by zero"),
    "an inclusion of nothing": ("{% include 'no.txt' %}", " no template 'no.txt' to include or extend"),
    "an inclusion from elsewhere": ("{% include '../secret.txt' %}", " no template '../secret.txt'"),
    "a way out of the sandbox": ("{{ ''.__class__.__mro__ }}", "1: access to attribute '__class__' of 'str' object is unsafe"),
    "a way out through a format": ("{{ '{0.__class__}'.format(title) }}", "1: access to attribute '__class__'"),
    "a DataFrame, which could write files": ("{{ runs[0].run.history.to_csv('stolen.csv') }}", "1: access to attribute 'history'"),
    "a change of the facts": ("{{ groups.clear() }}", "1: access to attribute 'clear' of 'list' object is unsafe"),
    "a loop without an end": ("{% for i in range(10000000) %}{% endfor %}", "1: OverflowError: Range too big"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_an_error_names_the_template_and_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path.parent / "secret.txt").write_text("secret", encoding="utf-8")
    with pytest.raises(TemplateError) as error:
        rendered(tmp_path, text)
    assert "\n" not in str(error.value)
    assert f"mine.txt.j2:{message}" in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt.j2"]


def test_an_error_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "part.css").write_text("\n\n{{ nothing }}", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"part\.css:3: 'nothing' is undefined"):
        rendered(tmp_path, "{% include 'part.css' %}")


PLACED = {
    "html": "&lt;b&gt;|*x* &lt;b&gt;|*x*!",
    "md": "&lt;b&gt;\\|\\*x\\* &lt;b&gt;\\|\\*x\\*!",
    "github": "&lt;b&gt;\\|\\*x\\* &lt;b&gt;\\|\\*x\\*!",
    "txt": "<b>|*x* <b>|*x*!",
}


@pytest.mark.parametrize(("format", "text"), PLACED.items(), ids=PLACED.keys())
def test_inserted_values_are_escaped_once_for_the_format(tmp_path: Path, format: str, text: str) -> None:
    macro = "{% macro twice(x) %}{{ x }}{% endmacro %}{{ title }} {{ twice(title) }}{{ '!' | safe }}"
    assert rendered(tmp_path, macro, format) == text + "\n"


def test_spaces_around_inserted_values_are_kept_in_markdown(tmp_path: Path) -> None:
    assert (
        rendered(tmp_path, "{% for i in [1, 2] %}{{ i }}{{ ', ' if not loop.last }}{% endfor %}{{ ' ' }}x", "md")
        == "1, 2 x\n"
    )


def test_templates_of_the_user_come_before_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "report.css").write_text("body { color: teal }", encoding="utf-8")
    (tmp_path / "report.md.j2").write_text("{{ runs | length }} runs", encoding="utf-8")
    groups = gathered(SECTION)
    assert render.render(groups, templates=tmp_path) == "2 runs\n"
    assert "<style>body { color: teal }</style>" in render.render(groups, format="html", templates=tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        render.render(groups, templates=tmp_path / "none")


def test_copied_templates_are_listed_and_give_the_same_reports(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    copied = reporter("templates", "--copy", "mine", cwd=tmp_path)
    assert (copied.returncode, copied.stderr) == (0, "")
    assert copied.stdout.split() == [f"mine/{name}" for name in OURS] == sorted(
        path.relative_to(tmp_path).as_posix() for path in (tmp_path / "mine").iterdir()
    )  # fmt: skip
    for format in ("md", "html", "github", "text", "json"):
        mine, ours = (
            reporter("report", "a.log", "--format", format, *args, cwd=tmp_path)
            for args in (["--templates", "mine"], [])
        )
        assert mine.returncode == 0
        assert mine.stdout == ours.stdout
    (tmp_path / "mine" / "diary.tex.j2").write_text("x", encoding="utf-8")
    listed = [line.split() for line in reporter("templates", "--templates", "mine", cwd=tmp_path).stdout.splitlines()]
    assert ["diary", "tex", "mine/diary.tex.j2"] in listed
    assert ["report", "html", "mine/report.html.j2"] in listed
    again = reporter("templates", "--copy", "mine", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == f"reporter: mine/{OURS[0]}: exists; --force replaces it\n"
    assert reporter("templates", "--copy", "mine", "--force", cwd=tmp_path).returncode == 0
