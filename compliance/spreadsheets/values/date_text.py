"""Dates of text cells: what each may mean by the order of its parts.

An order is told by its words: `day/month/year`. A date whose month is a word, that begins with a year of four digits,
or that is parted by points (`31.12.2026`, nowhere written month first) has one.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from compliance.spreadsheets.values.trade_words import fold_title, load_vocabulary

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day/month/year", "month/day/year", "year/month/day"
ORDERS = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
SERIAL = "number of days"
"""Excel counts days from the end of 1899."""
_SERIALS = range(20_000, 75_000)
_YEARS = (*range(1900, 2200), 4712, 9999)
FOREVER = 4712
"""From this year on a date stands for no end."""
_ROC, _REIWA, _HEISEI = 1911, 2018, 1988

_MASK = re.compile(r"(?<![a-z])([dtjmya]{1,4})([-./])([dtjmya]{1,4})\2([dtjmya]{1,4})(?![a-z])")
_PERIOD = re.compile(
    r"[ht]\s*[1-4](?:[\s/'’.-]+\d{2,4})?|(?:q\s*[1-4]|[1-4]\s*[qht]|fy|kw|w|wk|cw)[\s/'’.-]*(?:\d{2,4})?|(?:19|20)\d\d[\s/.-]*(?:[qhtw]?\s*\d{1,2})?"
    r"|\d{1,2}[/.-](?:19|20)\d\d|(?:(?:19|20)?\d\d年)?\s*(?:\d{1,2}月|第?[一二三四1-4]季度?)",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"([^\W\d_]+)")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?$")
_WEEKDAY = re.compile(r"^[^\W\d]{2,10}[.,]\s+(?=\d|[^\W\d])|[（(][月火水木金土日一二三四五六][)）]$|\s*星期.$|\s*周.$")
_PARTED = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})")
_HAN = re.compile(r"(民国|民國|令和|平成|R|H)?\s*(\d{1,4}|元)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?")
_ERA = re.compile(r"([RH])\s*(\d{1,2})[./-](\d{1,2})[./-](\d{1,2})")
_WORDS = (
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s.,/-]*(?:de\s+)?(?P<m>[^\W\d]{3,12})[\s.,/-]*(?:de\s+|del\s+)?(?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<m>[^\W\d]{3,12})[\s.,/-]*(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s,./-]+(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[\s./-]*(?P<m>[^\W\d]{3,12})[\s./-]*(?P<d>\d{1,2})"),
)  # fmt: skip


@lru_cache(maxsize=131_072)
def dates_meant(text: str) -> dict[str, date]:
    """The date that a text is in each order in which it is one; under the empty order where it has but one."""
    word = " ".join(unicodedata.normalize("NFKC", text).split())
    word = _WEEKDAY.sub("", _TIME.sub("", word)).strip()
    if found := _HAN.fullmatch(word):
        year = 1 if found[2] == "元" else int(found[2])
        return _only(_era(found[1] or "", year), int(found[3]), int(found[4]))
    if found := _ERA.fullmatch(word):
        return _only(_era(found[1], int(found[2])), int(found[3]), int(found[4]))
    if re.fullmatch(r"\d{8}", word):
        return _only(int(word[:4]), int(word[4:6]), int(word[6:]))
    if found := _PARTED.fullmatch(word):
        return _dates_of_parts(found[1], found[2], found[3], found[4])
    for pattern in _WORDS:
        if (found := pattern.fullmatch(word)) and (month := load_vocabulary().months.get(fold_title(found["m"]))):
            return _only(_year(found["y"]), month, int(found["d"]))
    return {}


def _era(name: str, year: int) -> int:
    since = {"民国": _ROC, "民國": _ROC, "令和": _REIWA, "R": _REIWA, "平成": _HEISEI, "H": _HEISEI}.get(name)
    return year + since if since is not None else year


def _dates_of_parts(first: str, mark: str, second: str, third: str) -> dict[str, date]:
    one, two, three = int(first), int(second), int(third)
    if len(first) == 4:
        return _only(one, two, three)
    if len(first) == 3:  # the years of Taiwan: 115/11/03
        return _only(one + _ROC, two, three)
    if len(third) not in (2, 4):
        return {}
    year = _year(third)
    found = {DAY_FIRST: _day(year, two, one), MONTH_FIRST: _day(year, one, two)}
    if len(third) == 2 and mark != ".":
        found[YEAR_FIRST] = _day(_year(first), two, three)
    kept = {order: day for order, day in found.items() if day is not None}
    if mark == "." and DAY_FIRST in kept:
        return {"": kept[DAY_FIRST]}
    return {"": next(iter(kept.values()))} if len(set(kept.values())) == 1 and len(kept) == 2 and one == two else kept


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _only(year: int, month: int, day: int) -> dict[str, date]:
    found = _day(year, month, day)
    return {"": found} if found is not None else {}


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def period_day(text: str) -> str:
    """The day that a name of a column is, `ask` where it is a longer period or may be two days; empty for neither."""
    beside = load_vocabulary().beside_periods
    found = _BESIDE.split(unicodedata.normalize("NFKC", text).strip())
    plain = "".join(word for word in found if fold_title(word) not in beside).strip(" ()[].,:-–")
    meant = set(dates_meant(plain).values())
    if len(meant) == 1:
        return meant.pop().isoformat()
    words = [word for word in re.split(r"[\W\d_]+", plain) if word]
    is_month = len(words) == 1 and fold_title(words[0]) in load_vocabulary().months
    return "ask" if meant or is_month or _PERIOD.fullmatch(plain) else ""


def order_told(title: str) -> str:
    """The order that a name of a column tells by a mask, `MM/DD/YYYY` or `TT.MM.JJJJ`; empty where it tells none."""
    found = _MASK.search(title.casefold())
    if found is None:
        return ""
    parts = (found[1], found[3], found[4])
    kinds = [
        "month" if part == "m" * len(part) else "year" if len(part) == 4 or "y" in part else "day" for part in parts
    ]
    order = "/".join(kinds)
    return order if order in ORDERS else ""


def serial_day(number: float) -> date | None:
    """The day of a number by which Excel counts days; `None` where it is no such number."""
    whole = int(number)
    return date(1899, 12, 30) + timedelta(days=whole) if whole == number and whole in _SERIALS else None


def compact_day(number: float) -> date | None:
    """The day of a number such as 20261231."""
    whole = int(number)
    if whole != number or not 19_000_101 <= whole <= 21_991_231:
        return None
    return _day(whole // 10_000, whole // 100 % 100, whole % 100)
