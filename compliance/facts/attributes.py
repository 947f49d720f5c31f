"""What is asked of a party at a date: seat, parents, family, lists, kin of listed parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from compliance.facts.authorized import Authorized, Listed
from compliance.facts.sources import SEPARATOR, UNKNOWN
from compliance.ownership.graph import Ownership
from compliance.rulebook.packs import Pack
from compliance.world.world import World


class Attributes:
    """The attributes of parties of one world, as a pack's lists see them."""

    def __init__(self, world: World, ownership: Ownership, pack: Pack) -> None:
        self.world = world
        self.ownership = ownership
        self.pack = pack
        self._kept: dict[tuple[str, date], tuple[str, ...]] = {}
        self._candidates: dict[str, tuple[str, ...]] = {}
        self._listings: dict[str, list[Listed]] = defaultdict(list)
        self._authorized = Authorized(world)
        for row in self._authorized.rows:
            self._listings[row.party].append(row)

    def listing_days(self, names: Collection[str]) -> set[date]:
        """The days on which somebody enters or leaves one of these lists."""
        found = self._authorized.days({self._listing(name) for name in names})
        known = (listed for name in names if (listed := self.pack.party_lists.get(name)) is not None)
        return found | {p.from_ for listed in known for p in listed.parties if p.from_ is not None}

    def _listing(self, name: str) -> str:
        """The list of the world that a list of the pack means."""
        listed = self.pack.party_lists.get(name)
        return listed.listing if listed else name

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
            case "kind":
                return "person" if party in self.world.by_id("people") else "company"
            case _:
                return getattr(self.world.by_id("companies").get(party), word, None)

    def _parents(self, party: str, day: date) -> Sequence[str]:
        return self.ownership.families(party, day)

    def _on(self, name: str, party: str, day: date) -> bool:
        """Whether a party is on a list of the pack, or listed so in the world."""
        listed = self.pack.party_lists.get(name)
        listing = self._listing(name)
        if any(row.name == listing and self._authorized.holds(row, day) for row in self._listings.get(party, ())):
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
            self._kept[key] = tuple(p for p in self.candidates(name) if self._on(name, p, day))
        return self._kept[key]

    def candidates(self, name: str) -> tuple[str, ...]:
        """The parties that are on a list on some day."""
        if name not in self._candidates:
            listing = self._listing(name)
            found = {party for party, rows in self._listings.items() if any(row.name == listing for row in rows)}
            listed = self.pack.party_lists.get(name)
            if listed is not None:
                numbers = {n for p in listed.parties for n in (p.lei, p.registration) if n}
                for company in self.world.rows("companies"):
                    one: Any = company
                    if one.lei in numbers or one.registration in numbers:
                        found.add(one.id)
            self._candidates[name] = tuple(sorted(found))
        return self._candidates[name]

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
                if row.name == name and self._authorized.holds(row, day) and row.country in (None, country):
                    answers.add(True if True in kin and row.country is not None else None)
        return True if True in answers else None if None in answers else False

    def _holders(self, name: str, party: str, day: date) -> tuple[str, ...]:
        """The listed parties of the family of a party."""
        mine = set(self.ownership.families(party, day))
        return tuple(m for m in self._members(name, day) if m == party or mine & set(self.ownership.families(m, day)))


def _several(values: Iterable[str]) -> str:
    return SEPARATOR.join(sorted(set(values)))
