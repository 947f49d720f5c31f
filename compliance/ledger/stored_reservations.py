"""Reservations as they stand, out of their rows, and the acts on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compliance.ledger.double_entry import ACCOUNT, account_in, instant
from compliance.ledger.ledger_answers import AccountDraw, Reservation, Side, State
from compliance.ledger.ledger_problems import LedgerError

if TYPE_CHECKING:
    from compliance.ledger.stores.store import Rows

_NET = (
    "CASE WHEN m.target IN ('reserved', 'committed') THEN m.amount ELSE 0 END"
    " - CASE WHEN m.source IN ('reserved', 'committed') THEN m.amount ELSE 0 END"
)
"""What a movement adds to what a reservation takes."""
_BINDS = "max(2 * m.number + m.binds) % 2"
"""Whether the limit stands in the way of what a reservation takes now, which its last movement says."""
_STATES: dict[str, Side] = {"reserved": "reserved", "committed": "committed"}
_RESERVATION = "id, request_key, state, orders, answer, revision, actor, at, expires, changed"


def load(rows: Rows, name: str, *, as_made: bool = False, lock: bool = False) -> Reservation:
    """A reservation as it stands, or as it was made. Raises `LedgerError` where there is none."""
    locking = rows.locking if lock else ""
    read = rows.run(f"SELECT {_RESERVATION} FROM reservations WHERE id = ?{locking}", name)
    if not read:
        raise LedgerError("unknown_reservation", f"there is no reservation `{name}`")
    return _load_row(read[0], taken_by(rows, name, as_made), as_made)


def _load_row(row: Sequence[Any], taken: tuple[AccountDraw, ...], as_made: bool) -> Reservation:
    name, key, state, orders, answer, revision, by, at, expires, changed = row
    until = None if expires is None else instant(expires)
    last = instant(at if as_made else changed)
    told: State = "reserved" if as_made else state
    return Reservation(name, key, told, taken, orders, answer, revision, by, instant(at), until, last)


def taken_by(rows: Rows, name: str, as_made: bool = False) -> tuple[AccountDraw, ...]:
    """What a reservation takes of each account: the sum of its movements, or those that made it."""
    accounts = ", ".join(f"a.{column}" for column in ACCOUNT.split(", "))
    if as_made:
        read = rows.run(
            f"SELECT {accounts}, m.binds, m.amount, m.room FROM movements m JOIN accounts a ON a.number = m.account "
            "WHERE m.reservation = ? AND m.kind = 'reserve' ORDER BY a.name",
            name,
        )
        return tuple(AccountDraw(account_in(r[:9]), r[10], r[11], bool(r[9])) for r in read)
    room = "a.capacity - a.recorded - a.reserved - a.committed"
    read = rows.run(
        f"SELECT {accounts}, {_BINDS}, CAST(sum({_NET}) AS BIGINT), {room} "
        "FROM movements m JOIN accounts a ON a.number = m.account WHERE m.reservation = ? "
        f"GROUP BY a.number, a.name, a.capacity, a.recorded, a.reserved, a.committed, {accounts} "
        "ORDER BY a.name",
        name,
    )
    return tuple(AccountDraw(account_in(r[:9]), r[10], r[11], bool(r[9])) for r in read)


def overdue(rows: Rows, at: int, *, then: bool = False) -> dict[str, int]:
    """Of each account by name what reservations hold that ended until an instant and were not freed since.

    With `then` as the movements up to it have it, else as they stand.
    """
    until, values = (" AND m.at <= ?", (at,)) if then else (" AND r.state = 'reserved'", ())
    read = rows.run(
        "SELECT a.name, CAST(sum(CASE WHEN m.target = 'reserved' THEN m.amount ELSE 0 END"
        " - CASE WHEN m.source = 'reserved' THEN m.amount ELSE 0 END) AS BIGINT) "
        "FROM reservations r JOIN movements m ON m.reservation = r.id JOIN accounts a ON a.number = m.account "
        f"WHERE r.expires <= ?{until} GROUP BY a.name",
        *(at, *values),
    )
    return {name: amount for name, amount in read if amount}


def load_at(rows: Rows, name: str, at: int) -> Reservation:
    """A reservation as it stands at an instant: what is overdue by then has ended. Raises `LedgerError`."""
    found = load(rows, name)
    late = overdue(rows, at)
    ended = found.state == "reserved" and found.expires is not None and found.expires <= instant(at)
    draws = tuple(
        replace(one, taken=0 if ended else one.taken, room=one.room + late.get(one.account.name, 0))
        for one in found.accounts
    )
    if ended and found.expires is not None:
        return replace(found, state="expired", changed=found.expires, accounts=draws)
    return replace(found, accounts=draws)


def load_each(rows: Rows, states: Sequence[State], *, lock: bool = False) -> dict[str, Reservation]:
    """All reservations in these states by id, in two queries; locked in the order of their ids."""
    marks = ", ".join("?" * len(states))
    read = rows.run(
        f"SELECT {_RESERVATION} FROM reservations WHERE state IN ({marks}) ORDER BY id{rows.locking if lock else ''}",
        *states,
    )
    taken: dict[str, list[AccountDraw]] = {row[0]: [] for row in read}
    accounts = ", ".join(f"a.{column}" for column in ACCOUNT.split(", "))
    room = "a.capacity - a.recorded - a.reserved - a.committed"
    sums = rows.run(
        f"SELECT {accounts}, {room}, s.reservation, s.binds, s.taken FROM (SELECT m.reservation, m.account, "
        f"{_BINDS} AS binds, CAST(sum({_NET}) AS BIGINT) AS taken FROM movements m JOIN reservations r "
        f"ON r.id = m.reservation WHERE r.state IN ({marks}) GROUP BY m.reservation, m.account) s "
        "JOIN accounts a ON a.number = s.account ORDER BY a.name",
        *states,
    )
    for row in sums:
        *account, left, name, binds, amount = row
        if name in taken:
            taken[name].append(AccountDraw(account_in(account), amount, left, bool(binds)))
    return {row[0]: _load_row(row, tuple(taken[row[0]]), False) for row in read}


def shipped_orders(rows: Rows) -> list[tuple[str, str]]:
    """The id and the lines of all reservations whose lines are on record."""
    return [(n, orders) for n, orders in rows.run("SELECT id, orders FROM reservations WHERE state = 'shipped'")]


def binding_accounts(rows: Rows) -> set[str]:
    """The accounts whose limit stands in the way of something that is reserved or committed."""
    read = rows.run(
        f"SELECT a.name FROM movements m JOIN accounts a ON a.number = m.account "
        "JOIN reservations r ON r.id = m.reservation WHERE r.state IN ('reserved', 'committed') "
        f"GROUP BY m.reservation, a.name HAVING {_BINDS} = 1 AND sum({_NET}) > 0"
    )
    return {name for (name,) in read}


def side_of(reservation: Reservation) -> Side:
    """The side on which an open reservation stands."""
    return _STATES[reservation.state]


def set_state(rows: Rows, name: str, state: State, at: int) -> None:
    """Writes the state of a reservation."""
    rows.run("UPDATE reservations SET state = ?, changed = ? WHERE id = ?", state, at, name)


def write_act(
    rows: Rows,
    at: int,
    reservation: str,
    kind: str,
    by: str,
    reason: str,
    key: str | None = None,
    fingerprint: str = "",
) -> int:
    """Writes who did what and why; gives the number of the act."""
    [(number,)] = rows.run(
        "INSERT INTO acts (request_key, fingerprint, at, reservation, kind, actor, reason) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number",
        *(key, fingerprint, at, reservation, kind, by, reason),
    )
    return int(number)
