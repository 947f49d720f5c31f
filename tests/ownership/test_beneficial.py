"""Who stands behind a company, over a threshold: persons, and companies of which no holder is recorded."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from compliance.errors import UsageError
from compliance.ownership.beneficial_owners import beneficial, threshold
from compliance.ownership.own_answer import own
from compliance.units import day

from .packs import companies, ownership, regimes, stake
from .test_properties import AS_OF, any_world


def behind(*stakes: dict[str, object], at: str = "25", undisclosed: str = "closed") -> dict[str, Any]:
    world = ownership(companies=companies("a", "b", "c", "top"), people=[{"id": "p"}, {"id": "q"}], stakes=stakes)
    answer = own(world, regimes(), ["c"], test="beneficial", as_of=day(AS_OF), threshold=at, undisclosed=undisclosed)
    found: dict[str, Any] = answer["parties"]["c"]
    return found


def test_shares_are_multiplied_along_paths_and_added() -> None:
    got = behind(
        stake("p", "a", 50), stake("p", "b", 50), stake("a", "c", 30), stake("b", "c", 20), stake("top", "c", 50)
    )

    assert got["owners"] == [
        {"owner": "top", "kind": "company", "certain": True, "share": "0.5", "low": "0.5", "high": "0.5"},
        {"owner": "p", "kind": "person", "certain": True, "share": "0.25", "low": "0.25", "high": "0.25"},
    ]
    assert got["untraced"] == "0.25"


def test_exactly_the_threshold_is_enough_unless_more_is_asked() -> None:
    stakes = [stake("p", "c", 25), stake("q", "c", "25.1")]

    assert [one["owner"] for one in behind(*stakes)["owners"]] == ["q", "p"]
    assert [one["owner"] for one in behind(*stakes, at=">25")["owners"]] == ["q"]


def test_a_range_makes_an_owner_possible() -> None:
    got = behind(stake("p", "c", "10-30"), stake("q", "c", "10-20"))

    assert [(one["owner"], one["certain"], one["share"]) for one in got["owners"]] == [("p", False, None)]


def test_a_circle_with_nobody_outside_has_nobody_behind_it() -> None:
    got = behind(stake("a", "c", 100), stake("c", "a", 100))

    assert (got["owners"], got["untraced"]) == ([], "1")


def test_a_holder_who_is_not_identified_is_said() -> None:
    assert behind(stake("p", "c", 60), stake("", "c", 40))["flags"] == ["unidentified_holder"]


@pytest.mark.parametrize("text", ["0", "101", "a quarter", "-5", ">", ""])
def test_a_threshold_is_a_percentage(text: str) -> None:
    with pytest.raises(UsageError, match="--threshold"):
        threshold(text)


@pytest.mark.parametrize("seed", range(25))
def test_nobody_behind_a_company_has_more_than_all_of_it(seed: int) -> None:
    world = ownership(**any_world(random.Random(seed), exact=True))
    on = world.register.day(day(AS_OF))
    for company in world.register.companies:
        found = beneficial(on, company, threshold("0.0001"), "closed")
        if not found.flags:
            assert sum((share.low for *_, share, _ in found.owners), Fraction(0)) + found.untraced == 1
            assert all(sure for *_, sure in found.owners)
