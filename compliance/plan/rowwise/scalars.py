"""Compiles scalar expressions of a SQL tree to Python with three-valued logic: null is not known.

The context decides the form: the value, whether it is true, or whether it is not false. Each operand has a name of its
own and is computed once. No operand can fail, so all of them may be computed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlglot import exp

from compliance.plan.rowwise.python_operators import (
    ARITHMETIC,
    CALLS,
    CASTS,
    COMPARED,
    KINDS,
    PARTS,
    arguments,
    compare_values,
    days_of,
    default_truth,
    is_boolean,
    kind_of,
    known_of,
    unknown_of,
)
from compliance.plan.rowwise.source_text import NULL, Body, Unwritten, Value
from compliance.plan.sql.expressions import FOLDED


class Scalars:
    """Writes expressions over columns into a body."""

    def __init__(self, body: Body, columns: Callable[[exp.Column], Value]) -> None:
        self.body = body
        self._column = columns
        self.given: dict[int, Value] = {}
        """Values that are at hand for nodes of the tree: totals, keys of groups."""

    # ---- truth

    def true(self, node: exp.Expression) -> str:
        """A Python condition: whether the expression is true."""
        return self._condition(node, unknown=False)

    def _condition(self, node: exp.Expression, unknown: bool) -> str:
        """Whether the expression is true, or with `unknown` is true or not known."""
        if id(node) in self.given:
            return self._is(self.given[id(node)], unknown)
        match node:
            case exp.Paren():
                return self._condition(node.this, unknown)
            case exp.And() | exp.Or():
                word = " and " if isinstance(node, exp.And) else " or "
                return f"({word.join(self._condition(term, unknown) for term in node.flatten())})"
            case exp.Not():
                return f"(not {self._condition(node.this, not unknown)})"
            case exp.Coalesce() if (default := default_truth(node)) is not None:
                return self._condition(node.this, default)
            case _ if type(node) in COMPARED:
                left, right = self._operands(node)
                word, nulls = (" or ", unknown_of) if unknown else (" and ", known_of)
                return f"({word.join((*nulls(left, right), compare_values(node, left, right)))})"
        return self._is(self.value(node), unknown)

    def _is(self, value: Value, unknown: bool) -> str:
        if not value.null:
            return value.source
        value = self.body.let(value)
        return f"{value.source} is not False" if unknown else f"{value.source} is True"

    # ---- values

    def value(self, node: exp.Expression) -> Value:
        """The value of the expression."""
        if id(node) in self.given:
            return self.given[id(node)]
        written = _WRITTEN.get(type(node))
        if written is None:
            raise Unwritten(f"{type(node).__name__}: {node.sql('duckdb')[:200]}")
        return written(self, node)

    def named(self, node: exp.Expression) -> Value:
        """The value of the expression under a name."""
        return self.body.let(self.value(node))

    def _operands(self, node: exp.Expression) -> tuple[Value, Value]:
        return self.named(node.this), self.named(node.expression)

    def strict(self, kind: str, source: str, *values: Value) -> Value:
        """What is null where one of the values is."""
        unknown = unknown_of(*values)
        return Value(
            f"(None if {' or '.join(unknown)} else {source})" if unknown else f"({source})", kind, bool(unknown)
        )

    def _junction(self, node: exp.Expression, decides: bool) -> Value:
        terms = [self.named(term) for term in node.flatten() if not is_boolean(term, not decides)]
        if not terms:
            return Value(str(not decides), "flag", False)
        if len(terms) == 1:
            return terms[0]._replace(kind="flag")
        word = " or " if decides else " and "
        unknown = unknown_of(*terms)
        if not unknown:
            return Value(f"({word.join(term.source for term in terms)})", "flag", False)
        decided = " or ".join(f"{term.source} is {decides}" for term in terms)
        return Value(f"({decides} if {decided} else None if {' or '.join(unknown)} else {not decides})", "flag")

    def _not(self, node: exp.Not) -> Value:
        value = self.named(node.this)
        return self.strict("flag", f"not {value.source}", value)

    def _compare(self, node: exp.Expression) -> Value:
        left, right = self._operands(node)
        return self.strict("flag", compare_values(node, left, right), left, right)

    def _arithmetic(self, node: exp.Expression) -> Value:
        if isinstance(node.expression, exp.Interval):
            moved = self.named(node.this)
            days = self.body.names.constant(days_of(node.expression))
            return self.strict("date", f"{moved.source} {ARITHMETIC[type(node)]} {days}", moved)
        left, right = self._operands(node)
        if isinstance(node, exp.Mul) and right.source == "1":
            return left
        kind = "whole" if "whole" in (left.kind, right.kind) else "count"
        return self.strict(kind, f"{left.source} {ARITHMETIC[type(node)]} {right.source}", left, right)

    def _whole_part(self, node: exp.IntDiv) -> Value:
        left, right = self._operands(node)
        unknown = [*unknown_of(left, right), f"{right.source} == 0"]
        return Value(f"(None if {' or '.join(unknown)} else quotient({left.source}, {right.source}))", "whole")

    def _case(self, node: exp.Case) -> Value:
        if node.this is not None:
            raise Unwritten("CASE of a value")
        source, values = "", []
        for branch in node.args["ifs"]:
            condition, value = self.true(branch.this), self.value(branch.args["true"])
            source += f"{value.source} if {condition} else "
            values.append(value)
        last = self.value(node.args["default"]) if node.args.get("default") is not None else NULL
        values.append(last)
        return Value(f"({source}{last.source})", kind_of(values), any(value.null for value in values))

    def _coalesce(self, node: exp.Coalesce) -> Value:
        values = [self.named(one) for one in (node.this, *node.expressions)]
        kept: list[Value] = []
        for value in values:
            kept.append(value)
            if not value.null:
                break
        source = kept[-1].source
        for value in reversed(kept[:-1]):
            source = f"({value.source} if {value.source} is not None else {source})"
        return Value(source, kind_of(values), kept[-1].null)

    def _extreme(self, node: exp.Greatest | exp.Least) -> Value:
        values = [self.named(one) for one in (node.this, *node.expressions)]
        word = "greatest" if isinstance(node, exp.Greatest) else "least"
        null = all(value.null for value in values)
        if not any(value.null for value in values):
            word = "max" if word == "greatest" else "min"
        return Value(f"{word}({', '.join(value.source for value in values)})", kind_of(values), null)

    def _cast(self, node: exp.Cast) -> Value:
        kind = KINDS.get(node.to.this.name)
        value = self.value(node.this)
        if kind is None:
            raise Unwritten(f"CAST to {node.to.sql('duckdb')}")
        if value.source == "None" or kind == value.kind:
            return value._replace(kind=kind)
        value = self.body.let(value)
        numbers = ("whole", "count")
        if kind in numbers and value.kind in numbers:
            return value._replace(kind=kind)
        how = CASTS.get((value.kind, kind))
        if how is None:
            raise Unwritten(f"CAST of {value.kind} to {kind}")
        return self.strict(kind, how.format(value.source), value)

    def _call(self, node: exp.Expression) -> Value:
        kind, how = CALLS[type(node)]
        values = [self.named(one) for one in arguments(node)]
        return self.strict(kind, how.format(*(value.source for value in values)), *values)

    def _literal(self, node: exp.Literal) -> Value:
        if node.is_string:
            return Value(repr(node.this), "text", False)
        return Value(str(int(node.this)), "count", False)

    def _extract(self, node: exp.Extract) -> Value:
        part = PARTS.get(node.this.name.upper())
        if part is None:
            raise Unwritten(f"EXTRACT of {node.this.name}")
        value = self.named(node.expression)
        return self.strict("count", part.format(value.source), value)

    def _in(self, node: exp.In) -> Value:
        value = self.named(node.this)
        among = ", ".join(self._literal(one).source for one in node.expressions)
        return self.strict("flag", f"{value.source} in ({among},)", value)

    def _fold_text(self, node: exp.Anonymous) -> Value:
        if str(node.this).lower() != FOLDED:
            raise Unwritten(f"the function {node.this}")
        value = self.named(node.expressions[0])
        return self.strict("text", f"folded({value.source})", value)

    def _same(self, node: exp.NullSafeEQ) -> Value:
        left, right = self._operands(node)
        return Value(f"({left.source} == {right.source})", "flag", False)

    def _null(self, node: exp.Is) -> Value:
        if not isinstance(node.expression, exp.Null):
            raise Unwritten("IS of a value")
        value = self.named(node.this)
        return Value(f"({value.source} is None)" if value.null else "False", "flag", False)

    def _between(self, node: exp.Between) -> Value:
        value = node.this
        low = exp.GTE(this=value.copy(), expression=node.args["low"].copy())
        high = exp.LTE(this=value.copy(), expression=node.args["high"].copy())
        return self._junction(exp.And(this=low, expression=high), False)

    def _column_value(self, node: exp.Column) -> Value:
        return self._column(node)

    def _day(self, node: exp.DateFromParts) -> Value:
        parts = (int(node.args[part].this) for part in ("year", "month", "day"))
        return Value(self.body.names.constant(date(*parts)), "date", False)


_WRITTEN: dict[type[exp.Expression], Callable[[Scalars, Any], Value]] = {
    exp.Paren: lambda s, n: s.value(n.this),
    exp.Column: Scalars._column_value,
    exp.Literal: Scalars._literal,
    exp.Boolean: lambda s, n: Value(str(bool(n.this)), "flag", False),
    exp.Null: lambda s, n: NULL,
    exp.Neg: lambda s, n: s.strict("count", f"-{s.named(n.this).source}"),
    exp.And: lambda s, n: s._junction(n, False),
    exp.Or: lambda s, n: s._junction(n, True),
    exp.Not: Scalars._not,
    exp.Is: Scalars._null,
    exp.NullSafeEQ: Scalars._same,
    exp.In: Scalars._in,
    exp.Between: Scalars._between,
    exp.Case: Scalars._case,
    exp.Coalesce: Scalars._coalesce,
    exp.Greatest: Scalars._extreme,
    exp.Least: Scalars._extreme,
    exp.Cast: Scalars._cast,
    exp.IntDiv: Scalars._whole_part,
    exp.DateFromParts: Scalars._day,
    exp.Extract: Scalars._extract,
    exp.Anonymous: Scalars._fold_text,
    **dict.fromkeys(CALLS, Scalars._call),
    **dict.fromkeys(COMPARED, Scalars._compare),
    **dict.fromkeys(ARITHMETIC, Scalars._arithmetic),
}
