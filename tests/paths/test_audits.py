"""An audit says the same of a world whatever file it stands in, in whatever order, and at whatever size paths part."""

from __future__ import annotations

import pytest

from tests.paths.cases import compare_paths, draw_case

WORLDS = 132
NIGHT, AT_ONCE = 10_000, 250


@pytest.mark.parametrize("seed", range(WORLDS))
def test_a_world_has_the_same_answer_by_another_path(seed: int) -> None:
    assert compare_paths(draw_case(seed)) == []


@pytest.mark.parametrize("seed", range(WORLDS, WORLDS + 2))
def test_a_world_has_the_same_answer_under_all_packs(seed: int) -> None:
    assert compare_paths(draw_case(seed, packs=None)) == []


@pytest.mark.night
@pytest.mark.parametrize("first", range(WORLDS, WORLDS + NIGHT, AT_ONCE))
def test_ten_thousand_worlds_have_the_same_answer_by_another_path(first: int) -> None:
    cases = (draw_case(seed, packs=None, lines=(8, 12, 20, 40, 80, 300)) for seed in range(first, first + AT_ONCE))

    assert [told for case in cases if (told := compare_paths(case))] == []
