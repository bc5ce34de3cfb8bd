"""Renders a report with a Jinja template: Python computes the facts, the template arranges them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from reporter.documents.columns import default_columns, known_columns
from reporter.documents.pictures import Scale
from reporter.documents.sandbox import render_template
from reporter.errors import TemplateError, UsageError
from reporter.facts.rows import ReportRow
from reporter.model import alias

_INSTALLED = Path(__file__).parents[1] / "templates"
TEMPLATES = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[2] / "templates"
"""The folder of the built-in templates: inside the package when it was installed from a wheel, else in the checkout."""


@dataclass(frozen=True, slots=True)
class ShownParts:
    """Says how many runs get a table row, a section and a full log, counted from the first run of the report."""

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
    columns: Sequence[str] = (),
    scale: Scale = "linear",
    templates: Path | None = None,
    shown: ShownParts | None = None,
    colour: bool = False,
    width: int | None = None,
    live: int | None = None,
) -> str:
    """Renders a report.

    A template gets these variables:

    - `groups`: the runs of each experiment, the base first; `runs`: all runs in one list
    - `title`, `level`, `columns` and `scale`: the arguments below
    - `monitor`: the metric that decides which epoch is best, or None if it is not the same for all runs
    - `compared`: whether any experiment has more than one run
    - `leaders`: the numbers of the runs that have the best value of all, if there are several runs of one monitor
    - `reproductions`: for each experiment with an original and reproductions, whether it is reproduced
    - `shown`: a `ShownParts`; `shortened`: whether it leaves anything out
    - `colour`, `width` and `live`: the arguments below

    Its filters are those of Jinja, and `number`, `count`, `duration`, `url`; in Markdown also `md`, `fence` and
    `picture`. The built-in templates also use `digest`, `packed`, `data` and `terminal`.

    Args:
        groups: The runs of each experiment, the base first.
        template: The name of the template; its file is `TEMPLATE.FORMAT.j2`.
        format: The format. It also decides how values from a log are escaped.
        title: The heading of the document; empty if the report becomes a part of another document.
        level: The level of the headings of experiments.
        columns: The columns of the table of runs; at most seven are chosen by default.
        scale: The scale of the vertical axes of figures.
        templates: A folder that is searched for templates before the built-in ones.
        shown: The parts to show; all by default.
        colour: Whether a terminal may show colours.
        width: The maximum width of a table for a terminal, in characters.
        live: For a page that `reporter serve` updates, the number of the newest change in it.

    Returns:
        The report, which ends with one newline.

    Raises:
        TemplateError: There is no such template, it uses an unknown name, or it breaks a rule of Jinja or its sandbox.
    """
    chosen = known_columns(columns) or default_columns(groups)
    options = {
        "title": title,
        "level": level,
        "colour": colour,
        "columns": chosen,
        "scale": scale,
        "width": width,
        "live": live,
    }
    facts = report_facts(groups, shown) | options
    name = find_template(template, format, templates)
    return render_template(name, format, _folders(templates), facts).rstrip("\n") + "\n"


def report_facts(groups: Sequence[Sequence[ReportRow]], shown: ShownParts | None = None) -> dict[str, Any]:
    """Computes the variables of a template that follow from the runs; for their names see `render`."""
    runs = [row for group in groups for row in group]
    monitors = {row.best.monitor for row in runs if row.best}
    everything = ShownParts(len(runs), len(runs), len(runs))
    return {
        "groups": groups,
        "runs": runs,
        "monitor": monitors.pop() if len(monitors) == 1 else None,
        "compared": any(len(group) > 1 for group in groups),
        "leaders": _leaders(runs),
        "reproductions": [row.reproduction for row in runs if row.reproduction],
        "shown": shown or everything,
        "shortened": shown not in (None, everything),
    }


def _leaders(runs: Sequence[ReportRow]) -> list[int]:
    """Finds the numbers of the runs that have the best value of all."""
    known = [(row.best, row.number) for row in runs if row.best]
    if len(known) < 2 or len({(alias(best.monitor), best.mode) for best, _ in known}) > 1:
        return []
    top = (max if known[0][0].mode == "max" else min)(best.value for best, _ in known)
    return [number for best, number in known if best.value == top]


class Template(NamedTuple):
    """Holds the name, the format and the path of a template file `NAME.FORMAT.j2`."""

    name: str
    format: str
    path: Path


def list_templates(templates: Path | None = None) -> list[Template]:
    """Lists all templates.

    Args:
        templates: A folder that is searched before the built-in templates.

    Returns:
        The templates, sorted by name and format. A template in the folder hides the built-in one of the same name.

    Raises:
        UsageError: There is no such folder.
    """
    found: dict[str, Path] = {}
    for folder in _folders(templates):
        for path in sorted(folder.glob("*.*.j2")):
            found.setdefault(path.name, path)
    split = ((name.removesuffix(".j2").rpartition("."), path) for name, path in sorted(found.items()))
    return [Template(name, format, path) for (name, _, format), path in split]


def find_template(template: str, format: str, templates: Path | None = None) -> str:
    """Finds a template by its name and format.

    Args:
        template: The name of the template.
        format: Its format.
        templates: A folder that is searched before the built-in templates.

    Returns:
        The name of its file.

    Raises:
        TemplateError: There is no such template; the message lists all templates.
        UsageError: There is no such folder.
    """
    name = f"{template}.{format}.j2"
    known = [each.path.name for each in list_templates(templates)]
    if name not in known:
        raise TemplateError(f"no template {name}; there are {', '.join(known)}")
    return name


def _folders(templates: Path | None) -> list[Path]:
    if templates is not None and not templates.is_dir():
        raise UsageError("no such folder; name a folder that holds templates, such as report.md.j2", templates)
    return [TEMPLATES] if templates is None else [templates, TEMPLATES]
