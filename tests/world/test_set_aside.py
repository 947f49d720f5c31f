"""Rows that cannot be read are set aside with file, line and reason; what they could decide is never told as clean."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from compliance.decisions.aside import chips_aside
from compliance.decisions.audit import audit
from compliance.errors import InputError
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import load_world
from compliance.world.set_aside import SetAside, UnreadableRow
from compliance.world.world import World

DAY = date(2026, 11, 20)
HEADER = "id,date,consignee,to_country,chip,quantity,movement,replaces\n"
GOOD = "s1,2026-01-01,acme,DE,H100,1,export,\n"
LISTS = "list\nEntityList\nMEU\nUVL\nDPL\nSDN\nEU\nUK\n"
BAD = {
    "a quantity that is no number": ("b,2026-01-02,acme,DE,H100,12x,export,\n", "`12x` is not a number"),
    "a consignee that is not there": ("b,2026-01-02,nobody,DE,H100,1,export,\n", "`nobody` is no party"),
    "a line of two cells": ("b,2026-01-02\n", "has 2 cells under 8 columns"),
    "a day that is none": ("b,2026-02-30,acme,DE,H100,1,export,\n", "2026-02-30"),
    "a chip nobody knows": ("b,2026-01-02,acme,DE,GX9000,1,export,\n", "no chip or product is called `GX9000`"),
    "an id that stands twice": ("s1,2026-01-02,acme,DE,H100,9,export,\n", "`s1` stands twice"),
    "lines that replace each other": (
        "b,2026-01-02,acme,DE,H100,1,export,c\nc,2026-01-02,acme,DE,H100,1,export,b\n",
        "replace each other",
    ),
}


def world_of(folder: Path, *lines: str, companies: str = "id,headquarters\nacme,DE\n") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "companies.csv").write_text(companies, "utf-8")
    (folder / "screening_lists.csv").write_text(LISTS, "utf-8")
    (folder / "shipments.csv").write_text(HEADER + GOOD + "".join(lines), "utf-8")
    return folder


def read(place: Path) -> tuple[World, list[dict[str, str]]]:
    aside = SetAside()
    world = chips_aside(load_world(place, aside=aside), aside)
    return world, list(csv.DictReader(io.StringIO(aside.csv_text())))


def reasons(world: World) -> list[str]:
    answer = audit(world, load_packs(["us_chips_enforced"]), DAY)
    return [left.reason for left in answer.not_evaluated if "set aside" in left.reason]


@pytest.mark.parametrize("kind", list(BAD))
def test_a_row_goes_aside_and_the_others_are_looked_at(kind: str, tmp_path: Path) -> None:
    line, told = BAD[kind]
    world, aside = read(world_of(tmp_path / "w", line))

    assert [row.name_of_row for row in world.rows("shipments")] == ["s1"]
    assert len(aside) == line.count("\n")
    for row in aside:
        assert told in row["reason"]
        assert (row["file"], row["table"]) == (str(tmp_path / "w" / "shipments.csv"), "shipments")
        assert int(row["line"]) in (2, 3, 4)
    packs = load_packs(["us_ai_diffusion"])
    with pytest.raises(InputError):
        audit(load_world(tmp_path / "w"), packs, DAY)


@pytest.mark.parametrize("kind", list(BAD))
def test_what_went_aside_is_counted_and_never_clean(kind: str, tmp_path: Path) -> None:
    packs = load_packs(["us_chips_enforced"])
    clean = audit(read(world_of(tmp_path / "clean"))[0], packs, DAY)
    world, aside = read(world_of(tmp_path / "w", BAD[kind][0]))
    answer = audit(world, packs, DAY)
    (reason,) = reasons(world)

    assert clean.decision.enforced == "nothing_found"
    assert answer.decision.enforced == "unknown"
    assert reason.startswith(f"{len(aside)} row")


def test_a_row_after_the_day_decides_nothing(tmp_path: Path) -> None:
    world, aside = read(world_of(tmp_path / "w", "b,2027-01-02,acme,DE,H100,12x,export,\n"))

    assert len(aside) == 1
    assert reasons(world) == []


def test_of_a_company_that_cannot_be_read_the_id_stays(tmp_path: Path) -> None:
    line = "b,2026-01-02,beta,DE,H100,1,export,\n"
    world, aside = read(world_of(tmp_path / "w", line, companies="id,headquarters\nacme,DE\nbeta,Germania\n"))

    assert [row["id"] for row in aside] == ["beta"]
    assert [row.name_of_row for row in world.rows("shipments")] == ["s1", "b"]
    assert world.by_id("companies")["beta"].value("headquarters") is None
    assert len(reasons(world)) == 1


def test_a_stake_that_cannot_be_read_leaves_its_company_open(tmp_path: Path) -> None:
    place = world_of(tmp_path / "w", companies="id,headquarters\nacme,DE\nx,CN\n")
    (place / "stakes.csv").write_text("owner,owned,percent\nx,acme,a lot\n", "utf-8")
    (place / "listings.csv").write_text("party,list,program\nx,SDN,SDGT\n", "utf-8")
    world, aside = read(place)
    answer = audit(world, load_packs(["ofac_50"]), DAY)

    assert len(aside) == 1
    assert answer.decision.enforced == "unknown"


def test_the_world_is_the_same_whatever_the_order_and_the_place(tmp_path: Path) -> None:
    lines = [line.replace("b,", f"b{n},").replace(",b\n", f",b{n}\n") for n, (line, _) in enumerate(BAD.values())]
    first, _ = read(world_of(tmp_path / "a", *lines))
    second, _ = read(world_of(tmp_path / "b", *reversed(lines)))

    assert first.sha256 == second.sha256


def test_what_is_wrong_with_columns_stays_an_error(tmp_path: Path) -> None:
    place = world_of(tmp_path / "w")
    (place / "sites.csv").write_text("id,contry\nx,MY\n", "utf-8")
    with pytest.raises(InputError, match="`sites` has no `contry`"):
        load_world(place, aside=SetAside())


def test_rows_of_the_file_stand_under_their_names() -> None:
    assert UnreadableRow._fields == ("file", "line", "table", "id", "reason", "row")
