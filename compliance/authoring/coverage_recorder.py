"""What is seen of the clauses of a pack, and what must be.

**What must be seen.** A clause must be seen true and false. Where no fact could give one of the two, because it asks
what no table tells (`not_known`) or refuses (a certification), it must be seen not known instead.

**The edge.** A comparison is seen at its edge when the cases show the value exactly at the limit, and on the other side
of it one step away. The limit lies on one side itself: at `gt` and `le` the step is upwards, at `ge` and `lt` down.
A step is the least by which a case can change a value: one accelerator, line, party, operation, watt or day; of TPP,
one chip of the case's own (the least TPP of any chip in its lines, holdings and services). Of a ratio it is what one
such step from the rest into the part makes. Both must be known numbers (of a total in which nothing is ever counted for
certain, its upper end), and the comparison must decide its clause: had it answered otherwise, so would the clause.
Where it stands in an alternative that can never hold, which says only what is not known (`not_known`), the same
comparison elsewhere in the clause answers otherwise with it, for they are of one fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from compliance.engine.facts import Amount, Clause, EngineRule, Fact, FactType
from compliance.engine.reference import Reference
from compliance.evaluation.typed_facts import distance, measure_leaf
from compliance.plan.clause_plans import WHOLES, Asking, ClausePlan, Comparison
from compliance.plan.plan_tables import Tables
from compliance.rulebook.conditions import All, Condition, Not, Test, leaves
from compliance.rulebook.reachable_answers import Answers
from compliance.sources.column_types import TPP
from compliance.sources.entities import facts_of
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.source_tables import SourceTables

WHOLE = "as a whole"
UPWARDS = ("gt", "le")
"""The comparisons whose other side lies above the limit."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The case that showed something first."""

    file: Path
    line: int
    case: str

    @property
    def stem(self) -> str:
        """The name of the file, which is that of the rule that its cases are about."""
        return self.file.name.partition(".")[0]


@dataclass
class Edge:
    """A comparison with its limit: the cases that show the limit itself and one step beyond it.

    `below` and `above` are the nearest known distances from the limit on either side, in the unit of the rule.
    """

    path: str
    op: str
    limit: str
    at: Witness | None = None
    beyond: Witness | None = None
    below: Fraction | None = None
    above: Fraction | None = None

    @property
    def covered(self) -> bool:
        return self.at is not None and self.beyond is not None


@dataclass
class ClauseCoverage:
    """A clause, the answers that must be seen of it, and the first case that showed each."""

    kind: str
    name: str
    of: str
    text: str
    needed: tuple[bool | None, ...]
    answers: dict[bool | None, Witness] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)

    @property
    def covered(self) -> bool:
        return all(answer in self.answers for answer in self.needed)

    def show(self, answer: bool | None, shown: Witness) -> None:
        """Notes an answer: its first case in the file of the rule, else its first case."""
        first = self.answers.setdefault(answer, shown)
        if first.stem != self.name == shown.stem:
            self.answers[answer] = shown


def _required_answers(possible: Answers) -> tuple[bool | None, ...]:
    """The answers that must be seen: true and false, and not known in place of one that no row could give."""
    return (*(a for a in (True, False) if a in possible), *(() if {True, False} <= possible else (None,)))


