"""What is done to a reservation after it was made: commit, release, expire, amend, return."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from compliance.decisions.accounts.account import Claim
from compliance.ledger.double_entry import (
    LockedAccount,
    let_bind,
    lock_accounts,
    move,
    open_account,
    stamp,
    write_movement,
)
from compliance.ledger.holds import require_no_hold
from compliance.ledger.ledger_answers import AccountDraw, Kind, Reservation, Side, State
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.reservations import check_purchases, check_revision, key_reused, no_room
from compliance.ledger.stored_reservations import load, set_state, side_of, write_act
from compliance.ledger.stores.store import Rows


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of an act, and how far it may lie behind what is on record, in microseconds."""

    at: int
    tolerance: int

    def stamp(self, accounts: Mapping[str, LockedAccount]) -> int:
        """The instant that is written."""
        return stamp(self.at, accounts.values(), self.tolerance)


@dataclass(frozen=True, slots=True)
class ActRequest:
    """Who asks for an act that can be done several times, and the key that tells a repetition."""

    key: str
    fingerprint: str
    now: Now
    by: str
    reason: str


def commit(rows: Rows, name: str, now: Now, by: str, reason: str) -> tuple[Reservation, bool]:
    """What was reserved is committed; of one whose time has run out it is freed (`True`)."""
    found = load(rows, name, lock=True)
    if found.state in ("committed", "shipped"):
        return found, False
    if found.state == "expired" or (found.state == "reserved" and _overdue(rows, name, now)):
        if found.state == "reserved":
            _end(rows, found, now, "expire", "expired", "", "")
        return load(rows, name), True
    require_state(found, "reserved")
    require_no_hold(rows, name)
    accounts = lock_accounts(rows, (one.account.name for one in found.accounts))
    at = now.stamp(accounts)
    act = write_act(rows, at, name, "commit", by, reason)
    for one in found.accounts:
        move(rows, at, "commit", name, accounts[one.account.name], "reserved", "committed", one.taken, act, one.binds)
    set_state(rows, name, "committed", at)
    return load(rows, name), False


def release(rows: Rows, name: str, now: Now, by: str, reason: str) -> Reservation:
    """What was reserved is free again."""
    found = load(rows, name, lock=True)
    if found.state in ("released", "expired"):
        return found
    require_state(found, "reserved")
    _end(rows, found, now, "release", "released", by, reason)
    return load(rows, name)


def expire(rows: Rows, now: Now, most: int) -> list[str]:
    """Frees what was reserved until now or earlier."""
    due = rows.run(
        "SELECT id FROM reservations WHERE state = 'reserved' AND expires <= ? ORDER BY expires, id LIMIT ?",
        now.at,
        most,
    )
    # INVARIANT: reservations are locked before accounts, both in order, so that nobody waits in a circle
    waiting = [load(rows, name, lock=True) for (name,) in sorted(due)]
    ending = [one for one in waiting if one.state == "reserved"]
    lock_accounts(rows, {taken.account.name for one in ending for taken in one.accounts})
    for one in ending:
        _end(rows, one, now, "expire", "expired", "", "")
    return [one.id for one in ending]


def amend(
    rows: Rows, name: str, orders: str, claims: Sequence[Claim], revision: int, told: ActRequest,
    purchases: Sequence[str] = (), beside: Collection[str] | None = None,
) -> Reservation:  # fmt: skip
    """A reservation that is not committed takes these claims instead of its own, or stays as it is."""
    rows.share_world()
    found = load(rows, name, lock=True)
    if done_before(rows, told, name):
        return found
    require_state(found, "reserved")
    if _overdue(rows, name, told.now):
        raise reservation_expired(found)
    check_revision(rows, revision)
    if purchases and beside is not None:
        check_purchases(rows, purchases, {*beside, name})
    at = rewrite(rows, found, claims, told.now, "amend", told)
    rows.run("UPDATE reservations SET orders = ?, revision = ?, changed = ? WHERE id = ?", orders, revision, at, name)
    return load(rows, name)


