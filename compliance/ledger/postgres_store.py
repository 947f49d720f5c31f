"""The ledger in PostgreSQL."""

from __future__ import annotations

from compliance.ledger.problems import LedgerError
from compliance.ledger.sqlite_store import SqliteStore


class PostgresStore(SqliteStore):
    """Not there yet."""

    def __init__(self, url: str) -> None:
        raise LedgerError("store_url", f"`{url}` cannot be used yet")
