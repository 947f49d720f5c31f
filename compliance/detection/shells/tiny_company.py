"""A company too small for what it bought.

Definition. What it bought in its fullest year cost at least `scale_times` its capital and at least `person_dollars` for
each who works there; both must be on record. Source. BIS guidance of May 2025 (no clear business reason); FATF (means).
Known false positives: companies whose money and staff are those of a group; registers that show the capital of the
founding day.
"""

from __future__ import annotations

from collections.abc import Iterator

from compliance import units
from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign

SIGN = "tiny_company"


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer that is small for what it bought."""
    times, each = (view.settings.number(name) for name in ("scale_times", "person_dollars"))
    staff = view.of_large("employees")
    for who, capital in view.of_large("capital_usd").items():
        people = staff[who]
        if capital is None or people is None:
            continue
        paid = view.dollars(who)
        if paid >= times * units.exact(capital) and paid >= each * units.exact(people):
            told = f"has {people} employees and a capital of {capital} dollars, and bought for about {paid:,} dollars"
            yield Sign(who, told)
