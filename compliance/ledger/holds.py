"""Holds: what waits for a person, who decided what and why, in rows that stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from compliance.ledger.double_entry import clock_set_back, instant
from compliance.ledger.ledger_answers import instant_text
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.ledger_requests import sha256_of
from compliance.ledger.stores.store import Rows

HoldState = Literal["held", "escalated", "awaiting_second", "released", "rejected"]
WAITING: tuple[HoldState, ...] = ("held", "escalated", "awaiting_second")
"""The states in which a hold waits for somebody."""
ASK = "ask"
"""The act that asks for information and decides nothing."""
STRICTNESS = ("nothing_found", "unknown", "review", "license_required", "prohibited")
"""The decisions of an answer, the strictest last (contracts 9)."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A decision, an order or a reservation (`subject`) that waits for a person, or what became of it.

    `level` counts the escalations.
    """

    id: str
    subject: str
    decision: str
    state: HoldState
    level: int
    at: datetime
    changed: datetime

    def said(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "id": self.id, "subject": self.subject, "decision": self.decision, "state": self.state,
            "level": self.level, "at": instant_text(self.at), "changed": instant_text(self.changed),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class HoldAct:
    """Who did what to a hold, when, with which reason code and in which words; `state` is the state after it."""

    number: int
    hold: str
    at: datetime
    act: str
    by: str
    code: str
    reason: str
    state: HoldState


@dataclass(frozen=True, slots=True)
class HoldCommand:
    """An act as it is asked for."""

    act: str
    by: str
    code: str
    reason: str
    at: int
    tolerance: int
    seen: int | None = None
    """The number of the last act on the subject that whoever decides has seen; `None`: not told."""


_HOLD = "SELECT id, subject, strictness, state, level, at, changed FROM holds"


def load_hold(rows: Rows, name: str, *, lock: bool = False) -> Hold:
    """A hold as it stands. Raises `LedgerError` where there is none."""
    read = rows.run(f"{_HOLD} WHERE id = ?{rows.locking if lock else ''}", name)
    if not read:
        raise LedgerError("unknown_hold", f"there is no hold `{name}`")
    return _load_row(read[0])


def holds_on(rows: Rows, subject: str) -> list[Hold]:
    """All holds that there were on a subject, the last one last."""
    return [_load_row(row) for row in rows.run(f"{_HOLD} WHERE subject = ? ORDER BY number", subject)]


def queue(
    rows: Rows, states: Collection[HoldState], least: int, until: int | None, most: int, skip: int
) -> list[Hold]:  # fmt: skip
    """Holds in these states, the strictest first and of these the oldest; those made `until` an instant."""
    marks = ", ".join("?" * len(states))
    older, values = ("", []) if until is None else (" AND at <= ?", [until])
    order = "ORDER BY strictness DESC, at, id LIMIT ? OFFSET ?"
    read = rows.run(
        f"{_HOLD} WHERE state IN ({marks}) AND strictness >= ?{older} {order}",
        *(*sorted(states), least, *values, most, skip),
    )
    return [_load_row(row) for row in read]


def last_act(rows: Rows, subject: str) -> int:
    """The number of the last act on any hold of a subject; 0 where there was none."""
    [(number,)] = rows.run(
        "SELECT max(a.number) FROM hold_acts a JOIN holds h ON h.id = a.hold WHERE h.subject = ?", subject
    )
    return int(number or 0)


def require_seen(rows: Rows, subject: str, deed: HoldCommand) -> None:
    """Raises `LedgerError` where somebody acted on the subject since whoever decides now has looked at it."""
    if deed.seen is not None and last_act(rows, subject) != deed.seen:
        raise LedgerError("changed_meanwhile", "somebody else acted on this since you looked at it")


def _load_row(row: Sequence[Any]) -> Hold:
    name, subject, strictness, state, level, at, changed = row
    return Hold(name, subject, STRICTNESS[strictness], state, level, instant(at), instant(changed))


def open_hold(rows: Rows, subject: str, decision: str, deed: HoldCommand) -> Hold:
    """Holds a subject; where it waits already that hold stands, and becomes stricter where it should."""
    rows.lock_name(f"hold {subject}")
    require_seen(rows, subject, deed)
    before = holds_on(rows, subject)
    if before and before[-1].state in WAITING:
        [last] = before[-1:]
        if STRICTNESS.index(decision) > STRICTNESS.index(last.decision):
            rows.run("UPDATE holds SET strictness = ? WHERE id = ?", STRICTNESS.index(decision), last.id)
            return write_deed(rows, last.id, deed, last.state, last.level)
        return last
    name = f"h-{sha256_of(f'{len(before)} {subject}')[:32]}"
    rows.run(
        "INSERT INTO holds (id, subject, number, strictness, state, level, at, changed) "
        "VALUES (?, ?, ?, ?, 'held', 0, ?, ?)",
        *(name, subject, len(before), STRICTNESS.index(decision), deed.at, deed.at),
    )
    return write_deed(rows, name, deed, "held", 0)


def hold_rise(rows: Rows, subject: str, decision: str, accepted: str, deed: HoldCommand) -> Hold | None:
    """Holds a subject whose decision is stricter than what was accepted of it, or a person let go on; else `None`.

    One that waits already becomes stricter; one that was rejected stays so.
    """
    rows.lock_name(f"hold {subject}")
    last = holds_on(rows, subject)[-1:]
    passed = max(STRICTNESS.index(one) for one in (accepted, *(hold.decision for hold in last)))
    if STRICTNESS.index(decision) <= passed or any(hold.state == "rejected" for hold in last):
        return None
    return open_hold(rows, subject, decision, deed)


def write_deed(rows: Rows, name: str, deed: HoldCommand, state: HoldState, level: int) -> Hold:
    """Writes an act on a hold and the state after it."""
    [(last,)] = rows.run("SELECT changed FROM holds WHERE id = ?", name)
    if last - deed.at > deed.tolerance:
        raise clock_set_back(deed.at, last)
    at = max(last, deed.at)
    rows.run("UPDATE holds SET state = ?, level = ?, changed = ? WHERE id = ?", state, level, at, name)
    rows.run(
        "INSERT INTO hold_acts (hold, at, act, actor, code, reason, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(name, at, deed.act, deed.by, deed.code, deed.reason, state),
    )
    return load_hold(rows, name)


def acts_on(rows: Rows, name: str) -> list[HoldAct]:
    """Who did what to a hold, in order."""
    read = rows.run(
        "SELECT number, hold, at, act, actor, code, reason, state FROM hold_acts WHERE hold = ? ORDER BY number", name
    )
    return [HoldAct(number, hold, instant(at), *rest) for number, hold, at, *rest in read]


def decide(
    rows: Rows, name: str, deed: HoldCommand, outcome: HoldState, seconds: Mapping[str, int], most_levels: int
) -> Hold:  # fmt: skip
    """Releases or rejects a hold; where that takes two persons the first one's word waits for the second.

    `seconds` tells by act from which strictness on it takes two. Where the two do not agree it is escalated.
    """
    hold = load_hold(rows, name, lock=True)
    require_seen(rows, hold.subject, deed)
    acts = [one for one in acts_on(rows, name) if one.act != ASK]
    if hold.state not in WAITING:
        if hold.state == outcome and any(one.by == deed.by and one.act == deed.act for one in acts[-2:]):
            return hold
        raise LedgerError("wrong_state", f"the hold `{name}` was {hold.state} by {acts[-1].by}")
    first = acts[-1] if hold.state == "awaiting_second" else None
    if first is not None and first.by == deed.by:
        if first.act == deed.act:
            return hold
        first = None  # who decides anew takes back what was said before
    if first is not None and first.act != deed.act:
        return write_deed(rows, name, deed, "escalated", min(hold.level + 1, most_levels))
    alone = STRICTNESS.index(hold.decision) < seconds.get(deed.act, len(STRICTNESS))
    return write_deed(rows, name, deed, outcome if alone or first is not None else "awaiting_second", hold.level)


def escalate(rows: Rows, name: str, deed: HoldCommand, most_levels: int) -> Hold:
    """Hands a hold to the next level."""
    hold = load_hold(rows, name, lock=True)
    require_seen(rows, hold.subject, deed)
    if hold.state not in WAITING:
        raise LedgerError("wrong_state", f"the hold `{name}` is {hold.state}")
    if hold.level >= most_levels:
        raise LedgerError("wrong_state", f"the hold `{name}` is at the highest level already")
    return write_deed(rows, name, deed, "escalated", hold.level + 1)


def ask(rows: Rows, name: str, deed: HoldCommand) -> Hold:
    """Notes what was asked of the customer or of others; the hold stands as it did, and waits."""
    hold = load_hold(rows, name, lock=True)
    require_seen(rows, hold.subject, deed)
    if hold.state not in WAITING:
        raise LedgerError("wrong_state", f"the hold `{name}` is {hold.state}")
    return write_deed(rows, name, deed, hold.state, hold.level)


def require_no_hold(rows: Rows, subject: str) -> None:
    """Raises `LedgerError` where something waits for a decision, or was decided against."""
    standing = holds_on(rows, subject)[-1:]
    if standing and standing[0].state != "released":
        raise LedgerError("on_hold", f"`{subject}` is {standing[0].state} (hold `{standing[0].id}`)")
