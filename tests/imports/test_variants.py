"""Small inputs of the kinds that public reports tell of, with other registers, orders of fields, scripts and words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compliance.imports.import_report import ImportReport
from compliance.imports.lists.csl import listed_parties
from compliance.imports.lists.list_matching import Parties
from compliance.world.world import World

from .test_unread import ACME, BAD, LISTED, entity, ftm, psc, stakes, verdict

SHARES = ["ownership-of-shares-75-to-100-percent"]
LISTED_NAMES = {
    "results": [
        {
            "start_date": "2022-12-19", "addresses": [{"country": "CN"}],
            "name": "Xi’an Kestrel Semiconductor Co., Ltd., and its subsidiaries and affiliates", "id": "e1",
            "alt_names": ["西安红隼半导体有限公司", "Kestrel Semi (Xi'an); Hongsun Bandaoti"],
            "source": "Entity List (EL) - Bureau of Industry and Security",
        },
        {
            "source": "Specially Designated Nationals (SDN) - Treasury Department", "type": "Individual",
            "name": "AL-NAMUDHAJI, Abd al-Karim", "entity_number": "77", "alt_names": ["ANMOUDAJI, Abdelkarim"],
        },
        {
            "source": "Specially Designated Nationals (SDN) - Treasury Department", "type": "Entity",
            "name": "OOO OBRAZETS MIKROELEKTRONIKA", "entity_number": "78", "alt_names": None, "addresses": None,
        },
        {
            "aliases": "Ninth Sample Institute; SI-9", "name": "Sample Institute, No. 9",
            "source": "Unverified List (UVL) - Bureau of Industry and Security",
        },
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("西安红隼半导体有限公司", "e1"),
        ("西安紅隼半導體有限公司", "e1"),
        ("Xian Hong Sun Bandaoti Youxian Gongsi", "e1"),
        ("KESTREL SEMICONDUCTOR XIAN", "e1"),
        ("Xian Falcon Semiconductor", ""),
        ("ООО «Образец микроэлектроника»", "78"),
        ("ООО «Образ микроэлектроника»", ""),
        ("Sample Institute 9", "sample-institute"),
        ("Sample Institute Eight", ""),
    ],
)
def test_a_company_of_a_list_is_shown_in_any_script_and_order(name: str, listed: str, tmp_path: Path) -> None:
    assert shown(World.of(companies=[{"id": "x", "name": name}]), tmp_path) == ([listed] if listed else [])


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("عبد الكريم النموذجي", "77"),
        ("Abdul Karim Alnamudhaji", "77"),
        ("Abdelkareem El-Namoudhaji", "77"),
        ("عبد الرحيم النموذجي", ""),
    ],
)
def test_a_person_of_a_list_is_shown_in_any_script_and_order(name: str, listed: str, tmp_path: Path) -> None:
    assert shown(World.of(people=[{"id": "x", "name": name}]), tmp_path) == ([listed] if listed else [])


def shown(world: World, folder: Path) -> list[str]:
    """The listed parties that are shown for a world of one, by the end of their id."""
    path = folder / "list.json"
    path.write_text(json.dumps(LISTED_NAMES, ensure_ascii=False), encoding="utf-8")
    found = Parties(listed_parties(path, ImportReport(""))).beside(world)
    ends = ("e1", "77", "78", "sample-institute")
    return [next(end for end in ends if end in candidate.listed) for candidate in found]


def holder(name: str, number: str, country: str) -> dict[str, Any]:
    register = {"registration_number": number, "country_registered": country, "place_registered": "A register"}
    kind = "corporate-entity-person-with-significant-control"
    return {"kind": kind, "name": name, "identification": register, "natures_of_control": SHARES,
            "notified_on": "2019-01-10", "links": {"self": f"/x/{name}"}}  # fmt: skip


def test_a_number_is_of_its_country_however_that_is_written(tmp_path: Path) -> None:
    made = psc(
        tmp_path,
        ("02000001", holder("Holder Man Limited", "123456C", "Isle Of Man")),
        ("02000002", holder("Holder Hk Limited", "01234567", "Hong Kong (China)")),
        ("02000003", holder("Holder Wales Limited", "1234567", "England & Wales")),
    )
    names = dict(made.rows("companies", "name", "jurisdiction"))

    assert (names["Holder Man Limited"], names["Holder Hk Limited"], names["Holder Wales Limited"]) == (
        "IM",
        "HK",
        "GB",
    )
    assert {owned: owner for owner, owned in made.rows("stakes", "owner", "owned")}["02000003"] == "01234567"
    assert "01234567" not in {owner for owner, owned in made.rows("stakes", "owner", "owned") if owned == "02000002"}


def test_two_readings_of_a_stake_with_an_open_one_are_in_doubt(tmp_path: Path) -> None:
    held = entity("o", "Ownership", owner="bad", asset="acme", percentage=["50%+", "25% - 50%"])

    assert verdict(ftm(tmp_path, ACME, BAD, LISTED, held), "acme") == "undetermined"


@pytest.mark.parametrize("percentage", ["более 50%", "über 50 %"])
def test_a_percentage_in_words_is_no_number_without_a_word(percentage: str, tmp_path: Path) -> None:
    made = ftm(tmp_path, ACME, BAD, entity("o", "Ownership", owner="bad", asset="acme", percentage=percentage))

    assert percentage in made.account.text(made.made) or made.rows("stakes", "percent") == [(">50",)]


def test_links_that_no_table_takes_and_topics_that_are_no_listing_are_told(tmp_path: Path) -> None:
    agent = entity("r", "Representation", agent="bad", client="acme")
    link = entity("l", "UnknownLink", subject="bad", object="acme", role="nominee")
    told = ftm(tmp_path, ACME, {**BAD, "properties": {"name": ["Bad"], "topics": ["sanction.linked"]}}, agent, link)

    for word in ("Representation", "UnknownLink", "sanction.linked"):
        assert word in told.account.text(told.made)


def test_days_with_points_and_a_decimal_comma_are_read_or_told(tmp_path: Path) -> None:
    made = stakes(tmp_path, '\ufeffowner,owned,percent,from,to\nbad,acme,"60,5",01.02.2010,31.12.2019\n')

    assert "31.12.2019" in made.account.text(made.made) or made.rows("stakes", "to") in (
        [("2019-12-31",)],
        [("2020-01-01",)],
    )
