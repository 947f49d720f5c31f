"""Converts a plan's rows to typed facts for the engines: the questions of every clause with their answers.

An amount becomes its distance from the limit, in the exact units of both. The sign answers the clause. Distances beyond
`FAR` are clamped, which keeps the sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from compliance.engine.agree import Engines
from compliance.engine.facts import Amount, Clause, EngineRule, Fact, FactType, Kind
from compliance.plan.rule_plan import Leaf, PackPlan, RulePlan
from compliance.rulebook.conditions import Not

FAR = 2**62


@dataclass(frozen=True)
class MeasuredValue:
    """A value against its limit: both as exact numbers, the value as an interval (`high` None: unbounded).

    Where the limit is an interval it is the end that decides for certain, else the lower; `top` is the upper one.
    """

    low: Fraction
    high: Fraction | None
    limit: Fraction
    top: Fraction

    @property
    def known(self) -> bool:
        return self.low == self.high


_ENGINES: dict[tuple[str, tuple[tuple[str, str], ...], frozenset[str]], Engines] = {}


def engines_of(plan: PackPlan) -> Engines:
    """Both engines for the rules of a pack, built once."""
    key = (plan.pack.sha256, plan.pack.overrides, plan.sources)
    if key not in _ENGINES:
        rules, types = [], []
        for rule in plan.rules:
            kinds: dict[str, Kind] = {leaf.name: leaf.kind for c in rule.clauses for leaf in c.leaves}
            types.append(FactType(rule.rule.id, kinds))
            clauses = tuple(Clause(c.id, Not(c.condition) if c.exception else c.condition) for c in rule.clauses)
            rules.append(EngineRule(rule.rule.id, rule.rule.id, clauses))
        _ENGINES[key] = Engines(rules, types)
    return _ENGINES[key]


def fact(plan: RulePlan, row: Mapping[str, Any], number: int) -> Fact:
    """One row of a rule's plan as a fact."""
    values: dict[str, object] = {}
    for clause in plan.clauses:
        for leaf in clause.leaves:
            values[leaf.name] = distance(leaf, row) if leaf.kind == "amount" else row[leaf.name]
    return Fact(plan.rule.id, f"{plan.rule.id}#{number}", values)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def distance(leaf: Leaf, row: Mapping[str, Any]) -> Amount:
    """How far the value lies over its limit, from the least to the most that it may."""
    limit, top = _whole(row[f"{leaf.name}.limit"]), _whole(row[f"{leaf.name}.limit_high"])
    if limit is None:
        return Amount(-FAR, None)
    if leaf.ratio:
        part, other = _sides(leaf, row)
        hundred, shared = 100 * leaf.limit_scale, 0 if leaf.ratio == "to" else 1
        most_of = None if top is None or other[1] is None else top * (shared * part[0] + other[1])
        least = -FAR if most_of is None else part[0] * hundred - most_of
        most = None if part[1] is None else part[1] * hundred - limit * (shared * part[1] + other[0])
        return _clamp_amount(least, most)
    low, high = _whole(row[f"{leaf.name}.low"]) or 0, _whole(row[f"{leaf.name}.high"])
    least = -FAR if top is None else low * leaf.limit_scale - top * leaf.scale
    most = None if high is None else high * leaf.limit_scale - limit * leaf.scale
    return _clamp_amount(least, most)


def _clamp_amount(low: int, high: int | None) -> Amount:
    return Amount(max(-FAR, min(FAR, low)), None if high is None else max(-FAR, min(FAR, high)))


def measure_leaf(leaf: Leaf, row: Mapping[str, Any], certain: bool) -> MeasuredValue | None:
    """The value and the limit of an amount as numbers in the unit of the rule.

    `None` where there is no limit yet, or nothing on record with which the value is compared.
    Where it is not certain what counts, the value is what is known of all that may (contracts 4, capacity_share).
    """
    limit = _whole(row[f"{leaf.name}.limit"])
    if limit is None:
        return None
    upper = _whole(row[f"{leaf.name}.limit_high"])
    top = Fraction(limit if upper is None else upper, leaf.limit_scale)
    decides = top if certain and leaf.test.op in ("gt", "ge") else Fraction(limit, leaf.limit_scale)
    shown = "low" if certain else "maybe"
    if not leaf.ratio:
        ends = (row[f"{leaf.name}.{end}"] for end in (shown, "high"))
        low, high = (None if end is None else Fraction(int(end), leaf.scale) for end in ends)
        return MeasuredValue(low or Fraction(0), high, decides, top)
    shared = 0 if leaf.ratio == "to" else 1
    part, other = (_whole(row[f"{leaf.name}.{side}.{shown}"]) or 0 for side in ("part", "other"))
    if leaf.ratio == "to" and not other:
        return None  # nothing is on record with which the part is compared
    known = _percent(part, shared * part + other)
    bounds, against = _sides(leaf, row)
    if bounds[0] == bounds[1] and against[0] == against[1]:
        return MeasuredValue(known, known, decides, top)
    high = None if bounds[1] is None else _percent(bounds[1], shared * bounds[1] + against[0])
    return MeasuredValue(known, high, decides, top)


def _sides(leaf: Leaf, row: Mapping[str, Any]) -> tuple[tuple[int, int | None], tuple[int, int | None]]:
    """The two sides of a ratio as intervals."""
    part, other = (
        (_whole(row[f"{leaf.name}.{side}.low"]) or 0, _whole(row[f"{leaf.name}.{side}.high"]))
        for side in ("part", "other")
    )
    return part, other


def _percent(part: int, whole: int) -> Fraction:
    return Fraction(100 * part, whole) if whole else Fraction(0)
