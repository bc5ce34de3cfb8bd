"""Gives the scalars of TensorBoard event files as the table of a history, one row an epoch."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reporter.errors import SourceError

NAME = "tfevents"
"""What the name of every event file holds."""

_FIRST = b"brain.Event:"
_FORMATS = {1: "<f", 2: "<d"}
_ORDER = re.compile(r"tfevents\.(\d+)\..*?(\d+)(?:\.v2)?$")


def is_events(head: bytes) -> bool:
    """Say whether a file is one of events, by its first bytes: a record that names its version."""
    return head[4:8] == b"\0\0\0\0" and _FIRST in head[:64]


def companions(path: Path) -> list[Path]:
    """Give the event files of the validation that belongs to a training.

    Args:
        path: An event file of the folder `train`, as the callback of Keras lays it out.

    Returns:
        Those of the folder `validation` beside it that were begun after this one, and before the next of `train`.
    """
    if path.parent.name != "train":
        return []
    begun = _order(path)
    later = [_order(each) for each in path.parent.glob(f"*{NAME}*") if _order(each) > begun]
    found = sorted((path.parent.parent / "validation").glob(f"*{NAME}*"), key=_order)
    return [each for each in found if begun <= _order(each) and not (later and _order(each) >= min(later))]


def table(data: bytes, source: str) -> str:
    """Read an event file, and the companions it has.

    Args:
        data: Its bytes.
        source: Where it comes from; in the folder `validation`, its metrics are those of a validation.

    Returns:
        A table in CSV, as `CSVLogger` writes it. Only what was written once an epoch is in it, under names like
        `epoch_loss`: of other scalars nobody says what their steps are.

    Raises:
        SourceError: It is broken, or TensorBoard is missing.
    """
    path = Path(source)
    rows: dict[int, dict[str, float]] = {}
    _add(rows, data, "val_" if path.parent.name == "validation" else "", source)
    for each in companions(path):
        _add(rows, each.read_bytes(), "val_", str(each))
    names = dict.fromkeys(name for row in rows.values() for name in row)
    lines = [",".join([str(step), *(str(row.get(name, "")) for name in names)]) for step, row in sorted(rows.items())]
    return "\n".join([",".join(["epoch", *names]), *lines]) + "\n" if rows else ""


def _order(path: Path) -> tuple[int, int]:
    """Order event files by the second they were begun in, and by their number within a process."""
    match = _ORDER.search(path.name)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _add(rows: dict[int, dict[str, float]], data: bytes, prefix: str, source: str) -> None:
    for event in _events(data, source):
        for value in event.summary.value:
            number = _number(value)
            if value.tag.startswith("epoch_") and "," not in value.tag and number is not None:
                rows.setdefault(event.step, {})[prefix + value.tag.removeprefix("epoch_")] = number


def _events(data: bytes, source: str) -> Iterator[Any]:
    """Read the records of a file: a length and its checksum, an event and its checksum; the last one may be cut."""
    try:
        from tensorboard.compat.proto.event_pb2 import Event
    except ImportError:
        raise SourceError("an event file; pip install 'keras-reporter[tensorboard]' to read it", source) from None
    from google.protobuf.message import DecodeError

    start = 0
    while len(data) >= start + 8:
        end = start + 12 + struct.unpack_from("<Q", data, start)[0]
        if end > len(data):
            return
        try:
            yield Event.FromString(data[start + 12 : end])
        except DecodeError:
            raise SourceError("an event file, but broken; name one as TensorFlow wrote it", source) from None
        start = end + 4


def _number(value: Any) -> float | None:
    """Give a scalar, in whichever way a version of TensorFlow writes it; None where it is a picture, or a text."""
    if value.WhichOneof("value") == "simple_value":
        return _shortest(value.simple_value, "<f")
    tensor, format = value.tensor, _FORMATS.get(value.tensor.dtype)
    if not format:
        return None
    if len(tensor.tensor_content) == struct.calcsize(format):
        return _shortest(struct.unpack(format, tensor.tensor_content)[0], format)
    written = [*tensor.float_val, *tensor.double_val]
    return _shortest(written[0], format) if len(written) == 1 else None


def _shortest(number: float, format: str) -> float:
    """Give the number with the fewest digits that is kept as this one: a rate of 0.01, and not 0.009999999776."""
    exact = struct.pack(format, number)
    rounded = (float(f"{number:.{digits}g}") for digits in range(6, 18))
    return next((each for each in rounded if struct.pack(format, each) == exact), number)
