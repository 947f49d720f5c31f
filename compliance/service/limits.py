"""How often a caller may ask: a bucket of tokens for each key, filled at an even rate."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic


class RateLimit:
    """At most `per_second` requests a second of each caller, and twice as many at once after a pause."""

    def __init__(self, per_second: float, clock: Callable[[], float] = monotonic) -> None:
        self._rate = per_second
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def wait_for(self, caller: str) -> float:
        """Takes a token; 0, or in how many seconds there will be one."""
        if self._rate <= 0:
            return 0
        now = self._clock()
        with self._lock:
            left, at = self._left.get(caller, (2 * self._rate, now))
            left = min(2 * self._rate, left + (now - at) * self._rate)
            if left < 1:
                self._left[caller] = (left, now)
                return (1 - left) / self._rate
            self._left[caller] = (left - 1, now)
            return 0
