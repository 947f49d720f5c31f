"""A screening says the same whatever order and file its lines come in, and what an audit says once they shipped."""

from __future__ import annotations

import pytest

from tests.paths.cases import draw_case
from tests.paths.screenings import compare_screenings, compare_with_audit

FIRST, WORLDS, NIGHT = 1_000, 18, 1_000


@pytest.mark.parametrize("seed", range(FIRST, FIRST + WORLDS))
def test_orders_have_the_same_answer_by_another_path(seed: int) -> None:
    assert compare_screenings(draw_case(seed)) == []


@pytest.mark.parametrize("seed", range(FIRST + WORLDS, FIRST + 2 * WORLDS))
def test_orders_are_told_as_an_audit_tells_them_once_they_shipped(seed: int) -> None:
    assert compare_with_audit(draw_case(seed)) == []


@pytest.mark.night
@pytest.mark.parametrize("first", range(FIRST, FIRST + NIGHT, 100))
def test_a_thousand_worlds_screen_orders_alike(first: int) -> None:
    told = {}
    for seed in range(first, first + 100):
        case = draw_case(seed, packs=None, lines=(8, 12, 20, 40, 80))
        told[seed] = compare_screenings(case), compare_with_audit(case)

    assert {seed: found for seed, found in told.items() if found != ([], [])} == {}
