"""Rows of the ledger: how amounts move between the sides of an account, the same on every store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from compliance.decisions.accounts.account import Account, Claim
from compliance.ledger.models import Balance, Kind, Reservation, Side, State, Taken
from compliance.ledger.problems import LedgerError

if TYPE_CHECKING:
    from compliance.ledger.store import Rows

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 2**62
"""No amount is larger, so that sums of two stay within 63 bits."""
ACCOUNT = "pack, rule, holder, holder_key, period, kind, unit, scale, standing"
_STATES: dict[str, Side] = {"reserved": "reserved", "committed": "committed"}


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to reserve, checked: instants in microseconds, claims by name, every amount a whole number."""

    id: str
    key: str
    fingerprint: str
    orders: str
    answer: str
    revision: int
    by: str
    at: int
    expires: int | None
    claims: tuple[Claim, ...]
    tolerance: int


@dataclass(frozen=True, slots=True)
class Made:
    """A reservation that was made, or was there already (`known`)."""

    reservation: Reservation
    known: bool


@dataclass(frozen=True, slots=True)
class Locked:
    """An account as it stands in this transaction, locked until its end."""

    number: int
    balance: Balance
    at: int


def microseconds(at: datetime) -> int:
    """An instant as a whole number, exact. Raises `LedgerError` for one that names no time zone."""
    if at.tzinfo is None:
        raise LedgerError("bad_request", f"the instant `{at.isoformat()}` has no time zone")
    return (at - EPOCH) // timedelta(microseconds=1)


def instant(at: int) -> datetime:
    """The instant of a whole number."""
    return EPOCH + timedelta(microseconds=at)


# ---- accounts


def lock_accounts(rows: Rows, names: Iterable[str]) -> dict[str, Locked]:
    """These accounts by name, as far as they are there; locked in the order of their names, so that nobody waits in a
    circle."""
    found = {}
    for name in sorted(names):
        read = rows.run(
            f"SELECT number, {ACCOUNT}, capacity, recorded, reserved, committed, binds, at FROM accounts "
            f"WHERE name = ?{rows.locking}",
            name,
        )
        if read:
            found[name] = locked(read[0])
    return found


def locked(row: Sequence[Any]) -> Locked:
    """An account out of its columns."""
    number, account, (capacity, recorded, reserved, committed, binds, at) = row[0], account_in(row[1:10]), row[10:]
    return Locked(number, Balance(account, capacity, recorded, reserved, committed, bool(binds)), at)


def account_in(row: Sequence[Any]) -> Account:
    """The account in the columns `ACCOUNT`."""
    pack, rule, holder, key, period, kind, unit, scale, standing = row
    return Account(pack, rule, holder, key, period, kind, unit, scale, standing)


def open_account(rows: Rows, claim: Claim, at: int) -> Locked:
    """Opens an account: the law gives its capacity, and what the world has on record has used up part of it."""
    one, recorded = claim.account, claim.recorded or 0
    [(number,)] = rows.run(
        f"INSERT INTO accounts (name, {ACCOUNT}, capacity, recorded, reserved, committed, binds, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?) RETURNING number",
        *(one.name, one.pack, one.rule, one.holder, one.key, one.period, one.kind, one.unit, one.scale, one.standing),
        *(claim.capacity, int(claim.binds), at),
    )
    empty = Locked(number, Balance(one, claim.capacity, 0, 0, 0, claim.binds), at)
    write_movement(rows, at, "open", "", empty, "limit", "room", claim.capacity, 0)
    return move(rows, at, "record", "", empty, "room", "recorded", recorded, 0)


def move(
    rows: Rows, at: int, kind: Kind, reservation: str, account: Locked, source: Side, target: Side, amount: int,
    act: int,
) -> Locked:  # fmt: skip
    """Moves an amount from one side of an account to another: a row, and the running balance beside it."""
    if amount == 0:
        return account
    if amount < 0:
        source, target, amount = target, source, -amount
    after = replace(account, balance=_after(account.balance, source, target, amount), at=at)
    balance = after.balance
    rows.run(
        "UPDATE accounts SET recorded = ?, reserved = ?, committed = ?, capacity = ?, at = ? WHERE number = ?",
        *(balance.recorded, balance.reserved, balance.committed, balance.capacity, at, account.number),
    )
    write_movement(rows, at, kind, reservation, after, source, target, amount, act)
    return after


