"""The one evaluation: world + rules + day -> what holds, with the rows behind it.

Everything else asks this: audit of the world, screening of the world with an order, headroom and remedies of worlds
changed a little. Nothing here knows why it is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, get_args

import pyarrow as pa

from compliance.decisions.behind import with_rows
from compliance.decisions.counted import Behind, Counted, CountedRows
from compliance.decisions.facts import Measured, distance, engines_of, fact, measured
from compliance.decisions.open_questions import open_paths
from compliance.engine.facts import Amount
from compliance.errors import EngineDisagreement
from compliance.facts.beside import BEFORE, SCENE
from compliance.facts.plan import DeterminationPlan, PackPlan, Probe, RulePlan, review_policy
from compliance.facts.plans import plan_of
from compliance.facts.rows import Rows
from compliance.facts.scene import Scene
from compliance.facts.sources import SOURCES
from compliance.facts.tables import Tables
from compliance.rulebook.packs import Pack
from compliance.rulebook.written import ReviewPolicy

T = TypeVar("T")
Identity = tuple[str, str, str, str | None, str | None]


@dataclass(frozen=True)
class ClauseResult:
    """A clause of a rule: whether it holds (`None`: not known), and its numbers where it has some."""

    id: str
    text: str
    holds: bool | None
    exception: bool
    numbers: tuple[tuple[Any, Measured], ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A rule that holds, for certain or possibly, of one subject."""

    pack: Pack
    plan: RulePlan
    certain: bool
    id: str
    key: str | None
    period: str | None
    clauses: tuple[ClauseResult, ...]
    measured: Measured | None
    words: Mapping[str, Any]
    day: Any
    due_after: Any = None
    kind: str = ""
    review_policy: str | None = None
    flags: tuple[str, ...] = ()
    rows: Sequence[Counted] = ()
    counted: Behind | None = None
    scene: str = BEFORE

    @property
    def rule(self) -> str:
        """The rule as answers name it."""
        return self.plan.rule.name

    @property
    def identity(self) -> Identity:
        """Two findings are the same one if pack, rule, subject and period agree (contracts 6, screening)."""
        return self.pack.id, self.rule, self.id, self.key, self.period

    @property
    def ordered(self) -> bool:
        """Whether the finding rests on a row of an order."""
        return self.rows.ordered if isinstance(self.rows, CountedRows) else any(row.ordered for row in self.rows)


@dataclass(frozen=True)
class Determined:
    """What the rows of one table need and which routes are open to them, as columns."""

    pack: Pack
    plan: DeterminationPlan
    rows: pa.Table
    several: bool = False
    """Whether a line may have several rows, one for each kind of chips in a product."""

    def of_orders(self) -> Determined:
        """Those of the rows of an order."""
        return replace(self, rows=self.rows.filter(self.rows.column("ordered")))


@dataclass
class Evaluation:
    """All that an evaluation found, in the order of packs and rules."""

    found: list[Found] = field(default_factory=list)
    determined: list[Determined] = field(default_factory=list)
    margins: dict[tuple[str, ...], tuple[str, Amount]] = field(default_factory=dict)


def evaluate(
    scene: Scene,
    packs: Iterable[Pack],
    only: Collection[str] | None = None,
    determine: bool = True,
    margins: bool = False,
    sources: frozenset[str] | None = None,
    scenes: Mapping[str, Sequence[str]] | None = None,
    behind: bool = True,
    then: Callable[[list[Found]], object] | None = None,
) -> Evaluation:
    """Evaluates the packs on the scene; `only` names the rules of interest (all of them without).

    `sources` leaves out rules that rest on other tables. With `margins` the answer also tells of every comparison, of
    whatever holds or not, how far it is from its limit. With `scenes`, the orders of each by name, all of them are
    evaluated in one pass as if each were alone (`decisions.beside`). Without `behind` no rows behind totals are told.
    `then` is called with what each pack found, before its determinations are worked out.
    """
    rows = scene.rows
    present = frozenset(p for p in rows.present() if sources is None or p in sources or p not in SOURCES)

    def of_pack(pack: Pack) -> Evaluation:
        plan = plan_of(pack, present, scenes is not None, margins)
        return _evaluated(plan, scene, rows, only, determine, margins, scenes, behind, then)

    return together(each_pack(of_pack, packs))


def each_pack(work: Callable[[Pack], T], packs: Iterable[Pack]) -> list[T]:
    """What the work makes of each pack, in their order; several at once where there are several processors.

    Each pack has a database for itself, and DuckDB works outside the interpreter's lock.
    """
    chosen = list(packs)
    if len(chosen) < 2:
        return [work(pack) for pack in chosen]
    with ThreadPoolExecutor(max_workers=min(len(chosen), os.cpu_count() or 1)) as pool:
        return list(pool.map(work, chosen))


def together(parts: Iterable[Evaluation]) -> Evaluation:
    """What was found pack by pack, as one."""
    result = Evaluation()
    for part in parts:
        result.found += part.found
        result.determined += part.determined
        result.margins |= part.margins
    return result


