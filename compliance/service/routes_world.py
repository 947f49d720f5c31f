"""The calls about the world, and those by which the service itself is watched."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from compliance.errors import ComplianceError
from compliance.service.body import json_response, read_json
from compliance.service.guard import admit
from compliance.service.openapi import describe_body, problems
from compliance.service.requests import Health, WorldChanged, WorldRequest
from compliance.service.worker import Worker
from compliance.versions import __version__

router = APIRouter(tags=["service"])


@router.post(
    "/v1/world",
    summary="Adds and removes rows of the world, all of them or none",
    openapi_extra=describe_body(WorldRequest),
    responses={200: {"model": WorldChanged}, **problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503, 507)},
)
async def change_world(request: Request) -> Response:
    """Open reservations and holds are screened again; what changed is told."""
    worker: Worker = request.app.state.worker
    caller = admit(request, worker, "admin")
    given = WorldRequest.model_validate(await read_json(request, worker.settings.limits))
    found = await worker.run(partial(worker.operations.change_world, given.add, given.remove, caller.name))
    return json_response(found)


@router.get("/healthz", summary="Whether the process is there", responses={200: {"model": Health}, **problems(400)})
async def healthz() -> Response:
    """It looks at nothing else."""
    return json_response({"status": "ok", "version": __version__})


@router.get(
    "/readyz",
    summary="Whether orders are answered, and by which world",
    responses={200: {"model": Health}, 503: {"model": Health}, **problems(400)},
)
async def readyz(request: Request) -> Response:
    """It reads the world, the ledger and the head of the log."""
    worker: Worker = request.app.state.worker
    told: dict[str, object] = {"status": "ok", "version": __version__}
    status = 200
    try:
        state = await worker.run(worker.operations.world.current)
        worker.log.head()
        told |= {"revision": state.revision, "as_of": state.screener.as_of.isoformat(), "world": state.sha256}
    except ComplianceError as wrong:
        told |= {"status": "unavailable", "reason": str(wrong)}
        status = 503
    return json_response(told, status)


@router.get("/metrics", summary="Metrics for Prometheus", response_class=Response, responses=problems(400))
async def metrics(request: Request) -> Response:
    """Of all workers together; no party is named."""
    worker: Worker = request.app.state.worker
    text = await worker.run(worker.metrics.text)
    return Response(text, 200, media_type="text/plain; version=0.0.4; charset=utf-8")
