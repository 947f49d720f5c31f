"""Screening: which findings would exist if the order shipped (design 2), by two audits: the slow, full path.

A finding is reported if it rests on a row of the order: new, worsened, unchanged or eased against the world without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from compliance.answers.answer import Answer, Effect, Finding, Quantity
from compliance.decisions.audit import build_answer, cap_at_review, each_once, explain_match
from compliance.decisions.decision_list import decide_lines
from compliance.decisions.finding_comparison import Comparing, InFull, Pair
from compliance.decisions.not_evaluated import empty_lines, idle_lines, judged_days, unread_lines
from compliance.decisions.not_evaluated import left_open as left_open_points
from compliance.decisions.order_input import shipped_before
from compliance.decisions.setup import catalogue_of, day_of, packs_on, postures_of, unknown_chip
from compliance.decisions.split_detection import each_group_once
from compliance.errors import InputError, Problem
from compliance.evaluation.evaluate import Evaluation
from compliance.evaluation.matches import Match
from compliance.explain.findings import build_finding, left_open
from compliance.explain.next_steps import names_in
from compliance.explain.not_evaluated.open_points import each_said
from compliance.explain.quantities import quantity
from compliance.rulebook.legal_standing import standings_of
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.cross_checks import find_repeated_ids
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Order
from compliance.world.world import World


def screen(
    world: World,
    orders: Sequence[Row],
    packs: Sequence[Pack] | None = None,
    as_of: date | None = None,
    posture: str = "both",
    problems: Sequence[Problem] = (),
    comparing: Comparing | None = None,
) -> Answer:
    """Screens an order, or an order book, against a world; `problems` are the lines that could not be read.

    A line that names an unknown chip, or repeats an id of a shipment, is left out and said under `not_evaluated`;
    the others are screened together. `comparing` tells what the order changes; without it two full
    evaluations do.
    Raises `InputError` where the world itself is wrong.
    """
    day = day_of(world, as_of)
    asked = postures_of(posture)
    chosen = packs_on(day, packs)
    kept, left_out = readable(world, orders)
    by = comparing or InFull(world, chosen, day)
    resolved = by.resolve(kept)
    horizon = max([day, *(order.date for order in resolved.world.each(Order))])
    scene, after, pairs, apart = by.compare(resolved, horizon)
    findings = cap_at_review(each_once(_findings(pairs, scene, asked)), resolved, chosen, scene, asked, apart)
    findings = each_group_once(findings, chosen)
    out = [*problems, *left_out]
    points = [
        *unread_lines(out),
        *idle_lines(kept),
        *left_open_points(scene, chosen, asked, resolved, (f for f in after.found if f.ordered)),
    ]
    ids = sorted({*(row.name_of_row for row in kept), *(one.about.row for one in out if one.about.row)})
    standings = standings_of(chosen, judged_days(scene), asked)
    rests = [one.of_orders() for one in after.determined]
    return build_answer(
        scene,
        chosen,
        posture,
        Evaluation(after.found, rests),
        findings,
        decide_lines(ids, findings, points, chosen, standings, names_in(scene.world)),
        each_said(points),
        [*resolved.notes, *empty_lines(kept)],
    )


def readable(world: World, orders: Iterable[Row]) -> tuple[list[Row], list[Problem]]:
    """The lines that can be screened, and what is wrong with the others.

    Raises `InputError` where an id stands twice: which of the lines is meant nobody can tell.
    """
    orders = list(orders)
    if twice := [problem for _, problem in find_repeated_ids(orders)]:
        raise InputError(twice)
    catalogue = catalogue_of(world)
    shipped = world.by_id("shipments")
    kept, problems = [], []
    for order in orders:
        line: Any = order
        if problem := unknown_chip(order, catalogue):
            problems.append(problem)
        elif line.id in shipped:
            problems.append(shipped_before(order))
        else:
            kept.append(order)
    if problems and not kept:
        raise InputError(problems)
    return kept, problems


def _findings(pairs: Iterable[Pair], scene: EvaluationContext, asked: tuple[str, ...]) -> Iterator[Finding]:
    """Findings that rest on the order, with their effect; and those of the world that it cures."""
    for before, now in pairs:
        if now is None:
            if before is not None and (finding := build_finding(before, scene, asked, [])) is not None:
                yield finding.model_copy(update={"effect": "eased", "before": finding.measure, "after": None})
            continue
        finding = explain_match(now, scene, asked) if now.ordered else None
        if finding is not None:
            was = None if before is None or left_open(before) else before
            yield finding.model_copy(
                update={"effect": effect(was, now), "before": _measure(was, finding), "after": finding.measure}
            )


def effect(was: Match | None, now: Match) -> Effect:
    """What an order does to a finding: whether it becomes certain, else by its measure."""
    if was is None:
        return "new"
    if was.certain != now.certain:
        return "worsened" if now.certain else "eased"
    if was.measured is None or now.measured is None:
        return "unchanged"
    moved = _distance(now) - _distance(was)
    return "unchanged" if moved == 0 else "worsened" if moved > 0 else "eased"


def _distance(found: Match) -> Fraction:
    """How far the value lies on the wrong side of its limit."""
    assert found.measured is not None
    assert found.plan.measured is not None
    sign = -1 if found.plan.measured.test.op in ("lt", "le") else 1
    return sign * (found.measured.low - found.measured.limit)


def _measure(was: Match | None, finding: Finding) -> Quantity | None:
    if was is None or was.measured is None or finding.measure is None:
        return None
    return quantity(was.measured, finding.measure.unit)
