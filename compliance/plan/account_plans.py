"""Plans of cumulative limits: the totals on which a rule keeps accounts, and what an order adds to each.

A rule keeps accounts where it compares a sum, or a count of rows, with an upper limit. The rule's other clauses decide
whether the limit applies to a holder. Clauses that later rows may fulfil are assumed to hold, so that no limit is
missed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any as Expression

from compliance.plan.plan_cache import PlanCache
from compliance.plan.planner import Planner
from compliance.plan.rule_plan import COMPARISONS, Leaf, PackPlan
from compliance.plan.sql.aggregate import ROWS, sql
from compliance.plan.sql.aggregate_schema import KEYS
from compliance.plan.sql.frames import Frame
from compliance.plan.sql.scenarios import asked_about
from compliance.rulebook.conditions import All, Any, Condition, Not, Test, leaves
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Measure, Rule
from compliance.sources.source_catalogue import ORDERED

OVER = ("gt", "ge")
PURCHASE = "purchase"
"""The column by which lines are one purchase."""
_Wanted = Callable[[Rule], bool]


@dataclass(frozen=True)
class AccountPlan:
    """A rule that keeps accounts: the SQL of its totals with their limits, and of what rows of orders add to each.

    The totals are those on which an order rests, and all of the world without one. `applies` says whether the limit is
    one for the holder, or may become one by what other orders are; `binds` whether it is by what these are. The columns
    of the amount and its limit bear the name of the `leaf`. Of a total over any `days` there is one account a holder.
    """

    rule: Rule
    unit: str
    leaf: Leaf
    sql: str
    own: str
    days: int | None
    alone: bool
    """Whether it is not asked of other totals, but for that of its purchase, if a row counts."""


@dataclass(frozen=True)
class OtherLimit:
    """A rule with a limit that keeps no account, the SQL of the totals on which an order rests, and why."""

    rule: Rule
    sql: str
    why: str


@dataclass(frozen=True)
class PackAccounts:
    """The accounts of a pack, and the plan that says what they need of a world."""

    plan: PackPlan
    accounts: tuple[AccountPlan, ...]
    others: tuple[OtherLimit, ...]


def accounts_of(pack: Pack, sources: frozenset[str]) -> PackAccounts:
    """The accounts that the rules of a pack keep in a world that has rows of these sources; kept for the process."""
    return _PLANS.get(pack, sources)


class AccountPlanner(Planner):
    """Compiles the accounts of one pack, for scenes side by side."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(pack, beside=True)

    def accounts(self, sources: frozenset[str]) -> PackAccounts:
        """The accounts of the rules over these sources, as far as an order comes into them."""
        accounts: list[AccountPlan] = []
        others: list[OtherLimit] = []
        for rule in self.pack.rules:
            of = self.compiler.chosen(rule.of, rule)
            if of not in self.pack.definitions.measures or not self._rests_on(of) <= sources:
                continue
            if self._source(of) not in ORDERED:
                continue
            if self.totals.totals(of)[1].ratio:
                others.append(self._other_limit(rule, of, "it is a ratio"))
                continue
            frame, measure = self.totals.frame(of), self.compiler.measure(of)
            asked = [self.compiler.expand(frame, condition) for condition in rule.when.values()]
            limits = [test for condition in asked for test in _always(condition) if _is_limit(test)]
            if measure.max is not None or measure.count not in (None, ROWS):
                if limits:
                    others.append(self._other_limit(rule, of, "what it counts does not add up"))
            elif limits:
                accounts.append(self._account(rule, of, frame, measure, limits[0], asked))
            elif any(_is_limit(test) for condition in asked for test in leaves(condition)):
                others.append(self._other_limit(rule, of, "it is one of several ways to meet the rule"))
        plan = PackPlan(self.pack, sources, self.compiler.needs, self.totals.statements(), (), (), ())
        return PackAccounts(plan, tuple(accounts), tuple(others))

    def _account(
        self, rule: Rule, of: str, frame: Frame, measure: Measure, limit: Test, asked: Iterable[Condition]
    ) -> AccountPlan:
        columns: dict[str, object] = {}
        leaf = self._leaf(frame, rule, limit, "c0", columns)
        shape = self.totals.totals(of)[1]
        unless = [Not(self.compiler.expand(frame, condition)) for condition in rule.unless.values()]
        for name, flags in (("applies", shape.flags), ("binds", ())):
            eased = All(tuple(self._relax(frame, flags, condition, True) for condition in (*asked, *unless)))
            columns[name] = self.compiler.holds(frame, eased, rule)
        columns |= {f"s.{key}": _column(key) for key in KEYS if key in frame.table().columns}
        table = frame.table()
        query = sql(table.filter(asked_about(table)).select(**{n: get(table) for n, get in columns.items()}))  # type: ignore[operator]
        own, alone = self._own(of, measure)
        return AccountPlan(rule, measure.unit, leaf, query, own, measure.rolling_days, alone)

    def _own(self, of: str, measure: Measure) -> tuple[str, bool]:
        """What the rows of orders themselves add, whichever of them count, and whether no other total is asked for it.

        Where it is asked of another total whether a row counts, open orders may bring that about together; but for the
        total of a purchase, whose open orders are asked about together, the row is taken to count.
        """
        rows, alone = self.totals.counted(of)[0], True
        if measure.where is not None:
            where = self.compiler.expand(self.totals.frame(measure.of or ""), measure.where)
            alone = not any(self._of_others(test) for test in leaves(where))
            if not alone:
                rows = self.totals._rows(measure.model_copy(update={"where": self._counting(where, True)}))[0]
        rows = rows.filter(rows.ordered)
        keys = [key for key in KEYS if key in rows.columns]
        added = rows.group_by(keys).agg(high=rows.high.sum(), opens=rows.high.isnull().sum())
        return sql(added.select(**{f"s.{key}": added[key] for key in keys}, high=added.high, opens=added.opens)), alone

    def _other_limit(self, rule: Rule, of: str, why: str) -> OtherLimit:
        table = self.totals.frame(of).table()
        keys = [key for key in KEYS if key in table.columns]
        return OtherLimit(rule, sql(table.filter(table.ordered).select(**{f"s.{k}": table[k] for k in keys})), why)

    def _of_others(self, test: Test) -> bool:
        """Whether a question is one about the total of others than one purchase."""
        head, _, rest = test.path.partition(".")
        if head != "measure" or test.op not in COMPARISONS:
            return False
        by = self.compiler.keyed_measure(rest.partition(".")[0]).by
        return by is None or self.compiler.chosen(by.id) != PURCHASE

    def _counting(self, condition: Condition, asked: bool) -> Condition:
        """The filter of a measure with all questions about the totals of others answered as it is `asked`."""
        match condition:
            case Not(item):
                return Not(self._counting(item, not asked))
            case All(items):
                return All(tuple(self._counting(item, asked) for item in items))
            case Any(items):
                return Any(tuple(self._counting(item, asked) for item in items))
            case Test():
                return (All(()) if asked else Any(())) if self._of_others(condition) else condition

    def _relax(self, frame: Frame, flags: Collection[str], condition: Condition, asked: bool) -> Condition:
        """The condition with all that more of the same may bring about, and these flags, answered as it is `asked`."""
        match condition:
            case Not(item):
                return Not(self._relax(frame, flags, item, not asked))
            case All(items):
                return All(tuple(self._relax(frame, flags, item, asked) for item in items))
            case Any(items):
                return Any(tuple(self._relax(frame, flags, item, asked) for item in items))
            case Test():
                grows = condition.path in flags
                if condition.op in COMPARISONS and not condition.path.startswith("?"):
                    grows = not self._is_date(frame, condition.path) and (condition.op in OVER) == asked
                return (All(()) if asked else Any(())) if grows else condition


def _always(condition: Condition) -> Iterator[Test]:
    """The questions that must be answered yes."""
    match condition:
        case Test():
            yield condition
        case All(items):
            for item in items:
                yield from _always(item)


def _is_limit(test: Test) -> bool:
    return test.path == "measure" and test.op in OVER


def _column(name: str) -> Callable[[Expression], Expression]:
    return lambda table: table[name]


_PLANS: PlanCache[PackAccounts] = PlanCache(lambda pack, sources: AccountPlanner(pack).accounts(sources))
