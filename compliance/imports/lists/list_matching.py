"""Parties of a world beside listed ones: what decides, what a person has to look at, and what was compared.

A Legal Entity Identifier decides, and a number of a register of the party's own country: where it is long enough to be
the only one of its kind in the country, or the names are alike. The same number where a country is not known decides
nothing and is shown; that of another country says nothing. A name never decides: its likeness is a whole number from
0 to 100 and says how alike two names are, nothing about who owns whom. Numbers in names must be the same; legal forms
and countries are shown and change no score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from compliance.gc_pause import gc_paused
from compliance.imports.cleaners import lei
from compliance.imports.lists.csl_rows import ScreeningEntry
from compliance.names.index import LIKELY, NameIndex, NameMatch, PartyNames, compare
from compliance.world.schema.tables import Company, Person
from compliance.world.world import World

__all__ = ["LIKELY", "Candidate", "Parties"]

_LONG_NUMBER = 10
"""Letters and digits of a number that one register alone gives in a country, such as the OGRN of Russia."""
_DECIDE = ("lei", "registration")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A party and a listed one that may be the same, with what was compared of each."""

    party: str
    name: str
    listed: str
    listed_name: str
    lists: str
    by: str
    score: int
    forms: str
    countries: str

    @property
    def is_decided(self) -> bool:
        """Whether an identifier says that they are one."""
        return self.by in _DECIDE


class Parties:
    """Listed parties by their identifiers and by their names."""

    @gc_paused()
    def __init__(self, rows: Iterable[ScreeningEntry]) -> None:
        self.rows: dict[str, list[ScreeningEntry]] = defaultdict(list)
        self._leis: dict[str, set[str]] = defaultdict(set)
        self._registrations: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.numbers_differ = 0
        for row in rows:
            self.rows[row.id].append(row)
            if row.lei:
                self._leis[row.lei].add(row.id)
            for number in row.registrations:
                self._registrations[number.number].add((number.country, row.id))
        self._names = {listed: PartyNames.of(_names(found)) for listed, found in self.rows.items()}
        self._index = NameIndex(self._names)

    def beside(self, world: World, likely: int = LIKELY) -> Iterator[Candidate]:
        """Every party of a world with each listed one that it may be, the likeliest first."""
        everybody: list[Company | Person] = [*world.each(Company), *world.each(Person)]
        asked = [PartyNames.of((party.name or "", *party.aliases)) for party in everybody]
        for party, names, matches in zip(everybody, asked, self._index.matches(asked, likely), strict=True):
            found = {**self._by_name(party, matches, likely), **self._by_identifier(party, names, likely)}
            yield from sorted(found.values(), key=lambda c: (not c.is_decided, -c.score, c.listed))

    def resolve(self, listed: str, name: str = "") -> tuple[str, ...]:
        """The listed parties that an id of an earlier list means: by id, by a name it was made of, by its name then.

        `name` is what the party was called on that list, or empty; one of the same list alone counts.
        """
        if listed in self.rows:
            return (listed,)
        found = self._former.get(listed) or {
            one for one in self._ids_by_name.get(name.casefold(), ()) if name and _list_of(one) == _list_of(listed)
        }
        return tuple(sorted(found))

    @cached_property
    def _former(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in chain.from_iterable(self.rows.values()):
            for former in row.former_ids:
                found[former].add(row.id)
        return found

    @cached_property
    def _ids_by_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in chain.from_iterable(self.rows.values()):
            for name in (row.name, *row.aliases):
                found[name.casefold()].add(row.id)
        return found

    def names(self, listed: str) -> tuple[str, ...]:
        """All names of a listed party."""
        return self._names[listed].texts

    def _by_identifier(self, party: Company | Person, names: PartyNames, likely: int) -> dict[str, Candidate]:
        if isinstance(party, Person):
            return {}
        found = {}
        number, country = party.registration or "", party.jurisdiction or party.headquarters or ""
        for given, listed in sorted(self._registrations.get(number, ())):
            if country and given and country != given:
                continue
            match = compare(names, self._names[listed], listed)
            telling = len(number) >= _LONG_NUMBER or (match is not None and match.likeness.counts >= likely)
            by = "registration" if country and given and telling else "number"
            if listed not in found or by in _DECIDE:
                found[listed] = self._candidate(party, listed, by, 100, number)
        code = lei(party.lei)
        for listed in sorted(self._leis.get(code, ()) if code else ()):
            found[listed] = self._candidate(party, listed, "lei", 100, code)
        return found

    def _by_name(self, party: Company | Person, matches: Iterable[NameMatch], likely: int) -> dict[str, Candidate]:
        found = {}
        for match in matches:
            if not self._of_a_kind(party, match.key):
                continue
            if match.likeness.counts < likely:
                self.numbers_differ += 1
                continue
            found[match.key] = self._candidate(party, match.key, "name", match.likeness.score, match.own, match)
        return found

    def _of_a_kind(self, party: Company | Person, listed: str) -> bool:
        kinds = {row.kind for row in self.rows[listed]}
        return "" in kinds or ("Individual" in kinds) == isinstance(party, Person)

    def _candidate(
        self, party: Company | Person, listed: str, by: str, score: int, own: str, match: NameMatch | None = None
    ) -> Candidate:
        rows = self.rows[listed]
        theirs = {country for row in rows for country in row.countries}
        return Candidate(
            party.id,
            own,
            listed,
            match.other if match else rows[0].name,
            "; ".join(sorted({row.list for row in rows})),
            by,
            score,
            _compare_sets(set(match.own_forms), set(match.other_forms)) if match else _compare_sets(set(), set()),
            _compare_sets(_countries(party), theirs),
        )


def _names(rows: Iterable[ScreeningEntry]) -> Iterator[str]:
    for row in rows:
        yield from (row.name, *row.aliases)


def _list_of(listed: str) -> str:
    return listed.partition("-")[0]


def _countries(party: Company | Person) -> set[str]:
    if isinstance(party, Person):
        return {country for country in (party.nationality, party.residence) if country}
    return {country for country in (party.headquarters, party.jurisdiction) if country}


def _compare_sets(ours: set[str], theirs: set[str]) -> str:
    if not ours or not theirs:
        return "not known"
    return "same" if ours & theirs else "differ"