def rewrite(
    rows: Rows, found: Reservation, claims: Sequence[Claim], now: Now, kind: Kind, told: ActRequest | None = None
) -> int:
    """Has an open reservation take other claims; nobody asked for it without `told`, and then it is forced."""
    wanted = {claim.name: claim for claim in claims}
    held = {one.account.name: one.taken for one in found.accounts if one.taken}
    accounts = lock_accounts(rows, {*wanted, *held})
    at = now.stamp(accounts)
    for claim in claims:
        if claim.name not in accounts:
            accounts[claim.name] = open_account(rows, claim, at)
    more = {name: (wanted[name].taken or 0 if name in wanted else 0) - held.get(name, 0) for name in accounts}
    lacking = [
        AccountDraw(accounts[name].balance.account, added, accounts[name].balance.room)
        for name, added in sorted(more.items())
        if added > 0 and wanted[name].binds and added > accounts[name].balance.room
    ]
    if lacking and told is not None:
        raise no_room(lacking)
    act = 0
    if told is not None:
        act = write_act(rows, at, found.id, kind, told.by, told.reason, told.key, told.fingerprint)
    side, bound = side_of(found), {one.account.name for one in found.accounts if one.taken and one.binds}
    for name in sorted(more):
        binds = name in wanted and wanted[name].binds
        account = let_bind(rows, accounts[name], binds)
        if more[name] or binds == (name in bound):
            move(rows, at, kind, found.id, account, "room", side, more[name], act, binds)
        else:  # as much as before of a limit that stands in the way now, or no more
            write_movement(rows, at, kind, found.id, account, "room", side, 0, act, binds)
    return at


def take_back(rows: Rows, name: str, amounts: Mapping[str, int] | None, told: ActRequest) -> Reservation:
    """Of what was committed so much is free again."""
    found = load(rows, name, lock=True)
    if done_before(rows, told, name):
        return found
    require_state(found, "committed")
    held = {one.account.name: one.taken for one in found.accounts if one.taken}
    binds = {one.account.name: one.binds for one in found.accounts}
    back = held if amounts is None else dict(amounts)
    for account, amount in back.items():
        if type(amount) is not int or not 0 < amount <= held.get(account, 0):
            raise LedgerError("bad_request", _too_much(found, account, amount, held.get(account, 0)))
    accounts = lock_accounts(rows, back)
    at = told.now.stamp(accounts)
    act = write_act(rows, at, name, "return", told.by, told.reason, told.key, told.fingerprint)
    for account in sorted(back):
        move(rows, at, "return", name, accounts[account], "committed", "room", back[account], act, binds[account])
    set_state(rows, name, "returned" if back == held else "committed", at)
    return load(rows, name)


def _too_much(found: Reservation, name: str, amount: object, held: int) -> str:
    known = {one.account.name: one.account for one in found.accounts}.get(name)
    if known is None or type(amount) is not int:
        return not_an_amount(name, amount)
    said, holds = known.said(amount), known.said(held)
    return f"of `{name}` `{said}` {known.unit} cannot come back: the reservation holds {holds} {known.unit}"


def not_an_amount(name: str, amount: object) -> str:
    """What is wrong with something that came back of an account, where one of the two is none."""
    return f"of `{name}` `{amount}` cannot come back: name an account of the reservation and an amount of it"


def reservation_expired(found: Reservation) -> LedgerError:
    """The refusal of an act on a reservation whose time has run out."""
    return LedgerError("reservation_expired", f"the reservation `{found.id}` ended on {found.expires}")


def done_before(rows: Rows, told: ActRequest, name: str) -> bool:
    """Whether an act with this key was done; raises `LedgerError` where it was another one."""
    read = rows.run("SELECT reservation, fingerprint FROM acts WHERE request_key = ?", told.key)
    if read and tuple(read[0]) != (name, told.fingerprint):
        raise key_reused(told.key)
    return bool(read)


def require_state(found: Reservation, *states: State) -> None:
    """Raises `LedgerError` for a reservation in another state."""
    if found.state not in states:
        raise LedgerError("wrong_state", f"the reservation `{found.id}` is {found.state}, not {' or '.join(states)}")


def _overdue(rows: Rows, name: str, now: Now) -> bool:
    return bool(rows.run("SELECT 1 FROM reservations WHERE id = ? AND expires <= ?", name, now.at))


def _end(rows: Rows, found: Reservation, now: Now, kind: Kind, state: State, by: str, reason: str) -> None:
    accounts = lock_accounts(rows, (one.account.name for one in found.accounts))
    at = now.stamp(accounts)
    act = write_act(rows, at, found.id, kind, by, reason)
    side: Side = side_of(found)
    for one in found.accounts:
        move(rows, at, kind, found.id, accounts[one.account.name], side, "room", one.taken, act, one.binds)
    set_state(rows, found.id, state, at)
