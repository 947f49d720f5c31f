"""Dated lists of countries: membership by day, unions, confidence, mistakes; the tiers of countries."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

import compliance.world
from compliance.errors import InputError, UsageError
from compliance.rulebook.folder import rules_folder
from compliance.world.reference.country_lists import CountryLists

SHARED = rules_folder() / "shared" / "country_groups.yaml"
DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
GROUPS = DATA / "law" / "country_groups_2026-07-23.csv"
SEEN = date(2026, 7, 23)
IN_2025 = date(2025, 6, 1)


@pytest.fixture(scope="module")
def lists() -> CountryLists:
    return CountryLists.load([SHARED])


def _load(folder: Path, text: str) -> CountryLists:
    path = folder / "lists.yaml"
    path.write_text(text, encoding="utf-8")
    return CountryLists.load([path])


def test_the_groups_are_those_of_the_code_on_the_day_it_was_seen(lists: CountryLists) -> None:
    if not GROUPS.exists():
        pytest.skip(f"no {GROUPS}: the restated code is not part of this repository")
    with GROUPS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for group in [column for column in rows[0] if column not in ("country", "name")]:
        written = {row["country"] for row in rows if row[group]}
        if "CN" in written:
            written.add("HK")
        assert set(lists.countries(group, SEEN)) == written, group


def test_the_emirates_changed_groups_on_10_july_2026(lists: CountryLists) -> None:
    before, after = date(2026, 7, 9), date(2026, 7, 10)
    assert [lists.holds("A5", "AE", day) for day in (before, after)] == [False, True]
    assert [lists.holds("D4", "AE", day) for day in (before, after)] == [True, False]
    assert [lists.holds("D3", "AE", day) for day in (before, after)] == [True, False]
    assert lists.days("A5") == lists.days("D4") == (after,)


def test_cambodia_was_in_d5_for_four_years_and_then_open_until_february_2026(lists: CountryLists) -> None:
    begun, left, printed = date(2021, 12, 9), date(2025, 11, 7), date(2026, 2, 3)
    assert lists.days("D5") == (begun, left)
    eve = timedelta(days=1)
    assert [lists.holds("D5", "KH", day) for day in (begun - eve, begun, left - eve, left)] == [
        False,
        True,
        True,
        False,
    ]
    open_ = [lists.holds("D5_unsettled", "KH", day) for day in (left - eve, left, printed - eve, printed)]
    assert open_ == [False, True, True, False]
    assert lists.countries("D5_unsettled", date(2026, 9, 30)) == ("ET",)
    assert lists.countries("D5_unsettled", date(2026, 10, 1)) == ("CY", "ET")


def test_israel_is_in_d4_and_a6_and_vietnam_in_d1_in_2025(lists: CountryLists) -> None:
    assert lists.holds("D4", "IL", IN_2025)
    assert lists.holds("A6", "IL", IN_2025)
    assert lists.holds("D1", "VN", IN_2025)
    assert not any(lists.holds(group, "VN", IN_2025) for group in ("A5", "A6", "D5"))


def test_hong_kong_goes_with_china_and_macau_stands_beside_d5(lists: CountryLists) -> None:
    assert lists.holds("D5", "HK", IN_2025)
    assert lists.countries("china", IN_2025) == ("CN", "HK")
    assert not lists.holds("D5", "MO", IN_2025)
    assert lists.holds("D5_and_Macau", "MO", IN_2025)
    assert lists.holds("D5_and_Macau", "CN", IN_2025)


def test_norway_is_a_country_and_not_a_truth_value(lists: CountryLists) -> None:
    assert lists.holds("S5a", "NO", IN_2025)
    assert len(lists.countries("S5a", IN_2025)) == 18


def test_every_country_has_exactly_one_tier_on_every_day_of_change(lists: CountryLists) -> None:
    path = Path(compliance.world.__file__).parent / "reference" / "countries.csv"
    with path.open(encoding="utf-8", newline="") as file:
        countries = [row["code"] for row in csv.DictReader(file)]
    assert len(countries) >= 249
    changes = {day for name in lists.names for day in lists.days(name)} | {IN_2025, date(2025, 1, 13)}
    for day in sorted(changes | {day - timedelta(days=1) for day in changes}):
        for country in countries:
            first = lists.holds("US", country, day) + lists.holds("S5a", country, day)
            third = lists.holds("D5", country, day) + lists.holds("Macau", country, day)
            assert first + third <= 1, (country, day)
        for name in lists.names:
            assert set(lists.countries(name, day)) <= set(countries), name
        assert sum(lists.holds("US_and_S5a", country, day) for country in countries) == 18 + 7
        assert sum(lists.holds("D5_and_Macau", country, day) for country in countries) == 22 + 2 + lists.holds(
            "D5", "KH", day
        )


def test_a_membership_before_the_text_that_was_seen_is_memory(lists: CountryLists) -> None:
    assert lists.confidence("D5", "CN", SEEN) == "verified"
    assert lists.confidence("D5", "CN", SEEN - timedelta(days=1)) == "memory"
    assert lists.confidence("D5", "VN", SEEN) == "verified"
    assert lists.confidence("D5", "KH", SEEN) == "secondary"
    assert lists.confidence("D5", "KH", IN_2025) == "memory"
    assert lists.confidence("D5_and_Macau", "KH", IN_2025) == "memory"
    assert lists.confidence("A5", "AE", SEEN) == "secondary"
    assert lists.confidence("S5a", "JP", IN_2025) == "secondary"


def test_each_list_says_where_it_is_written(lists: CountryLists) -> None:
    for name in lists.names:
        assert lists.citation(name)
        assert lists.title(name)
    assert "91 FR 43034" in lists.citation("A5", "AE", SEEN)
    assert "91 FR 43034" not in lists.citation("A5", "JP", SEEN)


def test_an_unknown_list_is_refused_with_a_near_name(lists: CountryLists) -> None:
    with pytest.raises(UsageError, match=r"no list of countries `S5A`\. Did you mean `S5a`\?"):
        lists.holds("S5A", "JP", IN_2025)


HEAD = "  title: A list\n  citation: somewhere\n  confidence: design\n"


def test_a_list_takes_in_others_and_its_days_are_theirs_too(tmp_path: Path) -> None:
    text = f"""inner:
{HEAD}  from: 2025-01-01
  countries: [FR, {{country: DE, from: 2025-02-01, to: 2025-03-01}}]
