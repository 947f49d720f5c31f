"""What rules ask of a party at a date: cut on the right days, and the same as is answered about one party directly."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from compliance import load_packs
from compliance.ownership import ownership_graph
from compliance.ownership.ownership_graph import Ownership
from compliance.sources.parties.party_attributes import Attributes
from compliance.sources.parties.pattern_signs import Signs
from compliance.world.world import World
from tests.ownership.packs import countries, parent_test
from tests.ownership.test_registers import any_dealings

DAYS = [date(2024, 12, 1), date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1), date(2026, 1, 1), date(2026, 3, 1)]
FLAGS = ["listed_owner", "listed_owner_minority",
         "uvl_owner", "red_flag_29", "possible_sham_transfer", "review_control",
         "sister_of_listed_party", "us_affiliate_of_listed_party", "signatory_blocked", "circular_support",
         "over_100_percent", "undisclosed_remainder"]  # fmt: skip
OTHERS = ["limb.bis", "owners.bis", "policy.bis", "family", "parent.headquarters", "listed.UVL", "once.EntityList",
          "kin.EntityList", "listed_kin.UVEU", "shares_people.EntityList", "takes_over.EntityList"]  # fmt: skip


def any_dated(rng: random.Random) -> dict[str, Any]:
    """A world in which listings, roles, ties and controls begin and end."""
    world = any_dealings(rng)
    names = [row["id"] for row in world["companies"]]
    world["roles"] += [{"person": rng.choice("pq"), "company": rng.choice(names), "role": "director"} for _ in range(4)]
    kinds = ["former_parent", "takes_over_orders", "nominee"]
    world["ties"] += [
        {"party": one, "other": other, "kind": rng.choice(kinds)} for one, other in [rng.sample(names, 2)] * 2
    ]
    for table in ("listings", "roles", "ties", "controls"):
        for row in world[table]:
            if rng.random() < 0.6 and not {"from", "to"} & row.keys():
                row[rng.choice(["from", "to"])] = rng.choice(DAYS).isoformat()
    return world


def asked_of(world: World) -> Attributes:
    pack = next(pack for pack in load_packs(["us_affiliates"]))
    return Attributes(world, Ownership(world, parent_test(), countries()), pack, lambda: Signs((), DAYS[0]))


@pytest.mark.parametrize("few", [0, 10**9])
@pytest.mark.parametrize("seed", range(12))
def test_an_attribute_changes_on_no_other_day_than_those_that_are_told(
    seed: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership_graph, "FEW", few)
    world = World.of(**any_dated(random.Random(seed)))
    asked = [*OTHERS, "captured.bis", *(f"flagged.{flag}" for flag in FLAGS)]
    one, fresh = asked_of(world), asked_of(world)
    test = fresh.pack.file.capture["bis"]
    direct = {day: fresh.ownership.captures(test, day) for day in DAYS}
    for party in [row.name_of_row for row in world.rows("companies")]:
        cuts = sorted({date.min, *one.days(party, asked)})
        told = {cut: one.all(asked, party, cut) for cut in cuts}
        for day in DAYS:
            found = told[max(cut for cut in cuts if cut <= day)]
            answer = direct[day][party]
            verdict = {"captured": True, "not_captured": False}.get(answer.verdict)

            assert found == fresh.all(asked, party, day), (party, day)
            assert found["captured.bis"] == verdict, (party, day)
            raised = {flag for flag in FLAGS if found[f"flagged.{flag}"]}
            assert raised == set(answer.flags) & set(FLAGS), (party, day)


def test_a_role_that_begins_later_is_seen_from_its_day_on() -> None:
    world = World.of(
        companies=[{"id": "a"}, {"id": "x"}],
        people=[{"id": "p"}],
        roles=[
            {"person": "p", "company": "a", "role": "director", "from": "2025-06-01"},
            {"person": "p", "company": "x", "role": "director"},
        ],
        listings=[{"party": "x", "list": "EntityList"}],
    )
    attributes = asked_of(world)

    assert date(2025, 6, 1) in set(attributes.days("a", ["flagged.review_control"]))
    assert not attributes.of("flagged.review_control", "a", date(2025, 5, 31))
    assert attributes.of("flagged.review_control", "a", date(2025, 6, 1))


def test_the_days_of_a_listing_are_days_of_those_near_it_alone() -> None:
    world = World.of(
        companies=[{"id": name} for name in ("a", "b", "far")],
        stakes=[{"owner": "a", "owned": "b", "percent": "60"}],
        listings=[{"party": "a", "list": "EntityList", "from": "2025-03-01"}],
    )
    asked = ["captured.bis", "listed.EntityList", "kin.EntityList", "flagged.sister_of_listed_party"]
    attributes = asked_of(world)

    assert set(attributes.days("far", asked)) == set()
    assert set(attributes.days("b", asked)) == {date(2025, 3, 1)}


def test_a_flag_changes_with_the_other_roles_of_its_people_and_with_the_sisters_of_a_party() -> None:
    world = World.of(
        companies=[{"id": name} for name in ("a", "x", "head", "b", "sister")],
        people=[{"id": "p"}],
        roles=[
            {"person": "p", "company": "a", "role": "director"},
            {"person": "p", "company": "x", "role": "director", "from": "2025-06-01"},
        ],
        stakes=[{"owner": "head", "owned": name, "percent": "60"} for name in ("b", "sister")],
        listings=[
            {"party": "x", "list": "EntityList"},
            {"party": "sister", "list": "EntityList", "from": "2025-09-01"},
        ],
    )
    attributes = asked_of(world)
    flag, sister = "flagged.review_control", "flagged.sister_of_listed_party"

    assert date(2025, 6, 1) in set(attributes.days("a", [flag]))
    assert [attributes.of(flag, "a", day) for day in (date(2025, 5, 31), date(2025, 6, 1))] == [False, True]
    assert date(2025, 9, 1) in set(attributes.days("b", [sister]))
    assert [attributes.of(sister, "b", day) for day in (date(2025, 8, 31), date(2025, 9, 1))] == [False, True]
