"""Search over parties, orders and decisions, one party, and matches of names to decide."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from compliance.errors import ComplianceError
from compliance.service.desk.access import Visitor, remember_person, require_decider
from compliance.service.desk.forms import NOTHING, read_form
from compliance.service.desk.name_matches import adjudicate
from compliance.service.desk.pages import answer, go_to, page
from compliance.service.desk.views.party import parties_like, party_view
from compliance.service.desk.views.queue import of_decision
from compliance.service.problems import RefusedError
from compliance.service.worker import Worker

_MOST = 50
_SHORTEST, _LONGEST = 1, 200
router = APIRouter()


@router.get("/desk/search")
async def search(request: Request, q: str = "") -> Response:
    """Parties by id, name or alias; decisions by number, party, order or purchase."""
    text = q.strip()[:_LONGEST]

    def build(worker: Worker, who: Visitor) -> Response:
        parties, decisions = [], []
        if len(text) >= _SHORTEST:
            parties = parties_like(worker.operations.world.current(), text, _MOST)
            world = worker.operations.world.current().screener.world
            decisions = [of_decision(one, world) for one in worker.operations.decisions.search(text, _MOST)]
        return page(request, who, "search.html", q=text, parties=parties, decisions=decisions, most=_MOST)

    return await answer(request, build)


@router.get("/desk/party")
async def party(request: Request, id: str = "", test: str = "") -> Response:
    """A party with its owners, listings, orders and rooms."""
    return await answer(
        request,
        lambda worker, who: page(request, who, "party.html", **party_view(worker, id, test), typed=NOTHING, wrong=""),
    )


@router.post("/desk/party")
async def decide_match(request: Request, id: str = "") -> Response:
    """Whether a party and a listed one are the same."""
    worker: Worker = request.app.state.worker
    form = await read_form(request, worker.settings.limits)

    def build(worker: Worker, who: Visitor) -> Response:
        form.require(who.token)
        require_decider(who)
        by = who.acting_as(form["by"])
        try:
            if not by:
                raise RefusedError(422, "by", "give your name: it stays on record with what you do")
            adjudicate(worker, id, form["listed"], form["verdict"], form["until"], form["reason"], by, who.caller.name)
        except ComplianceError as wrong:
            told = {**party_view(worker, id, ""), "typed": {**NOTHING, **form.texts}, "wrong": str(wrong)}
            return page(request, who, "party.html", 422, **told)
        made = go_to(f"/desk/party?id={quote(id, safe='')}#names")
        remember_person(request, made, who, by)
        return made

    return await answer(request, build)
