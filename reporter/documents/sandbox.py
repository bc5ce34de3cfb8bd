"""Runs Jinja templates in a sandbox, escapes the values they insert, and names the template and line of an error."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from reporter.documents import drawings, escape, inline, page
from reporter.documents.limits import joined, limited, refuse_large
from reporter.errors import ReporterError, TemplateError
from reporter.facts.display import count, duration, number
from reporter.facts.rows import ReportRow
from reporter.model import Run
from reporter.sources.bounds import refuse_outside

_MARKDOWN = {"md": escape.md, "github": escape.github_md}
_ESCAPES = {**_MARKDOWN, "latex": escape.latex}
_MARKUP = ("html", "xml", "junit")


def render_template(name: str, format: str, folders: Sequence[Path], facts: Mapping[str, Any]) -> str:
    """Renders a template.

    Args:
        name: The file name of the template.
        format: Its output format, which decides how inserted values are escaped.
        folders: The folders searched for the template and for the files that it includes, in this order.
        facts: The variables of the template.

    Returns:
        The output of the template.

    Raises:
        TemplateError: The template uses an unknown name, or breaks a rule of Jinja or of its sandbox.
    """
    environment = _environment(format, folders, facts)
    try:
        with limited(name):
            return joined(environment.get_template(name).generate(facts), name)
    except ReporterError:
        raise
    except Exception as error:  # an expression in a template can raise any exception
        raise _template_error(error, name) from None


def _environment(format: str, folders: Sequence[Path], facts: Mapping[str, Any]) -> jinja2.Environment:
    """Makes the Jinja environment of a template, with the escaping and the filters of its format."""
    md, inserted = _MARKDOWN.get(format), _ESCAPES.get(format)
    environment = _Sandbox(
        loader=_Loader(folders),
        undefined=_undefined(facts),
        autoescape=inserted is not None or format in _MARKUP,
        bytecode_cache=_COMPILED,
        finalize=partial(escape.escape_inserted, md=inserted) if inserted else escape.escape_html,
    )
    environment.filters.update(number=number, count=count, duration=duration, url=escape.url, digest=escape.csp_hash)
    environment.filters.update(packed=page.packed_run, key=page.run_key, drawn=inline.html_overlay)
    environment.filters.update(data=page.report_json, terminal=_terminal_report)
    if md:
        environment.filters.update(md=md, fence=escape.fence, picture=drawings.markdown_picture)
    return environment


def _terminal_report(groups: Sequence[Sequence[ReportRow]], title: str, colour: bool, width: int | None = None) -> str:
    from reporter.documents.terminal import terminal_report

    return terminal_report(groups, title, colour=colour, width=width)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Lets a template read the facts but not change them, and hides pandas and matplotlib, which can write files."""

    intercepted_binops = frozenset(["*", "**", "%"])

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Computes the result of an operator."""
        refuse_large(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not (isinstance(obj, Run) and attr in ("history", "plot", "to_frame")) and super().is_safe_attribute(
            obj, attr, value
        )


class _Compiled(jinja2.BytecodeCache):
    """Keeps compiled templates in memory, by their source; compiling one takes longer than rendering it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives the code of a template, if it is kept."""
        if kept := self._kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the code of a template."""
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class _Loader(jinja2.FileSystemLoader):
    """Loads templates that are in their folder, and not behind a link out of it."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Reads a template."""
        for folder in self.searchpath:
            path = os.path.join(folder, *split_template_path(template))
            if not os.path.isfile(path):
                continue
            if folder != self.searchpath[-1]:  # the built-in templates
                refuse_outside(path)
            if not os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep):
                raise TemplateError("a link out of the folder of templates; copy the file into it", path)
            break
        return super().get_source(environment, template)


def _undefined(facts: Mapping[str, Any]) -> type[jinja2.StrictUndefined]:
    """Makes the class that raises an error for an unknown name and suggests a similar one."""

    class Undefined(jinja2.StrictUndefined):
        @property
        def _undefined_message(self) -> str:
            known = facts if self._undefined_obj is missing else _attributes(self._undefined_obj)
            return f"{super()._undefined_message}{_suggestion(str(self._undefined_name), list(known))}"

    return Undefined


def _attributes(thing: object) -> Iterator[str]:
    if isinstance(thing, Mapping):
        yield from map(str, thing)
    elif type(thing).__module__.startswith("reporter."):
        yield from (name for name in dir(thing) if not name.startswith("_"))


def _suggestion(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are {', '.join(sorted(known))}" if known else ""


def _template_error(error: Exception, name: str) -> TemplateError:
    """Turns an exception into an error that names the template and the line."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return TemplateError(f"{error.message}; see the Jinja documentation", error.filename or name, error.lineno)
    if isinstance(error, jinja2.TemplateNotFound):
        return TemplateError(f"no template {error.name!r} to include or extend", name)
    message = str(error) if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {error}"
    path, line = _place(error)
    return TemplateError(" ".join(message.split()), path or name, line)


def _place(error: Exception) -> tuple[str | None, int | None]:
    """Finds the last template line in the traceback of an error; Jinja adds template lines to tracebacks."""
    found: tuple[str | None, int | None] = (None, None)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith((".j2", ".css", ".js")):
            found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found
