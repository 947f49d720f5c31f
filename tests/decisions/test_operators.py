"""Who can still build how much in one country: rooms, what binds, what more at home would open, what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.decisions.screen import screen
from compliance.decisions.world_headroom import headroom
from compliance.errors import UsageError
from compliance.rulebook.packs import load_packs
from compliance.world.schema.tables import Order
from compliance.world.world import World
from tests.packs import line, on, world

HEADLINE, DIFFUSION = load_packs(["diffusion_headline", "us_ai_diffusion"])
DAY = "2025-12-31"


def table(tables: World, *packs: Any, posture: str = "as-written", **options: Any) -> dict[str, dict[str, Any]]:
    found = headroom(
        tables, chip="H100", country="MY", packs=packs or [HEADLINE], as_of=on(DAY), posture=posture, **options
    )
    return {row["operator"]: row for row in found["operators"]}


def operators(**home: str) -> World:
    """American operators with so many IT megawatts at home, and one of Malaysia."""
    companies = [{"id": name, "headquarters": "US"} for name in home]
    sites = [{"id": f"us-{name}", "operator": name, "country": "US", "it_mw": mw} for name, mw in home.items()]
    return world(
        companies=[*companies, {"id": "local", "headquarters": "MY"}],
        sites=[*sites, {"id": "johor", "operator": "local", "country": "MY", "it_mw": "5"}],
    )


def test_the_operator_with_more_at_home_has_more_room_abroad_until_the_cap_of_all() -> None:
    rows = table(operators(small="93", large="9300"))

    assert list(rows) == ["large", "local", "small"]
    assert [(r["units"], r["megawatts"], r["binding"]) for r in rows.values()] == [
        (50_000, "70", "country_cap"),
        (50_000, "70", "country_cap"),
        (5_000, "7", "capacity_abroad"),
    ]
    assert [r["share"] for r in rows.values()] == ["10/21", "10/21", "1/21"]
    assert [r["rooms"][0]["at_home"] for r in rows.values()][:2] == [None, None]


def test_one_more_at_home_opens_seven_of_ninety_three_there_and_screens_prove_the_next_step() -> None:
    tables = operators(small="93")
    home = table(tables)["small"]["rooms"][0]["at_home"]

    assert home["each"] == "7/93"
    assert (home["next"]["units"], home["until"]["rule"], home["until"]["megawatts"]) == (14, "country_cap", "837.0012")

    def breaks(there: int, at_home: int) -> bool:
        orders = [Order.model_validate({**line("o", "small", "MY", there, DAY), "operator": "small"})]
        more = {**line("h", "small", "US", at_home, DAY), "operator": "small", "movement": "domestic"}
        orders += [Order.model_validate(more)] if at_home else []
        return "capacity_abroad" in {f.rule for f in screen(tables, orders, [HEADLINE], on(DAY)).findings}

    assert [breaks(5000, 0), breaks(5001, 0), breaks(5001, 13), breaks(5001, 14)] == [False, True, True, False]
    until = home["until"]["units"]
    assert [breaks(50_000, until - 1), breaks(50_000, until)] == [True, False]


def test_an_unknown_capacity_leaves_no_room_for_certain_and_says_what_is_missing() -> None:
    row = table(operators(silent=""))["silent"]

    assert row["home"]["megawatts"] == {"value": "0", "high": None}
    assert (row["units"], row["certainty"], row["rooms"][0]["most"]["units"]) == (0, "possible", None)
    assert {gap["id"] for gap in row["rooms"][0]["missing"]} == {"us-silent"}


def test_a_share_that_may_be_passed_already_leaves_no_room_though_more_makes_it_no_worse() -> None:
    tables = world(
        companies=[{"id": "u", "headquarters": "US"}],
        sites=[
            {"id": "us", "operator": "u", "country": "US"},
            {"id": "my", "operator": "u", "country": "MY", "it_mw": "45"},
        ],
    )

    row = table(tables)["u"]

    assert (row["units"], row["binding"], row["certainty"]) == (0, "capacity_abroad", "possible")


def test_an_operator_that_gets_nothing_is_told_why() -> None:
    tables = world(
        companies=[{"id": "c", "headquarters": "CN"}],
        sites=[{"id": "p", "operator": "c", "country": "CN", "it_mw": "5"}],
    )

    row = table(tables)["c"]

    assert (row["units"], row["binding"], row["certainty"]) == (0, "barred_party", "definite")


def test_nothing_binds_is_null_and_comes_first() -> None:
    found = headroom(operators(a="93"), chip="H100", country="DE", packs=[HEADLINE], as_of=on(DAY))

    assert [(row["units"], row["binding"], row["share"]) for row in found["operators"]] == [(None, None, None)] * 2


def test_a_family_is_one_row_named_by_its_parent_with_what_it_has_where() -> None:
    tables = world(
        companies=[{"id": "p", "headquarters": "US"}, {"id": "d", "headquarters": "MY"}],
        stakes=[{"owner": "p", "owned": "d", "percent": "100"}],
        sites=[
            {"id": "us", "operator": "p", "country": "US", "it_mw": "93"},
            {"id": "my", "operator": "d", "country": "MY", "it_mw": "3"},
            {"id": "sg", "operator": "d", "country": "SG", "it_mw": "1"},
        ],
        holdings=[{"site": "my", "chip": "H100", "quantity": "10"}],
    )

    (row,) = table(tables).values()

    assert (row["operator"], row["headquarters"]) == ("p", "US")
    held = {place: row[place]["megawatts"]["value"] for place in ("home", "abroad", "there")}
    assert held == {"home": "93", "abroad": "4", "there": "3"}
    assert (row["there"]["tpp"], row["home"]["tpp"]["value"]) == ({"value": "158240", "high": "158240"}, "0")
    assert row["units"] == 2142  # 7 of 100 are allowed abroad, 4 stand there: 3 MW are 2,142 chips of 1.4 kW


def test_a_validated_end_user_builds_under_its_shares_and_others_under_the_allocation() -> None:
    tables = world(
        companies=[{"id": "v", "headquarters": "US"}, {"id": "w", "headquarters": "US"}],
        listings=[{"party": "v", "list": "UVEU"}],
        sites=[{"id": "pv", "operator": "v", "country": "US"}, {"id": "pw", "operator": "w", "country": "US"}],
        holdings=[
            {"site": "pv", "chip": "H100", "quantity": "9300000"},
            {"site": "pw", "chip": "H100", "quantity": "9300000"},
        ],
    )

    rows = table(tables, DIFFUSION)

    assert [(r["operator"], r["authorization"], r["units"], r["binding"]) for r in rows.values()] == [
        ("v", "UVEU", 700_000, "uveu_one_country"),
        ("w", "license", 49_924, "country_allocation"),
    ]


def test_a_table_needs_a_country() -> None:
    with pytest.raises(UsageError, match="name a country"):
        headroom(operators(a="1"), chip="H100", packs=[HEADLINE], as_of=on(DAY))
