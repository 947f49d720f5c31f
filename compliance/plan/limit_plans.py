"""The totals that rules hold against limits, of every holder, whether a limit is passed or not.

The columns are those by which the rule itself decides: the same total, the same limit, the same questions to its
holder. Only the comparison with the limit is left out of what is asked, so that who is within it stands there too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any as Expression

from compliance.plan.plan_cache import PlanCache
from compliance.plan.planner import Planner
from compliance.plan.rule_plan import COMPARISONS, PackPlan, RulePlan
from compliance.plan.sql.aggregate import sql
from compliance.plan.sql.aggregate_schema import KEYS
from compliance.plan.sql.frames import Frame
from compliance.rulebook.conditions import All, Condition, Not, Test, leaves, rebuilt
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Measure, Rule
from compliance.sources.source_catalogue import SHIPPED

TOTAL = "measure"
AMOUNTS = ("low", "maybe", "high", "opens")
"""What lines of a day add: for certain, at the least if all count, at most, and how many of them nothing bounds."""


@dataclass(frozen=True)
class LimitPlan:
    """A rule with a limit on a total: the SQL of all totals, and of each whether it is `passed` and `applies`.

    `growth` is the SQL of what lines of a day add to each total; `None` where lines with dates are not what adds up.
    """

    plan: RulePlan
    measure: Measure
    growth: str | None


@dataclass(frozen=True)
class PackLimits:
    """The limits of a pack, and the plan that says what they need of a world."""

    plan: PackPlan
    limits: tuple[LimitPlan, ...]


def limits_of(pack: Pack, sources: frozenset[str]) -> PackLimits:
    """The limits on totals of a pack in a world that has rows of these sources; kept for the process."""
    return _PLANS.get(pack, sources)


class LimitPlanner(Planner):
    """Compiles the limits on totals of one pack."""

    def limits(self, sources: frozenset[str]) -> PackLimits:
        """The limits of the rules over these sources."""
        found = [limit for rule in self.pack.rules for limit in self._limit(rule, sources)]
        plan = PackPlan(self.pack, sources, self.compiler.needs, self.totals.statements(), (), (), ())
        return PackLimits(plan, tuple(found))

    def _limit(self, rule: Rule, sources: frozenset[str]) -> Iterator[LimitPlan]:
        of = self.compiler.chosen(rule.of, rule)
        if of not in self.pack.definitions.measures or not self._rests_on(of) <= sources:
            return
        frame = self.totals.frame(of)
        asked = [self.compiler.expand(frame, condition) for condition in rule.when.values()]
        limit = next((test for condition in asked for test in leaves(condition) if _is_limit(test, rule)), None)
        if limit is None:
            return
        shape, measure = self.totals.totals(of)[1], self.compiler.measure(of)
        columns: dict[str, object] = {}
        leaf = self._leaf(frame, rule, limit, "c0", columns)
        if leaf.kind != "amount":
            return
        others = [rebuilt(condition, lambda test: All(()) if test == limit else test) for condition in asked]
        unless = [Not(self.compiler.expand(frame, condition)) for condition in rule.unless.values()]
        self._subject(frame, rule, shape, columns)
        columns["passed"] = self.compiler.holds(frame, limit, rule)
        columns["applies"] = self._all(frame, rule, [*others, *unless])
        table = frame.table()
        query = sql(table.select(**{name: get(table) for name, get in columns.items()}))  # type: ignore[operator]
        plan = RulePlan(rule, of, self._source(of), query, None, (), shape, (), leaf)
        yield LimitPlan(plan, measure, self._growth(of, measure))

    def _all(self, frame: Frame, rule: Rule, conditions: list[Condition]) -> object:
        """Whether all of these hold of a row."""
        held = [self.compiler.holds(frame, condition, rule) for condition in conditions]
        return lambda table: reduce(lambda a, b: a & b, (get(table) for get in held))

    def _growth(self, of: str, measure: Measure) -> str | None:
        """What the lines of each day add; not of what is counted once, is the greatest, or moves with a window."""
        if measure.part is not None or measure.sum is None or measure.rolling_days is not None:
            return None
        if self._source(of) not in SHIPPED:
            return None
        rows: Expression = self.totals.counted(of)[0]
        keys = [key for key in KEYS if key in rows.columns]
        added = rows.group_by([*keys, "date"]).agg(
            low=rows.low.sum(where=rows.sure),
            maybe=rows.low.sum(),
            high=rows.high.sum(),
            opens=rows.high.isnull().sum(),
        )
        told = {f"s.{key}": added[key] for key in keys}
        return sql(added.select(**told, date=added.date, **{name: added[name] for name in AMOUNTS}))


def _is_limit(test: Test, rule: Rule) -> bool:
    return test.op in COMPARISONS and test.path == (rule.measure or TOTAL)


_PLANS: PlanCache[PackLimits] = PlanCache(lambda pack, sources: LimitPlanner(pack).limits(sources))
