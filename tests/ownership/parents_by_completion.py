"""A second, slow and plain implementation of the parent test: every controller's fixed point, on every completion."""

from __future__ import annotations

from itertools import product

from .completions import Graph, vectors

Register = dict[str, dict[str, int]]
"""Percent by company and holder."""


def parents(graph: Graph, companies: tuple[str, ...]) -> dict[str, tuple[str | None, set[str]]]:
    """By company: its ultimate parent if all completions agree on one, and all that may be it."""
    columns = dict(graph.stakes)
    names = list(columns)
    kinds = [_kinds(tuple(share for _, share in columns[name])) for name in names]
    found: dict[str, list[tuple[str | None, set[str]]]] = {name: [] for name in companies}
    for picked in product(*kinds):
        register = {
            name: dict(zip((owner for owner, _ in columns[name]), values, strict=False))
            for name, values in zip(names, picked, strict=True)
        }
        for name in companies:
            found[name].append(_parent(register, name, companies))
    return {
        name: (
            answers[0][0] if len({answer for answer, _ in answers}) == 1 else None,
            set().union(*(candidates for _, candidates in answers)),
        )
        for name, answers in found.items()
    }


def _kinds(shares: tuple[tuple[int, int, bool, bool], ...]) -> list[tuple[int, ...]]:
    """One vector of each way in which sums of holders lie under, at and over half."""
    subsets = list(product((False, True), repeat=len(shares)))
    alike: dict[tuple[int, ...], tuple[int, ...]] = {}
    for values in vectors(shares):
        sums = [sum(v for v, s in zip(values, subset, strict=False) if s) for subset in subsets]
        alike.setdefault(tuple((total > 50) + (total >= 50) for total in sums), values)
    return list(alike.values())


def _controlled(register: Register, by: str, over: bool) -> set[str]:
    """Whom a company controls, alone or with those that it controls."""
    members = {by}
    while True:
        new = set()
        for name, holders in register.items():
            together = sum(value for owner, value in holders.items() if owner in members)
            if name not in members and (together > 50 or (together == 50 and not over)):
                new.add(name)
        if not new:
            return members - {by}
        members |= new


def _parent(register: Register, name: str, companies: tuple[str, ...]) -> tuple[str | None, set[str]]:
    over = {company: _controlled(register, company, True) for company in companies}
    half = {company: _controlled(register, company, False) for company in companies}

    def top(company: str) -> str:
        above = {company, *(c for c in companies if company in over[c])}
        return min(c for c in above if all(b in over[c] for b in companies if c in over[b] and b != c))

    head = top(name)
    others = {top(c) for c in companies if head in half[c]} - {head}
    return (None, others) if others else (head, {head})
