"""Index of the parties of a world by identifier and name."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from compliance.gc_pause import gc_paused
from compliance.names.index import LIKELY, NameIndex, NameMatch, PartyNames
from compliance.world.schema.field_values import PartyDescription
from compliance.world.schema.row import Row
from compliance.world.schema.text_columns import texts_of
from compliance.world.world import World

_TABLES = {
    "companies": ("id", "name", "aliases", "jurisdiction", "headquarters", "lei", "registration"),
    "people": ("id", "name", "aliases", "nationality", "residence"),
}


@dataclass(frozen=True, slots=True)
class PartyMatch:
    """Parties of a world that a description means or may mean, the likeliest first, each with the reason.

    `sure` where an identifier says so; a name alone never does.
    """

    parties: tuple[str, ...]
    reasons: tuple[str, ...]
    sure: bool


NOBODY = PartyMatch((), (), sure=False)


class Directory:
    """Companies and people by LEI, registration and name."""

    def __init__(self, world: World) -> None:
        self._names: dict[str, tuple[str, ...]] = {}
        self._places: dict[str, frozenset[str]] = {}
        self._leis: dict[str, list[str]] = defaultdict(list)
        self._registrations: dict[str, list[str]] = defaultdict(list)
        for table, fields in _TABLES.items():
            columns = world.columns(table)
            for party, name, aliases, one, other, *numbers in zip(
                *(texts_of(columns.column(field)).to_pylist() for field in fields), strict=True
            ):
                self._names[party] = (*([name] if name else ()), *(json.loads(aliases) if aliases else ()))
                self._places[party] = frozenset(filter(None, (one, other)))
                for number, known in zip(numbers, (self._leis, self._registrations), strict=False):
                    if number:
                        known[_plain(number)].append(party)
        self._listed = world.values("listings", "party")

    def match(self, described: Sequence[PartyDescription]) -> list[PartyMatch]:
        """Whom each description means or may mean: by LEI, by registration, then by name."""
        sure = [self._find_by_identifier(one) for one in described]
        asked = [PartyNames.of([one.name or ""]) for one in described]
        open_ = [place for place, match in enumerate(sure) if match is None]
        named = dict(zip(open_, self._alike([asked[place] for place in open_]), strict=True))
        return [match or self._likely(described[place], named[place]) for place, match in enumerate(sure)]

    @cached_property
    def _index(self) -> NameIndex:
        with gc_paused():
            return NameIndex({party: PartyNames.of(names) for party, names in self._names.items() if names})

    def _alike(self, asked: Sequence[PartyNames]) -> list[dict[str, NameMatch]]:
        if not any(party.names for party in asked):
            return [{} for _ in asked]
        found = self._index.matches(asked)
        return [{match.key: match for match in each if match.likeness.counts >= LIKELY} for each in found]

    def _find_by_identifier(self, described: PartyDescription) -> PartyMatch | None:
        """The parties with its LEI, or its registration in its country."""
        for word, given, known in (
            ("lei", described.lei, self._leis), ("registration", described.registration, self._registrations)
        ):  # fmt: skip
            found = sorted(set(known.get(_plain(given), ()))) if given else []
            if word == "registration":
                found = [party for party in found if described.country in self._places[party]]
            if found:
                return PartyMatch(tuple(self._listed_first(found)), (f"{word} {given}",) * len(found), sure=True)
        return None

    def _likely(self, described: PartyDescription, alike: dict[str, NameMatch]) -> PartyMatch:
        """The parties with its registration of which a country is not known, and those with a like name."""
        numbered = {
            party
            for party in self._registrations.get(_plain(described.registration or ""), ())
            if described.country is None or not self._places[party]
        }
        both = sorted(numbered & alike.keys())
        if both:
            return PartyMatch(
                tuple(self._listed_first(both)), (_registration_text(described, "and a like name"),) * len(both), True
            )
        order = [*self._listed_first(numbered), *sorted(alike, key=lambda party: self._order(described, alike[party]))]
        reasons = [_registration_text(described, "and a country that is not known") for _ in numbered]
        reasons += [
            f"name alone, `{alike[party].other}`, likeness {alike[party].likeness.score} of 100"
            for party in order[len(numbered) :]
        ]
        return PartyMatch(tuple(order), tuple(reasons), sure=False)

    def _order(self, described: PartyDescription, match: NameMatch) -> tuple[bool, int, bool, str]:
        """Of the same country first, then the most alike, then those on a list."""
        places = self._places[match.key]
        apart = described.country is not None and bool(places) and described.country not in places
        return apart, -match.likeness.score, match.key not in self._listed, match.key

    def _listed_first(self, parties: Iterable[str]) -> list[str]:
        return sorted(parties, key=lambda party: (party not in self._listed, party))


def _plain(number: str) -> str:
    return number.strip().upper()


def _registration_text(described: PartyDescription, more: str) -> str:
    return f"registration {described.registration} {more}"


_made: list[tuple[tuple[Sequence[Row], ...], Directory]] = []


def directory_of(world: World) -> Directory:
    """The directory of a world; that of the last world is kept for worlds with the same parties and listings."""
    tables = tuple(world.rows(table) for table in (*_TABLES, "listings"))
    for there, directory in _made:
        if all(one is other for one, other in zip(there, tables, strict=True)):
            return directory
    made = Directory(world)
    _made[:] = [(tables, made)]
    return made
