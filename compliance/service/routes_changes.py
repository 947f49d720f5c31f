"""The calls about what changes later: a reservation amended, goods that came back, and what was found harmless."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from compliance.ledger.ledger_problems import LedgerError
from compliance.service.body import json_response, read_json, with_zone
from compliance.service.guard import admit
from compliance.service.openapi import describe_body, problems
from compliance.service.problems import ledger_response
from compliance.service.requests import (
    ActRequest,
    AmendRequest,
    KnownGoodList,
    KnownGoodRequest,
    KnownGoodView,
    ReservationView,
    ReturnRequest,
)
from compliance.service.routes_orders import DECISION, NUMBERED, count_lines, units_that_fit
from compliance.service.worker import Worker

_CHANGED = problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503, 507)
router = APIRouter()


@router.post(
    "/v1/reservations/{name}/amend",
    summary="Another quantity, date or chip: the reservation takes what that takes, or stays as it is",
    tags=["orders"],
    openapi_extra=describe_body(AmendRequest),
    responses={200: {"model": ReservationView, "headers": NUMBERED}, **_CHANGED},
)
async def amend(request: Request, name: str) -> Response:
    """The lines are screened anew; the header has the number of that decision. The same key again changes nothing."""
    worker: Worker = request.app.state.worker
    caller = admit(request, worker, "reserve")
    given = AmendRequest.model_validate(await read_json(request, worker.settings.limits))
    count_lines(given.orders, worker)
    do = partial(worker.operations.amend, name, given.key, given.orders, caller.acts_for(given.by), caller.name)
    try:
        found, number = await worker.run(partial(do, given.reason))
    except LedgerError as refusal:
        return ledger_response(refusal, await units_that_fit(worker, refusal, given.orders, name))
    headers = {} if number is None else {DECISION: str(number)}
    return json_response(await worker.run(partial(worker.operations.view, found)), headers=headers)


@router.post(
    "/v1/reservations/{name}/return",
    summary="Goods came back: of what was committed so much is free again",
    tags=["orders"],
    openapi_extra=describe_body(ReturnRequest),
    responses={200: {"model": ReservationView}, **_CHANGED},
)
async def take_back(request: Request, name: str) -> Response:
    """By account in its unit, or all of it. The same key again changes nothing."""
    worker: Worker = request.app.state.worker
    caller = admit(request, worker, "reserve")
    given = ReturnRequest.model_validate(await read_json(request, worker.settings.limits))
    do = partial(worker.operations.take_back, name, given.key, given.amounts, caller.acts_for(given.by), caller.name)
    found = await worker.run(partial(do, given.reason))
    return json_response(await worker.run(partial(worker.operations.view, found)))


@router.get(
    "/v1/known-good",
    summary="What people found harmless, and until when",
    tags=["decisions"],
    responses={200: {"model": KnownGoodList}, **problems(400, 401, 403, 422, 429, 503)},
)
async def known_good(request: Request, subject: str = "") -> Response:
    """Of a subject, or all."""
    worker: Worker = request.app.state.worker
    admit(request, worker, "decide", "screen")
    found = await worker.run(partial(worker.operations.workflow.entries, subject))
    return json_response({"entries": [one.said() for one in found]})


@router.post(
    "/v1/known-good",
    summary="A named person found a subject harmless, until an instant, as long as these facts stand",
    tags=["decisions"],
    openapi_extra=describe_body(KnownGoodRequest),
    responses={200: {"model": KnownGoodView}, **_CHANGED},
)
async def trust(request: Request) -> Response:
    """Another entry of the subject takes over."""
    worker: Worker = request.app.state.worker
    caller = admit(request, worker, "decide")
    given = KnownGoodRequest.model_validate(await read_json(request, worker.settings.limits))
    do = partial(worker.operations.trust, given.subject, given.facts, with_zone(given.until), given.code, given.reason)
    found = await worker.run(partial(do, caller.acts_for(given.by), caller.name))
    return json_response(found.said())


@router.post(
    "/v1/known-good/{name}/withdraw",
    summary="Ends an entry",
    tags=["decisions"],
    openapi_extra=describe_body(ActRequest),
    responses={200: {"model": KnownGoodView}, **_CHANGED},
)
async def withdraw(request: Request, name: str) -> Response:
    """Who and why stays on record."""
    worker: Worker = request.app.state.worker
    caller = admit(request, worker, "decide")
    given = ActRequest.model_validate(await read_json(request, worker.settings.limits))
    found = await worker.run(
        partial(worker.operations.withdraw, name, caller.acts_for(given.by), caller.name, given.reason)
    )
    return json_response(found.said())
