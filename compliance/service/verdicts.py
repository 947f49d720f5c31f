"""What is found of orders that are open: told when a change of the world has it change, and held where it rises.

An open reservation goes on by itself as far as the decision with which it was made or amended, unless that is
`prohibited`. What is stricter waits for a person: at once, when the world changes, and at the latest when somebody
would commit it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from compliance.decisions.screener import Screener
from compliance.decisions.setup import postures_of
from compliance.errors import InputError
from compliance.explain.finding_kinds import counted_standings
from compliance.ledger.holds import STRICTNESS
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_answers import Reservation
from compliance.ledger.rescreening import open_reservations
from compliance.ledger.unshipped_lines import unshipped_parts
from compliance.ledger.workflow import Workflow
from compliance.ledger.world_revisions import StateChange
from compliance.records.decision_index import ACT, DecisionIndex
from compliance.records.log import RecordLog
from compliance.rulebook.legal_standing import standings_of

DECISION = "decision/"
"""What the subject of a hold on a decision begins with; that of a hold on a reservation is its id."""
SERVICE = "service"
"""Who holds what nobody else held."""
_RESERVATION, _HOLD, _AMENDED = "reservation", "hold", "amended"
_UNKNOWN = "unknown"
_PAGE = 500
Lines = Sequence[Mapping[str, Any]]
Verdict = Mapping[str, Any]


def verdict(screener: Screener, lines: Lines) -> Verdict:
    """The decision about what is still to ship of an order: by standing, `shipped` for one whose lines are on record,
    `problem` for one that the world cannot read."""
    left = list(unshipped_parts(screener, lines))
    if not left:
        return {"shipped": True}
    try:
        return decision_of(screener.screen(left).decision)
    except InputError as wrong:
        return {"problem": wrong.problems[0].message}


def decision_of(whole: Any) -> Verdict:
    """The decision about an order by standing, out of an answer or of its JSON."""
    told = whole if isinstance(whole, Mapping) else dict(whole)
    return {name: told[name] for name in ("enforced", "written", "summary")}


def verdict_when_made(reservation: Reservation) -> Verdict:
    """The decision with which a reservation was made; nothing found where none was kept."""
    told = json.loads(reservation.answer or "{}").get("decisions", ())
    whole = next((one for one in told if one["id"] == "*"), None)
    return dict.fromkeys(("enforced", "written", "summary"), STRICTNESS[0]) if whole is None else decision_of(whole)


def strictest(found: Verdict, screener: Screener) -> str:
    """The strictest decision in the standings that count (contracts 6) and in which a rule applies on the day.

    `unknown` of what cannot be read.
    """
    if "problem" in found:
        return _UNKNOWN
    applied = standings_of(screener.packs, [screener.as_of], postures_of(screener.posture))
    counted = counted_standings(screener.posture, screener.named_packs).intersection(applied) or ("enforced",)
    return STRICTNESS[max(STRICTNESS.index(found.get(one, STRICTNESS[0])) for one in counted)]


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An open reservation, or a decision that is held: its lines, and the decision that somebody has seen."""

    kind: str
    id: str
    subject: str
    lines: str
    seen: Verdict
    found: Verdict = field(default_factory=dict)

    @property
    def name(self) -> str:
        """By which its verdict is kept."""
        return f"{self.kind}/{self.id}"


