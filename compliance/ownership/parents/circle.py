"""Companies that hold each other: under whom each stands, found by letting sets of parties grow until none changes.

A set is the bits of one number, a bit a party, so that whatever a circle may say of one of its companies is joined at
once; companies of which each surely has the next, in a ring, stand under the same and are looked at as one. What has
changed is passed on in the order in which the circle leads from holder to held, so that the sets of a long circle are
right after a few rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import compress

from compliance.errors import UsageError
from compliance.ownership.parents import parent_search
from compliance.ownership.parents.holdings import (
    HALF_POSSIBLY,
    HALF_SURELY,
    OVER_POSSIBLY,
    SURELY,
    ColumnHolders,
    CompanyHolders,
    Places,
)
from compliance.ownership.parents.parent_search import (
    ANY_OF_MANY,
    UNIDENTIFIED,
    Outside,
    Standing,
    halves_of,
    possible_of,
    tops_of,
)
from compliance.ownership.strong_components import components

Marks = int
"""A set of parties: bit `n` stands for party `n` of the circle; those that stand for a ring come first, by id."""

SPARSE = 8
"""A set with less than one party in so many is read bit by bit."""
FEW_SETS = 6
"""The holders of a column with up to so many different sets are told apart set by set, with more party by party."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One interest in a company of the circle: which holders are of which ring, and the sets of those outside."""

    holders: ColumnHolders
    rings: Sequence[tuple[int, int]]
    outside: Sequence[tuple[int, Marks]]
    nameless: Marks


@dataclass(frozen=True, slots=True)
class _Company:
    """A company of the circle with its holders; those that consolidate it count whatever they hold."""

    columns: Sequence[_Column]
    consolidating: Sequence[int]
    outside: Marks


