"""Compiles the rules of a pack to plans."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from typing import Any as Expression

from compliance.errors import InputError, Problem, UsageError
from compliance.plan.license_determination import determination_plan, policy_columns
from compliance.plan.line_reach import reach
from compliance.plan.prune import is_unsatisfiable
from compliance.plan.rule_plan import (
    COMPARISONS,
    PLACEHOLDER,
    Leaf,
    PackPlan,
    PlannedClause,
    Probe,
    RulePlan,
    sample_rows,
)
from compliance.plan.sql.aggregate import AggregateCompiler, sql
from compliance.plan.sql.aggregate_schema import AggregateSchema
from compliance.plan.sql.compiler import Compiler
from compliance.plan.sql.frames import Frame, Ratio
from compliance.plan.sql.lineage_queries import evidence
from compliance.plan.sql.scenarios import SCENE, asked_about
from compliance.plan.subject_kinds import check_subject_kind
from compliance.rulebook.conditions import Condition, Not, Test, leaves, rebuilt
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Rule, slug
from compliance.sources.parties.list_membership import LISTED
from compliance.sources.source_catalogue import SOURCES

LICENSE_REQUIRED = "license_required"
HOLDER = re.compile(r"\blisted_kin\.([A-Za-z0-9_-]+)$")


class Planner:
    """Compiles the rules of one pack."""

    def __init__(self, pack: Pack, beside: bool = False) -> None:
        self.pack = pack
        self.compiler = Compiler(pack, beside)
        self.totals = AggregateCompiler(self.compiler)

    def plan(self, sources: frozenset[str] | None = None, margins: bool = True) -> PackPlan:
        """The plans of the rules over these sources (of every rule without), with the probes only if `margins`.

        Raises `InputError` with all rules that cannot be compiled.
        """
        plans: list[RulePlan] = []
        problems: list[Problem] = []
        probes: list[Probe] = []
        for rule in self.pack.rules:
            try:
                of = self.compiler.chosen(rule.of, rule)
                if sources is not None and not self._rests_on(of) <= sources:
                    continue
                if sources is not None and of in SOURCES and any(self._nowhere(of, rule.when.values(), sources)):
                    continue
                plans.append(self._rule(rule))
                probes += self._probe(rule) if margins else ()
            except UsageError as wrong:
                file, line = self.pack.places.get(rule.id, (str(self.pack.folder), 0))
                problems.append(Problem(file, line, str(wrong)))
        try:
            asked_of = dict.fromkeys(of for r in self.pack.definitions.requirements.values() for of in r.of)
            determined = [of for of in asked_of if sources is None or (of in sources and self._needs(of, sources))]
            determinations = tuple(determination_plan(self.totals, of) for of in determined)
            probed = self.pack.definitions.measures if margins else ()
            measures = [m for m in probed if sources is None or self._rests_on(m) <= sources]
            probes += [probe for name in measures for probe in self._filter_probes(name)]
        except UsageError as wrong:
            problems.append(Problem(str(self.pack.folder), 0, str(wrong)))
        if problems:
            raise InputError(problems)
        statements = self.totals.statements()
        return PackPlan(
            self.pack,
            frozenset(sources or ()),
            self.compiler.needs,
            statements,
            tuple(replace(plan, reach=reach(self.pack, plan, statements)) for plan in plans),
            determinations,
            tuple(probes),
        )

    # ---- rules

    def _rule(self, rule: Rule) -> RulePlan:
        of = self.compiler.chosen(rule.of, rule)
        frame = self.totals.frame(of)
        shape = self.totals.totals(of)[1] if of in self.pack.definitions.measures else None
        columns: dict[str, object] = {}
        clauses = []
        for text, condition in rule.when.items():
            clauses.append(self._clause(frame, rule, text, condition, False, columns))
        for text, condition in rule.unless.items():
            clauses.append(self._clause(frame, rule, text, condition, True, columns))
        possible = [
            self.compiler.holds(frame, Not(condition) if exception else condition, rule)
            for conditions, exception in ((rule.when, False), (rule.unless, True))
            for condition in conditions.values()
        ]

        def asked(t: Expression) -> Expression:
            return reduce(lambda a, b: a & b, (get(t).fill_null(True) for get in possible))

        self.totals.candidates(frame, asked)
        words = self._words(frame, rule, columns)
        self._subject(frame, rule, shape, columns)
        policies = {}
        stated = rule.then.review_policy or rule.then.review_policy_of
        if shape is None and rule.then.outcome == LICENSE_REQUIRED and stated is None:
            policies = policy_columns(self.compiler, frame, of)
            columns |= policies
        if rule.then.review_policy_of is not None:
            columns["s.policy"] = self.compiler.column(frame, rule.then.review_policy_of).get
        for flag, condition in rule.then.flags_where.items():
            columns[f"f.{flag}"] = self.compiler.holds(frame, condition, rule)
        table = frame.table()
        kept = table.filter(asked(table))
        if rule.where_unknown == "not_evaluated":
            columns["s.held"] = lambda t: reduce(lambda a, b: a & b, (get(t) for get in possible))
        if self.compiler.beside:
            kept = kept.filter(asked_about(kept))
        query: str = sql(kept.select(**{name: get(kept) for name, get in columns.items()}))  # type: ignore[operator]
        query = sample_rows(query, columns) if "s.held" in columns else query
        behind = evidence(self.totals, of) if shape is not None else None
        measured = next((leaf for c in clauses if not c.exception for leaf in c.leaves if leaf.kind == "amount"), None)
        if rule.measure is not None:
            named = [leaf for c in clauses for leaf in c.leaves if leaf.test.path == rule.measure]
            measured = next((leaf for leaf in named if leaf.kind == "amount"), measured)
        dated = shape is not None and "period" in self.totals.counted(of)[0].columns
        told = (tuple(clauses), shape, words, measured, dated, tuple(policies), tuple(rule.then.flags_where))
        return RulePlan(rule, of, self._source(of), query, behind, *told)

    def _probe(self, rule: Rule) -> Iterable[Probe]:
        of = self.compiler.chosen(rule.of, rule)
        conditions = [*rule.when.values(), *rule.unless.values()]
        tests = [t for c in conditions for t in leaves(self.compiler.expand(self.totals.frame(of), c))]
        return self._probes(rule.id, of, rule, tests)

    def _filter_probes(self, name: str) -> Iterable[Probe]:
        """The comparisons with other totals that decide which rows a measure counts."""
        where = self.compiler.measure(name).where
        for test in leaves(where) if where is not None else ():
            head, _, rest = test.path.partition(".")
            if head == "measure" and test.op in COMPARISONS:
                other, _, column = rest.partition(".")
                inner = Test(column or "measure", test.op, test.value)
                yield from self._probes(f"{name}/{other}", other, None, [inner])

    def _probes(self, name: str, of: str, rule: Rule | None, tests: Iterable[Test]) -> Iterable[Probe]:
        frame = self.totals.frame(of)
        columns: dict[str, object] = {}
        found = []
        for test in tests:
            if test.op in COMPARISONS and not test.path.startswith("?") and not self._is_date(frame, test.path):
                found.append(self._leaf(frame, rule, test, f"c{len(columns)}", columns))
        if not found:
            return
        for key in ("id", "key", "period"):
            if key in frame.columns:
                columns[f"s.{key}"] = lambda t, key=key: t[key]
        table = frame.table()
        if self.compiler.beside:
            columns["s.scene"] = lambda t: t[SCENE]
            table = table.filter(asked_about(table))
        query = sql(table.select(**{c: get(table) for c, get in columns.items()}))  # type: ignore[operator]
        yield Probe(name, self._source(of), query, tuple(found))

    def _rests_on(self, of: str) -> frozenset[str]:
        """The source of a rule, and the lists without whose members its totals have no holder."""
        found = {self._source(of)}
        measure = self.compiler.keyed_measure(of) if of in self.pack.definitions.measures else None
        if measure is not None and measure.by is not None:
            holder = HOLDER.search(self.compiler.chosen(measure.by.id))
            if holder is not None and holder[1] not in self.pack.party_lists:
                found.add(f"{LISTED}{holder[1]}")
        return frozenset(found)

    def _nowhere(self, of: str, asked: Iterable[Condition], sources: frozenset[str]) -> Iterable[bool]:
        """Of each of these conditions on the rows of a table, whether it can hold of none of them."""
        frame = self.totals.frame(of)
        return (is_unsatisfiable(self.pack, self.compiler.expand(frame, one), sources) for one in asked)

    def _needs(self, of: str, sources: frozenset[str]) -> bool:
        """Whether some requirement on the rows of a table can hold."""
        asked = [r.when for r in self.pack.definitions.requirements.values() if of in r.of]
        return not all(self._nowhere(of, asked, sources))

    def _source(self, of: str) -> str:
        """The table whose rows a rule rests on in the end."""
        if of not in self.pack.definitions.measures:
            return of
        measure = self.compiler.measure(of)
        inner = measure.of or self.compiler.chosen(measure.whole or measure.to or "")
        return self._source(inner)

    def _clause(
        self,
        frame: Frame,
        rule: Rule | None,
        text: str,
        condition: Condition,
        exception: bool,
        columns: dict[str, object],
    ) -> PlannedClause:
        found: list[Leaf] = []

        def change(test: Test) -> Condition:
            leaf = self._leaf(frame, rule, test, f"c{len(columns)}", columns)
            found.append(leaf)
            value = test.value if leaf.kind == "text" else (0 if leaf.kind == "amount" else True)
            op = test.op if leaf.kind != "flag" else "is"
            return Test(leaf.name, op, value)

        planned = rebuilt(self.compiler.expand(frame, condition), change)
        return PlannedClause(slug(text), text, planned, exception, tuple(found))

    def _leaf(self, frame: Frame, rule: Rule | None, test: Test, name: str, columns: dict[str, object]) -> Leaf:
        if test.op in COMPARISONS and not test.path.startswith("?"):
            compared = self.compiler.compare(frame, test, rule)
            value, limit = compared.value, compared.limit
            if not isinstance(value, Ratio) and self._is_date(frame, test.path):
                columns[name] = compared.holds
                return Leaf(name, test, "flag")
            columns[f"{name}.limit"] = limit.low
            columns[f"{name}.limit_high"] = limit.high
            if isinstance(value, Ratio):
                for side, found in (("part", value.part), ("other", value.other)):
                    columns[f"{name}.{side}.low"], columns[f"{name}.{side}.high"] = found.low, found.high
                    columns[f"{name}.{side}.maybe"] = found.shown
                return Leaf(name, test, "amount", value.part.scale, limit.scale, "to" if value.of_other else "rest")
            columns[f"{name}.low"], columns[f"{name}.high"] = value.low, value.high
            columns[f"{name}.maybe"] = value.shown
            return Leaf(name, test, "amount", value.scale, limit.scale)
        if test.op in ("is", "in") and not test.path.startswith("?"):
            found = self.compiler.column(frame, test.path)
            if found.kind in ("text", "party", "site", "model", "chip"):
                columns[name] = found.get
                return Leaf(name, test, "text")
        columns[name] = self.compiler.leaf(frame, test, rule)
        return Leaf(name, test, "flag")

    def _is_date(self, frame: Frame, path: str) -> bool:
        if self.compiler.ratio(frame, path) is not None:
            return False
        return self.compiler.column(frame, path).kind == "date"

    def _words(self, frame: Frame, rule: Rule, columns: dict[str, object]) -> tuple[str, ...]:
        """The paths that the rule's message names, as columns of text."""
        given = ("subject", "measure", "limit", "over", "period", "key", "unit", "remedy")
        words = tuple(sorted({w for w in PLACEHOLDER.findall(rule.then.message) if w not in given}))
        for word in words:
            found = self.compiler.column(frame, word)
            columns[f"w.{word}"] = found.low if found.kind == "amount" else found.get
        return words

    def _subject(self, frame: Frame, rule: Rule, shape: AggregateSchema | None, columns: dict[str, object]) -> None:
        if wrong := check_subject_kind(self.totals, rule):
            raise UsageError(wrong)
        if not isinstance(rule.subject.kind, str):
            for word, asked in rule.subject.kind.items():
                columns[f"k.{word}"] = self.compiler.holds(frame, asked, rule)
        if self.compiler.beside:
            columns["s.scene"] = lambda t: t[SCENE]
        if shape is not None:
            columns["s.id"] = lambda t: t["id"]
            for name in ("key", "period"):
                if name in frame.columns:
                    columns[f"s.{name}"] = lambda t, name=name: t[name]
            if rule.subject.id is not None:
                columns["s.id"] = self.compiler.column(frame, rule.subject.id).get
                columns["s.group"] = lambda t: t["id"]
            return
        columns["s.table"] = lambda t: t["table"]
        columns["s.row"] = lambda t: t["id"]
        columns["s.ordered"] = lambda t: t["ordered"]
        columns["s.date"] = lambda t: t["date"]
        columns["s.id"] = self.compiler.column(frame, rule.subject.id or "id").get
        if rule.subject.key is not None:
            columns["s.key"] = self.compiler.column(frame, rule.subject.key).get
        if rule.subject.period is not None:
            columns["s.period"] = self.compiler.column(frame, rule.subject.period).get
        if rule.then.due is not None:
            columns["s.due"] = self.compiler.column(frame, rule.then.due.after).get
