"""The part of the ownership graph around parties: all who are above them, and what is one step below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compliance.ownership.register import Register
from compliance.ownership.stake_bounds import WHOLE
from compliance.units import Interval

UNIDENTIFIED = "?"
"""Before the id of a company: its holder who is not identified."""


@dataclass(frozen=True, slots=True)
class Link:
    """What an owner holds of a company: percent such as `>25-50`, or by which means it controls it."""

    owner: str
    owned: str
    told: str
    control: bool


@dataclass(frozen=True, slots=True)
class Around:
    """Parties with the links among them; `left_out` counts those that there was no room for."""

    parties: tuple[str, ...]
    links: tuple[Link, ...]
    left_out: int


def around(register: Register, parties: Iterable[str], day: date, most: int) -> Around:
    """At most so many parties, the nearest first: above at every remove, below at one."""
    on = register.day(day)
    found = dict.fromkeys(sorted(set(parties)))
    asked = list(found)
    near: dict[str, None] = {}
    waiting = list(asked)
    for party in waiting:
        for owner in sorted(link.owner for link in _onto(register, party, day)):
            if owner not in near and owner not in found:
                near[owner] = None
                waiting += [owner] if not owner.startswith(UNIDENTIFIED) else []
    below = {owned for party in asked for owned, _, _ in on.holdings(party)}
    below |= {company for party in asked for company, _ in on.controlled(party)}
    every = [*found, *near, *(name for name in sorted(below) if name not in near and name not in found)]
    kept = every[:most]
    inside = set(kept)
    links = [link for party in kept for link in _onto(register, party, day) if link.owner in inside]
    return Around(tuple(kept), tuple(sorted(links, key=lambda k: (k.owned, k.owner, k.told))), len(every) - len(kept))


def _onto(register: Register, party: str, day: date) -> list[Link]:
    if party not in register.companies:
        return []
    on = register.day(day)
    found = [
        Link(h.owner or UNIDENTIFIED + party, party, _share_label(h.percent, c.interest), False)
        for c in on.columns(party)
        for h in c.held
    ]
    return found + [Link(one, party, means.replace("_", " "), True) for one, means in on.controllers(party)]


def _share_label(percent: Interval, interest: str) -> str:
    share = "unknown" if percent.low == 0 and percent.high == WHOLE else f"{percent} %"
    return f"{share} of votes" if interest == "votes" else share
