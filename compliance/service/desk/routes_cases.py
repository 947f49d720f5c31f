"""The queue, one case, and what reviewers do about it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from compliance.ledger.holds import STRICTNESS
from compliance.ledger.ledger_problems import LedgerError
from compliance.records.decision_index import IndexedDecision
from compliance.service.desk.access import Visitor, remember_person, require_decider
from compliance.service.desk.forms import NOTHING, Form, read_form
from compliance.service.desk.pages import HEADERS, answer, go_to, page
from compliance.service.desk.views.case import REPORTS, case_of, case_view, report_on
from compliance.service.desk.views.queue import queue_view
from compliance.service.problems import RefusedError, decision_number, whole_number
from compliance.service.worker import Worker

ACTS = ("hold", "release", "reject", "escalate", "ask")
_LONGEST_REASON = 2_000
router = APIRouter()


@router.get("/desk")
async def queue(request: Request, least: str = "", page_number: str = "1") -> Response:
    """What waits for somebody."""
    number = int(page_number) if page_number.isdigit() and 0 < int(page_number[:6]) < 100_000 else 1
    strict = least if least in STRICTNESS else ""
    return await answer(
        request, lambda worker, who: page(request, who, "queue.html", **queue_view(worker, strict, number))
    )


@router.get("/desk/cases/{number}")
async def case(request: Request, number: str) -> Response:
    """A decision with all that it rests on."""

    def build(worker: Worker, who: Visitor) -> Response:
        found = case_of(worker, decision_number(number))
        return page(request, who, "case.html", **case_view(worker, found), typed=NOTHING, conflict=None, wrong="")

    return await answer(request, build)


@router.get("/desk/cases/{number}/report.{kind}")
async def report(request: Request, number: str, kind: str) -> Response:
    """The decision as one file to hand on; it is kept and never shown here, where it could ask for more."""

    def build(worker: Worker, who: Visitor) -> Response:
        found = case_of(worker, decision_number(number))
        if kind not in REPORTS:
            raise RefusedError(404, "not_found", f"a report is {' or '.join(REPORTS)}")
        made = report_on(worker, found, kind)
        named = f'attachment; filename="case-{found.record.number}.{kind}"'
        return Response(made, 200, {**HEADERS, "Content-Disposition": named}, REPORTS[kind])

    return await answer(request, build)


@router.post("/desk/cases/{number}")
async def decide(request: Request, number: str) -> Response:
    """Holds, releases, rejects or escalates, or asks for information."""
    worker: Worker = request.app.state.worker
    form = await read_form(request, worker.settings.limits)

    def build(worker: Worker, who: Visitor) -> Response:
        form.require(who.token)
        require_decider(who)
        found = case_of(worker, decision_number(number))
        act, by = form["act"], who.acting_as(form["by"])
        typed = {**NOTHING, **form.texts, "act": act, "by": by}
        wrong = _wrong(act, by, form)
        if wrong:
            told = {**case_view(worker, found), "typed": typed, "conflict": None, "wrong": wrong}
            return page(request, who, "case.html", 422, **told)
        try:
            code = form["code"] if act in ("release", "reject") else ""
            worker.operations.act(
                found.record.number, act, by, who.caller.name, form["reason"], code, seen=int(form["version"])
            )
        except LedgerError as refusal:
            if refusal.code in ("changed_meanwhile", "wrong_state"):
                return _conflict(request, worker, who, found, typed, refusal)
            told = {**case_view(worker, found), "typed": typed, "conflict": None, "wrong": refusal.message}
            return page(request, who, "case.html", refusal.status, **told)
        made = go_to(f"/desk/cases/{found.record.number}#history")
        remember_person(request, made, who, by)
        return made

    return await answer(request, build)


def _wrong(act: str, by: str, form: Form) -> str:
    if act not in ACTS or whole_number(form["version"]) is None:
        return "Choose what to do."
    if not by:
        return "Give your name: it stays on record with what you do."
    if not form["reason"] or len(form["reason"]) > _LONGEST_REASON:
        return f"Say why, in at most {_LONGEST_REASON:,} letters: it stays on record."
    if act in ("release", "reject") and not form["code"]:
        return "Choose the reason code."
    return ""


def _conflict(
    request: Request, worker: Worker, who: Visitor, found: IndexedDecision, typed: dict[str, Any], refusal: LedgerError
) -> Response:  # fmt: skip
    """What the other one did beside what was to be done; nothing typed is lost. The same form sent twice is done."""
    told = case_view(worker, case_of(worker, found.record.number))
    seen = int(typed["version"])
    news = [one for one in told["history"] if one.number > seen]
    if news and all(
        (one.by, one.act, one.reason) == (typed["by"], typed["act"], typed["reason"].strip()) for one in news
    ):
        return go_to(f"/desk/cases/{found.record.number}#history")
    return page(
        request, who, "case.html", 409, **told, typed=typed, wrong="", conflict={"news": news, "why": refusal.message}
    )
