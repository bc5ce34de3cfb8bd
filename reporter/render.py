"""Turns facts into text by a Jinja template: Python finds the facts, the template only places them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2

from reporter.display import count, duration, number
from reporter.errors import TemplateError
from reporter.escape import fence, md, url
from reporter.facts import Side

_BESIDE = Path(__file__).with_name("templates")
TEMPLATES = _BESIDE if _BESIDE.is_dir() else Path(__file__).parents[1] / "templates"
"""The templates of a wheel, else those of a checkout."""


def render(groups: Sequence[Sequence[Side]], *, format: str = "md", title: str = "", level: int = 2) -> str:
    """Render a report.

    Args:
        groups: The runs of each experiment, the base first.
        format: Which report: the template `report.FORMAT.j2`.
        title: The heading of the document; none by default, where the report goes into another document.
        level: The level of the headings of experiments.

    Returns:
        The report, ending in one newline.

    Raises:
        TemplateError: The template misspells a name, or breaks a rule of Jinja.
    """
    template = f"report.{format}.j2"
    monitors = {side.best.monitor for group in groups for side in group if side.best}
    facts: dict[str, Any] = {
        "groups": groups,
        "title": title,
        "level": level,
        "monitor": monitors.pop() if len(monitors) == 1 else None,
        "compared": any(len(group) > 1 for group in groups),
    }
    try:
        return _environment().get_template(template).render(facts).rstrip("\n") + "\n"
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"{error.message}; see the Jinja documentation", error.name, error.lineno) from None
    except jinja2.TemplateError as error:
        raise TemplateError(f"{error}; see reporter/render.py for what a report offers", template) from None


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 -- this is Markdown, which the filters `md`, `fence` and `url` escape for
    )
    environment.filters.update(md=md, fence=fence, url=url, number=number, count=count, duration=duration)
    return environment
