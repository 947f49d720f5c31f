"""Least fixed points: who is captured when owners count in full from the bar on, and for nothing under it.

`spread` adds companies round by round, so a member's rank is the length of its shortest proof and does not
depend on the order of rows. Run on the lowest completion it gives who is surely captured, on the highest who
possibly is; one completion gives the highest to all companies at once (the mass goes to those that were
members first), so a company between the two really has two admissible registers that disagree.

INVARIANT: every stake is added once, so a run is linear in the stakes of its members.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass, field

from compliance.ownership.register import Day
from compliance.ownership.stake_bounds import Bar, Column, RangeEnd, Tally
from compliance.ownership.stake_cells import UNNAMED
from compliance.world.schema.parties import INTERESTS

Key = tuple[str, str]
"""A company and an interest in it."""


@dataclass(frozen=True)
class Frame:
    """A test on a day: the register, the bar, what captures, who counts as one, and where to look."""

    day: Day
    bar: Bar
    means: frozenset[str] = frozenset()
    joint: frozenset[str] = frozenset()
    undisclosed: str = "closed"
    interests: Collection[str] = INTERESTS
    """Of which a stake that reaches the bar captures."""
    region: Set[str] | None = None
    """The companies that may be captured; `None` is all. It holds everybody upstream of whom it holds."""

    def as_one(self, party: str) -> list[str]:
        """Who holds as one person with the party, itself included."""
        found = [party]
        for other in found:
            found += [p for p in self.day.tied_parties(other, self.joint) if p not in found]
        return found

    def inside(self, company: str) -> bool:
        """Whether the company may be captured."""
        return self.region is None or company in self.region

    def inside_of(self, parties: Set[str]) -> list[str]:
        """Those of these parties that may be captured, or are upstream of one that may, sorted."""
        region = self.region
        if region is None:
            return sorted(parties)
        few, many = (region, parties) if len(region) < len(parties) else (parties, region)
        return sorted(party for party in few if party in many)

    def controlled(self, party: str) -> list[str]:
        """The companies that the party controls by means that capture."""
        return [c for c, means in self.day.controlled(party) if means in self.means]

    def controllers(self, company: str) -> list[str]:
        """Who controls the company by means that capture."""
        return [c for c, means in self.day.controllers(company) if means in self.means]

    def captures(self, column: Column) -> bool:
        """Whether stakes in this interest capture."""
        return column.interest in self.interests

    def rest(self, members: Tally) -> bool:
        """Whether what nobody disclosed may be held by the members."""
        return self.undisclosed == "open" or (self.undisclosed == "red_flag" and members.holders > 0)

    def highest(self, column: Column, members: Tally) -> RangeEnd:
        """What members hold on the highest completion."""
        return column.highest(members, self.rest(members))

    def surely(self, column: Column, members: Tally) -> bool:
        """Whether members reach the bar on every completion; never in a register that is wrong."""
        return self.captures(column) and not column.over and self.bar.surely(members.lowest())

    def possibly(self, column: Column, members: Tally) -> bool:
        """Whether members reach the bar on some completion; in a wrong register, whatever they hold."""
        if not self.captures(column):
            return False
        if column.over:
            return members.holders > 0
        return self.bar.possibly(self.highest(column, members))


Crosses = Callable[[Column, Tally], bool]


@dataclass
class Run:
    """A least fixed point: its members by rank, the holders whose stakes count, and the sums by company.

    A run on `base` starts from what that one found and keeps only what is new.
    """

    seeds: frozenset[str]
    unnamed: bool
    base: Run | None = None
    ranks: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    tallies: dict[Key, Tally] = field(default_factory=dict)
    depth: int = 0

    def __contains__(self, party: str) -> bool:
        return party in self.ranks or (self.base is not None and party in self.base.ranks)

    def rank(self, party: str) -> int | None:
        """The round in which a holder began to count; `None` if its stakes do not."""
        found = self.counted.get(party)
        return self.base.rank(party) if found is None and self.base is not None else found

    def joined(self, party: str) -> int:
        """The round in which a member was captured; 0 for the seeds of a run without base."""
        return self.ranks[party] if party in self.ranks or self.base is None else self.base.ranks[party]

    def counts(self, owner: str) -> bool:
        """Whether this owner's stakes are added: members, and who holds as one with a member."""
        return self.rank(owner) is not None

    def members(self) -> Iterable[str]:
        """All members, each once."""
        yield from self.ranks
        if self.base is not None:
            yield from (p for p in self.base.ranks if p not in self.ranks)

    def tally(self, column: Column) -> Tally:
        """What the counted holders have in a column."""
        key = (column.company, column.interest)
        found = self.tallies.get(key)
        if found is None and self.base is not None:
            return self.base.tally(column)
        return found or (column.unnamed if self.unnamed else Tally())

    def own_tally(self, column: Column) -> Tally:
        """The same, to be added to."""
        key = (column.company, column.interest)
        if key not in self.tallies:
            self.tallies[key] = self.tally(column).copy()
        return self.tallies[key]


