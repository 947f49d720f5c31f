"""The lines between the boxes of a drawn graph: from edge to edge, bent, with a place for what is told of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from compliance.reports.layout import Point

BOX = (204.0, 54.0)
"""The width and height of a box."""


def way_down(points: list[Point], loop: bool) -> tuple[str, Point]:
    """The path of a link from the edge of one box to that of another, and where its label stands."""
    if loop:
        x, y = points[0]
        right = x + BOX[0] / 2
        return f"M{right:.1f} {y - 10:.1f}c34 -14 34 34 0 20", (right + 26, y)
    down = 1 if points[-1][1] > points[0][1] else -1 if points[-1][1] < points[0][1] else 0
    half = BOX[1] / 2
    (ax, ay), (bx, by) = points[0], points[-1]
    if down == 0:
        side = 1 if bx > ax else -1
        points = [(ax + side * BOX[0] / 2, ay), (bx - side * BOX[0] / 2, by)]
        return f"M{points[0][0]:.1f} {ay:.1f}L{points[1][0]:.1f} {by:.1f}", ((ax + bx) / 2, ay - 9)
    lean = max(-BOX[0] / 2 + 16, min(BOX[0] / 2 - 16, (points[1][0] - ax) * 0.22))
    tilt = max(-BOX[0] / 2 + 16, min(BOX[0] / 2 - 16, (points[-2][0] - bx) * 0.22))
    if down < 0:
        lean, tilt = (BOX[0] / 2 - 22, BOX[0] / 2 - 22) if len(points) == 2 else (lean, tilt)
    points = [(ax + lean, ay + down * half), *points[1:-1], (bx + tilt, by - down * half)]
    return _curve(points, 1), _between(points, 0.5 if len(points) == 2 else 0.42)


def way_across(points: list[Point]) -> tuple[str, Point]:
    """The same as `way_down` between layers that stand from left to right."""
    (ax, ay), (bx, by) = points[0], points[-1]
    if ax == bx:
        half = BOX[1] / 2 if by > ay else -BOX[1] / 2
        return f"M{ax:.1f} {ay + half:.1f}L{bx:.1f} {by - half:.1f}", (ax, (ay + by) / 2)
    half = BOX[0] / 2 if bx > ax else -BOX[0] / 2
    points = [(ax + half, ay), *points[1:-1], (bx - half, by)]
    return _curve(points, 0), _between(points, 0.5)


def _curve(points: Sequence[Point], along: int) -> str:
    """A path that leaves and reaches each point along one axis: 0 from side to side, 1 from top to bottom."""
    told = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for one, other in itertools.pairwise(points):
        bend = (other[along] - one[along]) * 0.45
        x, y = (0.0, bend) if along else (bend, 0.0)
        told += f"C{one[0] + x:.1f} {one[1] + y:.1f} {other[0] - x:.1f} {other[1] - y:.1f} "
        told += f"{other[0]:.1f} {other[1]:.1f}"
    return told


def _between(points: Sequence[Point], share: float) -> Point:
    """So far on the way from the last point but one to the last."""
    (px, py), (qx, qy) = points[-2], points[-1]
    return px + (qx - px) * share, py + (qy - py) * share
