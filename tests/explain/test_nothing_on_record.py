"""An audit that has nothing to judge, or leaves orders out (contracts 2), says so and is not clean for it."""

from __future__ import annotations

import pytest

from compliance.answers.answer import Answer
from compliance.decisions.audit import audit
from compliance.decisions.screen import screen
from compliance.rulebook.packs import load_packs
from compliance.world.schema.tables import Order
from tests.packs import line, on, world

PACKS = load_packs(["diffusion_headline"])
DAY = on("2026-11-20")
OPEN = line("o1", "a", "DE", 5)


def judged(**tables: list[dict[str, str]]) -> Answer:
    return audit(world(companies=[{"id": "a", "headquarters": "DE"}], **tables), PACKS, DAY)


def test_orders_and_nothing_on_record_leave_an_audit_unknown() -> None:
    answer = judged(orders=[OPEN, {**OPEN, "id": "o2"}])

    (said,) = answer.not_evaluated
    assert said.reason.startswith("2 order lines of `orders` not asked about")
    assert {answer.decision.enforced, answer.decision.written, answer.decision.summary} == {"unknown"}
    assert answer.decision.next == ["Screen the orders, which an audit leaves out: `compliance screen WORLD ORDERS`."]


def test_beside_what_is_on_record_orders_are_said_and_decide_nothing() -> None:
    answer = judged(orders=[OPEN], shipments=[{**OPEN, "id": "s1"}])

    (said,) = answer.not_evaluated
    assert said.reason.startswith("order line `o1` of `orders` not asked about")
    assert said.standings == []
    assert answer.decision.summary == "nothing_found"


@pytest.mark.parametrize("status", ["cancelled", "refused"])
def test_orders_that_never_ship_are_not_missed(status: str) -> None:
    assert judged(orders=[{**OPEN, "status": status}]).not_evaluated == []


def test_a_screening_of_the_orders_says_nothing_of_it() -> None:
    held = world(companies=[{"id": "a", "headquarters": "DE"}], orders=[OPEN])

    assert screen(held, held.rows(Order.table), PACKS, DAY).not_evaluated == []


@pytest.mark.parametrize("tables", [{}, {"screening_lists": [{"list": "SDN"}]}])
def test_a_world_without_rows_is_never_clean(tables: dict[str, list[dict[str, str]]]) -> None:
    answer = audit(world(**tables), PACKS, DAY)

    assert [said.reason.rpartition(": ")[2] for said in answer.not_evaluated] == ["nothing was judged"]
    assert answer.decision.enforced == "unknown"
