"""From which listed parties a capture comes, worked out once for each company of a capture."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.ownership.capture.verdict import Capture
from compliance.ownership.strong_components import components


class Capturers:
    """The listed parties behind the sure captures of one capture; with `possible`, behind the open ones too."""

    def __init__(self, capture: Capture, possible: bool) -> None:
        self.capture = capture
        self.possible = possible
        self._found: dict[str, frozenset[str]] = {}

    def of(self, party: str) -> frozenset[str]:
        """The party itself where it is listed, else its captured owners, controllers and partners, and theirs."""
        if not self._is_captured(party):
            return frozenset()
        if party not in self._found:
            for part in components([party], lambda one: [o for o in self._above(one) if o not in self._found]):
                self._settle(part)
        return self._found[party]

    def _settle(self, part: tuple[str, ...]) -> None:
        inside = set(part)
        found = {frozenset({one}) for one in part if self._is_listed(one)}
        found |= {self._found[other] for one in part for other in self._above(one) if other not in inside}
        together = next(iter(found)) if len(found) == 1 else frozenset().union(*found)
        self._found.update(dict.fromkeys(part, together))

    def _is_captured(self, party: str) -> bool:
        return party in self.capture.sure or (self.possible and party in self.capture.maybe)

    def _is_listed(self, party: str) -> bool:
        listed = self.capture.listed(party)
        return bool(listed) or (self.possible and listed is None)

    def _above(self, party: str) -> Iterator[str]:
        """Who has a hand in a captured company that is not listed itself."""
        if self._is_listed(party):
            return
        capture = self.capture
        for column in capture.columns(party):
            yield from (h.owner for h in column.held if h.owner and h.percent.high != 0 and self._is_captured(h.owner))
        for other in (*capture.frame.controllers(party), *capture.frame.as_one(party)):
            if other != party and self._is_captured(other):
                yield other
