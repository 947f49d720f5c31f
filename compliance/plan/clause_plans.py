"""Plans that evaluate every clause of a pack on every row, whatever the other clauses say.

A rule's own plan keeps only rows that could match. These queries keep all rows, so that coverage sees a clause fail as
well as hold. They serve `rules coverage` and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance.plan.planner import Planner
from compliance.plan.rule_plan import COMPARISONS, Leaf, PackPlan, PlannedClause
from compliance.plan.sql.aggregate import sql
from compliance.plan.sql.frames import Frame
from compliance.rulebook.conditions import All, Condition, Not, Test
from compliance.rulebook.packs import Pack
from compliance.rulebook.prose.wording import STEP, Wording
from compliance.rulebook.reachable_answers import EVERY, Answers, possible
from compliance.rulebook.rule_models import Measure, Rule
from compliance.sources.source_catalogue import NEVER_FALSE

Kind = Literal["rule", "requirement", "route", "review_policy", "measure"]
WHOLES = ("rule", "route")
"""The kinds that hold where all their clauses do."""


@dataclass(frozen=True)
class Comparison:
    """A comparison within a clause: its leaf, the unit of its value, and for days the day that is its limit.

    `possible` says that nothing is ever counted for certain in the value, so that only its upper end is a number.
    """

    leaf: Leaf
    unit: str
    limit: date | None
    possible: bool


@dataclass(frozen=True)
class Asking:
    """The clauses of one rule, requirement, route, policy or measure over all rows of a table or all totals."""

    kind: Kind
    name: str
    of: str
    source: str
    sql: str
    clauses: tuple[PlannedClause, ...]
    comparisons: Mapping[str, Comparison]
    answers: Mapping[str, Answers]

    @property
    def key(self) -> str:
        return f"{self.kind} {self.name} {self.of}"

    @property
    def whole(self) -> Condition:
        """What holds where every clause does and no exception."""
        return All(tuple(Not(c.condition) if c.exception else c.condition for c in self.clauses))

    def possible(self, condition: Condition) -> Answers:
        """The answers that some row could give to a condition over the leaves of these clauses."""
        return possible(condition, lambda test: self.answers[test.path])


@dataclass(frozen=True)
class ClausePlan:
    """All that a pack asks, and the plan that makes the tables on the way to it."""

    plan: PackPlan
    askings: tuple[Asking, ...]


def clause_plan(pack: Pack) -> ClausePlan:
    """Compiles the clauses of a pack; raises `UsageError` for words that do not compile."""
    return _ClausePlanner(pack).clauses()


AT_LEAST_ONE, MORE_THAN_NONE = ("measure", "ge", "1"), ("measure", "gt", "0")


class _ClausePlanner(Planner):
    """Compiles all that a pack asks, with the days that it compares beside the answers."""

    def clauses(self) -> ClausePlan:
        askings = tuple(self._askings())
        statements = self.totals.statements()
        plan = PackPlan(self.pack, frozenset(), self.compiler.needs, statements, (), (), ())
        return ClausePlan(plan, askings)

    def _askings(self) -> Iterable[Asking]:
        definitions = self.pack.definitions
        for rule in self.pack.rules:
            of = self.compiler.chosen(rule.of, rule)
            yield self._asking("rule", rule.id, of, rule.when, rule.unless, rule)
        for name, requirement in definitions.requirements.items():
            for of in requirement.of:
                yield self._asking("requirement", name, of, self._items(of, requirement.when))
        for name, route in definitions.routes.items():
            for of in route.of:
                yield self._asking("route", name, of, route.conditions)
        for number, policy in enumerate(definitions.review_policies):
            for of in policy.of if policy.when is not None else ():
                assert policy.when is not None
                asked = self._items(of, policy.when)
                yield self._asking("review_policy", f"{policy.policy} ({number + 1})", of, asked)
        for name, measure in definitions.measures.items():
            if measure.of is not None and measure.where is not None:
                yield self._asking("measure", name, measure.of, self._items(measure.of, measure.where))

    def _items(self, of: str, where: Condition) -> dict[str, Condition]:
        """Conditions that have no names, each under its own words."""
        if isinstance(where, All):
            return {text: item for each in where.items for text, item in self._items(of, each).items()}
        head, *inner = (line.partition(", that is")[0] for line in Wording(self.pack).condition(where, of))
        direct = [line.strip() for line in inner if not line.startswith(2 * STEP)]
        return {" ".join((head, "; ".join(direct))) if head.endswith(":") else head: where}

    def _asking(
        self,
        kind: Kind,
        name: str,
        of: str,
        when: Mapping[str, Condition],
        unless: Mapping[str, Condition] | None = None,
        rule: Rule | None = None,
    ) -> Asking:
        frame = self.totals.frame(of)
        columns: dict[str, object] = {}
        clauses = [
            self._clause(frame, rule, text, condition, exception, columns)
            for asked, exception in ((when, False), (unless or {}, True))
            for text, condition in asked.items()
        ]
        asked = [leaf for clause in clauses for leaf in clause.leaves]
        sure = {leaf.name for leaf in asked if self._counts_any(of, leaf.test)}
        compared = {
            leaf.name: self._comparison(of, leaf, rule)
            for leaf in asked
            if _compares(leaf.test) and leaf.name not in sure
        }
        answers = {
            leaf.name: EVERY - {False} if leaf.name in sure else _answers(leaf, compared.get(leaf.name))
            for leaf in asked
        }
        table = frame.table()
        query = sql(table.select(**{column: get(table) for column, get in columns.items()}))  # type: ignore[operator]
        return Asking(kind, name, of, self._source(of), query, tuple(clauses), compared, answers)

    def _leaf(self, frame: Frame, rule: Rule | None, test: Test, name: str, columns: dict[str, object]) -> Leaf:
        leaf = super()._leaf(frame, rule, test, name, columns)
        if leaf.kind == "flag" and _compares(test):
            columns[f"{name}.day"] = self.compiler.column(frame, test.path).get
        return leaf

    def _comparison(self, of: str, leaf: Leaf, rule: Rule | None) -> Comparison:
        test, text = leaf.test, str(leaf.test.value)
        parameter = self.pack.parameter(text[1:], rule) if text.startswith("$") else None
        if leaf.kind == "flag":
            day = date.fromisoformat(parameter.values[-1].value if parameter else text)
            return Comparison(leaf, "days", day, False)
        measure = self._compared_measure(of, test)
        if measure is None:
            return Comparison(leaf, parameter.unit if parameter else "", None, False)
        where = measure.where
        blank = where is not None and True not in possible(where, lambda asked: _answers_to(asked.path, True))
        return Comparison(leaf, measure.unit, None, blank)

    def _counts_any(self, of: str, test: Test) -> bool:
        """Whether it is asked of a count of rows that it is not nothing; a holder without a row has no count."""
        measure = self.pack.definitions.measures.get(of)
        asked = test.path, test.op, str(test.value)
        return measure is not None and measure.count == "rows" and asked in (AT_LEAST_ONE, MORE_THAN_NONE)

    def _compared_measure(self, of: str, test: Test) -> Measure | None:
        """The measure whose total is compared; of a ratio that of its part."""
        head, _, rest = test.path.partition(".")
        name = rest.partition(".")[0] if head == "measure" and rest else of
        measure = self.pack.definitions.measures.get(name) if head in ("measure", "before_last") else None
        while measure is not None and measure.part is not None:
            measure = self.compiler.measure(self.compiler.chosen(measure.part))
        return measure


def _compares(test: Test) -> bool:
    return test.op in COMPARISONS and not test.path.startswith("?")


def _answers(leaf: Leaf, comparison: Comparison | None) -> Answers:
    """The answers that a leaf can have; of a total that nothing is counted in for certain, it is never over a limit."""
    if comparison is not None and comparison.possible:
        return EVERY - {leaf.test.op in ("gt", "ge")}
    if leaf.test.op == "given":  # whether it stands there is always known
        return EVERY - {None}
    return _answers_to(leaf.test.path, leaf.test.value is not False)


def _answers_to(path: str, value: bool) -> Answers:
    """The answers to a question: what no table tells is never known, a paper not on record never refused."""
    if path.startswith("?"):
        return frozenset({None})
    return EVERY - {not value} if path.startswith(NEVER_FALSE) else EVERY
