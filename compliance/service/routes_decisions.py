"""The calls about decisions that were made: the record, pages of them, and what is done about one."""

from __future__ import annotations

from functools import partial
from typing import Any, get_args

from fastapi import APIRouter, Request
from starlette.responses import Response

from compliance.ledger.holds import STRICTNESS, HoldState
from compliance.records.decision_index import OPEN, IndexedDecision
from compliance.service.body import json_response, read_json
from compliance.service.guard import admit
from compliance.service.openapi import describe_body, problems
from compliance.service.operations import UnknownDecisionError
from compliance.service.problems import RefusedError, decision_number, whole_number
from compliance.service.requests import ActRequest, DecisionPage, DecisionRecord, HoldQueue
from compliance.service.worker import Worker

STATES = (OPEN, *get_args(HoldState))
_MOST = 1_000
_ACT = ("act", "by", "key", "reason", "code", "hold", "state", "level")
router = APIRouter(tags=["decisions"])


@router.get(
    "/v1/decisions/{number}",
    summary="A decision as it is on record",
    responses={200: {"model": DecisionRecord}, **problems(400, 401, 403, 404, 429, 503)},
)
async def decision(request: Request, number: str) -> Response:
    """With its state and what was done about it."""
    worker: Worker = request.app.state.worker
    admit(request, worker, "screen", "reserve", "decide")
    found = await worker.run(partial(worker.operations.decisions.get, decision_number(number)))
    if found is None:
        raise UnknownDecisionError(decision_number(number))
    return json_response(view(found))


@router.get(
    "/v1/decisions",
    summary="Decisions in their order",
    responses={200: {"model": DecisionPage}, **problems(400, 401, 403, 422, 429, 503)},
)
async def decisions(
    request: Request, party: str = "", state: str = "", after: str = "0", most: str = "100"
) -> Response:
    """Of a party by its id (or name, where it is described), in a state; those after a number, at most so many."""
    worker: Worker = request.app.state.worker
    admit(request, worker, "decide", "screen", "reserve")
    if state and state not in STATES:
        raise RefusedError(422, "unknown_word", f"`state` is one of {', '.join(STATES)}")
    count = _page(most)
    ask = partial(worker.operations.decisions.page, party, state, _number(after, "after"), count)
    found = await worker.run(ask)
    following = found[-1].record.number if len(found) == count else None
    return json_response({"decisions": [view(one) for one in found], "next": following})


def _act(act: str, summary: str) -> None:
    @router.post(
        f"/v1/decisions/{{number}}/{act}",
        summary=summary,
        operation_id=f"{act}_decision",
        openapi_extra=describe_body(ActRequest),
        responses={
            200: {"model": DecisionRecord},
            **problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503, 507),
        },
    )
    async def done(request: Request, number: str) -> Response:
        """Who and why stays on record."""
        worker: Worker = request.app.state.worker
        caller = admit(request, worker, "decide")
        given = ActRequest.model_validate(await read_json(request, worker.settings.limits))
        found = await worker.run(
            partial(
                worker.operations.act,
                decision_number(number),
                act,
                caller.acts_for(given.by),
                caller.name,
                given.reason,
                given.code,
            )
        )
        return json_response(view(found))


_act("hold", "Holds an order until somebody decides")
_act("release", "Releases an order that was held")
_act("reject", "Stops an order that was held, for good")
_act("escalate", "Has somebody of the next level decide")
_act("ask", "Notes what was asked of the customer; the hold waits on")


@router.get(
    "/v1/holds",
    summary="What waits for somebody, the strictest first, of these the oldest",
    responses={200: {"model": HoldQueue}, **problems(400, 401, 403, 422, 429, 503)},
)
async def holds(request: Request, least: str = STRICTNESS[0], most: str = "100", skip: str = "0") -> Response:
    """Of at least a strictness, at most so many, after so many."""
    worker: Worker = request.app.state.worker
    admit(request, worker, "decide")
    if least not in STRICTNESS:
        raise RefusedError(422, "unknown_word", f"`least` is one of {', '.join(STRICTNESS)}")
    ask = partial(worker.operations.workflow.queue, least=least, most=_page(most), skip=_number(skip, "skip"))
    return json_response({"holds": [one.said() for one in await worker.run(ask)]})


def view(found: IndexedDecision) -> dict[str, Any]:
    """A decision as JSON has it."""
    record = found.record
    acts = [
        {
            "record": one.number,
            "at": one.at,
            **{name: one.body[name] for name in _ACT},
        }
        for one in found.acts
    ]
    return {
        "id": str(record.number), "at": record.at, "kind": record.kind, "state": found.state, "hash": record.hash,
        "acts": acts, "record": record.body,
    }  # fmt: skip


def _number(text: str, name: str) -> int:
    number = whole_number(text)
    if number is None:
        raise RefusedError(422, "bad_value", f"`{name}` takes a whole number")
    return number


def _page(text: str) -> int:
    count = _number(text, "most")
    if not 1 <= count <= _MOST:
        raise RefusedError(422, "bad_value", f"`most` is from 1 to {_MOST:,}")
    return count
