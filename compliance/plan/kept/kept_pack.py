"""Kept state of one pack on a world without orders: counted rows, totals and looked-up attributes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
from sqlglot import exp

from compliance.plan.kept.condensed_rows import Condense, condensing
from compliance.plan.kept.kept_rows import KeptRows
from compliance.plan.kept.kept_totals import HOLDER, KeptTotals
from compliance.plan.plan_tables import Tables, site_rows
from compliance.plan.rowwise.row_relations import Row
from compliance.plan.rowwise.source_text import Unwritten
from compliance.plan.rule_plan import PackPlan
from compliance.plan.sql.aggregate_schema import KEYS
from compliance.plan.sql.frames import view
from compliance.plan.sql.materialize import SOME, Materialization, Statement, plan_materializations
from compliance.plan.sql.relations import Query
from compliance.rulebook.monotonicity import asked_to_stay_small, removable
from compliance.sources.evaluation_context import EvaluationContext

LINES = "lines"
OF_HOLDER = f"@{HOLDER}"
"""How a join names the column of a total that says whose it is."""


@dataclass(frozen=True)
class Link:
    """That the rows of a source are set beside a total by a column in which they name its holder.

    `reader` is a measure's statement or the id of a rule. Of some rules only a total that falls can undo a finding.
    """

    reader: str
    source: str
    total: str
    column: str
    only_falling: bool


class _CondensedRows:
    """Condensed rows of a total by holder, computed once each."""

    def __init__(self, kept: KeptRows, condense: Condense) -> None:
        self._kept = kept
        self._condense = condense
        self._made: dict[str, list[Row]] = {}

    def __call__(self, holder: str) -> list[Row]:
        if holder not in self._kept:
            return []  # such as a purchase by the name of an order, of which there is no end
        if holder not in self._made:
            self._made[holder] = self._condense(self._kept.of(holder))
        return self._made[holder]


class KeptPack:
    """The rows that count and the totals of a pack, of one world without orders on one day."""

    def __init__(self, plan: PackPlan, scene: EvaluationContext, tables: Tables) -> None:
        self.plan = plan
        self.scene = scene
        made = self.made
        self._made = {one.name: one for one in plan.statements if one.name in made}
        self.counted = _keep_statements(counted_in(plan), self._made, tables)
        self.totals = _keep_statements(totals_in(plan), self._made, tables)
        self.links = {link: _keep_linked_rows(link, tables) for link in links_in(plan) if link.total in made}
        self.looked_up: Mapping[str, dict[str, list[Row]]] = defaultdict(dict)
        """What was worked out of parties, places, chips and sites, by table and name."""
        self._condensed: dict[tuple[str, str], _CondensedRows] = {}

    def condense_rows(self, total: str, counted: str) -> Callable[[str], Sequence[Row]]:
        """The rows of a holder on record that a total adds up, as far as it cannot tell them apart; kept."""
        if (total, counted) not in self._condensed:
            columns = self._made[counted].columns or ()
            keys = [column for column in KEYS if column in columns]
            condense = condensing(_tree(self._made[total].sql), counted, columns, keys)
            self._condensed[total, counted] = _CondensedRows(self.counted[counted], condense)
        return self._condensed[total, counted]

    @cached_property
    def makings(self) -> Sequence[Materialization]:
        """How the statements of the plan are carried out for few rows."""
        return plan_materializations(list(self._made.values()), asked_of(self.plan), lambda _: False)

    @cached_property
    def made(self) -> frozenset[str]:
        """The tables that the queries of the plan read, and those on the way to them."""
        return self.plan.reads(asked_of(self.plan))

    @cached_property
    def sites(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The sites of the world by id."""
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in site_rows(self.scene):
            found[row["site"]].append(row)
        return found

    def linked_rows(self, totals: Mapping[str, KeptTotals]) -> Iterator[tuple[Link, set[str]]]:
        """Lines on record whose answer may be another now, for each of the readers that set them beside totals."""
        for link, rows in self.links.items():
            of_total = totals[link.total]
            holders = of_total.lowered_holders if link.only_falling else of_total.touched
            if holders and rows is None:
                raise Unwritten(f"rows of `{link.source}` are set beside totals that an order touches")
            if holders and rows is not None:
                yield link, {row[1] for row in rows.of_each(holders)}


