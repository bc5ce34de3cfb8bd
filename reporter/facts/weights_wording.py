"""Puts into words which weights an evaluation is of."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.facts.display import number
from reporter.facts.equality import Equality
from reporter.facts.kept import Kept, Kind, Model

SHOWN = 3
"""Most epochs that a text names of several."""


def equal_metrics(found: Equality) -> str:
    """Names what is equal: `loss and acc are equal to val_loss and val_acc`."""
    names, columns = (" and ".join(each) for each in zip(*found.metrics, strict=True))
    return f"{names} {'are' if len(found.metrics) > 1 else 'is'} equal to {columns}"


def epochs_text(numbers: Sequence[int]) -> str:
    """Names epochs: `epochs 9, 12 and 20`."""
    shown = [*map(str, numbers[:SHOWN]), *(["others"] if len(numbers) > SHOWN else [])]
    return f"epoch {shown[0]}" if len(shown) == 1 else f"epochs {', '.join(shown[:-1])} and {shown[-1]}"


def equal_to(kind: Kind, epoch: int, kept: Kept) -> str:
    """Names an epoch that is neither the last one nor restored, and whose values are equal."""
    text, message = f"equal to epoch {epoch}'s to all digits", kept.saving(epoch)
    if epoch in kept.saved_best:
        return f"{text}: the best checkpoint's"
    if kind == "checkpoint" and message:
        return f"{text}: those of the checkpoint {message.saved}"
    return f"{text}, which has the best {kept.peak(epoch)}" if kept.peak(epoch) else text


def phrase(model: Model, kept: Kept) -> str:
    """Names the weights of a model: `the last epoch's weights (20)`."""
    if model.kind == "last":
        return f"the last epoch's weights ({model.epoch})"
    if model.kind == "restored":
        return f"restored best weights ({f'epoch {model.epoch}' if model.epoch else 'of which epoch is not printed'})"
    whose = "the best checkpoint's weights" if model.epoch in kept.saved_best else "the weights of an epoch"
    return f"{whose} ({model.epoch})"


def note(model: Model, kept: Kept) -> str:
    """Names the best epochs, if the weights are of another one."""
    saved = kept.checkpoints
    if saved and model.kind in ("last", "restored") and model.epoch not in kept.saved_best:
        several = len(saved) > 1
        each = [f"epoch {one.epoch} ({f'{one.monitor} ' if several else ''}{number(one.value)})" for one in saved]
        return f"; the best checkpoint{'s were' if several else ' was'} {' and '.join(each)}"
    if saved or model.kind != "last" or not kept.peaks or kept.peak(model.epoch):
        return ""
    name, epochs = next(iter(kept.peaks.items()))
    return f"; the best {name} was at {epochs_text(epochs)}"
