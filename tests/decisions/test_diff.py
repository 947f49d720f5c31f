"""Comparing packs, dates and postures on one world."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.decisions.diff import diff
from compliance.errors import UsageError
from compliance.world.reading import load_world

WORLD = load_world(Path(__file__).parents[2] / "fixtures" / "american_cloud_in_malaysia.yaml")


def counts(before: str, after: str) -> tuple[int, int, int]:
    found = diff(WORLD, before, after)
    return len(found["appear"]), len(found["go"]), len(found["change"])


@pytest.mark.parametrize("side", ["us_ai_diffusion", "diffusion_headline@2026-01-01", "default:as-written"])
def test_a_side_against_itself_is_empty(side: str) -> None:
    assert counts(side, side) == (0, 0, 0)


def test_what_is_codified_goes_where_only_the_enforced_counts_and_comes_back() -> None:
    appear, go, change = counts("us_ai_diffusion:as-written", "us_ai_diffusion:as-enforced")

    assert (appear, change) == (0, 0)
    assert go > 0
    assert counts("us_ai_diffusion:as-enforced", "us_ai_diffusion:as-written") == (go, 0, 0)


def test_between_two_packs_the_same_question_of_one_country_changes_its_measure() -> None:
    found = diff(WORLD, "diffusion_headline", "us_ai_diffusion:as-written")

    assert {f["pack"] for f in found["appear"]} == {"us_ai_diffusion"}
    assert {f["pack"] for f in found["go"]} == {"diffusion_headline"}
    for change in found["change"]:
        assert change["before"]["topic"] == change["after"]["topic"]
        assert change["before"]["subject"]["id"] == change["after"]["subject"]["id"]


@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("", "is not PACK"),
        ("us_ai_difusion", "Did you mean `us_ai_diffusion`"),
        ("us_ai_diffusion@soon", "is not a date"),
        ("us_ai_diffusion:maybe", "is not a posture"),
    ],
)
def test_a_side_that_cannot_be_read_is_told(side: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        diff(WORLD, side, "us_ai_diffusion")
