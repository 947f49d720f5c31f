"""Writers of one file are let in as they come: none of them starves."""

from __future__ import annotations

import multiprocessing
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from compliance.ledger.ledger import Ledger
from tests.ledger.limits import claim, lines

WRITERS, SECONDS = 6, 1.5
FORK = multiprocessing.get_context("fork")


def reserve_on(path: str, number: int, barrier: Any, told: Any) -> None:
    """Reserves as often as it can for a while, and tells how often."""
    ledger, made = Ledger.open(path), 0
    barrier.wait()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        one = claim(None, taken=1, capacity=10**9)
        ledger.reserve(f"{number}-{made}", lines("o"), [one], at=datetime.now(UTC), by="desk")
        made += 1
    told.put(made)


def test_no_writer_of_a_file_starves(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger.db")
    Ledger.open(path).close()
    barrier, told = FORK.Barrier(WRITERS), FORK.SimpleQueue()
    writers = [FORK.Process(target=reserve_on, args=(path, n, barrier, told)) for n in range(WRITERS)]
    for one in writers:
        one.start()
    counts = [told.get() for _ in writers]
    for one in writers:
        one.join()

    assert min(counts) * 2 > max(counts), counts
    ledger = Ledger.open(path)
    assert ledger.check() == []
    assert ledger.balances()[0].reserved == sum(counts)
    ledger.close()
