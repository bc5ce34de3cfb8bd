"""Prints trainings as every generation of Keras does; written from the grammar of each, no line is copied from a log."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

Logs: TypeAlias = Mapping[str, float]
Mode: TypeAlias = Literal["terminal", "file", "one line"]
"""Verbose 1 to a terminal, verbose 1 to a file, and verbose 2."""

_BATCH = 32
_TESTED = 96
"""Samples that `evaluate` gets."""


@dataclass(frozen=True)
class Fit:
    """Holds what a call of `fit` does: its history, and what it was asked for.

    Attributes:
        history: The metrics of each epoch; a name that begins with `val_` is of the validation.
        declared: The number of the last epoch it is to train.
        first: The number of the first one; more than 1 where training goes on from a checkpoint.
        steps: The batches of an epoch.
        seconds: How long an epoch takes.
        rates: What a LearningRateScheduler sets, one an epoch.
        monitor: The metric that a ModelCheckpoint looks at.
        stops: Whether EarlyStopping ends it.
        cut: The metrics of an epoch that never ended.
        evaluation: What `evaluate` returns afterwards.
    """

    history: Sequence[Logs]
    declared: int
    first: int = 1
    steps: int = 20
    seconds: int = 5
    rates: Sequence[float] = ()
    monitor: str = ""
    stops: bool = False
    cut: Logs | None = None
    evaluation: Logs | None = None

    @property
    def validates(self) -> bool:
        """Whether it has validation data."""
        return any(name.startswith("val_") for name in self.history[0])

    @property
    def names(self) -> list[str]:
        """The metrics of all epochs."""
        return list(dict.fromkeys(name for logs in self.history for name in logs))

    @property
    def last(self) -> int:
        """The number of the last epoch that ended."""
        return self.first + len(self.history) - 1


@dataclass(frozen=True)
class Style:
    """Says how one generation prints.

    Attributes:
        announces: What `fit` prints first.
        counts_samples: Whether bars count samples, and not steps.
        per: What the time of a step is called; empty where it is not printed.
        bar: The drawing of a bar, from its step and its target.
        long_eta: Whether an ETA beyond a minute has colons.
        one_line: A result at verbose 2.
        message: What a callback puts before its words.
        base: The number that callbacks give the first epoch.
        forgets: Whether "did not improve" says from what.
        bar_last: Whether the bar is the last callback, so that the others print before its header and its result.
        rate: The word of LearningRateScheduler; empty where it is silent.
        rate_name: The metric that LearningRateScheduler adds to the results.
        unbeaten: What a ModelCheckpoint that wants more calls the best value before there is one.
        restored: What EarlyStopping says when it restores weights.
        repeats: Whether the full bar is drawn once as running before it is drawn as finished.
        heads_alone: Whether a lone epoch has a header.
        sorts: Whether metrics are in alphabetical order.
        lines: Whether bars in a file are lines of their own, and not drawn over each other.
        evaluates: What `evaluate` prints: a bar cut short, a bar without metrics, a bar with a target of 1, or a bar.
    """

    announces: Callable[[Fit], str] = lambda fit: ""
    counts_samples: bool = False
    per: str = "step"
    bar: Callable[[int, int], str] = lambda step, of: _arrow(step, of)
    long_eta: bool = True
    one_line: str = "{count} - {seconds}s{metrics}"
    message: str = "\nEpoch {epoch}: "
    base: int = 1
    forgets: bool = False
    bar_last: bool = True
    rate: str = "setting"
    rate_name: str = ""
    unbeaten: str = "-inf"
    restored: str = "Restoring model weights from the end of the best epoch: {epoch}."
    repeats: bool = True
    heads_alone: bool = False
    sorts: bool = False
    lines: bool = True
    evaluates: Literal["cut", "bare", "of one", "full"] = "full"


def _trained_on(fit: Fit) -> str:
    validation = ", validate on 500 samples" if fit.validates else ""
    return f"Train on {fit.steps * _BATCH} samples{validation}\n"


def _arrow(step: int, of: int) -> str:
    done = 30 * step // of
    return f"[{('=' * (done - 1) + ('>' if step < of else '=')) if done else ''}{'.' * (30 - done)}]"


def _ruler(step: int, of: int) -> str:
    done = 20 * step // of
    return (f"\x1b[32m{'━' * done}\x1b[0m" if done else "") + f"\x1b[37m{'━' * (20 - done)}\x1b[0m"


_KERAS = Style(
    announces=lambda fit: _trained_on(fit) if fit.validates else "",
    counts_samples=True,
    one_line=" - {seconds}s{metrics}",
    repeats=False,
    heads_alone=True,
    evaluates="bare",
    restored="Restoring model weights from the end of the best epoch",
)
_TF_KERAS = Style(restored="Restoring model weights from the end of the best epoch.")

STYLES = {
    "Keras 1.0 to 2.0.8": replace(
        _KERAS,
        per="",
        long_eta=False,
        one_line="{seconds}s{metrics}",
        message="Epoch {epoch:05d}: ",
        base=0,
        forgets=True,
        rate="",
        lines=False,
        evaluates="cut",
    ),
    "Keras 2.0.9 to 2.1.2": replace(_KERAS, message="Epoch {epoch:05d}: ", forgets=True, rate=""),
    "Keras 2.1.3": replace(_KERAS, message="\nEpoch {epoch:05d}: ", forgets=True, rate="reducing"),
    "Keras 2.1.6 to 2.2.0": replace(_KERAS, message="\nEpoch {epoch:05d}: ", bar_last=False, rate="reducing"),
    "Keras 2.2.1 to 2.3.1": replace(_KERAS, message="\nEpoch {epoch:05d}: ", bar_last=False),
    "tf.keras 2.0 and 2.1": replace(
        _TF_KERAS,
        announces=_trained_on,
        counts_samples=True,
        per="sample",
        message="\nEpoch {epoch:05d}: ",
        rate="reducing",
        repeats=False,
        heads_alone=True,
        evaluates="of one",
    ),
    "tf.keras 2.2 to 2.6": replace(_TF_KERAS, message="\nEpoch {epoch:05d}: ", bar_last=False),
    "tf.keras 2.7 to 2.15": Style(
        one_line="{count} - {seconds}s{metrics} - {seconds}s/epoch -{pace}", rate_name="lr"
    ),
    "Keras 3": Style(bar=_ruler, one_line="{count} - {seconds}s -{pace}{metrics}", rate_name="learning_rate", sorts=True),
    "Keras 3.11, no Unicode": Style(
        bar=lambda step, of: _ruler(step, of).replace("━", "="),
        one_line="{count} - {seconds}s -{pace}{metrics}",
        rate_name="learning_rate",
        unbeaten="None",
        sorts=True,
    ),
}  # fmt: skip


def number(value: float, mode: Mode = "terminal") -> str:
    """Print a value as a bar does; verbose 2 forgets that a value may be negative."""
    return f"{value:.4f}" if (value if mode == "one line" else abs(value)) > 1e-3 else f"{value:.4e}"


PieceKind: TypeAlias = Literal["fit", "header", "message", "running", "result", "evaluation"]


@dataclass(frozen=True)
class Piece:
    """Holds a piece of what is printed.

    Attributes:
        kind: What prints it; a bar that is drawn while an epoch runs is `running`, the last one is `result`.
        text: The text.
        epoch: The number of the epoch it is about.
        step: The step that a bar shows.
        logs: The metrics it shows.
    """

    kind: PieceKind
    text: str
    epoch: int | None = None
    step: int | None = None
    logs: Logs = field(default_factory=dict)


@dataclass(frozen=True)
class Printer:
    """Prints what a generation does in one mode."""

    style: Style
    mode: Mode

    def fit(self, fit: Fit) -> str:
        """Print a call of `fit`, and one of `evaluate` if there was one."""
        return "".join(piece.text for piece in self.pieces(fit))

    def pieces(self, fit: Fit) -> Iterator[Piece]:
        """Print the same piece by piece; a piece may be empty."""
        yield Piece("fit", self.style.announces(fit))
        for epoch, logs in enumerate(fit.history, fit.first):
            yield from self._begin(fit, epoch)
            yield from self._epoch(fit, epoch, logs)
        if fit.cut is not None:
            yield from self._begin(fit, fit.last + 1)
            yield from self._drawn(self._running(fit, fit.last + 1, fit.cut, ends=False))
        if fit.stops:
            yield Piece("message", self._said(fit.last, "early stopping").lstrip("\n"), fit.last)
            yield Piece("message", self.style.restored.format(epoch=fit.first) + "\n", fit.last)
        yield Piece("evaluation", self._evaluation(fit), logs=fit.evaluation or {})

    def logs(self, fit: Fit, epoch: int) -> dict[str, float]:
        """Give what the result of an epoch shows, in its order."""
        logs = self._ordered(fit.history[epoch - fit.first])
        if fit.rates and self.style.rate_name:
            logs[self.style.rate_name] = fit.rates[epoch - fit.first]
        return logs

    def partial(self, fit: Fit) -> tuple[int, dict[str, float]] | None:
        """Give the step, and the metrics, that the unfinished epoch showed last."""
        shown = self._shown(fit)[:-1]
        if self.mode == "one line" or not fit.cut or not shown:
            return None
        return shown[-1], self._so_far(fit, fit.cut, shown[-1])

    def total(self, fit: Fit) -> int:
        """Give what a full bar counts to."""
        return fit.steps * (_BATCH if self.style.counts_samples else 1)

    def evaluated(self, logs: Logs, total: int) -> str | None:
        """Give the result of `evaluate`, without the bars before it; None where it prints no metrics."""
        if self.style.evaluates in ("cut", "bare", "of one"):
            return None
        logs = self._ordered(logs)
        return self._tested(total, logs) if self.mode == "one line" else self._whole(total, logs)

    def predicted(self, total: int) -> str:
        """Give the bar of `predict`, and of `evaluate` in old versions."""
        return self._whole(total, {})

    def _whole(self, total: int, logs: Logs) -> str:
        return self._bar(total, total, self._elapsed(1, total), logs)

    def _begin(self, fit: Fit, epoch: int) -> list[Piece]:
        """Print the header of an epoch, and its learning rate."""
        header = f"Epoch {epoch}/{fit.declared}\n" if fit.declared > 1 or self.style.heads_alone else ""
        rate = ""
        if fit.rates and self.style.rate and epoch <= fit.last:
            words = f"LearningRateScheduler {self.style.rate} learning rate to {fit.rates[epoch - fit.first]}."
            rate = self._said(epoch, words)
        pieces = [Piece("message", rate, epoch), Piece("header", header, epoch)]
        return pieces if self.style.bar_last else pieces[::-1]

    def _epoch(self, fit: Fit, epoch: int, logs: Logs) -> Iterator[Piece]:
        """Print an epoch that ends; a callback may speak before its result."""
        said = [Piece("message", self._checkpoint(fit, epoch), epoch)]
        before, after = (said, []) if self.style.bar_last else ([], said)
        shown, total = self.logs(fit, epoch), self.total(fit)
        if self.mode == "one line":
            yield from before
            yield Piece("result", self._one_line(fit.seconds, total, shown) + "\n", epoch, total, shown)
        else:
            bar = self._bar(total, total, self._elapsed(fit.seconds, total), shown)
            finished = Piece("result", bar, epoch, total, shown)
            *running, last = self._drawn([*self._running(fit, epoch, logs), finished])
            yield from [*running, *before, replace(last, text=last.text + "\n")]
        yield from after

    def _running(self, fit: Fit, epoch: int, logs: Logs, *, ends: bool = True) -> Iterator[Piece]:
        """Draw the bar while the epoch runs; last the full one, if the epoch ends and the style draws that twice."""
        total = self.total(fit)
        for step in self._shown(fit):
            if self.mode != "one line" and (step < total or (ends and self.style.repeats)):
                eta = self._eta(fit.seconds * (1 - step / total), fit)
                so_far = self._so_far(fit, logs, step)
                yield Piece("running", self._bar(step, total, eta, so_far), epoch, step, so_far)

    def _shown(self, fit: Fit) -> list[int]:
        """Give the steps that a bar is drawn at."""
        each = self.total(fit) // fit.steps
        return sorted({each, fit.steps // 2 * each or each, fit.steps * each})

    def _so_far(self, fit: Fit, logs: Logs, step: int) -> dict[str, float]:
        trained = {name: value for name, value in logs.items() if not name.startswith("val_")}
        return self._ordered({name: value * (2 - step / self.total(fit)) for name, value in trained.items()})

    def _ordered(self, logs: Logs) -> dict[str, float]:
        return dict(sorted(logs.items(), key=lambda each: (each[0].startswith("val_"), each[0]))) if self.style.sorts else dict(logs)  # fmt: skip

    def _metrics(self, logs: Logs) -> str:
        return "".join(f" - {name}: {number(value, self.mode)}" for name, value in logs.items())

    def _count(self, step: int, of: int) -> str:
        count = f"{step:{len(str(of))}d}/{of}"
        return f"\x1b[1m{count}\x1b[0m" if self.style.sorts and self.mode != "one line" else count

    def _bar(self, step: int, of: int, times: str, logs: Logs) -> str:
        return f"{self._count(step, of)} {self.style.bar(step, of)}{times}{self._metrics(logs)}"

    def _one_line(self, seconds: int, total: int, logs: Logs) -> str:
        pace, count = self._pace(seconds / total), self._count(total, total)
        return self.style.one_line.format(count=count, seconds=seconds, pace=pace, metrics=self._metrics(logs))

    def _eta(self, left: float, fit: Fit) -> str:
        minutes, seconds = divmod(int(left), 60)
        eta = f"{int(left)}s"
        if self.style.long_eta and left > 60:
            eta = f"{minutes}:{seconds:02d}" if left <= 3600 else f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        return f" \x1b[1m{eta}\x1b[0m{self._pace(fit.seconds / fit.steps)}" if self.style.sorts else f" - ETA: {eta}"

    def _elapsed(self, seconds: int, total: int) -> str:
        pace = self._pace(seconds / total)
        return f" \x1b[1m{seconds}s\x1b[0m{pace}" if self.style.sorts else f" - {seconds}s{pace}"

    def _pace(self, each: float) -> str:
        if not self.style.per:
            return ""
        value, unit = (
            (each, "s") if each >= 1 or not each else (each * 1e3, "ms") if each >= 1e-3 else (each * 1e6, "us")
        )
        return f" {value:.0f}{unit}/{self.style.per}"

    def _drawn(self, bars: Iterable[Piece]) -> Iterator[Piece]:
        """Draw bars over each other, or below each other."""
        width = 0
        for bar in bars:
            length = len(re.sub(r"\x1b\[\d+m", "", bar.text))
            below = self.mode == "file" and self.style.lines
            yield replace(bar, text=("\n" if below else "\b" * width + "\r") + bar.text + " " * (width - length))
            width = length

    def _said(self, epoch: int, words: str) -> str:
        return self.style.message.format(epoch=epoch - 1 + self.style.base) + words + "\n"

    def _checkpoint(self, fit: Fit, epoch: int) -> str:
        """Print what a ModelCheckpoint says that keeps the best."""
        if not fit.monitor:
            return ""
        sign = 1 if "acc" in fit.monitor else -1
        values = [logs[fit.monitor] for logs in fit.history[: epoch - fit.first + 1]]
        best = max((sign * value for value in values[:-1] if not math.isnan(value)), default=-math.inf)
        unbeaten = self.style.unbeaten if sign > 0 else self.style.unbeaten.lstrip("-")
        old = f"{sign * best:.5f}" if math.isfinite(best) else unbeaten
        if sign * values[-1] > best:
            return self._said(epoch, f"{fit.monitor} improved from {old} to {values[-1]:.5f}, saving model to best.h5")
        return self._said(epoch, f"{fit.monitor} did not improve" + ("" if self.style.forgets else f" from {old}"))

    def _evaluation(self, fit: Fit) -> str:
        """Print what `evaluate` does, and what a script does of its result where it does not."""
        if fit.evaluation is None:
            return ""
        printed = fit.evaluation.values()
        score = f"{list(printed)}\n" if len(printed) > 1 else f"Test loss: {next(iter(printed))}\n"
        if self.style.evaluates in ("cut", "bare"):
            return ("" if self.mode == "one line" else self._bare()) + score
        total = _TESTED if self.style.counts_samples else _TESTED // _BATCH
        logs = self._ordered(fit.evaluation)
        if self.style.evaluates == "of one":
            return self._of_one(total, logs) + "\n"
        if self.mode == "one line":
            return self._tested(total, logs) + "\n"
        bars = [self._bar(1, total, self._eta(0, fit), logs), self._bar(total, total, self._elapsed(1, total), logs)]
        return self._drawn_alone(bars) + "\n"

    def _drawn_alone(self, bars: Iterable[str]) -> str:
        return "".join(piece.text for piece in self._drawn(Piece("evaluation", bar) for bar in bars))

    def _bare(self) -> str:
        """Draw a bar without metrics; older ones may leave out its end, and its newline."""
        running = self._bar(_BATCH, _TESTED, " - ETA: 0s", {})
        if self.style.evaluates == "cut":
            return self._drawn_alone([running])
        return self._drawn_alone([running, self._bar(_TESTED, _TESTED, self._elapsed(1, _TESTED), {})]) + "\n"

    def _of_one(self, total: int, logs: Logs) -> str:
        """Draw the bar of TensorFlow 2.0 that runs far beyond its target."""
        if self.mode == "one line":
            return f"{total}/1 - 1s{self._metrics(logs)}"
        return f"\r{total}/1 [{'=' * 30 * total}]{self._elapsed(1, total)}{self._metrics(logs)}"

    def _tested(self, total: int, logs: Logs) -> str:
        return self._one_line(1, total, logs)
