"""Numbers for the eye: exact beside rounded, never misleading."""

from __future__ import annotations

from fractions import Fraction

import pytest

from compliance.answers.answer import Clause, Limit, Quantity
from compliance.reports import figures
from tests.reports.made import finding


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("26900800", "26,900,800"),
        ("2394.4", "2,394.4"),
        ("-1234.50", "-1,234.50"),
        ("7100/1001", "7.093 (7100/1001)"),
        ("-93/1001", "-0.093 (-93/1001)"),
        ("100000000000000000000000000", "1 x 10^26"),
        ("-300000000000000000000", "-3 x 10^20"),
        ("12345678901234567890", "12,345,678,901,234,567,890"),
        ("10-20", "10-20"),
        ("unknown", "unknown"),
        ("0", "0"),
    ],
)
def test_a_number_has_thousands_apart_and_a_fraction_its_exact_form(exact: str, shown: str) -> None:
    assert figures.number(exact) == shown


def test_a_share_just_over_its_limit_is_not_rounded_onto_it() -> None:
    assert figures.format_rounded(Fraction(7_000_001, 1_000_000) + Fraction(1, 3 * 10**9)) == "7.000001"
    assert figures.format_rounded(Fraction(21, 3) - Fraction(1, 7000)) == "6.999857"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("1700", "accelerators", "1,700 accelerators"),
        ("1", "accelerators", "1 accelerator"),
        ("7100/1001", "percent", "7.093 % (7100/1001)"),
        ("7", "percent", "7 %"),
        ("2025-01-13", "date", "2025-01-13"),
        ("1.5", "MW", "1.5 MW"),
    ],
)
def test_a_unit_follows_its_number(value: str, unit: str, shown: str) -> None:
    assert figures.with_unit(value, unit) == shown


def test_a_finding_says_by_how_much_the_limit_is_passed() -> None:
    assert figures.measure_text(finding()) == "7.093 % (7100/1001): 0.093 points (93/1001) over the limit of 7 %"


def test_under_a_least_value_is_not_called_over() -> None:
    told = finding(
        measure=Quantity(value="45", unit="percent"),
        limit=Limit(value="50", unit="percent", inclusive=True, source="x"),
        clauses=[Clause(id="a", text="less than half is at home", holds=True, value="45", limit="50")],
    )
    assert figures.measure_text(told) == "45 %: 5 points under the least of 50 %"


def test_at_a_limit_that_counts_itself_says_so() -> None:
    amount = "100000000000000000000000000"
    told = finding(
        measure=Quantity(value=amount, unit="operations"),
        limit=Limit(value=amount, unit="operations", inclusive=False, source="x"),
        clauses=[Clause(id="a", text="it is large", holds=True, value=amount, limit=amount)],
    )
    assert figures.measure_text(told) == "1 x 10^26 operations: at the limit of 1 x 10^26, which counts itself"


def test_a_range_shows_both_ends_and_no_distance() -> None:
    told = finding(
        measure=Quantity(value="0", high="51700", unit="accelerators"),
        limit=Limit(value="50000", unit="accelerators", inclusive=True, source="x"),
        clauses=[Clause(id="a", text="more than the cap", holds=None, value="0", limit="50000")],
    )
    assert figures.measure_text(told) == "0 to 51,700 accelerators; the limit is 50,000 accelerators"


def test_an_open_range_says_or_more() -> None:
    told = finding(
        measure=Quantity(value="5", unit="percent"),
        clauses=[Clause(id="a", text="a larger share", holds=None, value="5", limit="7")],
    )
    assert figures.measure_text(told) == "5 % or more; the limit is 7 %"


def test_without_a_measure_nothing_is_said() -> None:
    assert figures.measure_text(finding(measure=None, limit=None)) == ""
