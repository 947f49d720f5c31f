"""Order lines of a day before a pack applies that applies on the day of the question: a typing error, or long past.

What is still to ship does so under the law of today. A line on record is of its own day, and is not asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.errors import join_first
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.rulebook.legal_standing import standing_on
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.schema.tables import Order

MOST_NAMED = 3
GIVE_DAY = "Give the day on which it is to ship: {items}."


def early_lines(scene: EvaluationContext, packs: Sequence[Pack], asked: Sequence[str]) -> Iterator[OpenPoint]:
    """A point for each pack that applies today and did not yet on the days of some order lines."""
    if not scene.orders:
        return
    lines = sorted(scene.world.each(Order), key=lambda line: (line.date, line.id))
    for pack in packs:
        first, standing = pack.force.begins, standing_on(pack.force, scene.as_of, asked)
        early = [line for line in lines if first is not None and line.date < first]
        if not early or standing is None:
            continue
        named = join_first(early, MOST_NAMED, lambda line: f"`{line.id}` of {line.date}")
        reason = f"{named}: of a day before {first}, from which on `{pack.id}` applies: its rules were not asked"
        said = NotEvaluated(
            rule="",
            reason=reason,
            missing=[
                MissingField(table=Order.table, id=line.id, field="date", settles="under which law the line ships")
                for line in early
            ],
            standings=[standing],
        )
        steps = tuple(Step(GIVE_DAY, f"order line {line.id} ({line.date})") for line in early)
        yield OpenPoint(said, steps, frozenset(line.id for line in early))
