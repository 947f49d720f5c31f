"""Why a verdict stands: a path of stakes from a listed party to the company, through captured ones."""

from __future__ import annotations

from compliance.ownership.bounds import WHOLE
from compliance.ownership.capture import Capture, Step
from compliance.ownership.cascade import Run
from compliance.ownership.register import UNNAMED


class Witness:
    """The paths of one capture test on one day; each link is worked out once."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self._links: dict[tuple[int, str], Step | None] = {}

    def path(self, party: str) -> tuple[Step, ...]:
        """The shortest chain that leads from a listed party to this one; none for a listed party itself.

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
                shortest = [steps[::-1] for steps in paths if len(steps) == least]
                return tuple(min(shortest, key=lambda steps: [step.owner for step in steps]))
        return ()

    def _back(self, run: Run, party: str) -> list[Step]:
        """The links from the party up to a seed, or to who holds as one person with a captured party.

        INVARIANT: ranks fall along the way, so it ends: an owner that counted for a partner before it was
        captured itself is not followed further.
        """
        found: list[Step] = []
        while party in run and party not in run.seeds:
            key = id(run), party
            if key not in self._links:
                self._links[key] = self._owner(run, party) or self._controller(run, party)
            step = self._links[key]
            if step is None:
                break
            found.append(step)
            party = step.owner
            if party in run and run.rank(party) != run.joined(party):
                break
        return found

    def _owner(self, run: Run, company: str) -> Step | None:
        """The largest stake that counted when the company was captured, if it was captured by stakes."""
        frame = self.capture.frame
        rank = run.joined(company)

        def counted(owner: str) -> bool:
            before = run.rank(owner)
            return before is not None and before < rank

        crosses = frame.possibly if run.unnamed else frame.surely
        held = [
            holder
            for column in frame.day.columns(company)
            if crosses(column, column.tally(counted, run.unnamed))
            for holder in column.held
            if (counted(holder.owner) if holder.owner else run.unnamed)
        ]
        if not held:
            return Step(UNNAMED, company, None) if run.unnamed and frame.undisclosed == "open" else None
        best = min(held, key=lambda h: (not h.owner, -h.percent.low, -(h.percent.high or WHOLE), h.owner))
        return Step(best.owner, company, str(best.percent))

    def _controller(self, run: Run, company: str) -> Step | None:
        able = [
            controller
            for controller in self.capture.frame.controllers(company)
            if controller in run and run.joined(controller) < run.joined(company)
        ]
        return Step(min(able), company, None) if able else None
