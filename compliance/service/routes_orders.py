"""The calls about orders: screenings, headroom, reservations, balances."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from compliance.answers.answer import Answer
from compliance.answers.headroom_answer import Headroom
from compliance.ledger.ledger_problems import LedgerError
from compliance.service.body import JSON, json_response, read_json, with_zone
from compliance.service.guard import admit
from compliance.service.openapi import describe_body, problems
from compliance.service.problems import RefusedError, ledger_response
from compliance.service.requests import (
    Balances,
    CommitRequest,
    HeadroomRequest,
    ReservationAnswer,
    ReservationRequest,
    ReservationView,
    ScreenRequest,
)
from compliance.service.worker import Worker

DECISION = "Compliance-Decision"
"""The header with the number of the decision, of several with commas between them."""
NUMBERED = {DECISION: {"description": "The numbers of the decisions", "schema": {"type": "string"}}}
_LONGEST = 500
_REPEATED = "The key was used before, and something became of the reservation since: it is told as it stands"
router = APIRouter(tags=["orders"])


@router.post(
    "/v1/screen",
    summary="Screens an order: which findings would exist if it shipped",
    openapi_extra=describe_body(ScreenRequest),
    responses={
        200: {"model": Answer | dict[str, Answer], "headers": NUMBERED},
        **problems(400, 401, 403, 408, 413, 415, 422, 429, 503),
    },
)
async def screen(request: Request) -> Response:
    """The answer of `compliance screen`; with `each` one for each line, by its id."""
    worker: Worker = request.app.state.worker
    caller = admit(request, worker, "screen")
    given = ScreenRequest.model_validate(await read_json(request, worker.settings.limits))
    count_lines(given.orders, worker)
    began = perf_counter()
    do, asked_for = worker.operations, (given.orders, caller.name, given.as_of, given.posture)
    if given.each:
        found = await worker.run(partial(do.screen_each, *asked_for))
        parts = (f"{json.dumps(name)}: {one.text.rstrip()}" for name, one in found.items())
        text = "{" + ",\n".join(parts) + "}\n"
    else:
        found = {"": await worker.run(partial(do.screen, *asked_for))}
        text = found[""].text
    numbers = await worker.decisions.add([one.body for one in found.values()])
    worker.metrics.seconds.observe(perf_counter() - began)
    for one in found.values():
        worker.metrics.screenings.labels(one.answer.decision.enforced).inc()
    return Response(text, 200, {DECISION: ", ".join(map(str, numbers))}, JSON)


@router.post(
    "/v1/headroom",
    summary="How many of a chip somebody may still get, and what binds",
    openapi_extra=describe_body(HeadroomRequest),
    responses={200: {"model": Headroom}, **problems(400, 401, 403, 408, 413, 415, 422, 429, 503)},
)
async def headroom(request: Request) -> Response:
    """The answer of `compliance headroom`."""
    worker: Worker = request.app.state.worker
    admit(request, worker, "screen", "reserve")
    given = HeadroomRequest.model_validate(await read_json(request, worker.settings.limits))
    asked_for = given.model_dump(exclude={"as_of", "posture"})
    text = await worker.run(partial(worker.operations.headroom, asked_for, given.as_of, given.posture))
    return Response(text, 200, media_type=JSON)


@router.post(
    "/v1/reservations",
    summary="Reserves what an order takes of limits",
    status_code=201,
    openapi_extra=describe_body(ReservationRequest),
    responses={
        201: {"model": ReservationAnswer, "headers": NUMBERED},
        200: {"model": ReservationAnswer, "headers": NUMBERED, "description": _REPEATED},
        **problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503, 507),
    },
)
async def reserve(request: Request) -> Response:
    """Of every limit that the order touches, or of none. The same key again gives the same answer; where something
    became of the reservation since (committed, amended, released, ended) it is 200 with the reservation as it stands.
    """
    worker: Worker = request.app.state.worker
    caller = admit(request, worker, "reserve")
    given = ReservationRequest.model_validate(await read_json(request, worker.settings.limits))
    count_lines(given.orders, worker)
    expires = None if given.expires is None else with_zone(given.expires)
    try:
        found = await worker.run(partial(worker.operations.reserve, given.key, given.orders, expires, caller.name))
    except LedgerError as refusal:
        worker.metrics.reservations.labels(refusal.code).inc()
        return ledger_response(refusal, await units_that_fit(worker, refusal, given.orders))
    if found.answer is not None:
        worker.metrics.reservations.labels("reserved").inc()
        worker.metrics.screenings.labels(found.answer.decision.enforced).inc()
    return Response(found.text, 201 if found.as_made else 200, {DECISION: str(found.record)}, JSON)


@router.get(
    "/v1/reservations/{name}",
    summary="A reservation as it stands",
    responses={200: {"model": ReservationView}, **problems(400, 401, 403, 404, 429, 503)},
)
async def reservation(request: Request, name: str) -> Response:
    """With what it takes of which accounts."""
    worker: Worker = request.app.state.worker
    admit(request, worker, "reserve", "decide")
    do = worker.operations
    return json_response(await worker.run(lambda: do.view(do.reservation(name))))


def _finish(act: str, summary: str) -> None:
    @router.post(
        f"/v1/reservations/{{name}}/{act}",
        summary=summary,
        operation_id=f"{act}_reservation",
        openapi_extra=describe_body(CommitRequest),
        responses={
            200: {"model": ReservationView},
            **problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503, 507),
        },
    )
    async def finish(request: Request, name: str) -> Response:
        """Again it gives the same."""
        worker: Worker = request.app.state.worker
        caller = admit(request, worker, "reserve")
        given = CommitRequest.model_validate(await read_json(request, worker.settings.limits))
        found = await worker.run(
            partial(worker.operations.finish, name, act, caller.acts_for(given.by), caller.name, given.reason)
        )
        worker.metrics.reservations.labels(found.state).inc()
        return json_response(await worker.run(partial(worker.operations.view, found)))


_finish("commit", "The order ships: what was reserved is committed")
_finish("release", "The order does not ship: what was reserved is free again")


@router.get(
    "/v1/balances",
    summary="What of accounts is used on record, reserved, committed and left",
    responses={200: {"model": Balances}, **problems(400, 401, 403, 422, 429, 503)},
)
async def balances(
    request: Request, account: str = "", holder: str = "", country: str = "", at: datetime | None = None
) -> Response:
    """Of an account, a holder or a country, all without; as they stand, or stood `at` an instant."""
    worker: Worker = request.app.state.worker
    admit(request, worker, "screen", "reserve", "decide")
    when = None if at is None else with_zone(at)
    ask = partial(worker.operations.balances, account=account, holder=holder, country=country, at=when)
    found = await worker.run(ask)
    told: dict[str, Any] = {"at": when.isoformat() if when else None, "balances": [one.said() for one in found]}
    return json_response(told)


def count_lines(orders: list[dict[str, Any]], worker: Worker) -> None:
    """Raises `RefusedError` for more lines than are screened at once."""
    most = worker.settings.limits.lines
    if len(orders) > most:
        raise RefusedError(413, "too_large", f"an order has at most {most:,} lines; send fewer at once")


async def units_that_fit(
    worker: Worker, refusal: LedgerError, orders: list[dict[str, Any]], amends: str = ""
) -> str | None:
    """How many units of an order with one line would fit, where an account has no room for it."""
    if refusal.code != "no_room":
        return None
    found = await worker.run(partial(worker.operations.units_that_fit, orders, amends))
    return None if found is None else str(found)
