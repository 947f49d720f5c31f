"""The one world that all workers of a service answer by, and how a change of it reaches each of them.

The ledger keeps the revision of the world that counts and, with each, what changed: a base (trees of files), rows
added and removed, or the day. A worker asks it for the revision before every answer, which is one small read; where
that is another than its own it applies what came since, and only then answers. So an answer that is asked for after
a change was acknowledged rests on that change, whichever worker gives it; one that is under way keeps its world.
The log of records has a `world` record for every revision, written by whoever first needs it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock, RLock
from typing import Any

from compliance.decisions.accounts.touched import on_record
from compliance.decisions.screener import Screener
from compliance.errors import ComplianceError, InputError
from compliance.ledger.double_entry import opening_balance
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_answers import Balance
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.rescreening import rescreen
from compliance.ledger.world_revisions import StateChange
from compliance.records.canonical import canonical_json
from compliance.records.durable_files import lock_file
from compliance.records.inputs import Change, InputReader, apply_record, keep_base
from compliance.records.log import WORLD, RecordLog
from compliance.rulebook.legal_standing import Standing
from compliance.service.settings import ServiceSettings
from compliance.service.verdicts import OpenVerdicts
from compliance.world.world import World
from compliance.world.world_changes import change_world as changed_world

RESCREENING = "rescreening"
"""The kind of the records that tell what a change of the world did to what was open."""
_LOCK = ".world.lock"
_ATTEMPTS = 20
_OTHER_SCREENERS = 4


class WorldDivergedError(ComplianceError):
    """What is on record as a change gives another world here than where it was made."""


@dataclass(frozen=True, slots=True)
class WorldState:
    """A revision of the world: its record in the log, its base, and the Screener of the service's day and posture."""

    revision: int
    record: int
    base: Mapping[str, Any]
    screener: Screener
    others: dict[tuple[date, str], Screener] = field(default_factory=dict)
    making: Lock = field(default_factory=Lock)
    recorded: dict[tuple[Standing, ...], list[Balance]] = field(default_factory=dict)

    def balances_on_record(self, binding: tuple[Standing, ...]) -> list[Balance]:
        """The accounts of which something is on record, with nothing reserved; worked out once."""
        with self.making:
            if binding not in self.recorded:
                claims = on_record(self.screener, binding=binding).values()
                self.recorded[binding] = [opening_balance(claim) for claim in claims]
            return self.recorded[binding]

    @property
    def sha256(self) -> str:
        """The hash of the world."""
        return self.screener.world.sha256

    def screener_for(self, as_of: date | None, posture: str | None, reader: InputReader) -> Screener:
        """The Screener of another day or posture; the last few are kept."""
        asked = (as_of or self.screener.as_of, posture or self.screener.posture)
        if asked == (self.screener.as_of, self.screener.posture):
            return self.screener
        with self.making:
            found = self.others.pop(asked, None)
            if found is None:
                found = reader.screener(self.base, self.screener.world, *asked)
            self.others[asked] = found
            if len(self.others) > _OTHER_SCREENERS:
                del self.others[next(iter(self.others))]
        return found


