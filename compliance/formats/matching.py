"""Parties of a world beside listed ones: what decides, what a person has to look at, and what was compared.

A Legal Entity Identifier decides, and a number of a register of the party's own country; the same number of another
country, or of none, says nothing. A name never does: its
likeness is a whole number from 0 to 100 and says how alike two names are, nothing about who owns whom. Numbers in
names must be the same; legal forms and countries are shown and change no score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from compliance.formats.csl_rows import Listed
from compliance.formats.names import Name, taken_apart
from compliance.formats.words import lei
from compliance.world.tables import Company, Person
from compliance.world.world import World

LIKELY = 85
_KEY = 4
_COMMON = 2_000
"""A beginning of words that more listed names share is only looked at where a name has no rarer one."""


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
    def decided(self) -> bool:
        """Whether an identifier says that they are one."""
        return self.by != "name"


class Parties:
    """Listed parties by their identifiers and by the beginnings of the words of their names."""

    def __init__(self, rows: Iterable[Listed]) -> None:
        self.rows: dict[str, list[Listed]] = defaultdict(list)
        self._leis: dict[str, set[str]] = defaultdict(set)
        self._registrations: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._names: list[tuple[str, str, Name]] = []
        self._starts: dict[str, list[int]] = defaultdict(list)
        self.numbers_differ = 0
        for row in rows:
            self.rows[row.id].append(row)
            if row.lei:
                self._leis[row.lei].add(row.id)
            for number in row.registrations:
                self._registrations[number.number, number.country].add(row.id)
            for name in (row.name, *row.aliases):
                self._index(row.id, name)

    def _index(self, party: str, name: str) -> None:
        parts = taken_apart(name)
        for start in _starts(parts):
            self._starts[start].append(len(self._names))
        self._names.append((party, name, parts))

    def beside(self, world: World, likely: int = LIKELY) -> Iterator[Candidate]:
        """Every party of a world with each listed one that it may be, the likeliest first."""
        everybody: list[Company | Person] = [*world.each(Company), *world.each(Person)]
        for party in everybody:
            found = {**self._by_name(party, likely), **self._by_identifier(party)}
            yield from sorted(found.values(), key=lambda c: (not c.decided, -c.score, c.listed))

    def _by_identifier(self, party: Company | Person) -> dict[str, Candidate]:
        if isinstance(party, Person):
            return {}
        found = {}
        number, country = party.registration or "", party.jurisdiction or party.headquarters or ""
        same = self._registrations.get((number, country), ()) if number and country else ()
        for listed in sorted(same):
            found[listed] = self._candidate(party, listed, "registration", 100, number, "")
        code = lei(party.lei)
        for listed in sorted(self._leis.get(code, ()) if code else ()):
            found[listed] = self._candidate(party, listed, "lei", 100, code, "")
        return found

    def _by_name(self, party: Company | Person, likely: int) -> dict[str, Candidate]:
        best: dict[str, Candidate] = {}
        for name in filter(None, (party.name, *party.aliases)):
            own = taken_apart(name)
            for place in self._near(own):
                listed, other, parts = self._names[place]
                if not self._of_a_kind(party, listed):
                    continue
                score = int(fuzz.ratio(own.words, parts.words, score_cutoff=likely))
                if score < likely:
                    continue
                if own.numbers != parts.numbers:
                    self.numbers_differ += 1
                    continue
                if listed not in best or score > best[listed].score:
                    best[listed] = self._candidate(party, listed, "name", score, name, other, own, parts)
        return best

    def _near(self, name: Name) -> list[int]:
        """The listed names that share a beginning of a word."""
        starts = [self._starts[start] for start in _starts(name) if start in self._starts]
        rare = [places for places in starts if len(places) <= _COMMON] or sorted(starts, key=len)[:1]
        return sorted({place for places in rare for place in places})

    def _of_a_kind(self, party: Company | Person, listed: str) -> bool:
        kinds = {row.kind for row in self.rows[listed]}
        return "" in kinds or ("Individual" in kinds) == isinstance(party, Person)

    def _candidate(
        self, party: Company | Person, listed: str, by: str, score: int, name: str, other: str,
        own: Name | None = None, parts: Name | None = None,
    ) -> Candidate:  # fmt: skip
        rows = self.rows[listed]
        theirs = {country for row in rows for country in row.countries}
        ours = _countries(party)
        return Candidate(
            party.id, name, listed, other or rows[0].name,
            "; ".join(sorted({row.list for row in rows})), by, score,
            _compared({own.form} - {""} if own else set(), {parts.form} - {""} if parts else set()),
            _compared(ours, theirs),
        )  # fmt: skip


def _countries(party: Company | Person) -> set[str]:
    if isinstance(party, Person):
        return {country for country in (party.nationality, party.residence) if country}
    return {country for country in (party.headquarters, party.jurisdiction) if country}


def _compared(ours: set[str], theirs: set[str]) -> str:
    if not ours or not theirs:
        return "not known"
    return "same" if ours & theirs else "differ"


def _starts(name: Name) -> Sequence[str]:
    return list(dict.fromkeys(word[:_KEY] for word in name.words.split()))
