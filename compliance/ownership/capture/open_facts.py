"""The unknown facts on which open verdicts rest, and how many verdicts each of them alone would settle."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from compliance.ownership.capture.cascade import highest, lowest
from compliance.ownership.capture.verdict import Capture, Unknown
from compliance.ownership.register import Day
from compliance.ownership.stake_bounds import WHOLE, Column, HolderStake
from compliance.ownership.stake_cells import UNNAMED
from compliance.units import Interval

_SUPPOSED = "\0"
_NOBODY = "\0\0"
"""Stand for a holder of whom we suppose that it is listed, or not; no id of a world can be these."""

MOST_TRIED = 1_000_000
"""The companies that are tried with one fact or another as known, over all facts of a test; then none is counted."""

_INSIDE = Fraction(1, 1000)
"""How far inside an open end its value is supposed to lie, as a part of the range; only ranks rest on it."""

Fact = tuple[str, str, str]
"""Owner, company and interest; owner and company alike: the program under which the party is listed."""


class Unknowns:
    """The unknown facts of one capture test on one day; what was asked once is kept."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self._settled: dict[Fact, int | None] = {}
        self._room = MOST_TRIED
        self._facts_of: dict[str, tuple[tuple[Fact, ...], tuple[str, ...]]] = {}

    def deciding(self, party: str, most: int | None = None) -> tuple[Unknown, ...]:
        """The unknown facts on which the party's open verdict rests, those that settle most first.

        With `most`, only so many, those that are nearest to the party.
        """
        if self.capture.verdict(party) != "undetermined":
            return ()
        found: dict[tuple[str, str], int | None] = {}
        for fact in islice(self._facts(party), most):
            if fact not in self._settled:
                self._settled[fact] = self._settles(fact)
            found[fact[:2]] = max(self._settled[fact], found.get(fact[:2]), key=lambda settles: settles or 0)
        ranked = sorted(found.items(), key=lambda item: (-(item[1] or 0), item[0][1], item[0][0]))
        return tuple(Unknown(owner, owned, settles) for (owner, owned), settles in ranked)

    def _open(self, party: str) -> bool:
        return party in self.capture.maybe and party not in self.capture.sure

    def _facts(self, party: str) -> Iterator[Fact]:
        """The facts upstream of the party through companies whose capture is open, the nearest first."""
        seen = {party}
        waiting = deque([party])
        while waiting:
            facts, above = self._open_facts_about(waiting.popleft())
            yield from facts
            for one in above:
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)

    def _open_facts_about(self, company: str) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
        """The facts about a company itself, and who is upstream of it next."""
        if company not in self._facts_of:
            facts = [(company, company, UNNAMED)] if self.capture.seeds.get(company) is False else []
            for column in self.capture.columns(company):
                facts += ((owner, company, column.interest) for owner in self._in(column))
            self._facts_of[company] = tuple(facts), tuple(self.upstream(company))
        return self._facts_of[company]

    def upstream(self, company: str) -> Iterator[str]:
        """Who holds or controls a company, or is one with who does, and may be captured or not."""
        frame = self.capture.frame
        owners = frame.controllers(company)
        owners += [h.owner for column in self.capture.columns(company) for h in column.held]
        return (one for owner in owners for one in frame.as_one(owner) if self._open(one))

    def rests(self, company: str, those: Callable[[str], bool]) -> bool:
        """Whether one of those holds a stake in the company that is not known and may decide."""
        return any(
            owner != company and those(owner) for column in self.capture.columns(company) for owner in self._in(column)
        )

    def resting_on(self, those: Callable[[str], bool]) -> set[str]:
        """The companies with an open capture that rests, at any remove, on such a stake."""
        frame = self.capture.frame
        found = {company for company in self.capture.maybe - self.capture.sure if self.rests(company, those)}
        waiting = list(found)
        while waiting:
            for one in frame.as_one(waiting.pop()):
                held = [
                    o for o, interest, _ in frame.day.holdings(one) if interest in frame.interests and frame.inside(o)
                ]
                for company in (*held, *frame.controlled(one)):
                    if company not in found and self._open(company):
                        found.add(company)
                        waiting.append(company)
        return found

    def _in(self, column: Column) -> Iterator[str]:
        """The owners in a column whose stake is not known and may be that of a captured party."""
        persons = self.capture.about(column.company)
        for holder in column.held:
            counted = any(p.high.counts(holder.owner) for p in persons) if holder.owner else True
            open_ = column.over or not (holder.owner and holder.percent.known)
            if counted and open_ and holder.percent.high != 0:
                yield holder.owner
        free = column.total.high < WHOLE
        if free and any(self.capture.frame.rest(p.high.tally(column)) for p in persons):
            yield UNNAMED

    def _settles(self, fact: Fact) -> int | None:
        owner, owned, _ = fact
        if self._room <= 0:
            return None
        part = self._downstream(owned)
        self._room -= len(part) * len(self.capture.persons)
        counted = {c for c in part if self.capture.verdict(c) == "undetermined"}
        fringe = self._fringe(part)
        left = {owner} if owner == owned else set()
        low, high = self._suppose(fact, False), self._suppose(fact, True)
        may: set[str] = set()
        does: set[str] = set()
        for person in self.capture.persons:
            frame = replace(self.capture.frame, day=low, region=part)
            seeds = {p for p in fringe if p in person.high} | {p for p in part if p in person.high.seeds}
            may.update(highest(frame, seeds - left).members())
            frame = replace(frame, day=high)
            seeds = {p for p in fringe if p in person.low} | left | {_SUPPOSED}
            does.update(lowest(frame, seeds).members())
        return max(len(counted - may), len(counted & does))

    def _downstream(self, owned: str) -> frozenset[str]:
        """The companies with an open verdict that may follow from this one, itself included."""
        frame = self.capture.frame
        found = {owned}
        waiting = [owned]
        while waiting:
            party = waiting.pop()
            held = [o for one in frame.as_one(party) for o, i, _ in frame.day.holdings(one) if i in frame.interests]
            for company in (*held, *frame.controlled(party)):
                if company not in found and self._open(company):
                    found.add(company)
                    waiting.append(company)
        return frozenset(found)

    def _fringe(self, part: Iterable[str]) -> set[str]:
        """Who holds or controls a company of the part from outside."""
        frame = self.capture.frame
        found: set[str] = set()
        for company in part:
            found.update(frame.controllers(company))
            for column in self.capture.columns(company):
                for holder in column.held:
                    found.update(frame.as_one(holder.owner) if holder.owner else ())
        return found.difference(part)

    def _suppose(self, fact: Fact, high: bool) -> Day:
        """The day with the unknown stake at one of its ends, an unidentified holder being listed or not."""
        owner, owned, interest = fact
        day = self.capture.day
        columns = [c for c in self.capture.columns(owned) if c.interest == interest]
        if owner == owned or not columns:
            return day
        column = columns[0]
        old = next((h for h in column.held if h.owner == owner), None)
        percent = _end(column, old.percent, high) if old else Interval.of(max(WHOLE - column.total.high, Fraction(0)))
        held = [h for h in column.held if h.owner != owner]
        held.append(HolderStake(owner or (_SUPPOSED if high else _NOBODY), percent))
        return _SupposedDay(day, Column.of(owned, interest, held))


def _end(column: Column, stake: Interval, high: bool) -> Interval:
    """The value at an end of a stake's range, within what the others leave."""
    top = WHOLE if stake.high is None else stake.high
    room = WHOLE - column.total.low + stake.low
    top = max(min(top, room), stake.low)
    inside = (top - stake.low) * _INSIDE
    if high:
        return Interval.of(top - inside if stake.high_open or column.total.opened else top)
    return Interval.of(stake.low + inside if stake.low_open else stake.low)


class _SupposedDay(Day):
    """A day on which one column is another, because one holder in it has another stake or name."""

    def __init__(self, day: Day, column: Column) -> None:
        super().__init__(day.register, day.day)
        self._was = day
        self._column = column

    def columns(self, company: str) -> tuple[Column, ...]:
        found = self._was.columns(company)
        if company != self._column.company:
            return found
        return tuple(self._column if c.interest == self._column.interest else c for c in found)

    def holdings(self, owner: str) -> tuple[tuple[str, str, Interval], ...]:
        key = self._column.company, self._column.interest
        kept = [h for h in self._was.holdings(owner) if h[:2] != key]
        kept += [(*key, h.percent) for h in self._column.held if h.owner == owner]
        return tuple(kept)
