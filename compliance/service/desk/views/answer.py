"""An answer as pages show it: the decision first, then why, what is missing, and what was not checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from compliance.answers.answer import Answer
from compliance.decisions.order_input import order_lines
from compliance.decisions.setup import catalogue_of
from compliance.errors import ComplianceError
from compliance.records.decision_index import PARTY_FIELDS
from compliance.reports.html.banner import banner_of, line_views
from compliance.reports.html.finding_views import findings_by_standing
from compliance.reports.report_context import ReportContext
from compliance.service.desk.views import words
from compliance.service.shared_world import WorldState

Lines = Sequence[Mapping[str, Any]]
_MOST_OPEN = 40


def answer_view(state: WorldState, answer: Answer, orders: Lines, name: str) -> dict[str, Any]:
    """What the templates take of an answer to these lines."""
    background = background_of(state, answer, orders, name)
    return {
        "banner": banner_of(answer, background),
        "lines": line_views(answer, background),
        "standings": findings_by_standing(answer, background)[0],
        "open": _left_open(answer),
        "assumptions": answer.assumptions,
        "not_encoded": answer.not_encoded,
        "as_of": answer.as_of,
        "posture": answer.posture,
        "packs": answer.packs,
    }


def background_of(state: WorldState, answer: Answer, orders: Lines, name: str) -> ReportContext:
    """The names beside an answer, by the world of today; lines that it no longer knows are shown by their ids."""
    screener = state.screener
    try:
        rows = order_lines(screener.world, catalogue_of(screener.world), orders)
    except ComplianceError:
        rows = []
    day = date.fromisoformat(answer.as_of)
    return ReportContext.of(screener.world, screener.packs, day, name=name, order=name, orders=rows)


def _left_open(answer: Answer) -> dict[str, Any]:
    """What was not evaluated, alike ones once, with what would settle it."""
    found: dict[tuple[str, tuple[str, ...]], int] = {}
    for one in answer.not_evaluated:
        settles = tuple(dict.fromkeys(f"{gap.table} {gap.id}: {gap.field}, {gap.settles}" for gap in one.missing))
        found[one.reason, settles] = found.get((one.reason, settles), 0) + 1
    rows = [{"reason": reason, "settles": settles[:5], "count": n} for (reason, settles), n in found.items()]
    return {"rows": rows[:_MOST_OPEN], "more": max(0, len(rows) - _MOST_OPEN)}


def parties_of_lines(state: WorldState, orders: Lines) -> list[dict[str, Any]]:
    """Who plays which part in an order: the id (empty for one that is only described), the name and the parts."""
    found: dict[str, dict[str, Any]] = {}
    for line in orders:
        for field in PARTY_FIELDS:
            named = line.get(field)
            described = isinstance(named, Mapping)
            text = str(named.get("name") or "") if isinstance(named, Mapping) else str(named or "")
            if not text:
                continue
            row = None if described else state.screener.world.party(text)
            entry = found.setdefault(
                text, {"id": text if row else "", "name": (row.name if row else None) or text, "parts": []}
            )
            if words.PARTS[field] not in entry["parts"]:
                entry["parts"].append(words.PARTS[field])
    return list(found.values())
