"""A listing on a list that nobody knows counts for nothing, and the answer says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.answers.answer import Answer
from compliance.decisions.audit import audit
from compliance.decisions.screen import screen
from compliance.rulebook.known_lists import registered_ids
from compliance.rulebook.packs import load_pack, load_packs, pack_ids
from compliance.world.schema.tables import Order
from compliance.world.world import World
from tests.packs import line, on

OFAC = load_packs(["ofac_50"])
SALE = line("s1", "b", "MY", 8, date="2026-03-01")


def world_of(*lists: str) -> World:
    listings = [{"party": f"x{n}", "list": name} for n, name in enumerate(lists)]
    companies = [{"id": "b", "headquarters": "MY"}, *({"id": f"x{n}"} for n in range(len(lists)))]
    return World.of(companies=companies, listings=listings, shipments=[SALE])


def said(answer: Answer) -> list[str]:
    return [one.reason for one in answer.not_evaluated if " on the list " in one.reason]


@pytest.mark.parametrize(
    ("name", "near"), [("sdn", "SDN"), ("EntitiyList", "EntityList"), ("SDN ", None), ("EU", None)]
)
def test_a_list_that_nobody_knows_is_named_with_a_near_one(name: str, near: str) -> None:
    hint = f" Did you mean `{near}`?"
    told = f"`x0` on the list `{name}`: no rule knows a list of this name, so it counts for nothing.{hint}"

    assert said(audit(world_of(name), OFAC, on("2026-03-01"))) == ([told] if near else [])


def test_a_few_of_many_parties_are_named_and_screening_says_it_too() -> None:
    world = world_of(*["Mine"] * 5)
    told = [
        "`x0`, `x1`, `x2` and 2 more on the list `Mine`: no rule knows a list of this name, so it counts for nothing."
    ]

    assert said(audit(world, OFAC, on("2026-03-01"))) == told
    assert said(screen(world, [Order.model_validate({**SALE, "id": "o1"})], OFAC, on("2026-03-01"))) == told


def test_a_list_that_a_pack_asked_about_names_is_known(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        """id: mine
title: Mine
basis: a choice
confidence: design
force: [{state: not_law, citation: a choice, confidence: design}]
""",
        "utf-8",
    )
    (folder / "ban.yaml").write_text(
        """id: ban
title: Nothing for those on our own list
topic: named_party
citation: a choice
confidence: design
of: dealings
subject: {kind: line, key: party}
when:
  the party is on our list: {party.listed.Mine: true}
then: {outcome: review, message: "{party} is on our list."}
""",
        "utf-8",
    )
    own = load_pack(folder)
    answer = audit(world_of("Mine", "Mines"), [own], on("2026-03-01"))

    assert [reason.split("`")[3] for reason in said(answer)] == ["Mines"]


def test_every_list_that_a_shipped_pack_names_is_registered() -> None:
    for pack in load_packs(pack_ids()):
        named = {entry.list for test in pack.file.capture.values() for entry in test.lists}
        named |= {name for test in pack.file.capture.values() for rule in test.flags.values() for name in rule.lists}
        named |= {name for own in pack.party_lists.values() for name in (own.listing, *own.listings) if name}

        assert named <= registered_ids(), pack.id
