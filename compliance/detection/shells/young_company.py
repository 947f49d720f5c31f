"""A company that first buys soon after it was incorporated.

Definition. The first line under the exemption is at most `young_days` after the day of incorporation, or before it.
Source. BIS guidance of May 2025; FinCEN notice FIN-2023-GLOBALEXPORT (new companies). Known false positives: project
companies and joint ventures for one data center, new subsidiaries of groups whose owners are not on record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign

SIGN = "young_company"


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer that is young."""
    most = view.settings.number("young_days")
    for who, born in view.of_large("incorporated").items():
        if born is not None:
            age = (view.first_day(who) - date.fromisoformat(born)).days
            if age <= most:
                when = f"first bought {age} days after" if age >= 0 else f"bought {-age} days before"
                yield Sign(who, f"{when} it was incorporated")
