"""The answers for every company of a large world: most need no question, the others are asked one by one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from compliance.ownership.bounds import Bound
from compliance.ownership.capture import CaptureAnswer, CaptureTest
from compliance.ownership.sieve import Sieve
from compliance.ownership.wide import WideRegister

if TYPE_CHECKING:
    from compliance.ownership.graph import Ownership, ParentAnswer


def captures(
    ownership: Ownership, register: WideRegister, test: CaptureTest, day: date, undisclosed: str
) -> dict[str, CaptureAnswer]:
    """The capture of every company."""
    sieve = Sieve(register, day)
    asked = sieve.captured(test, undisclosed)
    if asked is None:
        return ownership.captures(test, day, register.companies, undisclosed)
    if any("sister" in rule.when for rule in test.flags.values()):
        listed = {
            party
            for party, rows in register.listings_of.items()
            if any(test.listed(row.list, row.program) for row in rows)
        }
        heads = {f[0] for p in listed if len(f := ownership.families(p, day)) == 1 and f[0] != p}
        asked |= sieve.sisters(heads, sieve.parents(ownership.parent_test))
    found = ownership.captures(test, day, sorted(asked & register.companies.keys()), undisclosed)
    none = Bound()
    return {
        party: found.get(party) or CaptureAnswer(party, "not_captured", None, none, none)
        for party in register.companies
    }


def parents(ownership: Ownership, register: WideRegister, day: date) -> dict[str, ParentAnswer]:
    """The ultimate parent of every company."""
    sieve = Sieve(register, day)
    test = ownership.parent_test
    proven = sieve.parents(test)
    there = ownership.seated(day) if test.flags else ()
    asked = sieve.parent_flags(test, there, proven)
    numbers, top = sieve.stakes.numbers, proven.top
    found = {}
    for party in register.companies:
        number = numbers.get(party)
        head = party if number is None else sieve.names[top[number]] if top[number] >= 0 else None
        found[party] = (
            ownership.parent(party, day) if head is None or party in asked else ownership.determined(party, head, day)
        )
    return found
