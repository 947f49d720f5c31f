"""Shares as others write them: `51`, `51,5 %`, `25-50`, `>25`, `up to 50`, `more than 25% but not more than 50%`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from compliance.imports.cleaners import HUNDRED, hull, percent_text, percentage
from compliance.units import Interval, interval

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_TO = r"\s*(?:[-\u2010-\u2015]|to|and|up to|(?:but|and)?\s*(?:not more than|at most|less than or equal to))\s*"
_BELOW = r"\s*(?:[-\u2010-\u2015]\s*<|(?:but|and)?\s*(?:less than|under|below))\s*"
_OVER = r"(?:>|more than|over|above|greater than)\s*"


def percent_of(written: str) -> str:
    """The percentage that a text says; nothing where it says none."""
    text = re.sub(r"\b(?:per\s?cent|percent|pct)\b|%", " ", written.casefold())
    text = re.sub(r"^(?:between|from)\s+", "", " ".join(text.replace("\u2265", ">=").replace("\u2264", "<=").split()))
    for pattern, low, high, low_open, high_open in _WRITTEN:
        found = re.fullmatch(pattern, text)
        if found:
            numbers = [number.replace(",", ".") for number in found.groups() if number is not None]
            bottom, top = (None if place is None else numbers[place] for place in (low, high))
            made = percentage(bottom, top, low_open, high_open)
            return percent_text(made) if made else ""
    return ""


def percent_of_all(written: Sequence[str]) -> str:
    """What several texts say of one share: from the least to the most of them; nothing where one says none."""
    found = [percent_of(text) for text in written]
    if not found or not all(found):
        return ""
    whole = interval(found[0], top=100)
    for other in found[1:]:
        whole = hull(whole, interval(other, top=100))
    return percent_text(whole)


def up_to(percent: str) -> str:
    """From nothing to a percentage."""
    size = interval(percent, top=100)
    return percent_text(Interval(Fraction(0), HUNDRED if size.high is None else size.high, False, size.high_open))


_WRITTEN: tuple[tuple[str, int | None, int | None, bool, bool], ...] = (
    (_NUMBER, 0, 0, False, False),
    (rf"{_OVER}{_NUMBER}{_BELOW}{_NUMBER}", 0, 1, True, True),
    (rf"{_OVER}{_NUMBER}{_TO}{_NUMBER}", 0, 1, True, False),
    (rf"(?:>=|at least)?\s*{_NUMBER}{_BELOW}{_NUMBER}", 0, 1, False, True),
    (rf"(?:>=|at least)?\s*{_NUMBER}{_TO}{_NUMBER}", 0, 1, False, False),
    (rf"{_OVER}{_NUMBER}", 0, None, True, False),
    (rf"(?:>=|at least|minimum)\s*{_NUMBER}|{_NUMBER}\s*(?:\+|or more)", 0, None, False, False),
    (rf"(?:<|less than|under|below)\s*{_NUMBER}", None, 0, False, True),
    (rf"(?:<=|up to|at most|not more than)\s*{_NUMBER}", None, 0, False, False),
)
