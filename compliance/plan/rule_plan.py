"""Compiles a rule to one columnar plan: rows that could match, with the answers that its clauses need.

A plan is compiled to SQL once per pack (and set of overrides) and runs on any world. Its rows become facts; the engines
decide. The plan drops a row only if some clause fails for certain, so that a million keys give few facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from compliance.plan.sql.aggregate_schema import AggregateSchema
from compliance.plan.sql.frames import Requirements
from compliance.plan.sql.materialize import Statement
from compliance.plan.sql.relations import NAME, Query
from compliance.rulebook.conditions import Condition, Test
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Rule

if TYPE_CHECKING:
    from compliance.plan.line_reach import Reach

PLACEHOLDER = re.compile(r"{([a-z_.A-Z0-9]+)}")
SAMPLE = 200
"""Rows sampled to explain why a rule was not evaluated."""
COMPARISONS = ("gt", "ge", "lt", "le")


@dataclass(frozen=True)
class Leaf:
    """One question of a clause, as a column of the plan: a truth value, a text, or an amount against its limit."""

    name: str
    test: Test
    kind: Literal["flag", "text", "amount"]
    scale: int = 1
    limit_scale: int = 1
    ratio: Literal["", "rest", "to"] = ""


@dataclass(frozen=True)
class PlannedClause:
    """A clause with each question replaced by the leaf that answers it; `exception` clauses must not hold."""

    id: str
    text: str
    condition: Condition
    exception: bool
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class RulePlan:
    """A rule, the SQL of its candidate rows and of the rows behind a total, and how to read both.

    Of a rule that says where it was not evaluated only some of the candidates are those of which it is not known.
    """

    rule: Rule
    of: str
    source: str
    sql: str
    evidence: str | None
    clauses: tuple[PlannedClause, ...]
    shape: AggregateSchema | None
    words: tuple[str, ...]
    measured: Leaf | None
    dated: bool = False
    """Whether each row behind a total tells its period; else the period is a window of days."""
    policies: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    reach: Reach | None = None
    """Of which lines a finding can depend; `None` where of any."""

    def kind(self, row: Mapping[str, Any]) -> str:
        """What kind of subject a row of the plan is about."""
        kind = self.rule.subject.kind
        if isinstance(kind, str):
            return kind
        return next((word for word in kind if row[f"k.{word}"] is not False), next(iter(kind)))


@dataclass(frozen=True)
class PackPlan:
    """All plans of a pack and what they need of a world."""

    pack: Pack
    sources: frozenset[str]
    needs: Requirements
    statements: tuple[Statement, ...]
    rules: tuple[RulePlan, ...]
    determinations: tuple[DeterminationPlan, ...]
    probes: tuple[Probe, ...]

    def reads(self, queries: Iterable[str]) -> frozenset[str]:
        """The tables that these queries read, and those that are made on the way to them."""
        made = {statement.name: statement for statement in self.statements}
        found: set[str] = set()
        waiting = list(queries)
        while waiting:
            for name in set(NAME.findall(waiting.pop())) - found:
                found.add(name)
                if name in made:
                    waiting.append(made[name].sql)
        return frozenset(found)


@dataclass(frozen=True)
class Probe:
    """Every comparison of a rule or of a measure's filter, for all keys: how far each is from its limit."""

    name: str
    source: str
    sql: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class DeterminationPlan:
    """The requirements, routes and review policies of one table as truth values a row."""

    of: str
    sql: str
    requirements: tuple[str, ...]
    routes: dict[str, tuple[str, ...]]
    policies: tuple[str, ...]


def review_policy(pack: Pack, columns: Iterable[str], row: Mapping[str, Any]) -> str | None:
    """The first policy that holds of a row, or may: policies stand in order, the strictest first."""
    for column in columns:
        if row[column] is not False:
            return pack.definitions.review_policies[int(column.partition(".")[2])].policy
    return None


def sample_rows(query: str, columns: Mapping[str, object]) -> str:
    """The rows of a query that are held, and of those of which that is not known only a few, those of orders first."""
    order = ['"s.ordered" DESC'] if "s.ordered" in columns else []
    order += [f'"s.{name}"' for name in ("id", "key", "period", "table", "row") if f"s.{name}" in columns]
    apart = ", ".join(f'"{name}"' for name in ("s.held", "s.scene") if name in columns)
    few = f"row_number() OVER (PARTITION BY {apart} ORDER BY {', '.join(order)}) <= {SAMPLE}"
    return Query.around(query, "SELECT *", f' QUALIFY "s.held" OR {few}')
