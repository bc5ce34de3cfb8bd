"""Makes Markdown and an HTML page of reproductions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from reporter.documents.drawings import numbered_drawings
from reporter.documents.inline import html_figure
from reporter.documents.pictures import Picture
from reporter.documents.render import TEMPLATES
from reporter.documents.report import Document
from reporter.documents.sandbox import render_template
from reporter.facts.reproduction import Reproduction


def markdown(found: Sequence[Reproduction], figures: Mapping[str, str] = MappingProxyType({})) -> str:
    """Formats reproductions as Markdown, with a section for each.

    Args:
        found: The reproductions.
        figures: The paths of figures, by the path of the original.

    Returns:
        The text. All names from logs are escaped.
    """
    facts = {"reproductions": found, "figures": figures, "level": 3}
    return render_template("reproduction.md.j2", "md", [TEMPLATES], facts).rstrip("\n") + "\n"


def markdown_document(found: Sequence[Reproduction], pictures: Mapping[str, Picture], stem: str) -> Document:
    """Makes a Markdown file with its figures.

    Args:
        found: The reproductions.
        pictures: The figures, by the path of the original.
        stem: The name of the file without its ending, with which the names of the figures begin.

    Returns:
        The document.
    """
    paths, figures = numbered_drawings(pictures, stem)
    return Document(markdown(found, paths), figures)


def html_page(found: Sequence[Reproduction], pictures: Mapping[str, Picture]) -> str:
    """Formats reproductions as one HTML page.

    Args:
        found: The reproductions.
        pictures: The figures, by the path of the original.

    Returns:
        The page. It needs no other file, runs no script, and all text from logs is escaped.
    """
    figures = {path: html_figure(picture) for path, picture in pictures.items()}
    return render_template("reproductions.html", "html", [TEMPLATES], {"reproductions": found, "figures": figures})
