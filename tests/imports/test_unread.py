"""What importers do not read is in the table `unread`, field by field, and nothing is dropped in silence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance.decisions.ownership_questions import own
from compliance.errors import InputError
from compliance.imports.cleaners import countries, countries_in, country
from compliance.imports.lists.list_names import OTHER, list_word
from compliance.imports.percentages import percent_of, percent_of_all
from compliance.imports.registers.ftm import import_ftm
from compliance.imports.registers.uk_numbers import uk_number
from compliance.imports.registers.uk_psc import import_uk_psc
from compliance.imports.stake_table import import_stakes

from .reading import Imported

UNREAD = ("table", "id", "field", "text")


def ftm(folder: Path, *entities: Mapping[str, Any]) -> Imported:
    path = folder / "entities.jsonl"
    path.write_text("".join(json.dumps(entity) + "\n" for entity in entities), encoding="utf-8")
    return Imported(lambda gathering: import_ftm(path, gathering), folder / "world")


def entity(id: str, schema: str, datasets: tuple[str, ...] = ("x",), **properties: Any) -> dict[str, Any]:
    given = {name: value if isinstance(value, list) else [value] for name, value in properties.items()}
    return {"id": id, "schema": schema, "properties": given, "datasets": list(datasets)}


def stakes(folder: Path, text: str, unit: str = "") -> Imported:
    path = folder / "held.csv"
    path.write_text(text, encoding="utf-8")
    return Imported(lambda gathering: import_stakes(path, gathering, unit=unit), folder / "world")


def psc(folder: Path, *records: tuple[str, Mapping[str, Any]]) -> Imported:
    path = folder / "psc.jsonl"
    lines = (json.dumps({"company_number": number, "data": data}) for number, data in records)
    path.write_text("\n".join(lines), encoding="utf-8")
    return Imported(lambda gathering: import_uk_psc(path, gathering), folder / "world")


def verdict(made: Imported, party: str, test: str = "ofac", day: str = "2026-06-30") -> str:
    return str(own(made.world, [party], test=test, as_of=date.fromisoformat(day))["parties"][party]["verdict"])


ACME, BAD = entity("acme", "Company", name="Acme"), entity("bad", "Company", name="Bad")
LISTED = entity("s", "Sanction", ("us_ofac_sdn",), entity="bad", startDate="2010-01-01")


def test_a_year_and_a_month_leave_the_days_in_it_open(tmp_path: Path) -> None:
    held = entity("o", "Ownership", owner="bad", asset="acme", percentage="60", startDate="2015", endDate="2019-06")
    made = ftm(tmp_path, ACME, BAD, LISTED, held)

    days = ("2014-12-31", "2015-07-01", "2017-01-01", "2019-06-15", "2019-07-02")
    assert [verdict(made, "acme", day=day) for day in days] == [
        "not_captured", "undetermined", "captured", "undetermined", "not_captured",
    ]  # fmt: skip
    assert made.rows("unread", *UNREAD, "other") == [
        ("stakes", "acme", "from", "2015", "bad"),
        ("stakes", "acme", "to", "2019-06", "bad"),
    ]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([entity("c", "Control", controller="bad", controlled="acme", controlType="nominee")], "not_captured"),
        ([entity("u", "UnknownLink", subject="bad", object="acme", role="acts for")], "undetermined"),
        ([entity("r", "Representation", client="bad", agent="acme")], "undetermined"),
        (
            [entity("o", "Ownership", owner="bad", asset="acme", percentage="60", ownershipType="indirect")],
            "undetermined",
        ),
        ([entity("o", "Ownership", owner="bad", asset="acme", percentage="60", status="Inactive")], "undetermined"),
        ([entity("o", "Ownership", owner="bad", asset="acme", percentage=["25-50", "75-100"])], "undetermined"),
        ([entity("o", "Ownership", owner=["bad", "good"], asset="acme", percentage="60")], "undetermined"),
        ([{**ACME, "properties": {"parent": ["bad"]}}], "undetermined"),
    ],
)
def test_links_of_every_kind_leave_no_verdict_that_is_clean(
    links: list[dict[str, Any]], expected: str, tmp_path: Path
) -> None:
    acme = [] if links[0]["id"] == "acme" else [ACME]

    assert verdict(ftm(tmp_path, *acme, BAD, LISTED, *links), "acme") == expected


def test_control_is_a_control(tmp_path: Path) -> None:
    listed = entity("s", "Sanction", ("eu_fsf",), entity="bad")
    made = ftm(tmp_path, ACME, BAD, listed, entity("c", "Control", controller="bad", controlled="acme"))

    assert made.rows("controls", "controller", "company", "means") == [("bad", "acme", "wishes")]
    assert verdict(made, "acme", "eu") == "captured"


def test_entities_in_entities_are_read_each_by_itself(tmp_path: Path) -> None:
    held = {"id": "o", "schema": "Ownership", "properties": {"owner": [BAD], "percentage": ["60"]}}
    made = ftm(tmp_path, LISTED, {**ACME, "properties": {"name": ["Acme"], "ownershipAsset": [held]}})

    assert verdict(made, "acme") == "captured"
    assert made.account.notes["entities nested in others: read each by itself"] == 2


def test_a_topic_without_its_list_may_be_any_list(tmp_path: Path) -> None:
    topic = entity("acme", "Company", name="Acme", topics=["sanction"])
    made = ftm(tmp_path, topic, BAD, entity("o", "Ownership", owner="acme", asset="bad", percentage="60"))

    assert made.rows("unread", *UNREAD) == [("listings", "acme", "list", "topics: sanction")]
    assert verdict(made, "bad") == "undetermined"
    assert verdict(made, "bad", "parent") == "determined"


def test_second_values_and_unknown_countries_are_kept(tmp_path: Path) -> None:
    company = entity("a", "Company", jurisdiction=["gb", "suhh"], address=["1 Road", "2 Road"], dissolutionDate="2019")
    made = ftm(tmp_path, company, entity("p", "Person", nationality=["ru", "gb"]))

    assert set(made.rows("unread", *UNREAD)) == {
        ("companies", "a", "jurisdiction", "suhh"),
        ("companies", "a", "address", "2 Road"),
        ("companies", "a", "dissolved", "2019"),
        ("people", "p", "nationality", "ru; gb"),
    }
    assert "Left out" not in made.account.text(made.made)


def test_who_is_gone_passes_on_what_it_holds_to_its_successor_or_to_nobody_known(tmp_path: Path) -> None:
    held = entity("o", "Ownership", owner="old", asset="acme", percentage="100")
    gone = entity("old", "Company", name="Old", dissolutionDate="2020-01-01")
    made = ftm(tmp_path, ACME, gone, held)

    assert made.rows("stakes", "owner", "percent", "from", "to") == [
        ("", "100", "2020-01-01", ""), ("old", "100", "", "2020-01-01"),
    ]  # fmt: skip
    merged = entity("m", "Succession", predecessor="old", successor="new", startDate="2020-01-01")
    (tmp_path / "two").mkdir()
    again = ftm(tmp_path / "two", ACME, entity("old", "Company"), entity("new", "Company"), held, merged)
    assert [row[0] for row in again.rows("stakes", "owner", "from")] == ["new", "old"]


def test_lists_are_known_by_their_sources_words(tmp_path: Path) -> None:
    assert [
        list_word(title)
        for title in (
            "Entity List (EL) - Bureau of Industry and Security",
            "Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department",
            "HM Treasury",
            "State Secretariat for Economic Affairs",
            "Office of Foreign Assets Control",
        )
    ] == ["EntityList", "NS-MBS", "UK", OTHER, ""]
    made = ftm(
        tmp_path, BAD, entity("s", "Sanction", ("z",), entity="bad", authority="Office of Foreign Assets Control")
    )
    assert verdict(made, "bad") == "undetermined"


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        ("more than 25% but not more than 50%", ">25-50"),
        ("25% to 50%", "25-50"),
        ("between 25 and 50 percent", "25-50"),
        ("75 % or more", "75-100"),
        ("25\u201350%", "25-50"),
        (">50-<75", ">50-<75"),
        ("half", ""),
    ],
)
def test_shares_in_words(written: str, percent: str) -> None:
    assert percent_of(written) == percent


def test_several_shares_are_from_the_least_to_the_most() -> None:
    assert percent_of_all(["25-50", "75-100"]) == "25-100"
    assert percent_of_all(["25-50", "half"]) == ""


def test_shares_that_may_be_fractions_are_asked_about_or_in_doubt(tmp_path: Path) -> None:
    text = "owner,owned,percent\nx,acme,0.6\ny,acme,0.4\n"
    with pytest.raises(InputError, match="fractions of one"):
        stakes(tmp_path, text)
    assert stakes(tmp_path, text, "fraction").rows("stakes", "percent") == [("60",), ("40",)]
    (tmp_path / "two").mkdir()
    mixed = stakes(tmp_path / "two", text + "x,other,30\n")
    assert mixed.rows("stakes", "owned", "percent") == [("acme", "0.6-60"), ("acme", "0.4-40"), ("other", "30")]
    assert ("stakes", "acme", "percent", "0.6, 0.4") in mixed.rows("unread", *UNREAD)


def test_columns_and_interests_that_are_not_read_are_told(tmp_path: Path) -> None:
    made = stakes(tmp_path, "owner,owned,percent,interest,state\nx,acme,60,preference,over\n")

    assert made.rows("stakes", "percent", "interest") == [("0-60", "")]
    told = made.account.text(made.made)
    assert all(words in told for words in ("`preference`", "column `state`", "In doubt by table: stakes 1."))


@pytest.mark.parametrize(
    ("number", "where", "place", "found"),
    [
        ("229269", "UK", "Registrar Of Companies", ("00229269", True)),
        ("SC12345", "Scotland", "Companies House, Edinburgh", ("SC012345", True)),
        ("123456", "Scotland", "", ("SC123456", True)),
        ("NI012345", "Northern Ireland", "", ("NI012345", True)),
        ("04567890", "", "Companies House", ("04567890", True)),
        ("98765", "Gibraltar", "Companies House Gibraltar", ("", True)),
        ("1234567", "Australia", "New South Wales", ("", True)),
        ("1234567", "", "New South Wales", ("", True)),
        ("1234567", "Englannd", "Companies House", ("", False)),
        ("1234567", "", "", ("", False)),
    ],
)
def test_a_number_is_that_of_a_uk_company_only_on_a_uk_register(
    number: str, where: str, place: str, found: tuple[str, bool]
) -> None:
    assert uk_number(number, where, place) == found


def test_uk_records_say_what_was_not_read(tmp_path: Path) -> None:
    kind = "individual-person-with-significant-control"
    link = {"self": "/company/01/persons-with-significant-control/x/p1"}
    natures = ["ownership-of-shares-75-to-100-percent"]
    one = {"kind": kind, "name": "A", "natures_of_control": natures, "links": link, "is_sanctioned": True, "odd": 1}
    made = psc(
        tmp_path,
        ("01000001", one | {"nationality": "Ruritanian"}),
        ("01000002", {"kind": kind, "name": "B", "natures_of_control": ["by-magic"], "ceased": True}),
        ("01000003", {"kind": "x-statement", "statement": "all-beneficial-owners-identified"}),
        ("01000004", {"kind": "x-statement", "statement": "a-new-one"}),
    )

    assert made.rows("unread", *UNREAD) == [
        ("listings", "01000001-p1", "list", "is_sanctioned: true"),
        ("people", "01000001-p1", "nationality", "Ruritanian"),
        ("stakes", "01000002", "to", "ceased: True"),
    ]
    assert [verdict(made, f"0100000{n}") for n in (1, 3)] == ["undetermined", "not_captured"]
    assert made.rows("stakes", "owner", "owned") == [
        ("01000001-p1", "01000001"), ("01000002-B", "01000002"), ("", "01000004"),
    ]  # fmt: skip
    told = made.account.text(made.made)
    assert all(word in told for word in ("by-magic", "a-new-one", "`odd`", "sanctioned"))


def test_countries_by_the_words_of_others() -> None:
    words = ("Peoples Republic Of China", "Delaware, Usa", "England & Wales", "Hong Kong, China", "Republic of China")
    assert [country(word) for word in words] == ["CN", "US", "GB", "HK", "TW"]
    assert [country(word) for word in ("Korean", "Congolese", "Atlantis", "France, Spain")] == ["", "", "", ""]
    assert countries("Russian,British") == ("RU", "GB")
    assert countries("Russian and Martian") == ()
    assert countries_in("Registrar of Companies, New South Wales") == {"AU"}
