"""Several threads that ask about the ownership of one world have the answers that one alone has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from time import sleep
from typing import Any

from compliance.ownership.ownership_graph import Ownership, ParentAnswer
from compliance.world.world import World

COUNT = 6
DAY = date(2026, 1, 1)
NAMES = [f"c{n}" for n in range(COUNT)]
CIRCLE = World.of(
    companies=[{"id": name, "headquarters": "MY"} for name in NAMES],
    stakes=[{"owner": name, "owned": NAMES[n - 1], "percent": "60"} for n, name in enumerate(NAMES)],
)


class Slow(dict[Any, Any]):
    """So slow that another thread comes between one company of a circle and the next."""

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        sleep(0.001)


def test_half_a_circle_is_never_taken_for_no_circle() -> None:
    ownership, together = Ownership(CIRCLE), Barrier(COUNT)
    ownership._parents._kept = Slow()

    def ask(name: str) -> ParentAnswer:
        together.wait()
        return ownership.parent(name, DAY)

    with ThreadPoolExecutor(COUNT) as pool:
        answers = list(pool.map(ask, NAMES))

    alone = Ownership(CIRCLE)
    assert answers == [alone.parent(name, DAY) for name in NAMES]
    assert {answer.flags for answer in answers} == {("ownership_cycle",)}
