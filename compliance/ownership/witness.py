"""Why a verdict stands: a path of stakes from a listed party to the company, through captured ones."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.ownership.bounds import WHOLE
from compliance.ownership.capture import Capture, Step
from compliance.ownership.cascade import Frame, Run
from compliance.ownership.register import UNNAMED


def path(capture: Capture, party: str) -> tuple[Step, ...]:
    """The shortest chain that leads from a listed party to this one; none for a listed party itself.

    For a verdict that is open it is that of the highest completion, and may begin with an unidentified
    holder.
    """
    if party in capture.seeds:
        return ()
    persons = capture.about(party)
    for runs in ([person.low for person in persons], [person.high for person in persons]):
        paths = [tuple(_steps(capture.frame, run, party))[::-1] for run in runs if party in run]
        if paths:
            return min(paths, key=lambda steps: (len(steps), [(s.owner, s.owned) for s in steps]))
    return ()


def _steps(frame: Frame, run: Run, party: str) -> Iterator[Step]:
    """The links from the party up to a seed."""
    while party in run and party not in run.seeds:
        rank = run.joined(party)
        step = _owner(frame, run, party, rank) or _controller(frame, run, party, rank)
        if step is None:
            return
        yield step
        party = step.owner


def _owner(frame: Frame, run: Run, company: str, rank: int) -> Step | None:
    """The largest stake that counted when the company was captured, if it was captured by stakes."""

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
    return Step(best.owner, company, best.percent)


def _controller(frame: Frame, run: Run, company: str, rank: int) -> Step | None:
    able = [c for c in frame.controllers(company) if c in run and run.joined(c) < rank]
    return Step(min(able), company, None) if able else None
