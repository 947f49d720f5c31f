"""What the ledger answers: reservations, what they take, balances, movements, and what changed.

They are plain values; instants are aware `datetime`s in UTC, amounts whole numbers of parts of the account's unit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from compliance.decisions.accounts.account import Account

State = Literal["reserved", "committed", "shipped", "released", "expired", "returned"]
OPEN: tuple[State, ...] = ("reserved", "committed")
"""The states in which a reservation takes something of its accounts."""

Side = Literal["limit", "room", "recorded", "reserved", "committed"]
"""Where an amount stands: `limit` is the law, which gives it; `recorded` is what the world has on record."""

Kind = Literal[
    "open", "limit", "record", "reserve", "commit", "release", "expire", "amend", "return", "rescreen", "ship"
]
"""Why an amount moves."""


@dataclass(frozen=True, slots=True)
class AccountDraw:
    """What a reservation takes of an account, and what was left there after it."""

    account: Account
    taken: int
    room: int
    binds: bool = True

    def said(self) -> dict[str, Any]:
        """As JSON has it, amounts exact and in the unit of the account."""
        at = self.account
        told = {"account": at.name, "taken": at.said(self.taken), "room": at.said(self.room), "unit": at.unit}
        return {**told, "binds": self.binds}


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation as it stands; of one that was just made or asked for by its key, as it was made.

    `orders` is the JSON of its lines, `answer` what the caller gave to be kept beside it.
    """

    id: str
    key: str
    state: State
    accounts: tuple[AccountDraw, ...]
    orders: str
    answer: str
    revision: int
    by: str
    at: datetime
    expires: datetime | None
    changed: datetime

    def said(self) -> dict[str, Any]:
        """As JSON has it, but for orders and answer."""
        return {
            "id": self.id, "key": self.key, "state": self.state, "accounts": [one.said() for one in self.accounts],
            "by": self.by, "at": instant_text(self.at), "expires": None if self.expires is None
            else instant_text(self.expires), "changed": instant_text(self.changed), "revision": self.revision,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Balance:
    """What of an account is used on record, reserved, committed and left; `room` may be below zero.

    It is below zero only where the law or the world changed under what was reserved, or where nothing binds.
    """

    account: Account
    capacity: int
    recorded: int
    reserved: int
    committed: int
    binds: bool = True

    @property
    def room(self) -> int:
        """What is left."""
        return self.capacity - self.recorded - self.reserved - self.committed

    def is_of(self, names: Collection[str], holder: str, country: str) -> bool:
        """Whether it is asked about, as `Ledger.balances` is: of these accounts, of a holder, of a country."""
        at = self.account
        of_country = (at.kind == "country" and at.holder == country) or at.key == country
        return (not names or at.name in names) and (not holder or at.holder == holder) and (not country or of_country)

    def said(self) -> dict[str, Any]:
        """As JSON has it, amounts exact and in the unit of the account."""
        at = self.account
        amounts = {
            "limit": self.capacity, "used": self.recorded, "reserved": self.reserved, "committed": self.committed,
            "left": self.room,
        }  # fmt: skip
        told = {name: at.said(parts) for name, parts in amounts.items()}
        return {"account": at.name, "unit": at.unit, "binds": self.binds, "standing": at.standing, **told}


@dataclass(frozen=True, slots=True)
class Movement:
    """A row of the ledger: an amount that went from one side of an account to another, and why."""

    number: int
    at: datetime
    kind: Kind
    reservation: str
    account: str
    source: Side
    target: Side
    amount: int
    act: int


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what to a reservation, when and why."""

    number: int
    at: datetime
    reservation: str
    kind: str
    by: str
    reason: str


def instant_text(at: datetime) -> str:
    """An instant as ISO 8601 in UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
