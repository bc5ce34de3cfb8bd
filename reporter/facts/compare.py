"""Compares two sets of runs: matches their experiments, and keeps runs apart that are no seeds of each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reporter.facts.changes import Comparison, Pair
from reporter.facts.deltas import parse_min_deltas
from reporter.facts.measures import Rules, compare_measures
from reporter.facts.seeds import Seeds, group_seeds
from reporter.model import Mode, Run

ALPHA = 0.05
"""Default share of comparisons without a true difference that may be called better or worse."""

_Groups = Mapping[str, Sequence[Seeds[Run]]]


def compare(
    base: Iterable[Run],
    new: Iterable[Run],
    monitor: str | None = None,
    mode: Mode | None = None,
    alpha: float = ALPHA,
    *,
    min_delta: float | str | Iterable[str] = (),
    trials: bool = False,
) -> Comparison:
    """Compares two sets of runs.

    Runs that share a name and their settings are seeds of one experiment: the numbers of samples, epochs, steps and
    parameters, the batch size and the data. Experiments are matched by name, then by settings; if each set has only one
    experiment, those two are matched whatever their names. Numbers are compared at the coarser of their precisions.

    Args:
        base: The runs to compare with.
        new: The runs to compare.
        monitor: The metric that runs are judged by; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: `"min"` or `"max"`; by default what the name of the metric tells.
        alpha: Share of comparisons without a true difference that may be called better or worse.
        min_delta: The least difference that counts: a number, or texts such as `"val_acc=0.001"` and `"2%"`.
        trials: Whether trials are included.

    Returns:
        The changes of each experiment, and the experiments that only one set has.

    Raises:
        UsageError: No mode is given, and the name of the metric does not tell; or `min_delta` has another form.
    """
    rules = Rules(monitor, mode, alpha, parse_min_deltas(min_delta))
    was, now = (group_seeds((run for run in side if trials or not run.trial), lambda run: run) for side in (base, new))
    names = {name: name for name in was if name in now}
    if len(was) == len(now) == 1:
        names = dict(zip(was, now, strict=True))
    matched = [_match(was[a], now[b]) for a, b in names.items()]
    pairs = tuple(_pair(a, b, rules) for each in matched for a, b in each.pairs)
    return Comparison(
        pairs,
        (*_without(was, names), *(group.label for each in matched if not each.pairs for group in each.only_base)),
        (
            *_without(now, names.values()),
            *(group.label for each in matched if not each.pairs for group in each.only_new),
        ),
        tuple(sentence for each in matched for sentence in _sentences(each)),
    )


@dataclass(frozen=True, slots=True)
class _Matched:
    """Holds the groups of one experiment: those of equal settings in pairs, and the others."""

    pairs: Sequence[tuple[Seeds[Run], Seeds[Run]]]
    only_base: Sequence[Seeds[Run]]
    only_new: Sequence[Seeds[Run]]


def _match(base: Sequence[Seeds[Run]], new: Sequence[Seeds[Run]]) -> _Matched:
    """Matches the groups of one experiment by their settings; a single group on each side is matched in any case."""
    if len(base) == len(new) == 1:
        return _Matched([(base[0], new[0])], [], [])
    pairs: list[tuple[Seeds[Run], Seeds[Run]]] = []
    free = list(new)
    for group in base:
        if other := next((each for each in free if group.fits(each.settings)), None):
            free.remove(other)
            pairs.append((group, other))
    taken = [group for group, _ in pairs]
    return _Matched(pairs, [group for group in base if group not in taken], free)


def _pair(base: Seeds[Run], new: Seeds[Run], rules: Rules) -> Pair:
    label = base.label if base.difference or base.name != new.name else new.label
    same_name = base.name == new.name
    return Pair(
        label if same_name else base.label,
        label if same_name else new.label,
        tuple(compare_measures(base.members, new.members, rules)),
        tuple(base.members),
        tuple(new.members),
    )


def _without(groups: _Groups, names: Iterable[str]) -> Iterator[str]:
    """Yields the labels of the experiments that are not among some names."""
    known = set(names)
    return (group.label for name, named in groups.items() if name not in known for group in named)


def _sentences(matched: _Matched) -> Iterator[str]:
    """Yields why the runs of one name are shown apart, and which of them are on one side only."""
    for side, index, alone in (("base", 0, matched.only_base), ("new", 1, matched.only_new)):
        groups = [*(pair[index] for pair in matched.pairs), *alone]
        if len(groups) > 1:
            kinds = "; ".join(f"{len(group.members)} with {group.difference}" for group in groups)
            yield f"{groups[0].name}: the {side} runs are no seeds of each other, so they are not pooled: {kinds}"
        if matched.pairs:
            yield from (f"{group.label}: only in {side}, so it is not compared" for group in alone)
