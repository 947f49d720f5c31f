"""What the ledger is asked, checked: keys, names, lines as one text, claims with whole numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.decisions.accounts.account import Claim
from compliance.ledger.double_entry import MOST
from compliance.ledger.ledger_problems import LedgerError

LONGEST = 500
"""No key, name or id is longer."""


def _json_text(value: object) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    raise LedgerError("bad_request", f"`{value}` is a {type(value).__name__}: give numbers and dates as JSON has them")


_AS_TEXT = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_json_text
).encode


def canonical(orders: Sequence[Mapping[str, Any]]) -> str:
    """The lines as one text, whatever the order of their fields. Raises `LedgerError` for none, and what is no JSON.

    A day and a `Decimal` are written as text, as files have them.
    """
    if not orders or isinstance(orders, str | Mapping):
        raise LedgerError("bad_request", "there is no line to reserve for; give a list of lines")

    try:
        text = _AS_TEXT([dict(line) for line in orders])
    except ValueError:
        raise LedgerError("bad_request", "the lines hold a number that JSON has not") from None
    if "\\u0000" in text or "\0" in text:
        raise LedgerError("bad_request", "the lines hold a sign that the store has not")
    return text


def id_of(key: str) -> str:
    """The id of the reservation of a key: the same key is the same reservation, whoever asks."""
    return f"r-{sha256_of(checked_key(key))[:32]}"


def checked_claims(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims by name, with whole numbers for what is not known. Raises `LedgerError`."""
    found: dict[str, Claim] = {}
    for claim in claims:
        if claim.name in found:
            raise LedgerError("bad_request", f"the account `{claim.name}` is claimed twice")
        if claim.taken is None and claim.binds:
            at = claim.account
            raise LedgerError(
                "unknown_amount",
                f"what the order takes of `{at.name}` is not known and nothing bounds it",
                account=at.name, room=at.said(max(0, claim.capacity - (claim.recorded or 0))), unit=at.unit,
            )  # fmt: skip
        recorded = max(claim.capacity, 0) if claim.recorded is None else claim.recorded
        kept = claim
        if claim.recorded is None or claim.taken is None:
            kept = replace(claim, recorded=recorded, taken=claim.taken or 0)
        if not all(type(n) is int and 0 <= n < MOST for n in (kept.capacity, kept.recorded, kept.taken)):
            raise LedgerError("bad_request", f"the amounts of `{claim.name}` are no whole numbers from 0 to 2^62")
        if kept.taken:
            found[claim.name] = kept
    return tuple(found[name] for name in sorted(found))


def forced_claims(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Claims of what was reserved already: of what nothing bounds all that there is is taken."""
    full = [claim if claim.taken is not None else replace(claim, taken=max(claim.capacity, 0)) for claim in claims]
    return checked_claims(full)


def purchases_of(orders: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted({str(line["purchase"]) for line in orders if line.get("purchase")}))


def checked_key(key: str) -> str:
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST or not key.isprintable():
        raise LedgerError("bad_request", f"a key is a text of 1 to {LONGEST} visible characters")
    return key


def checked_person(by: str) -> str:
    if not isinstance(by, str) or not by.strip() or len(by) > LONGEST or not by.isprintable():
        raise LedgerError("bad_request", "say who asks: `by` is a name")
    return by


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