class SharedWorld:
    """The world of a service as one worker sees it; any thread may ask."""

    def __init__(
        self,
        settings: ServiceSettings,
        ledger: Ledger,
        verdicts: OpenVerdicts,
        log: RecordLog,
        scratch: Path,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._verdicts = verdicts
        self._log = log
        self._today = today
        self.reader = InputReader(log.content, scratch)
        self._catching_up = RLock()
        self._state: WorldState | None = None
        self._next: tuple[int, str, Screener] | None = None

    @property
    def revision_seen(self) -> int:
        """The revision by which this worker answered last; 0 before it did."""
        return self._state.revision if self._state is not None else 0

    def current(self) -> WorldState:
        """The world that counts now. Raises `LedgerError` where the ledger is away."""
        state = self._last_told()
        return state if state.screener.as_of == self._day_of(state) else self._turn_day()

    def open(self, by: str = "service") -> WorldState:
        """Has the files and packs of the settings count as the base, with the changes that were sent since.

        Raises `InputError` where a file is wrong, or where a change no longer fits the files.
        """
        asked = self._settings
        base = keep_base(self._log.content, asked.world, asked.packs, asked.as_of, asked.posture)
        for _ in range(_ATTEMPTS):
            history = self._ledger.changes_since(0)
            kept, since = _last_base(history)
            if kept is not None and _same_base(kept, base):
                return self.current()
            world = self.reader.world(base)
            carried: list[Change] = []
            for change in since:
                world, left = _carry_over(world, change)
                carried += left
            day = asked.as_of or world.as_of or self._today()
            told = {"base": {**base, "day": day.isoformat(), "changes": carried}}
            screener = self.reader.screener(base, world, day)
            if self._advance(history[-1][0] if history else 0, screener, told, by) is not None:
                return self.current()
        raise _contention_error()

    def change(self, change: Change, by: str) -> tuple[WorldState, tuple[StateChange, ...]]:
        """Adds and removes rows, all or none; gives the new state and what of the ledger changed by it.

        Raises `InputError` with all that is wrong.
        """
        for _ in range(_ATTEMPTS):
            state = self.current()
            screener = _changed_screener(state.screener, change)
            changed = self._advance(state.revision, screener, {"change": dict(change)}, by)
            if changed is not None:
                return self.current(), changed
        raise _contention_error()

    def record_of(self, revision: int) -> int:
        """The number of the record of a revision of the world. Raises `WorldDivergedError` where there is none."""
        return self._record_revision(revision)

    # ---- the same world in every worker

    def _last_told(self) -> WorldState:
        """The world that counts, by the day that was last told."""
        revision, _ = self._ledger.revision()
        state = self._state
        return state if state is not None and state.revision == revision else self._catch_up()

    def _advance(
        self, expected: int, after: Screener, told: Mapping[str, Any], by: str
    ) -> tuple[StateChange, ...] | None:
        """Has the world of a Screener count, and tells what changed by it; `None` where another change came first.

        What is open is screened before it counts: until then the others go on with the world as it was, and what is
        made once of the new one is there when they turn to it.
        """
        text, sha256 = canonical_json(told).decode(), after.world.sha256
        screened = self._verdicts.screen_open(after)
        self._next = (expected, text, after)
        try:
            found = rescreen(
                self._ledger,
                after,
                expected=expected,
                sha256=sha256,
                at=_now(),
                by=by,
                change=text,
                binding=self._settings.binding,
                before=self._world_at(expected),
            )
        except LedgerError as refusal:
            if refusal.code != "stale_world":
                raise
            return None
        with self._catching_up:
            base = told.get("base") or (self._state.base if self._state is not None else None)
            if base is not None and (self._state is None or self._state.revision == expected):
                self._state = WorldState(found.revision, self._record_revision(found.revision), base, after)
        changed = [*found.changed, *self._verdicts.tell(after, found.revision, screened)]
        if changed:
            rows = [{"kind": one.kind, "id": one.id, "before": one.before, "after": one.after} for one in changed]
            self._log.append(_now(), RESCREENING, {"revision": found.revision, "changed": rows})
        return tuple(changed)

    def _made_already(self, revision: int, change: str) -> Screener | None:
        """The Screener that a change to a revision gives, where it was made by this worker."""
        made = self._next
        return made[2] if made is not None and made[:2] == (revision, change) else None

    def _world_at(self, revision: int) -> World | None:
        """The world of a revision, where it is the one that this worker answers by."""
        state = self._state
        return state.screener.world if state is not None and state.revision == revision else None

    def _catch_up(self) -> WorldState:
        """Applies what changed since the own revision."""
        with self._catching_up:
            state = self._state
            since = self._ledger.changes_since(state.revision if state is not None else 0)
            if not since and state is not None:
                return state
            told = [json.loads(change) for _, _, change in since]
            first = max((place for place, body in enumerate(told) if "base" in body), default=-1)
            if first >= 0:
                base: Mapping[str, Any] = told[first]["base"]
                world, day = apply_record(self.reader.world(base), told[first]), _day(base)
            elif state is not None:
                base, world, day = state.base, state.screener.world, state.screener.as_of
            else:
                raise WorldDivergedError("the ledger names no files of a world; start the service with its world")
            rest = told[first + 1 :]
            day = next((_day(body) for body in reversed(rest) if "day" in body), day)
            if first < 0 and state is not None and len(rest) == 1 and "change" in rest[0]:
                screener = self._made_already(state.revision, since[0][2]) or _changed_screener(
                    state.screener, rest[0]["change"]
                )
            else:
                for body in rest:
                    world = apply_record(world, body)
                screener = self.reader.screener(base, world, day)
            revision, sha256, _ = since[-1]
            if screener.world.sha256 != sha256:
                raise WorldDivergedError(
                    f"revision {revision} of the world is {screener.world.sha256} here, and {sha256} where it was made"
                )
            self._state = WorldState(revision, self._record_revision(revision), base, screener)
            return self._state

    def _turn_day(self) -> WorldState:
        """Another day has come: what is open is asked again."""
        with self._catching_up:
            state = self._last_told()
            day = self._day_of(state)
            if state.screener.as_of != day:
                screener = self.reader.screener(state.base, state.screener.world, day)
                self._advance(state.revision, screener, {"day": day.isoformat()}, "service")
            return self._last_told()

    def _day_of(self, state: WorldState) -> date:
        return self._settings.as_of or state.screener.world.as_of or self._today()

    def _record_revision(self, revision: int) -> int:
        """The number of the record of a revision, after those that are missing up to the last one are written."""
        with lock_file(self._log.folder / _LOCK):
            last = self._log.get(self._log.head().world) if self._log.head().world else None
            told = last.body if last is not None else {"revision": "0", "sha256": ""}
            history = self._ledger.changes_since(max(0, int(told["revision"]) - 1))
            if history and (str(history[0][0]), history[0][1]) == (told["revision"], told["sha256"]):
                history = history[1:]
            elif last is not None:  # a log beside another ledger than before
                history = self._ledger.changes_since(0)
            if last is None or len(history) > 1:
                bases = [place for place, (_, _, text) in enumerate(history) if "base" in json.loads(text)]
                history = history[bases[-1] if bases else 0 :]
            for at, sha256, text in history:
                body = json.loads(text)
                refs = [body["base"]["files"], body["base"]["rules"]] if "base" in body else []
                last = self._log.append(_now(), WORLD, {**body, "revision": at, "sha256": sha256}, refs)
        if last is not None and int(last.body["revision"]) == revision:
            return last.number
        found = [one.number for one in self._log.read(kinds=(WORLD,)) if int(one.body["revision"]) == revision]
        if not found:
            raise WorldDivergedError(f"the log has no record of revision {revision} of the world")
        return found[-1]


def _changed_screener(screener: Screener, change: Change) -> Screener:
    """Another Screener of the world with a change; the one given stays. Raises `InputError`."""
    made = copy.copy(screener)
    made.apply(change.get("add"), change.get("remove"))
    return made


def _last_base(history: list[tuple[int, str, str]]) -> tuple[Mapping[str, Any] | None, list[Change]]:
    """The last base, and the changes to it since."""
    base: Mapping[str, Any] | None = None
    changes: list[Change] = []
    for _, _, text in history:
        told = json.loads(text)
        if "base" in told:
            base, changes = told["base"], list(told["base"]["changes"])
        elif "change" in told:
            changes.append(told["change"])
    return base, changes


def _same_base(kept: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    told = json.loads(canonical_json(base))
    return all(kept.get(name) == value for name, value in told.items())


def _carry_over(world: World, change: Change) -> tuple[World, list[Change]]:
    """The world with what of a change its files do not hold yet, and that. Raises `InputError` for what does not fit.

    INVARIANT: a change stays until the files hold it, so that a new file never takes back a listing that was sent.
    """
    left: dict[str, dict[str, list[Any]]] = {"add": {}, "remove": {}}
    for table, rows in (change.get("remove") or {}).items():
        gone = [row for row in rows if _holds(world, table, row)]
        left["remove"].update({table: gone} if gone else {})
    for table, rows in (change.get("add") or {}).items():
        new = [row for row in rows if not _holds(world, table, row)]
        left["add"].update({table: new} if new else {})
    if not left["add"] and not left["remove"]:
        return world, []
    return changed_world(world, left["add"], left["remove"]), [left]


def _holds(world: World, table: str, row: Mapping[str, Any]) -> bool:
    """Whether a row of the world has these values."""
    try:
        changed_world(world, {}, {table: [row]})
    except InputError as wrong:
        return all(problem.about.code in ("several_match", "still_named") for problem in wrong.problems)
    return True


def _day(told: Mapping[str, Any]) -> date:
    return date.fromisoformat(told["day"])


def _now() -> datetime:
    return datetime.now(UTC)


def _contention_error() -> LedgerError:
    return LedgerError("stale_world", "the world was changed by others again and again; try again")
