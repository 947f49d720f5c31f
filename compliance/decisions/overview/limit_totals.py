"""Totals against their limits, read by the rules' own columns (`plan.limit_plans`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from compliance.answers.answer import FindingSubject
from compliance.decisions.overview.model import LimitTotal, TotalGrowth
from compliance.evaluation.typed_facts import MeasuredValue, measure_leaf
from compliance.explain.findings import applying, source_of
from compliance.explain.provenance import citations
from compliance.explain.quantities import limit, parameter_of, quantity, unit_of
from compliance.plan.limit_plans import AMOUNTS, LimitPlan, limits_of
from compliance.plan.plan_tables import Tables
from compliance.plan.tables_of_plan import on_tables
from compliance.rulebook.legal_standing import standing_of
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.units import exact, show

LEAST = ("lt", "le")
Key = tuple[str, str, str]


class DayAddition(NamedTuple):
    """What the lines of a day add to a total (`limit_plans.AMOUNTS`)."""

    day: date
    low: int
    maybe: int
    high: int
    opens: int


def limit_totals(scene: EvaluationContext, packs: Sequence[Pack], asked: tuple[str, ...]) -> list[LimitTotal]:
    """The totals of all packs that are held against a limit, by pack, rule and holder, but those of nothing."""
    present = scene.rows.present()
    found: list[LimitTotal] = []
    for pack in packs:
        limits = limits_of(pack, present)
        if not limits.limits:
            continue
        found += on_tables(scene, limits.plan, partial(_totals_of_pack, pack, limits.limits, scene, asked))
    return _each_once(found)


def _totals_of_pack(
    pack: Pack, limits: Sequence[LimitPlan], scene: EvaluationContext, asked: tuple[str, ...], tables: Tables
) -> list[LimitTotal]:
    try:
        tables.prepare([sql for one in limits for sql in (one.plan.sql, one.growth) if sql is not None])
        return [told for one in limits for told in _limit_total(one, pack, tables, scene, asked)]
    finally:
        tables.close()


def _each_once(found: Sequence[LimitTotal]) -> list[LimitTotal]:
    """Each total once, by pack, rule and holder: of several possibilities the one that is certain, then the highest."""
    kept: dict[tuple[str, ...], LimitTotal] = {}
    for one in sorted(found, key=lambda one: (one.applies is None, -exact(one.measure.value), one.measure.high or "")):
        kept.setdefault((one.pack, one.rule, *_key(one.subject)), one)
    return [kept[key] for key in sorted(kept)]


def _limit_total(
    one: LimitPlan, pack: Pack, tables: Tables, scene: EvaluationContext, asked: tuple[str, ...]
) -> Iterator[LimitTotal]:
    plan, leaf = one.plan, one.plan.measured
    assert leaf is not None
    states = applying(pack, plan.rule, scene.as_of, asked)
    if not states:
        return
    standing = standing_of(str(next(iter(states.values())).state), pack.force_of(plan.rule).enforced(scene.as_of))
    parameter = parameter_of(plan, pack, leaf)
    unit = unit_of(leaf, parameter, plan, pack)
    cited = source_of(parameter, scene.as_of) or citations(pack, plan, scene.as_of)[0]
    added = _additions_by_day(one, tables)
    for row in tables.run(plan.sql):
        if row["applies"] is False or row["s.id"] is None:
            continue
        value = measure_leaf(leaf, row, row["passed"] is not None)
        if value is None or value.high == 0:
            continue
        subject = FindingSubject(
            kind=plan.kind(row), id=str(row["s.id"]), key=row.get("s.key"), period=row.get("s.period")
        )
        yield LimitTotal(
            pack=pack.id,
            rule=plan.rule.name,
            topic=plan.rule.topic,
            standing=standing,
            of=one.measure.text,
            subject=subject,
            measure=quantity(value, unit),
            limit=limit(leaf, value, unit, cited),
            least=leaf.test.op in LEAST,
            passed=row["passed"],
            applies=row["applies"],
            growth=_growth(added.get(_key(subject), []), value, leaf.scale),
        )


def _additions_by_day(one: LimitPlan, tables: Tables) -> Mapping[Key, list[DayAddition]]:
    """What the lines of each day add to each total, in parts."""
    found: dict[Key, list[DayAddition]] = defaultdict(list)
    for row in tables.run(one.growth) if one.growth is not None else ():
        if row["s.id"] is not None and row["date"] is not None:
            key = str(row["s.id"]), str(row.get("s.key") or ""), str(row.get("s.period") or "")
            found[key].append(DayAddition(row["date"], *(int(row[name] or 0) for name in AMOUNTS)))
    return found


def _growth(days: Sequence[DayAddition], value: MeasuredValue, scale: int) -> list[TotalGrowth]:
    """The total from each day on. INVARIANT: the last is the total itself, else nothing is told."""
    for shown in ("low", "maybe"):
        steps: dict[str, TotalGrowth] = {}
        total, high, opens = Fraction(0), Fraction(0), 0
        for one in sorted(days):
            total += Fraction(getattr(one, shown), scale)
            high += Fraction(one.high, scale)
            opens += one.opens
            day = one.day.isoformat()
            steps[day] = TotalGrowth(day=day, total=show(total), high=None if opens else show(high))
        if steps and total == value.low and (None if opens else high) == value.high:
            return list(steps.values())
    return []


def _key(subject: FindingSubject) -> Key:
    return subject.id, subject.key or "", subject.period or ""
