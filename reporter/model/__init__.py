"""Holds what a log says, as frozen values: `Log`, `Run`, `Epoch`, `Evaluation`, `Message` and others."""

from reporter.model.best import Best
from reporter.model.log import Log
from reporter.model.metrics import Mode, alias, direction, known_direction, look_up, monitored, names
from reporter.model.record import Record
from reporter.model.run import Generation, Run, Status
from reporter.model.values import (
    Epoch,
    Evaluation,
    LogWarning,
    Message,
    MessageKind,
    Parameters,
    Partial,
    Samples,
)

__all__ = [
    "Best",
    "Epoch",
    "Evaluation",
    "Generation",
    "Log",
    "LogWarning",
    "Message",
    "MessageKind",
    "Mode",
    "Parameters",
    "Partial",
    "Record",
    "Run",
    "Samples",
    "Status",
    "alias",
    "direction",
    "known_direction",
    "look_up",
    "monitored",
    "names",
]
