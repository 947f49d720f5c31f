"""Reservations of limits that many buyers share: reserve, commit, release, expire, amend, return; balances at any time.

The ledger reads no clock: every act is given its instant, an aware `datetime`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from os import PathLike
from typing import Any

from compliance.decisions.accounts.account import Claim
from compliance.ledger import acts as doing
from compliance.ledger import balance_queries
from compliance.ledger.double_entry import microseconds
from compliance.ledger.ledger_answers import OPEN, Act, Balance, Movement, Reservation, State
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.ledger_requests import (
    canonical,
    checked_claims,
    checked_key,
    checked_person,
    forced_claims,
    id_of,
    purchases_of,
    sha256_of,
)
from compliance.ledger.reservations import Ask, ReservationResult, known_request, open_of
from compliance.ledger.stored_reservations import load, load_at, load_each, shipped_orders
from compliance.ledger.stores.store import Store, open_store
from compliance.ledger.world_revisions import Reclaim, StateChange, WorldChange, advance, changes_since, head

TOLERANCE = timedelta(seconds=60)
LIFETIME = timedelta(days=14)


class Ledger:
    """A ledger in a store; any thread and any number of processes may use it at once.

    `tolerance` is how far a time given may lie behind what is on record: several processes are never quite together.
    `lifetime` is how long a reservation holds where nothing else is asked.
    """

    def __init__(self, store: Store, tolerance: timedelta = TOLERANCE, lifetime: timedelta | None = LIFETIME) -> None:
        self.store = store
        self.tolerance = tolerance // timedelta(microseconds=1)
        self.lifetime = lifetime

    @classmethod
    def open(
        cls, url: str | PathLike[str], tolerance: timedelta = TOLERANCE, lifetime: timedelta | None = LIFETIME
    ) -> Ledger:
        """Opens the ledger at a path (SQLite, made where there is none) or at `postgresql://...`.

        Raises `LedgerError` where the store cannot be used.
        """
        return cls(open_store(url), tolerance, lifetime)

    def close(self) -> None:
        """Lets go of the connections of this thread."""
        self.store.close()

    # ---- acts

    def reserve(
        self,
        key: str,
        orders: Sequence[Mapping[str, Any]],
        claims: Sequence[Claim],
        *,
        at: datetime,
        by: str,
        revision: int = 0,
        expires: datetime | None = None,
        answer: str = "",
        beside: Collection[str] | None = None,
    ) -> ReservationResult:
        """Takes of all accounts that an order touches, or of none; durable when it returns.

        `orders` are the lines as JSON has them, `claims` what they take (`decisions.accounts.touched`), screened on
        this `revision` of the world; `answer` is kept beside the reservation and told again with it. The same key
        again gives the reservation as it was made (`known`); ask `find` first where screening costs time. `beside` are
        the open reservations of the same purchase with which the order was screened (`of_purchases`): where they are
        others by now it is `stale_world`. `ordering.reserve_order` does all of that.

        Raises `LedgerError`: `no_room`, `key_reused`, `stale_world`, `unknown_amount`, `clock_set_back`.
        """
        ask = self._ask(key, orders, claims, at, by, revision, expires, answer, beside)
        try:
            return self.store.reserve(ask)
        except LedgerError as refusal:
            if refusal.code != "no_room" or not (ended := tuple(self.expire(at))):
                raise
        try:
            return replace(self.store.reserve(ask), ended=ended)
        except LedgerError as refusal:
            refusal.ended = ended
            raise

    def find(self, key: str, orders: Sequence[Mapping[str, Any]]) -> Reservation | None:
        """The reservation of an earlier request with this key, as it was made. Raises where it was of other orders."""
        text = canonical(orders)
        ask = Ask(id_of(key), key, sha256_of(text), text, "", 0, "", 0, None, (), 0)
        return self.store.read(lambda rows: known_request(rows, ask))

    def commit(self, name: str, *, at: datetime, by: str, reason: str = "") -> Reservation:
        """The order ships: what was reserved is committed, and no longer expires. Again it changes nothing.

        Raises `LedgerError`: `unknown_reservation`, `wrong_state`, `reservation_expired`.
        """
        found, expired = self.store.write(
            lambda rows: doing.commit(rows, name, self._now(at), checked_person(by), reason)
        )
        if expired:
            raise doing.reservation_expired(found)
        return found

    def release(self, name: str, *, at: datetime, by: str, reason: str = "") -> Reservation:
        """The order does not ship: what was reserved is free again. Again it changes nothing.

        Raises `LedgerError`: `unknown_reservation`, `wrong_state` (what is committed is returned, not released).
        """
        return self.store.write(lambda rows: doing.release(rows, name, self._now(at), checked_person(by), reason))

    def expire(self, at: datetime, most: int = 10_000) -> list[str]:
        """Frees what was reserved until then or earlier, at most so many; gives the ids."""
        return self.store.write(lambda rows: doing.expire(rows, self._now(at), most))

    def amend(
        self,
        name: str,
        key: str,
        orders: Sequence[Mapping[str, Any]],
        claims: Sequence[Claim],
        *,
        at: datetime,
        by: str,
        reason: str = "",
        revision: int = 0,
        beside: Collection[str] | None = None,
    ) -> Reservation:
        """Another quantity, date or chip for a reservation: it takes these claims instead, or stays as it is.

        What is committed is not amended: it is returned.

        `key` is of this amendment: the same again changes nothing; `beside` are the other open reservations of its
        purchase, as for `reserve`. Raises `LedgerError` as that does.
        """
        checked, text = checked_claims(claims), canonical(orders)
        told = doing.ActRequest(checked_key(key), sha256_of(text), self._now(at), checked_person(by), reason)
        return self.store.write(
            lambda rows: doing.amend(rows, name, text, checked, revision, told, purchases_of(orders), beside)
        )

    def take_back(
        self, name: str, key: str, amounts: Mapping[str, int] | None, *, at: datetime, by: str, reason: str
    ) -> Reservation:
        """Goods came back: so many parts of each account by name are free again, or all that was committed.

        `key` is of this return: the same again changes nothing. Raises `LedgerError`.
        """
        text = json.dumps(None if amounts is None else dict(sorted(amounts.items())))
        told = doing.ActRequest(checked_key(key), sha256_of(text), self._now(at), checked_person(by), reason)
        return self.store.write(lambda rows: doing.take_back(rows, name, amounts, told))

    # ---- questions

    def reservation(self, name: str, *, now: datetime | None = None) -> Reservation:
        """A reservation as it stands; with `now` one that is overdue by then has ended. Raises `LedgerError`."""
        if now is None:
            return self.store.read(lambda rows: load(rows, name))
        due = microseconds(now)
        return self.store.read(lambda rows: load_at(rows, name, due))

    def reservations(
        self, states: Collection[State] = (), after: str = "", most: int = 100, expired_at: datetime | None = None
    ) -> list[Reservation]:
        """Reservations in these states (in any without), by id, those after an id; `expired_at`: overdue by then."""
        due = None if expired_at is None else microseconds(expired_at)
        return self.store.read(lambda rows: balance_queries.reservations(rows, states, after, most, due))

    def open_reservations(self) -> list[Reservation]:
        """All that is reserved or committed, in the order in which it was made."""
        found = self.store.read(lambda rows: load_each(rows, OPEN))
        return sorted(found.values(), key=lambda one: (one.at, one.id))

    def shipped_orders(self) -> list[tuple[str, str]]:
        """The id and the lines, as their text, of all reservations whose lines are on record."""
        return self.store.read(shipped_orders)

    def of_purchases(self, orders: Sequence[Mapping[str, Any]]) -> list[Reservation]:
        """The open reservations that share a purchase with these lines, in the order in which they were made."""
        named = purchases_of(orders)
        if not named:
            return []
        found = self.store.read(lambda rows: [load(rows, name) for name in sorted(open_of(rows, named))])
        return sorted(found, key=lambda one: (one.at, one.id))

    def acts(self, name: str) -> list[Act]:
        """Who did what to a reservation and why, in order."""
        return self.store.read(lambda rows: balance_queries.acts(rows, name))

    def balances(
        self, *, accounts: Collection[str] = (), holder: str = "", country: str = "", at: datetime | None = None,
        now: datetime | None = None,
    ) -> list[Balance]:  # fmt: skip
        """Balances by name: of these accounts, of a holder, of a country (all without), as they stand or stood `at`.

        With `now` nothing counts that is overdue by then, though nobody has freed it yet.
        """
        then, due = (None if one is None else microseconds(one) for one in (at, now))
        return self.store.read(lambda rows: balance_queries.balances(rows, accounts, holder, country, then, due))

    def movements(
        self, *, account: str = "", reservation: str = "", after: int = 0, most: int = 1000
    ) -> list[Movement]:
        """The rows themselves, in order: of an account, of a reservation, or all; those after a number."""
        return self.store.read(lambda rows: balance_queries.movements(rows, account, reservation, after, most))

    def check(self) -> list[str]:
        """What does not agree between the rows and the running balances, a sentence each; empty where all does."""
        return self.store.read(balance_queries.disagreements)

    # ---- the world

    def revision(self) -> tuple[int, str]:
        """The revision of the world that counts, and the hash that was given with it."""
        return self.store.read(head)

    def advance(
        self,
        expected: int,
        sha256: str,
        openings: Mapping[str, Claim],
        claims: Mapping[str, Reclaim],
        shipped: Collection[str] = (),
        *,
        at: datetime,
        by: str,
        change: str = "",
    ) -> tuple[int, list[StateChange]]:
        """Another world counts from now on; gives its revision and what changed in the ledger, before and after.

        `expected` is the revision on which it was made: `stale_world` where another change came first. `openings` tell
        by account, as claims that take nothing, what is on record in it (nothing of those that it leaves out),
        `claims` by id what open reservations take in it (one that had shipped is open again), `shipped` which of them
        are on record now and count no more;
        it is `stale_world` too where one that is open is in neither.
        `change` is kept with the revision for the other workers (`changes_since`). `rescreening.rescreen` works all of
        it out and calls this.
        """
        checked = {
            name: Reclaim(one.orders, None if one.claims is None else forced_claims(one.claims))
            for name, one in claims.items()
        }
        asked = WorldChange(
            expected, sha256, openings, checked, frozenset(shipped), self._now(at), checked_person(by), change
        )
        return self.store.write(lambda rows: advance(rows, asked))

    def changes_since(self, revision: int) -> list[tuple[int, str, str]]:
        """What was given with each later revision: its number, the hash of the world, and the change."""
        return self.store.read(lambda rows: changes_since(rows, revision))

    # ---- what is asked

    def _now(self, at: datetime) -> doing.Now:
        return doing.Now(microseconds(at), self.tolerance)

    def _ask(
        self, key: str, orders: Sequence[Mapping[str, Any]], claims: Sequence[Claim], at: datetime, by: str,
        revision: int, expires: datetime | None, answer: str, beside: Collection[str] | None,
    ) -> Ask:  # fmt: skip
        if expires is None and self.lifetime is not None:
            expires = at + self.lifetime
        now, until = microseconds(at), None if expires is None else microseconds(expires)
        if until is not None and until <= now:
            raise LedgerError("bad_request", f"the reservation would end on {expires}, before it begins")
        text = canonical(orders)
        return Ask(
            id_of(key), key, sha256_of(text), text, answer, revision, checked_person(by), now, until,
            checked_claims(claims), self.tolerance, purchases_of(orders), None if beside is None else frozenset(beside),
        )  # fmt: skip
