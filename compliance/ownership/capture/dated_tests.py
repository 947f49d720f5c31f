"""One capture test on one day with all that is said beside its verdicts, made once for everybody whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from compliance.ownership.capture.capture_flags import Above, CaptureFlags
from compliance.ownership.capture.open_facts import Unknowns
from compliance.ownership.capture.verdict import Capture, CaptureAnswer
from compliance.ownership.capture.witness import Witness

MOST_LINKS = 2_000_000
"""The links and unknown facts that one answer tells whole; where there are more, each party is told the nearest."""
NEAREST = 10
"""The links, and the unknown facts, told of one party where all are too many, as in a chain of thousands."""


class Judge:
    """A capture and what is said beside it; `above` tells of those upstream of a party."""

    def __init__(self, capture: Capture, above: Above) -> None:
        self.capture = capture
        self.unknowns = Unknowns(capture)
        self.witness = Witness(capture)
        self._above = above
        self._flags: dict[date, CaptureFlags] = {}
        self._has: dict[tuple[str, str], bool] = {}

    def flags(self, day: date) -> CaptureFlags:
        """What is said of parties on a day since which nothing about the stakes has changed."""
        if day not in self._flags:
            self._flags[day] = CaptureFlags(self.capture, self.unknowns, day, self._above)
        return self._flags[day]

    def has(self, flag: str, party: str) -> bool:
        """Whether a party has a flag on the day of the capture."""
        key = flag, party
        if key not in self._has:
            self._has[key] = self.flags(self.capture.day.day).has(flag, party)
        return self._has[key]

    def answers(self, day: date, parties: Iterable[str]) -> dict[str, CaptureAnswer]:
        """The answers of a day since which nothing about the stakes has changed; its own flags are said."""
        asked = [self._verdict(day, party) for party in parties]
        told = self._reasons(asked, None)
        return {answer.party: answer for answer in (self._reasons(asked, NEAREST) if told is None else told) or ()}

    def _verdict(self, day: date, party: str) -> CaptureAnswer:
        low, high = self.capture.sums(party)
        flags = self.flags(day).of(party)
        return CaptureAnswer(party, self.capture.verdict(party), self.capture.limb(party), low, high, flags)

    def _reasons(self, answers: Iterable[CaptureAnswer], most: int | None) -> list[CaptureAnswer] | None:
        """The answers with why they stand, the nearest `most` of it; `None` where that is too much to tell."""
        found: list[CaptureAnswer] = []
        told = 0
        for answer in answers:
            path = self.witness.path(answer.party, most)
            unknowns = self.unknowns.deciding(answer.party, most)
            told += len(path.steps) + len(unknowns)
            if most is None and told > MOST_LINKS:
                return None
            found.append(replace(answer, path=path.steps, left_out=path.left_out, deciding_unknowns=unknowns))
        return found