def _evaluated(
    plan: PackPlan,
    scene: Scene,
    rows: Rows,
    only: Collection[str] | None,
    determine: bool,
    margins: bool,
    scenes: Mapping[str, Sequence[str]] | None,
    behind: bool,
    then: Callable[[list[Found]], object] | None,
) -> Evaluation:
    result = Evaluation()
    tables = Tables(scene, plan, rows)
    try:
        if scenes is not None:
            pairs = [{SCENE: name, "order": row} for name, orders in scenes.items() for row in orders or (None,)]
            tables.add("scenes", pairs, {SCENE: "string", "order": "string"})
        rules = [r for r in plan.rules if only is None or r.rule.name in only]
        asked = plan.determinations if determine else ()
        probes = plan.probes if margins else ()
        more = [rule.evidence for rule in rules if behind and rule.evidence is not None]
        tables.prepare([*(r.sql for r in rules), *more, *(d.sql for d in asked), *(p.sql for p in probes)])
        found = _found(plan, rules, tables)
        result.found += with_rows(found, tables) if behind else found
        if then is not None:
            then(result.found)
        for made in asked:
            result.determined.append(Determined(plan.pack, made, tables.columns(made.sql), not rows.one_each))
        for probe in probes:
            result.margins |= _margins(plan, probe, tables)
    finally:
        tables.close()
    return result


def _margins(plan: PackPlan, probe: Probe, tables: Tables) -> dict[tuple[str, ...], tuple[str, Amount]]:
    found: dict[tuple[str, ...], tuple[str, Amount]] = {}
    for row in tables.run(probe.sql):
        key = tuple(str(row.get(f"s.{name}") or "") for name in ("id", "key", "period", "row", SCENE))
        for leaf in probe.leaves:
            found[plan.pack.id, probe.name, leaf.name, *key] = leaf.test.op, distance(leaf, row)
    return found


def _found(plan: PackPlan, rules: Iterable[RulePlan], tables: Tables) -> list[Found]:
    rows: dict[str, tuple[RulePlan, Mapping[str, Any]]] = {}
    facts = []
    for rule in rules:
        for number, row in enumerate(sorted(tables.run(rule.sql), key=_in_order)):
            made = fact(rule, row, number)
            rows[made.id] = rule, row
            facts.append(made)
    engines = engines_of(plan)
    matched = engines.match(facts)
    certain = {fact_id: held for (fact_id, _), held in matched.items()}
    found = []
    for one in facts:
        rule, kept = rows[one.id]
        if one.id not in certain:
            raise EngineDisagreement(
                f"the columns keep `{one.id}` of pack `{plan.pack.id}` as a candidate, the engines say that it fails: "
                f"{dict(one.values)!r}"
            )
        answers = dict(engines.explain(rule.rule.id, one))
        found.append(_made(plan, rule, kept, answers, certain[one.id]))
    return found


def _in_order(row: Mapping[str, Any]) -> tuple[str, ...]:
    """By whom and what it is about; the kinds of chips of one line, which are alike in that, by all that is asked."""
    named = (str(row.get(f"s.{name}") or "") for name in ("id", "key", "period", "table", "row", SCENE))
    return *named, *map(str, row.values())


def _made(
    plan: PackPlan, rule: RulePlan, row: Mapping[str, Any], answers: Mapping[str, bool | None], certain: bool
) -> Found:
    clauses = []
    for clause in rule.clauses:
        answer = answers[clause.id]
        holds = (None if answer is None else not answer) if clause.exception else answer
        numbers = tuple(
            (leaf, m) for leaf in clause.leaves if leaf.kind == "amount" and (m := measured(leaf, row, certain))
        )
        unknown = open_paths(clause, row) if holds is None else ()
        clauses.append(ClauseResult(clause.id, clause.text, holds, clause.exception, numbers, unknown))
    value = measured(rule.measured, row, certain) if rule.measured is not None else None
    rows: tuple[Counted, ...] = ()
    if rule.shape is None:
        rows = (Counted(row["s.table"], row["s.row"], row["s.date"], bool(row["s.ordered"]), certain, 1, 1, None),)
    return Found(
        pack=plan.pack,
        plan=rule,
        certain=certain,
        id=row["s.group"] if "s.group" in row else row["s.id"],
        key=row.get("s.key"),
        period=None if row.get("s.period") is None else str(row["s.period"]),
        clauses=tuple(clauses),
        measured=value,
        words={word: row[f"w.{word}"] for word in rule.words},
        day=row.get("s.date"),
        due_after=row.get("s.due"),
        kind=rule.kind(row),
        review_policy=_policy(plan.pack, rule, row),
        flags=tuple(flag for flag in rule.flags if row[f"f.{flag}"] or (row[f"f.{flag}"] is None and not certain)),
        rows=rows,
        scene=row.get(f"s.{SCENE}", BEFORE),
    )


def _policy(pack: Pack, rule: RulePlan, row: Mapping[str, Any]) -> str | None:
    """The review policy that a rule states, that its row leads to, or the first of the pack that holds of the row."""
    then = rule.rule.then
    if then.review_policy_of is not None:
        return row["s.policy"] if row["s.policy"] in get_args(ReviewPolicy) else None
    return then.review_policy or review_policy(pack, rule.policies, row)
