"""The work of people on what a screening finds: holds, decisions with reasons, escalation, known-good entries, changes.

All of it lies in the store of the ledger; nothing that was decided is written over. No clock is read.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from compliance.errors import near
from compliance.ledger import holds, known_good
from compliance.ledger.double_entry import microseconds
from compliance.ledger.holds import STRICTNESS, WAITING, Hold, HoldAct, HoldCommand, HoldState
from compliance.ledger.known_good import KnownGood
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.ledger_requests import checked_key, checked_person
from compliance.ledger.world_revisions import StateChange

RELEASE_CODES: Mapping[str, str] = {
    "false_match": "the party is not the one on the list",
    "not_subject": "the item or the transaction is not subject to the rule",
    "exception_applies": "a license exception applies and its conditions are on file",
    "license_obtained": "a license was obtained",
    "statement_received": "the statement or the certification that was missing is on file",
    "resolved": "what was not known was found out and is on record",
}
REJECT_CODES: Mapping[str, str] = {
    "prohibited_party": "a party may not take part",
    "license_refused": "a license was refused or will not be applied for",
    "red_flag_unresolved": "a red flag could not be resolved",
    "no_answer": "the customer did not answer",
    "withdrawn": "the customer withdrew the order",
}
LEVELS = ("desk", "compliance", "counsel")


@dataclass(frozen=True, slots=True)
class Settings:
    """Which reason codes there are, who decides at each level, and from which decision on an act takes two persons.

    `second` maps `release`, `reject` and `trust` to a decision of an answer: `{"release": "license_required"}` has two
    persons release what was prohibited or needs a license. `trust` takes two where it is named at all.
    """

    release_codes: Mapping[str, str] = field(default_factory=lambda: dict(RELEASE_CODES))
    reject_codes: Mapping[str, str] = field(default_factory=lambda: dict(REJECT_CODES))
    levels: tuple[str, ...] = LEVELS
    second: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for act, decision in self.second.items():
            if act not in ("release", "reject", "trust") or decision not in STRICTNESS:
                raise LedgerError(
                    "bad_request", f"a second person is asked for `{act}` from `{decision}` on, which is none"
                )


class Workflow:
    """Holds and known-good entries in the store of a ledger; any thread and process may use it."""

    def __init__(self, ledger: Ledger, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._store = ledger.store
        self._tolerance = ledger.tolerance
        self._seconds = {act: STRICTNESS.index(decision) for act, decision in self.settings.second.items()}

    # ---- holds

    def hold(
        self, subject: str, *, decision: str, reason: str, at: datetime, by: str, seen: int | None = None
    ) -> Hold:  # fmt: skip
        """Holds a decision, an order or a reservation until somebody decides; `decision` says how strict it is.

        A reservation that is held, or was rejected, cannot be committed. Where the subject waits already that hold is
        given, made stricter where the decision is. `seen` is the `version` that whoever asks has looked at: where it is
        another by now it is `changed_meanwhile`, and nothing is done.
        """
        checked_key(subject)
        if decision not in STRICTNESS:
            raise LedgerError("bad_request", f"`{decision}` is no decision; one of {', '.join(STRICTNESS)}")
        deed = self._hold_command("hold", by, "", _words(reason), at, seen)
        return self._store.write(lambda rows: holds.open_hold(rows, subject, decision, deed))

    def hold_rise(
        self, subject: str, *, decision: str, accepted: str, reason: str, at: datetime, by: str
    ) -> Hold | None:  # fmt: skip
        """Holds what is stricter by now than the decision that was accepted, or a person let go on; `None` for none."""
        deed = self._hold_command("hold", by, "", _words(reason), at)
        return self._store.write(lambda rows: holds.hold_rise(rows, subject, decision, accepted, deed))

    def release(
        self, name: str, *, code: str, reason: str, at: datetime, by: str, seen: int | None = None
    ) -> Hold:  # fmt: skip
        """A named person lets the subject go on, with a reason code; by the settings a second one has to agree.

        Raises `LedgerError`: `unknown_hold`, `wrong_state`, `bad_request` for a code that is none.
        """
        deed = self._hold_command("release", by, _code(code, self.settings.release_codes), _words(reason), at, seen)
        return self._store.write(lambda rows: self._decide(rows, name, deed, "released"))

    def reject(
        self, name: str, *, code: str, reason: str, at: datetime, by: str, seen: int | None = None
    ) -> Hold:  # fmt: skip
        """A named person stops the subject for good, with a reason code; else as `release`."""
        deed = self._hold_command("reject", by, _code(code, self.settings.reject_codes), _words(reason), at, seen)
        return self._store.write(lambda rows: self._decide(rows, name, deed, "rejected"))

    def escalate(self, name: str, *, reason: str, at: datetime, by: str, seen: int | None = None) -> Hold:
        """Hands the hold to the next of the levels. Raises `LedgerError` at the last one."""
        deed, most = self._hold_command("escalate", by, "", _words(reason), at, seen), len(self.settings.levels) - 1
        return self._store.write(lambda rows: holds.escalate(rows, name, deed, most))

    def ask(self, name: str, *, reason: str, at: datetime, by: str, seen: int | None = None) -> Hold:
        """Notes what was asked for, of the customer or of others; the hold waits on as it did."""
        deed = self._hold_command(holds.ASK, by, "", _words(reason), at, seen)
        return self._store.write(lambda rows: holds.ask(rows, name, deed))

    def version(self, subject: str) -> int:
        """The number of the last act on a subject, to be given as `seen`; 0 where there was none."""
        return self._store.read(lambda rows: holds.last_act(rows, subject))

    def found(self, name: str) -> Hold:
        """A hold as it stands."""
        return self._store.read(lambda rows: holds.load_hold(rows, name))

    def holds_on(self, subject: str) -> list[Hold]:
        """All holds that there were on a subject, the last one last."""
        return self._store.read(lambda rows: holds.holds_on(rows, subject))

    def history(self, name: str) -> list[HoldAct]:
        """Who did what to a hold and why, in order."""
        return self._store.read(lambda rows: holds.acts_on(rows, name))

    def queue(
        self,
        *,
        states: Collection[HoldState] = WAITING,
        least: str = STRICTNESS[0],
        made_until: datetime | None = None,
        most: int = 100,
        skip: int = 0,
    ) -> list[Hold]:
        """What waits for somebody: the strictest first, of these the oldest; `made_until` leaves out the younger."""
        until = None if made_until is None else microseconds(made_until)
        strict = STRICTNESS.index(least)
        return self._store.read(lambda rows: holds.queue(rows, states, strict, until, most, skip))

    # ---- known good

    def trust(
        self, subject: str, facts: Mapping[str, Any], *, until: datetime, code: str, reason: str, at: datetime, by: str
    ) -> KnownGood:  # fmt: skip
        """A named person found a subject harmless, resting on these facts, until an instant; another entry takes over.

        Where the settings ask a second person for `trust` it stands once that one says the same.
        """
        checked_key(subject)
        deed = self._hold_command("trust", by, _code(code, self.settings.release_codes), _words(reason), at)
        ends, text = microseconds(until), json.dumps(dict(facts), sort_keys=True)
        if ends <= deed.at:
            raise LedgerError("bad_request", f"the entry would end on {until}, before it begins")
        two = "trust" in self.settings.second
        return self._store.write(lambda rows: known_good.add(rows, subject, text, ends, deed, two))

    def withdraw(self, name: str) -> KnownGood:
        """Ends a known-good entry."""
        return self._store.write(lambda rows: known_good.withdraw(rows, name))

    def known_good(self, subject: str, facts: Mapping[str, Any], at: datetime) -> KnownGood | None:
        """The entry that stands for a subject whose facts are these; `None` where it ran out or a fact is another."""
        text, now = json.dumps(dict(facts), sort_keys=True), microseconds(at)
        return self._store.read(lambda rows: known_good.standing(rows, subject, text, now))

    def entries(self, subject: str = "") -> list[KnownGood]:
        """All entries, of a subject or of all, whatever became of them."""
        return self._store.read(lambda rows: known_good.entries(rows, subject))

    def reopen(
        self, facts: Mapping[str, Mapping[str, Any]], *, at: datetime, by: str, decision: str = "review"
    ) -> list[Hold]:
        """Holds anew what was known good and has run out, or rests on a fact that changed; each once, with the reason.

        `facts` are those of today by subject; of others only the time is looked at.
        """
        deed = self._hold_command("reopen", by, "", "", at)
        return self._store.write(lambda rows: known_good.reopen(rows, facts, decision, deed))

    # ---- what changed

    def tell_changes(
        self, verdicts: Mapping[str, Mapping[str, Any]], *, at: datetime,
        seen: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> list[StateChange]:  # fmt: skip
        """What is another in new answers than what was last given here, by subject (`reservation/ID`, `hold/ID`).

        Each change is told once: the new answers are what the next ones are held against. One that is given for the
        first time is held against what was `seen` of it, without that nothing is told. The word before the slash is
        the `kind`.
        """
        now, first = microseconds(at), seen or {}

        def work(rows: Any) -> list[StateChange]:
            told = []
            for subject in sorted(verdicts):
                text = json.dumps(dict(verdicts[subject]), sort_keys=True)
                rows.lock_name(f"verdict {subject}")
                read = rows.run("SELECT verdict FROM verdicts WHERE subject = ?", subject)
                known = json.dumps(dict(first[subject]), sort_keys=True) if subject in first else text
                before = read[0][0] if read else known
                if read and before != text:
                    rows.run("UPDATE verdicts SET verdict = ?, at = ? WHERE subject = ?", text, now, subject)
                elif not read and (before != text or subject not in first):
                    rows.run("INSERT INTO verdicts (subject, verdict, at) VALUES (?, ?, ?)", subject, text, now)
                if before != text:
                    kind, _, name = subject.partition("/")
                    told.append(StateChange(kind, name, json.loads(before), json.loads(text)))
            return told

        return self._store.write(work)

    def last_verdicts(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """What was last told of the subjects of a kind, by what stands behind the slash."""
        asked = "SELECT subject, verdict FROM verdicts WHERE subject LIKE ?"
        read = self._store.read(lambda rows: rows.run(asked, f"{kind}/%"))
        return {subject.partition("/")[2]: json.loads(text) for subject, text in read}

    def last_verdict(self, subject: str) -> Mapping[str, Any] | None:
        """What was last told of a subject; `None` where nothing was."""
        read = self._store.read(lambda rows: rows.run("SELECT verdict FROM verdicts WHERE subject = ?", subject))
        return json.loads(read[0][0]) if read else None

    def note_verdict(self, subject: str, verdict: Mapping[str, Any], *, at: datetime) -> None:
        """Has the next answers be held against this one, which whoever asked has seen."""
        self.tell_changes({subject: verdict}, at=at)

    # ---- what is asked

    def _decide(self, rows: Any, name: str, deed: HoldCommand, outcome: HoldState) -> Hold:
        return holds.decide(rows, name, deed, outcome, self._seconds, len(self.settings.levels) - 1)

    def _hold_command(
        self, act: str, by: str, code: str, reason: str, at: datetime, seen: int | None = None
    ) -> HoldCommand:
        return HoldCommand(act, checked_person(by), code, reason, microseconds(at), self._tolerance, seen)


def _words(reason: str) -> str:
    if not isinstance(reason, str) or not reason.strip():
        raise LedgerError("bad_request", "say why: `reason` is a sentence")
    return reason


def _code(code: str, codes: Mapping[str, str]) -> str:
    if code not in codes:
        raise LedgerError(
            "bad_request", f"`{code}` is no reason code; one of {', '.join(codes)}.{near(str(code), codes)}"
        )
    return code
