"""What a change of the world does to accounts and open reservations, the same on both stores."""

from __future__ import annotations

import json
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance import Screener
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.order_reservations import reserve_order
from compliance.ledger.rescreening import Rescreening, rescreen
from compliance.ledger.world_revisions import Reclaim
from tests.ledger.limits import AT
from tests.ledger.test_accounts import H100, LPP, family, screener
from tests.ledger.test_reservations import refused
from tests.packs import line

ACME, OTHER = LPP.format("acme"), LPP.format("other")


@pytest.fixture
def asked(tmp_path: Path) -> Screener:
    world = family(shipments=[line("s1", "sub", "MY", 100, "2026-02-01", authorization="LPP")])
    return screener(tmp_path, ["us_ai_diffusion"], **world)


def order(name: str, quantity: int, **more: str) -> dict[str, Any]:
    return line(name, "sub", "MY", quantity, "2026-06-01", **{"authorization": "LPP", **more})


def reserved(ledger: Ledger, asked: Screener, name: str, quantity: int, **more: str) -> str:
    lines, revision = [order(name, quantity, **more)], ledger.revision()[0]
    return reserve_order(ledger, asked, name, lines, at=AT, by="desk", revision=revision).reservation.id


def changed(ledger: Ledger, asked: Screener, add: dict[str, Any], remove: dict[str, Any] | None = None) -> Rescreening:
    expected = ledger.revision()[0]
    asked.apply(add, remove)
    change = json.dumps({"add": add, "remove": remove})
    return rescreen(ledger, asked, expected=expected, sha256="hash", at=AT, by="admin", change=change)


