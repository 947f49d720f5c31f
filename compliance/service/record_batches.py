"""Decisions of requests that are answered at the same time go to the log, and to disk, together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from compliance.records.log import RecordLog

Bodies = Sequence[Mapping[str, Any]]


class RecordBatches:
    """What waits to be put on record by one event loop; a thread writes while more is gathered."""

    def __init__(self, log: RecordLog, threads: Executor) -> None:
        self._log = log
        self._threads = threads
        self._waiting: list[tuple[Bodies, asyncio.Future[list[int]]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, bodies: Bodies) -> list[int]:
        """Puts decisions on record; gives their numbers when they are on disk. Raises as `RecordLog.append` does."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[int]] = loop.create_future()
        self._waiting.append((bodies, done))
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write_all())
        return await done

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            waiting = [done for _, done in batch]
            try:
                numbers = await loop.run_in_executor(self._threads, self._write, [bodies for bodies, _ in batch])
            except Exception as wrong:
                for done in waiting:
                    if not done.done():
                        done.set_exception(wrong)
            else:
                for done, given in zip(waiting, numbers, strict=True):
                    if not done.done():
                        done.set_result(given)

    def _write(self, batch: Sequence[Bodies]) -> list[list[int]]:
        records = self._log.append_all(datetime.now(UTC), "decision", [body for bodies in batch for body in bodies])
        numbers = iter([record.number for record in records])
        return [list(islice(numbers, len(bodies))) for bodies in batch]
