"""Whether a part of an answer agrees with what a case expects of it (contracts 5, case file).

`expect` is a subset of the answer: what it does not name is free. Numbers are compared as exact numbers, all else
as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from compliance import units

NAMED = ("value", "id", "kind", "state", "name")
"""What of a mapping in the answer a scalar of `expect` is compared with."""

_TRUTHS = {"true": True, "false": False}


def agrees(want: Any, got: Any, key: str | None = None) -> bool:
    """Whether a part of `expect` agrees with its part of the answer; both stand under the name `key`."""
    if isinstance(want, Mapping):
        return isinstance(got, Mapping) and all(k in got and agrees(v, got[k], k) for k, v in want.items())
    if isinstance(want, list):
        if not isinstance(got, list):
            return False
        return bool(want or not got or key == "flags") and can_pair_all(want, got)
    return _same(want, got)


def _same(want: str, got: Any) -> bool:
    if isinstance(got, Mapping):
        return any(_same(want, got[name]) for name in NAMED if name in got)
    if isinstance(got, list):
        return False
    if want in _TRUTHS:
        return got is _TRUTHS[want]
    if want == "null" or (not want and not getattr(want, "quoted", True)):  # an unquoted null is read as empty
        return got is None
    if got is None or isinstance(got, bool):
        return False
    one, other = _number(want), _number(got)
    return one == other if one is not None and other is not None else str(want) == str(got)


def _number(value: str | int) -> Fraction | None:
    try:
        return units.exact(str(value))
    except ValueError:
        return None


def can_pair_all(want: Sequence[Any], got: Sequence[Any]) -> bool:
    """Whether each wanted item has an item of its own: a matching by augmenting paths."""
    fits = [[place for place, item in enumerate(got) if agrees(one, item)] for one in want]
    taken: dict[int, int] = {}

    def finds(one: int, tried: set[int]) -> bool:
        for place in fits[one]:
            if place not in tried:
                tried.add(place)
                if place not in taken or finds(taken[place], tried):
                    taken[place] = one
                    return True
        return False

    return all(finds(one, set()) for one in range(len(want)))
