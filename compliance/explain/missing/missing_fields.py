"""Missing fields that would settle a finding, found from the paths that its rule asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from compliance.answers.answer import MissingField
from compliance.evaluation.matches import Match
from compliance.explain.missing.missing_field_tracer import TABLE_OF, Gap, MissingFieldTracer, to_missing_fields
from compliance.explain.quantities import parameter_of
from compliance.rulebook.conditions import leaves
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Measure
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.licenses import LICENSE, LICENSED
from compliance.world.schema.row import Row
from compliance.world.world import World


def missing(found: Match, scene: EvaluationContext) -> list[MissingField]:
    """Every gap behind a finding, sorted; nothing where all is known."""
    gaps = _gaps_of(scene, found.pack)
    told: set[MissingField] = set()
    for clause in found.clauses:
        for path in clause.unknown:
            told |= set(to_missing_fields(_of_question(found, path, gaps), clause.text))
    told |= set(_of_limits(found))
    told |= set(_of_license(found, scene))
    return in_order(told)


def _gaps_of(scene: EvaluationContext, pack: Pack) -> MissingFieldTracer:
    """The gaps of a pack in a scene, one for all findings: a row is asked once what is not known of it."""
    key = "gaps", pack.sha256, pack.overrides
    if key not in scene.explained:
        scene.explained[key] = MissingFieldTracer(scene, pack)
    gaps: MissingFieldTracer = scene.explained[key]
    return gaps


def in_order(gaps: Iterable[MissingField]) -> list[MissingField]:
    """Gaps by the row and field to fill in, then by what they settle."""
    return sorted(gaps, key=lambda gap: (gap.table, gap.id, gap.field, gap.settles))


def _of_question(found: Match, path: str, gaps: MissingFieldTracer) -> set[Gap]:
    """What is missing to answer a question of a clause."""
    if path.startswith("?"):
        return {("", "", path[1:])}
    if path.startswith("id."):
        return _of_subject(found, path.partition(".")[2], gaps)
    if found.plan.shape is not None:
        return _of_total(found, path, gaps)
    told: set[Gap] = set()
    for counted in found.rows:
        row = _row(gaps.world, counted.table, counted.id)
        day: date = counted.date or gaps.scene.as_of
        for plain in gaps.written_out(found.plan.of, path):
            if plain.startswith("party.") and found.key is not None and not hasattr(row, "party"):
                told |= gaps.parties.of(found.key, plain.partition(".")[2], day)[1]
            else:
                told |= gaps.of_path(plain, found.plan.of, row, day)[1]
    return told


def _of_subject(found: Match, asked: str, gaps: MissingFieldTracer) -> set[Gap]:
    """What is missing about whom a total is of."""
    day: date = found.day or gaps.scene.as_of
    kind = found.plan.shape.id if found.plan.shape is not None else "party"
    if kind not in TABLE_OF:
        return gaps.parties.of(found.id, asked, day)[1]
    return gaps.of_path(asked, kind, _row(gaps.world, TABLE_OF[kind], found.id), day)[1]


def _of_total(found: Match, path: str, gaps: MissingFieldTracer) -> set[Gap]:
    """What is missing in the rows of a total: what they add, whether they count, or what is asked of each."""
    measures = list(gaps.sides(found.pack.definitions.measures[found.plan.of]))
    asked = next((m.flags[path] for m in measures if path in m.flags), None)
    beside = [m for m in _picked_measures(found, path, gaps) if m not in measures]
    told: set[Gap] = set()
    if path.startswith("measure."):
        told |= gaps.measures.of_holders(path.partition(".")[2], {found.id}, found.day or gaps.scene.as_of)
    for counted in found.rows:
        row = _row(gaps.world, counted.table, counted.id)
        day: date = counted.date or gaps.scene.as_of
        told |= {gap for measure in beside for gap in gaps.of_amount(measure, row, day)}
        if asked is not None:
            source = measures[0].of or ""
            told |= gaps.of_condition(gaps.written(source, asked), source, row, day)[1]
        is_open = counted.high is None or counted.high != counted.low
        if counted.sure and counted.inside and (asked is not None or not is_open):
            continue
        if is_open and asked is None:
            told |= {gap for measure in measures for gap in gaps.of_amount(measure, row, day)}
        if not (counted.sure and counted.inside):
            open_ = {gap for measure in measures for gap in gaps.of_filter(measure, row, day)}
            told |= open_ or ({(counted.table, counted.id, "whether it counts")} if not counted.sure else set())
    return told


def _picked_measures(found: Match, path: str, gaps: MissingFieldTracer) -> Iterator[Measure]:
    """The measures that a field of a total adds up or picks among, those of its own rows."""
    plain = gaps.written_out(found.plan.of, path)
    if plain != (path,):
        yield from (measure for one in plain for measure in _picked_measures(found, one, gaps))
    elif path.startswith("measure."):
        known, of = found.pack.definitions.measures, found.pack.definitions.measures[found.plan.of].of
        yield from (m for m in gaps.sides(known[path.partition(".")[2]]) if m.of == of)


def _of_limits(found: Match) -> Iterator[MissingField]:
    """What no data can tell of a limit that lies between two values, such as an allocation that may be raised."""
    if found.measured is None or found.measured.limit == found.measured.top:
        return
    for clause, planned in zip(found.clauses, found.plan.clauses, strict=True):
        for leaf in planned.leaves if clause.holds is None else ():
            if (parameter := parameter_of(found.plan, found.pack, leaf)) is not None:
                asked = (test for factor in parameter.times for test in leaves(factor.when))
                yield from (
                    MissingField(table="", id="", field=test.path[1:], settles=clause.text)
                    for test in asked
                    if test.path.startswith("?")
                )


def _row(world: World, table: str, name: str) -> Row | None:
    return world.by_id(table).get(name) if table in world.tables else None


def asks_for_license(found: Match) -> bool:
    """Whether a clause of the rule asks if a granted license covers the line."""
    return any(leaf.test.path == LICENSED for clause in found.plan.clauses for leaf in clause.leaves)


def _of_license(found: Match, scene: EvaluationContext) -> Iterator[MissingField]:
    """What does not fit about a license that a line claims (contracts 6, a claimed license)."""
    if not asks_for_license(found):
        return
    for counted in found.rows:
        line: Any = _row(scene.world, counted.table, counted.id)
        if line is not None and line.authorization == LICENSE and (lack := scene.rows.licenses.lacks(line)):
            yield MissingField(table=lack.table, id=lack.id, field=lack.field, settles=lack.why)
