"""Under whom companies stand, as the search for ultimate parents keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from compliance.ownership.stake_bounds import Column, Tally
from compliance.ownership.strong_components import components

UNIDENTIFIED = "?"
"""Before the id of a company: a holder of it who exists and is not identified, and who may be its parent.

So is called, too, who stands over a company under which more than `MOST` may: any one of them.
"""

Sets = dict[str, set[str]]
Groups = Callable[[str], Iterable[str]]


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


Outside = Callable[[Standing], Iterable[str]]
Passes = Callable[[Column, Tally], bool]


def tops_of(standing: Standing) -> frozenset[str]:
    return standing.tops


def possible_of(standing: Standing) -> frozenset[str]:
    return standing.possible


def halves_of(standing: Standing) -> frozenset[str]:
    return standing.halves | standing.tops


class Rings:
    """Companies in rings of which each leads the next; `first` is the smallest id of a company's ring, or its own."""

    def __init__(self, part: Sequence[str], leaders: Callable[[str], Iterable[str]]) -> None:
        inside = set(part)
        self.first: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        for ring in components(sorted(part), lambda party: [o for o in leaders(party) if o in inside]):
            members = sorted(ring)
            self.first.update(dict.fromkeys(members, members[0]))
            self.members[members[0]] = members


ALONE = Rings((), lambda _: ())
