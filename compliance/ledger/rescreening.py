"""Asks all that is open again when lists, stakes, packs, shipments or the day change, and tells once what changed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from compliance.decisions.accounts.kept_scenes import KeptScenes
from compliance.decisions.accounts.touched import BINDING, Lines, on_record, touched_each
from compliance.decisions.screener import Screener
from compliance.errors import OrderError
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_answers import OPEN, Reservation
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.unshipped_lines import open_lines, unshipped_parts
from compliance.ledger.world_revisions import Reclaim, StateChange
from compliance.rulebook.legal_standing import Standing
from compliance.world.world import World

ATTEMPTS = 50
"""So often what is open is listed again because a reservation was made meanwhile."""


@dataclass(frozen=True, slots=True)
class Rescreening:
    """The revision of the world that counts now, and what changed, before and after.

    `unscreened` are the open reservations whose lines the new world does not know how to read, and why; they keep what
    they took.
    """

    revision: int
    changed: tuple[StateChange, ...]
    unscreened: tuple[tuple[str, str], ...] = ()


def rescreen(
    ledger: Ledger, screener: Screener, *, expected: int, sha256: str, at: datetime, by: str, change: str = "",
    binding: Collection[Standing] = BINDING, before: World | None = None,
) -> Rescreening:  # fmt: skip
    """Makes the world of a Screener the one that counts: accounts and open reservations are asked again.

    `expected` is the revision on which the world was made; `change` is kept with the new one, for other workers.
    A reservation whose lines are all on record is shipped: they count there and no more in it. Of one that is there in
    part the rest goes on counting in it, and one whose lines are no longer on record is open again. `before` is the
    world that counted, where it is at hand: only what changed since is asked whether it is still on record.
    Raises `LedgerError` (`stale_world`) where another change came first: nothing was changed then.
    """
    asked = _ClaimCache(screener, binding)
    shipments = None if before is None else _changed_shipments(before, screener.world)
    for attempt in range(ATTEMPTS):
        asked.ask(
            sorted(
                [*open_reservations(ledger), *asked.find_returning(ledger, shipments)], key=lambda one: (one.at, one.id)
            )
        )
        names = {one.account.name for one in ledger.balances()}
        openings = on_record(screener, names, binding=binding)
        try:
            revision, changed = ledger.advance(
                expected, sha256, openings, asked.claims, asked.shipped, at=at, by=by, change=change
            )
        except LedgerError as refusal:
            meanwhile = refusal.code == "stale_world" and ledger.revision()[0] == expected
            if not meanwhile or attempt == ATTEMPTS - 1:
                raise
            continue
        return Rescreening(revision, tuple(changed), tuple(sorted(asked.unscreened.items())))
    raise AssertionError("the last attempt gives or raises")


def open_reservations(ledger: Ledger) -> list[Reservation]:
    """All that is reserved or committed, in the order in which it was made."""
    return ledger.open_reservations()


_OF_LINES = ("chips", "products", "companies", "people")
"""The tables that say what a line is of and for whom, beside its own."""


def _changed_shipments(before: World, after: World) -> set[str] | None:
    """The ids of the shipments that are others in another world; `None` for any, where more than they changed."""
    if any(before.rows(table) is not after.rows(table) for table in _OF_LINES):
        return None
    if before.rows("shipments") is after.rows("shipments"):
        return set()
    old, new = before.by_id("shipments"), after.by_id("shipments")
    return {name for name in old.keys() | new.keys() if old.get(name) is not new.get(name)}


class _ClaimCache:
    """What open reservations take in a new world, each asked once."""

    def __init__(self, screener: Screener, binding: Collection[Standing]) -> None:
        self.claims: dict[str, Reclaim] = {}
        self.shipped: set[str] = set()
        self.unscreened: dict[str, str] = {}
        self._screener = screener
        self._catalogue = KeptScenes.of(screener.world).catalogue
        self._binding = binding

    def ask(self, reservations: Collection[Reservation]) -> None:
        """Asks those that are new or were amended since, all in one."""
        of_purchase: dict[str, list[Reservation]] = defaultdict(list)
        asked: dict[str, Lines] = {}
        texts: dict[str, str] = {}
        for one in reservations:
            purchases = {str(line["purchase"]) for line in json.loads(one.orders) if line.get("purchase")}
            before = {other.id: other for purchase in sorted(purchases) for other in of_purchase[purchase]}
            for purchase in purchases:
                of_purchase[purchase].append(one)
            kept = self.claims.get(one.id)
            if one.id in self.shipped or (kept is not None and kept.orders == one.orders):
                continue
            try:
                lines = self._lines(one, [*before.values()])
            except OrderError as wrong:
                self.unscreened[one.id] = str(wrong)
                self.claims[one.id] = Reclaim(one.orders, None)
                continue
            if lines is None and one.state in OPEN:
                self.shipped.add(one.id)
            elif lines is None:
                continue
            else:
                asked[one.id], texts[one.id] = lines, one.orders
        for name, found in touched_each(self._screener, asked, binding=self._binding).items():
            self.claims[name] = Reclaim(texts[name], found.claims)

    def find_returning(self, ledger: Ledger, changed: Collection[str] | None) -> list[Reservation]:
        """The shipped reservations of which something is not on record any more, of `changed` shipments or of any."""
        if changed is not None and not changed:
            return []
        marks = None if changed is None else [json.dumps(name, ensure_ascii=False) for name in changed]
        asked = (
            (name, orders)
            for name, orders in ledger.shipped_orders()
            if marks is None or any(mark in orders for mark in marks)
        )
        gone = [name for name, orders in asked if any(unshipped_parts(self._screener, json.loads(orders)))]
        return [ledger.reservation(name) for name in gone]

    def _lines(self, one: Reservation, others: Sequence[Reservation]) -> Lines | None:
        """The lines of a reservation that are not on record yet, beside those of others; `None` if all are."""
        world = self._screener.world
        own = open_lines(self._screener, [one])
        return Lines.read(world, self._catalogue, own[0], open_lines(self._screener, others)) if own else None
