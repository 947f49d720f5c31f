"""Runs the service: one process, or a parent that watches over workers which share a socket."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import ExitStack, suppress

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from compliance.errors import UsageError
from compliance.records.log import RecordLog
from compliance.records.signing import Signer
from compliance.rulebook.folder import use_rules
from compliance.service.app import ServiceApp
from compliance.service.keys import Keys
from compliance.service.logs import LOG_CONFIG, event
from compliance.service.metrics import share_between_workers
from compliance.service.operations import Operations
from compliance.service.protocol import GuardedProtocol
from compliance.service.scratch_folder import ScratchFolder
from compliance.service.settings import LOOPBACK, ServiceSettings
from compliance.service.store_check import require_same_history
from compliance.service.worker import SCRATCH, open_ledger

_HEALTH_SECONDS = 120
_FAILED = 70


class Workers(Multiprocess):
    """Workers that are started again when they die; one of them reads the files again when the parent hangs up."""

    def handle_hup(self) -> None:
        """Has one worker reload; the others follow by the ledger before their next answer."""
        for process in self.processes:
            if process.pid is not None and process.process.is_alive():
                os.kill(process.pid, signal.SIGHUP)
                return


def serve(settings: ServiceSettings) -> int:
    """Serves until SIGTERM or SIGINT, and then until what is under way is answered.

    Raises `ComplianceError` for a world, pack, key or store with something wrong, before it listens.
    """
    if settings.keys is None and settings.host not in LOOPBACK:
        raise UsageError(f"without --keys the service listens on loopback alone, not on `{settings.host}`")
    with ExitStack() as held:
        listening = held.enter_context(_listen(settings))
        prepare(settings)
        config = Config(
            ServiceApp(settings),
            factory=True,
            loop="uvloop",
            http=GuardedProtocol,
            ws="none",
            lifespan="on",
            workers=settings.workers,
            log_config=LOG_CONFIG,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=settings.limits.connections,
            timeout_graceful_shutdown=settings.limits.stop_seconds,
            timeout_worker_healthcheck=_HEALTH_SECONDS,
        )
        listening.listen(config.backlog)  # who connects from now on waits until a worker is ready
        host, port = listening.getsockname()[:2]
        event("listening", host=host, port=port, workers=settings.workers)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # what uvicorn goes back to, and raises again, when it has stopped
        if settings.workers > 1:
            held.enter_context(share_between_workers())
            workers = Workers(config, [listening])
            workers.run()
            return _FAILED if any(one.exitcode == STARTUP_FAILURE for one in workers.processes) else 0
        server = Server(config)
        server.run([listening])
        return 0 if server.started else _FAILED


def prepare(settings: ServiceSettings) -> None:
    """Has the files of the world count before any worker starts. Raises `ComplianceError`."""
    if settings.keys is not None:
        Keys(settings.keys)
    signer = Signer(settings.signing_key) if settings.signing_key is not None else None
    ledger, log = open_ledger(settings.store), RecordLog(settings.records, signer)
    try:
        require_same_history(settings, ledger, log)
        with ScratchFolder(SCRATCH) as scratch:
            operations = Operations(settings, ledger, log, scratch.path)
            operations.reload()
            if missing := operations.record_missing():
                event("reservations_recorded", count=missing)
    finally:
        use_rules(None)
        ledger.close()
        log.close()


def _listen(settings: ServiceSettings) -> socket.socket:
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind((settings.host, settings.port))
    except OSError as wrong:
        told = (wrong.strerror or "cannot be listened on").lower()
        raise UsageError(f"`{settings.host}:{settings.port}`: {told}") from None
    listening.set_inheritable(True)
    return listening
