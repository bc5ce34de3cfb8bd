"""Groups runs that are seeds of one experiment: of one name, and trained with the same settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from reporter.facts.display import count
from reporter.model import Run

T = TypeVar("T")

_TEXTS: Mapping[str, tuple[str, str]] = {
    "samples": ("sample", "samples"),
    "validation": ("validation sample", "validation samples"),
    "epochs": ("epoch", "epochs"),
    "steps": ("step an epoch", "steps an epoch"),
    "parameters": ("parameter", "parameters"),
}
"""The unit of each setting that is a number, one and several."""


@dataclass(frozen=True, slots=True)
class Seeds(Generic[T]):
    """Holds runs that may be pooled.

    Attributes:
        name: The name of the experiment.
        members: The runs, or whatever was grouped.
        settings: The settings that the logs tell.
        difference: The settings in which it differs from other runs of this name: `20 epochs`; empty if there are none.
    """

    name: str
    members: Sequence[T]
    settings: Mapping[str, int | str]
    difference: str = ""

    @property
    def label(self) -> str:
        """Its name, with the settings if there are other runs of this name: `net (20 epochs)`."""
        return f"{self.name} ({self.difference})" if self.difference else self.name

    def fits(self, settings: Mapping[str, int | str]) -> bool:
        """Checks that settings contradict none of its own; what a log does not tell contradicts nothing."""
        return all(self.settings.get(name, value) == value for name, value in settings.items())


def settings_of(run: Run) -> Mapping[str, int | str]:
    """Finds the settings of a run that must be equal for seeds, as far as its log and its record tell.

    Args:
        run: The run.

    Returns:
        The numbers of training samples, validation samples, declared epochs, steps and parameters, the batch size, and
        a checksum of the data. Keras 1 counts samples as steps, which is left out.
    """
    record = run.record
    steps = next((epoch.steps for epoch in run.epochs if epoch.steps), None)
    found: Mapping[str, int | str | None] = {
        "samples": run.samples.train,
        "validation": run.samples.validation,
        "epochs": run.epochs_declared,
        "steps": None if steps == run.samples.train else steps,
        "batch size": record.batch_size if record else None,
        "parameters": run.parameters.total if run.parameters else None,
        "data": (record.data or None) if record else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def group_seeds(items: Iterable[T], run: Callable[[T], Run]) -> dict[str, list[Seeds[T]]]:
    """Groups runs by name, and within a name by settings: runs with other settings are never pooled.

    Args:
        items: Runs, or values that hold one.
        run: Gives the run of an item.

    Returns:
        For each name, in the order of first appearance, its groups.
    """
    named: dict[str, list[T]] = {}
    for item in items:
        named.setdefault(run(item).name, []).append(item)
    return {name: _with_differences(_split(name, members, run)) for name, members in named.items()}


def describe_settings(groups: Sequence[Seeds[T]]) -> list[str]:
    """Describes each of several groups by the settings in which they differ: `60,000 samples, 20 epochs`."""
    names = list(dict.fromkeys(name for group in groups for name in group.settings))
    differing = [name for name in names if len({g.settings[name] for g in groups if name in g.settings}) > 1]
    return [", ".join(_text(name, group.settings.get(name)) for name in differing) for group in groups]


def _split(name: str, members: Iterable[T], run: Callable[[T], Run]) -> list[Seeds[T]]:
    """Puts each run into the first group that it fits."""
    groups: list[Seeds[T]] = []
    for member in members:
        settings = settings_of(run(member))
        index = next((index for index, group in enumerate(groups) if group.fits(settings)), None)
        if index is None:
            groups.append(Seeds(name, [member], settings))
        else:
            group = groups[index]
            groups[index] = Seeds(name, [*group.members, member], {**settings, **group.settings})
    return groups


def _with_differences(groups: list[Seeds[T]]) -> list[Seeds[T]]:
    if len(groups) == 1:
        return groups
    return [
        Seeds(group.name, group.members, group.settings, text)
        for group, text in zip(groups, describe_settings(groups), strict=True)
    ]


def _text(name: str, value: int | str | None) -> str:
    """Writes one setting: `20 epochs`, `batch size 64`, `data 1a2b3c4d`."""
    if value is None:
        return f"unknown {name}"
    if isinstance(value, int) and name in _TEXTS:
        one, several = _TEXTS[name]
        return f"{count(value)} {one if value == 1 else several}"
    return f"{name} {value}"
