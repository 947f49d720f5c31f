"""Points and commas that may part thousands: `1.000` is one to an American and a thousand to a German.

Only what its field takes tells the one from the other. A percentage is never in the thousands, so that `33.333` is
exact there. A count has no decimals, and money and TPP are told in thousands: there three digits after a point may be
either, and are refused. Megawatts and the like are told with three decimals too: there only a zero at their end, which
no decimal needs, makes the point doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

_POINT = re.compile(r"(?<![\w.,])[1-9][0-9]{0,2}\.[0-9]{3}(?![\w.,])")
_DECIMAL = re.compile(r"[0-9]+,[0-9]+")
_MARK = r"[,.'\u2019 \u00a0\u202f]"
_THOUSANDS = re.compile(
    rf"(?P<whole>[1-9][0-9]{{0,2}}(?P<mark>{_MARK})[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*)(?:(?!(?P=mark))[.,](?P<decimals>[0-9]+))?"
)


@dataclass(frozen=True, slots=True)
class Takes:
    """What a field takes: `holds` tells which numbers; a point may part thousands unless `decimals` are usual."""

    holds: Callable[[Fraction], bool]
    decimals: bool = False

    def require_one_reading(self, word: str) -> str:
        """The number or range itself; raises `ValueError` where a point in it may part thousands."""
        for found in _POINT.finditer(word):
            number = found[0]
            thousands = self.holds(Fraction(number.replace(".", "")))
            if thousands and not (self.decimals and number[-1] != "0"):
                raise ValueError(self._in_two_ways(number))
        return word

    def hint(self, word: str) -> str | None:
        """What is said of a number with commas, or with marks between thousands; `None` where it is none."""
        readings = [word.replace(",", ".")] if _DECIMAL.fullmatch(word) else []
        found = _THOUSANDS.fullmatch(word)
        if found:
            whole = re.sub(_MARK, "", found["whole"])
            readings.append(f"{whole}.{found['decimals']}" if found["decimals"] else whole)
        taken = [shortest(reading) for reading in readings if self.holds(Fraction(reading))]
        if len(taken) > 1:
            return self._in_two_ways(word)
        return f"`{word}` is not a number; write it as `{taken[0]}`" if taken else None

    def _in_two_ways(self, word: str) -> str:
        decimal, thousands = shortest(word.replace(",", ".")), re.sub("[.,]", "", word)
        plain = decimal if len(decimal) < len(word) else f"{decimal}0"  # a fourth decimal is no thousands
        written = f"`{plain}` or `{thousands}`" if self.holds(Fraction(decimal)) else f"`{thousands}`"
        return f"`{word}` can be read as {decimal} or as {thousands}; write {written}"


def shortest(text: str) -> str:
    """A decimal without the zeros at its end, which say nothing where its point cannot part thousands."""
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text.lower() else text


def _accept_any(number: Fraction) -> bool:
    return True


COUNT = Takes(lambda number: number.denominator == 1)
"""Units, people, operations."""
SUM = Takes(_accept_any)
"""Money and TPP."""
MEASURE = Takes(_accept_any, decimals=True)
"""Megawatts, square millimetres, operations per second."""
PERCENT = Takes(lambda number: number <= 100)
SHARE = Takes(lambda number: number <= 1)
