"""Open points that could change the decision, each with the order lines concerned (contracts 9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from compliance.answers.answer import NotEvaluated
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.unread_sources import above, unread_ends
from compliance.rulebook.legal_standing import Standing
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.schema.field_kinds import PARTIES
from compliance.world.schema.row import references
from compliance.world.schema.tables import Order, Unread


@dataclass(frozen=True)
class OpenPoint:
    """What was not evaluated, what to do about it, and the order lines that it bears on; `None`: all of them.

    `about` are the rules that would have decided, by pack and with their standing. `own` has, by line, the part of the
    point that bears on it, where that is less than all of it.
    """

    said: NotEvaluated
    steps: tuple[Step, ...]
    lines: frozenset[str] | None = None
    about: tuple[tuple[str, str, Standing], ...] = ()
    own: Mapping[str, OpenPoint] = field(default_factory=dict, compare=False)
    of_whole: bool = True
    """Whether it leaves the order as a whole open; a line that does not count does so only where no other does."""

    def bears_on(self, line: str) -> bool:
        """Whether it could decide about a line."""
        return self.lines is None or line in self.lines

    def of_line(self, line: str) -> OpenPoint:
        """What of it bears on a line."""
        return self.own.get(line, self)


class OrderParties:
    """The parties of each order line, with those above them."""

    def __init__(self, scene: EvaluationContext) -> None:
        self._register = scene.ownership.register
        self._others = unread_ends(scene.world.each(Unread))
        self._lines: dict[str, set[str]] = defaultdict(set)
        named = [column for column, tables in references(Order) if set(tables) & set(PARTIES)]
        for order in scene.world.rows(Order.table) if scene.orders else ():
            for column in named:
                if isinstance(party := order.value(column), str):
                    self._lines[party].add(order.name_of_row)
        self._above: dict[str, set[str]] = {}

    def lines_of(self, parties: Collection[str]) -> frozenset[str]:
        """The lines that name one of the parties, or a party below one of them."""
        found: set[str] = set()
        for party, lines in self._lines.items():
            if party not in self._above:
                self._above[party] = above(self._register, [party], self._others) | {party}
            if not self._above[party].isdisjoint(parties):
                found |= lines
        return frozenset(found)


def each_said(points: Iterable[OpenPoint]) -> list[NotEvaluated]:
    """What an answer says of the points."""
    return [point.said for point in points]
