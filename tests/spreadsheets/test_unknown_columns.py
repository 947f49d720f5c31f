"""Columns of which nothing is known, and plain words of the trade: what they say is read or asked, never dropped."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.spreadsheets.books import NONE_DECIDES, read, with_column, write
from tests.spreadsheets.test_import_table import ORDERS, order


def test_columns_of_no_known_name_that_hold_texts_are_asked_about_once_for_all(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[*ORDERS, "Zusatz 7", "Vermerk", "Proj", "Ok?", "Mark", "Seen"]]
    rows += [[*order(1), "", "END USER IS TAIHU DIGITAL", "PRJ-001", "yes", 7.5, date(2026, 12, 1)]]
    rows += [[*order(2), "before noon, dock 3", "", "PRJ-002", "no", "USD", "2026-12-02"]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}), NONE_DECIDES)
    (asked,) = (each for each in found.asked if "column" in each)

    assert "sheet `Orders`, `unknown_columns`: do any of these columns say who gets" in asked
    assert "`Zusatz 7` (H): `before noon, dock 3`, `Vermerk` (I): `END USER IS TAIHU DIGITAL`. Name" in asked
    assert "columns that nothing is known of, and that are not read: `Zusatz 7`, `Vermerk`" in found.text


def test_a_new_column_of_texts_is_asked_about_by_the_map_of_the_month_before(tmp_path: Path) -> None:
    first = read(write(tmp_path / "a.xlsx", {"Orders": with_column("Vermerk", "urgent")}), NONE_DECIDES)
    rows = [[*ORDERS, "Vermerk", "Zusatz 7"], [*order(1), "urgent", "for Taihu"]]
    again = read(write(tmp_path / "b.xlsx", {"Orders": with_column("Vermerk", "later")}), map_path=first.map_path)

    found = read(write(tmp_path / "c.xlsx", {"Orders": rows}), map_path=first.map_path)

    assert again.asked == []
    assert "`Zusatz 7` (I): `for Taihu`" in str(found.asked)
    assert "Vermerk" not in str(found.asked)


@pytest.mark.parametrize(
    ("title", "value", "field", "meant"),
    [
        ("Country of use", "China", "end_use_country", "CN"),
        ("Installation country", "China", "end_use_country", "CN"),
        ("Final destination", "China", "end_use_country", "CN"),
        ("Onward delivery", "Iran", "end_use_country", "IR"),
        ("Endverbleib", "China", "end_use_country", "CN"),
        ("使用国家", "中国", "end_use_country", "CN"),
        ("Onward delivery", "Taihu Digital", "end_user", {"name": "Taihu Digital"}),
        ("Drop ship to", "Taihu Digital", "end_user", {"name": "Taihu Digital"}),
        ("Ultimate consignee", "Taihu Digital", "end_user", {"name": "Taihu Digital"}),
        ("Lieferstatus", "storniert", "status", "cancelled"),
    ],
)
def test_plain_words_of_the_trade_are_fields(title: str, value: str, field: str, meant: Any, tmp_path: Path) -> None:
    (row,) = read(write(tmp_path / "a.xlsx", {"Orders": with_column(title, value)})).rows["orders"]

    assert (row[field], row["consignee"], row["to_country"]) == (meant, {"name": "Beta GmbH"}, "DE")


def test_an_ultimate_consignee_alone_is_the_consignee(tmp_path: Path) -> None:
    rows = [["Ultimate consignee" if name == "Consignee" else name for name in ORDERS], order(1)]
    (row,) = read(write(tmp_path / "a.xlsx", {"Orders": rows})).rows["orders"]

    assert row["consignee"] == {"name": "Beta GmbH"}
    assert "end_user" not in row


def test_a_party_by_number_and_an_ultimate_consignee_by_name_are_two(tmp_path: Path) -> None:
    rows = [["Ship to" if name == "Consignee" else name for name in ORDERS], order(1, to="K-1001")]
    rows = [[*rows[0], "Ultimate consignee"], [*rows[1], "Taihu Digital"]]
    (row,) = read(write(tmp_path / "a.xlsx", {"Orders": rows})).rows["orders"]

    assert (row["consignee"], row["end_user"]) == ({"name": "K-1001"}, {"name": "Taihu Digital"})


def owners(tmp_path: Path, title: str, *values: Any, table: str = "Customers") -> Any:
    header = ["Company name", "Country", "Shareholder", "% held", title]
    rows = [[f"Sun {place}", "MY", f"Wang {place}", 100, value] for place, value in enumerate(values, 1)]
    if table == "stakes":
        header, rows = [header[0], *header[2:]], [[row[0], *row[2:]] for row in rows]
    return read(write(tmp_path / "a.xlsx", {table: [header, *rows]}), NONE_DECIDES).rows


@pytest.mark.parametrize("table", ["Customers", "stakes"])
def test_the_day_on_which_an_owner_left_ends_its_stake(table: str, tmp_path: Path) -> None:
    (stake,) = owners(tmp_path, "Ceased on", date(2026, 6, 30), table=table)["stakes"]

    assert stake["to"] == "2026-06-30"


@pytest.mark.parametrize("table", ["Customers", "stakes"])
def test_shares_of_votes_are_stakes_of_their_own(table: str, tmp_path: Path) -> None:
    stakes = owners(tmp_path, "Voting %", 60, table=table)["stakes"]

    assert sorted((row.get("interest", "shares"), row["percent"]) for row in stakes) == [
        ("shares", "100"), ("votes", "60"),
    ]  # fmt: skip
    assert {(row["owner"], row["owned"]) for row in stakes} == {("Wang 1", "Sun 1")}


@pytest.mark.parametrize("table", ["Customers", "stakes"])
def test_a_shareholder_that_is_a_natural_person_is_one_of_people(table: str, tmp_path: Path) -> None:
    rows = owners(tmp_path, "Shareholder type", "Individual", "Corporate", "natürliche Person", table=table)

    assert [row["id"] for row in rows["people"]] == ["Wang 1", "Wang 3"]
    assert "Wang 2" in {row["id"] for row in rows["companies"]}
    assert len(rows["stakes"]) == 3


def test_other_names_of_a_company_are_kept(tmp_path: Path) -> None:
    companies = owners(tmp_path, "Also known as", "Taihu; TH Digital")["companies"]

    assert [row["aliases"] for row in companies if "aliases" in row] == [["Taihu", "TH Digital"]]


def test_days_of_a_role_stand_with_the_role_left_of_them(tmp_path: Path) -> None:
    header = ["Company name", "Country", "Director", "Appointed on", "Resigned on"]
    rows = [header, ["Sun", "MY", "Lim Wei", date(2025, 1, 31), date(2026, 3, 31)]]
    (role,) = read(write(tmp_path / "a.xlsx", {"Customers": rows})).rows["roles"]

    assert (role["role"], role["from"], role["to"]) == ("director", "2025-01-31", "2026-03-31")


def test_the_seller_s_own_owner_of_an_account_owns_nothing(tmp_path: Path) -> None:
    rows = [["Account Name", "HQ Country", "Account Owner"], ["Nordlicht GmbH", "Germany", "J. Weber"]]

    assert set(read(write(tmp_path / "a.xlsx", {"crm": rows})).rows) == {"companies"}


@pytest.mark.parametrize("nobody", ["not disclosed", "confidential", "various", "n/a", "others", "未披露"])
def test_a_holder_that_nobody_names_is_a_stake_without_owner(nobody: str, tmp_path: Path) -> None:
    header = ["Company name", "Country", "Shareholder", "% held"]
    rows = read(write(tmp_path / "a.xlsx", {"Customers": [header, ["Sun", "MY", nobody, 60]]})).rows

    assert rows["stakes"] == [{"owned": "Sun", "percent": "60"}]
    assert [row["id"] for row in rows["companies"]] == ["Sun"]


def test_two_columns_for_one_party_that_differ_are_asked(tmp_path: Path) -> None:
    differ = [[*ORDERS, "Deliver to"], [*order(1), "Taihu Digital"]]
    agree = [[*ORDERS, "Deliver to"], [*order(1), "Beta GmbH"]]
    blank = [[*ORDERS, "Deliver to"], [*order(1), ""]]
    answers = {"`Consignee`, `field`": "intermediate_consignee.name"}
    answers |= {"`Deliver to`, `field`": "consignee.name"}

    found = read(write(tmp_path / "a.xlsx", {"Orders": differ}), answers)

    assert "`Consignee` (C) and `Deliver to` (H) differ: write `consignee.name` for the one that is meant" in str(
        found.asked
    )
    (row,) = found.rows["orders"]
    assert row["consignee"] == {"name": "Taihu Digital"}
    assert row["intermediate_consignee"] == {"name": "Beta GmbH"}
    assert read(write(tmp_path / "b.xlsx", {"Orders": agree})).asked == []
    assert read(write(tmp_path / "c.xlsx", {"Orders": blank})).asked == []


def test_a_column_without_values_gives_way_to_one_that_has_some(tmp_path: Path) -> None:
    rows = [[*ORDERS, "Order date"], [*order(1, day=None), date(2026, 11, 5)]]

    (row,) = read(write(tmp_path / "a.xlsx", {"Orders": rows})).rows["orders"]

    assert row["date"] == "2026-11-05"
