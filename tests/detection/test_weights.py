"""Evidence in bits: what sharing a thing is worth, by how many have it; chances; windows of days."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import exp, log2

import numpy as np
import pyarrow as pa
import pytest

from compliance.detection import log_likelihood
from compliance.detection.groups.purchase_windows import fullest, of_years
from compliance.detection.groups.purchases import Purchases
from compliance.world import spelling


@pytest.mark.parametrize("odds", [Fraction(1), Fraction(2), Fraction(1, 3), Fraction(10**9), Fraction(7, 1000)])
def test_thousandths_of_a_bit_are_the_logarithm(odds: Fraction) -> None:
    assert log_likelihood.millibits(odds) == round(1000 * log2(odds))


def test_the_rarer_a_thing_the_more_it_says_and_a_common_one_says_nothing() -> None:
    worth = [
        log_likelihood.sharing_evidence(Fraction(50), holders, 100_000) for holders in (2, 20, 2_000, 50_000, 90_000)
    ]

    assert worth == [14_610, 11_288, 4_644, 0, 0]
    assert log_likelihood.sharing_evidence(Fraction(50), 1, 100_000) == worth[0]


@pytest.mark.parametrize(("count", "expected"), [(1, "0.5"), (3, "0.65"), (4, "2")])
def test_the_tail_of_chance_is_that_of_poisson(count: int, expected: str) -> None:
    rate, term, below = float(expected), 1.0, 0.0
    for number in range(count):
        below += exp(-rate) * term
        term *= rate / (number + 1)

    assert float(log_likelihood.at_least(count, Fraction(expected))) == pytest.approx(1 - below)


def test_bits_are_told_as_a_probability() -> None:
    assert [log_likelihood.probability(bits) for bits in (0, 3_000, -3_000, 99_000, -99_000)] == [
        "0.500", "0.889", "0.111", "1.000", "0.000"
    ]  # fmt: skip


def bought(*lines: tuple[str, int]) -> Purchases:
    days = np.array([date.fromisoformat(day).toordinal() for day, _ in lines])
    none = np.zeros(len(lines), dtype=np.int64)
    names = pa.array([f"s{n}" for n in range(len(lines))])
    return Purchases(none, days, np.array([tpp for _, tpp in lines]), none, none, names, pa.table({"x": names}))


def test_a_calendar_year_over_the_limit_comes_before_a_fuller_stretch() -> None:
    lines = bought(("2025-11-01", 60), ("2025-12-30", 50), ("2026-01-02", 90))
    window = fullest(lines, np.arange(3), 100, 365)

    assert window is not None
    assert (window.period, window.tpp, window.lines) == ("2025", 110, (0, 1))


def test_a_stretch_over_a_year_end_is_found_where_no_year_passes_the_limit() -> None:
    lines = bought(("2025-12-30", 60), ("2026-01-02", 60), ("2026-12-30", 30))
    window = fullest(lines, np.arange(3), 100, 365)

    assert window is not None
    assert (window.period, window.tpp, window.is_year) == ("2025-12-30/2026-12-30", 120, False)
    assert fullest(lines, np.arange(3), 120, 365) is None


def test_years_are_added_up_by_buyer() -> None:
    years = of_years(bought(("2025-12-31", 1), ("2026-01-01", 2), ("2026-05-01", 4)))

    assert (years.year.tolist(), years.tpp.tolist()) == ([2025, 2026], [1, 6])


def test_one_value_has_one_spelling() -> None:
    assert spelling.address("Level 5, 12 Main Street") == spelling.address("12 main st., floor 5")
    assert spelling.address("Unit 4, 12 Main Street") != spelling.address("Unit 5, 12 Main Street")
    assert spelling.building("Suite 7, 12 Main Street") == spelling.building("12 Main St #03-11")
    assert spelling.phone("+60 (3) 5550-1000 ext 4") == spelling.phone("0060355501000")
    assert spelling.domain("sales@www.acme.example") == spelling.domain("https://acme.example/about")
    assert spelling.skeleton("Orion Cloud VII Pte Ltd") == spelling.skeleton("ORION CLOUD 3 Sdn. Bhd.")
    assert spelling.skeleton("Orion Cloud Ltd") != spelling.skeleton("Orion Foods Ltd")
    assert spelling.phone("+44 (0)20 7946 0000") == spelling.phone("020 7946 0000", "44") == "442079460000"
    assert spelling.phone("7946 0000", "44") == "79460000"
    assert spelling.phone("n/a") is None
