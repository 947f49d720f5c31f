"""Balances, rooms, orders that are only asked about, and two days or standings beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from compliance.answers.headroom_answer import UNCLAIMED
from compliance.errors import ComplianceError
from compliance.reports.text.headroom_text import NO_RIGHT
from compliance.service.desk.access import Visitor
from compliance.service.desk.pages import answer, messages_of, page
from compliance.service.desk.views.case import case_of
from compliance.service.desk.views.limits import (
    FIELDS,
    POSTURES,
    balances_view,
    chips_of,
    differences,
    headroom_of,
    order_of,
    side_of,
)
from compliance.service.problems import decision_number
from compliance.service.query_names import takes_query
from compliance.service.worker import Worker

router = APIRouter()
_ROOM_FIELDS = ("chip", "consignee", "operator", "country", "site", "authorization", "as_of", "posture")
_ORDER_FIELDS = (*FIELDS, "as_of", "posture")
_COMPARED_FIELDS = ("case", *FIELDS, "left_day", "right_day", "left_posture", "right_posture")
_LONGEST = 500


def _given_fields(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip()[:_LONGEST] for name in names}


@router.get("/desk/balances")
async def balances(request: Request, country: str = "", holder: str = "") -> Response:
    """What of each limit is used, reserved, committed and left."""
    return await answer(
        request,
        lambda worker, who: page(
            request, who, "balances.html", **balances_view(worker, country.strip().upper(), holder.strip())
        ),
    )


@router.get("/desk/headroom")
@takes_query(*_ROOM_FIELDS)
async def headroom(request: Request) -> Response:
    """How many more somebody may get, by route."""
    given = _given_fields(request, _ROOM_FIELDS)
    if "authorization" not in request.query_params:
        given["authorization"] = UNCLAIMED  # every route at once takes as long as one after the other

    def build(worker: Worker, who: Visitor) -> Response:
        found, wrong = None, []
        if given["chip"]:
            try:
                found = headroom_of(worker, given)
            except ComplianceError as error:
                wrong = messages_of(error)
        state = worker.operations.world.current()
        told = {"given": given, "found": found, "wrong": wrong, "chips": chips_of(state), "no_right": NO_RIGHT}
        return page(
            request, who, "headroom.html", 422 if wrong else 200, **told, as_of=state.screener.as_of.isoformat()
        )

    return await answer(request, build)


@router.get("/desk/what-if")
@takes_query(*_ORDER_FIELDS)
async def what_if(request: Request) -> Response:
    """The answer to an order that nobody placed; nothing goes on record."""
    given = _given_fields(request, _ORDER_FIELDS)

    def build(worker: Worker, who: Visitor) -> Response:
        state = worker.operations.world.current()
        today = state.screener.as_of.isoformat()
        told: dict[str, Any] = {
            "chips": chips_of(state),
            "postures": POSTURES,
            "today": today,
            "answer": None,
            "wrong": [],
        }
        if given["chip"]:
            line = {"id": "what-if", "date": given["as_of"] or today, **order_of(given)}
            try:
                told["answer"] = side_of(worker, [line], given["as_of"], given["posture"])
            except ComplianceError as error:
                told["wrong"] = messages_of(error)
        status = 422 if told["wrong"] else 200
        return page(request, who, "what_if.html", status, given=given, query=request.url.query, **told)

    return await answer(request, build)


@router.get("/desk/compare")
@takes_query(*_COMPARED_FIELDS, "as_of", "posture")
async def compare(request: Request) -> Response:
    """The same order on two days, or by two standings of the law, beside each other."""
    given = _given_fields(request, _COMPARED_FIELDS)

    def build(worker: Worker, who: Visitor) -> Response:
        state = worker.operations.world.current()
        today = state.screener.as_of.isoformat()
        told: dict[str, Any] = {"postures": POSTURES, "today": today, "sides": [], "rows": [], "wrong": []}
        given["left_day"] = given["left_day"] or today
        given["right_day"] = given["right_day"] or today
        lines = _lines_asked(worker, given, today)
        if lines:
            try:
                sides = [
                    side_of(worker, _made_on(lines, given, side), given[f"{side}_day"], given[f"{side}_posture"])
                    for side in ("left", "right")
                ]
                told["sides"] = sides
                told["rows"] = differences(worker, sides[0]["answer"], sides[1]["answer"], lines)
            except ComplianceError as error:
                told["wrong"] = messages_of(error)
        order = [(name, given[name]) for name in FIELDS if given[name]]
        status = 422 if told["wrong"] else 200
        return page(request, who, "compare.html", status, given=given, order=order, **told)

    return await answer(request, build)


def _lines_asked(worker: Worker, given: Mapping[str, str], today: str) -> list[Mapping[str, Any]]:
    if given["case"]:
        return case_of(worker, decision_number(given["case"])).lines
    return [{"id": "what-if", "date": today, **order_of(given)}] if given["chip"] else []


def _made_on(lines: list[Mapping[str, Any]], given: Mapping[str, str], side: str) -> list[Mapping[str, Any]]:
    """The lines, on two days as if each were the day of the order: the law of that day is what is asked for."""
    if given["left_day"] == given["right_day"]:
        return lines
    return [{**line, "date": given[f"{side}_day"]} for line in lines]
