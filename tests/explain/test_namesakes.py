"""A company that carries the name of a listed one, and matches by name that nobody has decided, are never clean."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance import Order, load_packs, screen
from compliance.answers.answer import Answer, DecisionByStanding
from compliance.world.world import World

DAY = date(2026, 11, 20)
LISTED = {"id": "dp", "name": "Falkenberg Elektronik GmbH", "headquarters": "DE", "jurisdiction": "DE"}
PACKS = load_packs(["us_chips_enforced"])
LOADED = [{"list": name, "as_of": "2026-11-19"} for name in ("DPL", "UVL", "Supp8-740", "UVEU")]
LISTINGS = [{"party": "dp", "list": "DPL", "from": "2024-01-01"}]


def screened(*companies: dict[str, Any], lines: tuple[str, ...] = ("tw",), **tables: Any) -> Answer:
    told = {"screening_lists": LOADED, "listings": LISTINGS, **tables}
    world = World.of(DAY, companies=[LISTED, *companies], **told)
    orders = [
        Order.model_validate(
            {"id": f"to_{party}", "date": "2026-11-20", "from_country": "US", "consignee": party, "to_country": "DE",
             "chip": "H100", "quantity": "8", "authorization": "none", "end_use_country": "DE", "movement": "export"}
        )
        for party in lines
    ]  # fmt: skip
    return screen(world, orders, PACKS, DAY)


def decision(answer: Answer, party: str = "tw") -> DecisionByStanding:
    return next(one for one in answer.decisions if one.id == f"to_{party}")


@pytest.mark.parametrize(
    "name", ["Falkenberg Elektronik GmbH", "FALKENBERG ELEKTRONIK G.m.b.H.", "Falkenberg Electronik GmbH"]
)
def test_a_company_with_the_name_of_a_listed_one_is_unknown_until_somebody_decides(name: str) -> None:
    answer = screened({"id": "tw", "name": name, "headquarters": "DE"})
    (step,) = decision(answer).next

    assert decision(answer).enforced == "unknown"
    assert step.startswith("Decide whether these are the listed party")
    assert step.endswith(f"tw: `{name}` may be the company of the same name on DPL (dp).")


@pytest.mark.parametrize(
    ("own", "other", "enforced"),
    [
        ({"lei": "001GPB6A9XPE8XJICC14"}, {"lei": "5493001KJTIIGC8Y1R12"}, "nothing_found"),
        ({"registration": "HRB 1"}, {"registration": "HRB 2"}, "nothing_found"),
        ({"registration": "HRB 1", "jurisdiction": "AT"}, {"registration": "HRB 2"}, "unknown"),
        ({"registration": "HRB 1"}, {}, "unknown"),
    ],
)
def test_identifiers_that_differ_say_that_they_are_two(
    own: dict[str, str], other: dict[str, str], enforced: str
) -> None:
    two = [LISTED | other, {"id": "tw", "name": LISTED["name"], "headquarters": "DE"} | own]
    world = World.of(DAY, companies=two, screening_lists=LOADED, listings=LISTINGS)
    line = {"id": "to_tw", "date": "2026-11-20", "from_country": "US", "consignee": "tw", "to_country": "DE"}
    more = {"chip": "H100", "quantity": "8", "authorization": "none", "end_use_country": "DE", "movement": "export"}

    assert decision(screen(world, [Order.model_validate(line | more)], PACKS, DAY)).enforced == enforced


def test_another_name_or_a_listing_of_its_own_asks_nothing() -> None:
    answer = screened(
        {"id": "tw", "name": "Falkenberg Elektrik GmbH", "headquarters": "DE"},
        {"id": "same", "name": LISTED["name"], "headquarters": "DE"},
        lines=("tw", "same"),
        listings=[*LISTINGS, {"party": "same", "list": "DPL", "from": "2024-01-01"}],
    )

    assert decision(answer).enforced == "nothing_found"
    assert decision(answer, "same").enforced == "prohibited"
    assert not [left for left in answer.not_evaluated if "is not decided" in left.reason]


def test_the_owner_with_the_name_of_a_listed_company_leaves_what_it_owns_open() -> None:
    answer = screened(
        {"id": "tw", "name": "Other GmbH", "headquarters": "DE"},
        {"id": "own", "name": LISTED["name"], "headquarters": "DE"},
        stakes=[{"owner": "own", "owned": "tw", "percent": "60"}],
    )

    assert decision(answer).enforced == "unknown"


def test_each_line_is_asked_about_the_matches_of_its_own_parties() -> None:
    text = "`{}` may be `Nobody` on SDN (ofac-1): name 90 of 100, not decided"
    rows = [{"table": "listings", "id": party, "field": "party", "text": text.format(party)} for party in ("tw", "two")]
    companies = [{"id": party, "name": f"Name of {party}", "headquarters": "DE"} for party in ("tw", "two", "three")]
    answer = screened(*companies, lines=("tw", "two", "three"), unread=rows)

    assert [decision(answer, party).enforced for party in ("tw", "two", "three")] == [
        "unknown", "unknown", "nothing_found"
    ]  # fmt: skip
    for party in ("tw", "two"):
        (step,) = decision(answer, party).next
        assert step.endswith(f": {party}: `{party}` may be `Nobody` on SDN (ofac-1).")
        assert "--decisions FILE" in step
