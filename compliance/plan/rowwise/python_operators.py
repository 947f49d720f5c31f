"""Translates operators, functions and types of SQL trees to Python, and tells whether operands are known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlglot import exp

from compliance.plan.rowwise.source_text import Unwritten, Value

COMPARED = {exp.EQ: "==", exp.NEQ: "!=", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}
ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
KINDS = {
    "BOOLEAN": "flag", "DECIMAL": "whole", "INT": "count", "BIGINT": "count", "INT128": "whole", "TEXT": "text",
    "VARCHAR": "text", "DATE": "date",
}  # fmt: skip
PARTS = {"YEAR": "{}.year", "MONTH": "{}.month", "QUARTER": "({}.month + 2) // 3"}
"""Parts of a date."""
CASTS = {
    ("flag", "count"): "int({})", ("flag", "whole"): "int({})", ("count", "text"): "str({})",
    ("whole", "text"): "str({})", ("date", "text"): "{}.isoformat()", ("text", "date"): "date.fromisoformat({})",
}  # fmt: skip
CALLS = {
    exp.DPipe: ("text", "{0} + {1}"),
    exp.Contains: ("flag", "{1} in {0}"),
    exp.Split: ("texts", "{0}.split({1})"),
    exp.RegexpLike: ("flag", "matches({0}, {1})"),
    exp.DateDiff: ("count", "({0} - {1}).days"),
    exp.TimeToStr: ("text", "{0}.strftime({1})"),
    exp.SplitPart: ("text", "{0}.split({1})[{2} - 1]"),
}
"""Functions that are null where an operand is: the type of what they give, and how they are written."""


def arguments(node: exp.Expression) -> Iterable[exp.Expression]:
    """The operands of a call in the order in which they are written."""
    names = ("this", "expression", "format", "delimiter", "part_index")
    return [node.args[name] for name in names if isinstance(node.args.get(name), exp.Expression)]


def is_boolean(node: exp.Expression, truth: bool) -> bool:
    """Whether an expression is that truth value itself."""
    return isinstance(node, exp.Boolean) and bool(node.this) is truth


def default_truth(node: exp.Coalesce) -> bool | None:
    """The truth that stands for what is not known, where that is all that is asked."""
    if len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Boolean):
        return bool(node.expressions[0].this)
    return None


def days_of(node: exp.Interval) -> timedelta:
    """An interval of days."""
    if str(node.unit).upper() != "DAY":
        raise Unwritten(f"an interval of {node.unit}")
    return timedelta(days=int(node.this.this))


def known_of(*values: Value) -> list[str]:
    """Conditions that the values are known, of those that can be null."""
    return [f"{value.source} is not None" for value in values if value.null]


def unknown_of(*values: Value) -> list[str]:
    """Conditions that a value is not known, of those that can be null."""
    return list(dict.fromkeys(f"{value.source} is None" for value in values if value.null))


def compare_values(node: exp.Expression, left: Value, right: Value) -> str:
    """A comparison of two values that are known."""
    return f"{left.source} {COMPARED[type(node)]} {right.source}"


def kind_of(values: Iterable[Value]) -> str:
    """The type that holds all of the values."""
    kinds = [value.kind for value in values if value.kind != "none"]
    if "whole" in kinds:
        return "whole"
    return kinds[0] if kinds else "none"
