"""Runs templates in a sandbox: what they place is escaped for its format, an error names the template and its line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from reporter.documents import escape, page
from reporter.errors import ReporterError, TemplateError
from reporter.facts.display import count, duration, number
from reporter.facts.rows import ReportRow
from reporter.model import Run

_MARKDOWN = {"md": escape.md, "github": escape.comment}
_MARKUP = ("html", "xml", "junit")


def run(name: str, format: str, folders: Sequence[Path], facts: Mapping[str, Any]) -> str:
    """Run a template.

    Args:
        name: The name of its file.
        format: What it writes.
        folders: Where it is looked for, and what it includes, in this order.
        facts: What it can place.

    Returns:
        What it writes.

    Raises:
        TemplateError: It misspells a name, or breaks a rule of Jinja or of its sandbox.
    """
    environment = _environment(format, folders, facts)
    try:
        return environment.get_template(name).render(facts)
    except ReporterError:
        raise
    except Exception as error:  # a template may do anything that an expression can
        raise _explained(error, name) from None


def _environment(format: str, folders: Sequence[Path], facts: Mapping[str, Any]) -> jinja2.Environment:
    """Make the sandbox that a template runs in; what it places is escaped for its format."""
    md = _MARKDOWN.get(format)
    environment = _Sandbox(
        loader=jinja2.FileSystemLoader(folders),
        undefined=_undefined(facts),
        autoescape=md is not None or format in _MARKUP,
        finalize=partial(escape.markdown, md=md) if md else None,
    )
    environment.filters.update(number=number, count=count, duration=duration, url=escape.url, digest=escape.digest)
    environment.filters.update(packed=page.packed, data=page.data, terminal=_terminal)
    if md:
        environment.filters.update(md=md, fence=escape.fence)
    return environment


def _terminal(groups: Sequence[Sequence[ReportRow]], title: str, colour: bool) -> str:
    from reporter.documents.terminal import report

    return report(groups, title, colour=colour)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Keeps a template to the facts: it can change none, and gets no DataFrame, which could write files."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not (isinstance(obj, Run) and attr in ("history", "plot", "to_frame")) and super().is_safe_attribute(
            obj, attr, value
        )


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


def _explained(error: Exception, name: str) -> TemplateError:
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