class OpenVerdicts:
    """The verdicts on all that is open."""

    def __init__(self, ledger: Ledger, workflow: Workflow, log: RecordLog) -> None:
        self._ledger = ledger
        self._workflow = workflow
        self._log = log
        self._decisions = DecisionIndex(log)

    def screen_open(self, screener: Screener, known: Mapping[str, OpenOrder] | None = None) -> dict[str, OpenOrder]:
        """All that is open with its verdict in the world of a Screener; what is `known` of it is not asked again."""
        found: dict[str, OpenOrder] = {}
        for one in self._open():
            before = (known or {}).get(one.name)
            if before is None or before.lines != one.lines:
                before = replace(one, found=verdict(screener, json.loads(one.lines)))
            found[one.name] = before
        return found

    def tell(self, screener: Screener, revision: int, known: Mapping[str, OpenOrder]) -> list[StateChange]:
        """What is another than was last told, each once; what rose is held. `known` was screened on this world."""
        now = self.screen_open(screener, known)
        seen = {name: one.seen for name, one in now.items()}
        told = self._workflow.tell_changes({name: one.found for name, one in now.items()}, at=_now(), seen=seen)
        for one in now.values():
            self._hold(one, screener, f"revision {revision} of the world")
        return told

    def hold_if_stricter(self, reservation: Reservation, screener: Screener, found: Verdict, why: str) -> None:
        """Holds a reservation whose decision is stricter than what it goes on with by itself."""
        seen = self._workflow.last_verdict(f"{_AMENDED}/{reservation.id}") or verdict_when_made(reservation)
        self._hold(_open_order(reservation, seen, found), screener, why)

    def note_amendment(self, reservation: Reservation, screener: Screener, found: Verdict) -> None:
        """What was found of the lines as they are now is what the next world is held against."""
        for kind in (_RESERVATION, _AMENDED):
            self._workflow.note_verdict(f"{kind}/{reservation.id}", found, at=_now())
        self.hold_if_stricter(reservation, screener, found, "as it was amended")

    def first_hold(self, reservation: Reservation, screener: Screener) -> str | None:
        """The hold with which a reservation was made, where its decision was `prohibited`."""
        if strictest(verdict_when_made(reservation), screener) != STRICTNESS[-1]:
            return None
        return self._workflow.holds_on(reservation.id)[0].id

    def standing(self, reservation: Reservation) -> tuple[Verdict, str | None]:
        """The verdict on a reservation that was last told, and the hold for which it waits or that stopped it."""
        holds = self._workflow.holds_on(reservation.id)
        stopped = holds[-1].id if holds and holds[-1].state != "released" else None
        kept = self._workflow.last_verdict(f"{_RESERVATION}/{reservation.id}")
        return kept or verdict_when_made(reservation), stopped

    def _hold(self, one: OpenOrder, screener: Screener, why: str) -> None:
        seen, now = strictest(one.seen, screener), strictest(one.found, screener)
        accepted = min(seen, STRICTNESS[-2], key=STRICTNESS.index) if one.kind == _RESERVATION else seen
        if STRICTNESS.index(now) <= STRICTNESS.index(accepted):
            return
        reason = f"{why}: the decision is `{now}`" + (f", it was `{seen}`" if now != seen else "")
        held = self._workflow.hold_rise(
            one.subject, decision=now, accepted=accepted, reason=reason, at=_now(), by=SERVICE
        )
        if held is None:
            return
        told: dict[str, Any] = {
            "act": "hold", "by": SERVICE, "key": "", "reason": reason, "code": "", "hold": held.id,
            "state": held.state, "level": self._workflow.settings.levels[held.level],
        }  # fmt: skip
        number = self._number_of(one)
        self._log.append(_now(), ACT, told if number is None else {"decision": number, **told})

    def _number_of(self, one: OpenOrder) -> int | None:
        if one.kind == _HOLD:
            return int(one.subject.removeprefix(DECISION))
        found = self._decisions.of_reservation(one.id)
        return None if found is None else found.record.number

    def _open(self) -> Iterator[OpenOrder]:
        amended = self._workflow.last_verdicts(_AMENDED)
        for reservation in open_reservations(self._ledger):
            yield _open_order(reservation, amended.get(reservation.id) or verdict_when_made(reservation))
        skip = 0
        while page := self._workflow.queue(most=_PAGE, skip=skip):
            skip += len(page)
            for hold in page:
                if hold.subject.startswith(DECISION):
                    record = self._log.get(int(hold.subject.removeprefix(DECISION)))
                    if record is not None:
                        lines = json.dumps(record.body["orders"])
                        whole = next(one for one in record.body["decisions"] if one["id"] == "*")
                        yield OpenOrder(_HOLD, hold.id, hold.subject, lines, decision_of(whole))


def _open_order(one: Reservation, seen: Verdict, found: Verdict | None = None) -> OpenOrder:
    return OpenOrder(_RESERVATION, one.id, one.id, one.orders, seen, found or {})


def _now() -> datetime:
    return datetime.now(UTC)
