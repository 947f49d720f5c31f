"""Expressions over columns as SQL trees, independent of any database.

An expression is lowered once the place of each column is known (`Scope`). Truth values are SQL's: null is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp

from compliance.sources.column_types import WHOLE

Type = str | None
"""`string`, `boolean`, `date`, `int64`, `decimal(38, 0)`; `None` where it does not matter."""
SQL_TYPES = {
    kind: exp.DataType.build(name)
    for kind, name in (
        ("string", "TEXT"), ("boolean", "BOOLEAN"), ("date", "DATE"), ("int64", "BIGINT"), ("int32", "INT"),
        ("hugeint", "INT128"), ("decimal(38, 0)", "DECIMAL(38, 0)"),
    )
}  # fmt: skip
FOLDED = "folded_text"
"""The name under which a database knows `rulebook.word_search.folded`."""
Scope = Callable[["Column"], exp.Expression]
Lower = Callable[[Scope], exp.Expression]


class Value:
    """An expression over the columns of relations."""

    def __init__(self, lower: Lower, kind: Type = None) -> None:
        self.lower = lower
        self.kind = kind

    # ---- logic

    def __and__(self, other: Any) -> Value:
        return _connect(exp.And, self, other)

    def __or__(self, other: Any) -> Value:
        return _connect(exp.Or, self, other)

    def __invert__(self) -> Value:
        return Value(lambda scope: exp.Not(this=_part(self, scope)), "boolean")

    def __eq__(self, other: object) -> Value:  # type: ignore[override]
        return _connect(exp.EQ, self, other)

    def __ne__(self, other: object) -> Value:  # type: ignore[override]
        return _connect(exp.NEQ, self, other)

    def __lt__(self, other: Any) -> Value:
        return _connect(exp.LT, self, other)

    def __le__(self, other: Any) -> Value:
        return _connect(exp.LTE, self, other)

    def __gt__(self, other: Any) -> Value:
        return _connect(exp.GT, self, other)

    def __ge__(self, other: Any) -> Value:
        return _connect(exp.GTE, self, other)

    __hash__ = object.__hash__

    def identical_to(self, other: Value) -> Value:
        """Whether both are the same, or neither is known."""
        return _connect(exp.NullSafeEQ, self, other)

    def isnull(self) -> Value:
        """Whether it is not known."""
        return Value(lambda scope: exp.Is(this=_part(self, scope), expression=exp.Null()), "boolean")

    def notnull(self) -> Value:
        """Whether it is known."""
        return ~self.isnull()

    def fill_null(self, other: Any) -> Value:
        """The value, or another where it is not known."""
        return coalesce(self, other)

    # ---- arithmetic and texts

    def __add__(self, other: Any) -> Value:
        if isinstance(other, str) or "string" in (self.kind, getattr(other, "kind", None)):
            return _connect(exp.DPipe, self, other, "string")
        return _connect(exp.Add, self, other, self.kind)

    def __sub__(self, other: Any) -> Value:
        return _connect(exp.Sub, self, other, self.kind)

    def __mul__(self, other: Any) -> Value:
        return _connect(exp.Mul, self, other, self.kind)

    def __floordiv__(self, other: Value) -> Value:
        """The whole part of a quotient, worked out in integers."""
        return _connect(exp.IntDiv, self.cast("hugeint"), other.cast("hugeint"), "hugeint").cast(WHOLE)

    def cast(self, kind: str) -> Value:
        """The value as another type; null stays null."""
        if kind == self.kind:
            return self
        return Value(lambda scope: _cast(self.lower(scope), kind), kind)

    def contains(self, text: str) -> Value:
        """Whether a text holds another."""
        return Value(lambda s: exp.Contains(this=self.lower(s), expression=exp.Literal.string(text)), "boolean")

    def split(self, by: str) -> Value:
        """The parts of a text as a list."""
        return Value(lambda s: exp.Split(this=self.lower(s), expression=exp.Literal.string(by)))

    def re_search(self, pattern: str) -> Value:
        """Whether a text holds a pattern."""
        return Value(lambda s: exp.RegexpLike(this=self.lower(s), expression=exp.Literal.string(pattern)), "boolean")

    # ---- dates

    def year(self) -> Value:
        """The calendar year of a date."""
        return self._of_date("YEAR")

    def quarter(self) -> Value:
        """The quarter of a date, 1 to 4."""
        return self._of_date("QUARTER")

    def month(self) -> Value:
        """The month of a date, 1 to 12."""
        return self._of_date("MONTH")

    def _of_date(self, part: str) -> Value:
        return Value(lambda scope: exp.Extract(this=exp.var(part), expression=self.lower(scope)))

    def strftime(self, form: str) -> Value:
        """A date as a text."""
        return Value(lambda s: exp.TimeToStr(this=self.lower(s), format=exp.Literal.string(form)), "string")

    def days_since(self, earlier: Value) -> Value:
        """The days from an earlier date to this one."""
        unit = exp.var("DAY")
        return Value(
            lambda s: exp.DateDiff(this=self.lower(s), expression=earlier.lower(s), unit=unit, date_part_boundary=True)
        )

    # ---- totals

    def sum(self, where: Value | None = None) -> Value:
        """The sum over the rows of a group; null of none."""
        added = self.cast("int32") if self.kind == "boolean" else self
        return _total(exp.Sum, added, where)

    def max(self, where: Value | None = None) -> Value:
        """The greatest of a group."""
        return _total(exp.Max, self, where)

    def any(self) -> Value:
        """Whether it is true of a row of a group; null where it is known of none."""
        return _total(exp.LogicalOr, self, None, "boolean")

    def count(self, where: Value | None = None) -> Value:
        """How many rows of a group know it."""
        return _total(exp.Count, self, where)

    def nunique(self, where: Value | None = None) -> Value:
        """How many different values a group knows."""
        return _filter_aggregate(lambda s: exp.Count(this=exp.Distinct(expressions=[self.lower(s)])), where)

    def first(self, order_by: Sequence[Value | Descending]) -> Value:
        """The first that is known of a group, in an order."""
        return _filter_aggregate(lambda scope: _first(self, order_by, scope), self.notnull())

    def argmax(self, order: Value, where: Value | None = None) -> Value:
        """The value in the row of a group that comes last in an order."""
        return _filter_aggregate(lambda scope: _first(self, [Descending(order)], scope), where)

    def over(self, window: Window) -> Value:
        """A sum over the rows around each row."""
        return Value(lambda scope: window.lower(self.lower(scope), scope))


class Column(Value):
    """A column of a relation by its name."""

    def __init__(self, relation: object, name: str, kind: Type) -> None:
        super().__init__(lambda scope: scope(self), kind)
        self.relation = relation
        self.name = name


@dataclass(frozen=True)
class Descending:
    """A value by which rows are put in order, the greatest first."""

    value: Value


@dataclass(frozen=True)
class Window:
    """The rows of a group within so many days before and after a row."""

    group_by: Sequence[str]
    order_by: str
    preceding: int
    following: int

    def lower(self, total: exp.Expression, scope: Scope) -> exp.Expression:
        """The total over this window."""
        spec = exp.WindowSpec(
            kind="RANGE", start=_days(self.preceding), start_side="preceding", end=_days(self.following),
            end_side="following",
        )  # fmt: skip
        return exp.Window(
            this=total,
            partition_by=[scope(Column(None, name, None)) for name in self.group_by],
            order=exp.Order(expressions=[_order_term(Column(None, self.order_by, None), scope)]),
            spec=spec,
            over="OVER",
        )


def literal(value: Any, kind: Type = None) -> Value:
    """A value that is written out; what is one already stays as it is."""
    if isinstance(value, Value):
        return value
    if isinstance(value, bool):
        return Value(lambda _: exp.Boolean(this=value), "boolean")
    if isinstance(value, date):
        parts = {"year": value.year, "month": value.month, "day": value.day}
        return Value(lambda _: exp.DateFromParts(**{n: exp.Literal.number(part) for n, part in parts.items()}), "date")
    if isinstance(value, str):
        return Value(lambda _: exp.Literal.string(value), "string")
    number = Value(lambda _: exp.Literal.number(int(value)))
    if kind is None and not isinstance(value, Decimal):
        return number
    return number.cast(kind or WHOLE)


def counted_rows(where: Value | None = None) -> Value:
    """How many rows a group has."""
    return _filter_aggregate(lambda _: exp.Count(this=exp.Star()), where)


def null(kind: str) -> Value:
    """What is not known."""
    return Value(lambda _: _cast(exp.Null(), kind), kind)


def cases(*branches: tuple[Value, Any], else_: Any) -> Value:
    """The value of the first branch whose condition is true."""
    written = [(condition, literal(value)) for condition, value in branches]
    other = literal(else_)

    def lower(scope: Scope) -> exp.Expression:
        ifs = [exp.If(this=condition.lower(scope), true=value.lower(scope)) for condition, value in written]
        return exp.Case(ifs=ifs, default=other.lower(scope))

    return Value(lower, _common_type([*(value for _, value in written), other]))


def ifelse(condition: Value, then: Any, else_: Any) -> Value:
    """One of two values, by a condition."""
    return cases((condition, then), else_=else_)


def coalesce(*values: Any) -> Value:
    """The first that is known."""
    return _call(exp.Coalesce, values)


def greatest(*values: Any) -> Value:
    """The greatest of those that are known."""
    return _call(exp.Greatest, values)


def least(*values: Any) -> Value:
    """The least of those that are known."""
    return _call(exp.Least, values)


def call_function(name: str, value: Value) -> Value:
    """A text through a function that the database is given by name."""
    return Value(lambda scope: exp.Anonymous(this=name.upper(), expressions=[value.lower(scope)]), "string")


def days(number: int) -> Value:
    """A stretch of days."""
    return Value(lambda _: _days(number))


def _cast(node: exp.Expression, kind: str) -> exp.Expression:
    return exp.Cast(this=node, to=SQL_TYPES[kind])  # INVARIANT: nothing changes a type once it is written


def _call(function: Callable[..., exp.Expression], values: Iterable[Any]) -> Value:
    parts = [literal(value) for value in values]

    def lower(scope: Scope) -> exp.Expression:
        first, *rest = (part.lower(scope) for part in parts)
        return function(this=first, expressions=rest)

    return Value(lower, _common_type(parts))


def _common_type(values: Iterable[Value]) -> Type:
    """The type that all of the values have."""
    kinds = {value.kind for value in values}
    return kinds.pop() if len(kinds) == 1 else None


def _connect(join: Callable[..., exp.Expression], left: Value, right: Any, kind: Type = "boolean") -> Value:
    other = literal(right)

    def lower(scope: Scope) -> exp.Expression:
        # INVARIANT: a chain of one connector, as long as the clauses of a rule, needs no parentheses on its left
        first = left.lower(scope)
        first = first if type(first) is join else parenthesize(first)
        return join(this=first, expression=_part(other, scope))

    return Value(lower, kind)


def _part(value: Value, scope: Scope) -> exp.Expression:
    return parenthesize(value.lower(scope))


def parenthesize(node: exp.Expression) -> exp.Expression:
    return exp.Paren(this=node) if isinstance(node, (exp.Binary, exp.Not)) else node


def _total(call: Callable[..., exp.Expression], value: Value, where: Value | None, kind: Type = None) -> Value:
    return _filter_aggregate(lambda scope: call(this=value.lower(scope)), where, kind)


def _filter_aggregate(call: Lower, where: Value | None, kind: Type = None) -> Value:
    if where is None:
        return Value(call, kind)
    return Value(lambda s: exp.Filter(this=call(s), expression=exp.Where(this=where.lower(s))), kind)


def _first(value: Value, order: Sequence[Value | Descending], scope: Scope) -> exp.Expression:
    return exp.First(this=exp.Order(this=value.lower(scope), expressions=[_order_term(one, scope) for one in order]))


def _order_term(value: Value | Descending, scope: Scope) -> exp.Expression:
    down = isinstance(value, Descending)
    inner = value.value if isinstance(value, Descending) else value
    return exp.Ordered(this=inner.lower(scope), desc=down, nulls_first=False)


def _days(number: int) -> exp.Expression:
    return exp.Interval(this=exp.Literal.string(str(number)), unit=exp.var("DAY"))
