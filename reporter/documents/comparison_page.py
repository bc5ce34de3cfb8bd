"""Makes the HTML page of a comparison."""

from __future__ import annotations

from collections.abc import Mapping

from reporter.documents.inline import html_figure
from reporter.documents.pictures import Picture
from reporter.documents.render import TEMPLATES
from reporter.documents.sandbox import render_template
from reporter.facts.changes import Comparison


def comparison_page(found: Comparison, pictures: Mapping[str, Picture]) -> str:
    """Formats a comparison as one HTML page, with a figure and a table for each experiment.

    Args:
        found: The comparison.
        pictures: The figures, by the name of the pair.

    Returns:
        The page. It needs no other file, runs no script, and all text from logs is escaped.
    """
    figures = {name: html_figure(picture) for name, picture in pictures.items()}
    return render_template("comparison.html", "html", [TEMPLATES], {"comparison": found, "figures": figures})
