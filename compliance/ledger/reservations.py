"""Makes a reservation: all accounts that an order touches in one transaction, or none of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance.decisions.accounts.account import Claim
from compliance.ledger.double_entry import clock_set_back, instant, open_account
from compliance.ledger.ledger_answers import AccountDraw, Reservation
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.stored_reservations import load

if TYPE_CHECKING:
    from compliance.ledger.stores.store import Rows


@dataclass(slots=True)
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
    purchases: tuple[str, ...] = ()
    beside: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ReservationResult:
    """A reservation that was made, or was there already (`known`)."""

    reservation: Reservation
    known: bool
    ended: tuple[str, ...] = ()
    """The overdue reservations that ended to make room."""


def reserve(rows: Rows, ask: Ask) -> list[int] | None:
    """Takes of all accounts that an order touches, or of none: the instant written, and the room of each after it.

    `None` where the same request was made before. Raises `LedgerError`.
    """
    try:
        return _reserve_claims(rows, ask)
    except LedgerError:
        if made_before(rows, ask):
            return None
        raise


def _reserve_claims(rows: Rows, ask: Ask) -> list[int] | None:
    check_revision(rows, ask.revision)
    if ask.purchases and ask.beside is not None:
        check_purchases(rows, ask.purchases, ask.beside)
    found = [rows.run(f"{_ROOM}{rows.locking}", claim.name) for claim in ask.claims]
    at = max([ask.at, *(read[0][2] for read in found if read)])
    if at - ask.at > ask.tolerance:
        raise clock_set_back(ask.at, at)
    for place, claim in enumerate(ask.claims):
        if not found[place]:
            opened = open_account(rows, claim, at)
            found[place] = [(opened.number, opened.balance.room, at, 1)]
    lacking = [
        AccountDraw(claim.account, claim.taken or 0, read[0][1], True)
        for claim, read in zip(ask.claims, found, strict=True)
        if claim.binds and (claim.taken or 0) > read[0][1]
    ]
    if lacking:
        raise no_room(lacking)
    inserted = rows.run(
        "INSERT INTO reservations (id, request_key, fingerprint, state, orders, answer, revision, actor, at, expires, "
        "changed) VALUES (?, ?, ?, 'reserved', ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING 1",
        *(ask.id, ask.key, ask.fingerprint, ask.orders, ask.answer, ask.revision, ask.by, at, ask.expires, at),
    )
    if not inserted:
        made_before(rows, ask)
        return None
    for purchase in ask.purchases:
        rows.run("INSERT INTO purchases (purchase, reservation) VALUES (?, ?)", purchase, ask.id)
    rooms = [at]
    for claim, read in zip(ask.claims, found, strict=True):
        [(number, room, _, _)] = read
        taken, binds = claim.taken or 0, int(claim.binds)
        rows.run(_TAKE, taken, at, binds, number)
        rows.run(_MOVEMENT, at, ask.id, number, taken, room - taken, binds)
        rooms.append(room - taken)
    return rooms


_ROOM = "SELECT number, capacity - recorded - reserved - committed, at, binds FROM accounts WHERE name = ?"
_TAKE = "UPDATE accounts SET reserved = reserved + ?, at = ?, binds = binds | ? WHERE number = ?"
_MOVEMENT = (
    "INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act) "
    "VALUES (?, 'reserve', ?, ?, 'room', 'reserved', ?, ?, ?, 0)"
)


def no_room(lacking: Sequence[AccountDraw]) -> LedgerError:
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
        AccountDraw(one.account, one.taken or 0, room, one.binds) for one, room in zip(ask.claims, rooms, strict=True)
    ]
    made, expires = instant(at), None if ask.expires is None else instant(ask.expires)
    return Reservation(
        ask.id, ask.key, "reserved", tuple(taken), ask.orders, ask.answer, ask.revision, ask.by, made, expires, made
    )


def made_before(rows: Rows, ask: Ask) -> bool:
    """Whether the same request was made before. Raises `LedgerError` where the key was used for other orders."""
    read = rows.run("SELECT fingerprint FROM reservations WHERE id = ?", ask.id)
    if read and read[0][0] != ask.fingerprint:
        raise key_reused(ask.key)
    return bool(read)


def known_request(rows: Rows, ask: Ask) -> Reservation | None:
    """The reservation of an earlier request with the same key, as it was made. Raises where it was of other orders."""
    return load(rows, ask.id, as_made=True) if made_before(rows, ask) else None


def key_reused(key: str) -> LedgerError:
    """The refusal of a key that another order has."""
    return LedgerError("key_reused", f"the key `{key}` was used for another order")


def check_revision(rows: Rows, revision: int) -> None:
    """Raises `LedgerError` where the world has changed since an order was screened."""
    [(current,)] = rows.run("SELECT revision FROM world_head")
    if current != revision:
        raise stale_world(revision, current)


def check_purchases(rows: Rows, purchases: Sequence[str], beside: Collection[str]) -> None:
    """Raises `LedgerError` where other open reservations are of the purchases of an order than it was screened with."""
    for purchase in purchases:
        rows.lock_name(purchase)
    if open_of(rows, purchases) != set(beside):
        raise another_of_purchase()


def open_of(rows: Rows, purchases: Sequence[str]) -> set[str]:
    """The open reservations of these purchases, by id."""
    marks = ", ".join("?" * len(purchases))
    read = rows.run(
        "SELECT DISTINCT r.id FROM purchases p JOIN reservations r ON r.id = p.reservation "
        f"WHERE r.state IN ('reserved', 'committed') AND p.purchase IN ({marks})",
        *purchases,
    )
    return {name for (name,) in read}


def another_of_purchase() -> LedgerError:
    """The refusal of an order that was screened without an open one of its purchase."""
    return LedgerError("stale_world", "another reservation of the same purchase was made or ended meanwhile")


def stale_world(revision: int, current: int) -> LedgerError:
    """The refusal of an order that was screened on another world than the one that counts."""
    return LedgerError("stale_world", f"the order was screened on revision {revision} of the world, it is at {current}")
