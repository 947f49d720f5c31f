"""What a reservation does to accounts, the same on both stores."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_problems import LedgerError
from tests.ledger.limits import AT, account, after, claim, lines


def taken(ledger: Ledger, key: str, tpp: int, **other: object) -> str:
    return ledger.reserve(key, lines(key), [claim(tpp)], at=AT, by="desk", **other).reservation.id  # type: ignore[arg-type]


def sides(ledger: Ledger, **asked: object) -> list[tuple[int, int, int, int]]:
    """Of each account what is on record, reserved, committed and left, in whole TPP."""
    return [
        (one.recorded // 1000, one.reserved // 1000, one.committed // 1000, one.room // 1000)
        for one in ledger.balances(**asked)  # type: ignore[arg-type]
    ]


def refused(code: str) -> pytest.RaisesExc[LedgerError]:
    return pytest.raises(LedgerError, check=lambda wrong: wrong.code == code)


def test_what_is_on_record_opens_an_account_and_a_reservation_takes_of_it(ledger: Ledger) -> None:
    made = ledger.reserve("k", lines("o"), [claim(30)], at=AT, by="desk", answer="{}")

    assert not made.known
    assert made.reservation.said()["accounts"] == [
        {"account": "pack/yearly/acme/2026", "taken": "30", "room": "60", "unit": "TPP", "binds": True}
    ]
    assert sides(ledger) == [(10, 30, 0, 60)]


def test_the_last_part_of_a_limit_can_be_taken_and_no_more(ledger: Ledger) -> None:
    taken(ledger, "all", 90)

    with refused("no_room") as told:
        ledger.reserve("k", lines("o"), [claim(None, taken=1)], at=AT, by="desk")
    assert (told.value.account, told.value.room, told.value.asked) == ("pack/yearly/acme/2026", "0", "0.001")
    assert sides(ledger) == [(10, 90, 0, 0)]


def test_an_order_takes_of_all_its_accounts_or_of_none(ledger: Ledger) -> None:
    taken(ledger, "first", 80)

    with refused("no_room") as told:
        ledger.reserve("k", lines("o"), [claim(20, "zeta"), claim(20)], at=AT, by="desk")
    assert told.value.account == account().name
    assert sides(ledger) == [(10, 80, 0, 10)]


def test_the_refusal_names_every_account_without_room_and_the_tightest_first(ledger: Ledger) -> None:
    with refused("no_room") as told:
        ledger.reserve("k", lines("o"), [claim(95, "a"), claim(5, "b"), claim(900, "c")], at=AT, by="desk")

    assert [one.account.holder for one in told.value.lacking] == ["a", "c"]
    assert (told.value.account, told.value.room) == (account("c").name, "90")


def test_a_claim_that_does_not_bind_is_counted_and_never_refused(ledger: Ledger) -> None:
    ledger.reserve("k", lines("o"), [claim(200, binds=False)], at=AT, by="desk")

    assert sides(ledger) == [(10, 200, 0, -110)]
    assert not ledger.balances()[0].binds
    with refused("no_room"):
        taken(ledger, "binding", 1)


def test_what_nothing_bounds_is_not_reserved(ledger: Ledger) -> None:
    with refused("unknown_amount"):
        ledger.reserve("k", lines("o"), [claim(None)], at=AT, by="desk")
    with refused("no_room"):
        ledger.reserve("k", lines("o"), [claim(1, recorded=None)], at=AT, by="desk")


def test_the_same_key_gives_the_same_answer_whatever_became_of_it(ledger: Ledger) -> None:
    first = ledger.reserve("k", lines("o"), [claim(30)], at=AT, by="desk", answer="told").reservation
    taken(ledger, "other", 10)
    ledger.commit(first.id, at=after(hours=1), by="desk")

    again = ledger.reserve("k", lines("o"), [claim(31)], at=after(hours=2), by="else")

    assert again.known
    assert again.reservation == first == ledger.find("k", lines("o"))
    assert sides(ledger) == [(10, 10, 30, 50)]


def test_another_order_under_the_same_key_is_refused(ledger: Ledger) -> None:
    taken(ledger, "k", 30)

    with refused("key_reused"):
        ledger.reserve("k", lines("k", quantity="9"), [claim(30)], at=AT, by="desk")
    with refused("key_reused"):
        ledger.find("k", lines("other"))
    assert ledger.find("new", lines("o")) is None


def test_a_key_that_was_refused_may_be_tried_again(ledger: Ledger) -> None:
    first = taken(ledger, "first", 90)
    with refused("no_room"):
        taken(ledger, "k", 5)
    ledger.release(first, at=AT, by="desk", reason="cancelled")

    taken(ledger, "k", 5)

    assert sides(ledger) == [(10, 5, 0, 85)]


def test_commit_and_release_done_again_change_nothing(ledger: Ledger) -> None:
    kept, left = taken(ledger, "a", 20), taken(ledger, "b", 30)
    for _ in range(2):
        assert ledger.commit(kept, at=after(hours=1), by="desk", reason="shipped").state == "committed"
        assert ledger.release(left, at=after(hours=1), by="desk", reason="lost").state == "released"

    assert sides(ledger) == [(10, 0, 20, 70)]
    assert [(act.kind, act.by, act.reason) for act in ledger.acts(left)] == [("release", "desk", "lost")]
    with refused("wrong_state"):
        ledger.release(kept, at=AT, by="desk")
    with refused("wrong_state"):
        ledger.commit(left, at=AT, by="desk")
    with refused("unknown_reservation"):
        ledger.commit("r-none", at=AT, by="desk")


def test_a_reservation_ends_when_its_time_is_over(ledger: Ledger) -> None:
    short, longer = taken(ledger, "a", 20, expires=after(hours=1)), taken(ledger, "b", 20, expires=after(hours=2))
    kept = taken(ledger, "c", 20, expires=after(hours=1))
    ledger.commit(kept, at=AT, by="desk")

    assert ledger.expire(after(minutes=59)) == []
    assert ledger.expire(after(hours=1)) == [short]
    assert ledger.expire(after(hours=1)) == []
    assert sides(ledger) == [(10, 20, 20, 50)]
    with refused("reservation_expired"):
        ledger.commit(short, at=after(hours=1), by="desk")
    with refused("reservation_expired"):
        ledger.commit(longer, at=after(hours=2), by="desk")
    assert ledger.reservation(longer).state == "expired"
    assert sides(ledger) == [(10, 0, 20, 70)]


def test_what_is_overdue_is_read_as_ended_though_nobody_has_freed_it(ledger: Ledger) -> None:
    ended = taken(ledger, "short", 20, expires=after(hours=1))
    kept = taken(ledger, "long", 30, expires=after(hours=3))
    ledger.commit(taken(ledger, "sold", 10, expires=after(hours=1)), at=after(minutes=5), by="desk")

    def read(hours: int) -> tuple[list[tuple[int, int, int, int]], str, list[tuple[int, int]]]:
        one = ledger.reservation(ended, now=after(hours=hours))
        taken_now = [(each.taken // 1000, each.room // 1000) for each in one.accounts]
        return sides(ledger, now=after(hours=hours)), one.state, taken_now

    assert read(0) == ([(10, 50, 10, 30)], "reserved", [(20, 30)])
    assert read(1) == ([(10, 30, 10, 50)], "expired", [(0, 50)])
    assert ledger.reservation(kept, now=after(hours=1)).accounts[0].room == 50_000
    assert sides(ledger, at=after(minutes=59)) == [(10, 50, 10, 30)]
    assert sides(ledger, at=after(hours=2)) == [(10, 30, 10, 50)]
    ledger.expire(after(hours=2))
    assert read(1) == ([(10, 30, 10, 50)], "expired", [(0, 50)])
    assert sides(ledger, at=after(hours=1)) == [(10, 30, 10, 50)]
    assert sides(ledger, at=after(minutes=59)) == [(10, 50, 10, 30)]


def test_an_order_that_finds_no_room_ends_what_is_overdue(ledger: Ledger) -> None:
    overdue = taken(ledger, "a", 90, expires=after(hours=1))

    with refused("no_room"):
        ledger.reserve("k", lines("o"), [claim(50)], at=after(minutes=59), by="desk")
    made = ledger.reserve("k", lines("o"), [claim(50)], at=after(hours=1), by="desk", expires=after(hours=2))

    assert made.ended == (overdue,)
    with refused("no_room") as told:
        ledger.reserve("l", lines("l"), [claim(95)], at=after(hours=2), by="desk")
    assert told.value.ended == (made.reservation.id,)
    ledger.reserve("m", lines("m"), [claim(50)], at=after(hours=2), by="desk")

    assert sides(ledger) == [(10, 50, 0, 40)]


def test_a_reservation_that_would_end_before_it_begins_is_refused(ledger: Ledger) -> None:
    with refused("bad_request"):
        taken(ledger, "k", 1, expires=AT)


def test_an_amendment_takes_other_claims_or_leaves_all_as_it_is(ledger: Ledger) -> None:
    name = taken(ledger, "k", 40)
    asked = {"at": after(hours=1), "by": "desk", "reason": "fewer"}
    ledger.amend(name, "a1", lines("o", quantity="4"), [claim(20), claim(5, "zeta")], **asked)  # type: ignore[arg-type]
    again = ledger.amend(name, "a1", lines("o", quantity="4"), [claim(20), claim(5, "zeta")], **asked)  # type: ignore[arg-type]

    assert sides(ledger) == [(10, 20, 0, 70), (10, 5, 0, 85)]
    assert '"quantity":"4"' in again.orders
    with refused("no_room"):
        ledger.amend(name, "a2", lines("o"), [claim(91), claim(1, "new")], **asked)  # type: ignore[arg-type]
    with refused("key_reused"):
        ledger.amend(name, "a1", lines("p"), [claim(1)], **asked)  # type: ignore[arg-type]
    assert sides(ledger) == [(10, 20, 0, 70), (10, 5, 0, 85)]


def test_what_is_committed_or_has_ended_is_not_amended(ledger: Ledger) -> None:
    sold, late = taken(ledger, "sold", 40), taken(ledger, "late", 10, expires=after(hours=1))
    ledger.commit(sold, at=AT, by="desk")
    with refused("wrong_state"):
        ledger.amend(sold, "a1", lines("sold", quantity="1"), [claim(1)], at=AT, by="desk")
    with refused("reservation_expired"):
        ledger.amend(late, "a2", lines("late", quantity="1"), [claim(1)], at=after(hours=1), by="desk")

    assert sides(ledger) == [(10, 10, 40, 40)]


def test_goods_that_come_back_are_free_again(ledger: Ledger) -> None:
    name = taken(ledger, "k", 40)
    with refused("wrong_state"):
        ledger.take_back(name, "t1", None, at=AT, by="desk", reason="came back")
    ledger.commit(name, at=AT, by="desk")
    for _ in range(2):
        ledger.take_back(name, "t1", {account().name: 15_000}, at=AT, by="desk", reason="came back")
    assert sides(ledger) == [(10, 0, 25, 65)]
    with refused("bad_request"):
        ledger.take_back(name, "t2", {account().name: 25_001}, at=AT, by="desk", reason="too many")
    with pytest.raises(LedgerError, match=r"`25.001` TPP cannot come back: the reservation holds 25 TPP"):
        ledger.take_back(name, "t2", {account().name: 25_001}, at=AT, by="desk", reason="too many")

    assert ledger.take_back(name, "t3", None, at=AT, by="desk", reason="all").state == "returned"
    assert sides(ledger) == [(10, 0, 0, 90)]


def test_a_balance_at_a_past_instant_is_the_sum_of_the_rows_until_then(ledger: Ledger) -> None:
    name = taken(ledger, "k", 40)
    ledger.commit(name, at=after(hours=1), by="desk")
    ledger.take_back(name, "t", {account().name: 10_000}, at=after(hours=2), by="desk", reason="back")

    past = [AT - timedelta(microseconds=1), AT, after(minutes=59), after(hours=1), after(hours=2)]
    told = [sides(ledger, at=at) for at in past]

    assert told == [[], [(10, 40, 0, 50)], [(10, 40, 0, 50)], [(10, 0, 40, 50)], [(10, 0, 30, 60)]]


def test_every_movement_is_a_row_with_two_sides(ledger: Ledger) -> None:
    name = taken(ledger, "k", 40)
    ledger.commit(name, at=AT, by="desk")

    rows = [(one.kind, one.source, one.target, one.amount) for one in ledger.movements(account=account().name)]

    assert rows == [
        ("open", "limit", "room", 100_000),
        ("record", "room", "recorded", 10_000),
        ("reserve", "room", "reserved", 40_000),
        ("commit", "reserved", "committed", 40_000),
    ]
    assert [one.number for one in ledger.movements(reservation=name)] == [3, 4]


def test_balances_are_found_by_account_holder_and_country(ledger: Ledger) -> None:
    ledger.reserve("k", lines("o"), [claim(1), claim(2, "zeta")], at=AT, by="desk")

    assert [one.account.holder for one in ledger.balances()] == ["acme", "zeta"]
    assert [one.account.holder for one in ledger.balances(holder="zeta")] == ["zeta"]
    assert [one.account.holder for one in ledger.balances(accounts=[account().name])] == ["acme"]
    assert ledger.balances(country="MY") == []


def test_a_clock_that_was_set_back_is_refused_and_one_a_little_behind_is_not(ledger: Ledger) -> None:
    taken(ledger, "k", 10)
    late = ledger.reserve("l", lines("l"), [claim(10)], at=AT - timedelta(seconds=60), by="desk").reservation

    assert late.at == AT
    with refused("clock_set_back"):
        ledger.reserve("m", lines("m"), [claim(10)], at=AT - timedelta(seconds=61), by="desk")
    with refused("clock_set_back"):
        ledger.commit(late.id, at=AT - timedelta(days=1), by="desk")
    assert sides(ledger) == [(10, 20, 0, 70)]


def test_what_is_no_request_is_refused_before_anything_is_written(ledger: Ledger) -> None:
    for wrong in (
        lambda: ledger.reserve("", lines("o"), [], at=AT, by="desk"),
        lambda: ledger.reserve("k", [], [], at=AT, by="desk"),
        lambda: ledger.reserve("k", lines("o"), [], at=AT, by=" "),
        lambda: ledger.reserve("k", lines("o"), [], at=AT.replace(tzinfo=None), by="desk"),
        lambda: ledger.reserve("k", lines("o"), [claim(1), claim(2)], at=AT, by="desk"),
        lambda: ledger.reserve("k", lines("o"), [claim(-1)], at=AT, by="desk"),
        lambda: ledger.reserve("k", lines("o"), [claim(None, taken=2**62)], at=AT, by="desk"),
        lambda: ledger.reserve("k", [{"id": object()}], [], at=AT, by="desk"),
    ):
        with refused("bad_request"):
            wrong()
    assert ledger.movements() == []


def test_an_order_without_limits_is_reserved_too(ledger: Ledger) -> None:
    made = ledger.reserve("k", lines("o"), [claim(0)], at=AT, by="desk")

    assert made.reservation.accounts == ()
    assert ledger.commit(made.reservation.id, at=AT, by="desk").state == "committed"


def test_open_orders_of_one_purchase_are_screened_together(ledger: Ledger) -> None:
    first = ledger.reserve("a", lines("a", purchase="p"), [], at=AT, by="desk", beside=[]).reservation.id

    assert [one.id for one in ledger.of_purchases(lines("b", purchase="p"))] == [first]
    with refused("stale_world"):
        ledger.reserve("b", lines("b", purchase="p"), [], at=AT, by="desk", beside=[])
    ledger.reserve("b", lines("b", purchase="p"), [claim(2)], at=AT, by="desk", beside=[first])
    ledger.release(first, at=AT, by="desk")
    with refused("stale_world"):
        ledger.reserve("c", lines("c", purchase="p"), [], at=AT, by="desk", beside=[first])


def test_reservations_are_listed_by_state_in_pages(ledger: Ledger) -> None:
    names = sorted(taken(ledger, f"k{number}", 1) for number in range(5))
    ledger.release(names[1], at=AT, by="desk")

    page = ledger.reservations(["reserved"], most=2)

    assert [one.id for one in page] == [names[0], names[2]]
    assert [one.id for one in ledger.reservations(["reserved"], after=page[-1].id)] == names[3:]
    assert [one.id for one in ledger.reservations(["released"])] == [names[1]]