class Circle:
    """One circle on one day, by party with its holders; `outside` gives the standing of whoever else is above it.

    `many` are the names under which more parties stand together than are told apart; more may be added.
    """

    def __init__(
        self, holders: Mapping[str, CompanyHolders], outside: Callable[[str], Standing], many: set[str]
    ) -> None:
        self._holders = holders
        self._outside = outside
        self._many = many
        leads = {party: {*one.alone(SURELY), *one.consolidating} for party, one in holders.items()}
        rings = components(sorted(holders), lambda party: [o for o in sorted(leads[party]) if o in holders])
        self._rings = sorted(sorted(ring) for ring in rings)
        self._ring_of = {party: number for number, ring in enumerate(self._rings) for party in ring}
        self._names = [ring[0] for ring in self._rings]
        self._numbers = {name: number for number, name in enumerate(self._names)}
        self._many_marks = 0
        self._marked: dict[frozenset[str], Marks] = {}
        self._read: dict[Marks, frozenset[str]] = {}
        self._below = self._led_by()
        self._turn = _turns([[ring for ring, _ in led] for led in self._below])
        self._name = ANY_OF_MANY + self._names[0]

    def standings(self) -> Iterator[tuple[str, Standing]]:
        """Under whom each company of the circle stands."""
        each = range(len(self._rings))
        own = [1 << number for number in each]
        companies = self._companies(tops_of)
        surely = self._grow_sets(companies, own, SURELY)
        mutual = [self._mutual(number, surely) for number in each]
        tops = self._tops(surely, mutual)
        name = self._mark(self._name)
        companies = self._companies(possible_of)
        possible = self._grow_sets(companies, tops, HALF_POSSIBLY, name)
        maybe = self._grow_sets(companies, own, OVER_POSSIBLY, name)
        rivals = self._rivals(surely, mutual, maybe, name)
        many = {number for number in each if possible[number] & name}
        start = [tops[n] | (self._halves_alone(n) if n in many else 0) for n in each]
        halves = self._grow_sets(self._companies(halves_of), start, HALF_SURELY, settled=many)
        for number, ring in enumerate(self._rings):
            above, wider = self._read_names(tops[number]), self._read_names(possible[number] | rivals[number])
            for party, company in zip(ring, companies[number], strict=True):
                firm, itself = self._holding(company, possible, OVER_POSSIBLY), self._mark_known(party)
                if number in many:
                    firm = (firm & tops[number]) | (name if firm & ~tops[number] else 0)
                sure, half = self._read_names(firm & ~itself), self._read_names(halves[number] & ~itself)
                yield party, Standing(above, wider, sure, half, True, len(ring) > 1 or mutual[number] != 0)

    def _mutual(self, number: int, surely: Sequence[Marks]) -> Marks:
        """The rings that surely control a ring and are controlled by it."""
        inside = surely[number] & ((1 << len(self._rings)) - 1) & ~(1 << number)
        return sum(1 << other for other in _bits(inside) if surely[other] >> number & 1)

    def _tops(self, surely: Sequence[Marks], mutual: Sequence[Marks]) -> list[Marks]:
        """Who stands at the top of those that surely control a ring: nobody else controls them, but in turn."""
        free = (1 << len(self._names)) - 1
        for number, marks in enumerate(mutual):
            if surely[number] & ~(marks | 1 << number):
                free &= ~(1 << number)
        named = [_lowest(marks | 1 << number) for number, marks in enumerate(mutual)]
        found = []
        for marks in surely:
            best = 0
            for other in _bits(marks & free):
                best |= named[other] if other < len(named) else 1 << other
            found.append(best)
        return found

    def _rivals(
        self, surely: Sequence[Marks], mutual: Sequence[Marks], maybe: Sequence[Marks], many: Marks
    ) -> list[Marks]:
        """Who may give a ring its name: smaller ids under a company that may control it in turn."""
        inside = (1 << len(self._rings)) - 1
        found = [0] * len(self._rings)
        for other, above in enumerate(surely):
            mark = 1 << other
            for number in _bits(above & inside & ~mark):
                if mark < _lowest(mutual[number] | 1 << number) and maybe[number] & (mark | many):
                    found[number] |= mark
        return found

    def _halves_alone(self, number: int) -> Marks:
        """The companies whose own stake in one of a ring is surely half or more."""
        return self._marks(frozenset(o for p in self._rings[number] for o in self._holders[p].alone(HALF_SURELY)))

    # ---- sets that grow

    def _grow_sets(
        self,
        companies: Sequence[Sequence[_Company]],
        start: Sequence[Marks],
        reached: int,
        many: Marks = 0,
        settled: Collection[int] = (),
    ) -> list[Marks]:
        """The least sets that hold `start` and whoever holds enough of a ring by what the sets say.

        A set that grows too large is `start` and the name `many`, if there is one; those of `settled` do not grow.
        """
        found = list(start)
        large = len(found) > parent_search.LARGE_CIRCLE
        most = parent_search.MOST_IN_LARGE if large else parent_search.MOST
        waiting: list[Collection[int]] = [range(len(ring)) for ring in self._rings]
        turns = sorted((0, self._turn[number], number) for number in range(len(found)) if number not in settled)
        while turns:
            rounds, turn, number = heappop(turns)
            new = 0
            for place in waiting[number]:
                new |= self._holding(companies[number][place], found, reached)
            waiting[number] = ()
            new &= ~(found[number] | 1 << number)
            if not new or found[number] & many:
                continue
            found[number] |= new
            if many and (found[number].bit_count() > most or new & self._many_marks):
                self._many.add(self._name)
                self._many_marks |= many
                found[number] = start[number] | many
            for other, places in self._below[number]:
                if other not in settled:
                    if not waiting[other]:
                        heappush(turns, (rounds + (self._turn[other] <= turn), self._turn[other], other))
                    waiting[other] = {*waiting[other], *places}
        if not many:
            self._check(found, settled)
        return found

    def _check(self, found: Sequence[Marks], settled: Collection[int]) -> None:
        for number, marks in enumerate(found):
            if marks.bit_count() > parent_search.MOST and number not in settled:
                raise UsageError(
                    f"over {parent_search.MOST:,} parties control `{self._names[number]}` together with others that "
                    "they control, in a circle that long; that is not followed: are these stakes right?"
                )

    def _holding(self, company: _Company, found: Sequence[Marks], reached: int) -> Marks:
        """Who holds enough of the company together with the companies under it, or consolidates it.

        Whoever stands over a holder under many others may be any of those who are told apart, and holds with them.
        """
        holding = company.outside
        for ring in company.consolidating:
            holding |= found[ring]
        for column in company.columns:
            sets = [*column.outside, *((place, found[ring]) for place, ring in column.rings)]
            if len(sets) == 1:
                ((place, marks),) = sets
                if column.holders.reach((place,)) & reached:
                    holding |= marks
            elif sets:
                holding |= self._holding_together(column.holders, sets, reached)
            if column.nameless and column.holders.reach(()) & reached:
                holding |= column.nameless
        return holding

    def _holding_together(self, holders: ColumnHolders, sets: Sequence[tuple[int, Marks]], reached: int) -> Marks:
        holding, many = 0, self._many_marks
        hidden = {place for place, marks in sets if marks & many}
        places_of: dict[Marks, list[int]] = {}
        for place, marks in sets:
            places_of.setdefault(marks & ~many, []).append(place)
        for places, marks in (_by_set if len(places_of) <= FEW_SETS else _by_party)(places_of):
            if holders.reach(tuple(sorted(hidden.union(places)))) & reached:
                holding |= marks
        if hidden and holders.reach(tuple(sorted(hidden))) & reached:
            names = {self._names[number] for _, marks in sets for number in _bits(marks & many)}
            holding |= self._mark(min(names))
        return holding

    # ---- numbers of parties

    def _companies(self, outside: Outside) -> list[list[_Company]]:
        """The companies by ring; `outside` says which set of a standing counts."""
        return [[self._company(party, outside) for party in ring] for ring in self._rings]

    def _company(self, party: str, outside: Outside) -> _Company:
        ring_of, holders = self._ring_of, self._holders[party]
        columns = []
        for column in holders.columns:
            rings, others = [], []
            for place, owner in enumerate(column.owners):
                if owner in ring_of:
                    rings.append((place, ring_of[owner]))
                else:
                    others.append((place, self._marks(outside(self._outside(owner)))))
            nameless = self._mark(UNIDENTIFIED + party) if column.nameless else 0
            columns.append(_Column(column, rings, others, nameless))
        consolidated = 0
        for other in holders.consolidating:
            if other not in ring_of:
                consolidated |= self._marks(outside(self._outside(other)))
        return _Company(columns, [ring_of[o] for o in holders.consolidating if o in ring_of], consolidated)

    def _led_by(self) -> list[list[tuple[int, list[int]]]]:
        """By ring the rings of which it holds something, with the places of the companies in them."""
        found: list[dict[int, list[int]]] = [{} for _ in self._rings]
        for number, ring in enumerate(self._rings):
            for place, party in enumerate(ring):
                for other in sorted({self._ring_of[o] for o in self._holders[party].owners() if o in self._ring_of}):
                    found[other].setdefault(number, []).append(place)
        return [list(led.items()) for led in found]

    def _mark_known(self, party: str) -> Marks:
        """The mark of a party, if it has a number."""
        return 1 << self._numbers[party] if party in self._numbers else 0

    def _mark(self, party: str) -> Marks:
        number = self._numbers.get(party)
        if number is None:
            number = self._numbers[party] = len(self._names)
            self._names.append(party)
            if party in self._many:
                self._many_marks |= 1 << number
        return 1 << number

    def _marks(self, parties: frozenset[str]) -> Marks:
        found = self._marked.get(parties)
        if found is None:
            found = 0
            for party in parties:
                found |= self._mark(party)
            self._marked[parties] = found
        return found

    def _read_names(self, marks: Marks) -> frozenset[str]:
        """The parties of a set, as one object however often it is asked for."""
        found = self._read.get(marks)
        if found is None:
            names = self._names
            if SPARSE * marks.bit_count() < len(names):
                found = frozenset(names[number] for number in _bits(marks))
            else:
                found = frozenset(compress(names, map(int, bin(marks)[:1:-1])))
            self._read[marks] = found
        return found


