"""The client gives what the library gives, and raises what the library raises."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from compliance import InputError, Order, OrderError, Screener
from compliance.ledger.ledger_problems import LedgerError
from compliance.service.client import Client, ServiceError

from .running import PACK, Running, line


@pytest.fixture
def asking(service: Running) -> Any:
    with Client(service.url) as made:
        yield made


@pytest.fixture
def screener(service: Running, monkeypatch: pytest.MonkeyPatch) -> Screener:
    monkeypatch.chdir(service.folder)
    return Screener.open("world.yaml", packs=[PACK])


ORDERS: list[Any] = [
    line(1, consignee="a"),
    line(2, date=date(2026, 11, 20), quantity=3, value_usd=Decimal("10.50"), serials=["s1"]),
    line(3, quantity=2.0, value_usd=0.1),
    [line(4), line(5, consignee={"name": "Yotta Ltd", "country": "SG"})],
    Order.model_validate(line(6, consignee="a")),
]


@pytest.mark.parametrize("orders", ORDERS)
def test_an_answer_is_that_of_the_library(asking: Client, screener: Screener, orders: Any) -> None:
    assert asking.screen(orders) == type(asking.screen(orders)).model_validate_json(screener.screen(orders).json_text())


@pytest.mark.parametrize(
    "orders",
    [
        line(1, consignee="nobody", chip="H10O"), [], [line(1), line(1)], [line(1), {"id": "x", "wrong": 1}], ["text"],
        line(1, quantity=float("inf")), line(1, note={1: object()}), line(1, date="tomorrow", to_country="XX"),
    ],
)  # fmt: skip
def test_an_error_is_that_of_the_library(asking: Client, screener: Screener, orders: Any) -> None:
    with pytest.raises(OrderError) as expected:
        screener.screen(orders)
    with pytest.raises(OrderError) as raised:
        asking.screen(orders)

    assert [dict(one) for one in raised.value.problems] == [dict(one) for one in expected.value.problems]  # type: ignore[call-overload]
    assert str(raised.value) == str(expected.value)


def test_orders_by_name_are_screened_as_the_library_screens_them(asking: Client, screener: Screener) -> None:
    orders = {"one": line(1, consignee="a"), "two": [line(2), line(3)]}

    found, expected = asking.screen_each(orders), screener.screen_each(orders)

    assert {name: one.json_text() for name, one in found.items()} == {
        name: one.json_text() for name, one in expected.items()
    }


def test_headroom_each_and_other_days_are_typed(asking: Client, screener: Screener) -> None:
    each = asking.screen_each([line(1, consignee="a"), line(2)])
    day = asking.screen(line(1, date="2025-10-15"), as_of=date(2025, 10, 15), posture="as-written")

    assert asking.headroom(chip="H100", consignee="b") == screener.headroom(chip="H100", consignee="b")
    assert {name: one.decision.enforced for name, one in each.items()} == {"po-1": "review", "po-2": "nothing_found"}
    assert (day.as_of, day.posture) == ("2025-10-15", "as-written")


def test_reservations_and_decisions_are_typed(asking: Client) -> None:
    made = asking.reserve("client", line("c1"), expires=datetime(2099, 1, 1, tzinfo=UTC))
    assert asking.reserve("client", line("c1"), expires=datetime(2099, 1, 1, tzinfo=UTC)) == made
    assert asking.commit(made.id, by="B. Lim").state == asking.reservation(made.id).state == "committed"
    with pytest.raises(LedgerError) as refused:
        asking.release(made.id)
    assert refused.value.code == "wrong_state"
    asking.screen(line("c2", consignee={"name": "Client Ltd"}))
    [found] = asking.decisions(party="Client Ltd")
    assert asking.act(found.id, "hold", by="A", reason="r").state == "held"
    assert found.id in {one.subject.removeprefix("decision/") for one in asking.holds()}
    assert asking.decision(found.id).acts[0].by == "A"
    assert asking.balances() == []
    assert asking.health().status == "ok"


def test_what_is_wrong_with_a_change_is_that_of_the_library(asking: Client, screener: Screener) -> None:
    rows: dict[str, Any] = {"companies": [{"id": "b"}], "stakes": [{"owner": "b", "owned": "zz", "percent": 10}]}
    with pytest.raises(InputError) as expected:
        screener.apply(rows)
    with pytest.raises(InputError) as raised:
        asking.change_world(rows)

    assert [one.about.code for one in raised.value.problems] == [one.about.code for one in expected.value.problems]


def test_other_refusals_have_a_status_and_a_code(asking: Client) -> None:
    with pytest.raises(ServiceError) as wrong:
        asking.decision("none")
    assert (wrong.value.status, wrong.value.code) == (404, "unknown_decision")
    with Client("http://127.0.0.1:9") as nobody, pytest.raises(ServiceError, match="does not answer"):
        nobody.screen(line(1))
