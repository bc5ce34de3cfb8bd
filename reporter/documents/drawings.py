"""Holds the figures that belong beside a document: they are drawn only if their files do not show the same numbers."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from reporter.documents.escape import Markdown, url
from reporter.documents.pictures import Picture
from reporter.documents.stamps import shows, stamped_svg
from reporter.documents.svg import NARROW, WIDE, svg_document


@dataclass(frozen=True)
class Drawing:
    """Holds a figure that is a file beside a document.

    Attributes:
        picture: What it shows.
        width: Its width in pixels.
    """

    picture: Picture
    width: int = WIDE

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of everything that the figure shows, and of its width."""
        return sha256(f"{self.width} {self.picture.digest}".encode("ascii")).hexdigest()

    def is_in(self, path: Path) -> bool:
        """Returns whether a file is this figure: whether it shows these numbers, whatever release drew it."""
        return shows(path, self.digest)

    def svg(self) -> str:
        """Draws it as an SVG document that carries its digest; the same numbers always give the same bytes."""
        return stamped_svg(svg_document(self.picture, self.width), self.digest)


def drawings(path: str, picture: Picture) -> dict[str, Drawing]:
    """Makes both files of a figure, by path: a wide one, and a narrow one with its panels below each other."""
    return {path: Drawing(picture), narrow_path(path): Drawing(picture, NARROW)}


def numbered_drawings(pictures: Mapping[str, Picture], stem: str) -> tuple[dict[str, str], dict[str, Drawing]]:
    """Makes the files of several figures, which are numbered and named after a document.

    Args:
        pictures: The figures, by what they show.
        stem: The name of the document, without its ending.

    Returns:
        The path of the wide file of each figure, and all files by path.
    """
    slug = re.sub(r"[^\w.-]+", "-", stem)
    paths = {name: f"figures/{slug}-{index}.svg" for index, name in enumerate(pictures, 1)}
    return paths, {key: each for name, path in paths.items() for key, each in drawings(path, pictures[name]).items()}


def narrow_path(path: str) -> str:
    """Returns the path of the narrow file of a figure: `figures/a-narrow.svg` for `figures/a.svg`."""
    return f"{path.removesuffix('.svg')}-narrow.svg"


def markdown_picture(path: str, alt: str) -> Markdown:
    """Makes the HTML for Markdown that shows a figure: its narrow file on a phone, its wide file elsewhere.

    Args:
        path: The path of the wide file.
        alt: A sentence that describes the figure.

    Returns:
        A `<picture>` element, which is also valid in MDX.
    """
    text = html.escape(" ".join(alt.split()))
    return Markdown(
        f'<picture>\n<source media="(max-width: 600px)" srcset="{html.escape(url(narrow_path(path)))}" />\n'
        f'<img alt="{text}" src="{html.escape(url(path))}" />\n</picture>'
    )
