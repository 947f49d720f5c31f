"""What-if scenarios in one pass: the world as it is, and with each of several orders.

A scenario is the world and the rows of its own order. World rows are in every scenario, ordered rows only in their own.
Totals have the scenario among their keys, so that none sees another's order. Statements cost more than rows, so a
hundred scenarios of a small world cost little more than one.
"""

from __future__ import annotations

from typing import Any
from typing import Any as Expression

from compliance.plan.sql import relations

SCENE = "scene"
BEFORE = ""
"""The scene of the world as it is."""
MARK = "\x1e"  # INVARIANT: no id holds a control character (world.fields refuses them)


def tag(name: str, scene: str) -> str:
    """The id of a row in its scene, where rows of several scenes bear one id."""
    return f"{name}{MARK}{scene}"


def untag(name: Any) -> Any:
    """The id that a user knows; anything else as it is."""
    return name.partition(MARK)[0] if isinstance(name, str) else name


def each_scene(rows: Expression) -> Expression:
    """The rows of a source in the scenes in which they are."""
    pairs = relations.table({SCENE: "string", "order": "string"}, name="scenes")
    standing = rows.filter(~rows.ordered).cross_join(pairs.select(SCENE).distinct())
    ordered = rows.filter(rows.ordered).join(pairs, [rows.id == pairs.order]).drop("order")
    return standing.union(ordered)


def asked_about(rows: Expression) -> Expression:
    """Which rows or totals an order can change: those on which it rests; and all of the world as it is."""
    return rows.ordered | (rows[SCENE] == BEFORE)
