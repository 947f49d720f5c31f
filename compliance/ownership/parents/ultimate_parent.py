"""The ultimate parent: who holds over half, alone or with the companies that it controls [contracts 6].

Over half is a parent, and who consolidates the accounts is one. Exactly half, or a stake that may be over
half, leaves it open. People are not parents. Of a circle of companies that control each other the smallest id
stands for all.

Companies are settled from the top down. Most are in no circle, and most of those have one holder who counts: they
take over its sets as they are. Where several count, their stakes are added up in whole numbers, once for each set of
holders under the same parties. Only companies that hold each other need to be looked at more than once (`circle`).

INVARIANT: two companies that control a third by the same interest control one another or one the other, as
their holdings in it overlap; so the controllers of a company are a chain, and its top is enough to remember.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from datetime import date
from threading import RLock

from compliance.ownership.capture.capture_test import ParentTest
from compliance.ownership.parents import parent_search
from compliance.ownership.parents.circle import Circle
from compliance.ownership.parents.holdings import (
    ALL_REACHED,
    HALF_POSSIBLY,
    HALF_SURELY,
    NO_HOLDERS,
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
    union_of,
)
from compliance.ownership.register import Register
from compliance.ownership.strong_components import components

_NOBODY = frozenset[str]()


class Parents:
    """The standing of every company, worked out upstream of whom is asked about, and kept.

    `since` gives for a party and a day the last day on which anything upstream of it changed.
    """

    def __init__(self, register: Register, test: ParentTest, since: Callable[[str, date], date]) -> None:
        self.register = register
        self.means = frozenset(test.consolidates)
        self.bar = test.percent
        self.since = since
        self._kept: dict[tuple[str, date], Standing] = {}
        self._holders: dict[str, CompanyHolders] = {}
        """Of companies that are being settled."""
        self._many: set[str] = set()
        """The names under which more than `MOST` possible parents stand together."""
        self._settling = RLock()

    def standing(self, party: str, day: date) -> Standing:
        """Under whom the party stands on the day."""
        key = (party, self.since(party, day))
        if key not in self._kept:
            with self._settling:  # INVARIANT: nobody sees a part of a circle settled and takes the rest for no circle
                if key not in self._kept:
                    for part in components([party], lambda p: self._owners_unsettled(p, day)):
                        self._settle(part, day)
                    self._holders.clear()
        return self._kept[key]

    def told_names(self, parties: frozenset[str]) -> Set[str]:
        """The parties of a standing by the names under which they are told: who is any of many is not identified."""
        many = self._many
        if parties.isdisjoint(many):
            return parties
        return {UNIDENTIFIED + party.removeprefix(ANY_OF_MANY) if party in many else party for party in parties}

    def _owners_unsettled(self, party: str, day: date) -> Iterator[str]:
        holders = self._holders[party] = self._holders_of(party, day)
        return (o for o in holders.owners() if (o, self.since(o, day)) not in self._kept)

    def _holders_of(self, party: str, day: date) -> CompanyHolders:
        """The companies that hold something in the party, or consolidate it."""
        companies = self.register.companies
        if party not in companies:
            return NO_HOLDERS
        on = self.register.day(self.since(party, day))
        columns = [ColumnHolders(column, self.bar, companies) for column in on.columns(party) if column.held]
        columns = [column for column in columns if column.owners or column.nameless]
        consolidating = [c for c, means in on.controllers(party) if means in self.means and c in companies]
        return CompanyHolders(columns, consolidating) if columns or consolidating else NO_HOLDERS

    def _settle(self, part: tuple[str, ...], day: date) -> None:
        """Works out the standing of a company, or of several that hold each other."""
        (first, *others) = part
        if others or first in self._holders[first].owners():
            holders = {party: self._holders[party] for party in part}
            circle = Circle(holders, lambda other: self._kept[other, self.since(other, day)], self._many)
            for party, standing in circle.standings():
                self._kept[party, self.since(party, day)] = standing
        else:
            self._kept[first, self.since(first, day)] = self._standing_alone(first, self._holders[first], day)

    def _standing_alone(self, party: str, holders: CompanyHolders, day: date) -> Standing:
        """Under whom a company stands that owns no part of itself."""
        own = frozenset({party})
        if holders is NO_HOLDERS:
            return Standing(own, own, _NOBODY, _NOBODY, False, False)
        tops = self._holding(party, holders, day, tops_of, SURELY)[0] or own
        maybe, firm = self._holding(party, holders, day, possible_of, HALF_POSSIBLY, OVER_POSSIBLY)
        (halves,) = self._holding(party, holders, day, halves_of, HALF_SURELY)
        possible = union_of([tops, maybe])
        hidden = possible & self._many
        if hidden or len(possible) > parent_search.MOST:
            name = min(hidden, default=ANY_OF_MANY + party)
            self._many.add(name)
            possible, firm = tops | {name}, (firm & tops) | ({name} if firm - tops else _NOBODY)
            halves &= holders.alone(HALF_SURELY)
        return Standing(tops, possible, firm, halves, False, False)

    def _holding(
        self, party: str, holders: CompanyHolders, day: date, outside: Outside, *reached: int
    ) -> list[frozenset[str]]:
        """Who holds enough of the party together with the companies under it, or consolidates it.

        `outside` says under whom a holder counts as standing; what is enough is told once or twice.
        """
        found: list[list[frozenset[str]]] = [[] for _ in reached]
        sets = {o: outside(self._kept[o, self.since(o, day)]) for o in holders.owners()}
        for parties, reach in self._together(party, holders, sets):
            for enough, holding in zip(reached, found, strict=True):
                if reach & enough:
                    holding.append(parties)
        return [union_of(holding) for holding in found]

    def _together(
        self, party: str, holders: CompanyHolders, sets: dict[str, frozenset[str]]
    ) -> Iterator[tuple[frozenset[str], int]]:
        """The parties over the holders, and what these hold who are under the same; each party once an interest.

        Whoever stands over a holder under many others may be any of those who are told apart, and holds with them.
        """
        for column in holders.columns:
            if len(column.owners) == 1:
                yield sets[column.owners[0]], column.reach((0,))
            elif column.owners:
                yield from self._group_holders(column, [sets[owner] for owner in column.owners])
            if column.nameless:
                yield frozenset({UNIDENTIFIED + party}), column.reach(())
        for other in holders.consolidating:
            yield sets[other], ALL_REACHED

    def _group_holders(
        self, column: ColumnHolders, sets: Sequence[frozenset[str]]
    ) -> Iterator[tuple[frozenset[str], int]]:
        together: dict[str, list[int]] = {}
        hidden: dict[int, str] = {}
        for place, parties in enumerate(sets):
            for top in parties:
                if top in self._many:
                    hidden[place] = min(top, hidden.get(place, top))
                else:
                    together.setdefault(top, []).append(place)
        parts: dict[Places, list[str]] = {}
        for top, places in together.items():
            parts.setdefault(tuple(sorted({*places, *hidden}) if hidden else places), []).append(top)
        for key, tops in parts.items():
            yield frozenset(tops), column.reach(key)
        if hidden:
            yield frozenset({min(hidden.values())}), column.reach(tuple(hidden))
