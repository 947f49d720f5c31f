"""Relational algebra as SQL trees: selection, filter, join, union and aggregation.

A relation knows its columns; a column is bound to its relation. `query` writes one SQL tree with a distinct alias per
table: selections over joins and filters become one SELECT, everything else a subquery.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import sqlglot
from sqlglot import exp

from compliance.plan.sql.expressions import Column, Type, Value, counted_rows, literal


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

        def write(names: _Names) -> exp.Expression:
            source = _Source.of(self, names)
            return source.select([_alias(value.lower(source.scope), name) for name, value in chosen.items()])

        return Relation(kinds, made=write)

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

        def write(names: _Names) -> exp.Expression:
            source = _Source.of(self, names)
            query = source.select([source.scope(self[name]) for name in self.columns])
            query.set("distinct", exp.Distinct())
            return query

        return Relation(self.kinds, made=write)

    def union(self, other: Relation) -> Relation:
        """The rows of both; those of the other by the names of their columns."""

        def write(names: _Names) -> exp.Expression:
            sides = (query(self, names), query(other.select(list(self.columns)), names))
            return exp.Union(this=sides[0], expression=sides[1], distinct=False)

        return Relation(self.kinds, made=write)

    def unnest(self, column: str) -> Relation:
        """A row for each of the values in a list."""

        def write(names: _Names) -> exp.Expression:
            source = _Source.of(self, names)
            alias, value = names.new(), f"each_{column}"
            parts = exp.Unnest(
                expressions=[source.scope(self[column])],
                alias=exp.TableAlias(this=_identifier(alias), columns=[_identifier(value)]),
            )
            source.joins.append(exp.Join(this=parts, kind="CROSS"))
            one = _column(value, alias)
            return source.select(
                [_alias(one if name == column else source.scope(self[name]), name) for name in self.columns]
            )

        return Relation({**self.kinds, column: "string"}, made=write)

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
        return counted_rows(where)

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

        def write(names: _Names) -> exp.Expression:
            source = _Source.of(self.rows, names)
            keys = [_alias(source.scope(self.rows[key]), key) for key in self.keys]
            chosen = source.select([*keys, *(_alias(t.lower(source.scope), name) for name, t in totals.items())])
            chosen.set("group", exp.Group(expressions=[exp.Literal.number(n + 1) for n in range(len(keys))]))
            return chosen

        return Relation(kinds, made=write)


@dataclass(frozen=True)
class _Join:
    right: Relation
    on: tuple[Value, ...]
    how: str


def table(columns: Mapping[str, Type], name: str) -> Relation:
    """A table that is given, under its name."""
    return Relation(dict(columns), name)


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
            return cls(*_from(relation, names), relation.columns)
        found = cls.of(relation.of, names)
        if relation.where is not None:
            found.wheres.append(relation.where.lower(found.scope))
        if relation.joined is not None:
            found._join(relation.joined, names)
        return found

    def _join(self, join: _Join, names: _Names) -> None:
        right, alias = _from(join.right, names)
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
            return _column(column.name, self.right[1])
        return _column(column.name, self.places[column.name])

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


def _from(relation: Relation, names: _Names) -> tuple[exp.Expression, str]:
    """A relation as it stands in FROM, and its alias."""
    if relation.name:
        alias = names.new()
        return exp.Table(this=_identifier(relation.name), alias=exp.TableAlias(this=_identifier(alias))), alias
    inner = query(relation, names)
    alias = names.new()
    return exp.Subquery(this=inner, alias=exp.TableAlias(this=_identifier(alias))), alias


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
    return exp.Alias(this=node, alias=_identifier(name))


def _column(name: str, alias: str) -> exp.Expression:
    return exp.Column(this=_identifier(name), table=_identifier(alias))


def _identifier(name: str) -> exp.Expression:
    return exp.Identifier(this=name, quoted=True)


NAME = re.compile(r'(?:FROM|JOIN) "([^"]+)"')
"""A table that the text of a query reads."""


class Query(str):
    """A query as DuckDB reads it, with the tree of which it is written."""

    tree: exp.Expression

    @cached_property
    def reads(self) -> frozenset[str]:
        """The tables that it reads; each stands under its name in quotes."""
        return frozenset(NAME.findall(self))

    @classmethod
    def of(cls, written: exp.Expression) -> Query:
        """The query that a tree is; nothing changes a tree any more once it is one."""
        found = cls(written.sql("duckdb", copy=False))
        found.tree = written
        return found

    @classmethod
    def around(cls, inner: str, before: str, after: str = "") -> str:
        """A query that reads another as its one source, between `before` and `after`; both hold no other query."""
        text = f"{before} FROM ({inner}){after}"
        if not isinstance(inner, Query):
            return text
        found = cls(text)
        found.tree = sqlglot.parse_one(f"{before} FROM inside{after}", read="duckdb")
        found.tree.args["from_"].set("this", exp.Subquery(this=inner.tree))
        return found

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)
