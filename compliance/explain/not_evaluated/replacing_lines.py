"""Lines that replace another, are counted in no total for that, and are more than what they replace or elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.errors import join_first
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.explain.rule_dependencies import dependencies_of
from compliance.rulebook.legal_standing import Standing, applied_rules, order_standings
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.replacements import Replacement
from compliance.world.schema.tables import Order

COUNTED = ("lines", "counts")
ADDED_TO = ("installed", "capacity", "inspections")
"""Sources to which a line that is not counted adds nothing either."""
MOST_NAMED = 3
MOST_MISSING = 200
SHOW = "Show that no more was sent in the place of what is replaced, or order it as a line of its own: {items}."


def replacing_lines(
    scene: EvaluationContext, packs: Sequence[Pack], days: Collection[date], asked: Sequence[str]
) -> Iterator[OpenPoint]:
    """A point for the lines of an order, and one for those on record, where rules ask for a total of lines.

    What is left out of a total on record bears on each line of an order.
    """
    found = list(scene.rows.replacements.open_replacements())
    rules = _rules_of_totals(packs, days, asked) if found else set()
    for ordered in (True, False):
        lines = [one for one in found if (one.table == Order.table) is ordered]
        if lines and rules:
            yield _point(lines, rules, frozenset(one.id for one in lines) if ordered else None)


def _point(
    lines: Sequence[Replacement], rules: set[tuple[str, str, Standing]], about: frozenset[str] | None
) -> OpenPoint:
    told = join_first(
        lines, MOST_NAMED, lambda one: f"`{one.id}` in the place of `{one.replaces}` ({', '.join(one.differs)})", "; "
    )
    said = NotEvaluated(
        rule="",
        reason=f"What replaces another line is counted in no total, but may be more than it: {told}",
        missing=[
            MissingField(
                table=one.table,
                id=one.id,
                field="replaces",
                settles=f"whether it stands in for `{one.replaces}` alone, and what of it is counted in totals",
            )
            for one in lines[:MOST_MISSING]
        ],
        standings=order_standings(standing for _, _, standing in rules),
    )
    steps = tuple(Step(SHOW, f"{one.id} for {one.replaces}") for one in lines[:MOST_NAMED])
    return OpenPoint(said, steps, about, tuple(sorted(rules)))


def _rules_of_totals(
    packs: Sequence[Pack], days: Collection[date], asked: Sequence[str]
) -> set[tuple[str, str, Standing]]:
    """The rules that ask for a total of lines, or of what lines add to, with their standings."""
    return {
        (pack.id, rule.name, standing)
        for pack, rule, found in applied_rules(packs, days, asked)
        if any(column == COUNTED or column[0] in ADDED_TO for column in dependencies_of(pack, rule).columns)
        for standing in found
    }
