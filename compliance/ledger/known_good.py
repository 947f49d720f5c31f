"""Known-good entries: what a person found harmless, until a day, as long as the facts under it stay as they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from compliance.ledger.double_entry import instant
from compliance.ledger.holds import Hold, HoldCommand, open_hold
from compliance.ledger.ledger_answers import instant_text
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.ledger_requests import sha256_of
from compliance.ledger.stores.store import Rows

EntryState = Literal["awaiting_second", "stands", "run_out", "reopened", "withdrawn"]


@dataclass(frozen=True, slots=True)
class KnownGood:
    """That a subject (a party, a match of a party with an entry of a list) was looked into and found harmless.

    `facts` are what that rests on, as JSON has them; `second` is the other person where it takes two.
    """

    id: str
    subject: str
    facts: Mapping[str, Any]
    state: EntryState
    by: str
    second: str
    code: str
    reason: str
    at: datetime
    until: datetime

    def said(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "id": self.id, "subject": self.subject, "facts": dict(self.facts), "state": self.state, "by": self.by,
            "second": self.second or None, "code": self.code, "reason": self.reason, "at": instant_text(self.at),
            "until": instant_text(self.until),
        }  # fmt: skip


_ENTRY = "SELECT id, subject, facts, state, actor, second, code, reason, at, until FROM known_good"


def entries(rows: Rows, subject: str = "", *states: EntryState, lock: bool = False) -> list[KnownGood]:
    """Entries of a subject, or of all, those of a subject in the order in which they were made."""
    where, values = ["1 = 1"], list[Any]()
    if subject:
        where.append("subject = ?")
        values.append(subject)
    if states:
        where.append(f"state IN ({', '.join('?' * len(states))})")
        values += states
    locking = rows.locking if lock else ""
    read = rows.run(f"{_ENTRY} WHERE {' AND '.join(where)} ORDER BY subject, number{locking}", *values)
    return [_load_row(row) for row in read]


def _load_row(row: Any) -> KnownGood:
    name, subject, facts, state, by, second, code, reason, at, until = row
    return KnownGood(
        name, subject, json.loads(facts), state, by, second, code, reason, instant(at), instant(until)
    )  # fmt: skip


def add(rows: Rows, subject: str, facts: str, until: int, deed: HoldCommand, two: bool) -> KnownGood:
    """Writes an entry; where it takes `two`, the second person's same words let it stand."""
    rows.lock_name(f"known good {subject}")
    before = entries(rows, subject)
    alive = [one for one in before if one.state in ("awaiting_second", "stands")]
    for one in alive:
        if json.dumps(one.facts, sort_keys=True) == facts and one.until == instant(until):
            if one.state == "awaiting_second" and one.by != deed.by:
                rows.run("UPDATE known_good SET state = 'stands', second = ? WHERE id = ?", deed.by, one.id)
                return entries(rows, subject)[before.index(one)]
            return one
    state = "awaiting_second" if two else "stands"
    name = f"g-{sha256_of(f'{len(before)} {subject}')[:32]}"
    _end(rows, alive, "withdrawn")
    rows.run(
        "INSERT INTO known_good (id, subject, number, facts, state, actor, second, code, reason, at, until) "
        "VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?)",
        *(name, subject, len(before), facts, state, deed.by, deed.code, deed.reason, deed.at, until),
    )
    return next(one for one in entries(rows, subject) if one.id == name)


def withdraw(rows: Rows, name: str) -> KnownGood:
    """Ends an entry. Raises `LedgerError` where there is none."""
    found = [one for one in entries(rows, lock=True) if one.id == name]
    if not found:
        raise LedgerError("unknown_hold", f"there is no known-good entry `{name}`")
    _end(rows, [one for one in found if one.state in ("awaiting_second", "stands")], "withdrawn")
    return next(one for one in entries(rows, found[0].subject) if one.id == name)


def standing(rows: Rows, subject: str, facts: str, at: int) -> KnownGood | None:
    """The entry that stands at an instant for a subject whose facts are these."""
    found = entries(rows, subject, "stands")
    fit = [one for one in found if one.until > instant(at) and json.dumps(one.facts, sort_keys=True) == facts]
    return fit[-1] if fit else None


def reopen(rows: Rows, facts: Mapping[str, Mapping[str, Any]], decision: str, deed: HoldCommand) -> list[Hold]:
    """Opens what has run out, and what rests on facts that are others now, as holds; each once.

    `facts` are those of today by subject; of a subject that is not among them only the time is looked at.
    """
    holds = []
    for one in entries(rows, "", "awaiting_second", "stands", lock=True):
        now = facts.get(one.subject)
        changed = [] if now is None else _differences(one.facts, now)
        over = one.until <= instant(deed.at)
        if not changed and not over:
            continue
        _end(rows, [one], "reopened" if changed else "run_out")
        ran_out = f"the known-good entry of {one.by} ran out on {one.until.date()}"
        reason = f"a fact under the known-good entry of {one.by} changed: {'; '.join(changed)}" if changed else ran_out
        holds.append(
            open_hold(rows, one.subject, decision, HoldCommand("reopen", deed.by, "", reason, deed.at, deed.tolerance))
        )
    return holds


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    return [f"{name} was `{before.get(name, '')}` and is `{now.get(name, '')}`" for name in names]


def _end(rows: Rows, ending: list[KnownGood], state: EntryState) -> None:
    for one in ending:
        rows.run("UPDATE known_good SET state = ? WHERE id = ?", state, one.id)
