"""Prints the tables of evidence for the documentation: `python -m tests.evidence`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reporter.reading.runs.below_header_evidence import BELOW_HEADER
from reporter.reading.runs.evidence import Table
from reporter.reading.runs.header_evidence import HEADERS
from reporter.reading.runs.without_header_evidence import WITHOUT_HEADER

TABLES: dict[str, Table[Any]] = {
    "A header": HEADERS,
    "A result below a header": BELOW_HEADER,
    "A result without a header": WITHOUT_HEADER,
}


def markdown() -> Iterator[str]:
    """Lay out the tables."""
    for title, table in TABLES.items():
        yield f"### {title}\n"
        yield "| evidence | why | speaks for |"
        yield "|---|---|---|"
        for row in table.rows:
            weights = ", ".join(f"{reading} {weight:+}" for reading, weight in row.weights.items())
            yield f"| {row.name} | {row.sentence} | {weights} |"
        yield ""


if __name__ == "__main__":
    print("\n".join(markdown()), end="")
