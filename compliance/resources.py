"""What an evaluation may take of the machine: memory and processors, as the command line was asked to keep to.

`memory` bounds what databases hold: what they need beyond it goes to disk. The world itself, and the columns that are
handed from one step to the next, are not theirs; they count against the same number, and where they alone take it up
the answer is refused instead of given by luck.
"""

from __future__ import annotations

import os
import re
import resource
import sys
from dataclasses import dataclass

from compliance.errors import UsageError

LEAST = 128 * 10**6
"""Bytes that a database has at the least."""
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_UNITS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


@dataclass
class Resources:
    """`memory` in bytes (`None`: as much as there is), `threads` that work at once."""

    memory: int | None = None
    threads: int = os.cpu_count() or 1

    def workers(self, tasks: int) -> int:
        """How many of so many tasks run at once: one where memory is bounded, since each holds tables of its own."""
        return 1 if self.memory is not None else max(1, min(tasks, self.threads))

    def of_database(self) -> int | None:
        """Bytes for the database of a task; raises `UsageError` where what is held already leaves none."""
        if self.memory is None:
            return None
        held = memory_held()
        if self.memory - held < LEAST:
            raise UsageError(
                f"--memory {size_text(self.memory)}: the tables in memory take {size_text(held)} and a database "
                f"{size_text(LEAST)} at the least; give more, or fewer rows at once"
            )
        return self.memory - held


RESOURCES = Resources()
"""What the process keeps to."""


def memory_held() -> int:
    """Bytes of memory that this process holds."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


def size(text: str) -> int:
    """Bytes of a size such as `8GB`, `512MB` or `1.5GiB`; raises `ValueError`."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"`{text}` is no size; write it as 8GB or 500MB")
    number, unit, binary = found.groups()
    bytes_of = int(float(number) * (1024 if binary else 1000) ** _UNITS[unit.lower()])
    if bytes_of < LEAST:
        raise ValueError(f"`{text}` is too little; {size_text(LEAST)} at the least")
    return bytes_of


def size_text(number: int) -> str:
    """Bytes in words: `1.5 GB`."""
    return f"{number / 10**9:,.1f} GB" if number >= 10**9 else f"{number / 10**6:,.0f} MB"