def asked_of(plan: PackPlan) -> list[str]:
    """The queries of a plan: its rules, the rows behind their totals, its determinations."""
    behind = [rule.evidence for rule in plan.rules if rule.evidence is not None]
    return [*(rule.sql for rule in plan.rules), *behind, *(made.sql for made in plan.determinations)]


def _keep_statements(statements: Iterable[Statement], made: Collection[str], tables: Tables) -> dict[str, KeptRows]:
    found = {one.name: tables.made(one.name, _columns(one)) for one in statements if one.name in made}
    return {name: KeptRows(rows, HOLDER) for name, rows in found.items()}


def _keep_linked_rows(link: Link, tables: Tables) -> KeptRows | None:
    """The rows on record of a source, by whom they name; of others than lines an order touches none."""
    if link.source != LINES:
        return None
    rows = tables.made(view(f"wide.{link.source}"), list(dict.fromkeys((link.column, "id"))))
    named = {HOLDER: rows.column(link.column), "row": rows.column("id")}
    return KeptRows(pa.table(named), HOLDER)


def counted_in(plan: PackPlan) -> Iterator[Statement]:
    """The statements of the rows that count in totals."""
    return (one for one in plan.statements if one.kind == "view" and one.source is not None)


def totals_in(plan: PackPlan) -> Iterator[Statement]:
    """The statements of totals."""
    return (one for one in plan.statements if one.source is None)


def links_in(plan: PackPlan) -> Iterator[Link]:
    """How the rows of sources are set beside totals, by measures, and by rules of which lines can undo a finding."""
    totals = frozenset(one.name for one in totals_in(plan))
    wide = {one.name: one.source for one in plan.statements if one.kind in ("table", SOME) and one.source is not None}
    readers = [(one.name, one.sql, totals) for one in counted_in(plan)]
    for rule in plan.rules:
        if removable(plan.pack, rule.rule) is not None:
            small = asked_to_stay_small(plan.pack, rule.rule)
            readers.append((rule.rule.id, rule.sql, frozenset(view(f"total.{name}") for name in small)))
    for reader, sql, small in readers:
        tree = _tree(sql)
        sources = {wide[table.name] for table in tree.find_all(exp.Table) if table.name in wide}
        joined = dict.fromkeys(_joined_totals(tree, totals))
        yield from (Link(reader, of, *link, link[0] not in small) for of in sorted(sources) for link in joined)


def _joined_totals(tree: exp.Expression, totals: Collection[str]) -> Iterator[tuple[str, str]]:
    """The totals that rows are set beside, each with the column in which they name its holder."""
    for join in tree.find_all(exp.Join):
        total = next((table.name for table in join.this.find_all(exp.Table) if table.name in totals), None)
        if total is None:
            continue
        on = join.args["on"]
        sides = [(one.this, one.expression) for one in on.find_all(exp.EQ)]
        pairs = [*sides, *((b, a) for a, b in sides)]
        named = [a for a, b in pairs if isinstance(b, exp.Column) and b.name.endswith(OF_HOLDER)]
        if len(named) != 1 or not isinstance(named[0], exp.Column):
            raise Unwritten(on.sql())
        yield total, named[0].name


def _columns(statement: Statement) -> Sequence[str]:
    """The columns of a statement, in order."""
    return statement.columns or [one.alias_or_name for one in _tree(statement.sql).selects]


def _tree(sql: str) -> exp.Expression:
    assert isinstance(sql, Query)
    return sql.tree
