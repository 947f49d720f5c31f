"""Reserves an order that a Screener screens: its accounts, the open orders of its purchase, one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.decisions.accounts.touched import BINDING, find_claims
from compliance.decisions.screener import Screener
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_answers import Reservation
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.reservations import ReservationResult
from compliance.ledger.unshipped_lines import open_lines
from compliance.rulebook.legal_standing import Standing

ATTEMPTS = 20
"""So often an order is screened anew because another one of its purchase came first."""


def reserve_order(
    ledger: Ledger,
    screener: Screener,
    key: str,
    lines: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    by: str,
    revision: int,
    expires: datetime | None = None,
    answer: str = "",
    binding: Collection[Standing] = BINDING,
) -> ReservationResult:
    """Reserves what an order takes of all accounts that it touches; `revision` is that of the Screener's world.

    The same key again gives the reservation as it was made, and nothing is screened. Raises `OrderError` for what is
    wrong with the order, else `LedgerError` as `Ledger.reserve` does.
    """
    if (known := ledger.find(key, lines)) is not None:
        return ReservationResult(known, True)
    for attempt in range(ATTEMPTS):
        others = ledger.of_purchases(lines)
        claims = find_claims(screener, lines, beside=open_lines(screener, others), binding=binding).claims
        try:
            return ledger.reserve(
                key, lines, claims, at=at, by=by, revision=revision, expires=expires, answer=answer,
                beside=[one.id for one in others],
            )  # fmt: skip
        except LedgerError as refusal:
            moved = refusal.code == "stale_world" and ledger.revision()[0] == revision
            if not moved or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt gives or raises")


def amend_order(
    ledger: Ledger,
    screener: Screener,
    name: str,
    key: str,
    lines: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    by: str,
    reason: str,
    revision: int,
    binding: Collection[Standing] = BINDING,
) -> Reservation:
    """Has a reservation be of other lines of the same purchases: it takes what they take, or stays as it is.

    A line without a purchase is one by its own id.

    Raises `OrderError` for what is wrong with the lines, else `LedgerError` as `Ledger.amend` does.
    """
    before = json.loads(ledger.reservation(name).orders)
    if not _purchases(lines) <= _purchases(before):
        raise LedgerError("bad_request", "an amendment is of the same purchase; release it and reserve another one")
    for attempt in range(ATTEMPTS):
        others = [one for one in ledger.of_purchases(lines) if one.id != name]
        claims = find_claims(screener, lines, beside=open_lines(screener, others), binding=binding).claims
        try:
            return ledger.amend(
                name, key, lines, claims, at=at, by=by, reason=reason, revision=revision,
                beside=[one.id for one in others],
            )  # fmt: skip
        except LedgerError as refusal:
            moved = refusal.code == "stale_world" and ledger.revision()[0] == revision
            if not moved or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt gives or raises")


def _purchases(lines: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(line.get("purchase") or line.get("id")) for line in lines}
