"""What the ledger asks of a store: work done in one transaction, on SQLite or on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike, fspath
from typing import Any, Protocol, TypeVar

from compliance.ledger.reservations import Ask, ReservationResult

T = TypeVar("T")


class Rows(Protocol):
    """A transaction: queries with `?` for each value."""

    locking: str
    """What a query ends in that locks the rows it reads until the end."""

    def run(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query, or that it returns of a change."""
        ...

    def lock_name(self, name: str) -> None:
        """Lets nobody else go on who locks the same name, until the end."""
        ...

    def share_world(self) -> None:
        """Lets the world stay as it is until the end."""
        ...

    def lock_world(self) -> None:
        """Waits until no reservation is being made, and lets none begin until the end."""
        ...


class Store(Protocol):
    """A place where the ledger is kept."""

    name: str

    def write(self, work: Callable[[Rows], T]) -> T:
        """Does the work in one transaction, all or nothing; durable when it returns.

        Where the connection breaks the work is done again on another one: it must tell what it did before by itself.
        """
        ...

    def read(self, work: Callable[[Rows], T]) -> T:
        """Does work that only reads, on one state of the store."""
        ...

    def reserve(self, ask: Ask) -> ReservationResult:
        """Makes a reservation in one transaction."""
        ...

    def close(self) -> None:
        """Lets go of the connections of this thread."""
        ...


def open_store(url: str | PathLike[str]) -> Store:
    """The store at a path (SQLite in a file, made where there is none) or at `postgresql://...`.

    Its schema is brought up to date. Raises `LedgerError` where it cannot be used.
    """
    text = fspath(url)
    if text.startswith(("postgresql://", "postgres://")):
        from compliance.ledger.stores.postgres_store import PostgresStore

        return PostgresStore(text)
    from compliance.ledger.stores.sqlite_store import SqliteStore

    return SqliteStore(text.removeprefix("sqlite:///"))
