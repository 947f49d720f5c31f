"""A decision made again from what is on record: the same bytes, or words on why they are others."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from compliance.errors import ComplianceError, UsageError
from compliance.records.inputs import screener_at
from compliance.records.reading import LogReader, Record
from compliance.rulebook.folder import use_rules
from compliance.versions import __version__


class ReplayError(ComplianceError):
    """A replay that gives other bytes than those on record."""


def decision_body(
    *, orders: object, answer_text: str, answer: Any, world: int, posture: str, by: str, **more: object
) -> dict[str, Any]:
    """What a record says of an answer to orders: all that a replay needs, and what was decided."""
    told = answer.decisions
    return {
        "answer": sha256(answer_text.encode()).hexdigest(),
        "as_of": answer.as_of,
        "by": by,
        "decisions": [
            {"table": d.table, "id": d.id, "enforced": d.enforced, "written": d.written, "summary": d.summary}
            for d in told
        ],
        "because": sorted({(b.pack, b.rule, b.standing, b.decision) for d in told for b in d.because}),
        "orders": orders,
        "posture": posture,
        "program": __version__,
        "world": world,
        **more,
    }


def replay(folder: Path, name: str) -> str:
    """The answer that a record is about, made again. Raises `ReplayError` where its hash is another."""
    log = LogReader(folder)
    record = find(log, name)
    body = record.body
    if "answer" not in body:
        raise UsageError(f"record {record.number} is of kind `{record.kind}`, and holds no answer to replay")
    with tempfile.TemporaryDirectory() as scratch:
        text = answer_again(log, body, Path(scratch))
    if sha256(text.encode()).hexdigest() != body["answer"]:
        by = f"; it was made by version {body['program']}, this is {__version__}"
        raise ReplayError(
            f"record {record.number} replays to other bytes than {body['answer']}"
            f"{by if body['program'] != __version__ else ''}"
        )
    return text


def answer_again(log: LogReader, body: Mapping[str, Any], scratch: Path) -> str:
    """The text of the answer, from what the record holds."""
    day = date.fromisoformat(body["as_of"])
    try:
        screener = screener_at(log, int(body["world"]), scratch, day, body["posture"])
        return screener.screen(body["orders"]).json_text()
    finally:
        use_rules(None)


def find(log: LogReader, name: str) -> Record:
    """The record of that number. Raises `UsageError` where there is none."""
    try:
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 20 else 0
    except ValueError:
        number = 0
    found = log.get(number) if number else None
    if found is None:
        raise UsageError(f"`{log.folder}` has no record `{name}`; they go to {log.head().number}")
    return found
