"""Shows a run in Jupyter as HTML: a line of facts, the figure and the table of epochs."""

from __future__ import annotations

import html

from reporter.documents.pictures import picture_of_run
from reporter.documents.svg import svg_document
from reporter.facts.summary import describe_end
from reporter.model import Run, monitored


def run_html(run: Run) -> str:
    """Makes the HTML that Jupyter shows for a run.

    Args:
        run: The run.

    Returns:
        A paragraph, and for a run with a finished epoch also the figure as inline SVG and a table of at most 20 epochs.
        All text from the log is escaped.
    """
    best = run.best() if monitored(run.metrics) else None
    result = f", best {best.monitor} {best.value:g} at epoch {', '.join(map(str, best.epochs))}" if best else ""
    facts = f"<p><b>{html.escape(run.name)}</b>: {html.escape(describe_end(run) + result)}</p>"
    if not run.epochs:
        return facts
    return facts + svg_document(picture_of_run(run, best)) + str(run.history.to_html(max_rows=20))
