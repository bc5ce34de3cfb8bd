"""Turns facts into text by a Jinja template: Python finds the facts, the template only places them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from reporter import escape, page
from reporter.display import count, duration, number
from reporter.errors import ReporterError, TemplateError, UsageError
from reporter.facts import Side
from reporter.model import Run

_BESIDE = Path(__file__).with_name("templates")
TEMPLATES = _BESIDE if _BESIDE.is_dir() else Path(__file__).parents[1] / "templates"
"""The templates of a wheel, else those of a checkout."""

_MARKDOWN = ("md", "github")
_MARKUP = ("html", "xml", "junit")


@dataclass(frozen=True, slots=True)
class Extent:
    """Says how much of a report is shown: of its runs, how many have a row, a section, a full log."""

    rows: int
    sections: int
    logs: int


def render(
    groups: Sequence[Sequence[Side]],
    template: str = "report",
    format: str = "md",
    *,
    title: str = "",
    level: int = 2,
    templates: Path | None = None,
    extent: Extent | None = None,
    colour: bool = False,
) -> str:
    """Render a report.

    Args:
        groups: The runs of each experiment, the base first.
        template: What to write: the template `TEMPLATE.FORMAT.j2`.
        format: And in which format; it decides how what is placed is escaped.
        title: The heading of the document; none by default, where the report goes into another document.
        level: The level of the headings of experiments.
        templates: A folder where templates are looked for first.
        extent: How much to show; all by default.
        colour: Whether a terminal may have colours.

    Returns:
        The report, ending in one newline.

    Raises:
        TemplateError: There is no such template, it misspells a name, or breaks a rule of Jinja or of its sandbox.
    """
    runs = [side for group in groups for side in group]
    monitors = {side.best.monitor for side in runs if side.best}
    everything = Extent(len(runs), len(runs), len(runs))
    facts: dict[str, Any] = {
        "groups": groups,
        "runs": runs,
        "title": title,
        "level": level,
        "monitor": monitors.pop() if len(monitors) == 1 else None,
        "compared": any(len(group) > 1 for group in groups),
        "shown": extent or everything,
        "shortened": extent not in (None, everything),
        "colour": colour,
    }
    name = find(template, format, templates)
    environment = _environment(format, templates, facts)
    try:
        return environment.get_template(name).render(facts).rstrip("\n") + "\n"
    except ReporterError:
        raise
    except Exception as error:  # a template may do anything that an expression can
        raise _explained(error, environment, name) from None


def available(templates: Path | None = None) -> list[tuple[str, str, Path]]:
    """Find all templates.

    Args:
        templates: A folder where templates are looked for first.

    Returns:
        Of each its name, its format and its file; the one that is used, where both folders have it.
    """
    found: dict[str, Path] = {}
    for folder in _folders(templates):
        for path in sorted(folder.glob("*.*.j2")):
            found.setdefault(path.name, path)
    return [(*name.removesuffix(".j2").rsplit(".", 1), path) for name, path in sorted(found.items())]  # type: ignore[misc]


def _folders(templates: Path | None) -> list[Path]:
    if templates is not None and not templates.is_dir():
        raise UsageError("no such folder; name one that holds templates like report.md.j2", templates)
    return [TEMPLATES] if templates is None else [templates, TEMPLATES]


def find(template: str, format: str, templates: Path | None = None) -> str:
    """Find a template.

    Args:
        template: What to write.
        format: And in which format.
        templates: A folder where templates are looked for first.

    Returns:
        The name of its file.

    Raises:
        TemplateError: There is none; the message says which there are.
    """
    name = f"{template}.{format}.j2"
    known = [path.name for _, _, path in available(templates)]
    if name not in known:
        raise TemplateError(f"no template {name}; there are {', '.join(known)}")
    return name


def _environment(format: str, templates: Path | None, facts: Mapping[str, Any]) -> jinja2.Environment:
    """Make the sandbox that a template runs in; what it places is escaped for its format."""
    markdown = format in _MARKDOWN
    environment = _Sandbox(
        loader=jinja2.FileSystemLoader(_folders(templates)),
        undefined=_undefined(facts),
        autoescape=markdown or format in _MARKUP,
        finalize=escape.markdown if markdown else None,
    )
    environment.filters.update(number=number, count=count, duration=duration, url=escape.url, digest=escape.digest)
    environment.filters.update(packed=page.packed, data=page.data, terminal=_terminal)
    if markdown:
        environment.filters.update(md=escape.md, fence=escape.fence)
    return environment


def _terminal(groups: Sequence[Sequence[Side]], title: str, colour: bool) -> str:
    from reporter.terminal import report

    return report(groups, title, colour=colour)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Keeps a template to the facts: it can change none, and gets no DataFrame, which could write files."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not (isinstance(obj, Run) and attr == "history") and super().is_safe_attribute(obj, attr, value)


def _undefined(facts: Mapping[str, Any]) -> type[jinja2.StrictUndefined]:
    """Make an undefined name stop the report, and say which name may be meant."""

    class Undefined(jinja2.StrictUndefined):
        @property
        def _undefined_message(self) -> str:
            there = facts if self._undefined_obj is missing else _attributes(self._undefined_obj)
            return f"{super()._undefined_message}{_instead(str(self._undefined_name), list(there))}"

    return Undefined


def _attributes(thing: object) -> Iterator[str]:
    if isinstance(thing, Mapping):
        yield from map(str, thing)
    elif type(thing).__module__.startswith("reporter."):
        yield from (name for name in dir(thing) if not name.startswith("_"))


def _instead(name: str, there: list[str]) -> str:
    near = difflib.get_close_matches(name, there, 1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are {', '.join(sorted(there))}" if there else ""


def _explained(error: Exception, environment: jinja2.Environment, name: str) -> TemplateError:
    """Name the template and the line where something went wrong."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return TemplateError(f"{error.message}; see the Jinja documentation", error.filename or name, error.lineno)
    if isinstance(error, jinja2.TemplateNotFound):
        return TemplateError(f"no template {error.name!r} to include or to extend", name)
    told = str(error) if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {error}"
    path, line = _place(error)
    return TemplateError(" ".join(told.split()), path or name, line)


def _place(error: Exception) -> tuple[str | None, int | None]:
    """Find the last line of a template that an error passed; Jinja puts the lines of templates into the traceback."""
    found: tuple[str | None, int | None] = (None, None)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith((".j2", ".css", ".js")):
            found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found
