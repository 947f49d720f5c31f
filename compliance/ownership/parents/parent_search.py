"""Under whom companies stand, as the search for ultimate parents keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

UNIDENTIFIED = "?"
"""Before the id of a company: a holder of it who exists and is not identified, and who may be its parent."""
ANY_OF_MANY = "??"
"""Before the id of a company: whoever stands over it, any of more than are told apart.

Where it is told it is a holder who is not identified.
"""

MOST = 1_000
"""So many possible parents of a company are told apart; where there are more they are one who is not identified.

Only chains and circles of companies that each may hold half of the next are so long, and what they would have to say
grows with the square of their length. That so many surely control each other otherwise than one the next is refused.
"""
LARGE_CIRCLE, MOST_IN_LARGE = 300, 20
"""In a circle of over so many companies only so many possible parents are told apart, as each asks all others."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Under whom a company stands on a day.

    `tops` control it on every completion (itself where nobody does); `possible` are the tops that do on some
    completion, those with exactly half included, and itself where it may have none; `firm` those of them that
    may have over half; `halves` those who have half or more on every completion. `circle` says that the
    company owns a part of itself, directly or through others; `ring` that it is one of several that control
    each other.
    """

    tops: frozenset[str]
    possible: frozenset[str]
    firm: frozenset[str]
    halves: frozenset[str]
    circle: bool
    ring: bool


Outside = Callable[[Standing], frozenset[str]]


def tops_of(standing: Standing) -> frozenset[str]:
    return standing.tops


def possible_of(standing: Standing) -> frozenset[str]:
    return standing.possible


def halves_of(standing: Standing) -> frozenset[str]:
    if standing.tops <= standing.halves:
        return standing.halves
    return standing.halves | standing.tops


def union_of(sets: list[frozenset[str]]) -> frozenset[str]:
    """All that stands in one of these; where that is one of them, the same object."""
    found = sets[0] if sets else frozenset[str]()
    for other in sets[1:]:
        if found <= other:
            found = other
        elif not other <= found:
            found |= other
    return found
