"""Turns a log into columns and back, because columns are sent between processes in less time than epochs.

To pickle 40,000 epochs of four metrics takes 0.095 s, as columns 0.034 s; in columns, the names of the metrics are sent
once, and numbers are in plain lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from reporter.model import Epoch, Log, Message, Run

T = TypeVar("T")

_FIELDS = [field.name for field in fields(Run) if field.init]
_LOGS = Epoch._fields.index("logs")


class Table(NamedTuple):
    """Holds the rows of several groups.

    Attributes:
        counts: Number of rows of each group.
        columns: The values of each column, of all groups.
    """

    counts: Sequence[int]
    columns: Sequence[Sequence[Any]]


class Columns(NamedTuple):
    """Holds a log as columns.

    Attributes:
        log: The log without its runs.
        runs: Name of a field to its values, one of each run, but for `epochs` and `messages`.
        epochs: The epochs of each run; their `logs` are tuples of names.
        values: The values of the metrics of all epochs.
        messages: The messages of each run.
    """

    log: Log
    runs: dict[str, list[Any]]
    epochs: Table
    values: Sequence[float]
    messages: Table


def to_columns(log: Log) -> Columns:
    """Turns a log into columns.

    Args:
        log: The log.

    Returns:
        Its columns, from which `from_columns` makes an equal log.
    """
    runs = {name: [getattr(run, name) for run in log.runs] for name in _FIELDS}
    counts, columns = _table(runs.pop("epochs"))
    values: list[float] = []
    if columns:
        all_logs = columns[_LOGS]
        values = list(chain.from_iterable(logs.values() for logs in all_logs))
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        names = [shared.setdefault(each, each) for each in map(tuple, all_logs)]
        columns = [*columns[:_LOGS], names, *columns[_LOGS + 1 :]]
    return Columns(replace(log, runs=()), runs, Table(counts, columns), values, _table(runs.pop("messages")))


def from_columns(columns: Columns) -> Log:
    """Makes a log of its columns."""
    log, runs, (counts, table), values, messages = columns
    if table:
        rest = iter(values)
        all_logs = [dict(zip(names, rest)) for names in table[_LOGS]]  # noqa: B905 - the names end it
        table = [*table[:_LOGS], all_logs, *table[_LOGS + 1 :]]
    epochs = _groups(Table(counts, table), Epoch._make)
    whole = {**runs, "epochs": epochs, "messages": _groups(messages, Message._make)}
    return replace(log, runs=tuple(Run(*each) for each in zip(*(whole[name] for name in _FIELDS), strict=True)))


def _table(groups: Sequence[Sequence[tuple[Any, ...]]]) -> Table:
    return Table([*map(len, groups)], [*zip(*chain.from_iterable(groups), strict=True)])


def _groups(table: Table, make: Callable[[Iterable[Any]], T]) -> Iterator[tuple[T, ...]]:
    rows = map(make, zip(*table.columns, strict=True))
    return (tuple(islice(rows, count)) for count in table.counts)
