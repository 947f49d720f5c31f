"""What is answered about an order, beside what the record about it will say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.answers.answer import Answer
from compliance.ledger.ledger_answers import Reservation
from compliance.records.decision_index import IndexedDecision
from compliance.service.verdicts import DECISION, Verdict


@dataclass(frozen=True, slots=True)
class ScreenedOrder:
    """An answer, its text, and what the record about it will say."""

    answer: Answer
    text: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReservedOrder:
    """A reservation, the text of the response about it, and the number of its record.

    It is as it was made, or as it stands where something became of it since the key was used first.
    """

    reservation: Reservation
    text: str
    record: int
    answer: Answer | None
    as_made: bool = True


Standing = tuple[Verdict, str | None]
"""The decision about a reservation, and the hold for which it waits or that stopped it."""


def reservation_view(reservation: Reservation, standing: Standing) -> dict[str, Any]:
    """A reservation as JSON has it, with the decision about it and its hold."""
    found, hold = standing
    return {**reservation.said(), "decision": dict(found), "hold": hold}


def reservation_text(reservation: Reservation, standing: Standing) -> str:
    """The same with the answer to its orders, as that was given."""
    told = json.dumps(reservation_view(reservation, standing), ensure_ascii=False)
    return f'{told[:-1]}, "answer": {reservation.answer.rstrip()}}}\n'


def subject_of(found: IndexedDecision) -> str:
    """What a hold on a decision is on: the reservation that was made with it, else the decision."""
    return (found.record.body.get("reservation") or {}).get("id") or f"{DECISION}{found.record.number}"
