"""Makes the logs that the benchmarks read; each is a function from the number of a run to its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

STEPS = 469
EPOCHS = 20


def _value(*numbers: int) -> float:
    """Give a number from 0 to 1 that looks random."""
    return sum((7919, 104729, 1299709)[place] * number for place, number in enumerate(numbers)) % 9907 / 10000


def _metrics(epoch: int, step: int, names: tuple[str, ...]) -> str:
    return "".join(f" - {name}: {_value(epoch, step, place):.4f}" for place, name in enumerate(names))


def _keras2(epoch: int, step: int) -> str:
    done = 30 * step // STEPS
    bar = f"{step:3d}/{STEPS} [" + ("=" * done + ">" + "." * 29)[:30] + "]"
    if step == STEPS:
        return f"{bar} - 12s 25ms/step{_metrics(epoch, step, ('loss', 'accuracy', 'val_loss', 'val_accuracy'))}"
    return f"{bar} - ETA: {12 - 12 * step // STEPS}s{_metrics(epoch, step, ('loss', 'accuracy'))}"


def _keras3(epoch: int, step: int) -> str:
    done = 20 * step // STEPS
    green = f"\x1b[32m{'━' * done}\x1b[0m" if done else ""
    bar = f"\x1b[1m{step:3d}/{STEPS}\x1b[0m {green}\x1b[37m{'━' * (20 - done)}\x1b[0m"
    names = ("accuracy", "loss", *(("val_accuracy", "val_loss") if step == STEPS else ()))
    return f"{bar} \x1b[1m{12 - 12 * step // STEPS}s\x1b[0m 25ms/step{_metrics(epoch, step, names)}"


def _redrawn(epoch: int, update: Callable[[int, int], str]) -> str:
    shown = [update(epoch, step) for step in range(1, STEPS + 1)]
    widths = [len(re.sub(r"\x1b\[\d+m", "", text)) for text in shown]
    return "".join(f"{text}{chr(8) * width}\r" for text, width in zip(shown[:-1], widths, strict=False)) + shown[-1]


def _updates(epoch: int, update: Callable[[int, int], str]) -> str:
    return "\n".join(update(epoch, step) for step in range(1, STEPS + 1))


def _epochs(show: Callable[[int], str]) -> Callable[[int], str]:
    """Print a run of 20 epochs, each with a header."""
    return lambda run: "".join(
        f"Epoch {epoch}/{EPOCHS}\n{show(EPOCHS * run + epoch)}\n" for epoch in range(1, EPOCHS + 1)
    )


def _scheduled(run: int) -> str:
    """Print a run as the log does that this project began with."""
    lines = ["Train on 60000 samples, validate on 10000 samples"]
    for epoch in range(1, EPOCHS + 1):
        rate = 0.003 / (1 + 0.319 * (epoch - 1))
        metrics = _metrics(run, epoch, ("loss", "acc", "val_loss", "val_acc"))
        lines += [
            f"Epoch {epoch}/{EPOCHS}",
            "",
            f"Epoch {epoch:05d}: LearningRateScheduler setting learning rate to {rate:.10f}.",
            f"60000/60000 [{'=' * 30}] - {20 + epoch % 7}s {300 + run % 97}us/step{metrics}",
        ]
    return "\n".join([*lines, ""])


def _checkpointed(run: int) -> str:
    """Print a run with `ModelCheckpoint(verbose=1)` and `EarlyStopping(verbose=1, restore_best_weights=True)`."""
    lines, best, best_epoch = [], 9.0, 0
    for epoch in range(1, EPOCHS + 1):
        loss = _value(run, epoch, 2)
        metrics = _metrics(run, epoch, ("loss", "accuracy", "val_loss", "val_accuracy"))
        lines += [f"Epoch {epoch}/{EPOCHS + 5}", f"469/469 - 12s{metrics} - 12s/epoch - 25ms/step", ""]
        if loss < best:
            before = f"{best:.5f}" if best_epoch else "inf"
            file = f"checkpoints/weights-{epoch:02d}-{loss:.4f}.h5"
            lines.append(f"Epoch {epoch}: val_loss improved from {before} to {loss:.5f}, saving model to {file}")
            best, best_epoch = loss, epoch
        else:
            lines.append(f"Epoch {epoch}: val_loss did not improve from {best:.5f}")
    lines += [
        f"Restoring model weights from the end of the best epoch: {best_epoch}.",
        f"Epoch {EPOCHS}: early stopping",
    ]
    return "\n".join([*lines, ""])


def _summarised(run: int) -> str:
    """Print a run of two epochs below the summary of its model."""
    lines = [f'Model: "sequential_{run}"', "_" * 65, f"{'Layer (type)':<29}{'Output Shape':<26}Param #   ", "=" * 65]
    for layer in range(1, 15):
        name = f"conv2d_{14 * run + layer} (Conv2D)"
        lines += [f"{name:<29}{f'(None, {28 - layer}, {28 - layer}, 16)':<26}{2320 * layer:<10}", "_" * 65]
    lines += ["Total params: 243,600", "Trainable params: 243,600", "Non-trainable params: 0", "_" * 65]
    for epoch in (1, 2):
        lines += [f"Epoch {epoch}/2", _keras2(2 * run + epoch, STEPS)]
    return "\n".join([*lines, ""])


BARS = "469 lines an epoch, as Keras 2 writes to a file"
RESULTS = "a finished line an epoch"
LOGS: dict[str, Callable[[int], str]] = {
    RESULTS: _epochs(lambda epoch: _keras2(epoch, STEPS)),
    "a line of `LearningRateScheduler` in each epoch": _scheduled,
    "lines of `ModelCheckpoint` and `EarlyStopping`": _checkpointed,
    "a `model.summary()` for each run of two epochs": _summarised,
    BARS: _epochs(lambda epoch: _updates(epoch, _keras2)),
    "a bar redrawn 469 times an epoch, Keras 2": _epochs(lambda epoch: _redrawn(epoch, _keras2)),
    "a bar redrawn 469 times an epoch, Keras 3": _epochs(lambda epoch: _redrawn(epoch, _keras3)),
}
"""What a log holds, to the function that prints a run of it."""


def write(path: Path, what: str, size: int) -> Path:
    """Write a log of about that many bytes, at least one run."""
    show = LOGS[what]
    count = max(1, size // len(show(1).encode()))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(map(show, range(count)))
    return path
