"""Shows a run in Jupyter as HTML: a line of facts, its figure, and its table."""

from __future__ import annotations

import html

from reporter.documents.figures import figure
from reporter.facts.summary import describe_end
from reporter.model import Run, monitored


def run_html(run: Run) -> str:
    """Make the HTML of a run.

    Args:
        run: The run.

    Returns:
        HTML in which every text from the log is escaped; the figure is inline SVG.
    """
    best = run.best() if monitored(run.metrics) else None
    told = f", best {best.monitor} {best.value:g} at epoch {', '.join(map(str, best.epochs))}" if best else ""
    facts = f"<p><b>{html.escape(run.name)}</b>: {html.escape(describe_end(run) + told)}</p>"
    if not run.epochs:
        return facts
    drawing = figure(run, best)
    return facts + drawing[drawing.index("<svg") :] + str(run.history.to_html(max_rows=20))