def _after(balance: Balance, source: Side, target: Side, amount: int) -> Balance:
    def moved(side: Side, stands: int) -> int:
        return stands + amount * ((target == side) - (source == side))

    return replace(
        balance,
        capacity=balance.capacity + amount * ((source == "limit") - (target == "limit")),
        recorded=moved("recorded", balance.recorded),
        reserved=moved("reserved", balance.reserved),
        committed=moved("committed", balance.committed),
    )


def write_movement(
    rows: Rows, at: int, kind: Kind, reservation: str, account: Locked, source: Side, target: Side, amount: int,
    act: int,
) -> None:  # fmt: skip
    """Writes the row of a movement, with the room after it."""
    rows.run(
        "INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, act) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(at, kind, reservation, account.number, source, target, amount, account.balance.room, act),
    )


def stamp(at: int, accounts: Iterable[Locked], tolerance: int) -> int:
    """The instant of a transaction: never before the last one of its accounts, so that past balances stay.

    A little behind is what several processes are; more than the tolerance is a clock that was set back.
    """
    last = max((one.at for one in accounts), default=at)
    if last - at > tolerance:
        raise LedgerError(
            "clock_set_back",
            f"the time given is {instant(at).isoformat()}, and a movement of {instant(last).isoformat()} is on record",
        )
    return max(at, last)


# ---- reservations


def reserve(rows: Rows, ask: Ask) -> Made:
    """Takes of all accounts that an order touches, or of none. Raises `LedgerError`."""
    if (known := known_request(rows, ask)) is not None:
        return Made(known, True)
    check_revision(rows, ask.revision)
    found = lock_accounts(rows, (claim.name for claim in ask.claims))
    at = stamp(ask.at, found.values(), ask.tolerance)
    for claim in ask.claims:
        if claim.name not in found:
            found[claim.name] = open_account(rows, claim, at)
    if lacking := [
        Taken(claim.account, claim.taken or 0, left, True)
        for claim in ask.claims
        if claim.binds and (claim.taken or 0) > (left := found[claim.name].balance.room)
    ]:
        raise no_room(lacking)
    rows.run(
        "INSERT INTO reservations (id, request_key, fingerprint, state, orders, answer, revision, actor, at, expires, "
        "changed) VALUES (?, ?, ?, 'reserved', ?, ?, ?, ?, ?, ?, ?)",
        *(ask.id, ask.key, ask.fingerprint, ask.orders, ask.answer, ask.revision, ask.by, at, ask.expires, at),
    )
    rooms = []
    for claim in ask.claims:
        after = move(rows, at, "reserve", ask.id, found[claim.name], "room", "reserved", claim.taken or 0, 0)
        rooms.append(after.balance.room)
    return Made(made_of(ask, at, rooms), False)


