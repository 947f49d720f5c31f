"""What a store that cannot be used says, with nothing half-written, and that the ledger goes on when it is back."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from alembic.script import ScriptDirectory

from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_problems import CODES, LedgerError
from compliance.ledger.stores import schema_steps
from compliance.ledger.stores.postgres_store import PostgresStore
from compliance.ledger.stores.sqlite_store import SqliteStore
from tests.ledger.limits import AT, after, claim, lines
from tests.ledger.test_reservations import refused, sides, taken


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "ledger.db")


def test_a_full_disk_is_told_and_nothing_is_half_written(file: str) -> None:
    ledger = Ledger.open(file)
    taken(ledger, "a", 1)
    store = ledger.store
    assert isinstance(store, SqliteStore)
    pages = store._connection().execute("PRAGMA page_count").fetchone()[0]
    store._connection().execute(f"PRAGMA max_page_count = {pages + 2}")

    with refused("store_full") as told:
        for number in range(500):
            ledger.reserve(f"k{number}", lines("o"), [claim(None, taken=1)], at=AT, by="desk", answer="x" * 500)

    assert "nothing of the request was written" in str(told.value)
    assert ledger.check() == []
    ledger.reserve("later", lines("o"), [claim(1)], at=AT, by="desk")
    made = [one for one in ledger.reservations(most=1000) if one.key.startswith("k")]
    assert ledger.balances()[0].reserved == 2000 + len(made)


def test_a_file_that_this_user_may_not_write_is_told() -> None:
    """As another user, in a process of its own, where the tests run as root, who may write everywhere."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.db"
        Ledger.open(file).close()
        for path in (*Path(folder).iterdir(), Path(folder)):
            path.chmod(0o555 if path.is_dir() else 0o444)
        told = multiprocessing.get_context("fork").SimpleQueue()

        def write() -> None:
            if os.geteuid() == 0:
                os.setuid(65534)
            try:
                taken(Ledger.open(file), "a", 1)
            except LedgerError as refusal:
                told.put(refusal.code)
            finally:
                told.put("written")

        process = multiprocessing.get_context("fork").Process(target=write)
        process.start()
        process.join()
        Path(folder).chmod(0o755)

    assert told.get() == "store_read_only"


def test_a_store_that_became_read_only_is_told_and_goes_on_when_it_no_longer_is(file: str) -> None:
    ledger = Ledger.open(file)
    assert isinstance(ledger.store, SqliteStore)
    ledger.store._connection().execute("PRAGMA query_only = ON")

    with refused("store_read_only"):
        taken(ledger, "a", 1)
    taken(ledger, "a", 1)
    assert sides(ledger) == [(10, 1, 0, 89)]


def test_what_is_no_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("a text of some length that is no database at all" * 100)

    with refused("store_damaged"):
        Ledger.open(tmp_path / "text")
    with refused("store_away"):
        Ledger.open(tmp_path / "nowhere" / "ledger.db")
    with refused("store_away"):
        Ledger.open(tmp_path)


def test_a_file_that_another_program_holds_is_told(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compliance.ledger.stores.sqlite_store.PATIENCE", 200)
    ledger = Ledger.open(file)
    with sqlite3.connect(file) as other:
        other.execute("BEGIN IMMEDIATE")
        with refused("store_away"):
            taken(ledger, "a", 1)
        other.execute("ROLLBACK")

    taken(ledger, "a", 1)
    other.close()


def test_a_store_of_a_newer_version_is_refused(url: str) -> None:
    ledger = Ledger.open(url)
    ledger.store.write(lambda rows: rows.run("UPDATE alembic_version SET version_num = '9999'"))
    ledger.close()

    with refused("store_newer"):
        Ledger.open(url)


def test_the_newest_step_is_the_one_that_is_looked_for(url: str) -> None:
    steps = ScriptDirectory(str(schema_steps.STEPS))

    assert steps.get_current_head() == schema_steps.HEAD
    Ledger.open(url).close()
    assert Ledger.open(url).check() == []


def test_two_processes_may_open_a_new_store_at_once(url: str) -> None:
    wrong: list[BaseException] = []

    def opened() -> None:
        try:
            Ledger.open(url).close()
        except BaseException as failed:
            wrong.append(failed)

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert wrong == []


def test_a_connection_that_breaks_is_made_again(postgres: str, made: Callable[[str], str]) -> None:
    url = made(postgres)
    ledger = Ledger.open(url)
    taken(ledger, "a", 1)

    with psycopg.connect(postgres, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    taken(ledger, "b", 2)
    assert sides(ledger) == [(10, 3, 0, 87)]


def test_a_database_that_is_gone_is_told_and_when_it_is_back_the_same_key_goes_on(
    postgres: str, made: Callable[[str], str]
) -> None:
    url = made(postgres)
    patient, short = Ledger.open(url), Ledger(PostgresStore(url, patience=0.2))
    taken(patient, "a", 1)
    taken(short, "a", 1)
    door = next(Path(parse_qs(urlsplit(postgres).query)["host"][0]).glob(".s.PGSQL.*[0-9]"))
    away = door.with_name("away")
    with psycopg.connect(postgres, autocommit=True) as other:
        door.rename(away)
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with refused("store_away"):
        taken(short, "b", 2)
    back = threading.Timer(0.5, lambda: away.rename(door))
    back.start()

    taken(patient, "b", 2)
    back.join()
    taken(short, "b", 2)

    assert sides(patient) == sides(short) == [(10, 3, 0, 87)]


def test_a_schema_that_was_dropped_is_told(postgres: str, made: Callable[[str], str]) -> None:
    url = made(postgres)
    ledger = Ledger.open(url)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("DROP FUNCTION ledger_reserve")

    with refused("store_damaged"):
        taken(ledger, "b", 2)


def test_no_database_at_an_address_is_told_after_the_patience(tmp_path: Path) -> None:
    begun = time.monotonic()

    with refused("store_away") as told:
        PostgresStore(f"postgresql://me:secret@/nowhere?host={tmp_path}", patience=0.2)

    assert time.monotonic() - begun < 5
    assert "secret" not in told.value.message.partition("cannot be used")[0]


def test_a_database_that_only_reads_is_told(postgres: str, made: Callable[[str], str]) -> None:
    url = made(postgres)
    Ledger.open(url).close()
    reading = Ledger.open(url.replace("options=", "options=-cdefault_transaction_read_only%3Don%20"))

    with refused("store_read_only"):
        taken(reading, "a", 1)
    assert reading.balances() == []


def test_a_clock_that_was_set_back_writes_nothing_and_the_ledger_goes_on(ledger: Ledger) -> None:
    taken(ledger, "a", 1)

    with refused("clock_set_back"):
        ledger.reserve("b", lines("b"), [claim(1), claim(1, "new")], at=AT - timedelta(days=1), by="desk")
    assert len(ledger.balances()) == 1
    ledger.reserve("b", lines("b"), [claim(1)], at=after(days=1), by="desk")


def test_every_code_says_what_to_do() -> None:
    for code, (status, hint) in CODES.items():
        assert 400 <= status < 600
        assert hint
        assert str(LedgerError(code, "it is so")) == f"it is so; {hint}"
