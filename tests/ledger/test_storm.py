"""Processes that are killed at random moments never oversell, lose or double anything (the large run: tests/bench)."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.ledger.storm import Storm, examine, rage


def killer(url: str) -> Callable[[random.Random], None]:
    """Ends backends of a PostgreSQL: most politely, now and then one with SIGKILL, on which all have to recover."""

    def disturb(chance: random.Random) -> None:
        with suppress(psycopg.Error), psycopg.connect(url, autocommit=True, connect_timeout=2) as connection:
            backends = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchall()
            if not backends:
                return
            [pid] = chance.choice(backends)
            if chance.random() < 0.1:
                os.kill(pid, signal.SIGKILL)
            else:
                connection.execute("SELECT pg_terminate_backend(%s)", (pid,))

    return disturb


def test_desks_that_are_killed_never_oversell(url: str, tmp_path: Path) -> None:
    storm = Storm(url, tmp_path, desks=3, orders=600)
    counts = rage(storm, kills=12, disturb=killer(url) if "://" in url else None)

    outcome = examine(storm)

    assert counts["killed"] == 12
    assert outcome["refused"] > 50
    assert outcome["committed"] > 100


@pytest.mark.parametrize("seed", [2])
def test_what_a_killed_desk_was_told_is_kept(url: str, tmp_path: Path, seed: int) -> None:
    storm = Storm(url, tmp_path, desks=1, orders=60, seed=seed)
    rage(storm, kills=6)

    examine(storm)
