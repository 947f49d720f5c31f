"""FollowTheMoney: each schema by value, in entities of our own after the published schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.imports.percentages import percent_of
from compliance.imports.registers.ftm import import_ftm

from .reading import Imported

GIVEN = Path(__file__).parent / "given" / "entities.ftm.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return Imported(lambda gathering: import_ftm(GIVEN, gathering), tmp_path_factory.mktemp("ftm") / "world")


def test_legal_entities_and_people_are_parties(made: Imported) -> None:
    assert made.rows("companies", "id", "name", "aliases", "jurisdiction", "headquarters", "lei", "activity") == [
        ("co-1", "Severny Potok OOO", "Северный поток", "RU", "RU", "001GPB6A9XPE8XJICC14", ""),
        ("co-2", "Harbour Trading FZE", "", "", "", "", ""),
        ("gov", "Ministry of Works", "", "", "", "", "government"),
        ("nobody-told", "", "", "", "", "", ""),
        ("p-2", "", "", "", "", "", ""),
    ]
    assert made.rows("people", "id", "name", "nationality", "x_born") == [("p-1", "Ann Example", "RU", "1970")]


def test_ownership_is_a_stake_of_what_it_says(made: Imported) -> None:
    assert sorted(made.rows("stakes", "owner", "owned", "percent", "from")) == [
        ("", "co-2", "10-20", ""),
        ("co-1", "co-2", "51.5", "2020-01-01"),
        ("nobody-told", "co-2", "unknown", ""),
        ("p-1", "co-2", "unknown", ""),
    ]


def test_sanctions_are_listings_by_the_list_that_the_data_set_is(made: Imported) -> None:
    assert made.rows("listings", "party", "list", "program", "from") == [
        ("co-1", "SDN", "RUSSIA-EO14024", "2022-02-24"),
        ("co-1", "State Secretariat for Economic Affairs", "", ""),
    ]


def test_directors_and_family(made: Imported) -> None:
    assert made.rows("roles", "person", "company") == []  # it ends before it begins: nobody knows when it stood
    assert ("roles", "co-2", "p-1") in made.rows("unread", "table", "id", "other")
    assert made.rows("ties", "party", "other", "kind", "x_relationship") == [("p-1", "p-2", "family", "sister")]


def test_what_is_left_out_is_counted(made: Imported) -> None:
    assert made.account.skipped == {
        "Ownership without `owner` or `asset`": 1,
        "a schema that no table of a world holds: Vessel": 1,
        "an entity that cannot be read": 1,
        "no entity of FollowTheMoney: it has no `id` or no `properties`": 1,
    }
    assert made.account.kept == {
        "a share that is no percentage: it stands as unknown": 1,
        "days that leave open when it stood: in doubt between": 1,
    }


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        ("51", "51"), ("51,5 %", "51.5"), ("33.33333%", "33.33333"), ("25-50", "25-50"), ("25% - 50%", "25-50"),
        (">25", ">25-100"), ("more than 25%", ">25-100"), ("<50", "0-<50"), ("up to 50", "0-50"),
        ("at least 75", "75-100"),
        ("150", ""), ("half", ""), ("", ""), ("-5", ""), ("50-25", ""),
    ],
)  # fmt: skip
def test_a_percentage_is_read_as_it_is_written(written: str, percent: str) -> None:
    assert percent_of(written) == percent


def test_a_list_lacks_what_could_not_be_read_of_its_file_and_is_of_the_day_it_was_last_seen(tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "schema": "Company", "datasets": ["us_ofac_sdn"], "properties": {"name": ["A"]}}',
        '{"id": "s", "schema": "Sanction", "datasets": ["us_ofac_sdn"], "last_seen": "2026-11-18T10:00:00",'
        ' "properties": {"entity": ["a"]}}',
        '{"id": "b", "schema": "Company" "datasets": ["us_ofac_sdn"]}',
    ]
    path = tmp_path / "entities.ftm.json"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = Imported(lambda gathering: import_ftm(path, gathering), tmp_path / "world")

    assert made.rows("screening_lists", "list", "as_of") == [("SDN", "2026-11-18")]
    ((table, name, text),) = made.rows("unread", "table", "id", "text")
    assert (table, name) == ("screening_lists", "")
    assert text.startswith("entities.ftm.json:3 cannot be read as JSON")
