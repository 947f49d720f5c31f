"""What of accounts comes back, read: amounts in the units of their accounts as whole parts."""

from __future__ import annotations

from collections.abc import Mapping

from compliance.ledger.acts import not_an_amount
from compliance.ledger.ledger_answers import Reservation
from compliance.ledger.ledger_problems import LedgerError
from compliance.units import exact


def parts_of(reservation: Reservation, amounts: Mapping[str, str]) -> dict[str, int]:
    """Amounts in the units of their accounts as whole parts. Raises `LedgerError` for what is none."""
    accounts = {one.account.name: one.account for one in reservation.accounts}
    found = {}
    for name, text in amounts.items():
        try:
            parts = exact(text) * accounts[name].scale
        except (KeyError, ValueError):
            raise LedgerError("bad_request", not_an_amount(name, text)) from None
        if parts.denominator != 1:
            raise LedgerError("bad_request", f"of `{name}` `{text}` is finer than it is counted")
        found[name] = parts.numerator
    return found
