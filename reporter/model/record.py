"""Holds what a training knew about itself and its printed log cannot say, as kept in `seed-N.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields

_PACKAGES = {
    "keras": "Keras",
    "tf-keras": "tf-keras",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
    "jax": "JAX",
}
"""The packages that computed the numbers, as people write their names."""


@dataclass(frozen=True, eq=False)
class Record:
    """Holds what one training knew about itself.

    Attributes:
        experiment: The experiment, as named on the command line.
        seed: Seed of all random numbers; None if it is not known, as with `reporter.keras.Capture`.
        epochs: Number of epochs asked for.
        samples: Number of training samples; None if it is not known.
        batch_size: Number of samples in a step; None if it is not known.
        parameters: `total`, `trainable` and `non_trainable` parameter counts of the model.
        versions: Versions of Python and of the packages that computed the numbers.
        platform: Operating system and kind of processor.
        history: `History.history`: metric name to one value per epoch, in full precision; empty until training ends.
        score: Metric name to the value that `evaluate` returned; empty until training ends.
        seconds: Seconds that building, training and evaluating took; 0 until training ends.
        name: Name of the run, which is the heading of its log; empty in records written before version 0.2.
        data: Checksum of the training and validation data; empty in records written before version 0.3.
        settings: What was chosen to compute faster: `layers`, `onednn` and `threads`; empty in records written before
            version 0.4.
    """

    experiment: str
    seed: int | None
    epochs: int
    samples: int | None
    batch_size: int | None
    parameters: dict[str, int]
    versions: dict[str, str]
    platform: str
    history: dict[str, list[float]] = field(default_factory=dict)
    score: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    name: str = ""
    data: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Where the numbers come from: `Keras 3.11.0 and TensorFlow 2.19.0, seed 0, 60,000 samples, on Linux`."""
        packages = [f"{title} {self.versions[name]}" for name, title in _PACKAGES.items() if name in self.versions]
        seed = None if self.seed is None else f"seed {self.seed}"
        samples = None if self.samples is None else f"{self.samples:,} samples"
        parts = (" and ".join(packages), seed, samples, f"on {self.platform}")
        return ", ".join(part for part in parts if part)

    def to_json(self) -> str:
        """Writes the record as a JSON object."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Record | None:
        """Reads a record.

        Args:
            text: The text of a file that stands where a record would.

        Returns:
            The record, or None if the file is something else: another JSON object, or no JSON.
        """
        try:
            kept = json.loads(text)
        except (ValueError, RecursionError):
            return None
        known = {each.name for each in fields(cls)}
        if not isinstance(kept, dict) or not known - {"name", "data", "settings"} <= kept.keys() <= known:
            return None
        return cls(**kept) if _is_sound(kept) else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())


def _is_sound(kept: dict[str, object]) -> bool:
    """Checks the type of each field: another program may write a file with the same keys."""
    parameters, history, score = (kept[name] for name in ("parameters", "history", "score"))
    return (
        type(kept["epochs"]) is int
        and all(kept[name] is None or type(kept[name]) is int for name in ("seed", "samples", "batch_size"))
        and all(isinstance(kept.get(name, ""), str) for name in ("experiment", "platform", "name", "data"))
        and _is_number(kept["seconds"])
        and isinstance(parameters, dict)
        and type(parameters.get("total")) is int
        and isinstance(history, dict)
        and all(isinstance(values, list) and all(map(_is_number, values)) for values in history.values())
        and isinstance(score, dict)
        and all(map(_is_number, score.values()))
        and all(_is_texts(kept.get(name, {})) for name in ("versions", "settings"))
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
