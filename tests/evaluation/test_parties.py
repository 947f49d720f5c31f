"""Parties that a line describes: whom they mean, by what, and what is said where it is not sure."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.evaluation.described_parties import ResolvedWorld, resolve
from compliance.evaluation.party_directory import directory_of
from compliance.world.schema.field_values import PartyDescription
from compliance.world.schema.tables import Order
from compliance.world.world import World

LEI = "5493001KJTIIGC8Y1R12"
COMPANIES: list[dict[str, Any]] = [
    {"id": "orchid", "name": "Orchid Compute Pte Ltd", "jurisdiction": "SG", "lei": LEI, "registration": "201900001K"},
    {"id": "loaf", "name": "Golden Loaf Bakery", "registration": "08123456"},
    {"id": "qt-el", "name": "Quartz Tile International Corporation (QTIC)"},
    {"id": "qt-cmic", "name": "Quartz Tile International Corp.", "aliases": ["QTIC"]},
]
LISTINGS = [{"party": "qt-el", "list": "EntityList"}, {"party": "qt-cmic", "list": "CMIC"}]
PEOPLE = [{"id": "ap", "name": "PETRAKOV, Anton Sergeyevich"}]


def resolved(*described: dict[str, str], world: World | None = None) -> ResolvedWorld:
    world = world or World.of(companies=COMPANIES, listings=LISTINGS, people=PEOPLE)
    orders = [
        Order.model_validate(
            {"id": f"o{n}", "date": "2026-08-01", "to_country": "SG", "chip": "H100", "quantity": "8", "consignee": one}
        )
        for n, one in enumerate(described)
    ]
    return resolve(world.replace("orders", orders), ("orders",))


def taken(**described: str) -> tuple[str, bool]:
    """The party that a description is taken for, and whether that is sure."""
    found = resolved(described)
    (order,) = found.world.each(Order)
    assert isinstance(order.consignee, str)
    return order.consignee, found.unmatched is None


@pytest.mark.parametrize(
    ("described", "party", "sure"),
    [
        ({"lei": LEI.lower()}, "orchid", True),
        ({"registration": "201900001K", "country": "SG"}, "orchid", True),
        ({"registration": "201900001K", "country": "MY"}, "(MY, 201900001K)", True),
        ({"registration": "201900001K"}, "orchid", False),
        ({"registration": "201900001K", "name": "Orchid Computing Private Limited"}, "orchid", True),
        ({"registration": "08123456", "country": "AE", "name": "Red Dune Trading"}, "loaf", False),
        ({"name": "Orchid Compute", "country": "SG"}, "orchid", False),
        ({"name": "Orchid Compute", "country": "MY"}, "orchid", False),
        ({"name": "Anton Petrakov"}, "ap", False),
        ({"name": "Lilac Compute"}, "(Lilac Compute)", True),
    ],
)
def test_an_identifier_of_its_country_decides_and_a_name_gives_reason_to_look(
    described: dict[str, str], party: str, sure: bool
) -> None:
    assert taken(**described) == (party, sure)


def test_the_listings_of_all_who_carry_the_name_count_and_are_said() -> None:
    found = resolved({"name": "QTIC"})
    listings = {(row.value("party"), row.value("list")) for row in found.world.rows("listings")}
    (note,) = found.notes

    assert {("qt-cmic", "CMIC"), ("qt-cmic", "EntityList")} <= listings
    assert "`QTIC` is taken for `qt-cmic`" in note
    assert "may be `qt-el`" in note
    assert found.unmatched is not None
    assert len(found.unmatched.rows("listings")) == len(LISTINGS)


def test_the_same_party_under_several_names_is_resolved_at_once_in_any_order() -> None:
    one, other = {"name": "QTIC"}, {"name": "Orchid Compute", "country": "SG"}

    assert resolved(one, other).notes == resolved(other, one).notes


def test_the_directory_is_made_once_for_worlds_with_the_same_parties() -> None:
    world = World.of(companies=COMPANIES)
    again = world.replace("orders", [])

    assert directory_of(world) is directory_of(again)
    assert directory_of(world) is not directory_of(World.of(companies=COMPANIES))
    assert directory_of(world).match([PartyDescription(name="Golden Loaf Bakery Co.")])[0].parties == ("loaf",)
