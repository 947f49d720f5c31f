"""A world may be read in one thread while a copy with another table is made in another."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from threading import Thread

import pytest

from compliance.world.schema.tables import TABLES
from compliance.world.world import World

TABLES_OF = World.of(companies=[{"id": "c", "headquarters": "US"}], sites=[{"id": "s", "operator": "c"}]).tables


@pytest.fixture
def often() -> Iterator[None]:
    """Threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("often")
def test_what_is_made_of_a_world_meanwhile_does_not_disturb_a_copy() -> None:
    for _ in range(300):
        there = World(TABLES_OF, None)

        def read(there: World = there) -> None:
            assert there.sha256
            for table in TABLES:
                there.by_id(table)
                there.columns(table)

        reading = Thread(target=read)
        reading.start()
        while reading.is_alive():
            assert "companies" in there.replace("shipments", []).tables
        reading.join()
