"""Days as others write them: whole, or a month, a year, or a word; and when a thing surely and possibly stood.

A year or a month is some day in it. `05/06/2019` is one of two days; `31/12/2019` is one. What is no day at all is
kept as it was written. Nothing here guesses: a thing stands for certain from the last day on which it may have begun
to the first on which it may have ended.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.imports.cleaners import tidy

_NO_DAY = frozenset(
    ("", "-", "--", "n/a", "na", "none", "null", "nil", "unknown", "present", "current", "ongoing", "to date", "now")
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
_NEVER = 9000
"""From this year on a date stands for none, such as 9999-12-31."""


@dataclass(frozen=True, slots=True)
class When:
    """The first and the last day that may be meant, both `None` where none is; `unread` is what was not read."""

    first: date | None = None
    last: date | None = None
    unread: str = ""

    @property
    def text(self) -> str:
        """The day as ISO writes it, where it is one day."""
        return self.first.isoformat() if self.first is not None and self.first == self.last else ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Days, from the first to before the last, on which it is not known whether a thing stood; an end open if empty."""

    field: str
    text: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Span:
    """When a thing stood: for certain (`None`: on no day for certain), and the days of doubt."""

    certain: tuple[str, str] | None
    doubts: tuple[Doubt, ...] = ()


ALWAYS = Span(("", ""))


def when(*values: object) -> When:
    """The days that texts mean, all of them together: several are one that may be any of them."""
    if not any(values):
        return When()
    texts = [text for value in values for text in _texts(value) if text.casefold() not in _NO_DAY]
    found = [_ends(text) for text in texts]
    read = [ends for ends in found if ends is not None]
    apart = [text for text, ends in zip(texts, found, strict=True) if ends is None or ends[0] != ends[1]]
    if any(ends is None for ends in found):
        return When(unread="; ".join(apart))
    days = [ends for ends in read if ends[0].year < _NEVER]
    if not days:
        return When()
    first, last = min(low for low, _ in days), max(high for _, high in days)
    return When(first, last, "; ".join(dict.fromkeys(texts)) if first != last else "")


def span(start: When, end: When, *, last_day_counts: bool = False) -> Span:
    """When a thing stood that began and ended so; `last_day_counts` where the publisher's end is its last day.

    A beginning that cannot be read leaves it open since when; an end that cannot be read may be any day. Where the
    end lies before the beginning, nothing is certain, and after both it is over.
    """
    low, begun = start.first or date.min, start.last or date.min
    if end.first is None or end.last is None:
        ended, over = (begun if end.unread else date.max), date.max
    else:
        ended, over = (_next_day(end.first), _next_day(end.last)) if last_day_counts else (end.first, end.last)
    if low > over:
        text = " to ".join(filter(None, (start.unread or _iso(low), end.unread or _iso(over))))
        return Span(None, (Doubt("from", text, _iso(min(low, ended)), _iso(max(begun, over))),))
    if low == begun == ended == over:
        return Span(None)
    certain = (_iso(begun), _iso(ended)) if begun < ended else None
    doubts = []
    if certain is None:
        text = "; ".join(filter(None, (start.unread, end.unread)))
        doubts.append(Doubt("to" if end.unread else "from", text, _iso(low), _iso(over)))
    else:
        if low < begun:
            doubts.append(Doubt("from", start.unread, _iso(low), _iso(begun)))
        if ended < over:
            doubts.append(Doubt("to", end.unread, _iso(ended), _iso(over)))
    return Span(certain, tuple(doubts))


def _iso(day: date) -> str:
    return "" if day in (date.min, date.max) else day.isoformat()


def _next_day(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _texts(value: object) -> Iterable[str]:
    return map(tidy, value) if isinstance(value, list | tuple) else (tidy(value),)


def _ends(text: str) -> tuple[date, date] | None:
    """The first and last day that one text may mean; `None` where it is no day."""
    word = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", text.strip()).casefold()
    for pattern, order in _PATTERNS:
        found = pattern.fullmatch(word)
        if found is None:
            continue
        read = [_between(**dict(zip(names.split(), found.groups(), strict=True))) for names in order]
        days = [ends for ends in read if ends is not None]
        return (min(low for low, _ in days), max(high for _, high in days)) if days else None
    return None


def _between(year: str, month: str = "00", day: str = "00") -> tuple[date, date] | None:
    """The first and last day of a year, month or day."""
    y = int(year)
    m = int(month) if month.isdigit() else 1 + next(i for i, name in enumerate(_MONTHS) if name[:3] == month[:3])
    d = int(day)
    if not 1 <= y <= 9999 or m > 12:
        return None
    if m == 0:
        return (date(y, 1, 1), date(y, 12, 31)) if d == 0 else None
    if d > monthrange(y, m)[1]:
        return None
    return (date(y, m, d or 1), date(y, m, d or monthrange(y, m)[1]))


_PATTERNS = tuple(
    (re.compile(pattern), order)
    for pattern, order in (
        (r"(\d{4})", ("year",)),
        (r"(\d{4})[-/.](\d{1,2})", ("year month",)),
        (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})z?", ("year month day",)),
        (r"((?:1[89]|20)\d{2})(\d{2})(\d{2})", ("year month day",)),
        (r"(\d{1,2})[-/.](\d{4})", ("month year",)),
        (r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", ("day month year", "month day year")),
        (r"(\d{1,2})\.(\d{1,2})\.(\d{4})", ("day month year",)),
        (rf"({_MONTH})\.?,?\s+(\d{{4}})", ("month year",)),
        (rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+({_MONTH})\.?,?[\s-]+(\d{{4}})", ("day month year",)),
        (rf"({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", ("month day year",)),
    )
)
