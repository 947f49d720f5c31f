"""All that an audit or a screening left open, with what to do about each point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.decisions.split_detection import report_unsearched
from compliance.errors import Problem, quote_some
from compliance.evaluation.described_parties import ResolvedWorld
from compliance.evaluation.matches import Match
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.early_lines import early_lines
from compliance.explain.not_evaluated.nothing_on_record import nothing_on_record
from compliance.explain.not_evaluated.open_lists import open_lists
from compliance.explain.not_evaluated.open_points import OpenPoint, OrderParties
from compliance.explain.not_evaluated.replacing_lines import replacing_lines
from compliance.explain.not_evaluated.uncovered_places import uncovered_places
from compliance.explain.not_evaluated.undecided_rules import open_rules, unknown_lists
from compliance.explain.not_evaluated.unnamed_parties import doubtful_parties, unnamed_parties
from compliance.explain.not_evaluated.unread_sources import MATCH, MOST_MISSING, unread_values
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.shipment_lines import NOT_LINES
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Order

CORRECT = "Correct what could not be read, and screen it again: {items}."
STATE = "Nothing was screened of these; to have them screened, give them the status `firm` or `enquiry`: {items}."
DECIDE = (
    "Decide whether these are the listed party, in the file of `compliance import csl --match WORLD --decisions FILE` "
    "(`--candidates FILE` writes it), or give both their LEI or registration: {items}."
)
MOST_NAMED = 8
NO_UNITS = 0
SEARCH = "Run `compliance patterns` and keep what it finds as `signs`."


def left_open(
    scene: EvaluationContext,
    packs: Sequence[Pack],
    asked: tuple[str, ...],
    resolved: ResolvedWorld,
    found: Iterable[Match],
) -> list[OpenPoint]:
    """The points that were left open about a world, or in a screening about the lines of the order.

    `found` are the matches that may be open.
    """
    days = judged_days(scene)
    parties = OrderParties(scene)
    return [
        *nothing_on_record(scene),
        *unnamed_parties(scene, packs, days, asked),
        *doubtful_parties(scene, resolved.doubts),
        *replacing_lines(scene, packs, days, asked),
        *early_lines(scene, packs, asked),
        *open_lists(scene, packs, asked),
        *uncovered_places(scene, packs),
        *unknown_lists(scene, packs, parties),
        *_unread(scene, packs, parties),
        *(OpenPoint(said, (Step(SEARCH),)) for said in report_unsearched(scene, packs)),
        *open_rules(found, scene, asked),
    ]


def judged_days(scene: EvaluationContext) -> set[date]:
    """The day of the question, and in a screening those of the order lines."""
    dates = {order.date for order in scene.world.each(Order)} if scene.orders else set()
    return {scene.as_of, *dates}


def _unread(scene: EvaluationContext, packs: Sequence[Pack], parties: OrderParties) -> Iterator[OpenPoint]:
    for said in unread_values(scene, packs, [Order.table] if scene.orders else None):
        ids = {one.id for one in said.missing}
        named = scene.orders and "" not in ids and len(said.missing) != MOST_MISSING  # else there may be more of them
        lines = parties.lines_of(ids) if named else None
        first = said.missing[0]
        if (first.table, first.field) == MATCH:
            yield _undecided_matches(said, parties, lines)
            continue
        yield OpenPoint(said, (Step("Look up in the source: {items}.", first.settles),), lines)


def _undecided_matches(said: NotEvaluated, parties: OrderParties, lines: frozenset[str] | None) -> OpenPoint:
    """The matches by name that nobody has decided, of each line those of its own parties."""
    whole = OpenPoint(said, tuple(Step(DECIDE, gap.settles) for gap in said.missing), lines)
    of_line: dict[str, list[MissingField]] = defaultdict(list)
    for party, gaps in groupby(said.missing, key=lambda gap: gap.id):
        own = list(gaps)
        for line in parties.lines_of({party}) if lines is not None else ():
            of_line[line] += own
    points = {line: OpenPoint(said, tuple(Step(DECIDE, gap.settles) for gap in own)) for line, own in of_line.items()}
    return replace(whole, own=points)


def unread_lines(problems: Iterable[Problem]) -> Iterator[OpenPoint]:
    """The lines of an order that could not be read or screened, each by itself."""
    for problem in sorted(problems):
        own = frozenset({problem.about.row} - {""})
        yield OpenPoint(NotEvaluated(rule="", reason=str(problem)), (Step(CORRECT, str(problem)),), own)


def idle_lines(orders: Iterable[Row]) -> Iterator[OpenPoint]:
    """The lines that do not count by their status: nobody screened them, so nobody may take them for clean."""
    rows = list(orders)
    idle = {row.name_of_row: row.value("status") for row in rows if row.value("status") in NOT_LINES}
    for name, status in sorted(idle.items()):
        gap = MissingField(table=Order.table, id=name, field="status", settles="whether the line is to be screened")
        said = NotEvaluated(rule="", reason=f"order line `{name}` is {status}: not screened", missing=[gap])
        step = Step(STATE, f"order line {name} ({status})")
        yield OpenPoint(said, (step,), frozenset({name}), of_whole=len(idle) == len(rows))


def empty_lines(orders: Iterable[Row]) -> Iterator[str]:
    """That lines of quantity 0 were screened as such."""
    if names := sorted(row.name_of_row for row in orders if row.value("quantity") == NO_UNITS):
        yield f"{quote_some(names, MOST_NAMED)}: of quantity 0, so that nothing of it counts in a total"
