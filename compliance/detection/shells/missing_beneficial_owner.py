"""A buyer most of which belongs to nobody who can be named.

Definition. Of its shares, followed up through companies on their highest reading, half or less comes to a person, a
government or a listed company on record. Source. FATF Recommendation 24; BIS guidance of May 2025 (ownership not shown
to be outside D:5). Known false positives: registers without owners, dispersed holdings, companies owned by funds.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign
from compliance.units import show

SIGN = "missing_beneficial_owner"
STEPS = 12


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer whose owners cannot be found."""
    for who in view.large:
        named = _percent_to_named_owners(view, view.name(who), (view.name(who),))
        if named <= 50:
            yield Sign(who, f"belongs to persons on record by at most {show(round(named, 2))} percent")


def _percent_to_named_owners(view: View, company: str, chain: tuple[str, ...]) -> Fraction:
    """The percent of a company that leads to somebody named; circles and what is too far up lead to nobody."""
    if view.is_known(company) and len(chain) > 1:
        return Fraction(100)
    total = Fraction(0)
    for stake in view.standing(company):
        if stake.owner is None or stake.owner in chain:
            continue
        if not view.is_company(stake.owner):
            total += stake.high
        elif len(chain) <= STEPS:
            total += stake.high * _percent_to_named_owners(view, stake.owner, (*chain, stake.owner)) / 100
    return min(total, Fraction(100))
