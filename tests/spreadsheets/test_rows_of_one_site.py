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
