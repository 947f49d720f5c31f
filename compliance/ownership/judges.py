"""One capture test on one day with all that is said beside its verdicts, made once for everybody whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from compliance.errors import UsageError
from compliance.ownership.capture import Capture, CaptureAnswer
from compliance.ownership.capture_flags import Above, CaptureFlags
from compliance.ownership.unknowns import Unknowns
from compliance.ownership.witness import Witness

MOST_LINKS = 2_000_000
"""The links of all paths of one answer."""


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
        found = {}
        links = 0
        for party in parties:
            low, high = self.capture.sums(party)
            path = self.witness.path(party)
            links += len(path)
            if links > MOST_LINKS:
                raise UsageError(
                    f"the paths to these parties are over {MOST_LINKS:,} links together, as through a chain of "
                    f"thousands (one ends at `{party}`); ask about fewer parties at once"
                )
            found[party] = CaptureAnswer(
                party,
                self.capture.verdict(party),
                self.capture.limb(party),
                low,
                high,
                self.flags(day).of(party),
                path,
                self.unknowns.deciding(party),
            )
        return found
