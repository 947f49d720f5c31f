"""Who stands behind a company: persons, and companies of which no holder is recorded, with their effective shares.

Stakes are multiplied along a path and added over paths [FATF; EU 2024/1624]: a duty to identify, never a 50
percent verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from compliance.errors import UsageError
from compliance.ownership.effective_share import Share, shares
from compliance.ownership.register import Day
from compliance.ownership.stake_bounds import WHOLE, Bar, RangeEnd
from compliance.ownership.stake_cells import UNNAMED
from compliance.units import exact, show


@dataclass(frozen=True, slots=True)
class Beneficial:
    """Who has, or may have, a share over the threshold; `untraced` is what leads to nobody on the lowest completion."""

    owners: tuple[tuple[str, str, Share, bool], ...]
    untraced: Fraction
    flags: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer, fractions of one; `certain` is whether the share is over the threshold on every completion."""
        return {
            "owners": [
                {"owner": owner, "kind": kind, "certain": sure, **_without_flags(share)}
                for owner, kind, share, sure in self.owners
            ],
            "untraced": show(self.untraced),
            "flags": list(self.flags),
        }


def _without_flags(share: Share) -> dict[str, Any]:
    return {name: value for name, value in share.as_json().items() if name != "flags"}


def threshold(text: str) -> Bar:
    """`25`: at least 25 percent; `>25`: more. Raises `UsageError` for anything else."""
    word = text.strip()
    try:
        percent = exact(word.removeprefix(">"))
    except ValueError as wrong:
        raise UsageError(f"`--threshold`: {wrong}") from None
    if not 0 < percent <= WHOLE:
        raise UsageError(f"`--threshold` `{word}` is a percentage over 0 and at most 100, such as 25 or >25")
    return Bar(percent, not word.startswith(">"))


def beneficial(day: Day, party: str, bar: Bar, undisclosed: str) -> Beneficial:
    """The beneficial owners of a party on a day."""
    tops, nameless = _tops(day, party)
    found, traced, flags = [], Fraction(0), set[str]()
    for top in tops:
        share = shares(day, top, [party], undisclosed)[party]
        traced += share.low
        if share.over:
            flags.add("over_100_percent")
        if bar.possibly(RangeEnd(share.high * WHOLE)):
            kind = "person" if top in day.register.people else "company"
            found.append((top, kind, share, not share.over and bar.surely(RangeEnd(share.low * WHOLE))))
    if nameless:
        flags.add("unidentified_holder")
    found.sort(key=lambda one: (-one[2].low, -one[2].high, one[0]))
    return Beneficial(tuple(found), max(Fraction(0), 1 - traced), tuple(sorted(flags)))


def _tops(day: Day, party: str) -> tuple[list[str], bool]:
    """Persons and companies without a recorded holder upstream of a company; whether somebody is not identified."""
    found, nameless = set[str](), False
    seen, waiting = {party}, [party]
    while waiting:
        one = waiting.pop()
        held = [h for c in day.columns(one) if c.interest == "shares" for h in c.held if h.percent.high != 0]
        nameless = nameless or any(h.owner == UNNAMED for h in held)
        for owner in {h.owner for h in held if h.owner} - seen:
            seen.add(owner)
            if owner in day.register.people or not any(c.held for c in day.columns(owner)):
                found.add(owner)
            else:
                waiting.append(owner)
    return sorted(found), nameless
