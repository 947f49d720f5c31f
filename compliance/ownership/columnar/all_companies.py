"""The answers for every company of a large world: most need no question, the others are asked one by one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from compliance.ownership.capture.verdict import CaptureAnswer, CaptureTest
from compliance.ownership.columnar.columnar_register import WideRegister
from compliance.ownership.columnar.prefilter import Sieve
from compliance.ownership.stake_bounds import RangeEnd

if TYPE_CHECKING:
    from compliance.ownership.ownership_graph import Ownership, ParentAnswer


def captures(
    ownership: Ownership, register: WideRegister, test: CaptureTest, day: date, undisclosed: str
) -> dict[str, CaptureAnswer]:
    """The capture of every company."""
    sieve = Sieve(register, day)
    asked = sieve.captured(test, undisclosed)
    if asked is None:
        return ownership.whole(test, day, undisclosed).answers(day, sorted(register.companies))
    parents = sieve.parents(ownership.parent_test)
    ownership.prove(day, sieve.proof(parents, ownership.parent_test))
    if any("sister" in rule.when for rule in test.flags.values()):
        listed = {
            party
            for party, rows in register.listings_of.items()
            if any(test.listed(row.list, row.program) for row in rows)
        }
        heads = {f[0] for p in listed if len(f := ownership.families(p, day)) == 1 and f[0] != p}
        asked |= sieve.sisters(heads, parents)
    found = ownership.whole(test, day, undisclosed).answers(day, sorted(asked & register.companies.keys()))
    none = RangeEnd()
    return {
        party: found.get(party) or CaptureAnswer(party, "not_captured", None, none, none)
        for party in register.companies
    }


def parents(ownership: Ownership, register: WideRegister, day: date) -> dict[str, ParentAnswer]:
    """The ultimate parent of every company."""
    sieve = Sieve(register, day)
    test = ownership.parent_test
    proven = sieve.parents(test)
    proof = sieve.proof(proven, test)
    ownership.prove(day, proof)
    asked = sieve.parent_flags(test, ownership.seated(day) if test.flags else (), proven)
    numbers = sieve.stakes.numbers
    found = {}
    for party in register.companies:
        head = proof.heads.get(party) if party in numbers else party
        quiet = head is not None and party not in asked and party not in proof.circles
        found[party] = ownership.determined(party, str(head), day) if quiet else ownership.parent(party, day)
    return found
