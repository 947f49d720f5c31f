"""What is asked of a party at a date: seat, parents, family, lists, kin of listed parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.facts import restructured
from compliance.facts.entities import holds_on
from compliance.facts.sources import SEPARATOR, UNKNOWN
from compliance.ownership.changes import Changes
from compliance.ownership.graph import Ownership
from compliance.rulebook.packs import Pack
from compliance.world.tables import Authorization, Listing
from compliance.world.world import World


@dataclass(frozen=True, slots=True)
class Listed:
    """That a party stands on a list for a time, for a country or (`None`) none named."""

    name: str
    country: str | None
    from_: date | None
    to: date | None


class Attributes:
    """The attributes of parties of one world, as a pack's lists see them."""

    def __init__(self, world: World, ownership: Ownership, pack: Pack) -> None:
        self.world = world
        self.ownership = ownership
        self.pack = pack
        self.changes = Changes(ownership)
        self._kept: dict[tuple[str, date], tuple[str, ...]] = {}
        self._listings: dict[str, list[Listed]] = defaultdict(list)
        for row in world.each(Listing):
            self._listings[row.party].append(Listed(row.list, row.country, row.from_, row.to))
        for paper in world.each(Authorization):
            if paper.state == "granted":  # an authorization that was granted makes a holder as a listing does
                self._listings[paper.holder].append(Listed(paper.kind, paper.country, paper.from_, paper.to))

    def listing_days(self) -> Iterator[date]:
        """The days on which somebody enters or leaves a list."""
        for rows in self._listings.values():
            yield from (day for row in rows for day in (row.from_, row.to) if day is not None)
        for listed in self.pack.party_lists.values():
            yield from (p.from_ for p in listed.parties if p.from_ is not None)

    def of(self, attribute: str, party: str, day: date) -> Any:
        """The value of an attribute such as `parent.headquarters` or `listed.UVEU`; `None` is not known."""
        own = self.ownership
        word, _, name = attribute.partition(".")
        match word:
            case "headquarters":
                return own.seat(party, day)
            case "parent" if name == "headquarters":
                return _several(own.seat(p, day) or UNKNOWN for p in self._parents(party, day))
            case "parent":
                return _several(self._parents(party, day))
            case "family":
                return _several(own.families(party, day))
            case "listed":
                return self._on(name, party, day)
            case "kin":
                return self._kin(name, party, day)
            case "listed_kin":
                found = self._holders(name, party, day)
                return _several(found) if found else None
            case "restructured" | "left_listed":
                return restructured.answer(self.changes, attribute, party, day)
            case "kind":
                return "person" if party in self.world.by_id("people") else "company"
            case _:
                return getattr(self.world.by_id("companies").get(party), word, None)

    def _parents(self, party: str, day: date) -> Sequence[str]:
        return self.ownership.families(party, day)

    def _on(self, name: str, party: str, day: date) -> bool:
        """Whether a party is on a list of the pack, or listed so in the world."""
        listed = self.pack.party_lists.get(name)
        listing = listed.listing if listed else name
        if any(row.name == listing and holds_on(row, day) for row in self._listings.get(party, ())):
            return True
        company: Any = self.world.by_id("companies").get(party)
        if listed is None or company is None:
            return False
        return any(
            (p.from_ is None or p.from_ <= day)
            and ((p.lei and p.lei == company.lei) or (p.registration and p.registration == company.registration))
            for p in listed.parties
        )

    def _members(self, name: str, day: date) -> tuple[str, ...]:
        """The parties on a list on a day."""
        key = name, day
        if key not in self._kept:
            candidates = set(self._listings)
            listed = self.pack.party_lists.get(name)
            if listed is not None:
                numbers = {n for p in listed.parties for n in (p.lei, p.registration) if n}
                for company in self.world.rows("companies"):
                    one: Any = company
                    if one.lei in numbers or one.registration in numbers:
                        candidates.add(one.id)
            self._kept[key] = tuple(p for p in sorted(candidates) if self._on(name, p, day))
        return self._kept[key]

    def _kin(self, name: str, party: str, day: date) -> bool | None:
        """Whether a party is of the family of a listed one; null where its parent leaves that open."""
        answers = {self._of_one_family(member, party, day) for member in self._members(name, day)}
        return True if True in answers else None if None in answers else False

    def _of_one_family(self, member: str, party: str, day: date) -> bool | None:
        if member == party:
            return True
        mine, theirs = (set(self.ownership.families(p, day)) for p in (party, member))
        if mine == theirs and len(mine) == 1:
            return True
        return None if mine & theirs else False

    def permitted(self, name: str, parties: Sequence[str], country: str, day: date) -> bool | None:
        """Whether a party, or one of its family, is listed for the country; null where that is not known."""
        answers: set[bool | None] = {False}
        for member in self._members(name, day):
            kin = {self._of_one_family(member, party, day) for party in parties} - {False}
            for row in self._listings[member] if kin else ():
                if row.name == name and holds_on(row, day) and row.country in (None, country):
                    answers.add(True if True in kin and row.country is not None else None)
        return True if True in answers else None if None in answers else False

    def _holders(self, name: str, party: str, day: date) -> tuple[str, ...]:
        """The listed parties of the family of a party."""
        mine = set(self.ownership.families(party, day))
        return tuple(m for m in self._members(name, day) if m == party or mine & set(self.ownership.families(m, day)))


def _several(values: Iterable[str]) -> str:
    return SEPARATOR.join(sorted(set(values)))
