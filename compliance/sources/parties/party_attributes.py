"""Attributes of a party on a date: headquarters, parents, family, lists, listed family members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from compliance.ownership.ownership_graph import Ownership
from compliance.ownership.restructurings import Changes
from compliance.rulebook.packs import Pack
from compliance.sources.column_types import SEPARATOR, UNKNOWN
from compliance.sources.entities import certifies
from compliance.sources.parties import restructured_parties
from compliance.sources.parties.list_membership import ListMemberships, Membership
from compliance.sources.parties.listed_families import Kin
from compliance.sources.parties.party_capture import PartyCapture
from compliance.sources.parties.party_columns import party_column
from compliance.sources.parties.party_profile import Profiles
from compliance.sources.parties.pattern_signs import Signs
from compliance.sources.parties.stake_holders import held_from
from compliance.units import Interval
from compliance.world.schema.tables import Certification
from compliance.world.world import World

_V = TypeVar("_V")
_OF_KIN = frozenset({"kin", "listed_kin"})
HALF = Fraction(50)
"""More than so many percent is the greater part."""


class Attributes:
    """The attributes of parties of one world, as a pack's lists see them."""

    def __init__(self, world: World, ownership: Ownership, pack: Pack, signs: Callable[[], Signs]) -> None:
        self.world = world
        self.ownership = ownership
        self.pack = pack
        self.changes = Changes(ownership)
        self._candidates: dict[str, tuple[str, ...]] = {}
        self.kin = Kin(ownership, self.candidates, self._on, self._stay_days)
        self.standing = PartyCapture(ownership, pack)
        self.profiles = Profiles(ownership)
        self._signs = signs
        self._of_several_parents: dict[tuple[str, str, tuple[str, ...], date], Any] = {}
        self._listings: dict[str, list[Membership]] = defaultdict(list)
        self._authorized = ListMemberships(world)
        for row in self._authorized.rows:
            self._listings[row.party].append(row)
        self._papers: dict[str, list[Certification]] = defaultdict(list)
        for paper in world.each(Certification):
            self._papers[paper.party].append(paper)

    def all(self, attributes: Iterable[str], party: str, day: date) -> dict[str, Any]:
        """The values of several attributes, by column: an amount has two."""
        found: dict[str, Any] = {}
        for attribute in attributes:
            value = self.of(attribute, party, day)
            if isinstance(value, tuple):
                found[f"{attribute}.low"], found[f"{attribute}.high"] = value
            else:
                found[attribute] = value
        return found

    def days(self, party: str, attributes: Collection[str]) -> Iterator[date]:
        """The days on which these attributes of a party may change."""
        if SEPARATOR in party:
            for one in party.split(SEPARATOR):
                yield from self.days(one, attributes)
            return
        yield from self.ownership.days(party)
        yield from self.standing.days(party, attributes)
        for attribute in attributes:
            word, _, name = attribute.partition(".")
            if word in _OF_KIN:
                yield from self.kin.days(name, party)
            for other in self._others_on_list(word, name, party):
                yield from self._stay_days(name, other)
            if word == "held_from":
                yield from self.pack.lists.days(name)
            if word == "on_record" and self._papers:
                yield from self._paper_days(party)
            if word == "shares_people":
                yield from self.profiles.people_days(party)

    def _paper_days(self, party: str) -> Iterator[date]:
        """The days on which a paper of a party, or of one that may ever stand over it, begins or ends to hold."""
        own = self.ownership
        above = {head for day in (date.min, *own.days(party)) for head in own.families(party, day)}
        papers = [paper for one in {party, *above} for paper in self._papers.get(one, ())]
        yield from (day for paper in papers for day in (paper.date, paper.to) if day is not None)

    def _others_on_list(self, word: str, name: str, party: str) -> Iterable[str]:
        """The parties on a list by whose stay on it such an attribute of a party may change."""
        match word:
            case "listed" | "once":
                return (party,)
            case "shares_address":
                return self.profiles.at_address(party)
            case "shares_people" | "takes_over":
                return self.profiles.related(party)
            case _:
                return ()

    def _stay_days(self, name: str, party: str) -> Iterator[date]:
        """The days on which a party may enter or leave a list."""
        for stay in self._stays(name, party):
            yield from (day for day in (stay.from_, stay.to) if day is not None)
            yield from self._authorized.end_days(party, stay.name)

    def listing_days(self, names: Collection[str]) -> set[date]:
        """The days on which somebody enters or leaves one of these lists."""
        found = set(self._authorized.days(self._listings_of(names)))
        for name in names:
            listed = self.pack.party_lists.get(name)
            if listed is not None:
                found |= {day for p in listed.parties for day in (p.from_, p.to) if day is not None}
                found |= {listed.ends} if listed.ends is not None else set()
        return found

    def _listings_of(self, names: Collection[str]) -> set[str]:
        """The lists of the world that these lists of the pack mean."""
        return {one for name in names for one in self._listing_names(name)}

    def _listing_names(self, name: str) -> tuple[str, ...]:
        listed = self.pack.party_lists.get(name)
        return (name,) if listed is None else listed.names

    def of(self, attribute: str, party: str, day: date) -> Any:
        """The value of an attribute such as `parent.headquarters` or `listed.UVEU`; `None` is not known."""
        if SEPARATOR in party:
            return _of_several(attribute, [self.of(attribute, one, day) for one in party.split(SEPARATOR)])
        own = self.ownership
        word, _, name = attribute.partition(".")
        match word:
            case "headquarters":
                return _several(own.seats(party, day)) or None
            case "parent" | "family" | "majority_person" | "on_record":
                return self._of_parents(word, name, own.families(party, day), day)
            case "listed":
                return self._on(name, party, day)
            case "kin":
                return self._kin(name, party, day)
            case "listed_kin":
                found = self._holders(name, party, day)
                return _several(found) if found else None
            case "once":
                return self._was_listed_before(name, party, day)
            case "shares_address":  # an address that is not known is that of nobody listed where nobody ever was
                others = self._members(word, name, party, day)
                return bool(self.candidates(name)) and self.profiles.shares_address(party, others)
            case "shares_people":
                return self.profiles.shares_people(party, self._members(word, name, party, day), day)
            case "takes_over":
                return self.profiles.takes_over(party, self._members(word, name, party, day), day)
            case "captured" | "limb" | "owners" | "policy" | "flagged":
                return getattr(self.standing, word)(name, party, day)
            case "restructured" | "left_listed":
                return restructured_parties.answer(self.changes, attribute, party, day)
            case "held_from":
                return held_from(own, self.pack.lists, name, party, day)
            case "signed":
                return self._signs().signed(name, party)
            case "sign_group":
                return self._signs().group(name, party)
            case "sign_flag":
                return self._signs().flag(name, party)
            case "kind":
                return "person" if party in own.register.people else "company"
            case _:
                return self.profiles.of(word, party, day)

    def _of_parents(self, word: str, name: str, parents: tuple[str, ...], day: date) -> Any:
        """What is asked of the possible ultimate parents of a party; of several it is kept, as others have the same."""
        if len(parents) == 1:
            return self._asked_of_parents(word, name, parents, day)
        key = word, name, parents, day
        if key not in self._of_several_parents:
            self._of_several_parents[key] = self._asked_of_parents(word, name, parents, day)
        return self._of_several_parents[key]

    def _asked_of_parents(self, word: str, name: str, parents: Sequence[str], day: date) -> Any:
        match word, name:
            case "parent", "headquarters":
                return _several(s for p in parents for s in self.ownership.seats(p, day) or (UNKNOWN,))
            case ("parent", "") | ("family", _):
                return _several(parents)
            case "parent", _:
                return _sole_value({self.profiles.of(name, parent, day) for parent in parents})
            case "majority_person", _:
                return self._majority_person(parents, day)
            case _:
                return self._on_record(name, parents, day)

    def _on_record(self, kind: str, parents: Sequence[str], day: date) -> bool | None:
        """Whether a paper of a kind, of the ultimate parent of a party, is on record; null if of one of several.

        Of several each paper counts for any line, for no line can tell which of them is its parent.
        """

        def has(one: str) -> bool | None:
            held = [p.shipment for p in self._papers.get(one, ()) if p.kind == kind and certifies(p, day)]
            return None in held or (None if held and len(parents) > 1 else False)

        return bool(self._papers) and _sole_value({has(parent) for parent in parents})

    def _majority_person(self, parents: Sequence[str], day: date) -> str | None:
        """The person who holds over half of the ultimate parent of a party; of several, or of half, who may."""
        register = self.ownership.register
        columns = [column for parent in parents for column in register.columns(parent, day)]
        held = [one for c in columns for one in c.held if one.owner in register.people and _may_reach_half(one.percent)]
        sure = len(parents) == 1 and any((one.percent.low, one.percent.low_open) > (HALF, False) for one in held)
        return _several([*(one.owner for one in held), *(() if sure else (UNKNOWN,))]) if held else None

    def _on(self, name: str, party: str, day: date) -> bool:
        """Whether a party is on a list of the pack, or listed so in the world."""
        return any(self._authorized.holds(stay, day) for stay in self._stays(name, party))

    def _was_listed_before(self, name: str, party: str, day: date) -> bool:
        """Whether a party was on a list on an earlier day and is no longer."""
        begun = any(stay.from_ is None or stay.from_ <= day for stay in self._stays(name, party))
        return begun and not self._on(name, party, day)

    def _stays(self, name: str, party: str) -> Iterator[Membership]:
        """The times for which a party is on a list of the pack, or listed so in the world."""
        listed = self.pack.party_lists.get(name)
        for row in self._listings.get(party, ()):
            if row.name == name if listed is None else listed.counts(row.name, row.program):
                ends = row.to or (listed.ends if listed else None)
                yield row if ends == row.to else replace(row, to=ends)
        company = self.ownership.register.companies.get(party) if listed is not None else None
        if listed is None or company is None:
            return
        for one in listed.parties:
            if (one.lei and one.lei == company.lei) or (one.registration and one.registration == company.registration):
                yield Membership(party, name, None, one.from_, one.to, company)

    def _members(self, word: str, name: str, party: str, day: date) -> list[str]:
        """Those on a list on a day by whom such an attribute of a party may hold."""
        return [other for other in self._others_on_list(word, name, party) if self._on(name, other, day)]

    def candidates(self, name: str) -> tuple[str, ...]:
        """The parties that are on a list on some day."""
        if name not in self._candidates:
            meant = self._listing_names(name)
            found = {party for party, rows in self._listings.items() if any(row.name in meant for row in rows)}
            listed = self.pack.party_lists.get(name)
            if listed is not None:
                numbers = {n for p in listed.parties for n in (p.lei, p.registration) if n}
                companies = self.ownership.register.companies
                for column in (companies.texts("lei"), companies.texts("registration")):
                    found.update(one for one, text in zip(companies, column, strict=True) if text in numbers)
            self._candidates[name] = tuple(sorted(found))
        return self._candidates[name]

    def _kin(self, name: str, party: str, day: date) -> bool | None:
        """Whether a party is of the family of a listed one; null where its parent leaves that open."""
        answers = self.kin.members(name, party, day).values()
        return True if True in answers else None if None in answers else False

    def is_permitted(self, name: str, parties: Sequence[str], country: str, day: date) -> bool | None:
        """Whether a party, or one of its family, is listed for the country; null where that is not known."""
        answers: set[bool | None] = {False}
        kin: dict[str, bool | None] = {}
        for party in parties:
            for member, same in self.kin.members(name, party, day).items():
                kin[member] = same or kin.get(member)
        for member, same in kin.items():
            for row in self._listings.get(member, ()):
                if row.name == name and self._authorized.holds(row, day) and row.country in (None, country):
                    answers.add(True if same and row.country is not None else None)
        return True if True in answers else None if None in answers else False

    def _holders(self, name: str, party: str, day: date) -> tuple[str, ...]:
        """The listed parties of the family of a party; `UNKNOWN` beside those of which that is left open."""
        kin = self.kin.members(name, party, day)
        return (*kin, UNKNOWN) if kin and True not in kin.values() else tuple(kin)


def _sole_value(values: set[_V]) -> _V | None:
    """The value, where there is one alone."""
    return values.pop() if len(values) == 1 else None


def _may_reach_half(percent: Interval) -> bool:
    return percent.high is None or (percent.high, not percent.high_open) >= (HALF, True)


def _of_several(attribute: str, values: Sequence[Any]) -> Any:
    """What is true of one of several parties, whichever it is; of amounts from the least to the greatest."""
    column = party_column(attribute)
    if column is not None and column.kind in ("place", "names"):
        return _several(value or UNKNOWN for value in values)
    if column is not None and column.kind == "amount":
        lows, highs = zip(*values, strict=True)
        return min(lows, key=lambda low: low or 0), None if None in highs else max(highs)
    return values[0] if all(value == values[0] for value in values) else None


def _several(values: Iterable[str]) -> str:
    return SEPARATOR.join(sorted(set(values)))
