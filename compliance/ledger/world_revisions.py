"""The world that counts: its revision, what is on record in it, and what a change of it does to what is open.

An order is screened on a revision of the world and reserved with it; where another counts by then it is screened
again. So no reservation rests on a record that has moved on, whatever the number of processes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from compliance.decisions.accounts.account import Claim
from compliance.ledger.acts import Now, require_state, rewrite
from compliance.ledger.double_entry import lock_accounts, lock_every_account, move
from compliance.ledger.ledger_answers import OPEN, AccountDraw, Balance, Reservation
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.reservations import stale_world
from compliance.ledger.stored_reservations import binding_accounts, load, load_each, set_state, side_of, write_act
from compliance.ledger.stores.store import Rows


@dataclass(frozen=True, slots=True)
class Reclaim:
    """What an open reservation of these orders (as their text) takes in the new world; `None`: what it took before."""

    orders: str
    claims: Sequence[Claim] | None


@dataclass(frozen=True, slots=True)
class WorldChange:
    """A new world, as `Ledger.advance` is told of it."""

    expected: int
    sha256: str
    openings: Mapping[str, Claim]
    claims: Mapping[str, Reclaim]
    shipped: frozenset[str]
    now: Now
    by: str
    change: str


@dataclass(frozen=True, slots=True)
class StateChange:
    """What is another than before: `kind` is `reservation`, `account` or `hold`; both sides as JSON has them."""

    kind: str
    id: str
    before: dict[str, Any]
    after: dict[str, Any]


def head(rows: Rows) -> tuple[int, str]:
    """The revision of the world that counts, and its hash."""
    [(revision, sha256)] = rows.run("SELECT revision, sha256 FROM world_head")
    return revision, sha256


def changes_since(rows: Rows, revision: int) -> list[tuple[int, str, str]]:
    """The later revisions in order."""
    read = rows.run("SELECT revision, sha256, change FROM world_changes WHERE revision > ? ORDER BY revision", revision)
    return [(number, sha256, change) for number, sha256, change in read]


def advance(rows: Rows, asked: WorldChange) -> tuple[int, list[StateChange]]:
    """Another world counts from now on."""
    rows.lock_world()
    current, _ = head(rows)
    if current != asked.expected:
        raise stale_world(asked.expected, current)
    open_ones = load_each(rows, OPEN, lock=True)
    checked = {n for n, one in open_ones.items() if n in asked.claims and asked.claims[n].orders == one.orders}
    if open_ones.keys() - checked - asked.shipped:
        raise LedgerError("stale_world", "a reservation was made or amended while the world changed")
    returning = dict(_returning(rows, asked, asked.claims.keys() - open_ones.keys()))
    accounts = lock_every_account(rows)
    before = {name: one.balance for name, one in accounts.items()}
    at = asked.now.stamp(accounts)
    now = replace(asked.now, at=at)
    moved = sorted(asked.shipped & open_ones.keys())
    for name in moved:
        _ship(rows, open_ones[name], at, asked.by)
    standing = {**open_ones, **{name: _reopen(rows, name, at, asked.by) for name in sorted(returning)}}
    moved += returning
    back = _amounts_back(rows)
    for name in sorted((checked - asked.shipped) | returning.keys()):
        claims = _without(asked.claims[name].claims, back.get(name, {}))
        if claims is not None and _takes(standing[name].accounts) != {c.name: (c.taken, c.binds) for c in claims}:
            rewrite(rows, standing[name], claims, now, "rescreen")
            moved.append(name)
    _record(rows, asked, before.keys(), at)
    revision = current + 1
    rows.run("UPDATE world_head SET revision = ?, sha256 = ?", revision, asked.sha256)
    rows.run(
        "INSERT INTO world_changes (revision, at, sha256, actor, change) VALUES (?, ?, ?, ?, ?)",
        *(revision, at, asked.sha256, asked.by, asked.change),
    )
    told = _reservations_changed(rows, {**open_ones, **returning}, set(moved))
    return revision, [*told, *_accounts_changed(rows, before)]


def _ship(rows: Rows, found: Reservation, at: int, by: str) -> None:
    """What a reservation took is on record now and counts there."""
    require_state(found, *OPEN)
    act = write_act(rows, at, found.id, "ship", by, "its lines are on record")
    for one in found.accounts:
        accounts = lock_accounts(rows, [one.account.name])
        move(rows, at, "ship", found.id, accounts[one.account.name], side_of(found), "room", one.taken, act, one.binds)
    set_state(rows, found.id, "shipped", at)


def _amounts_back(rows: Rows) -> dict[str, dict[str, int]]:
    """Of each open reservation by account what came back of it."""
    found: dict[str, dict[str, int]] = {}
    read = rows.run(
        "SELECT m.reservation, a.name, CAST(sum(m.amount) AS BIGINT) FROM movements m "
        "JOIN accounts a ON a.number = m.account JOIN reservations r ON r.id = m.reservation "
        "WHERE m.kind = 'return' AND r.state IN ('reserved', 'committed') GROUP BY m.reservation, a.name"
    )
    for reservation, account, amount in read:
        found.setdefault(reservation, {})[account] = amount
    return found


def _without(claims: Sequence[Claim] | None, back: Mapping[str, int]) -> Sequence[Claim] | None:
    """What is taken of accounts but for what came back."""
    if claims is None or not back:
        return claims
    less = [replace(one, taken=max(0, (one.taken or 0) - back.get(one.name, 0))) for one in claims]
    return [one for one in less if one.taken]


def _returning(rows: Rows, asked: WorldChange, names: Collection[str]) -> Iterator[tuple[str, Reservation]]:
    """The shipped reservations, of these with claims, of which something is not on record any more."""
    for name in sorted(names):
        read = rows.run("SELECT 1 FROM reservations WHERE id = ? AND state = 'shipped'", name)
        found = load(rows, name, lock=True) if read else None
        if found is not None and found.orders == asked.claims[name].orders:
            yield name, found


def _reopen(rows: Rows, name: str, at: int, by: str) -> Reservation:
    """A reservation takes again what it took when its lines came on record, on the side where it stood."""
    read = rows.run(
        "SELECT a.name, m.source, m.amount, m.binds FROM movements m JOIN accounts a ON a.number = m.account "
        "WHERE m.reservation = ? AND m.kind = 'ship' AND m.act = (SELECT max(number) FROM acts "
        "WHERE reservation = ? AND kind = 'ship')",
        *(name, name),
    )
    act = write_act(rows, at, name, "reopen", by, "its lines are not on record any more")
    accounts = lock_accounts(rows, [account for account, *_ in read])
    for account, side, amount, binds in read:
        move(rows, at, "rescreen", name, accounts[account], "room", side, amount, act, bool(binds))
    committed = rows.run("SELECT 1 FROM acts WHERE reservation = ? AND kind = 'commit' LIMIT 1", name)
    set_state(rows, name, "committed" if committed else "reserved", at)
    return load(rows, name)


def _record(rows: Rows, asked: WorldChange, names: Collection[str], at: int) -> None:
    """Writes what the new world has on record, and what its law gives, for every account that was open before."""
    claimed = binding_accounts(rows)
    for name, account in lock_every_account(rows).items():
        if name not in names:
            continue
        balance = account.balance
        opening = asked.openings.get(name, Claim(balance.account, balance.capacity, 0, 0, balance.binds))
        recorded = max(opening.capacity, 0) if opening.recorded is None else opening.recorded
        account = move(rows, at, "limit", "", account, "limit", "room", opening.capacity - balance.capacity)
        move(rows, at, "record", "", account, "room", "recorded", recorded - balance.recorded)
        binds = opening.binds or name in claimed
        if binds != balance.binds:
            rows.run("UPDATE accounts SET binds = ? WHERE number = ?", int(binds), account.number)


def _takes(taken: Sequence[AccountDraw]) -> dict[str, tuple[int, bool]]:
    return {one.account.name: (one.taken, one.binds) for one in taken if one.taken}


def _reservations_changed(rows: Rows, before: Mapping[str, Reservation], moved: Collection[str]) -> list[StateChange]:
    return [StateChange("reservation", name, before[name].said(), load(rows, name).said()) for name in sorted(moved)]


def _accounts_changed(rows: Rows, before: Mapping[str, Balance]) -> list[StateChange]:
    now = {name: one.balance for name, one in lock_every_account(rows).items()}
    return [
        StateChange("account", name, was.said(), now[name].said()) for name, was in before.items() if was != now[name]
    ]