def lowest(frame: Frame, seeds: Collection[str]) -> Run:
    """Who is captured by the seeds on every completion."""
    return _spread(frame, Run(frozenset(seeds), unnamed=False), frame.surely, ())


def highest(frame: Frame, seeds: Collection[str], base: Run | None = None) -> Run:
    """Who is captured by the seeds, and by holders who are not identified, on the highest completion."""
    first: Iterable[str] = ()
    if base is None:
        if frame.undisclosed == "open":
            first = frame.day.register.companies if frame.region is None else frame.region
        elif frame.region is None:
            first = {owned for owned, _, _ in frame.day.holdings(UNNAMED)}
        else:
            nameless = frame.inside_of(frame.day.register.nameless)
            first = [c for c in nameless if any(col.unnamed.holders for col in frame.day.columns(c))]
    return _spread(frame, Run(frozenset(seeds), unnamed=True, base=base), frame.possibly, first)


def _spread(frame: Frame, run: Run, crosses: Crosses, first: Iterable[str]) -> Run:
    rank = run.base.depth + 1 if run.base is not None else 0
    frontier = [seed for seed in run.seeds if seed not in run]
    touched = {company for company in first if company in frame.day.register.companies}
    commanded: set[str] = set()
    while frontier or touched:
        for party in frontier:
            run.ranks[party] = rank
            for holder in frame.as_one(party):
                if not run.counts(holder):
                    run.counted[holder] = rank
                    touched.update(_count(frame, run, holder))
            commanded.update(c for c in frame.controlled(party) if frame.inside(c))
        rank += 1
        touched |= commanded
        frontier = [
            company
            for company in touched
            if company not in run
            and (company in commanded or any(crosses(c, run.tally(c)) for c in frame.day.columns(company)))
        ]
        touched.clear()
        commanded.clear()
    run.depth = rank
    return run


def _count(frame: Frame, run: Run, holder: str) -> Iterable[str]:
    """Adds the holder's stakes to the sums; gives the companies in which it holds."""
    for owned, interest, percent in frame.day.holdings(holder):
        if frame.inside(owned):
            column = next(c for c in frame.day.columns(owned) if c.interest == interest)
            run.own_tally(column).add(percent)
            yield owned


def circular(frame: Frame, run: Run) -> set[str]:
    """Who would be captured if circles supported themselves: the greatest fixed point less the least.

    Only what the run's seeds reach is looked at: all of it is taken as captured, then who lacks support is
    dropped.
    """
    alive = {party for party in _reachable_parties(frame, run) if party not in run}
    sums = _Sums(frame, run)
    for party in alive:
        sums.change(party, 1)
    waiting = list(alive)
    while waiting:
        company = waiting.pop()
        if company not in alive or sums.support(company, alive):
            continue
        alive.discard(company)
        waiting += [*sums.change(company, -1), *frame.controlled(company)]
    return alive


def _reachable_parties(frame: Frame, run: Run) -> set[str]:
    """The seeds and everything in which they hold or control anything at all, directly or through others."""
    found = set(run.seeds)
    waiting = list(found)
    while waiting:
        party = waiting.pop()
        held = [o for h in frame.as_one(party) for o, _, p in frame.day.holdings(h) if p.high != 0]
        for company in (*held, *frame.controlled(party)):
            if company not in found and frame.inside(company):
                found.add(company)
                waiting.append(company)
    return found


@dataclass
class _Sums:
    """The sums of a run with some more holders counted in, and out again."""

    frame: Frame
    run: Run
    counts: dict[str, int] = field(default_factory=dict)
    tallies: dict[Key, Tally] = field(default_factory=dict)

    def change(self, party: str, times: int) -> list[str]:
        """Counts a party in, or out; gives the companies whose sums changed."""
        changed: list[str] = []
        for holder in self.frame.as_one(party):
            before = self.counts.get(holder, 0)
            self.counts[holder] = before + times
            if self.run.counts(holder) or (before > 0) == (before + times > 0):
                continue
            for owned, interest, percent in self.frame.day.holdings(holder):
                column = next(c for c in self.frame.day.columns(owned) if c.interest == interest)
                if (owned, interest) not in self.tallies:
                    self.tallies[owned, interest] = self.run.tally(column).copy()
                tally = self.tallies[owned, interest]
                (tally.add if times > 0 else tally.remove)(percent)
                changed.append(owned)
        return changed

    def support(self, company: str, alive: Set[str]) -> bool:
        """Whether the company is held up by those counted now."""
        if any(c in alive or c in self.run for c in self.frame.controllers(company)):
            return True
        columns = self.frame.day.columns(company)
        return any(
            self.frame.possibly(c, self.tallies.get((company, c.interest)) or self.run.tally(c)) for c in columns
        )
