"""Relations and columns as SQL trees: what measures, rules and joins are written in before any database sees them.

A relation knows its columns; a column is bound to the relation that it was taken from. Both are written out as one
SQL tree at the end (`query`), with every relation under an alias of its own: selections over joins and filters are one
SELECT, everything else is a query within a query. Truth values are SQL's: null is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlglot import exp

Type = str | None
"""`string`, `boolean`, `date`, `int64`, `decimal(38, 0)`; `None` where it does not matter."""
SQL_TYPES = {
    "string": "TEXT", "boolean": "BOOLEAN", "date": "DATE", "int64": "BIGINT", "int32": "INT", "hugeint": "HUGEINT",
    "decimal(38, 0)": "DECIMAL(38, 0)",
}  # fmt: skip
WHOLE = "decimal(38, 0)"
FOLDED = "folded_text"
"""The name under which a database knows `rulebook.mentions.folded`."""
Scope = Callable[["Column"], exp.Expression]
Lower = Callable[[Scope], exp.Expression]


class Value:
    """An expression over the columns of relations."""

    def __init__(self, lower: Lower, kind: Type = None) -> None:
        self.lower = lower
        self.kind = kind

    # ---- logic

    def __and__(self, other: Any) -> Value:
        return _joined(exp.And, self, other)

    def __or__(self, other: Any) -> Value:
        return _joined(exp.Or, self, other)

    def __invert__(self) -> Value:
        return Value(lambda scope: exp.Not(this=_part(self, scope)), "boolean")

    def __eq__(self, other: object) -> Value:  # type: ignore[override]
        return _joined(exp.EQ, self, other)

    def __ne__(self, other: object) -> Value:  # type: ignore[override]
        return _joined(exp.NEQ, self, other)

    def __lt__(self, other: Any) -> Value:
        return _joined(exp.LT, self, other)

    def __le__(self, other: Any) -> Value:
        return _joined(exp.LTE, self, other)

    def __gt__(self, other: Any) -> Value:
        return _joined(exp.GT, self, other)

    def __ge__(self, other: Any) -> Value:
        return _joined(exp.GTE, self, other)

    __hash__ = object.__hash__

    def identical_to(self, other: Value) -> Value:
        """Whether both are the same, or neither is known."""
        return _joined(exp.NullSafeEQ, self, other)

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
            return _joined(exp.DPipe, self, other, "string")
        return _joined(exp.Add, self, other, self.kind)

    def __sub__(self, other: Any) -> Value:
        return _joined(exp.Sub, self, other, self.kind)

    def __mul__(self, other: Any) -> Value:
        return _joined(exp.Mul, self, other, self.kind)

    def __floordiv__(self, other: Value) -> Value:
        """The whole part of a quotient, worked out in integers."""
        return _joined(exp.IntDiv, self.cast("hugeint"), other.cast("hugeint"), "hugeint").cast(WHOLE)

    def cast(self, kind: str) -> Value:
        """The value as another type; null stays null."""
        if kind == self.kind:
            return self
        return Value(lambda scope: exp.cast(self.lower(scope), SQL_TYPES[kind], copy=False), kind)

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
        return _filtered(lambda s: exp.Count(this=exp.Distinct(expressions=[self.lower(s)])), where)

    def first(self, order_by: Sequence[Value | Descending]) -> Value:
        """The first that is known of a group, in an order."""
        return _filtered(lambda scope: _first(self, order_by, scope), self.notnull())

    def argmax(self, order: Value, where: Value | None = None) -> Value:
        """The value in the row of a group that comes last in an order."""
        return _filtered(lambda scope: _first(self, [Descending(order)], scope), where)

    def over(self, window: Window) -> Value:
        """A sum over the rows around each row."""
        return Value(lambda scope: window.lower(self.lower(scope), scope))


class Column(Value):
    """A column of a relation by its name."""

    def __init__(self, relation: Relation, name: str, kind: Type) -> None:
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
        named = Relation({}, "")
        spec = exp.WindowSpec(
            kind="RANGE", start=_days(self.preceding), start_side="preceding", end=_days(self.following),
            end_side="following",
        )  # fmt: skip
        return exp.Window(
            this=total,
            partition_by=[scope(Column(named, name, None)) for name in self.group_by],
            order=exp.Order(expressions=[_ordered(Column(named, self.order_by, None), scope)]),
            spec=spec,
            over="OVER",
        )


# ---- relations


@dataclass(eq=False)
class Relation:
    """Rows of some columns: a table that is given, or what is made of others."""

    kinds: Mapping[str, Type]
    name: str = ""
    of: Relation | None = None
    made: Callable[[_Names], exp.Expression] | None = None
    """For what is a query of its own; else it is a table, or `of` with joins or a filter."""
    where: Value | None = None
    joined: _Join | None = None
    _columns: dict[str, Column] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.kinds)

    def __getitem__(self, name: str) -> Column:
        if name not in self._columns:
            self._columns[name] = Column(self, name, self.kinds[name])
        return self._columns[name]

    def __getattr__(self, name: str) -> Column:
        if name.startswith("_") or name not in self.kinds:
            raise AttributeError(name)
        return self[name]

    # ---- rows and columns

    def select(self, *columns: Any, **named: Any) -> Relation:
        """Some columns, by name, and others by what they are."""
        chosen: dict[str, Value] = {}
        for one in columns:
            for item in one if isinstance(one, list) else [one]:
                chosen[item if isinstance(item, str) else item.name] = self[item] if isinstance(item, str) else item
        chosen |= {name: literal(value) for name, value in named.items()}
        kinds = {name: value.kind for name, value in chosen.items()}

        def made(names: _Names) -> exp.Expression:
            source = _Source.of(self, names)
            return source.select([_alias(value.lower(source.scope), name) for name, value in chosen.items()])

        return Relation(kinds, made=made)

    def mutate(self, **named: Any) -> Relation:
        """All columns, and others in their place or beside them."""
        return self.select(**{name: self[name] for name in self.columns} | named)

    def rename(self, names: Mapping[str, str]) -> Relation:
        """All columns, some under new names (new: old)."""
        new = {old: name for name, old in names.items()}
        return self.select(**{new.get(name, name): self[name] for name in self.columns})

    def drop(self, *names: str) -> Relation:
        """All columns but these."""
        return self.select([name for name in self.columns if name not in names])

    def filter(self, where: Value) -> Relation:
        """The rows of which it is true."""
        return Relation(self.kinds, of=self, where=where)

    def distinct(self) -> Relation:
        """Each row once."""

        def made(names: _Names) -> exp.Expression:
            source = _Source.of(self, names)
            query = source.select([source.scope(self[name]) for name in self.columns])
            query.set("distinct", exp.Distinct())
            return query

        return Relation(self.kinds, made=made)

    def union(self, other: Relation) -> Relation:
        """The rows of both; those of the other by the names of their columns."""

        def made(names: _Names) -> exp.Expression:
            sides = (query(self, names), query(other.select(list(self.columns)), names))
            return exp.Union(this=sides[0], expression=sides[1], distinct=False)

        return Relation(self.kinds, made=made)

    def unnest(self, column: str) -> Relation:
        """A row for each of the values in a list."""

        def made(names: _Names) -> exp.Expression:
            source = _Source.of(self, names)
            alias, value = names.new(), f"each_{column}"
            parts = exp.Unnest(
                expressions=[source.scope(self[column])],
                alias=exp.TableAlias(this=_named(alias), columns=[_named(value)]),
            )
            source.joins.append(exp.Join(this=parts, kind="CROSS"))
            one = exp.column(_named(value), table=_named(alias))
            return source.select(
                [_alias(one if name == column else source.scope(self[name]), name) for name in self.columns]
            )

        return Relation({**self.kinds, column: "string"}, made=made)

    # ---- joins

    def join(self, right: Relation, on: Iterable[Value], how: str = "inner") -> Relation:
        """The rows of both that belong together; with `left` those without another too."""
        if both := self.kinds.keys() & right.kinds.keys():
            raise ValueError(f"both sides of a join have {sorted(both)}")
        return Relation({**self.kinds, **right.kinds}, of=self, joined=_Join(right, tuple(on), how))

    def left_join(self, right: Relation, on: Iterable[Value]) -> Relation:
        """All rows, with those of the other side that belong to them."""
        return self.join(right, on, "left")

    def cross_join(self, right: Relation) -> Relation:
        """Each row with each of the other side."""
        return self.join(right, (), "cross")

    def semi_join(self, right: Relation, on: Iterable[Value] | str) -> Relation:
        """The rows to which one of the other side belongs."""
        return Relation(self.kinds, of=self, joined=_Join(right, self._same(right, on), "semi"))

    def anti_join(self, right: Relation, on: Iterable[Value] | str) -> Relation:
        """The rows to which none of the other side belongs."""
        return Relation(self.kinds, of=self, joined=_Join(right, self._same(right, on), "anti"))

    def _same(self, right: Relation, on: Iterable[Value] | str) -> tuple[Value, ...]:
        return (self[on] == right[on],) if isinstance(on, str) else tuple(on)

    # ---- totals

    def count(self, where: Value | None = None) -> Value:
        """How many rows a group has."""
        return _filtered(lambda _: exp.Count(this=exp.Star()), where)

    def group_by(self, keys: Iterable[str]) -> Groups:
        """The rows by their keys."""
        return Groups(self, tuple(keys))


@dataclass(frozen=True)
class Groups:
    """The rows of a relation by their keys."""

    rows: Relation
    keys: tuple[str, ...]

    def agg(self, **totals: Value) -> Relation:
        """A row for each key, with totals over its rows."""
        kinds = {**{key: self.rows.kinds[key] for key in self.keys}, **{name: t.kind for name, t in totals.items()}}

        def made(names: _Names) -> exp.Expression:
            source = _Source.of(self.rows, names)
            keys = [_alias(source.scope(self.rows[key]), key) for key in self.keys]
            chosen = source.select([*keys, *(_alias(t.lower(source.scope), name) for name, t in totals.items())])
            chosen.set("group", exp.Group(expressions=[exp.Literal.number(n + 1) for n in range(len(keys))]))
            return chosen

        return Relation(kinds, made=made)


@dataclass(frozen=True)
class _Join:
    right: Relation
    on: tuple[Value, ...]
    how: str


# ---- values


def table(columns: Mapping[str, Type], name: str) -> Relation:
    """A table that is given, under its name."""
    return Relation(dict(columns), name)


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


def null(kind: str) -> Value:
    """What is not known."""
    return Value(lambda _: exp.cast(exp.Null(), SQL_TYPES[kind], copy=False), kind)


def cases(*branches: tuple[Value, Any], else_: Any) -> Value:
    """The value of the first branch whose condition is true."""
    written = [(condition, literal(value)) for condition, value in branches]
    other = literal(else_)

    def lower(scope: Scope) -> exp.Expression:
        ifs = [exp.If(this=condition.lower(scope), true=value.lower(scope)) for condition, value in written]
        return exp.Case(ifs=ifs, default=other.lower(scope))

    return Value(lower, _shared([*(value for _, value in written), other]))


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


def called(name: str, value: Value) -> Value:
    """A text through a function that the database is given by name."""
    return Value(lambda scope: exp.Anonymous(this=name.upper(), expressions=[value.lower(scope)]), "string")


def days(number: int) -> Value:
    """A stretch of days."""
    return Value(lambda _: _days(number))


def _call(function: Callable[..., exp.Expression], values: Iterable[Any]) -> Value:
    parts = [literal(value) for value in values]

    def lower(scope: Scope) -> exp.Expression:
        first, *rest = (part.lower(scope) for part in parts)
        return function(this=first, expressions=rest)

    return Value(lower, _shared(parts))


def _shared(values: Iterable[Value]) -> Type:
    """The type that all of the values have."""
    kinds = {value.kind for value in values}
    return kinds.pop() if len(kinds) == 1 else None


def _joined(join: Callable[..., exp.Expression], left: Value, right: Any, kind: Type = "boolean") -> Value:
    other = literal(right)

    def lower(scope: Scope) -> exp.Expression:
        # INVARIANT: a chain of one connector, as long as the clauses of a rule, needs no parentheses on its left
        first = left.lower(scope)
        first = first if type(first) is join else _wrapped(first)
        return join(this=first, expression=_part(other, scope))

    return Value(lower, kind)


def _part(value: Value, scope: Scope) -> exp.Expression:
    return _wrapped(value.lower(scope))


def _wrapped(node: exp.Expression) -> exp.Expression:
    return exp.Paren(this=node) if isinstance(node, (exp.Binary, exp.Not)) else node


def _total(call: Callable[..., exp.Expression], value: Value, where: Value | None, kind: Type = None) -> Value:
    return _filtered(lambda scope: call(this=value.lower(scope)), where, kind)


def _filtered(call: Lower, where: Value | None, kind: Type = None) -> Value:
    if where is None:
        return Value(call, kind)
    return Value(lambda s: exp.Filter(this=call(s), expression=exp.Where(this=where.lower(s))), kind)


def _first(value: Value, order: Sequence[Value | Descending], scope: Scope) -> exp.Expression:
    return exp.First(this=exp.Order(this=value.lower(scope), expressions=[_ordered(one, scope) for one in order]))


def _ordered(value: Value | Descending, scope: Scope) -> exp.Expression:
    down = isinstance(value, Descending)
    inner = value.value if isinstance(value, Descending) else value
    return exp.Ordered(this=inner.lower(scope), desc=down, nulls_first=False)


def _days(number: int) -> exp.Expression:
    return exp.Interval(this=exp.Literal.string(str(number)), unit=exp.var("DAY"))


# ---- writing out


class _Names:
    """Aliases, in the order in which relations are written."""

    def __init__(self) -> None:
        self._count = count()

    def new(self) -> str:
        return f"t{next(self._count)}"


class _Source:
    """What a SELECT reads: a table or a query, its joins and its filter, and where each column stands."""

    def __init__(self, source: exp.Expression, alias: str, columns: Iterable[str]) -> None:
        self.source = source
        self.joins: list[exp.Expression] = []
        self.wheres: list[exp.Expression] = []
        self.places = dict.fromkeys(columns, alias)
        self.right: tuple[Relation, str] | None = None

    @classmethod
    def of(cls, relation: Relation, names: _Names) -> _Source:
        """The joins and filters of a relation over what is below them."""
        if relation.of is None:
            return cls(*_read(relation, names), relation.columns)
        found = cls.of(relation.of, names)
        if relation.where is not None:
            found.wheres.append(relation.where.lower(found.scope))
        if relation.joined is not None:
            found._join(relation.joined, names)
        return found

    def _join(self, join: _Join, names: _Names) -> None:
        right, alias = _read(join.right, names)
        self.right = join.right, alias
        if join.how not in ("semi", "anti"):
            self.places |= dict.fromkeys(join.right.columns, alias)
        on = [_wrapped_in(one.lower(self.scope)) for one in join.on]
        self.right = None
        words = {"left": {"side": "LEFT", "kind": "OUTER"}, "inner": {}}.get(join.how, {"kind": join.how.upper()})
        asked = {"on": exp.and_(*on, copy=False)} if on else {}
        self.joins.append(exp.Join(this=right, **words, **asked))

    def scope(self, column: Column) -> exp.Expression:
        """The column where it stands now."""
        if self.right is not None and column.relation is self.right[0]:
            return exp.column(_named(column.name), table=_named(self.right[1]))
        return exp.column(_named(column.name), table=_named(self.places[column.name]))

    def select(self, expressions: list[exp.Expression]) -> exp.Select:
        """The SELECT of these expressions."""
        query = exp.Select(expressions=expressions, from_=exp.From(this=self.source))
        if self.joins:
            query.set("joins", self.joins)
        if self.wheres:
            query.set("where", exp.Where(this=exp.and_(*map(_wrapped_in, self.wheres), copy=False)))
        return query


def _wrapped_in(node: exp.Expression) -> exp.Expression:
    """A condition among others: what joins by OR stands in parentheses."""
    return exp.Paren(this=node) if isinstance(node, (exp.Or, exp.Not)) else node


def _read(relation: Relation, names: _Names) -> tuple[exp.Expression, str]:
    """A relation as it stands in FROM, and its alias."""
    if relation.name:
        alias = names.new()
        return exp.Table(this=_named(relation.name), alias=exp.TableAlias(this=_named(alias))), alias
    inner = query(relation, names)
    alias = names.new()
    return exp.Subquery(this=inner, alias=exp.TableAlias(this=_named(alias))), alias


def query(relation: Relation, names: _Names | None = None) -> exp.Expression:
    """The query that gives the rows of a relation."""
    names = names or _Names()
    if relation.made is not None:
        return relation.made(names)
    source = _Source.of(relation, names)
    return source.select([source.scope(Column(relation, name, None)) for name in relation.columns])


def _alias(node: exp.Expression, name: str) -> exp.Expression:
    if isinstance(node, exp.Column) and node.name == name:
        return node
    return exp.Alias(this=node, alias=_named(name))


def _named(name: str) -> exp.Expression:
    return exp.Identifier(this=name, quoted=True)
