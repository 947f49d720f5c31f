"""The single evaluation entry point: world, rules and day give matches with their lineage.

Audit, screening, headroom and remedies all call it. Options select outputs; they never change results.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, get_args

import pyarrow as pa

from compliance.engine.facts import Amount, Fact
from compliance.errors import EngineDisagreement
from compliance.evaluation import lineage_query as lineage
from compliance.evaluation.matches import (
    ClauseResult,
    Match,
    Matches,
    Pattern,
    RuleMatches,
    distinct_candidates,
    sort_candidates,
)
from compliance.evaluation.open_questions import open_paths
from compliance.evaluation.typed_facts import distance, engines_of, fact, measure_leaf
from compliance.plan.plan_cache import plan_of
from compliance.plan.plan_tables import Tables
from compliance.plan.rowwise import workspace
from compliance.plan.rule_plan import DeterminationPlan, PackPlan, Probe, RulePlan, review_policy
from compliance.plan.spark import SparkEngine
from compliance.plan.sql.scenarios import SCENE
from compliance.plan.tables_of_plan import on_tables
from compliance.progress import PROGRESS
from compliance.resources import RESOURCES
from compliance.rulebook.field_types import ReviewPolicy
from compliance.rulebook.packs import Pack
from compliance.sources.distinct_rows import Numbers
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.source_catalogue import SOURCES
from compliance.sources.source_tables import SourceTables
from compliance.stages import Stages

T = TypeVar("T")


@dataclass(frozen=True)
class DeterminationTable:
    """License determination of the rows of one table, in columnar form."""

    pack: Pack
    plan: DeterminationPlan
    rows: pa.Table
    several: bool = False
    """Whether a line may have several rows, one for each kind of chips in a product."""

    def of_orders(self) -> DeterminationTable:
        """Those of the rows of an order."""
        return replace(self, rows=self.rows.filter(self.rows.column("ordered")))


@dataclass
class Evaluation:
    """All that an evaluation found, in the order of packs and rules."""

    found: Sequence[Match] = ()
    determined: list[DeterminationTable] = field(default_factory=list)
    margins: dict[tuple[str, ...], tuple[str, Amount]] = field(default_factory=dict)


def evaluate(
    scene: EvaluationContext,
    packs: Iterable[Pack],
    only: Collection[str] | None = None,
    determine: bool = True,
    margins: bool = False,
    sources: frozenset[str] | None = None,
    scenes: Mapping[str, Sequence[str]] | None = None,
    behind: bool = True,
    then: Callable[[Matches], object] | None = None,
    rows_behind: Callable[[Matches, Tables], object] | None = None,
    stages: Stages | None = None,
    engine: SparkEngine | None = None,
) -> Evaluation:
    """Evaluates the packs on the scene; `only` names the rules of interest (all of them without).

    `sources` leaves out rules that rest on other tables. With `margins` the answer also tells of every comparison, of
    whatever holds or not, how far it is from its limit. With `scenes`, the orders of each by name, all of them are
    evaluated in one pass as if each were alone (`decisions.scenario_batch`). Without `behind` no rows behind totals are
    told.
    `then` is called with what each pack found, before its determinations are worked out, and `rows_behind` with the
    tables too, while all rows behind totals can be asked for. What was finished before is taken from `stages`.
    With an `engine` totals are added up there.
    """
    rows = scene.rows
    present = frozenset(p for p in rows.present() if sources is None or p in sources or p not in SOURCES)

    def of_pack(pack: Pack) -> Evaluation:
        plan = plan_of(pack, present, scenes is not None, margins)

        def on(tables: Tables) -> Evaluation:
            return _run_plan(tables, only, determine, margins, scenes, behind, then, rows_behind)

        # of more rows than are listed the database picks those that are
        return on_tables(scene, plan, on, max(1, len(scenes or ())), lineage.MOST_ROWS, stages, engine)

    return together(each_pack(of_pack, packs, rows))


def each_pack(work: Callable[[Pack], T], packs: Iterable[Pack], rows: SourceTables) -> list[T]:
    """What the work makes of each pack, in their order; several at once where there are several processors.

    Each pack has a database for itself, and DuckDB works outside the interpreter's lock; few lines need none.
    """
    chosen = list(packs)
    if len(chosen) < 2 or len(rows.of("lines")) <= workspace.FEW:
        return [work(pack) for pack in chosen]
    with ThreadPoolExecutor(max_workers=RESOURCES.workers(len(chosen))) as pool:
        return list(pool.map(work, chosen))


def together(parts: Iterable[Evaluation]) -> Evaluation:
    """What was found pack by pack, as one."""
    result = Evaluation()
    rules: list[RuleMatches] = []
    for part in parts:
        rules += rules_of(part.found)
        result.determined += part.determined
        result.margins |= part.margins
    result.found = Matches(rules)
    return result


def rules_of(found: Sequence[Match]) -> list[RuleMatches]:
    """The matches of an evaluation by rule."""
    assert isinstance(found, Matches)
    return found.rules


def _run_plan(
    tables: Tables,
    only: Collection[str] | None,
    determine: bool,
    margins: bool,
    scenes: Mapping[str, Sequence[str]] | None,
    behind: bool,
    then: Callable[[Matches], object] | None,
    rows_behind: Callable[[Matches, Tables], object] | None,
) -> Evaluation:
    result, plan = Evaluation(), tables.plan
    try:
        if scenes is not None:
            pairs = [{SCENE: name, "order": row} for name, orders in scenes.items() for row in orders or (None,)]
            tables.add("scenes", pairs, {SCENE: "string", "order": "string"})
        rules = [r for r in plan.rules if only is None or r.rule.name in only]
        asked = plan.determinations if determine else ()
        probes = plan.probes if margins else ()
        more = [rule.evidence for rule in rules if behind and rule.evidence is not None]
        tables.prepare([*(r.sql for r in rules), *more, *(d.sql for d in asked), *(p.sql for p in probes)])
        columns = _counting(tables, plan, [*rules, *asked]) if then is not None else tables.columns
        result.found = found = match(plan, rules, columns)
        if behind:
            lineage.fetch_lineage(found, tables)
        if then is not None:
            then(found)
        if rows_behind is not None:
            rows_behind(found, tables)
        for made in asked:
            result.determined.append(DeterminationTable(plan.pack, made, columns(made.sql), not tables.rows.one_each))
        for probe in probes:
            result.margins |= _margins(plan, probe, tables)
    finally:
        tables.close()
    return result


def _counting(tables: Tables, plan: PackPlan, steps: Sequence[object]) -> Callable[[str], pa.Table]:
    """The rows of queries, each of which is a step of the work."""
    what = f"{plan.pack.id}, {len(tables.rows.of('lines')):,} lines"
    PROGRESS.expect(len(steps))

    def columns(sql: str) -> pa.Table:
        found = tables.columns(sql)
        PROGRESS.step(what)
        return found

    return columns


def _margins(plan: PackPlan, probe: Probe, tables: Tables) -> dict[tuple[str, ...], tuple[str, Amount]]:
    found: dict[tuple[str, ...], tuple[str, Amount]] = {}
    for row in tables.run(probe.sql):
        key = tuple(str(row.get(f"s.{name}") or "") for name in ("id", "key", "period", "row", SCENE))
        for leaf in probe.leaves:
            found[plan.pack.id, probe.name, leaf.name, *key] = leaf.test.op, distance(leaf, row)
    return found


def match(plan: PackPlan, rules: Iterable[RulePlan], columns: Callable[[str], pa.Table]) -> Matches:
    """The rules that hold of rows of theirs, which `columns` gives for the query of each.

    Both engines decide once of all rows that are alike to them.
    """
    candidates: list[tuple[RulePlan, pa.Table, Numbers, list[tuple[Fact, dict[str, Any]]]]] = []
    for rule in rules:
        rows = columns(rule.sql)
        if len(rows):
            rows = sort_candidates(rows)
            kinds, which = distinct_candidates(rows)
            facts = [(fact(rule, row, number), row) for number, row in enumerate(kinds)]
            candidates.append((rule, rows, which, facts))
    engines = engines_of(plan)
    answers = engines.match([one for *_, facts in candidates for one, _ in facts])
    certain = {fact_id: held for (fact_id, _), held in answers.items()}
    found = []
    for rule, rows, which, facts in candidates:
        patterns = []
        for one, row in facts:
            if one.id not in certain:
                raise EngineDisagreement(
                    f"the columns keep `{one.id}` of pack `{plan.pack.id}` as a candidate, the engines say that it "
                    f"fails: {dict(one.values)!r}"
                )
            told = dict(engines.explain(rule.rule.id, one))
            patterns.append(_pattern(plan, rule, row, told, certain[one.id]))
        found.append(RuleMatches(plan.pack, rule, rows, patterns, which))
    return Matches(found)


def _pattern(
    plan: PackPlan, rule: RulePlan, row: Mapping[str, Any], answers: Mapping[str, bool | None], certain: bool
) -> Pattern:
    clauses = []
    for clause in rule.clauses:
        answer = answers[clause.id]
        holds = (None if answer is None else not answer) if clause.exception else answer
        numbers = tuple(
            (leaf, m) for leaf in clause.leaves if leaf.kind == "amount" and (m := measure_leaf(leaf, row, certain))
        )
        unknown = open_paths(clause, row) if holds is None else ()
        clauses.append(ClauseResult(clause.id, clause.text, holds, clause.exception, numbers, unknown))
    return Pattern(
        certain=certain,
        clauses=tuple(clauses),
        measured=measure_leaf(rule.measured, row, certain) if rule.measured is not None else None,
        kind=rule.kind(row),
        review_policy=_policy(plan.pack, rule, row),
        flags=tuple(flag for flag in rule.flags if row[f"f.{flag}"] or (row[f"f.{flag}"] is None and not certain)),
    )


def _policy(pack: Pack, rule: RulePlan, row: Mapping[str, Any]) -> str | None:
    """The review policy that a rule states, that its row leads to, or the first of the pack that holds of the row."""
    then = rule.rule.then
    if then.review_policy_of is not None:
        return row["s.policy"] if row["s.policy"] in get_args(ReviewPolicy) else None
    return then.review_policy or review_policy(pack, rule.policies, row)
