"""Exact solution of small sparse systems of linear equations."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction


def solve(weights: Mapping[str, Mapping[str, Fraction]], given: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The x with x(j) = given(j) + the sum over k of weights(j, k) x(k), by elimination.

    Raises `ZeroDivisionError` where there is not exactly one, which cannot be where the weights of every part
    that supports itself are under one.
    """
    rest = {name: dict(row) for name, row in weights.items()}
    constant = {name: given[name] for name in rest}
    uses: dict[str, set[str]] = {name: set() for name in rest}
    for name, row in rest.items():
        for other in row:
            uses[other].add(name)
    order = sorted(rest, key=lambda name: (len(rest[name]) * len(uses[name]), name))
    solved: dict[str, None] = {}
    for name in order:
        row = rest[name]
        scale = 1 / (1 - row.pop(name, Fraction(0)))
        for other in row:
            row[other] *= scale
        constant[name] *= scale
        for user in list(uses[name]):
            if user in solved or user == name:
                continue
            factor = rest[user].pop(name, Fraction(0))
            if factor == 0:
                continue
            constant[user] += factor * constant[name]
            for other, part in row.items():
                rest[user][other] = rest[user].get(other, Fraction(0)) + factor * part
                uses[other].add(user)
        solved[name] = None
    found: dict[str, Fraction] = {}
    for name in reversed(solved):
        found[name] = constant[name] + sum((p * found[o] for o, p in rest[name].items()), Fraction(0))
    return found
