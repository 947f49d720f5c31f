"""Parties and sites that sheets name by number or by name, found among those that sheets describe.

A name is found only where one party alone has it, letter by letter but for case and blanks; a near name never is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz

_ALIKE = 80


def plain_name(name: str) -> str:
    """A name as it is compared: without case, with single blanks."""
    return " ".join(name.casefold().split())


@dataclass
class PartyNames:
    """Ids by themselves and by name."""

    names: dict[str, str] = field(default_factory=dict)
    """The name of each id."""
    _by_name: dict[str, set[str]] = field(default_factory=dict)
    _by_number: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]]) -> PartyNames:
        """Those of rows with `id` and perhaps `name`."""
        made = cls()
        for row in rows:
            made.add(row["id"], row.get("name", ""))
        return made

    def add(self, party: str, name: str) -> None:
        """One more."""
        self.names[party] = name
        if name:
            self._by_name.setdefault(plain_name(name), set()).add(party)
        if party.isdigit():
            self._by_number.setdefault(party.lstrip("0"), set()).add(party)

    def by_number(self, number: str) -> str | None:
        """The id that a number is, leading zeros apart where one id alone is left."""
        if number in self.names:
            return number
        found = self._by_number.get(number.lstrip("0"), set()) if number.isdigit() else set()
        return next(iter(found)) if len(found) == 1 else None

    def by_name(self, name: str) -> tuple[str, ...]:
        """The ids of a name."""
        return tuple(sorted(self._by_name.get(plain_name(name), ())))

    def agrees(self, party: str, name: str) -> bool:
        """Whether a name may be that of the party."""
        own = self.names.get(party, "")
        return not own or not name or fuzz.token_sort_ratio(plain_name(own), plain_name(name)) >= _ALIKE
