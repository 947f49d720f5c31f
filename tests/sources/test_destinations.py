"""Every country at which a line may end: the stated one, that of its site and that of its end use."""

from __future__ import annotations

from datetime import date

from compliance.rulebook.folder import rules_folder
from compliance.sources.column_types import SEPARATOR
from compliance.sources.destinations import find_destinations
from compliance.sources.shipment_lines import line_columns
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.world import World
from tests.packs import line

PLACES = (
    ("DE", "", ""),
    ("DE", "s-ae", ""),
    ("AE", "", "DE"),
    ("AE", "s-ae", "AE"),
    ("DE", "s-ae", "CN"),
    ("DE", "s", "DE"),
)


def test_countries_are_told_by_line_each_text_once_and_nothing_where_there_is_none() -> None:
    world = World.of(
        companies=[{"id": "c", "headquarters": "DE"}],
        sites=[{"id": "s-ae", "operator": "c", "country": "AE"}, {"id": "s", "operator": "c"}],
        shipments=[
            line(f"l{number}", "c", country, 8, site=site, end_use_country=use)
            for number, (country, site, use) in enumerate(PLACES)
        ],
    )
    [lines] = line_columns(world, Catalogue.load(rules_folder()), date(2026, 6, 30), ["shipments"])

    every, elsewhere = find_destinations(lines, world.by_id("sites"))

    told = zip(lines.texts("id").to_pylist(), every.to_pylist(), elsewhere.to_pylist(), strict=True)
    assert [tuple(text and text.split(SEPARATOR) for text in found) for _, *found in sorted(told)] == [
        (["DE"], None), (["AE", "DE"], ["AE"]), (["AE", "DE"], ["DE"]), (["AE"], None),
        (["AE", "CN", "DE"], ["AE", "CN"]), (["DE"], None),
    ]  # fmt: skip
    assert len(every.dictionary.unique()) == len(every.dictionary)
    assert elsewhere.null_count == elsewhere.to_pylist().count(None)
