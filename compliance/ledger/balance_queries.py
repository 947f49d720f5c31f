"""Questions to the ledger: balances now and then, reservations, acts, movements, and whether its rows agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from compliance.ledger.double_entry import ACCOUNT, instant, read_account
from compliance.ledger.ledger_answers import Act, Balance, Movement, Reservation, State
from compliance.ledger.stored_reservations import load, overdue
from compliance.ledger.stores.store import Rows

_BALANCE = f"SELECT number, {ACCOUNT}, capacity, recorded, reserved, committed, binds, at FROM accounts"
_SIDES = ("limit", "recorded", "reserved", "committed")


def balances(
    rows: Rows, names: Collection[str], holder: str, country: str, at: int | None, now: int | None = None
) -> list[Balance]:  # fmt: skip
    """Balances by name; `at` an instant in microseconds, as they stood then; `now`: without what is overdue by then."""
    where, values = [], list[Any]()
    if names:
        where.append(f"name IN ({', '.join('?' * len(names))})")
        values += sorted(names)
    if holder:
        where.append("holder = ?")
        values.append(holder)
    if country:
        where.append("((kind = 'country' AND holder = ?) OR holder_key = ?)")
        values += [country, country]
    asked = f" WHERE {' AND '.join(where)}" if where else ""
    found = [read_account(row) for row in rows.run(f"{_BALANCE}{asked} ORDER BY name", *values)]
    if at is None:
        late = {} if now is None else overdue(rows, now)
        return [_without(one.balance, late) for one in found]
    then, late = _sums(rows, at), overdue(rows, at, then=True)
    return [_without(_with_sums(one.balance, then[one.number]), late) for one in found if one.number in then]


def _without(balance: Balance, late: Mapping[str, int]) -> Balance:
    return replace(balance, reserved=balance.reserved - late.get(balance.account.name, 0)) if late else balance


def _sums(rows: Rows, at: int | None) -> dict[int, dict[str, int]]:
    """Of each account what the movements up to an instant add up to, by side."""
    until, values = ("", ()) if at is None else (" WHERE at <= ?", (at,))
    found: dict[int, dict[str, int]] = {}
    for sign, side in ((1, "target"), (-1, "source")):
        read = rows.run(
            f"SELECT account, {side}, CAST(sum(amount) AS BIGINT) FROM movements{until} GROUP BY account, {side}",
            *values,
        )
        for account, name, amount in read:
            sums = found.setdefault(account, dict.fromkeys((*_SIDES, "room"), 0))
            sums[name] += sign * amount
    return found


def _with_sums(balance: Balance, sums: dict[str, int]) -> Balance:
    return replace(
        balance, capacity=-sums["limit"], recorded=sums["recorded"], reserved=sums["reserved"],
        committed=sums["committed"],
    )  # fmt: skip


def disagreements(rows: Rows) -> list[str]:
    """Where rows and running balances do not agree."""
    sums, found = _sums(rows, None), []
    empty = dict.fromkeys((*_SIDES, "room"), 0)
    for row in rows.run(f"{_BALANCE} ORDER BY name"):
        one = read_account(row)
        summed = sums.get(one.number, empty)
        if _with_sums(one.balance, summed) != one.balance:
            found.append(f"the rows of `{one.balance.account.name}` add up to {summed}, its balance is {one.balance}")
        if sum(summed.values()) != 0:
            found.append(f"the sides of `{one.balance.account.name}` do not cancel out")
    for number, *_ in rows.run("SELECT number FROM movements WHERE amount < 0 OR source = target ORDER BY number"):
        found.append(f"movement {number} goes nowhere or has an amount below zero")
    for side in ("reserved", "committed"):
        read = rows.run(
            "SELECT r.id FROM reservations r JOIN movements m ON m.reservation = r.id WHERE r.state <> ? "
            f"GROUP BY r.id HAVING sum(CASE WHEN m.target = '{side}' THEN m.amount ELSE 0 END) "
            f"<> sum(CASE WHEN m.source = '{side}' THEN m.amount ELSE 0 END) ORDER BY r.id",
            side,
        )
        found += [f"the reservation `{name}` is not {side} and holds something that is" for (name,) in read]
    return found


def reservations(
    rows: Rows, states: Collection[State], after: str, most: int, due: int | None
) -> list[Reservation]:  # fmt: skip
    """Reservations by id."""
    where, values = ["id > ?"], list[Any]([after])
    if states:
        where.append(f"state IN ({', '.join('?' * len(states))})")
        values += sorted(states)
    if due is not None:
        where.append("state = 'reserved' AND expires <= ?")
        values.append(due)
    asked = f"SELECT id FROM reservations WHERE {' AND '.join(where)} ORDER BY id LIMIT ?"
    return [load(rows, name) for (name,) in rows.run(asked, *values, most)]


def acts(rows: Rows, name: str) -> list[Act]:
    """Who did what to a reservation."""
    read = rows.run(
        "SELECT number, at, reservation, kind, actor, reason FROM acts WHERE reservation = ? ORDER BY number", name
    )
    return [Act(number, instant(at), *rest) for number, at, *rest in read]


def movements(rows: Rows, account: str, reservation: str, after: int, most: int) -> list[Movement]:
    """The rows in order."""
    where, values = ["m.number > ?"], list[Any]([after])
    if account:
        where.append("a.name = ?")
        values.append(account)
    if reservation:
        where.append("m.reservation = ?")
        values.append(reservation)
    read = rows.run(
        "SELECT m.number, m.at, m.kind, m.reservation, a.name, m.source, m.target, m.amount, m.act FROM movements m "
        f"JOIN accounts a ON a.number = m.account WHERE {' AND '.join(where)} ORDER BY m.number LIMIT ?",
        *(*values, most),
    )
    return [Movement(number, instant(at), *rest) for number, at, *rest in read]
