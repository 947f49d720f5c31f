"""The ultimate parent: who holds over half, alone or with the companies that it controls [contracts 6].

Over half is a parent, and who consolidates the accounts is one. Exactly half, or a stake that may be over
half, leaves it open. People are not parents. Of a circle of companies that control each other the smallest id
stands for all.

INVARIANT: two companies that control a third by the same interest control one another or one the other, as
their holdings in it overlap; so the controllers of a company are a chain, and its top is enough to remember.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from datetime import date
from threading import RLock

from compliance.errors import UsageError
from compliance.ownership.capture.capture_test import ParentTest
from compliance.ownership.parents.parent_search import (
    ALONE,
    UNIDENTIFIED,
    Groups,
    Outside,
    Passes,
    Rings,
    Sets,
    Standing,
    halves_of,
    possible_of,
    tops_of,
)
from compliance.ownership.register import Day, Register
from compliance.ownership.stake_bounds import Bar, Column, RangeEnd, Tally
from compliance.ownership.strong_components import components

MOST = 1_000
"""So many possible parents of a company are told apart; where there are more they are one who is not identified.

Only chains and circles of companies that each may hold half of the next are so long, and what they would have to say
grows with the square of their length. That so many surely control each other otherwise than one the next is refused.
"""
LARGE_CIRCLE, MOST_IN_LARGE = 300, 20
"""In a circle of over so many companies only so many possible parents are told apart, as each asks all others."""


class Parents:
    """The standing of every company, worked out upstream of whom is asked about, and kept.

    `since` gives for a party and a day the last day on which anything upstream of it changed.
    """

    def __init__(self, register: Register, test: ParentTest, since: Callable[[str, date], date]) -> None:
        self.register = register
        self.means = frozenset(test.consolidates)
        self.over = Bar(test.percent, inclusive=False)
        self.half = Bar(test.percent, inclusive=True)
        self.since = since
        self._kept: dict[tuple[str, date], Standing] = {}
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
        return self._kept[key]

    def _owners_unsettled(self, party: str, day: date) -> Iterator[str]:
        return (o for o in self._above(party, day) if (o, self.since(o, day)) not in self._kept)

    def _on(self, party: str, day: date) -> Day:
        return self.register.day(self.since(party, day))

    def _above(self, party: str, day: date) -> Iterator[str]:
        """The companies that hold something in the party, or consolidate it."""
        if party in self.register.companies:
            on = self._on(party, day)
            for column in on.columns(party):
                for holder in column.held:
                    if holder.owner in self.register.companies and holder.percent.high != 0:
                        yield holder.owner
            yield from self._consolidating(on, party)

    def _consolidating(self, on: Day, party: str) -> list[str]:
        return [c for c, means in on.controllers(party) if means in self.means and c in self.register.companies]

    def _settle(self, part: tuple[str, ...], day: date) -> None:
        """Works out the standing of a company, or of several that hold each other."""
        (first, *others) = part
        above = set(self._above(first, day))
        if others or first in above:
            self._settle_circle(part, day)
            return
        key = first, self.since(first, day)
        tops, possible, firm, halves = {first}, {first}, set[str](), set[str]()
        if above:
            tops = self._holding(first, day, self._groups(ALONE, {}, day, tops_of), self._surely) or tops
            widest = self._groups(ALONE, {}, day, possible_of)
            possible = tops | self._holding(first, day, widest, self._half_possibly)
            firm = self._holding(first, day, widest, self._over_possibly)
            halves = self._holding(first, day, self._groups(ALONE, {}, day, halves_of), self._half_surely)
        elif any(column.unnamed.holders for column in self._on(first, day).columns(first)):
            widest = self._groups(ALONE, {}, day, possible_of)
            possible |= self._holding(first, day, widest, self._half_possibly)
            firm = self._holding(first, day, widest, self._over_possibly)
        hidden = possible & self._many
        if hidden or len(possible) > MOST:
            name = min(hidden, default=UNIDENTIFIED + first)
            self._many.add(name)
            possible, firm = {*tops, name}, _kept_apart(firm, tops, name)
            halves &= set(self._alone(first, day, self._half_surely))
        self._kept[key] = Standing(
            frozenset(tops), frozenset(possible), frozenset(firm), frozenset(halves), False, False
        )

    def _settle_circle(self, part: tuple[str, ...], day: date) -> None:
        """Works out the standing of companies that hold each other; whoever else is above them has one.

        Companies of which each surely has the next, in a ring, stand under the same and are looked at as one.
        """
        ring = Rings(part, lambda party: self._leaders(party, day))
        firsts = ring.members
        surely = self._grown(ring, day, {p: {p} for p in firsts}, tops_of, self._surely)
        above = {p: surely[p] - {p} for p in firsts}
        mutual = {p: {o for o in above[p] if p in above.get(o, ())} for p in firsts}
        tops: Sets = {}
        for first in firsts:
            best = (o for o in surely[first] if above.get(o, set()) <= mutual.get(o, set()))
            tops[first] = {min({other} | mutual.get(other, set())) for other in best}
        name = UNIDENTIFIED + min(part)
        possible = self._grown(ring, day, tops, possible_of, self._half_possibly, name)
        many = {first for first in firsts if name in possible[first]}
        alone = {f: {o for p in firsts[f] for o in self._alone(p, day, self._half_surely)} for f in many}
        start = {first: tops[first] | alone.get(first, set()) for first in firsts}
        halves = self._grown(ring, day, start, halves_of, self._half_surely, settled=many)
        rivals = self._rivals(ring, day, above, mutual, name)
        groups = self._groups(ring, possible, day, possible_of)
        for first, members in firsts.items():
            wider = frozenset(possible[first] | rivals[first])
            for party in members:
                firm = self._holding(party, day, groups, self._over_possibly)
                firm = _kept_apart(firm, tops[first], name) if first in many else firm
                self._kept[party, self.since(party, day)] = Standing(
                    frozenset(tops[first]),
                    wider,
                    frozenset(firm - {party}),
                    frozenset(halves[first] - {party}),
                    True,
                    len(members) > 1 or bool(mutual[first]),
                )

    def _leaders(self, party: str, day: date) -> Iterator[str]:
        """Who alone has over half of a company on every completion, or consolidates it."""
        yield from self._alone(party, day, self._surely)
        yield from self._consolidating(self._on(party, day), party)

    def _alone(self, party: str, day: date, passes: Passes) -> Iterator[str]:
        """The companies whose own stake in a company is enough."""
        for column in self._on(party, day).columns(party):
            for holder in column.held:
                if holder.owner in self.register.companies and passes(column, Tally.of([holder.percent])):
                    yield holder.owner

    def _rivals(self, ring: Rings, day: date, above: Sets, mutual: Sets, many: str) -> Sets:
        """Who may give a circle its name: smaller ids under a company that may control it in turn."""
        maybe = self._grown(ring, day, {p: {p} for p in ring.members}, possible_of, self._over_possibly, many)
        names = {p: min({p} | mutual[p]) for p in ring.members}
        found: Sets = {p: set() for p in ring.members}
        for other in ring.members:
            for party in above[other] & ring.members.keys():
                if other < names[party] and not maybe[party].isdisjoint((other, many)):
                    found[party].add(other)
        return found

    def _grown(
        self,
        ring: Rings,
        day: date,
        start: Sets,
        outside: Outside,
        passes: Passes,
        many: str | None = None,
        settled: Set[str] = frozenset(),
    ) -> Sets:
        """The least sets that hold `start` and whoever holds enough of a company by what the sets say.

        A set that grows too large is `start` and the name `many`, if there is one; those of `settled` do not grow.
        """
        found = {first: set(start[first]) for first in ring.members}
        most = MOST if len(found) <= LARGE_CIRCLE else MOST_IN_LARGE
        groups = self._groups(ring, found, day, outside)
        below: dict[str, dict[str, list[str]]] = {first: {} for first in ring.members}
        for first, members in ring.members.items():
            for party in members:
                for other in sorted({ring.first[o] for o in self._above(party, day) if o in ring.first}):
                    below[other].setdefault(first, []).append(party)
        waiting = {first: dict.fromkeys(ring.members[first]) for first in sorted(ring.members) if first not in settled}
        while waiting:
            first = next(iter(waiting))
            new: set[str] = set()
            for party in waiting.pop(first):
                new |= self._holding(party, day, groups, passes)
            new -= found[first] | {first}
            if new and many not in found[first]:
                found[first] |= new
                if many is None:
                    _check(first, found[first])
                elif len(found[first]) > most or not new.isdisjoint(self._many):
                    self._many.add(many)
                    found[first] = {*start[first], many}
                for other, parties in below[first].items():
                    if other not in settled:
                        waiting.setdefault(other, {}).update(dict.fromkeys(parties))
        return found

    def _groups(self, ring: Rings, inside: Sets, day: date, outside: Outside) -> Groups:
        """To whom a holder's stake is added."""
        first = ring.first
        return lambda o: inside[first[o]] if o in first else outside(self._kept[o, self.since(o, day)])

    def _holding(self, party: str, day: date, groups: Groups, passes: Passes) -> set[str]:
        """Who holds enough of the party together with the companies under it, or consolidates it.

        Whoever stands over a holder under many others may be any of those who are told apart, and holds with them.
        """
        found: set[str] = set()
        on = self._on(party, day)
        for column in on.columns(party):
            together: dict[str, list[int]] = {}
            hidden: dict[int, str] = {}
            for place, holder in enumerate(column.held):
                if holder.owner in self.register.companies and holder.percent.high != 0:
                    for top in groups(holder.owner):
                        if top in self._many:
                            hidden[place] = top
                        else:
                            together.setdefault(top, []).append(place)
            if hidden:
                together = {top: sorted({*places, *hidden}) for top, places in together.items()}
                together[min(hidden.values())] = list(hidden)
            known: dict[tuple[int, ...], bool] = {}
            for top, places in together.items():
                key = tuple(places)
                if key not in known:
                    known[key] = passes(column, Tally.of(column.held[place].percent for place in key))
                if known[key]:
                    found.add(top)
            if column.unnamed.holders and passes(column, Tally()):
                found.add(UNIDENTIFIED + party)
        for other in self._consolidating(on, party):
            found.update(groups(other))
        return found

    def _surely(self, column: Column, tally: Tally) -> bool:
        """Over half on every completion."""
        return not column.over and self.over.surely(tally.lowest())

    def _half_surely(self, column: Column, tally: Tally) -> bool:
        """Half or more on every completion."""
        return not column.over and self.half.surely(tally.lowest())

    def _half_possibly(self, column: Column, tally: Tally) -> bool:
        """Half or more on some completion, where who is not identified is the same."""
        return self.half.possibly(_highest(column, tally))

    def _over_possibly(self, column: Column, tally: Tally) -> bool:
        """Over half on some completion, where who is not identified is the same."""
        return self.over.possibly(_highest(column, tally))


def _kept_apart(parties: Set[str], tops: Set[str], name: str) -> set[str]:
    """Those of the parties that are tops; all others together under one name."""
    return {*(parties & tops), *((name,) if parties - tops else ())}


def _check(party: str, above: Set[str]) -> None:
    if len(above) > MOST:
        raise UsageError(
            f"over {MOST:,} parties control `{party}` together with others that they control, in a circle that long; "
            "that is not followed: are these stakes right?"
        )


def _highest(column: Column, tally: Tally) -> RangeEnd:
    together = tally.copy()
    together.join(column.unnamed)
    return column.highest(together, rest=False)
