"""Exact numbers, intervals and days, read from text and shown as text; no float anywhere.

Units: chips are integers; TPP is counted in thousandths (2,394.4 TPP = 2394400); megawatts in watts; stakes are
fractions of one hundred (percent); operations are integers. A value that is not known is `None`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact, localcontext
from fractions import Fraction
from functools import cache
from math import lcm

FIRST_DAY = date(1, 1, 1)
EARLIEST, LATEST = date(1800, 1, 1), date(2199, 12, 31)
"""The days on which something may happen, or be asked about; periods may begin before and end after."""

_NUMBER = re.compile(r"[+-]?(\d{1,3}(_?\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?")
_LARGEST_EXPONENT = 60
_LONGEST = 80
_DIGITS_AT_ONCE = 4_000
_TEN_TO_THEM = 10**_DIGITS_AT_ONCE
_BITS_AT_ONCE = 2_048
_OF_ANY_LENGTH = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])


def exact(text: str) -> Fraction:
    """An exact number: `33.33333`, `1e26`, `3.0e+26`, `26_900_000`, `7100/1001`.

    Raises `ValueError` with a message for the user.
    """
    word = text.strip()
    if len(word) > _LONGEST:
        raise ValueError(f"`{word[:20]}...` is too long for a number")
    if "/" in word:
        top, _, bottom = word.partition("/")
        if "/" in bottom:
            raise ValueError(f"`{word}` is not a number")
        below = exact(bottom)
        if below == 0:
            raise ValueError(f"`{word}` divides by zero")
        return exact(top) / below
    if not any(c.isdigit() for c in word) or not word.isascii() or not _NUMBER.fullmatch(word):
        raise ValueError(f"`{word}` is not a number")
    _, mark, exponent = word.lower().partition("e")
    if mark and abs(int(exponent)) > _LARGEST_EXPONENT:
        raise ValueError(f"`{word}` is out of range")
    return Fraction(word.replace("_", ""))


def whole(text: str) -> int:
    """An exact integer, also from `1e26` or `1700.0`."""
    value = exact(text)
    if value.denominator != 1:
        raise ValueError(f"`{text.strip()}` is not a whole number")
    return value.numerator


def day(text: str) -> date:
    """An ISO date."""
    word = text.strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
        raise ValueError(f"`{word}` is not a date; write it as 2025-06-30")
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise ValueError(f"`{word}` is no day of the calendar") from None


def within_reach(found: date) -> date:
    """A day on which something may happen or be asked about; raises `ValueError` for one beyond."""
    if not EARLIEST <= found <= LATEST:
        raise ValueError(f"`{found}` is out of reach; a day lies between {EARLIEST} and {LATEST}")
    return found


def show(value: Fraction | int) -> str:
    """The exact value as a decimal string, or `n/d` where no decimal is exact."""
    below = value.denominator
    if below == 1:
        return _digits(value.numerator) if value >= 0 else f"-{_digits(-value.numerator)}"
    number = Fraction(value)
    twos = (below & -below).bit_length() - 1
    below >>= twos
    fives, below = (twos, 1) if below == 5**twos else _without_fives(below)
    sign = "-" if number < 0 else ""
    if below != 1:
        return f"{sign}{_digits(abs(number.numerator))}/{_digits(number.denominator)}"
    digits = max(twos, fives)
    scaled = abs(number.numerator) * 5 ** (digits - fives) << digits - twos
    text = _digits(scaled).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


def _without_fives(number: int) -> tuple[int, int]:
    """How often five divides a number, and what is left; by squares of squares, as the number may be long."""
    if number % 5:
        return 0, number
    powers = [5]
    while not number % powers[-1]:
        powers.append(powers[-1] ** 2)
    times = 0
    for place in range(len(powers) - 1, -1, -1):
        found, rest = divmod(number, powers[place])
        if not rest:
            number, times = found, times + (1 << place)
    return times, number


def _digits(number: int) -> str:
    """The decimal digits of a number of any length; Python by itself stops at 4,300, and takes the square of it."""
    if number < _TEN_TO_THEM:
        return str(number)
    with localcontext(_OF_ANY_LENGTH):
        return f"{_as_decimal(number):f}"


def _as_decimal(number: int) -> Decimal:
    """The number part by part; `decimal` multiplies long ones fast."""
    bits = number.bit_length()
    if bits <= _BITS_AT_ONCE:
        return Decimal(number)
    part = 1 << (bits - 1).bit_length() - 1
    high = number >> part
    return _as_decimal(high) * _power_of_two(part) + _as_decimal(number - (high << part))


@cache
def _power_of_two(exponent: int) -> Decimal:
    """Two to a power of two, in the context of any length."""
    return Decimal(1 << exponent) if exponent <= _BITS_AT_ONCE else _power_of_two(exponent // 2) ** 2


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that a quantity may have, from `low` to `high`; `high` is `None` where nothing bounds it.

    `low_open` and `high_open` leave out the end itself. `Interval.of(5)` is exactly five.
    """

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def of(cls, value: Fraction | int) -> Interval:
        return cls(Fraction(value), Fraction(value))

    @property
    def known(self) -> bool:
        """Whether only one value is possible."""
        return self.low == self.high

    def __add__(self, other: Interval) -> Interval:
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(
            self.low + other.low,
            high,
            self.low_open or other.low_open,
            high is not None and (self.high_open or other.high_open),
        )

    def times(self, count: int) -> Interval:
        """So many of these quantities added up."""
        high = None if self.high is None else self.high * count
        return Interval(self.low * count, high, self.low_open, self.high_open)

    @property
    def notation(self) -> str:
        """The interval as a file writes it; `interval` reads the same one from it."""
        if self.known:
            return show(self.low)
        if self.high is None:
            unbounded = f"{'>' if self.low_open else '>='}{show(self.low)}"
            return "unknown" if self.low == 0 and not self.low_open else unbounded
        return f"{'>' if self.low_open else ''}{show(self.low)}-{'<' if self.high_open else ''}{show(self.high)}"

    def __str__(self) -> str:
        if self.known:
            return show(self.low)
        if self.high is None:
            return f"{'>' if self.low_open else ''}{show(self.low)} or more"
        return f"{'>' if self.low_open else ''}{show(self.low)}-{'<' if self.high_open else ''}{show(self.high)}"


