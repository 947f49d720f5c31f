"""Finds the unanswered questions that decide an open clause; those whose answer changes nothing are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any as Value

from compliance.evaluation.typed_facts import distance
from compliance.plan.rule_plan import COMPARISONS, Leaf, PlannedClause
from compliance.rulebook.conditions import All, Any, Condition, Not, Test

Row = Mapping[str, Value]


def open_paths(clause: PlannedClause, row: Row) -> tuple[str, ...]:
    """The paths that would settle a clause which is not known to hold of a row, or to fail."""
    leaves = {leaf.name: leaf for leaf in clause.leaves}
    _, asked = _walk(clause.condition, leaves, row)
    return tuple(path for leaf in asked for path in _paths(leaf.test))


def _walk(condition: Condition, leaves: Mapping[str, Leaf], row: Row) -> tuple[bool | None, list[Leaf]]:
    """Whether a condition holds, and if that is not known the questions that leave it open."""
    match condition:
        case Test(path):
            held = _answer_leaf(leaves[path], condition, row)
            return held, [leaves[path]] if held is None else []
        case Not(item):
            held, asked = _walk(item, leaves, row)
            return (None if held is None else not held), asked
        case All(items) | Any(items):
            decides = isinstance(condition, Any)
            parts = [_walk(item, leaves, row) for item in items]
            if any(held is decides for held, _ in parts):
                return decides, []
            asked = [leaf for _, inner in parts for leaf in inner]
            return (None if any(held is None for held, _ in parts) else not decides), asked


def _answer_leaf(leaf: Leaf, test: Test, row: Row) -> bool | None:
    """The answer to a question of a planned clause."""
    if leaf.kind == "flag":
        answer = row[leaf.name]
        return None if answer is None else bool(answer)
    if leaf.kind == "text":
        text = row[leaf.name]
        return None if text is None else text in test.value if isinstance(test.value, tuple) else text == test.value
    over = distance(leaf, row)
    if test.op in ("gt", "ge"):
        sure = over.low > 0 or (test.op == "ge" and over.low == 0)
        never = over.high is not None and (over.high < 0 or (test.op == "gt" and over.high == 0))
    else:
        sure = over.high is not None and (over.high < 0 or (test.op == "le" and over.high == 0))
        never = over.low > 0 or (test.op == "lt" and over.low == 0)
    return True if sure else False if never else None


def _paths(test: Test) -> Iterator[str]:
    """The paths that a question is about: with what it compares the first, if that is no number, day or parameter."""
    yield test.path
    if test.op in (*COMPARISONS, "same") and str(test.value)[:1].isalpha():
        yield str(test.value)
