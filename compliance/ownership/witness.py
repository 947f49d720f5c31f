"""Why a verdict stands: the stakes from listed parties to the company, through captured ones, top first.

Where one owner's stake is enough it stands alone; where several reach the threshold together all of them are named.
"""

from __future__ import annotations

from fractions import Fraction

from compliance.ownership.bounds import WHOLE, Held, Tally
from compliance.ownership.capture import Capture, Step
from compliance.ownership.cascade import Run
from compliance.ownership.cells import UNNAMED


class Witness:
    """The paths of one capture test on one day; the links to each company are worked out once."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self._links: dict[tuple[int, str], tuple[Step, ...]] = {}

    def path(self, party: str) -> tuple[Step, ...]:
        """The fewest links that lead from listed parties to this one; none for a listed party itself.

        For a verdict that is open it is that of the highest completion, and may begin with an unidentified
        holder.
        """
        if party in self.capture.seeds:
            return ()
        persons = self.capture.about(party)
        for runs in ([person.low for person in persons], [person.high for person in persons]):
            paths = [self._back(run, party) for run in runs if party in run]
            if paths:
                least = min(map(len, paths))
                shortest = [steps for steps in paths if len(steps) == least]
                return tuple(min(shortest, key=lambda steps: [step.owner for step in steps]))
        return ()

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
            owner = next((s.owner for s in rest if s.owner not in entered and self._followed(run, s.owner)), None)
            if owner is None:
                found += links
                waiting.pop()
            else:
                entered.add(owner)
                waiting.append((above := self._onto(run, owner), iter(above)))
        return found

    @staticmethod
    def _followed(run: Run, owner: str) -> bool:
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


def _largest(held: Held) -> tuple[bool, Fraction, Fraction, str]:
    """Orders holders: those who are identified first, then the larger stakes."""
    return not held.owner, -held.percent.low, -(held.percent.high or WHOLE), held.owner