outer:
{HEAD}  lists: [inner]
  countries: [MO]
"""
    lists = _load(tmp_path, text)
    assert lists.days("outer") == (date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1))
    assert lists.countries("outer", date(2024, 12, 31)) == ("MO",)
    assert lists.countries("outer", date(2025, 2, 28)) == ("DE", "FR", "MO")
    assert lists.countries("outer", date(2025, 3, 1)) == ("FR", "MO")


TAIL = "  countries: [FR]\n"
SHORT = "one:\n  title: A list\n  citation: somewhere\n"
EMPTY_TIME = "  from: 2025-02-01\n  countries: [{country: FR, to: 2025-02-01}]\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"one:\n{HEAD}{TAIL}  lists: [too]\ntwo:\n{HEAD}{TAIL}", ":1: no list `too`. Did you mean `two`?"),
        (f"one:\n{HEAD}  lists: [two]\ntwo:\n{HEAD}  lists: [one]\n", ":1: the list `one` takes in itself"),
        (f"one:\n{HEAD}  countries:\n    - FR\n    - France\n", ":7: `one`: `countries.1.country`:"),
        (f"one:\n{HEAD}  country: [FR]\n", ":5: `one`: unknown key `country`. Did you mean `countries`?"),
        (f"one:\n{HEAD}  countries: [{{country: FR, form: 2}}]\n", "key `form`. Did you mean `from`?"),
        (f"one:\n{HEAD}", ":2: `one`: a list needs `countries` or `lists`"),
        (f"{SHORT}{TAIL}", ":2: `one`: `confidence` is missing"),
        (f"one:\n{HEAD}  countries:\n  - {{country: FR, to: 2025-02-30}}\n", ":6: `one`: `countries.0.to`:"),
        (f"one:\n{HEAD}{EMPTY_TIME}", "`FR` ends on 2025-02-01, not after its first day 2025-02-01"),
        ("[one]\n", ":1: a file of lists is a mapping"),
    ],
)
def test_mistakes_have_their_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(InputError) as wrong:
        _load(tmp_path, text)
    assert problem in str(wrong.value)


def test_a_list_named_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(f"one:\n{HEAD}  countries: [FR]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.yaml:1: the list `one` is also in .*a\.yaml"):
        CountryLists.load(tmp_path.glob("*.yaml"))
