"""What a change of the world does to answers that were given: of open reservations and of decisions that are held."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compliance.decisions.screener import Screener
from compliance.errors import InputError
from compliance.ledger.ledger import Ledger
from compliance.ledger.rescreening import open_reservations
from compliance.ledger.workflow import Workflow
from compliance.ledger.world_revisions import StateChange
from compliance.records.reading import LogReader

DECISION = "decision/"
"""What the subject of a hold on a decision begins with; that of a hold on a reservation is its id."""
_PAGE = 500
Lines = Sequence[Mapping[str, Any]]


def changed_verdicts(
    ledger: Ledger, workflow: Workflow, log: LogReader, before: Screener, after: Screener
) -> list[StateChange]:
    """The answers to what is open that are others in another world, each with the decision before and after."""
    found = []
    for kind, name, lines in _open(ledger, workflow, log):
        one, other = verdict(before, lines), verdict(after, lines)
        if one != other:
            found.append(StateChange(kind, name, one, other))
    return found


def verdict(screener: Screener, lines: Lines) -> dict[str, Any]:
    """The decision about an order; `shipped` for one whose lines are on record, `problem` for one not to be read."""
    shipped = screener.world.by_id("shipments")
    left = [line for line in lines if line.get("id") not in shipped]
    if not left:
        return {"shipped": True}
    try:
        found = screener.screen(left).decision
    except InputError as wrong:
        return {"problem": wrong.problems[0].message}
    return {"enforced": found.enforced, "written": found.written, "summary": found.summary}


def _open(ledger: Ledger, workflow: Workflow, log: LogReader) -> Iterator[tuple[str, str, Lines]]:
    """The kind, id and lines of all that is open."""
    for reservation in open_reservations(ledger):
        yield "reservation", reservation.id, json.loads(reservation.orders)
    skip = 0
    while page := workflow.queue(most=_PAGE, skip=skip):
        skip += len(page)
        for hold in page:
            if hold.subject.startswith(DECISION):
                record = log.get(int(hold.subject.removeprefix(DECISION)))
                if record is not None:
                    yield "hold", hold.id, record.body["orders"]