def units(ledger: Ledger) -> dict[str, tuple[int, int, int]]:
    """Of each account the H100 on record, reserved and committed."""
    return {
        one.account.name: (one.recorded // H100, one.reserved // H100, one.committed // H100)
        for one in ledger.balances()
    }


def test_an_order_takes_of_what_the_world_leaves(ledger: Ledger, asked: Screener) -> None:
    reserved(ledger, asked, "o1", 1000)
    with refused("no_room") as told:
        reserved(ledger, asked, "o2", 600)
    reserved(ledger, asked, "o3", 599)

    assert told.value.account == ACME
    assert units(ledger) == {ACME: (100, 1599, 0)}


def test_the_same_key_is_not_screened_again(ledger: Ledger, asked: Screener) -> None:
    first = reserved(ledger, asked, "o1", 10)

    again = reserve_order(ledger, asked, "o1", [order("o1", 10)], at=AT, by="desk", revision=99)

    assert (again.known, again.reservation.id) == (True, first)


def test_a_shipment_of_a_reservation_is_counted_once(ledger: Ledger, asked: Screener) -> None:
    first, second = reserved(ledger, asked, "o1", 10), reserved(ledger, asked, "o2", 20)
    ledger.commit(first, at=AT, by="desk")

    told = changed(ledger, asked, {"shipments": [order("o1", 10), order("o2", 20)]})

    assert units(ledger) == {ACME: (130, 0, 0)}
    assert [ledger.reservation(name).state for name in (first, second)] == ["shipped", "shipped"]
    states = {one.id: (one.before["state"], one.after["state"]) for one in told.changed if one.kind == "reservation"}
    assert states == {first: ("committed", "shipped"), second: ("reserved", "shipped")}
    assert ledger.commit(first, at=AT, by="desk").state == "shipped"


def test_of_an_order_that_ships_in_part_the_rest_stays_reserved(ledger: Ledger, asked: Screener) -> None:
    lines = [order("o1", 10), order("o2", 20)]
    made = reserve_order(ledger, asked, "k", lines, at=AT, by="desk", revision=0)

    changed(ledger, asked, {"shipments": [lines[0]]})

    assert units(ledger) == {ACME: (110, 20, 0)}
    assert ledger.reservation(made.reservation.id).state == "reserved"


def test_of_a_line_that_ships_in_part_the_rest_goes_on_counting(ledger: Ledger, asked: Screener) -> None:
    name = reserved(ledger, asked, "o1", 60)
    ledger.commit(name, at=AT, by="desk")

    changed(ledger, asked, {"shipments": [order("o1", 40)]})
    assert (units(ledger), ledger.reservation(name).state) == ({ACME: (140, 0, 20)}, "committed")

    changed(ledger, asked, {"shipments": [order("o1", 60)]}, {"shipments": [{"id": "o1"}]})
    assert (units(ledger), ledger.reservation(name).state) == ({ACME: (160, 0, 0)}, "shipped")


def test_what_came_back_stays_free_when_the_world_changes(ledger: Ledger, asked: Screener) -> None:
    name = reserved(ledger, asked, "o1", 60)
    ledger.commit(name, at=AT, by="desk")
    ledger.take_back(name, "t1", {ACME: 20 * H100}, at=AT, by="desk", reason="came back")

    changed(ledger, asked, {"shipments": [order("s2", 1)]})
    assert units(ledger) == {ACME: (101, 0, 40)}

    changed(ledger, asked, {"shipments": [order("o1", 30)]})
    assert units(ledger) == {ACME: (131, 0, 10)}


@pytest.mark.parametrize(
    "other", [{"consignee": "other"}, {"to_country": "SG"}, {"chip": "H200"}, {"status": "cancelled"}]
)
def test_a_shipment_of_something_else_under_the_id_of_a_line_leaves_it_open(
    ledger: Ledger, asked: Screener, other: dict[str, str]
) -> None:
    name = reserved(ledger, asked, "o1", 60)

    changed(ledger, asked, {"shipments": [{**order("o1", 60), **other}]})

    assert units(ledger)[ACME][1] == 60
    assert ledger.reservation(name).state == "reserved"


def test_what_is_taken_off_the_record_again_counts_in_its_reservation_again(ledger: Ledger, asked: Screener) -> None:
    first, second = reserved(ledger, asked, "o1", 10), reserved(ledger, asked, "o2", 20)
    ledger.commit(first, at=AT, by="desk")
    changed(ledger, asked, {"shipments": [order("o1", 10), order("o2", 20)]})

    told = changed(ledger, asked, {"shipments": [order("o2", 15)]}, {"shipments": [{"id": "o1"}, {"id": "o2"}]})

    assert units(ledger) == {ACME: (115, 5, 10)}
    assert [ledger.reservation(name).state for name in (first, second)] == ["committed", "reserved"]
    states = {one.id: (one.before["state"], one.after["state"]) for one in told.changed if one.kind == "reservation"}
    assert states == {first: ("shipped", "committed"), second: ("shipped", "reserved")}
    assert changed(ledger, asked, {"shipments": [order("o1", 10)]}).changed
    assert (units(ledger), ledger.reservation(first).state) == ({ACME: (125, 5, 0)}, "shipped")


def test_a_new_parent_takes_the_open_reservations_with_it_and_that_is_told_once(
    ledger: Ledger, asked: Screener
) -> None:
    name = reserved(ledger, asked, "o1", 10)
    stake = {"owned": "sub", "percent": "60"}

    told = changed(ledger, asked, {"stakes": [{"owner": "other", **stake}]}, {"stakes": [{"owner": "acme", **stake}]})

    assert units(ledger) == {ACME: (0, 0, 0), OTHER: (100, 10, 0)}
    [of_it] = [one for one in told.changed if one.id == name]
    accounts = [{a["account"] for a in side["accounts"] if a["taken"] != "0"} for side in (of_it.before, of_it.after)]
    assert accounts == [{ACME}, {OTHER}]
    again = changed(ledger, asked, {})
    assert again.changed == ()


def test_what_the_world_forces_is_taken_though_there_is_no_room(ledger: Ledger, asked: Screener) -> None:
    reserved(ledger, asked, "o1", 1500)

    told = changed(ledger, asked, {"shipments": [order("s2", 200)]})

    assert units(ledger) == {ACME: (300, 1500, 0)}
    [account] = [one for one in told.changed if one.kind == "account"]
    assert (account.before["used"], account.after["used"]) == (str(100 * 15824), str(300 * 15824))
    assert ledger.balances()[0].room < 0
    with refused("no_room"):
        reserved(ledger, asked, "o2", 1)


def test_an_order_screened_on_an_older_world_is_refused(ledger: Ledger, asked: Screener) -> None:
    changed(ledger, asked, {"shipments": [order("s2", 200)]})

    with refused("stale_world"):
        reserve_order(ledger, asked, "o1", [order("o1", 1)], at=AT, by="desk", revision=0)
    with refused("stale_world"):
        rescreen(ledger, asked, expected=0, sha256="", at=AT, by="admin")
    assert ledger.revision() == (1, "hash")
    [(revision, sha256, change)] = ledger.changes_since(0)
    assert (revision, sha256, json.loads(change)["remove"]) == (1, "hash", None)
    assert units(ledger) == {}


def test_a_change_that_forgets_what_is_open_is_refused(ledger: Ledger, asked: Screener) -> None:
    name = reserved(ledger, asked, "o1", 10)
    orders = ledger.reservation(name).orders

    for claims in ({}, {name: Reclaim("[]", None)}, {name: Reclaim(orders.replace("10", "11"), None)}):
        with refused("stale_world"):
            ledger.advance(0, "hash", {}, claims, at=AT, by="admin")
    assert ledger.revision() == (0, "")
    ledger.advance(0, "hash", {}, {name: Reclaim(orders, None)}, at=AT, by="admin")
    assert units(ledger) == {ACME: (0, 10, 0)}


def test_a_day_that_ends_a_rule_frees_what_it_held(ledger: Ledger, asked: Screener) -> None:
    reserved(ledger, asked, "o1", 10)
    later = Screener(asked.world, ["us_chips_enforced"], date(2026, 7, 1))

    told = rescreen(ledger, later, expected=0, sha256="", at=AT, by="admin")

    assert units(ledger) == {ACME: (0, 0, 0)}
    assert [one.kind for one in told.changed] == ["reservation", "account"]


def test_orders_of_one_purchase_are_reserved_together(ledger: Ledger, tmp_path: Path) -> None:
    asked = screener(tmp_path, ["diffusion_headline"], **family())
    cap = "diffusion_headline/country_cap/MY/2025-01-13..2029-01-13"
    taken = []
    for name, quantity in (("o1", 1000), ("o2", 800), ("o3", 5)):
        lines = [line(name, "acme", "MY", quantity, "2026-06-01", purchase="p", authorization="license")]
        reserve_order(ledger, asked, name, lines, at=AT, by="desk", revision=0)
        taken.append(sum(one.reserved for one in ledger.balances(accounts=[cap])))

    assert taken == [0, 1800, 1805]
    rescreen(ledger, asked, expected=0, sha256="", at=AT, by="admin")
    assert ledger.balances(accounts=[cap])[0].reserved == 1805


def test_reservations_made_while_the_world_changes_are_asked_again_too(ledger: Ledger, asked: Screener) -> None:
    """Desks reserve while two admins change the world: nothing is left on an old world, and the sums agree."""
    stop, wrong = threading.Event(), list[Exception]()

    def desk(number: int) -> None:
        for count in range(8):
            try:
                reserved(ledger, asked, f"d{number}-{count}", 1)
            except LedgerError as refusal:
                if refusal.code != "stale_world":
                    wrong.append(refusal)
        ledger.close()

    desks = [threading.Thread(target=desk, args=[number]) for number in range(2)]
    for one in desks:
        one.start()
    for count in range(3):
        changed(ledger, asked, {"shipments": [order(f"s-{count}", 1)]})
    for one in desks:
        one.join()
    stop.set()

    assert wrong == []
    changed(ledger, asked, {})
    open_ones = ledger.reservations(["reserved"], most=1000)
    assert units(ledger)[ACME] == (103, len(open_ones), 0)
    assert {one.revision for one in open_ones} <= {0, 1, 2, 3, 4}


def test_only_what_changed_is_asked_whether_it_is_still_on_record(
    ledger: Ledger, asked: Screener, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [reserved(ledger, asked, name, 10) for name in ("o1", "o2")]
    changed(ledger, asked, {"shipments": [order("o1", 10), order("o2", 10)]})
    read: list[str] = []
    found = ledger.reservation
    monkeypatch.setattr(ledger, "reservation", lambda name: read.append(name) or found(name))

    def change(add: dict[str, Any], remove: dict[str, Any]) -> None:
        before = asked.world
        asked.apply(add, remove)
        rescreen(
            ledger, asked, expected=ledger.revision()[0], sha256="hash", at=AT, by="admin", before=before
        )  # fmt: skip

    change({"listings": [{"party": "other", "list": "UVL"}]}, {})
    change({"shipments": [order("s2", 10)]}, {})
    assert read == []
    change({}, {"shipments": [{"id": "o2"}]})
    assert read == [made[1]]
    assert [found(name).state for name in made] == ["shipped", "reserved"]
    monkeypatch.setattr(ledger, "shipped_orders", lambda: pytest.fail("shipped orders are read"))
    change({}, {"listings": [{"party": "other", "list": "UVL"}]})


def test_a_change_of_what_lines_are_of_asks_all_of_them(ledger: Ledger, asked: Screener) -> None:
    made = reserved(ledger, asked, "o1", 10)
    changed(ledger, asked, {"shipments": [order("o1", 10)]})
    before = asked.world
    asked.apply({"companies": [{"id": "new", "headquarters": "MY"}]})
    rescreen(ledger, asked, expected=ledger.revision()[0], sha256="hash", at=AT, by="admin", before=before)

    assert ledger.reservation(made).state == "shipped"
