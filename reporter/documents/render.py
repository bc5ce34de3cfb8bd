"""Turns facts into text by a Jinja template: Python finds the facts, the template only places them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from reporter.documents import sandbox
from reporter.errors import TemplateError, UsageError
from reporter.facts.rows import ReportRow

_BESIDE = Path(__file__).parents[1] / "templates"
TEMPLATES = _BESIDE if _BESIDE.is_dir() else Path(__file__).parents[2] / "templates"
"""The templates of a wheel, else those of a checkout."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Says how much of a report is shown: of its runs, how many have a row, a section, a full log."""

    rows: int
    sections: int
    logs: int


def render(
    groups: Sequence[Sequence[ReportRow]],
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

    A template gets `groups`; `runs`, all of them in a row; `title` and `level`; `monitor`, the metric that all are
    judged by, or None; `compared`, whether any has a base; `shown`, an `Extent`, and `shortened`, whether that leaves
    anything out; `colour`. Its filters are those of Jinja and `number`, `count`, `duration`, `url`, in Markdown `md`
    and `fence`; our own templates also use `digest`, `packed`, `data` and `terminal`.

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
    facts = _facts(groups, extent) | {"title": title, "level": level, "colour": colour}
    name = find(template, format, templates)
    return sandbox.run(name, format, _folders(templates), facts).rstrip("\n") + "\n"


def _facts(groups: Sequence[Sequence[ReportRow]], extent: Extent | None) -> dict[str, Any]:
    runs = [side for group in groups for side in group]
    monitors = {side.best.monitor for side in runs if side.best}
    everything = Extent(len(runs), len(runs), len(runs))
    return {
        "groups": groups,
        "runs": runs,
        "monitor": monitors.pop() if len(monitors) == 1 else None,
        "compared": any(len(group) > 1 for group in groups),
        "shown": extent or everything,
        "shortened": extent not in (None, everything),
    }


class Template(NamedTuple):
    """Names a template: `NAME.FORMAT.j2`, and where it is."""

    name: str
    format: str
    path: Path


def available(templates: Path | None = None) -> list[Template]:
    """Find all templates.

    Args:
        templates: A folder where templates are looked for first.

    Returns:
        The templates, by name and format; of two that share both, the one that is used.
    """
    found: dict[str, Path] = {}
    for folder in _folders(templates):
        for path in sorted(folder.glob("*.*.j2")):
            found.setdefault(path.name, path)
    split = ((name.removesuffix(".j2").rpartition("."), path) for name, path in sorted(found.items()))
    return [Template(name, format, path) for (name, _, format), path in split]


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
    known = [each.path.name for each in available(templates)]
    if name not in known:
        raise TemplateError(f"no template {name}; there are {', '.join(known)}")
    return name
