"""What the text of a pack said and what the authority applied, by date, with citations.

In `pack.yaml`, entries in the order of their days; each stands until the next begins:

    force:
      - {from: 2025-09-29, state: in_force, citation: 90 FR 47201, confidence: verified}
      - {from: 2025-11-10, state: stayed, citation: 90 FR 50857, confidence: verified, flags: [rule_stayed]}
      - from: 2026-11-10
        state: in_force
        citation: 90 FR 50857
        confidence: secondary
        flags: [extension_unconfirmed]
        enforced: {unconfirmed: true, note: an extension was announced and not found}

`state` is what the text says; `enforced` says where the authority does otherwise: another `state`, or
`unconfirmed` where it is not known whether it applies the text. `codified_not_enforced` says both in one
word.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from compliance.errors import UsageError, near
from compliance.units import FIRST_DAY
from compliance.world.io.rule_file import (
    BETWEEN_CITATIONS,
    CONFIDENCES,
    Cited,
    Confidence,
    OpenDay,
    RuleDataModel,
    Truth,
    each_citation,
)

State = Literal["in_force", "codified_not_enforced", "stayed", "proposed", "expired", "withdrawn", "not_law"]
POSTURES = ("as-written", "as-enforced", "both")
UNCONFIRMED = "unconfirmed"
_WRITTEN = frozenset({"in_force", "codified_not_enforced", "not_law"})
_ENFORCED = frozenset({"in_force", "not_law"})
"""The states that apply in each posture; a stay is respected in both [contracts 1]."""


class Enforcement(RuleDataModel):
    """What the authority applies where the text says otherwise."""

    state: State | None = None
    unconfirmed: Truth = False
    citation: Cited | None = None
    confidence: Confidence | None = None
    note: str = ""


class ForceEntry(RuleDataModel):
    """The standing in law from a day on (`from` empty: always); `flags` stand beside every answer."""

    from_: Annotated[OpenDay, Field(alias="from")] = None
    state: State
    citation: Cited
    confidence: Confidence
    note: str = ""
    flags: tuple[str, ...] = ()
    enforced: Enforcement | None = None


@dataclass(frozen=True, slots=True)
class ForceState:
    """The standing in law on a day in a posture; before the first entry there is no state.

    `applies` is `None` where it is not known whether the authority applies the text.
    """

    state: State | None
    since: date | None
    citation: str
    confidence: Confidence
    applies: bool | None
    flags: tuple[str, ...] = ()
    note: str = ""

    def as_json(self) -> dict[str, str | None]:
        """The `force` of an answer."""
        since = self.since.isoformat() if self.since is not None else None
        return {"state": self.state, "since": since, "citation": self.citation or None}


@dataclass(frozen=True, slots=True)
class Step:
    """What the text said from a day on (`since` `None`: always), and what the authority applied, `unconfirmed` where
    that is not known; with all that both were read in, no surer than the weaker of them.
    """

    since: date | None
    state: str
    enforced: str
    citation: str
    confidence: Confidence
    note: str


@dataclass(frozen=True)
class ForceHistory:
    """The entries of a pack; asked for a day and a posture."""

    entries: Sequence[ForceEntry]

    def at(self, day: date, posture: str = "both") -> ForceState:
        """The standing on the day; with posture `both` what the authority applies decides.

        Raises `UsageError` for an unknown posture.
        """
        if posture not in POSTURES:
            raise UsageError(f"unknown posture `{posture}`.{near(posture, POSTURES)}")
        begun = bisect_right(self._days, day)
        if (begun, posture) not in self._states:
            self._states[begun, posture] = self._state(self._in_order[:begun], posture)
        return self._states[begun, posture]

    @staticmethod
    def _state(begun: Sequence[ForceEntry], posture: str) -> ForceState:
        """The standing once these entries have begun."""
        if not begun:
            return ForceState(None, None, "", "verified", False)
        now = begun[-1]
        written = posture == "as-written"
        other = None if written else now.enforced
        state = (other.state if other else None) or now.state
        applies: bool | None = state in (_WRITTEN if written else _ENFORCED)
        if other and other.unconfirmed:
            applies = None
        return ForceState(
            state,
            _since(begun),
            (other.citation if other else None) or now.citation,
            (other.confidence if other else None) or now.confidence,
            applies,
            now.flags,
            (other.note if other else "") or now.note,
        )

    def enforced(self, day: date) -> str:
        """The state that the authority applies on the day, `unconfirmed` where it is not known whether it does."""
        return _enforced_word(self.at(day, "as-enforced"))

    @property
    def begins(self) -> date | None:
        """The day before which there is no state, `FIRST_DAY` where there always was one; `None` without entries."""
        return min((entry.from_ or FIRST_DAY for entry in self.entries), default=None)

    def days(self) -> tuple[date, ...]:
        """The days on which the standing changes."""
        return tuple(entry.from_ for entry in self._in_order if entry.from_ is not None)

    def steps(self) -> tuple[Step, ...]:
        """Every entry in order."""
        return tuple(self._step(entry.from_) for entry in self._in_order)

    def _step(self, begins: date | None) -> Step:
        written, enforced = (self.at(begins or FIRST_DAY, posture) for posture in POSTURES[:2])
        return Step(
            since=begins,
            state=written.state or "",
            enforced=_enforced_word(enforced),
            citation=BETWEEN_CITATIONS.join(each_citation(written.citation, enforced.citation)),
            confidence=max(written.confidence, enforced.confidence, key=CONFIDENCES.index),
            note=" ".join(dict.fromkeys(note for note in (written.note, enforced.note) if note)),
        )

    @cached_property
    def _in_order(self) -> list[ForceEntry]:
        return sorted(self.entries, key=lambda entry: entry.from_ or FIRST_DAY)

    @cached_property
    def _days(self) -> list[date]:
        """The day on which each entry begins, in order."""
        return [entry.from_ or FIRST_DAY for entry in self._in_order]

    @cached_property
    def _states(self) -> dict[tuple[int, str], ForceState]:
        """The standings that were asked for, by how many entries have begun and posture."""
        return {}


def _enforced_word(state: ForceState) -> str:
    return UNCONFIRMED if state.applies is None else state.state or ""


def _since(begun: Sequence[ForceEntry]) -> date | None:
    """The first day of the last state without a break."""
    since = begun[-1]
    for entry in reversed(begun):
        if (entry.state, entry.enforced) != (begun[-1].state, begun[-1].enforced):
            break
        since = entry
    return since.from_
