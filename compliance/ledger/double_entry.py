"""Rows of the ledger: how amounts move between the sides of an account, the same on every store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from compliance.decisions.accounts.account import Account, Claim
from compliance.ledger.ledger_answers import Balance, Kind, Side
from compliance.ledger.ledger_problems import LedgerError

if TYPE_CHECKING:
    from compliance.ledger.stores.store import Rows

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 2**62
"""No amount is larger, so that sums of two stay within 63 bits."""
ACCOUNT = "pack, rule, holder, holder_key, period, kind, unit, scale, standing"


@dataclass(frozen=True, slots=True)
class LockedAccount:
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


def lock_accounts(rows: Rows, names: Iterable[str]) -> dict[str, LockedAccount]:
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
            found[name] = read_account(read[0])
    return found


def lock_every_account(rows: Rows) -> dict[str, LockedAccount]:
    """All accounts by name, locked in the order of their names."""
    read = rows.run(
        f"SELECT number, {ACCOUNT}, capacity, recorded, reserved, committed, binds, at FROM accounts "
        f"ORDER BY name{rows.locking}"
    )
    return {one.balance.account.name: one for one in map(read_account, read)}


def read_account(row: Sequence[Any]) -> LockedAccount:
    """An account out of its columns."""
    number, account, (capacity, recorded, reserved, committed, binds, at) = row[0], account_in(row[1:10]), row[10:]
    return LockedAccount(number, Balance(account, capacity, recorded, reserved, committed, bool(binds)), at)


def account_in(row: Sequence[Any]) -> Account:
    """The account in the columns `ACCOUNT`."""
    pack, rule, holder, key, period, kind, unit, scale, standing = row
    return Account(pack, rule, holder, key, period, kind, unit, scale, standing)


def opening_balance(claim: Claim) -> Balance:
    """The balance of an account with what is on record of it, of which nothing is reserved.

    Where nothing bounds what is on record all that there is counts as used.
    """
    recorded = max(claim.capacity, 0) if claim.recorded is None else claim.recorded
    return Balance(claim.account, claim.capacity, recorded, 0, 0, claim.binds)


def open_account(rows: Rows, claim: Claim, at: int) -> LockedAccount:
    """Opens an account: the law gives its capacity, and what the world has on record has used up part of it."""
    one, recorded = claim.account, claim.recorded or 0
    [(number,)] = rows.run(
        f"INSERT INTO accounts (name, {ACCOUNT}, capacity, recorded, reserved, committed, binds, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?) RETURNING number",
        *(one.name, one.pack, one.rule, one.holder, one.key, one.period, one.kind, one.unit, one.scale, one.standing),
        *(claim.capacity, int(claim.binds), at),
    )
    empty = LockedAccount(number, Balance(one, claim.capacity, 0, 0, 0, claim.binds), at)
    write_movement(rows, at, "open", "", empty, "limit", "room", claim.capacity)
    return move(rows, at, "record", "", empty, "room", "recorded", recorded)


def move(
    rows: Rows, at: int, kind: Kind, reservation: str, account: LockedAccount, source: Side, target: Side, amount: int,
    act: int = 0, binds: bool = True,
) -> LockedAccount:  # fmt: skip
    """Moves an amount from one side of an account to another: a row, and the running balance beside it."""
    if amount == 0:
        return account
    if amount < 0:
        source, target, amount = target, source, -amount
    after = replace(account, balance=_apply_transfer(account.balance, source, target, amount), at=at)
    balance = after.balance
    rows.run(
        "UPDATE accounts SET recorded = ?, reserved = ?, committed = ?, capacity = ?, at = ? WHERE number = ?",
        *(balance.recorded, balance.reserved, balance.committed, balance.capacity, at, account.number),
    )
    write_movement(rows, at, kind, reservation, after, source, target, amount, act, binds)
    return after


def let_bind(rows: Rows, account: LockedAccount, binds: bool) -> LockedAccount:
    """An account of which one claim binds is one that binds."""
    if binds and not account.balance.binds:
        rows.run("UPDATE accounts SET binds = 1 WHERE number = ?", account.number)
        return replace(account, balance=replace(account.balance, binds=True))
    return account


def _apply_transfer(balance: Balance, source: Side, target: Side, amount: int) -> Balance:
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
    rows: Rows, at: int, kind: Kind, reservation: str, account: LockedAccount, source: Side, target: Side, amount: int,
    act: int = 0, binds: bool = True,
) -> None:  # fmt: skip
    """Writes the row of a movement, with the room after it."""
    rows.run(
        "INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(at, kind, reservation, account.number, source, target, amount, account.balance.room, int(binds), act),
    )


def stamp(at: int, accounts: Iterable[LockedAccount], tolerance: int) -> int:
    """The instant of a transaction: never before the last one of its accounts, so that past balances stay.

    A little behind is what several processes are; more than the tolerance is a clock that was set back.
    """
    last = max((one.at for one in accounts), default=at)
    if last - at > tolerance:
        raise clock_set_back(at, last)
    return max(at, last)


def clock_set_back(at: int, last: int) -> LedgerError:
    """The refusal of a time that lies before what is on record."""
    said = f"the time given is {instant(at).isoformat()}, and a movement of {instant(last).isoformat()} is on record"
    return LedgerError("clock_set_back", said)
