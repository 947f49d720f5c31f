"""No search for garbage while something only grows, and afterwards as before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from compliance.gc_pause import gc_paused


@pytest.fixture(autouse=True)
def searching() -> Iterator[None]:
    yield
    gc.enable()


def test_searches_go_on_afterwards_whatever_happened() -> None:
    seen = []

    @gc_paused()
    def failing() -> None:
        seen.append(gc.isenabled())
        raise LookupError

    with pytest.raises(LookupError):
        failing()

    assert seen == [False]
    assert gc.isenabled()


def test_who_had_switched_them_off_finds_them_off() -> None:
    gc.disable()
    with gc_paused():
        pass

    assert not gc.isenabled()


def test_what_was_made_is_among_the_old_afterwards() -> None:
    with gc_paused():
        made: list[object] = [object()]
        young = any(one is made for one in gc.get_objects(generation=0))

    assert young
    assert any(one is made for one in gc.get_objects(generation=2))
    assert not gc.get_freeze_count()
