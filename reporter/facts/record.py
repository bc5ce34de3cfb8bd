"""Keeps what a training knew and its printed text cannot say: full precision, versions, platform, seed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path


@dataclass(frozen=True)
class Record:
    """Holds what one training knew about itself.

    Attributes:
        experiment: The experiment, as it was named on the command line.
        seed: The seed of all random numbers.
        epochs: How many epochs were asked for.
        samples: How many samples were trained on.
        batch_size: How many samples a step had.
        parameters: `total`, `trainable` and `non_trainable`: how many parameters the model has.
        versions: Of Python and of the packages that computed the numbers.
        platform: The operating system and the kind of processor.
        history: `History.history`: metric name to one value an epoch, in full precision; empty until it has finished.
        score: What `evaluate` returned, by metric name; empty until it has finished.
        seconds: How long building, training and evaluating took; 0 until it has finished.
    """

    experiment: str
    seed: int
    epochs: int
    samples: int
    batch_size: int
    parameters: dict[str, int]
    versions: dict[str, str]
    platform: str
    history: dict[str, list[float]] = field(default_factory=dict)
    score: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


def path_for(log: Path) -> Path:
    """Give the place of the record that belongs to a log: beside it, ending in `.json`."""
    return log.with_suffix(".json")


def save(record: Record, path: Path) -> None:
    """Write a record as JSON."""
    path.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def find(log: Path) -> Record | None:
    """Find the record that belongs to a log.

    Args:
        log: The log.

    Returns:
        Its record, or None if there is none: the file is missing, is something else of that name, or the log itself.
    """
    if path_for(log) == log:
        return None
    try:
        kept = json.loads(path_for(log).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = {each.name for each in fields(Record)}
    return Record(**kept) if isinstance(kept, dict) and kept.keys() == known else None
