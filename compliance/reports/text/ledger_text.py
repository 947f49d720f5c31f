"""Accounts, reservations and holds of a ledger, as text and as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from compliance.reports import figures
from compliance.reports.csv import write_rows
from compliance.reports.text.terminal import Look, Paper, as_text, table

NOTHING = {
    "balances": "no account is open",
    "reservations": "there is no such reservation",
    "queue": "nothing waits",
    "expire": "nothing was overdue",
    "check": "every balance is the sum of its rows",
}
_LEFT_OUT = ("key", "revision", "changed", "binds", "standing")
_AMOUNTS = ("limit", "used", "reserved", "committed", "left")


def ledger_text(verb: str, rows: Sequence[Mapping[str, Any]], look: Look | None = None) -> str:
    """A table of these rows; amounts in the unit that stands beside them."""
    paper = Paper(look or Look())
    if not rows:
        paper.put(Text(f"{verb}: {NOTHING[verb]}"))
        return paper.text()
    names = [name for name in rows[0] if name not in _LEFT_OUT]
    paper.put(table(names, [[_cell(name, row[name]) for name in names] for row in rows]))
    return paper.text()


def ledger_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The same as CSV, a line for each row."""
    if not rows:
        return ""
    return write_rows(tuple(rows[0]), [{name: _flat(value) for name, value in row.items()} for row in rows])


def _cell(name: str, value: Any) -> Text:
    return as_text(figures.number(value) if name in _AMOUNTS else _flat(value))


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(f"{one['account']}: {one['taken']} {one['unit']}" for one in value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
