"""Holds one call of `fit`, as its log reports it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from reporter.model.best import Best, best_of
from reporter.model.metrics import Mode, known_direction, monitored, names
from reporter.model.record import Record
from reporter.model.values import Epoch, Evaluation, LogWarning, Message, Parameters, Partial, Samples

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Status = Literal["completed", "stopped", "interrupted", "failed"]
"""How a run ended: all epochs done, early stopping, the log ends early, or an error is printed at its end."""

Generation = Literal["1", "2", "tf.keras", "3"]
"""Keras 1.0 to 2.0.8; Keras 2.0.9 to 2.3.1; tf.keras up to 2.15; Keras 3: each prints results in its own style."""


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """Holds one call of `fit`.

    Runs are equal if everything that their logs say is equal; NaN counts as equal to NaN.

    Attributes:
        name: The heading above it, otherwise the name of its source without its ending.
        line: Its first line, counted from 1.
        status: How it ended.
        epochs: Its finished epochs, in the order printed.
        epochs_declared: Number of epochs it announced.
        generation: Generation of Keras that printed it, if the style of its results tells.
        note: Prose between its heading and its first result.
        samples: Number of samples it trains on and validates on.
        parameters: Parameter counts of its model.
        partial: The epoch it did not finish.
        evaluations: What `evaluate()` returned, in the order printed.
        messages: Messages of its callbacks, in the order printed.
        warnings: Reasons to doubt what the log says.
        record: What the training knew about itself, if `reporter train` trained it and its record is beside the log.
        trial: Whether it was a trial: a training with fewer samples or epochs than its experiment has. Its log is
            called `trial-N.log`, and its record is beside it.
    """

    name: str
    line: int
    status: Status
    epochs: tuple[Epoch, ...]
    epochs_declared: int | None = None
    generation: Generation | None = None
    note: str = ""
    samples: Samples = field(default_factory=Samples)
    parameters: Parameters | None = None
    partial: Partial | None = None
    evaluations: tuple[Evaluation, ...] = ()
    messages: tuple[Message, ...] = ()
    warnings: tuple[LogWarning, ...] = ()
    record: Record | None = None
    trial: bool = False
    _history: list[pd.DataFrame] = field(default_factory=list, init=False, compare=False)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of all metrics, in the order of first appearance."""
        return names(epoch.logs for epoch in self.epochs)

    @property
    def history(self) -> pd.DataFrame:
        """The metrics as a DataFrame: index `epoch`, one float64 column per metric, NaN where none was printed.

        It is computed once and the same object each time: call `.copy()` before changing it.
        """
        if not self._history:
            import pandas as pd

            columns = {name: [epoch.logs.get(name, float("nan")) for epoch in self.epochs] for name in self.metrics}
            index = pd.Index([epoch.epoch for epoch in self.epochs], name="epoch", dtype="int64")
            self._history.append(pd.DataFrame(columns, index=index, dtype="float64"))
        return self._history[0]

    def to_frame(self, *, times: bool = False) -> pd.DataFrame:
        """Makes a new DataFrame of the metrics.

        Args:
            times: Whether to add the columns `seconds`, `step_seconds` and `learning_rate`.

        Returns:
            Index `epoch`, one float64 column per metric; NaN where the log does not say.

        Raises:
            ValueError: A metric is called like one of the added columns.
        """
        frame = self.history.copy()
        for name in ("seconds", "step_seconds", "learning_rate") if times else ():
            values = [getattr(epoch, name) for epoch in self.epochs]
            frame.insert(len(frame.columns), name, values)
        return frame.astype("float64")

    def best(self, monitor: str | None = None, mode: Mode | None = None) -> Best | None:
        """Finds the best value of a metric, and all epochs that reached it.

        Args:
            monitor: The metric; by default the first of `val_acc`, `val_loss`, `acc`, `loss` that the run has.
            mode: `"min"` or `"max"`; by default what the name of the metric tells.

        Returns:
            The best, or None if the run has no such metric, or no value of it that is a number.

        Raises:
            UsageError: No mode is given, and the name of the metric does not tell.
        """
        name = monitored(self.metrics, monitor)
        return best_of(self.epochs, name, mode or known_direction(name)) if name else None

    def plot(
        self, monitor: str | None = None, mode: Mode | None = None, scale: Literal["linear", "error"] = "linear"
    ) -> Figure:
        """Draws the metric the run is judged by, the loss and the learning rate, by epoch.

        Args:
            monitor: The metric to judge by, as in `best`.
            mode: `"min"` or `"max"`, as in `best`.
            scale: `"error"` for logarithmic axes, with 1 − value for a metric like an accuracy.

        Returns:
            A figure of matplotlib; `run.plot().savefig("run.png")` writes it to a file.

        Raises:
            ValueError: The run has no finished epoch.
            UsageError: No mode is given, and the name of the metric does not tell.
        """
        from reporter.documents.figures import plot

        return plot(self, monitor, mode, scale)

    def __repr__(self) -> str:
        declared = f" of {self.epochs_declared}" if self.epochs_declared else ""
        best = self.best() if monitored(self.metrics) else None
        result = f", best {best.monitor} {best.value} at epoch {best.epochs[0]}" if best else ""
        unit = "epoch" if (self.epochs_declared or len(self.epochs)) == 1 else "epochs"
        return f"<Run {self.name!r}: {self.status}, {len(self.epochs)}{declared} {unit}{result}>"

    def _repr_html_(self) -> str:
        """Shows the run in Jupyter: its figure and its table."""
        from reporter.documents.jupyter import run_html

        return run_html(self)
