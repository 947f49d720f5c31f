"""What waits for somebody: holds, and decisions at which nobody has looked, the strictest and oldest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from compliance.ledger.holds import STRICTNESS, Hold
from compliance.records.decision_index import IndexedDecision
from compliance.service.desk.views import words
from compliance.service.verdicts import DECISION
from compliance.service.worker import Worker
from compliance.world.world import World

SHOWN = 50
LEAST = STRICTNESS[1]
"""What is less strict waits for nobody, unless somebody holds it."""


def queue_view(worker: Worker, least: str, page: int) -> dict[str, Any]:
    """Holds and decisions of at least a strictness, a page of each; without one every hold."""
    operations, now = worker.operations, datetime.now(UTC)
    world = operations.world.current().screener.world
    skip = (page - 1) * SHOWN
    holds = operations.workflow.queue(least=least or STRICTNESS[0], most=SHOWN + 1, skip=skip)
    unseen = operations.decisions.unseen(least or LEAST, SHOWN + 1, skip)
    return {
        "holds": [_of_hold(worker, hold, now, world) for hold in holds[:SHOWN]],
        "unseen": [{**of_decision(one, world), "age": words.age(one.record.at, now)} for one in unseen[:SHOWN]],
        "more": len(holds) > SHOWN or len(unseen) > SHOWN,
        "number": page,
        "least": least,
        "strictness": STRICTNESS,
    }


def _of_hold(worker: Worker, hold: Hold, now: datetime, world: World) -> dict[str, Any]:
    found = decision_of(worker, hold.subject)
    last = worker.operations.workflow.history(hold.id)[-1]
    told = of_decision(found, world) if found is not None else {"number": 0, "about": hold.subject, "lines": 0}
    return {
        **told, "decision": hold.decision, "state": hold.state, "age": words.age(hold.at, now),
        "level": worker.operations.workflow.settings.levels[hold.level],
        "last": f"{last.by} {words.act(last.act)}", "last_age": words.age(last.at, now), "reason": last.reason,
    }  # fmt: skip


def decision_of(worker: Worker, subject: str) -> IndexedDecision | None:
    """The decision that a hold is on."""
    decisions = worker.operations.decisions
    if subject.startswith(DECISION):
        return decisions.get(int(subject.removeprefix(DECISION)))
    return decisions.of_reservation(subject)


def of_decision(found: IndexedDecision, world: World) -> dict[str, Any]:
    """A decision in one line."""
    body = found.record.body
    lines = found.lines
    return {
        "number": found.record.number, "about": what_to_whom(lines, world), "lines": len(lines), "at": found.record.at,
        "decision": found.whole["enforced"], "state": found.state, "by": body["by"],
        "reserved": bool(body.get("reservation")),
    }  # fmt: skip


def what_to_whom(lines: Any, world: World) -> str:
    """What an order is about: its first line, and how many more."""
    line = lines[0]
    party = line.get("end_user") or line.get("consignee") or line.get("operator") or line.get("purchaser") or ""
    row = None if isinstance(party, Mapping) else world.party(party)
    name = party.get("name") if isinstance(party, Mapping) else (row.name if row else None) or party
    goods = f"{line.get('quantity', '?')} {line.get('chip', '?')}"
    told = f"{line.get('id', '')}: {goods} to {name or 'nobody named'}, {line.get('to_country') or '?'}"
    return f"{told} and {len(lines) - 1} more" if len(lines) > 1 else told
