"""Every country has exactly one tier on every day, and one place in the destinations that need a license."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from compliance.rulebook.folder import rules_folder
from compliance.world.reference.countries import country_names
from compliance.world.reference.country_lists import CountryLists

LISTS = CountryLists.load([rules_folder() / "shared" / "country_groups.yaml"])
FIRST, LAST = date(2022, 10, 1), date(2029, 1, 1)
CHANGES = sorted({FIRST, LAST, *(d for name in LISTS.names for d in LISTS.days(name) if FIRST < d < LAST)})
DAYS = sorted({d for change in CHANGES for d in (change - timedelta(days=1), change)})


def tiers(country: str, day: date) -> list[str]:
    """The tiers of a country on a day: the allies and the United States, the embargoed with Macau, all others."""
    first = LISTS.holds("US_and_S5a", country, day)
    third = LISTS.holds("D5_and_Macau", country, day)
    return [name for name, held in (("1", first), ("3", third), ("2", not first and not third)) if held]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_country_has_exactly_one_tier(day: date) -> None:
    assert {country: found for country in country_names() if len(found := tiers(country, day)) != 1} == {}


def test_between_two_changes_no_tier_changes() -> None:
    """So the days above are enough: a list of countries changes only on the days that it names."""
    for begins, ends in pairwise(CHANGES):
        middle = begins + (ends - begins) // 2
        for country in country_names():
            assert tiers(country, begins) == tiers(country, middle)


def test_each_tier_has_somebody_and_hong_kong_is_where_china_is() -> None:
    day = date(2026, 11, 20)

    assert {tuple(tiers(c, day)) for c in country_names()} == {("1",), ("2",), ("3",)}
    assert tiers("HK", day) == tiers("CN", day) == tiers("MO", day) == ["3"]
    assert tiers("AE", day) == ["2"]


def test_a_membership_on_a_day_before_the_text_that_was_read_is_memory() -> None:
    assert LISTS.confidence("D5", "CN", date(2026, 7, 23)) == "verified"
    assert LISTS.confidence("D5", "CN", date(2025, 7, 23)) == "memory"
