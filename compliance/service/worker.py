"""What a worker holds while it runs: its world, ledger, log, keys and threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from logging import ERROR
from typing import TypeVar

from compliance.decisions.setup import catalogue_of
from compliance.errors import ComplianceError
from compliance.ledger.ledger import Ledger
from compliance.records.log import RecordLog
from compliance.records.signing import Signer
from compliance.service.keys import Keys
from compliance.service.limits import RateLimit
from compliance.service.logs import event
from compliance.service.metrics import Metrics
from compliance.service.operations import Operations
from compliance.service.problems import RefusedError
from compliance.service.record_batches import RecordBatches
from compliance.service.scratch_folder import ScratchFolder
from compliance.service.settings import ServiceSettings

SCRATCH = "compliance-service-"
THREADS = 2
_EXPIRY_SECONDS = 60
_PATIENCE = 2.0
_T = TypeVar("_T")


def open_ledger(url: str) -> Ledger:
    """The ledger of a service, which says soon that a database is away: others wait for the thread that asks it.

    Raises `LedgerError` where the store cannot be used.
    """
    if url.startswith(("postgresql://", "postgres://")):
        from compliance.ledger.stores.postgres_store import PostgresStore

        return Ledger(PostgresStore(url, patience=_PATIENCE))
    return Ledger.open(url)


class Worker:
    """One process of the service. Raises what opening the ledger, the log, the keys and the world raises."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self.scratch = ScratchFolder(SCRATCH)
        self.ledger = open_ledger(settings.store)
        signer = Signer(settings.signing_key) if settings.signing_key is not None else None
        self.log = RecordLog(settings.records, signer)
        self.keys = Keys(settings.keys) if settings.keys is not None else None
        self.operations = Operations(settings, self.ledger, self.log, self.scratch.path)
        self.rate = RateLimit(settings.limits.per_second / settings.workers)
        self.metrics = Metrics(
            self.ledger.balances, lambda: (self.operations.world.revision_seen, self.log.head().number)
        )
        self._pool = ThreadPoolExecutor(THREADS, "screening")
        self._writer = ThreadPoolExecutor(1, "writing")
        self.decisions = RecordBatches(self.log, self._writer)
        self._waiting = 0

    async def run(self, work: Callable[[], _T]) -> _T:
        """Has a thread do work that takes a processor. Raises `RefusedError` where too many wait."""
        if self._waiting >= self.settings.limits.waiting:
            raise RefusedError(503, "busy", "too many requests wait for their turn", {"Retry-After": "1"})
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    async def expire_reservations(self) -> None:
        """Frees what was reserved until now or earlier, once a minute, until it is cancelled."""
        while True:
            with suppress(ComplianceError):
                freed = await self.run(self.operations.expire)
                if freed:
                    event("reservations_expired", count=freed)
            await asyncio.sleep(_EXPIRY_SECONDS)

    async def reload(self) -> None:
        """Reads the world, the packs and the keys again; where something is wrong what was served is served on."""
        try:
            if self.keys is not None:
                self.keys.read()
            state = await self.run(self.operations.reload)
        except ComplianceError as wrong:
            event("reload_refused", ERROR, reason=str(wrong))
        else:
            event("reloaded", revision=state.revision, world=state.sha256)

    def warm_up(self) -> None:
        """Screens a made-up order, so that the first real one does not wait for what is made once."""
        screener = self.operations.world.current().screener
        chip = next(iter(catalogue_of(screener.world).names), "")
        with suppress(ComplianceError):
            screener.screen({"id": "warm-up", "date": screener.as_of, "to_country": "DE", "chip": chip, "quantity": 1})

    def close(self) -> None:
        """Lets go of everything; what was acknowledged is on disk."""
        self._pool.shutdown()
        self._writer.shutdown()
        self.log.close()
        self.ledger.close()
        self.scratch.close()
