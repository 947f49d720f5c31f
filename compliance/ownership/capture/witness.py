"""Why a verdict stands: the stakes from listed parties to the company, through captured ones, top first.

Where one owner's stake is enough it stands alone; where several reach the threshold together all of them are named.
"""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import NamedTuple

from compliance.ownership.capture.cascade import Run
from compliance.ownership.capture.verdict import Capture, Step
from compliance.ownership.stake_bounds import WHOLE, HolderStake, Tally
from compliance.ownership.stake_cells import UNNAMED


class Path(NamedTuple):
    """Links from listed parties down to a party; `left_out` of them at least are not told, after the first ones."""

    steps: tuple[Step, ...] = ()
    left_out: int = 0


class Above(NamedTuple):
    """What stands over a company: the links that begin the way down to it, and how many links it is long at least."""

    first: tuple[Step, ...]
    length: int


class Witness:
    """The paths of one capture test on one day; the links to each company are worked out once."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self._links: dict[tuple[int, str], tuple[Step, ...]] = {}
        self._above: dict[tuple[int, str], Above] = {}

    def path(self, party: str, most: int | None = None) -> Path:
        """The fewest links that lead from listed parties to this one; none for a listed party itself.

        With `most`, a longer way is told by the links that begin it and those that are nearest to the party.
        For a verdict that is open it is that of the highest completion, and may begin with an unidentified
        holder.
        """
        if party in self.capture.seeds:
            return Path()
        persons = self.capture.about(party)
        for runs in ([person.low for person in persons], [person.high for person in persons]):
            paths = [self._abridge(run, party, most) for run in runs if party in run]
            if paths:
                least = min(len(path.steps) + path.left_out for path in paths)
                shortest = [path for path in paths if len(path.steps) + path.left_out == least]
                return min(shortest, key=lambda path: [step.owner for step in path.steps])
        return Path()

    def _abridge(self, run: Run, party: str, most: int | None) -> Path:
        near = None if most is None else self._nearest(run, party, most)
        if near is None:
            return Path(tuple(self._back(run, party)))
        above = self._over(run, party)
        first = tuple(step for step in above.first if step not in near)[:1]
        return Path((*first, *near), max(above.length - len(near) - len(first), 1))

    def _nearest(self, run: Run, party: str, most: int) -> list[Step] | None:
        """The nearest links, one less than `most`, the farthest first; `None` where no more than that lead here."""
        found: list[Step] = []
        entered = {party: None}
        waiting = deque(entered)
        while waiting:
            links = self._onto(run, waiting.popleft())
            found += links
            if len(found) > most:
                return found[: most - 1][::-1]
            above = [s.owner for s in links if s.owner not in entered and self._came_before(run, s.owner)]
            entered.update(dict.fromkeys(above))
            waiting += dict.fromkeys(above)
        return None

    def _over(self, run: Run, party: str) -> Above:
        """What stands over a party; each company is worked out once."""
        waiting = [party]
        while waiting:
            company = waiting[-1]
            links = self._onto(run, company)
            owners = [s.owner for s in links if self._came_before(run, s.owner)]
            if missing := [owner for owner in owners if (id(run), owner) not in self._above]:
                waiting += missing
                continue
            longest = max((self._above[id(run), owner].length for owner in owners), default=0)
            first = self._above[id(run), owners[0]].first if owners else links
            self._above[id(run), company] = Above(first, len(links) + longest)
            waiting.pop()
        return self._above[id(run), party]

    def _back(self, run: Run, party: str) -> list[Step]:
        """The links to the party, after those to each of its owners, up to seeds or to who is one with a member.

        INVARIANT: ranks fall along the way, so it ends: an owner that counted for a partner before it was
        captured itself is not followed further.
        """
        found: list[Step] = []
        entered = {party}
        waiting = [(links := self._onto(run, party), iter(links))]
        while waiting:
            links, rest = waiting[-1]
            owner = next((s.owner for s in rest if s.owner not in entered and self._came_before(run, s.owner)), None)
            if owner is None:
                found += links
                waiting.pop()
            else:
                entered.add(owner)
                waiting.append((above := self._onto(run, owner), iter(above)))
        return found

    @staticmethod
    def _came_before(run: Run, owner: str) -> bool:
        """Whether an owner was captured in its turn before it counted."""
        return owner in run and owner not in run.seeds and run.rank(owner) == run.joined(owner)

    def _onto(self, run: Run, company: str) -> tuple[Step, ...]:
        key = id(run), company
        if key not in self._links:
            self._links[key] = self._owners(run, company) or self._controller(run, company)
        return self._links[key]

    def _owners(self, run: Run, company: str) -> tuple[Step, ...]:
        """The stakes that counted when the company was captured, if it was by stakes: the largest where it is enough.

        Of several interests that capture it is the one in which the largest of them stands.
        """
        frame = self.capture.frame
        rank = run.joined(company)

        def counted(owner: str) -> bool:
            before = run.rank(owner)
            return before is not None and before < rank

        crosses = frame.possibly if run.unnamed else frame.surely
        able = [
            (column, sorted((h for h in column.held if (counted(h.owner) if h.owner else run.unnamed)), key=_largest))
            for column in frame.day.columns(company)
            if crosses(column, column.tally(counted, run.unnamed))
        ]
        able = [(column, held) for column, held in able if held]
        if not able:
            open_ = run.unnamed and frame.undisclosed == "open"
            return (Step(UNNAMED, company, None),) if open_ else ()
        column, held = min(able, key=lambda one: _largest(one[1][0]))
        if crosses(column, Tally.of([held[0].percent])):
            held = held[:1]
        some = [h for h in held if h.percent.high != 0] or held[:1]
        return tuple(Step(h.owner, company, str(h.percent)) for h in some)

    def _controller(self, run: Run, company: str) -> tuple[Step, ...]:
        able = [
            controller
            for controller in self.capture.frame.controllers(company)
            if controller in run and run.joined(controller) < run.joined(company)
        ]
        return (Step(min(able), company, None),) if able else ()


def _largest(held: HolderStake) -> tuple[bool, Fraction, Fraction, str]:
    """Orders holders: those who are identified first, then the larger stakes."""
    return not held.owner, -held.percent.low, -(held.percent.high or WHOLE), held.owner
