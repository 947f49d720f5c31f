"""What the service does, without HTTP: every answer is put on record before it is given. Any thread may ask."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from compliance.answers.answer import Answer
from compliance.decisions.screener import Screener
from compliance.errors import About, InputError, OrderError, Problem, UsageError
from compliance.ledger.fitting_quantity import find_units_that_fit
from compliance.ledger.holds import ASK, Hold
from compliance.ledger.known_good import KnownGood
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_answers import Balance, Reservation
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.open_headroom import headroom_beside_open
from compliance.ledger.order_reservations import amend_order, reserve_order
from compliance.ledger.rescreening import open_reservations
from compliance.ledger.unshipped_lines import require_readable
from compliance.ledger.workflow import Settings as WorkflowSettings
from compliance.ledger.workflow import Workflow
from compliance.records.decision_index import ACT, DecisionIndex, IndexedDecision
from compliance.records.log import RecordLog
from compliance.records.replay import decision_body
from compliance.service.answered_orders import (
    ReservedOrder,
    ScreenedOrder,
    Standing,
    reservation_text,
    reservation_view,
    subject_of,
)
from compliance.service.returned_amounts import parts_of
from compliance.service.settings import ServiceSettings
from compliance.service.shared_world import SharedWorld, WorldState
from compliance.service.verdicts import OpenVerdicts, decision_of, verdict, verdict_when_made
from compliance.units import day as read_day
from compliance.units import within_reach

Lines = Sequence[Mapping[str, Any]]
_ATTEMPTS = 10
KNOWN_GOOD = "known_good"
"""The kind of the records about what somebody found harmless."""
_RESOLVED = "resolved"
"""The reason code of a release that names none."""


class Operations:
    """A world, a ledger and a log, asked together."""

    def __init__(self, settings: ServiceSettings, ledger: Ledger, log: RecordLog, scratch: Path) -> None:
        self.settings = settings
        self.ledger = ledger
        self.log = log
        second = {"release": settings.two_persons} if settings.two_persons else {}
        self.workflow = Workflow(ledger, WorkflowSettings(second=second))
        self.verdicts = OpenVerdicts(ledger, self.workflow, log)
        self.world = SharedWorld(settings, ledger, self.verdicts, log, scratch)
        self.decisions = DecisionIndex(log)

    # ---- questions

    def screen(self, orders: Lines, by: str, as_of: str | None = None, posture: str | None = None) -> ScreenedOrder:
        """Screens lines that count together; its `body` goes on record before it is given. Raises `OrderError`."""
        state = self.world.current()
        screener = state.screener_for(_day(as_of), posture, self.world.reader)
        answer = screener.screen(orders)
        return _screened_order(state, orders, answer, by)

    def screen_each(
        self, orders: Lines, by: str, as_of: str | None = None, posture: str | None = None
    ) -> dict[str, ScreenedOrder]:
        """Screens every line as if it were alone, by its id. Raises `OrderError`."""
        state = self.world.current()
        screener = state.screener_for(_day(as_of), posture, self.world.reader)
        _require_lines(screener, orders)
        given = {str(line.get("id") or ""): line for line in orders}
        if len(given) < len(orders) or "" in given:
            screener.screen(orders)  # which says which line has no id, or that of another
        try:
            answers = screener.screen_each(given)
        except OrderError as wrong:  # each order is a line, which the request counts
            places = {name: place for place, name in enumerate(given, 1)}
            raise OrderError([replace(one, line=places.get(one.order, one.line)) for one in wrong.problems]) from None
        return {name: _screened_order(state, [given[name]], answer, by) for name, answer in answers.items()}

    def headroom(self, asked: Mapping[str, Any], as_of: str | None, posture: str | None) -> str:
        """How many of a chip somebody may still get, beside what is reserved and committed. Raises `UsageError`."""
        screener = self.world.current().screener_for(_day(as_of), posture, self.world.reader)
        return headroom_beside_open(self.ledger, screener, asked, now=_now()).json_text()

    # ---- reservations

    def reserve(self, key: str, orders: Lines, expires: datetime | None, by: str) -> ReservedOrder:
        """Screens lines and reserves what they take of limits; the same key again gives the same answer.

        Raises `OrderError`, and `LedgerError` where an account has no room.
        """
        _require_lines(self.world.current().screener, orders)
        known = self.ledger.find(key, orders)
        if known is not None:
            return self._repeat_answer(known)
        for _ in range(_ATTEMPTS):
            state = self.world.current()
            answer = state.screener.screen(orders)
            try:
                made = reserve_order(
                    self.ledger,
                    state.screener,
                    key,
                    orders,
                    at=_now(),
                    by=by,
                    revision=state.revision,
                    expires=expires,
                    answer=answer.json_text(),
                    binding=self.settings.binding,
                )
            except LedgerError as refusal:
                if refusal.code != "stale_world":
                    raise
                continue
            if made.known:
                return self._repeat_answer(made.reservation)
            record = self._reservation_record(made.reservation, answer, state.record)
            text = reservation_text(made.reservation, self._standing_when_made(made.reservation))
            return ReservedOrder(made.reservation, text, record, answer)
        raise _contention()

    def reservation(self, name: str) -> Reservation:
        """A reservation as it stands now. Raises `LedgerError` where there is none."""
        return self.ledger.reservation(name, now=_now())

    def balances(
        self, *, account: str = "", holder: str = "", country: str = "", at: datetime | None = None
    ) -> list[Balance]:  # fmt: skip
        """Balances by name, as they stand now or stood `at`: of an account, a holder or a country, all without.

        Those that stand now are also of accounts of which nothing was ever reserved and something is on record.
        """
        names = (account,) if account else ()
        found = self.ledger.balances(accounts=names, holder=holder, country=country, at=at, now=_now())
        if at is not None:
            return found
        reserved = {one.account.name for one in found}
        recorded = self.world.current().balances_on_record(self.settings.binding)
        asked = (one for one in recorded if one.account.name not in reserved and one.is_of(names, holder, country))
        return sorted([*found, *asked], key=lambda one: one.account.name)

    def units_that_fit(self, orders: Lines, amends: str = "") -> int | None:
        """How many units of a refused order of one line would fit now, instead of those of `amends`."""
        screener = self.world.current().screener
        return find_units_that_fit(
            self.ledger, screener, orders, now=_now(), amends=amends, binding=self.settings.binding
        )

    def _repeat_answer(self, made: Reservation) -> ReservedOrder:
        """The answer of before where the reservation is as it was made, else what became of it.

        Its record is written if whoever made it did not come to that.
        """
        found = self.decisions.of_reservation(made.id)
        record = found.record.number if found is not None else self._missing_record(made)
        stands = self.reservation(made.id)
        taken = [[(one.account.name, one.taken) for one in each.accounts if one.taken] for each in (made, stands)]
        standing = (self._standing_when_made(made), self.verdicts.standing(stands))
        same = (stands.state, stands.changed, taken[1]) == (made.state, made.changed, taken[0])
        if same and standing[0] == standing[1]:
            return ReservedOrder(made, reservation_text(made, standing[0]), record, None)
        return ReservedOrder(stands, reservation_text(stands, standing[1]), record, None, as_made=False)

    def _standing_when_made(self, made: Reservation) -> Standing:
        """The decision with which a reservation was made; one that is prohibited waits for a person from then on."""
        screener, found = self.world.current().screener, verdict_when_made(made)
        self.verdicts.hold_if_stricter(made, screener, found, "as it was reserved")
        return found, self.verdicts.first_hold(made, screener)

    def view(self, reservation: Reservation) -> dict[str, Any]:
        """A reservation as JSON has it, with the decision that was last found of it and the hold that stops it."""
        return reservation_view(reservation, self.verdicts.standing(reservation))

    def record_missing(self) -> int:
        """Puts on record what was reserved by a process that was killed before it came to that; gives how many."""
        known = self.decisions.reservations()
        missing = [one for one in open_reservations(self.ledger) if one.id not in known]
        for one in missing:
            self._missing_record(one)
        return len(missing)

    def _missing_record(self, reservation: Reservation) -> int:
        answer = Answer.model_validate_json(reservation.answer)
        return self._reservation_record(reservation, answer, self.world.record_of(reservation.revision))

    def _reservation_record(self, reservation: Reservation, answer: Answer, world: int) -> int:
        body = decision_body(
            orders=json.loads(reservation.orders), answer_text=reservation.answer, answer=answer, world=world,
            posture=answer.posture, by=reservation.by, reservation=reservation.said(),
        )  # fmt: skip
        return self.log.append(_now(), "reservation", body).number

    def finish(self, name: str, act: str, by: str, key: str, reason: str) -> Reservation:
        """Commits or releases a reservation; again it changes nothing.

        Raises `LedgerError`, and `OrderError` for a commit of lines that the world cannot read any more.
        """
        before = self.ledger.reservation(name).state
        if act == "commit":
            self._look_again(name)
        do = self.ledger.commit if act == "commit" else self.ledger.release
        try:
            found = do(name, at=_now(), by=by, reason=reason)
        finally:
            after = self.ledger.reservation(name).state
            if after != before:
                told = {"reservation": name, "act": act, "by": by, "key": key, "reason": reason, "state": after}
                self.log.append(_now(), ACT, told)
        return found

    def _look_again(self, name: str) -> None:
        """What is to be committed is screened once more: what rose since it was reserved is held."""
        found, screener = self.reservation(name), self.world.current().screener
        if found.state == "reserved":
            require_readable(screener, found)
            now = verdict(screener, json.loads(found.orders))
            self.verdicts.hold_if_stricter(found, screener, now, "when it was to be committed")

    def amend(
        self, name: str, key: str, orders: Lines, by: str, caller: str, reason: str
    ) -> tuple[Reservation, int | None]:  # fmt: skip
        """Has an open reservation be of other lines, screened anew; gives the number of the decision about them.

        The same key again changes nothing, and there is no number. Raises `OrderError` and `LedgerError`.
        """
        _require_lines(self.world.current().screener, orders)
        for _ in range(_ATTEMPTS):
            state, acts = self.world.current(), len(self.ledger.acts(name))
            answer = state.screener.screen(orders)
            try:
                found = amend_order(
                    self.ledger, state.screener, name, key, orders, at=_now(), by=by, reason=reason,
                    revision=state.revision, binding=self.settings.binding,
                )  # fmt: skip
            except LedgerError as refusal:
                if refusal.code != "stale_world":
                    raise
                continue
            if len(self.ledger.acts(name)) == acts:
                return found, None
            told = _screened_order(state, orders, answer, by)
            self.log.append(_now(), ACT, _act_text(found, "amend", by, caller, reason))
            body = {**told.body, "amends": name}
            number = self.log.append(_now(), "decision", body).number
            self.verdicts.note_amendment(found, state.screener, decision_of(answer.decision))
            return found, number
        raise _contention()

    def take_back(
        self, name: str, key: str, amounts: Mapping[str, str] | None, by: str, caller: str, reason: str
    ) -> Reservation:  # fmt: skip
        """Goods came back: so much of each account, in its unit, is free again, or all. Again it changes nothing."""
        acts = len(self.ledger.acts(name))
        parts = None if amounts is None else parts_of(self.ledger.reservation(name), amounts)
        found = self.ledger.take_back(name, key, parts, at=_now(), by=by, reason=reason)
        if len(self.ledger.acts(name)) > acts:
            self.log.append(_now(), ACT, {**_act_text(found, "return", by, caller, reason), "amounts": amounts})
        return found

    def trust(
        self, subject: str, facts: Mapping[str, Any], until: datetime, code: str, reason: str, by: str, caller: str
    ) -> KnownGood:  # fmt: skip
        """Puts on record that somebody found a subject harmless, resting on these facts, until an instant."""
        found = self.workflow.trust(subject, facts, until=until, code=code, reason=reason, at=_now(), by=by)
        self.log.append(_now(), KNOWN_GOOD, {**found.said(), "act": "trust", "by": by, "key": caller})
        return found

    def withdraw(self, name: str, by: str, caller: str, reason: str) -> KnownGood:
        """Ends a known-good entry; who and why stays on record."""
        found = self.workflow.withdraw(name)
        told = {**found.said(), "act": "withdraw", "by": by, "key": caller, "reason": reason}
        self.log.append(_now(), KNOWN_GOOD, told)
        return found

    def expire(self) -> int:
        """Frees what was reserved until now or earlier; gives how many reservations that ended."""
        at = _now()
        freed = self.ledger.expire(at)
        for name in freed:
            told = {"reservation": name, "act": "expire", "by": "service", "key": "", "reason": "", "state": "expired"}
            self.log.append(at, ACT, told)
        return len(freed)

    # ---- decisions

    def act(
        self, number: int, act: str, by: str, key: str, reason: str, code: str = "", seen: int | None = None
    ) -> IndexedDecision:  # fmt: skip
        """Holds, releases, rejects or escalates a decision, or asks for information; who and why stays on record.

        A reservation that is held cannot be committed. `seen` is the `version_of` that was looked at.
        Raises `UnknownDecisionError`, and `LedgerError` for a code
        that is none and for a decision that is not held.
        """
        found = self.decisions.get(number)
        if found is None:
            raise UnknownDecisionError(number)
        hold = self._held(found, act, by, reason, code, seen)
        told = {
            "decision": number, "act": act, "by": by, "key": key, "reason": reason, "code": code, "hold": hold.id,
            "state": hold.state, "level": self.workflow.settings.levels[hold.level],
        }  # fmt: skip
        self.log.append(_now(), ACT, told)
        again = self.decisions.get(number)
        assert again is not None
        return again

    def version_of(self, found: IndexedDecision) -> int:
        """The number of the last act on a decision that was held; 0 where nobody acted."""
        return self.workflow.version(subject_of(found))

    def _held(self, found: IndexedDecision, act: str, by: str, reason: str, code: str, seen: int | None) -> Hold:
        work, subject = self.workflow, subject_of(found)
        if act == "hold":
            return work.hold(subject, decision=found.whole["enforced"], reason=reason, at=_now(), by=by, seen=seen)
        holds = work.holds_on(subject)
        if not holds:
            raise LedgerError("wrong_state", f"decision {found.record.number} is not held")
        if act == "release":
            return work.release(holds[-1].id, code=code or _RESOLVED, reason=reason, at=_now(), by=by, seen=seen)
        if act == "reject":
            return work.reject(holds[-1].id, code=code, reason=reason, at=_now(), by=by, seen=seen)
        do = work.ask if act == ASK else work.escalate
        return do(holds[-1].id, reason=reason, at=_now(), by=by, seen=seen)

    # ---- the world

    def change_world(self, add: Mapping[str, Any], remove: Mapping[str, Any], by: str) -> dict[str, Any]:
        """Changes the world; what is open is screened again. Raises `InputError`."""
        if not any(add.values()) and not any(remove.values()):
            raise InputError(
                [Problem("<python>", 0, "there is no row in `add` or `remove`", about=About(code="no_match"))]
            )
        state, changed = self.world.change({"add": add, "remove": remove}, by)
        each = [{"kind": one.kind, "id": one.id, "before": one.before, "after": one.after} for one in changed]
        return {
            "revision": state.revision, "sha256": state.sha256, "as_of": state.screener.as_of.isoformat(),
            "changed": each,
        }  # fmt: skip

    def reload(self) -> WorldState:
        """Reads the files of the world and of the rules again. Raises `InputError`; what was served is served on."""
        return self.world.open()


def _act_text(found: Reservation, act: str, by: str, key: str, reason: str) -> dict[str, Any]:
    """What a record says of an act on a reservation."""
    return {"reservation": found.id, "act": act, "by": by, "key": key, "reason": reason, "state": found.state}


def _contention() -> LedgerError:
    return LedgerError("stale_world", "the world was changed by others again and again; try again")


def _screened_order(state: WorldState, orders: Lines, answer: Answer, by: str) -> ScreenedOrder:
    text = answer.json_text()
    body = decision_body(
        orders=orders, answer_text=text, answer=answer, world=state.record, posture=answer.posture, by=by
    )
    return ScreenedOrder(answer, text, body)


class UnknownDecisionError(UsageError):
    """There is no decision of that number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no decision `{number}`")


def _require_lines(screener: Screener, orders: Lines) -> None:
    """Raises `OrderError` where something else than a line is among the orders, or there is none."""
    if not orders or not all(isinstance(line, Mapping) for line in orders):
        screener.screen(orders)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return within_reach(read_day(text))
    except ValueError as wrong:
        raise UsageError(f"`as_of`: {wrong}") from None


def _now() -> datetime:
    return datetime.now(UTC)
