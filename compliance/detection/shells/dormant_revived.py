"""A company that slept for years and buys again.

Definition. It was revived at most `revived_days` before its first line under the exemption, or had filed nothing for
`dormant_days` before it. Source. Operation Gatekeeper (SD Texas, 2025): a company dormant since 2014 bought; FATF.
Known false positives: registers lag by a year or two and forget filings; holding companies put to use. What is not on
record is not known, and no sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign

SIGN = "dormant_revived"


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer that had slept."""
    awake, asleep = (view.settings.number(name) for name in ("revived_days", "dormant_days"))
    filings = view.of_large("last_filing")
    for who, revived in view.of_large("reactivated").items():
        first, filed = view.first_day(who), filings[who]
        since = (first - date.fromisoformat(revived)).days if revived is not None else -1
        silent = (first - date.fromisoformat(filed)).days if filed is not None else -1
        if 0 <= since <= awake:
            yield Sign(who, f"first bought {since} days after it was revived")
        elif silent >= asleep:
            yield Sign(who, f"had last filed {silent} days before it first bought")
