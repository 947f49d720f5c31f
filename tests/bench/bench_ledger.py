"""Reservations a second, durable, beside the bare minimum transaction; and the large run of killed processes.

Type `pytest -m bench -s tests/bench/bench_ledger.py`. The bare minimum is what one would write by hand: read the cap of
a country under a lock, add to it, write an audit row with the hash of the row before, commit; on SQLite in WAL with
`synchronous=FULL` behind a lock of the operating system (without one a writer may starve), on PostgreSQL one function
on the server. Both sides run in turn, some rounds each, with the same number of processes; the ratio of their medians
counts, not the times. `ORDERS=100000 DESKS=16` sets the size of the storm.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import multiprocessing
import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
import pytest

from compliance.decisions.accounts.account import Account, Claim
from compliance.ledger.ledger import Ledger
from tests.ledger.conftest import made_schema, postgres
from tests.ledger.storm import Storm, examine, rage
from tests.ledger.test_storm import killer

__all__ = ["postgres"]
pytestmark = pytest.mark.bench
FORK = multiprocessing.get_context("fork")
COUNTRIES, ROUNDS, EACH, WARM = 20, 5, 2_000, 20
TARGET = 1.5
BARE = """
CREATE TABLE caps (country integer PRIMARY KEY, cap bigint NOT NULL, used bigint NOT NULL, hash text NOT NULL);
CREATE TABLE audit (
    id {serial}, country integer NOT NULL, key text NOT NULL, units bigint NOT NULL, hash text NOT NULL
);
"""
FUNCTION = """
CREATE FUNCTION bare_reserve(c integer, k text, n bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE a record; h text;
BEGIN
    SELECT cap, used, hash INTO a FROM caps WHERE country = c FOR UPDATE;
    IF a.used + n > a.cap THEN RETURN false; END IF;
    h := encode(sha256((a.hash || k || n)::bytea), 'hex');
    UPDATE caps SET used = used + n, hash = h WHERE country = c;
    INSERT INTO audit (country, key, units, hash) VALUES (c, k, n, h);
    RETURN true;
END $$
"""
Run = Callable[[int], None]
Side = Callable[[], Run]


def country_of(number: int) -> int:
    """A country for each number, so that processes that count do not walk in step."""
    return (number * 2_654_435_761 >> 9) % COUNTRIES


def bare_sqlite(path: str) -> Run:
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    connection.execute("PRAGMA synchronous = FULL")
    run, lock = connection.execute, os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT)

    def reserve(number: int) -> None:
        country, key = country_of(number), f"k{number}"
        fcntl.flock(lock, fcntl.LOCK_EX)
        run("BEGIN IMMEDIATE")
        cap, used, last = run("SELECT cap, used, hash FROM caps WHERE country = ?", (country,)).fetchone()
        if used + 1 <= cap:
            line = hashlib.sha256(f"{last}{key}1".encode()).hexdigest()
            run("UPDATE caps SET used = ?, hash = ? WHERE country = ?", (used + 1, line, country))
            run("INSERT INTO audit (country, key, units, hash) VALUES (?, ?, 1, ?)", (country, key, line))
        run("COMMIT")
        fcntl.flock(lock, fcntl.LOCK_UN)

    return reserve


def bare_postgres(url: str) -> Run:
    connection = psycopg.connect(url, autocommit=True)

    def reserve(number: int) -> None:
        connection.execute("SELECT bare_reserve(%s, %s, 1)", (country_of(number), f"k{number}")).fetchone()

    return reserve


def ours(url: str) -> Run:
    ledger = Ledger.open(url)
    accounts = [Account("pack", "cap", f"C{n}", "", "2026", "country", "units", 1) for n in range(COUNTRIES)]

    def reserve(number: int) -> None:
        claim = Claim(accounts[country_of(number)], 10**9, 0, 1)
        lines = [{"id": f"o{number}", "quantity": "1"}]
        ledger.reserve(f"k{number}", lines, [claim], at=datetime.now(UTC), by="desk")

    return reserve


def rate(side: Side, processes: int, first: int, each: int) -> float:
    """Transactions a second of so many processes together, all of them open and warm."""
    barrier = FORK.Barrier(processes + 1)

    def work(at: int) -> None:
        run = side()
        for number in range(at + each, at + each + WARM):
            run(number)
        barrier.wait()
        for number in range(at, at + each):
            run(number)

    running = [FORK.Process(target=work, args=(first + n * 10**4,)) for n in range(processes)]
    for one in running:
        one.start()
    barrier.wait()
    begun = time.perf_counter()
    for one in running:
        one.join()
    assert all(one.exitcode == 0 for one in running)
    return processes * each / (time.perf_counter() - begun)


@pytest.fixture
def sides(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    """The bare minimum and ours, in new stores of one kind."""
    if request.param == "sqlite":
        bare, own = str(tmp_path / "bare.db"), str(tmp_path / "own.db")
        with sqlite3.connect(bare) as made:
            made.execute("PRAGMA journal_mode = WAL")
            made.executescript(BARE.format(serial="integer PRIMARY KEY"))
            made.executemany("INSERT INTO caps VALUES (?, 1000000000, 0, '')", [(n,) for n in range(COUNTRIES)])
        made.close()
        yield partial(bare_sqlite, bare), partial(ours, own)
        return
    server = request.getfixturevalue("postgres")
    bare, own = made_schema(server), made_schema(server)
    with psycopg.connect(bare, autocommit=True) as made:
        made.execute(BARE.format(serial="bigserial PRIMARY KEY").encode())
        made.execute(FUNCTION.encode())
        for number in range(COUNTRIES):
            made.execute("INSERT INTO caps VALUES (%s, 1000000000, 0, '')", (number,))
    yield partial(bare_postgres, bare), partial(ours, own)


@pytest.mark.parametrize("processes", [1, 4, 16])
@pytest.mark.parametrize("sides", ["sqlite", "postgresql"], indirect=True)
def test_reservations_a_second(sides: tuple[Side, Side], processes: int, capsys: pytest.CaptureFixture[str]) -> None:
    each, told = max(400, EACH // processes), tuple[list[float], list[float]](([], []))
    Ledger.open(sides[1].args[0]).close()  # type: ignore[attr-defined]
    for number in range(ROUNDS):
        for side, work in enumerate(sides):
            told[side].append(rate(work, processes, number * 10**6, each))
    bare, own = map(statistics.median, told)
    with capsys.disabled():
        print(f"\n{processes} processes: bare {bare:,.0f}/s, ours {own:,.0f}/s, {bare / own:.2f} times")
    assert bare / own < TARGET


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_large_storm(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = str(tmp_path / "ledger.db") if kind == "sqlite" else made_schema(request.getfixturevalue("postgres"))
    desks, orders = int(os.environ.get("DESKS", "16")), int(os.environ.get("ORDERS", "100000"))
    storm, begun = Storm(url, tmp_path, desks, orders), time.perf_counter()
    counts = rage(storm, kills=orders // 250, disturb=killer(url) if kind == "postgresql" else None)
    told = {**counts, **examine(storm), "seconds": round(time.perf_counter() - begun)}
    print(f"\n{kind}: {desks} desks, {orders:,} orders: {json.dumps(told)}")