def no_room(lacking: Sequence[Taken]) -> LedgerError:
    """The refusal that names the tightest of the accounts that have no room."""
    worst = min(lacking, key=lambda one: (max(one.room, 0) * 10**6 // one.taken, one.account.name))
    at = worst.account
    room, asked = at.said(worst.room), at.said(worst.taken)
    others = f", and {len(lacking) - 1} more account(s) lack room" if len(lacking) > 1 else ""
    refusal = LedgerError(
        "no_room",
        f"`{at.name}` has {room} {at.unit} left, the order takes {asked}{others}",
        account=at.name, room=room, asked=asked, unit=at.unit,
    )  # fmt: skip
    refusal.lacking = tuple(lacking)
    return refusal


def made_of(ask: Ask, at: int, rooms: Sequence[int]) -> Reservation:
    """The reservation that was just made."""
    taken = [
        Taken(claim.account, claim.taken or 0, room, claim.binds) for claim, room in zip(ask.claims, rooms, strict=True)
    ]
    expires = None if ask.expires is None else instant(ask.expires)
    state: State = "reserved"
    return Reservation(
        ask.id, ask.key, state, tuple(taken), ask.orders, ask.answer, ask.revision, ask.by, instant(at), expires,
        instant(at),
    )  # fmt: skip


def known_request(rows: Rows, ask: Ask) -> Reservation | None:
    """The reservation of an earlier request with the same key, as it was made. Raises where it was of other orders."""
    read = rows.run("SELECT fingerprint FROM reservations WHERE id = ?", ask.id)
    if not read:
        return None
    if read[0][0] != ask.fingerprint:
        raise key_reused(ask.key)
    return load(rows, ask.id, as_made=True)


def key_reused(key: str) -> LedgerError:
    """The refusal of a key that another order has."""
    return LedgerError("key_reused", f"the key `{key}` was used for another order")


def check_revision(rows: Rows, revision: int) -> None:
    """Raises `LedgerError` where the world has changed since an order was screened."""
    [(current,)] = rows.run("SELECT revision FROM world_head")
    if current != revision:
        raise stale_world(revision, current)


def stale_world(revision: int, current: int) -> LedgerError:
    """The refusal of an order that was screened on another world than the one that counts."""
    return LedgerError("stale_world", f"the order was screened on revision {revision} of the world, it is at {current}")


_RESERVATION = "id, request_key, state, orders, answer, revision, actor, at, expires, changed"


def load(rows: Rows, name: str, *, as_made: bool = False, lock: bool = False) -> Reservation:
    """A reservation as it stands, or as it was made. Raises `LedgerError` where there is none."""
    locking = rows.locking if lock else ""
    read = rows.run(f"SELECT {_RESERVATION} FROM reservations WHERE id = ?{locking}", name)
    if not read:
        raise LedgerError("unknown_reservation", f"there is no reservation `{name}`")
    return _loaded(read[0], taken_by(rows, name, as_made), as_made)


def _loaded(row: Sequence[Any], taken: tuple[Taken, ...], as_made: bool) -> Reservation:
    name, key, state, orders, answer, revision, by, at, expires, changed = row
    until = None if expires is None else instant(expires)
    last = instant(at if as_made else changed)
    told: State = "reserved" if as_made else state
    return Reservation(name, key, told, taken, orders, answer, revision, by, instant(at), until, last)


def taken_by(rows: Rows, name: str, as_made: bool = False) -> tuple[Taken, ...]:
    """What a reservation takes of each account: the sum of its movements, or those that made it."""
    accounts = ", ".join(f"a.{column}" for column in ACCOUNT.split(", "))
    if as_made:
        read = rows.run(
            f"SELECT {accounts}, a.binds, m.amount, m.room FROM movements m JOIN accounts a ON a.number = m.account "
            "WHERE m.reservation = ? AND m.kind = 'reserve' ORDER BY a.name",
            name,
        )
        return tuple(Taken(account_in(r[:9]), r[10], r[11], bool(r[9])) for r in read)
    held = "m.{} IN ('reserved', 'committed')"
    amount = f"CASE WHEN {held.format('target')} THEN m.amount ELSE 0 END"
    amount += f" - CASE WHEN {held.format('source')} THEN m.amount ELSE 0 END"
    read = rows.run(
        f"SELECT {accounts}, a.binds, CAST(sum({amount}) AS BIGINT), a.capacity, a.recorded, a.reserved, a.committed "
        "FROM movements m JOIN accounts a ON a.number = m.account WHERE m.reservation = ? "
        f"GROUP BY a.number, a.name, a.binds, a.capacity, a.recorded, a.reserved, a.committed, {accounts} "
        "ORDER BY a.name",
        name,
    )
    return tuple(Taken(account_in(r[:9]), r[10], r[11] - r[12] - r[13] - r[14], bool(r[9])) for r in read)


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