def interval(text: str, *, top: int | None = None) -> Interval:
    """A number or a range: `25`, `25-50` (both ends held), `>25`, `>25-50`, `<50`, `>=25`, `<=50`, `unknown`.

    `top` is the largest value there is (100 for a percentage); without it an open range has no upper end.
    """
    word = text.strip()
    if len(word) > 2 * _LONGEST + 9:
        raise ValueError(f"`{word[:20]}...` is too long for a number or a range")
    ceiling = None if top is None else Fraction(top)
    if word == "unknown":
        return Interval(Fraction(0), ceiling)
    above, below = word.startswith(">"), word.startswith("<")
    held = (above or below) and word[1:2] == "="
    strict = above and not held
    body = word[1 + held :].strip() if above or below else word
    low: Fraction
    high: Fraction | None
    both = re.fullmatch(r"([^-]+?)\s*-\s*(<?)\s*([^-]+)", body)
    if both and "e" in both[1].lower()[-1:]:
        both = None  # the minus of an exponent
    if both and below:
        raise ValueError(f"`{word}` is not a range; write it as `{both[1]}-<{both[3]}`")
    if both:
        low, high, high_open = exact(both[1]), exact(both[3]), bool(both[2])
    elif below:
        low, high, high_open = Fraction(0), exact(body), not held
    elif above:
        low, high, high_open = exact(body), ceiling, False
    else:
        return _require_range(Interval.of(exact(body)), word, ceiling)
    found = Interval(low, high, strict, high_open)
    if high is not None and (low > high or (low == high and (strict or high_open))):
        raise ValueError(f"`{word}` is an empty range")
    return _require_range(found, word, ceiling)


def _require_range(found: Interval, word: str, ceiling: Fraction | None) -> Interval:
    if found.low < 0 or (found.high is not None and found.high < 0):
        raise ValueError(f"`{word}` is under zero")
    if ceiling is not None and (found.low > ceiling or (found.high is not None and found.high > ceiling)):
        raise ValueError(f"`{word}` is over {show(ceiling)}")
    return found


def common_denominator(values: list[Fraction]) -> int:
    """The least number that makes all of these whole."""
    return lcm(1, *(value.denominator for value in values))
