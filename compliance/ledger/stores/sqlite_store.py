"""The ledger in one file (SQLite): durable at every commit, one writer at a time, in fair order.

SQLite lets writers try again and again, so that one of sixteen may wait for seconds; a lock of the operating system on
a file beside the store lets them in as they come. It goes with the process that holds it, however that ends.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

from compliance.ledger.ledger_problems import Code, LedgerError
from compliance.ledger.reservations import Ask, ReservationResult, made_of, reserve
from compliance.ledger.stored_reservations import load
from compliance.ledger.stores.schema_steps import HEAD, migrate
from compliance.ledger.stores.store import Rows

try:
    import fcntl
except ImportError:  # where there is none SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]

T = TypeVar("T")
LOCK = "-lock"
PATIENCE = 60_000
"""How long a transaction waits for another program that holds the file, in milliseconds."""
_CODES: tuple[tuple[str, Code], ...] = (
    ("full", "store_full"),
    ("readonly", "store_read_only"),
    ("read-only", "store_read_only"),
    ("not a database", "store_damaged"),
    ("malformed", "store_damaged"),
    ("no such table", "store_damaged"),
)


class SqliteRows:
    """A transaction of SQLite."""

    locking = ""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def lock_name(self, name: str) -> None:
        """Who writes is alone."""

    def share_world(self) -> None:
        """Who writes is alone."""

    def lock_world(self) -> None:
        """Who writes is alone."""


class _ThreadConnection(threading.local):
    """The connection and the lock of a thread."""

    connection: sqlite3.Connection | None = None
    lock: int | None = None
    process: int = 0


class _Turn:
    """The turn of one writer; without a lock of the operating system SQLite's own waiting has to do."""

    def __init__(self, lock: int | None) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if self._lock is not None:
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __exit__(self, *ended: object) -> None:
        if self._lock is not None:
            fcntl.flock(self._lock, fcntl.LOCK_UN)


class SqliteStore:
    """A file; every thread and process has a connection of its own."""

    def __init__(self, path: str) -> None:
        self.name = path
        self._opened = _ThreadConnection()
        try:
            self._migrate()
        except (sqlite3.Error, OSError) as wrong:
            self._tell(wrong)

    def write(self, work: Callable[[Rows], T]) -> T:
        try:
            connection = self._connection()
            with self._alone():
                connection.execute("BEGIN IMMEDIATE")
                try:
                    found = work(SqliteRows(connection))
                    connection.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        if connection.in_transaction:
                            connection.execute("ROLLBACK")
                    raise
                return found
        except (sqlite3.Error, OSError) as wrong:
            self._tell(wrong)

    def read(self, work: Callable[[Rows], T]) -> T:
        try:
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                return work(SqliteRows(connection))
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
        except (sqlite3.Error, OSError) as wrong:
            self._tell(wrong)

    def reserve(self, ask: Ask) -> ReservationResult:
        found = self.write(lambda rows: reserve(rows, ask))
        if found is None:
            return ReservationResult(self.read(lambda rows: load(rows, ask.id, as_made=True)), True)
        return ReservationResult(made_of(ask, found[0], found[1:]), False)

    def close(self) -> None:
        opened = self._opened
        if opened.connection is not None:
            opened.connection.close()
        if opened.lock is not None:
            os.close(opened.lock)
        opened.connection = opened.lock = None

    def _connection(self) -> sqlite3.Connection:
        opened = self._opened
        if opened.process != os.getpid():  # a connection must not be taken over into a child
            opened.connection = opened.lock = None
            opened.process = os.getpid()
        if opened.connection is None:
            made = sqlite3.connect(self.name, timeout=PATIENCE / 1000, isolation_level=None)
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("PRAGMA synchronous = FULL")
            made.execute("PRAGMA foreign_keys = ON")
            opened.connection = made
        return opened.connection

    def _alone(self) -> _Turn:
        opened = self._opened
        if fcntl is not None and (opened.lock is None or opened.process != os.getpid()):
            self._connection()
            opened.lock = os.open(f"{self.name}{LOCK}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        return _Turn(opened.lock)

    def _migrate(self) -> None:
        if self._schema() == HEAD:
            return
        with self._alone():
            migrate(f"sqlite:///{os.path.abspath(self.name)}", self._schema())

    def _schema(self) -> str | None:
        run = self._connection().execute
        if not run("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall():
            return None
        found = run("SELECT version_num FROM alembic_version").fetchall()
        return str(found[0][0]) if found else None

    def _tell(self, wrong: Exception) -> NoReturn:
        said = str(wrong).casefold()
        code: Code = next((code for word, code in _CODES if word in said), "store_away")
        if isinstance(wrong, PermissionError):
            code = "store_read_only"
        if "unable to open" in said and not os.path.isdir(os.path.dirname(os.path.abspath(self.name))):
            said = "its folder is not there"
        self.close()
        raise LedgerError(code, f"the store `{self.name}` cannot be used: {said}") from wrong
