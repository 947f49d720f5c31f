"""Evidence in thousandths of a bit, exact and the same on every machine.

Two companies that share a thing are so many times likelier under one hand than by chance: the chance that one hand
gives both the thing, over the share of all companies that have it [Fellegi and Sunter 1969; frequency weights as in
Winkler 2000]. Logarithms are taken in decimal arithmetic, which rounds alike everywhere.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache

_CONTEXT = Context(prec=30, rounding=ROUND_HALF_EVEN)
_LN2 = Decimal(2).ln(_CONTEXT)


@lru_cache(maxsize=65536)
def millibits(odds: Fraction) -> int:
    """The base-2 logarithm of a positive ratio in thousandths, rounded half to even."""
    ratio = _CONTEXT.divide(Decimal(odds.numerator), Decimal(odds.denominator))
    bits = _CONTEXT.divide(ratio.ln(_CONTEXT), _LN2)
    return int((bits * 1000).to_integral_value(rounding=ROUND_HALF_EVEN))


def sharing_evidence(of_one_hand: Fraction, holders: int, companies: int) -> int:
    """The evidence in two companies sharing what `holders` of all `companies` have; `of_one_hand` is in percent."""
    return max(0, millibits(of_one_hand / 100 * companies / max(holders, 2)))


def at_least(count: int, expected: Fraction) -> Fraction:
    """The chance that so many or more come where so many are expected and each comes by itself (Poisson)."""
    rate = _CONTEXT.divide(Decimal(expected.numerator), Decimal(expected.denominator))
    term = _CONTEXT.exp(-rate)
    below = Decimal(0)
    for number in range(count):
        below = _CONTEXT.add(below, term)
        term = _CONTEXT.divide(_CONTEXT.multiply(term, rate), Decimal(number + 1))
    tail = Fraction(1) - Fraction(below)
    return max(tail, Fraction(1, 10**20))


def probability(bits: int) -> str:
    """The chance that goes with so many thousandths of bits over even odds, to three places."""
    if abs(bits) > 20_000:
        return "1.000" if bits > 0 else "0.000"
    odds = _CONTEXT.power(Decimal(2), Decimal(bits) / 1000)
    return str((odds / (odds + 1)).quantize(Decimal("0.001"), rounding=ROUND_HALF_EVEN))