class CoverageRecorder:
    """What has been seen of the clauses of a pack."""

    def __init__(self, plan: ClausePlan) -> None:
        self.plan = plan
        self.wholes: dict[str, ClauseCoverage] = {}
        self.clauses: dict[tuple[str, int], ClauseCoverage] = {}
        self._like: dict[tuple[str, str], tuple[str, ...]] = {}
        rules, types = [], []
        for asking in plan.askings:
            types.append(FactType(asking.key, {leaf.name: leaf.kind for c in asking.clauses for leaf in c.leaves}))
            named = [Clause(str(number), clause.condition) for number, clause in enumerate(asking.clauses)]
            rules.append(EngineRule(asking.key, asking.key, (*named, Clause(WHOLE, asking.whole))))
            for number, clause in enumerate(asking.clauses):
                seen = ClauseCoverage(
                    asking.kind,
                    asking.name,
                    asking.of,
                    clause.text,
                    _required_answers(asking.possible(clause.condition)),
                )
                hopeless = set(_never_true(asking, clause.condition))
                for leaf in clause.leaves:
                    if leaf.name in asking.comparisons:
                        seen.edges[leaf.name] = Edge(leaf.test.path, leaf.test.op, str(leaf.test.value))
                    if leaf.name in hopeless:
                        like = tuple(other.name for other in clause.leaves if other.test == leaf.test)
                        self._like[asking.key, leaf.name] = like
                self.clauses[asking.key, number] = seen
            if asking.kind in WHOLES:
                needed = _required_answers(asking.possible(asking.whole))
                self.wholes[asking.key] = ClauseCoverage(asking.kind, asking.name, asking.of, WHOLE, needed)
        self._reference = Reference(rules, types)

    def add(self, scene: EvaluationContext, shown: Witness) -> None:
        """Asks every clause of every row of a case."""
        rows = SourceTables(scene.world, scene.catalogue, scene.day, scene.orders)
        present = rows.present()
        asked = [asking for asking in self.plan.askings if asking.source in present]
        chip = _least_chip(scene, rows)
        tables = Tables(scene, self.plan.plan, rows)
        try:
            tables.prepare([asking.sql for asking in asked])
            for asking in asked:
                for row in tables.run(asking.sql):
                    self._row(asking, row, chip, shown)
        finally:
            tables.close()

    def _row(self, asking: Asking, row: Mapping[str, Any], chip: int, shown: Witness) -> None:
        values: dict[str, object] = {
            leaf.name: distance(leaf, row) if leaf.kind == "amount" else row[leaf.name]
            for clause in asking.clauses
            for leaf in clause.leaves
        }
        *answers, whole = self._answers(asking, values)
        if asking.key in self.wholes:
            self.wholes[asking.key].show(whole, shown)
        for number, answer in enumerate(answers):
            seen = self.clauses[asking.key, number]
            seen.show(answer, shown)
            for name, edge in seen.edges.items():
                moved = self._like.get((asking.key, name), (name,))
                one, other = (
                    self._answers(asking, {**values, **dict.fromkeys(moved, forced)})[number]
                    for forced in _either(asking.comparisons[name])
                )
                if one is not other:
                    _see(edge, asking.comparisons[name], row, chip, shown)

    def _answers(self, asking: Asking, values: Mapping[str, object]) -> list[bool | None]:
        return [answer for _, answer in self._reference.explain(asking.key, Fact(asking.key, "", values))]


def _never_true(asking: Asking, condition: Condition) -> Iterator[str]:
    """The leaves of each alternative that no facts could make hold."""
    if isinstance(condition, All) and True not in asking.possible(condition):
        yield from (test.path for test in leaves(condition))
    elif not isinstance(condition, Test | Not):
        for item in condition.items:
            yield from _never_true(asking, item)


def _either(comparison: Comparison) -> tuple[object, object]:
    """Two values of a comparison's leaf that answer it differently."""
    return (True, False) if comparison.limit is not None else (Amount.of(1), Amount.of(-1))


def _see(edge: Edge, comparison: Comparison, row: Mapping[str, Any], chip: int, shown: Witness) -> None:
    """Notes how far a known value lies from its limit."""
    over, far, step = _distances(comparison, row, chip)
    if over is None or far is None:
        return
    edge.below = max((d for d in (edge.below, far) if d is not None and d < 0), default=None)
    edge.above = min((d for d in (edge.above, far) if d is not None and d > 0), default=None)
    if over == 0:
        edge.at = edge.at or shown
    elif abs(over) <= step and (over > 0) == (edge.op in UPWARDS):
        edge.beyond = edge.beyond or shown


def _distances(
    comparison: Comparison, row: Mapping[str, Any], chip: int
) -> tuple[int | None, Fraction | None, Fraction]:
    """The distance over the limit in the units of the fact and in that of the rule, and one step in the former."""
    leaf = comparison.leaf
    if comparison.limit is not None:
        day: date | None = row[f"{leaf.name}.day"]
        days = None if day is None else (day - comparison.limit).days
        return days, None if days is None else Fraction(days), Fraction(1)
    over, value = distance(leaf, row), measure_leaf(leaf, row, True)
    unit = Fraction(chip * leaf.scale, TPP) if comparison.unit == "TPP" else Fraction(1)
    step = unit * leaf.limit_scale * (100 if leaf.ratio else 1)
    far = None if value is None else value.high if comparison.possible else value.low
    if value is None or far is None or over.high is None or (over.low != over.high and not comparison.possible):
        return None, None, step
    return over.high, far - value.limit, step


def _least_chip(scene: EvaluationContext, rows: SourceTables) -> int:
    """The least TPP, in thousandths, of any chip in lines, holdings and services; zero where none has a known one."""
    sources = ("lines", "installed", "services")
    names = {chip for source in sources for chip in rows.of(source).column("chip").unique().to_pylist()}
    facts = (facts_of(scene.catalogue, name, scene.day) for name in names if name)
    return min((one.tpp for one in facts if one and one.tpp), default=0)