def _by_set(places_of: Mapping[Marks, Sequence[int]]) -> Iterable[tuple[Places, Marks]]:
    """The parties that stand in the same sets, with the places of those: each set cuts what the sets before left."""
    parts: list[tuple[Places, Marks]] = []
    told = 0
    for marks, places in places_of.items():
        cut = [((*before, *places), part & marks) for before, part in parts if part & marks]
        cut += [(before, part & ~marks) for before, part in parts if part & ~marks]
        parts = [*cut, (tuple(places), marks & ~told)] if marks & ~told else cut
        told |= marks
    return parts


def _by_party(places_of: Mapping[Marks, Sequence[int]]) -> Iterable[tuple[Places, Marks]]:
    """The same where there are many sets: for each party the places are gathered."""
    together: dict[int, list[int]] = {}
    for marks, places in places_of.items():
        for number in _bits(marks):
            together.setdefault(number, []).extend(places)
    found: dict[Places, Marks] = {}
    for number, held in together.items():
        key = tuple(held)
        found[key] = found.get(key, 0) | 1 << number
    return found.items()


def _turns(below: Sequence[Sequence[int]]) -> list[int]:
    """A turn for each number such that most come after those that lead to them: the last left of a search is first."""
    turn = [-1] * len(below)
    seen = [False] * len(below)
    left = len(below)
    for start in range(len(below)):
        path = [] if seen[start] else [(start, iter(below[start]))]
        seen[start] = True
        while path:
            number, rest = path[-1]
            for other in rest:
                if not seen[other]:
                    seen[other] = True
                    path.append((other, iter(below[other])))
                    break
            else:
                path.pop()
                left -= 1
                turn[number] = left
    return turn


def _lowest(marks: Marks) -> Marks:
    return marks & -marks


def _bits(marks: Marks) -> Iterator[int]:
    """The numbers of a set, from the lowest on."""
    while marks:
        lowest = marks & -marks
        yield lowest.bit_length() - 1
        marks ^= lowest
