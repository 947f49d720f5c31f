"""How far a long piece of work is, for whoever waits for it: steps done, steps in all, and the time left.

The clock is read only to tell the time left; nothing of it reaches an answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class Progress:
    """Steps of work that are counted; `tell` gets a line after each, where somebody wants to know."""

    def __init__(self) -> None:
        self.tell: Callable[[str], None] | None = None
        self._lock = Lock()
        self._clear()

    def _clear(self) -> None:
        self._done = self._all = 0
        self._begun = time.monotonic()

    def begin(self, tell: Callable[[str], None] | None) -> None:
        """Begins to count for a new piece of work."""
        with self._lock:
            self.tell = tell
            self._clear()

    def expect(self, steps: int) -> None:
        """So many more steps are to come."""
        with self._lock:
            self._all += steps

    def step(self, what: str, steps: int = 1) -> None:
        """A step is done; `what` says of which work."""
        if self.tell is None:
            return
        with self._lock:
            self._done += steps
            done, every = self._done, max(self._all, self._done)
            left = (time.monotonic() - self._begun) / self._done * (every - done)
            tell = self.tell
        tell(f"{what}: {done:,} of {every:,} steps, {time_text(left)} left")


def time_text(seconds: float) -> str:
    """A stretch of time in words: `40 s`, `3 min`, `1 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


PROGRESS = Progress()
"""What the process counts."""
