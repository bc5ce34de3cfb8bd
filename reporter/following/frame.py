"""Draws what `reporter watch` shows: a table of runs, their curves, warnings and messages, and the keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import RenderableType
from rich.layout import Layout
from rich.text import Text

from reporter.following.curves import Curve, draw
from reporter.following.follow import Following
from reporter.following.judge import judge
from reporter.following.rows import labels, table
from reporter.following.view import HELP, View
from reporter.model import Mode, alias, look_up, monitored
from reporter.model.metrics import names
from reporter.reading.screen import visible

_COLOURS = (14, 13, 11, 10, 12, 9, 6, 5)
"""Colours of the curves, by their numbers in a terminal; so many curves are drawn at most."""

_KEYS = "m metric  s scale  ↑↓ run  Enter alone  h help  q quit"


class Frame:
    """Draws one frame. It only depends on its arguments.

    Args:
        runs: The runs as they are now.
        view: What the user has chosen.
        monitor: The metric that is shown unless the user has chosen one; by default that of each run.
        mode: Whether a smaller or a larger value of it is better.
        notes: Further lines, such as an error of the command of `--notify`.
        colours: Whether curves are told apart by colours; otherwise by letters.
    """

    def __init__(
        self,
        runs: Sequence[Following],
        view: View,
        *,
        monitor: str | None = None,
        mode: Mode | None = None,
        notes: Sequence[str] = (),
        colours: bool = True,
    ) -> None:
        self._runs = runs
        self._view = view
        self._monitor, self._mode = view.metric or monitor, mode
        self._notes = notes
        self._colours = colours
        self._names = labels(runs)
        self.keys = [each.key for each in runs]
        self._selected = self.keys.index(view.selected) if view.selected in self.keys else 0

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of all runs, each in one spelling, in the order of first appearance."""
        found = names(each.run.epochs[0].logs for each in self._runs if each.run and each.run.epochs)
        return tuple({alias(name): name for name in reversed(found)}.values())[::-1]

    @property
    def metric(self) -> str | None:
        """The metric of the curves; None if there is none yet."""
        runs = (each.run for each in self._curved if each.run)
        return next((found for run in runs if (found := monitored(run.metrics, self._monitor))), None)

    def drawn(self, width: int, height: int) -> RenderableType:
        """Lays out the frame.

        Args:
            width: Columns of the terminal.
            height: Lines of the terminal.
        """
        news = self._news()
        room = max(0, height - 3)  # the title, the heads of the columns, the keys
        rows = min(len(self._runs), max(1, room // 3))
        told = min(len(news), room // 5)
        curves = max(0, room - rows - told)
        parts = [
            Layout(self._title(width), size=1),
            Layout(self._table(width, rows), size=rows + 1),
            Layout(self._explained() if self._view.help else self._drawing(width, curves), size=curves),
            Layout(_lines(news[:told]), size=told),
            Layout(_lines([Text(_KEYS, style="dim")]), size=1),
        ]
        frame = Layout()
        frame.split_column(*(part for part in parts if part.size))
        return frame

    @property
    def _curved(self) -> list[Following]:
        """The runs whose curves are drawn: at most eight, the selected one and those that grew last."""
        if not self._runs:
            return []
        selected = self._runs[self._selected]
        if self._view.alone:
            return [selected]
        newest = sorted(self._runs, key=lambda each: (each is not selected, -each.changed))[: len(_COLOURS)]
        keys = {each.key for each in newest}
        return [each for each in self._runs if each.key in keys]

    def _title(self, width: int) -> Text:
        counted = Counter(each.phase for each in self._runs)
        phases = ", ".join(f"{count} {phase}" for phase, count in counted.items()) or "waiting for logs"
        left = f"reporter watch: {phases}"
        curved, total = len(self._curved), len(self._runs)
        of = f" ({curved} of {total} runs)" if curved < total else ""
        right = f"{visible(self.metric or '')}, {self._view.scale}{of}" if self.metric else ""
        return Text(f"{left}{right:>{max(1, width - len(left))}}"[:width], style="bold")

    def _table(self, width: int, rows: int) -> RenderableType:
        if not self._runs:
            return Text("no log yet; a log appears here as soon as its first epoch begins", style="dim")
        first = max(0, min(self._selected - rows // 2, len(self._runs) - rows))
        return table(
            self._runs[first : first + rows],
            {each.key: self._mark(index) for index, each in enumerate(self._curved)},
            self.keys[self._selected],
            width=width,
            monitor=self._monitor,
            mode=self._mode,
            names=self._names,
        )

    def _mark(self, index: int) -> Text:
        return Text("━", style=f"color({_COLOURS[index]})") if self._colours else Text("abcdefgh"[index])

    def _drawing(self, width: int, height: int) -> Text:
        metric = self.metric
        curves = tuple(
            Curve(
                tuple(
                    (epoch.epoch, value)
                    for epoch in (each.run.epochs if each.run else ())
                    if metric and (value := look_up(epoch.logs, metric)) is not None
                ),
                _COLOURS[index],
                "abcdefgh"[index],
            )
            for index, each in enumerate(self._curved)
        )
        return draw(curves, width, height, self._view.scale, colours=self._colours)

    def _news(self) -> list[Text]:
        """Lists notes, then warnings of all runs, then the last messages of the selected run, the newest first."""
        lines = [Text(f"! {visible(note)}", style="red") for note in self._notes]
        if not self._runs:
            return lines
        selected = self._runs[self._selected]
        for each in sorted(self._runs, key=lambda each: each is not selected):
            lines += [
                Text(f"! {self._names[each.key]}: {visible(text)}", style="yellow")
                for text in (judge(each.run, self._monitor, self._mode).warnings if each.run else ())
            ]
        messages = selected.run.messages if selected.run else ()
        return lines + [Text(f"  {visible(message.text)}", style="dim") for message in reversed(messages[-10:])]

    def _explained(self) -> Text:
        return _lines([Text(f"  {keys:10}{what}") for keys, what in HELP])


def _lines(texts: Sequence[Text]) -> Text:
    """Puts texts below each other; one that is too long is cut, and takes no second line."""
    return Text("\n", no_wrap=True, overflow="ellipsis").join(texts)
