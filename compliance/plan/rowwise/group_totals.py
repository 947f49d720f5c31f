"""Aggregates of groups in generated Python: initial state, update and result."""

from __future__ import annotations

from sqlglot import exp

from compliance.plan.rowwise.scalars import Scalars
from compliance.plan.rowwise.source_text import Unwritten, Value

AGGREGATES = (exp.Sum, exp.Count, exp.Max, exp.Min, exp.LogicalOr, exp.First)


class Total:
    """One aggregate: where it is kept for a group, how a row adds to it, what it comes to."""

    def __init__(self, node: exp.Expression, at: str) -> None:
        self.node = node
        self.at = at
        self.call = node.this if isinstance(node, exp.Filter) else node
        self.start = "None"
        self.kind = "whole"

    @classmethod
    def of(cls, node: exp.Expression, at: str) -> Total:
        return cls(node, at)._with_start()

    def _with_start(self) -> Total:
        match self.call:
            case exp.Count():
                self.start = "set()" if isinstance(self.call.this, exp.Distinct) else "0"
                self.kind = "count"
            case exp.First():
                self.start = "[]"
        return self

    def add(self, scalars: Scalars) -> None:
        """Writes what one row adds."""
        conditions = [scalars.true(self.node.expression.this)] if isinstance(self.node, exp.Filter) else []
        what = self.call.this
        match self.call:
            case exp.Count() if isinstance(what, exp.Star):
                step = f"{self.at} += 1"
            case exp.Count() if isinstance(what, exp.Distinct):
                value = scalars.named(what.expressions[0])
                conditions += [f"{value.source} is not None"]
                step = f"{self.at}.add({value.source})"
            case exp.Count():
                value = scalars.named(what)
                conditions += [f"{value.source} is not None"]
                step = f"{self.at} += 1"
            case exp.First() if isinstance(what, exp.Order):
                value = scalars.named(what.this)
                by = [scalars.named(one.this).source for one in what.expressions]
                self.kind = value.kind
                step = f"{self.at}.append(({', '.join([value.source, *by])},))"
            case exp.Sum() | exp.Max() | exp.Min() | exp.LogicalOr():
                value = scalars.named(what)
                self.kind = "whole" if isinstance(self.call, exp.Sum) else value.kind
                conditions += [f"{value.source} is not None"] if value.null else []
                test = {exp.Sum: "{0} + {1}", exp.Max: "max({0}, {1})", exp.Min: "min({0}, {1})"}
                joined = test.get(type(self.call), "({0} or {1})").format(self.at, value.source)
                step = f"{self.at} = {value.source} if {self.at} is None else {joined}"
            case _:
                raise Unwritten(self.call.sql("duckdb"))
        scalars.body.put(f"if {' and '.join(conditions)}: {step}" if conditions else step)

    def result(self) -> Value:
        """What it comes to for a group."""
        match self.call:
            case exp.Count():
                return Value(f"len({self.at})" if self.start == "set()" else self.at, "count", False)
            case exp.First():
                order = [(n + 1, bool(one.args.get("desc"))) for n, one in enumerate(self.call.this.expressions)]
                return Value(f"first({self.at}, {order!r})", self.kind)
        return Value(self.at, self.kind)
