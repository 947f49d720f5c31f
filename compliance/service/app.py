"""The service as an application of ASGI: what a worker makes when it starts, and gives back when it stops."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from logging import ERROR
from time import perf_counter
from typing import Any
from urllib.parse import quote

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from compliance.errors import ComplianceError, InputError
from compliance.ledger.ledger_problems import LedgerError
from compliance.records.content import ContentMissingError
from compliance.records.head import RecordsDamagedError
from compliance.records.log import RecordsUnavailableError
from compliance.service import routes_changes, routes_decisions, routes_orders, routes_world
from compliance.service.desk import routes_cases, routes_entry, routes_limits, routes_parties, routes_uploads
from compliance.service.desk.access import SignInError
from compliance.service.desk.pages import asks_for_page, go_to, refusal
from compliance.service.guard import ASKED_BY
from compliance.service.logs import event
from compliance.service.openapi import describe
from compliance.service.operations import UnknownDecisionError
from compliance.service.problems import (
    RefusedError,
    input_response,
    ledger_response,
    problem_response,
    refusal_of,
    validation_problems,
)
from compliance.service.query_names import require_known_query
from compliance.service.settings import ServiceSettings
from compliance.service.shared_world import WorldDivergedError
from compliance.service.worker import Worker
from compliance.versions import __version__


@dataclass(frozen=True)
class ServiceApp:
    """Makes the application of a worker; it can be sent to another process."""

    settings: ServiceSettings

    def __call__(self) -> FastAPI:
        app = FastAPI(
            title="compliance", version=__version__, lifespan=self._lifespan, docs_url=None, redoc_url=None,
            dependencies=[Depends(require_known_query)],
        )  # fmt: skip
        for part in (routes_orders, routes_decisions, routes_changes, routes_world):
            app.include_router(part.router)
        for pages in (routes_entry, routes_cases, routes_parties, routes_limits, routes_uploads):
            app.include_router(pages.router, include_in_schema=False)
        app.openapi = lambda: describe(app)  # type: ignore[method-assign]
        app.add_exception_handler(ComplianceError, _respond_to_error)
        app.add_exception_handler(ValidationError, _respond_to_error)
        app.add_exception_handler(RequestValidationError, _respond_to_error)
        app.add_exception_handler(HTTPException, _respond_to_error)
        app.add_exception_handler(SignInError, _ask_to_sign_in)
        app.add_middleware(RequestLog)
        return app

    @asynccontextmanager
    async def _lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        worker = await asyncio.to_thread(Worker, self.settings)
        app.state.worker = worker
        await worker.run(worker.operations.world.current)
        await worker.run(worker.warm_up)
        loop, reloading = asyncio.get_running_loop(), set[asyncio.Task[None]]()

        def reload() -> None:
            task = loop.create_task(worker.reload())
            reloading.add(task)
            task.add_done_callback(reloading.discard)

        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(signal.SIGHUP, reload)
        expiring = loop.create_task(worker.expire_reservations())
        event("started", revision=worker.operations.world.revision_seen)
        yield
        expiring.cancel()
        event("stopped", head=worker.log.head().hash, records=worker.log.head().number)
        await asyncio.to_thread(worker.close)


async def _respond_to_error(request: Request, wrong: Exception) -> Response:
    """The response to what was refused, by what it was."""
    response = _response_of(wrong)
    worker: Worker = request.app.state.worker
    worker.metrics.refused.labels(str(response.status_code)).inc()
    if response.status_code in (408, 413):
        response.headers["Connection"] = "close"
    return refusal(request, response, wrong) if asks_for_page(request) else response


async def _ask_to_sign_in(request: Request, wrong: Exception) -> Response:
    """Nobody is signed in: the browser is led there, and from there back."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return go_to(f"/desk/sign-in?next={quote(path if request.method == 'GET' else '/desk', safe='')}")


def _response_of(wrong: Exception) -> Response:
    if isinstance(wrong, RefusedError):
        return refusal_of(wrong)
    if isinstance(wrong, LedgerError):
        return ledger_response(wrong)
    if isinstance(wrong, InputError):
        return input_response(wrong)
    if isinstance(wrong, ValidationError):
        return validation_problems(wrong)
    if isinstance(wrong, RequestValidationError):
        first = wrong.errors()[0]
        field = ".".join(str(step) for step in first["loc"][1:])
        return problem_response(422, "bad_value", f"`{field}`: {first['msg']}")
    if isinstance(wrong, HTTPException):
        code = {404: "not_found", 405: "method"}.get(wrong.status_code, "refused")
        return problem_response(wrong.status_code, code, str(wrong.detail), wrong.headers)
    if isinstance(wrong, UnknownDecisionError):
        return problem_response(404, "unknown_decision", str(wrong))
    if isinstance(wrong, RecordsUnavailableError):
        return problem_response(503, "records_away", str(wrong), {"Retry-After": "1"})
    if isinstance(wrong, RecordsDamagedError | ContentMissingError | WorldDivergedError):
        return problem_response(503, "records_damaged", str(wrong))
    if isinstance(wrong, ComplianceError):
        return problem_response(422, "bad_value", str(wrong))
    return problem_response(500, "fault", "this is a fault of the service and not of the request")


class RequestLog:
    """Notes every request: route, status and how long it took; and answers for faults of our own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as fault:
            event("fault", ERROR, fault=fault)
            if not status:
                request, told = Request(scope), _response_of(fault)
                await (refusal(request, told, fault) if asks_for_page(request) else told)(scope, receive, watch)
        finally:
            self._note(scope, status, perf_counter() - began)

    @staticmethod
    def _note(scope: Scope, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        path = getattr(route, "path", "")
        method = scope["method"] if scope["method"] in ("GET", "POST", "HEAD", "OPTIONS") else "other"
        worker: Worker = scope["app"].state.worker
        worker.metrics.requests.labels(path, method, str(status)).inc()
        if path not in ("/healthz", "/readyz", "/metrics"):
            key = scope.get(ASKED_BY, "")
            event("request", route=path, method=method, status=status, key=key, ms=round(seconds * 1000, 2))
