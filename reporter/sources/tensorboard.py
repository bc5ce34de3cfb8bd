"""Turns the scalars of TensorBoard event files into a CSV table with one row per epoch."""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from reporter.errors import SourceError
from reporter.sources.bounds import refuse_outside

NAME = "tfevents"
"""The name of every event file contains this."""

_FIRST = b"brain.Event:"
_FORMATS = {1: "<f", 2: "<d"}
_CHECKED = 1 << 14
"""Bytes of an event whose checksum is computed, at 5 MB a second; graphs and images are longer, and hold no scalar."""

_ORDER = re.compile(r"tfevents\.(\d+)\..*?(\d+)(?:\.v2)?$")


def is_events(head: bytes) -> bool:
    """Checks whether a file holds events: its first record names the version of the format."""
    return head[4:8] == b"\0\0\0\0" and _FIRST in head[:64]


def companions(path: Path) -> list[Path]:
    """Finds the validation event files that belong to a training event file.

    Args:
        path: An event file. The `TensorBoard` callback of Keras writes training and validation to the folders `train`
            and `validation`.

    Returns:
        For a file in `train`, the files in `validation` that were started after it and before the next file in `train`,
        sorted by time; for any other file none.
    """
    if path.parent.name != "train":
        return []
    started = _order(path)
    trainings, validations = _event_files(path.parent), _event_files(path.parent.parent / "validation")
    after = bisect_right(trainings, started, key=_order)
    begin, end = bisect_left(validations, started, key=_order), len(validations)
    if after < len(trainings):
        end = bisect_left(validations, _order(trainings[after]), key=_order)
    return list(validations[begin:end])


def is_companion(path: Path) -> bool:
    """Checks whether an event file of a validation belongs to a training event file, with which it is read.

    Args:
        path: The event file.
    """
    if path.parent.name != "validation":
        return False
    trainings = _event_files(path.parent.parent / "train")
    return bool(trainings) and _order(trainings[0]) <= _order(path)


def table(data: bytes, source: str) -> str:
    """Reads an event file and its validation event files.

    Args:
        data: The bytes of the event file.
        source: Path of the event file; if its folder is `validation`, its metrics get the prefix `val_`.

    Returns:
        A CSV table as `keras.callbacks.CSVLogger` writes it. It has only the scalars that Keras writes once per epoch,
        named like `epoch_loss`; the steps of other scalars are not epochs.

    Raises:
        SourceError: A file is broken, or the package tensorboard is missing.
    """
    path = Path(source)
    rows: dict[int, dict[str, float]] = {}
    _add(rows, data, "val_" if path.parent.name == "validation" else "", source)
    for each in companions(path):
        refuse_outside(each)
        _add(rows, each.read_bytes(), "val_", str(each))
    names = dict.fromkeys(name for row in rows.values() for name in row)
    lines = [",".join([str(step), *(str(row.get(name, "")) for name in names)]) for step, row in sorted(rows.items())]
    return "\n".join([",".join(["epoch", *names]), *lines]) + "\n" if rows else ""


def _event_files(folder: Path) -> tuple[Path, ...]:
    """Lists the event files of a folder, sorted by time; until the folder changes, the list is remembered."""
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return ()
    return _listed(folder, changed)


@lru_cache(maxsize=8)
def _listed(folder: Path, changed: int) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob(f"*{NAME}*"), key=_order))


def _order(path: Path) -> tuple[int, int]:
    """Gives the sort key of an event file: the second it was started in, and its number within its process."""
    match = _ORDER.search(path.name)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _add(rows: dict[int, dict[str, float]], data: bytes, prefix: str, source: str) -> None:
    for event in _events(data, source):
        for value in event.summary.value:
            number = _number(value)
            if value.tag.startswith("epoch_") and "," not in value.tag and number is not None:
                rows.setdefault(event.step, {})[prefix + value.tag.removeprefix("epoch_")] = number


def _events(data: bytes, source: str) -> Iterator[Any]:
    """Reads the records of a file; the last one may be incomplete.

    A TFRecord is the length, its checksum, the event, and its checksum
    (https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details).
    """
    try:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
    except ImportError:
        raise SourceError(
            "an event file; install the package tensorboard, or reinstall reporter with its extra 'tensorboard'",
            source,
        ) from None
    from google.protobuf.message import DecodeError

    start, broken = 0, SourceError("an event file, but broken; name one as TensorFlow wrote it", source)
    while len(data) >= start + 12:
        length, checksum = struct.unpack_from("<QI", data, start)
        if masked_crc32c(data[start : start + 8]) != checksum:
            raise broken
        end = start + 12 + length
        if end + 4 > len(data):
            return
        event = data[start + 12 : end]
        if length <= _CHECKED and masked_crc32c(event) != struct.unpack_from("<I", data, end)[0]:
            raise broken
        try:
            yield Event.FromString(event)
        except DecodeError:
            raise broken from None
        start = end + 4


def _number(value: Any) -> float | None:
    """Gives the number in a value, in any of the ways TensorFlow writes it; None for an image or a text."""
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
    """Gives the shortest number with the same binary value: 0.01 instead of 0.009999999776."""
    exact = struct.pack(format, number)
    rounded = (float(f"{number:.{digits}g}") for digits in range(6, 18))
    return next((each for each in rounded if struct.pack(format, each) == exact), number)
