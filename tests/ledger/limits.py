"""Accounts and claims for tests: a limit of 100 TPP, of which ten are on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from compliance.decisions.accounts.account import Account, Claim

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after(**parts: int) -> datetime:
    """An instant so much later."""
    return AT + timedelta(**parts)


def account(holder: str = "acme", rule: str = "yearly") -> Account:
    """An account in thousandths of TPP."""
    return Account("pack", rule, holder, "", "2026", "company", "TPP", 1000)


def claim(tpp: int | None, holder: str = "acme", *, rule: str = "yearly", **other: Any) -> Claim:
    """A claim of so much TPP."""
    told = {"capacity": 100_000, "recorded": 10_000, "taken": None if tpp is None else tpp * 1000, **other}
    return Claim(account(holder, rule), **told)


def lines(name: str, **fields: Any) -> list[dict[str, Any]]:
    """An order of one line."""
    return [{"id": name, "quantity": "8", **fields}]
