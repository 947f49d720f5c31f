"""Pauses the garbage collector during bulk allocation."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_LOCK = Lock()
_inside: list[bool] = []
"""One entry for each work that goes on, of several threads too; the first says how it was before."""


@contextmanager
def gc_paused() -> Iterator[None]:
    """No search for garbage meanwhile; after the last of several at once it is as before the first."""
    with _LOCK:
        _inside.append(_inside[0] if _inside else gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            if _inside.pop() and not _inside:
                gc.enable()
