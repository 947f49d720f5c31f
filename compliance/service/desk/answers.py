"""The answer behind a decision on record: kept, made again, and held against the hash that is on record."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from hashlib import sha256

from compliance.answers.answer import Answer
from compliance.errors import ComplianceError
from compliance.records.content import ContentMissingError
from compliance.records.decision_index import IndexedDecision
from compliance.service.worker import Worker

_SECONDS = 120


def answer_on_record(worker: Worker, found: IndexedDecision) -> Answer | None:
    """The answer of which the record has the hash; `None` where it cannot be made again.

    What was made again is kept beside the log, so that it need not be when the world has moved on.
    """
    wanted = str(found.record.body["answer"])
    try:
        return Answer.model_validate_json(worker.log.content.get(wanted))
    except ContentMissingError:
        text = _made_again(worker, found)
    if text is None or sha256(text.encode()).hexdigest() != wanted:
        return None
    worker.log.content.put(text.encode())
    return Answer.model_validate_json(text)


def _made_again(worker: Worker, found: IndexedDecision) -> str | None:
    body = found.record.body
    if reservation := (body.get("reservation") or {}).get("id"):
        return worker.operations.ledger.reservation(reservation).answer
    world = worker.operations.world
    state = world.current()
    if str(state.record) == str(body["world"]):
        try:
            screener = state.screener_for(date.fromisoformat(body["as_of"]), body["posture"], world.reader)
            return screener.screen(body["orders"]).json_text()
        except ComplianceError:
            return None
    return _replay(worker, found.record.number)


def _replay(worker: Worker, number: int) -> str | None:
    """By a process of its own: the rules of then are others than those that this process reads."""
    words = [sys.executable, "-m", "compliance", "replay", str(worker.log.folder), str(number)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
