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
                _settle()
                gc.enable()


def _settle() -> None:
    """Puts all that was made among the old, which the next searches leave alone: it is there to stay.

    Those who froze objects for good keep them so.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
