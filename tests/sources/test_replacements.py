"""A line in the place of another is counted where that one is not, and told apart where it is more than that."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.rulebook.folder import rules_folder
from compliance.sources.source_tables import SourceTables
from compliance.world.io.load import load_world
from compliance.world.reference.chip_catalogue import Catalogue
from tests.world.written import FORMATS, written

DAY = date(2026, 6, 30)
LINE = {"date": "2026-01-10", "consignee": "c", "to_country": "MY", "chip": "H100", "quantity": "5",
        "movement": "export", "authorization": "none"}  # fmt: skip
FIRST = {**LINE, "id": "first"}


def kinds(rows: list[dict[str, str]], tmp_path: Path, how: str = "yaml", orders: bool = False) -> dict[str, str | None]:
    """Of each line its kind, beside whether it counts."""
    tables = {"companies": [{"id": "c"}, {"id": "d"}], "shipments": [r for r in rows if r["id"][0] != "o"]}
    if orders:
        tables["orders"] = [r for r in rows if r["id"][0] == "o"]
    world = load_world(written(tables, tmp_path / "w", how))
    lines = SourceTables(world, Catalogue.load(rules_folder()), DAY, orders).of("lines")
    told = dict(zip(*(lines.column(name).to_pylist() for name in ("id", "replacement")), strict=True))
    counts = dict(zip(*(lines.column(name).to_pylist() for name in ("id", "counts")), strict=True))
    assert counts == {name: kind in (None, "of_nothing") for name, kind in told.items()}
    return told


@pytest.mark.parametrize("how", FORMATS)
@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ({}, {}, "like_for_like"),
        ({}, {"quantity": "4", "chip": "A100", "authorization": "RPL"}, "like_for_like"),
        ({}, {"quantity": "6"}, "more"),
        ({}, {"quantity": "1", "chip": "B200"}, "more"),
        ({}, {"to_country": "SG"}, "more"),
        ({}, {"consignee": "d"}, "more"),
        ({}, {"end_user": "d"}, "more"),
        ({}, {"end_user": "c"}, "like_for_like"),
        ({"consignee": ""}, {}, "unclear"),
        ({"movement": "domestic"}, {}, "unclear"),
        ({}, {"movement": "reexport"}, "like_for_like"),
        ({}, {"authorization": "LPP"}, "unclear"),
        ({"authorization": "LPP"}, {"authorization": "LPP"}, "like_for_like"),
        ({"status": "cancelled"}, {}, "of_nothing"),
        ({"status": "refused"}, {}, "of_nothing"),
        ({"date": "2026-02-02"}, {}, "of_nothing"),
        ({"date": "2026-02-01"}, {}, "like_for_like"),
        ({"date": "2026-07-01"}, {"date": "2026-06-30"}, "of_nothing"),
    ],
)
def test_a_line_beside_what_it_replaces(
    first: dict[str, str], second: dict[str, str], kind: str, how: str, tmp_path: Path
) -> None:
    rows = [{**FIRST, **first}, {**LINE, "id": "second", "date": "2026-02-01", "replaces": "first", **second}]

    assert kinds(rows, tmp_path, how)["second"] == kind


def test_of_a_chain_of_replacements_only_its_first_line_counts(tmp_path: Path) -> None:
    chain = [{**LINE, "id": f"s{n}", "replaces": f"s{n - 1}"} for n in range(1, 9)]

    found = kinds([*reversed(chain), {**LINE, "id": "s0"}], tmp_path)

    assert found == {f"s{n}": None if n == 0 else "like_for_like" for n in range(9)}


def test_lines_in_the_place_of_one_add_up_but_for_those_that_are_none_of_it(tmp_path: Path) -> None:
    more = {
        "a": {"quantity": "9"},
        "b": {"consignee": "d"},
        "p": {"quantity": "3"},
        "q": {"quantity": "2"},
        "r": {"quantity": "1"},
    }
    rows = [{**LINE, "id": name, "replaces": "first", **given} for name, given in more.items()]

    found = kinds([FIRST, *reversed(rows)], tmp_path)

    told = {"a": "more", "b": "more", "p": "like_for_like", "q": "like_for_like", "r": "more"}
    assert found == {"first": None, **told}


def test_a_line_in_the_place_of_an_order_counts_where_orders_do_not(tmp_path: Path) -> None:
    rows = [{**LINE, "id": "o1"}, {**LINE, "id": "s1", "replaces": "o1"}, {**LINE, "id": "o2", "replaces": "s1"}]

    assert kinds(rows, tmp_path, orders=True) == {"o1": None, "s1": "like_for_like", "o2": "like_for_like"}
