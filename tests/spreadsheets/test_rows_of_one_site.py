"""Rows of a sheet that tell one site or company again: asked whether they add up, never merged in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spreadsheets.books import NONE_DECIDES, read, write

HEADER = ["Site", "Operator", "Country", "Rack", "IT load (kW)"]
RACKS = [["Austin", "Prairie Inc", "USA", "A1", 1000]]
RACKS += [["Cyberjaya", "Prairie Inc", "Malaysia", f"R{place}", 41] for place in (1, 2, 3)]


@pytest.mark.parametrize(("answer", "power"), [("add up", "0.123"), ("say the same", "0.041")])
def test_racks_of_one_site_are_asked_whether_they_add_up(answer: str, power: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Sites": [HEADER, *RACKS]})

    found = read(path, {"`repeated`": answer} | NONE_DECIDES)
    (asked,) = (each for each in found.asked if "`repeated`" in each)

    assert "E3 and E4 are of one site (`cyberjaya`): do rows of one site add up" in asked
    assert {row["id"]: row["it_mw"] for row in found.rows["sites"]} == {"Austin": "1", "Cyberjaya": power}


def test_sites_that_stand_once_are_not_asked(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.xlsx", {"Sites": [HEADER, *RACKS[:2]]})).asked == []


def test_equal_holdings_of_one_site_add_up(tmp_path: Path) -> None:
    rows = [["Site", "Product", "Qty"], ["KUL1", "H100", 8], ["KUL1", "H100", 8]]

    assert len(read(write(tmp_path / "a.xlsx", {"Inventory": rows})).rows["holdings"]) == 2


def test_an_unknown_status_of_chips_is_asked_with_the_words_of_its_table(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Inventory": [["Site", "Product", "Qty", "Status"], ["KUL1", "H100", 8, "hot"]]})

    wrong = read(path, {"`hot`": "shipped"})
    found = read(path, {"`hot`": "retired"})

    assert "`boxed` or `installed` or `lost` or `planned` or `resold` or `retired`" in str(wrong.asked)
    assert wrong.told is None
    assert "may not be `shipped` in `holdings`" in str(found.asked)
    assert found.rows["holdings"][0]["status"] == "retired"


def test_rows_that_a_world_does_not_take_are_kept_as_unread(tmp_path: Path) -> None:
    rows = [["Site", "Product", "Qty", "Site owner"], ["KUL1", "H100", 8, "x"], ["KUL\u200b2", "H100", 8, "x"]]
    found = read(write(tmp_path / "a.xlsx", {"Inventory": rows}), NONE_DECIDES)

    assert [row["quantity"] for row in found.rows["holdings"]] == ["8"]
    assert {"table": "holdings", "id": "KUL2", "field": "row", "text": "site KUL2, chip H100, quantity 8"}.items() <= (
        found.rows["unread"][-1].items()
    )


def test_companies_of_one_name_in_two_countries_are_two(tmp_path: Path) -> None:
    rows = [["Name", "Country", "Shareholder", "% held"], ["Sun Ltd", "SG", "A", 100], ["Sun Ltd", "CN", "B", 100]]
    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    seats = {row["id"]: row.get("headquarters") for row in found.rows["companies"]}
    assert seats == {"Sun Ltd": "SG", "Sun Ltd (CN)": "CN", "A": None, "B": None}
    assert {(row["owner"], row["owned"]) for row in found.rows["stakes"]} == {("A", "Sun Ltd"), ("B", "Sun Ltd (CN)")}
    assert [(row["id"], row["text"]) for row in found.rows["unread"]] == [("Sun Ltd (CN)", "Sun Ltd")]


def test_the_name_of_two_companies_says_of_neither_that_it_owns(tmp_path: Path) -> None:
    customers = [["Name", "Country"], ["Sun Ltd", "SG"], ["Sun Ltd", "CN"]]
    stakes = [["Owner", "Company", "%"], ["Sun Ltd", "Moon Ltd", 60]]
    found = read(write(tmp_path / "a.xlsx", {"Customers": customers, "Ownership": stakes}))

    assert found.rows["stakes"] == [{"owned": "Moon Ltd", "percent": "60"}]


def test_a_company_that_stands_again_with_another_owner_is_one(tmp_path: Path) -> None:
    rows = [["Name", "Country", "Shareholder", "% held"], ["Sun Ltd", "SG", "A", 60], ["Sun Ltd", "SG", "B", 40]]
    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert {(row["owner"], row["owned"]) for row in found.rows["stakes"]} == {("A", "Sun Ltd"), ("B", "Sun Ltd")}
