"""Chooses rules by the beginnings of their codes, as `--select` and `--ignore` of ruff do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reporter.errors import UsageError
from reporter.facts.hygiene.finding import Rule
from reporter.facts.hygiene.rules import RULES

_ALL = "ALL"


def chosen_rules(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[Rule]:
    """Chooses rules; of two selectors that name a rule, the longer one decides, and of equal ones `ignore`.

    Args:
        select: Selectors of the rules to apply, such as `S` or `S101`; several may be joined by commas. Empty for all.
        ignore: Selectors of the rules to leave out.

    Returns:
        The rules.

    Raises:
        UsageError: A selector names no rule.
    """
    wanted, unwanted = _selectors(select) or [_ALL], _selectors(ignore)
    return [rule for rule in RULES if _length(rule, wanted) > _length(rule, unwanted)]


def _selectors(texts: Iterable[str]) -> Sequence[str]:
    selectors = [each.strip().upper() for text in texts for each in text.split(",") if each.strip()]
    for selector in selectors:
        if selector != _ALL and not any(rule.code.startswith(selector) for rule in RULES):
            raise UsageError(f"no rule begins with {selector!r}; reporter lint --list shows all rules")
    return selectors


def _length(rule: Rule, selectors: Iterable[str]) -> int:
    """Gives the length of the longest selector that names a rule: 0 for `ALL`, −1 if none names it."""
    return max(
        (0 if each == _ALL else len(each) for each in selectors if each == _ALL or rule.code.startswith(each)),
        default=-1,
    )
