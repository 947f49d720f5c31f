"""The ledger in PostgreSQL: a reservation is one call on the server, everything else a transaction with row locks.

psycopg is imported when a store is opened. Where the connection breaks the work is done again on another one, until
the patience is over: every piece of work tells by itself what it did before (a key, a state).
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from compliance.ledger.double_entry import clock_set_back
from compliance.ledger.ledger_answers import AccountDraw
from compliance.ledger.ledger_problems import Code, LedgerError
from compliance.ledger.reservations import (
    Ask,
    ReservationResult,
    another_of_purchase,
    key_reused,
    made_of,
    no_room,
    stale_world,
)
from compliance.ledger.stored_reservations import load
from compliance.ledger.stores.schema_steps import HEAD, migrate
from compliance.ledger.stores.store import Rows

T = TypeVar("T")
PATIENCE = 10.0
"""How long work is tried again where the database is away, in seconds."""
PAUSE, LONGEST_PAUSE = 0.02, 1.0
WORLD = 7318349394477056
"""The number of the lock on the world, which stands in the function on the server too."""
RESERVE = b"SELECT ledger_reserve(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s::jsonb)"
_MEANT: tuple[tuple[type[psycopg.Error], Code], ...] = (
    (errors.DiskFull, "store_full"),
    (errors.ReadOnlySqlTransaction, "store_read_only"),
    (errors.InsufficientPrivilege, "store_read_only"),
    (errors.InvalidCatalogName, "store_url"),
    (errors.InvalidPassword, "store_url"),
    (errors.UndefinedTable, "store_damaged"),
    (errors.UndefinedFunction, "store_damaged"),
    (errors.DataCorrupted, "store_damaged"),
)
_AS_TEXT = json.JSONEncoder(separators=(",", ":")).encode
_AGAIN = (psycopg.OperationalError, psycopg.InterfaceError, errors.UniqueViolation)


class PostgresRows:
    """A transaction of PostgreSQL."""

    locking = " FOR UPDATE"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def run(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(_psycopg_query(query), values)
        return cursor.fetchall() if cursor.description is not None else []

    def lock_name(self, name: str) -> None:
        self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", (name,))

    def share_world(self) -> None:
        self._connection.execute(f"SELECT pg_advisory_xact_lock_shared({WORLD})".encode())

    def lock_world(self) -> None:
        self._connection.execute(f"SELECT pg_advisory_xact_lock({WORLD})".encode())


@cache
def _psycopg_query(query: str) -> bytes:
    """The query with the marks of psycopg for those of the ledger."""
    return query.replace("%", "%%").replace("?", "%s").encode()


class _ThreadConnection(threading.local):
    connection: psycopg.Connection[Any] | None = None
    cursor: psycopg.Cursor[Any] | None = None
    process: int = 0


class PostgresStore:
    """A database; every thread and process has a connection of its own."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self.url = url
        self.name = _without_password(url)
        self._patience = patience
        self._opened = _ThreadConnection()
        self._retry(self._migrate)

    def write(self, work: Callable[[Rows], T]) -> T:
        def once(connection: psycopg.Connection[Any]) -> T:
            with connection.transaction():
                return work(PostgresRows(connection))

        return self._retry(once)

    def read(self, work: Callable[[Rows], T]) -> T:
        def once(connection: psycopg.Connection[Any]) -> T:
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                return work(PostgresRows(connection))

        return self._retry(once)

    def reserve(self, ask: Ask) -> ReservationResult:
        beside = None if ask.beside is None or not ask.purchases else json.dumps(sorted(ask.beside))
        purchases = json.dumps(ask.purchases) if ask.purchases else "[]"
        told = (
            ask.id, ask.key, ask.fingerprint, ask.orders, ask.answer, ask.revision, ask.by, ask.at, ask.expires,
            ask.tolerance,
        )  # fmt: skip
        values = (*told, _AS_TEXT([(one.name, one.taken, int(one.binds)) for one in ask.claims]), purchases, beside)

        def once(connection: psycopg.Connection[Any]) -> list[int] | None:
            opened = self._opened
            if opened.cursor is None or opened.cursor.connection is not connection:
                opened.cursor = connection.cursor()
            [(found,)] = opened.cursor.execute(RESERVE, values).fetchall()
            return found  # type: ignore[no-any-return]

        try:
            try:
                found = self._retry(once)
            except psycopg.Error as refusal:
                if refusal.sqlstate != "LG006":
                    raise
                values = (*told, _claims(ask), purchases, beside)
                found = self._retry(once)
        except psycopg.Error as refusal:
            raise _refusal(ask, refusal) from None
        if found is None:
            return ReservationResult(self.read(lambda rows: load(rows, ask.id, as_made=True)), True)
        return ReservationResult(made_of(ask, found[0], found[1:]), False)

    def close(self) -> None:
        connection, self._opened.connection = self._opened.connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()

    def _connection(self) -> psycopg.Connection[Any]:
        opened = self._opened
        if opened.process != os.getpid():  # a connection must not be taken over into a child
            opened.connection, opened.process = None, os.getpid()
        if opened.connection is None or opened.connection.closed:
            opened.connection = psycopg.connect(self.url, autocommit=True, connect_timeout=10)
        return opened.connection

    def _retry(self, work: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Does the work, again where the connection breaks or others were in the way; raises `LedgerError` else."""
        until, pause = time.monotonic() + self._patience, PAUSE
        while True:
            try:
                return work(self._connection())
            except psycopg.Error as wrong:
                code = next((code for kind, code in _MEANT if isinstance(wrong, kind)), None)
                if (wrong.sqlstate or "").startswith("LG"):
                    raise
                if code is not None or not isinstance(wrong, _AGAIN):
                    raise LedgerError(code or "store_away", self._failure_text(wrong)) from wrong
                if not isinstance(wrong, errors.DeadlockDetected | errors.UniqueViolation):
                    self.close()
                if time.monotonic() + pause > until:
                    raise LedgerError("store_away", self._failure_text(wrong)) from wrong
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _failure_text(self, wrong: psycopg.Error) -> str:
        return f"the store `{self.name}` cannot be used: {wrong.diag.message_primary or str(wrong)}"

    def _migrate(self, connection: psycopg.Connection[Any]) -> None:
        if _schema(connection) == HEAD:
            return
        connection.execute("SELECT pg_advisory_lock(hashtextextended('compliance ledger schema', 0))")
        try:
            scheme, _, rest = self.url.partition("://")
            del scheme
            migrate(f"postgresql+psycopg://{rest}", _schema(connection))
        finally:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended('compliance ledger schema', 0))")


def _schema(connection: psycopg.Connection[Any]) -> str | None:
    [(there,)] = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchall()
    found = connection.execute("SELECT version_num FROM alembic_version").fetchall() if there else []
    return str(found[0][0]) if found else None


def _claims(ask: Ask) -> str:
    told = []
    for claim in ask.claims:
        at, asked = claim.account, (claim.taken, int(claim.binds))
        names = (at.pack, at.rule, at.holder, at.key, at.period, at.kind, at.unit, at.standing)
        told.append((at.name, *asked, *names, at.scale, claim.capacity, claim.recorded))
    return _AS_TEXT(told)


def _refusal(ask: Ask, refusal: psycopg.Error) -> LedgerError:
    """What the server raised, in the words of the ledger."""
    detail = refusal.diag.message_detail or ""
    match refusal.sqlstate:
        case "LG001":
            claims = ((ask.claims[number], room) for number, room in json.loads(detail))
            return no_room([AccountDraw(claim.account, claim.taken or 0, room, True) for claim, room in claims])
        case "LG002":
            return clock_set_back(ask.at, int(detail))
        case "LG003":
            return key_reused(ask.key)
        case "LG004":
            return stale_world(ask.revision, int(detail))
        case _:
            return another_of_purchase()


def _without_password(url: str) -> str:
    """The address without what should stay secret."""
    scheme, _, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    return f"{scheme}://{user.partition(':')[0]}{at}{host.partition('?')[0]}"
