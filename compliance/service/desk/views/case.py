"""One case: the decision, what it rests on, who did what about it, and what may be done now."""

from __future__ import annotations

from typing import Any

from compliance.errors import UsageError
from compliance.ledger.holds import STRICTNESS, WAITING, Hold
from compliance.records.decision_index import IndexedDecision
from compliance.reports.renderers import RENDERERS, Options
from compliance.service.answered_orders import subject_of
from compliance.service.desk.answers import answer_on_record
from compliance.service.desk.views.answer import answer_view, background_of, parties_of_lines
from compliance.service.desk.views.graph import graph_view
from compliance.service.desk.views.queue import what_to_whom
from compliance.service.operations import UnknownDecisionError
from compliance.service.verdicts import verdict
from compliance.service.worker import Worker

REPORTS = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The formats in which a case can be handed on."""
_LINES = ("id", "date", "quantity", "chip", "to_country", "authorization")


def case_of(worker: Worker, number: int) -> IndexedDecision:
    """The decision of that number. Raises `UnknownDecisionError`."""
    found = worker.operations.decisions.get(number)
    if found is None:
        raise UnknownDecisionError(number)
    return found


def case_view(worker: Worker, found: IndexedDecision) -> dict[str, Any]:
    """All that the page of a case shows."""
    operations, body = worker.operations, found.record.body
    state, lines = operations.world.current(), found.lines
    answer, parties = answer_on_record(worker, found), parties_of_lines(state, lines)
    name = f"Case {found.record.number}"
    return {
        "number": found.record.number,
        "record": found.record,
        "body": body,
        "about": what_to_whom(lines, state.screener.world),
        "source": body.get("source"),
        "order_lines": [{name: line.get(name) for name in _LINES} for line in lines],
        "parties": parties,
        "graph": graph_view(state, [one["id"] for one in parties if one["id"]]),
        "answer": answer_view(state, answer, lines, name) if answer is not None else None,
        "today": _today(worker, found),
        **standing_of(worker, found),
    }


def report_on(worker: Worker, found: IndexedDecision, kind: str) -> str | bytes:
    """The answer behind a case as a report. Raises `UsageError` where it cannot be made again."""
    answer = answer_on_record(worker, found)
    if answer is None:
        raise UsageError("the answer behind this decision cannot be made again here")
    lines, state = found.lines, worker.operations.world.current()
    background = background_of(state, answer, lines, f"case {found.record.number}")
    return RENDERERS[kind].render(answer, background, Options())


def standing_of(worker: Worker, found: IndexedDecision) -> dict[str, Any]:
    """How a case stands, what was done about it, and what may be done now."""
    work = worker.operations.workflow
    holds = work.holds_on(subject_of(found))
    hold = holds[-1] if holds else None
    history = [one for each in holds for one in work.history(each.id)]
    waits = hold is not None and hold.state in WAITING
    return {
        "state": hold.state if hold is not None else found.state,
        "level": work.settings.levels[hold.level] if hold is not None else "",
        "acts": found.acts,
        "history": history,
        "version": history[-1].number if history else 0,
        "may": _acts_open(worker, hold) if waits else ("hold",),
        "first": next((one for one in reversed(history) if one.act != "ask"), None)
        if hold is not None and hold.state == "awaiting_second"
        else None,
        "two_persons": _takes_two(worker, found, hold),
        "release_codes": work.settings.release_codes,
        "reject_codes": work.settings.reject_codes,
    }


def _acts_open(worker: Worker, hold: Hold | None) -> tuple[str, ...]:
    top = hold is not None and hold.level >= len(worker.operations.workflow.settings.levels) - 1
    return ("release", "reject", "ask") if top else ("release", "reject", "escalate", "ask")


def _takes_two(worker: Worker, found: IndexedDecision, hold: Hold | None) -> bool:
    least = worker.settings.two_persons
    strictest = hold.decision if hold is not None else found.whole["enforced"]
    return bool(least) and STRICTNESS.index(strictest) >= STRICTNESS.index(least)


def _today(worker: Worker, found: IndexedDecision) -> dict[str, Any] | None:
    """What the world and the day of now say of the order; `None` where that is the same world and day."""
    body, state = found.record.body, worker.operations.world.current()
    same = str(state.record) == str(body["world"]) and state.screener.as_of.isoformat() == body["as_of"]
    if same:
        return None
    then = found.whole
    now = verdict(state.screener, found.lines)
    changed = "enforced" not in now or any(now[name] != then[name] for name in ("enforced", "written", "summary"))
    return {**now, "changed": changed, "as_of": state.screener.as_of.isoformat()}
