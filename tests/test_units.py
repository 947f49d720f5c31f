"""Exact numbers and ranges, read and written."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.units import Interval, interval, show

ENDS = st.fractions(min_value=0, max_value=10**6, max_denominator=1000)


@given(low=ENDS, more=st.none() | ENDS, low_open=st.booleans(), high_open=st.booleans())
def test_a_range_is_read_as_it_is_written(
    low: Fraction, more: Fraction | None, low_open: bool, high_open: bool
) -> None:
    ends_open = more is not None and high_open and more > 0
    value = Interval(low, None if more is None else low + more, low_open and more != 0, ends_open)

    assert interval(value.notation) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (">5", Interval(Fraction(5), None, low_open=True)),
        (">=5", Interval(Fraction(5), None)),
        ("<5", Interval(Fraction(0), Fraction(5), high_open=True)),
        ("<=5", Interval(Fraction(0), Fraction(5))),
        ("unknown", Interval(Fraction(0), None)),
        ("1e-3", Interval.of(Fraction(1, 1000))),
    ],
)
def test_the_signs_of_a_range(text: str, value: Interval) -> None:
    assert interval(text) == value


def test_two_ends_under_a_sign_for_one_are_refused() -> None:
    with pytest.raises(ValueError, match="write it as `5-<9`"):
        interval("<5-9")


@given(st.integers(-(10**9), 10**9), st.integers(0, 9_000), st.integers(0, 9_000), st.sampled_from([1, 3, 7]))
@settings(max_examples=40, deadline=None)
def test_numbers_of_any_length_are_shown_in_full(top: int, twos: int, fives: int, other: int) -> None:
    value = Fraction(top * 10**5_000 + 1, 2**twos * 5**fives * other)
    shown = show(value)

    with localcontext() as exact:
        exact.prec = 60_000
        whole, _, below = shown.partition("/")
        assert Fraction(Decimal(whole)) / Fraction(Decimal(below or "1")) == value
    assert ("/" in shown) == (other > 1 and value.denominator % other == 0)
