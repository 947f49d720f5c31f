"""Typed facts and the rules that ask about them: what both engines are given, and what neither is ever given.

A fact is complete: every field of its type is there, and what is not known is `None` (a flag, a text) or an
interval (an amount). Amounts are integers within 63 bits; the maker of the facts scales what is larger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from compliance.rulebook.conditions import All, Any, Condition, Not, Test, leaves

Kind: TypeAlias = Literal["flag", "text", "amount"]

LARGEST = 2**63 - 1
"""No amount and no number of a rule is larger than this, nor smaller than its negative."""

DEEPEST = 50
"""How deep conditions may nest; the readers of YAML stop there too."""

_OPS: Mapping[Kind, tuple[str, ...]] = {
    "flag": ("is", "given"),
    "text": ("is", "in", "given"),
    "amount": ("gt", "ge", "lt", "le", "is"),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """The integers that an amount may be, from `low` to `high`; `high` is `None` where nothing bounds it."""

    low: int
    high: int | None

    @classmethod
    def of(cls, value: int) -> Amount:
        """An amount that is known."""
        return cls(value, value)


@dataclass(frozen=True, slots=True)
class FactType:
    """The name of a type of facts and the kind of each of its fields."""

    name: str
    fields: Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `values` holds a `bool | None`, a `str | None` or an `Amount` for every field of its type."""

    type: str
    id: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Clause:
    """One named part of a rule. Each question's `path` is a field of the fact."""

    id: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class EngineRule:
    """A rule over facts of one type: it fires where all its clauses hold."""

    id: str
    type: str
    clauses: tuple[Clause, ...]


Answers: TypeAlias = dict[tuple[str, str], bool]
"""By fact id and rule id: `True` where the rule holds for certain, `False` where possibly; else absent."""


def by_name(types: Iterable[FactType]) -> dict[str, FactType]:
    """The types by name. Raises `ValueError` for a name or a kind that cannot be."""
    found: dict[str, FactType] = {}
    for item in types:
        if item.name in found:
            raise ValueError(f"fact type `{item.name}` is given twice")
        for field, kind in item.fields.items():
            if not isinstance(field, str) or kind not in _OPS:
                raise ValueError(f"field `{field}` of `{item.name}` has the kind `{kind}`, which is none")
        found[item.name] = item
    return found


def check_rules(rules: Iterable[EngineRule], types: Mapping[str, FactType]) -> None:
    """Refuse rules that an engine could read in two ways.

    Raises `ValueError` or `TypeError`, naming rule and clause.
    """
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise ValueError(f"rule `{rule.id}` is given twice")
        seen.add(rule.id)
        if rule.type not in types:
            raise ValueError(f"rule `{rule.id}` asks about `{rule.type}`, which is no type of facts")
        names = [clause.id for clause in rule.clauses]
        if len(set(names)) != len(names):
            raise ValueError(f"rule `{rule.id}` has two clauses of one name")
        for clause in rule.clauses:
            where = f"clause `{clause.id}` of rule `{rule.id}`"
            _check_depth(clause.condition, DEEPEST, where)
            for test in leaves(clause.condition):
                _check_test(test, types[rule.type], where)


def _check_depth(condition: object, left: int, where: str) -> None:
    if left == 0:
        raise ValueError(f"{where} nests deeper than {DEEPEST}")
    match condition:
        case All(items) | Any(items):
            for item in items:
                _check_depth(item, left - 1, where)
        case Not(item):
            _check_depth(item, left - 1, where)
        case Test():
            pass
        case _:
            raise TypeError(f"{where} holds a {type(condition).__name__}, which is no condition")


def _check_test(test: Test, fact_type: FactType, where: str) -> None:
    kind = fact_type.fields.get(test.path)
    if kind is None:
        raise ValueError(f"{where} asks about `{test.path}`, which is no field of `{fact_type.name}`")
    if test.op not in _OPS[kind]:
        raise ValueError(f"{where} asks `{test.op}` of `{test.path}`, which is a {kind}")
    if test.op == "in":
        right = type(test.value) is tuple and all(isinstance(text, str) for text in test.value)
    elif kind == "flag" or test.op == "given":
        right = type(test.value) is bool
    elif kind == "text":
        right = isinstance(test.value, str)
    else:
        right = type(test.value) is int
        if type(test.value) is int and not -LARGEST <= test.value <= LARGEST:
            raise ValueError(f"{where} compares `{test.path}` with {test.value}, which is beyond 63 bits")
    if not right:
        raise TypeError(f"{where} asks `{test.path}` {test.op} {test.value!r}, no value for a {kind}")


def check_amount(value: object, where: str) -> Amount:
    """An amount of exact integers in order and in bounds. Raises `TypeError` or `ValueError`."""
    if type(value) is not Amount:
        raise TypeError(f"{where} is a {type(value).__name__}, not an Amount")
    low, high = value.low, value.high
    if type(low) is not int or (high is not None and type(high) is not int):
        raise TypeError(f"{where} is {value!r}, which is not made of integers")
    if not -LARGEST <= low <= LARGEST or (high is not None and not low <= high <= LARGEST):
        raise ValueError(f"{where} is {value!r}, which is out of order or beyond 63 bits")
    return value
