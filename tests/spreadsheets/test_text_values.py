"""Numbers, shares, dates and countries of text cells: what they mean, and where they mean two things."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.spreadsheets.values.country_text import countries_meant
from compliance.spreadsheets.values.date_text import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, dates_meant
from compliance.spreadsheets.values.number_text import COMMA, POINT, count_of, number_of, share_of


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1,234.56", "1234.56", None),
        ("1.234,56", None, "1234.56"),
        ("8,000", "8000", "8.000"),
        ("1 234,5", None, "1234.5"),
        ("1'234.50", "1234.50", None),
        ("1,00,000", "100000", None),
        ("1.234,00-", None, "-1234.00"),
        ("US$ 1,200", "1200", "1.200"),
        ("１２", "12", "12"),
        ("1.5万", None, None),
        ("12 or so", None, None),
    ],
)
def test_a_number_is_exact_in_each_way_of_writing(text: str, point: str | None, comma: str | None) -> None:
    found = tuple(None if (value := number_of(text, way)) is None else str(value) for way in (POINT, COMMA))

    assert found == (point, comma)


@pytest.mark.parametrize(
    ("text", "count"), [("8 pcs", 8), ("12 台", 12), ("4 Stk.", 4), ("8.5", None), ("approx. 8", None)]
)
def test_units_have_a_word_behind_them_and_are_whole(text: str, count: int | None) -> None:
    assert count_of(text, POINT) == count


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("51%", "51"),
        ("25-50", "25-50"),
        ("over 25%", ">25"),
        ("≥ 25 %", "25-100"),
        ("25% - 50%", "25-50"),
        ("130%", None),
    ],
)
def test_a_share_is_a_percentage_or_a_range(text: str, share: str | None) -> None:
    assert share_of(text, POINT) == share


DAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3.11.2026", {"": DAY}),
        ("03/11/2026", {DAY_FIRST: DAY, MONTH_FIRST: date(2026, 3, 11)}),
        ("13/11/2026", {DAY_FIRST: date(2026, 11, 13)}),
        ("11/11/2026", {"": date(2026, 11, 11)}),
        ("03/11/26", {DAY_FIRST: DAY, MONTH_FIRST: date(2026, 3, 11), YEAR_FIRST: date(2003, 11, 26)}),
        ("2026年11月3日", {"": DAY}),
        ("令和8年11月3日", {"": DAY}),
        ("115/11/03", {"": DAY}),
        ("3 Nov 2026", {"": DAY}),
        ("03-NOV-26", {"": DAY}),
        ("3 de noviembre de 2026", {"": DAY}),
        ("20261103", {"": DAY}),
        ("2026-11-03T00:00:00Z", {"": DAY}),
        ("31.02.2026", {}),
        ("before Christmas", {}),
    ],
)
def test_a_date_has_each_order_in_which_it_is_one(text: str, meant: dict[str, date]) -> None:
    assert dates_meant(text) == meant


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("UK", ("GB",)),
        ("KOR", ("KR",)),
        ("Korea", ("KR", "KP")),
        ("阿联酋", ("AE",)),
        ("Côte d'Ivoire", ("CI",)),
        ("Tschechien", ("CZ",)),
        ("DE - Germany", ("DE",)),
        ("Germany / France", ("DE", "FR")),
        ("NA", ("NA", "-")),
        ("アメリカ合衆国", ("US",)),
        ("Shanghai", ()),
        ("Congo, Dem. Rep.", ("CD", "CG")),
        ("Korea, Republic of", ("KR",)),
        ("Hong Kong, China", ("HK",)),
        ("EU", ()),
        ("E.U.", ()),
        ("EU-27", ()),
        ("Europe", ()),
        ("Non-US", ("US", "-")),
        ("UAE (for Iran)", ("AE", "IR")),
        ("UAE (re-export)", ("AE", "-")),
        ("Germany (end user China)", ("CN", "DE")),
        ("Deutschland via Hongkong", ("DE", "HK")),
        ("中国（转口）", ("CN", "-")),
        ("DE-CN", ("CN", "DE")),
        ("US-TX", ("US",)),
        ("Germany (DE)", ("DE",)),
        ("Netherlands (the)", ("NL",)),
        ("Trinidad and Tobago", ("TT",)),
        ("Guinea-Bissau", ("GW",)),
        ("China (mainland)", ("CN",)),
        ("Not China", ()),
        ("Bolivia (Plurinational State of)", ("BO",)),
    ],
)
def test_a_country_is_named_in_many_ways(text: str, codes: tuple[str, ...]) -> None:
    assert countries_meant(text) == codes
