"""Conditions as questions about small integers, each side for itself: holds for certain, or possibly holds.

A fact reaches durable_rules as integers only, each part of a field in a slot of its own:

    flag    low, high   the least and the greatest it may be: 1, 1 true; 0, 0 false; 0, 1 not known
    text    code        which of the rules' constants it is, from 1; 0 if none of them or not known
    amount  low, high   the ends of the interval (`high` repeats `low` where nothing bounds it)
            open        1 where nothing bounds it
    flag or text  unknown   1 where it is not known

so that no question can compare a text with a number. A fact in which nothing is unknown shows one slot a
field (`low` or `code`) and is asked the certain side only, which then is the whole answer.

Negation is pushed down to the questions: `not x` holds for certain where x does not possibly hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from compliance.engine.facts import EngineRule, FactType
from compliance.rulebook.conditions import All, Any, Condition, Not, Test, leaves

Part: TypeAlias = Literal["low", "high", "open", "code", "unknown"]
Slot: TypeAlias = tuple[str, Part]
"""A field and a part of it."""

Comparison: TypeAlias = Literal["$eq", "$neq", "$gt", "$gte", "$lt", "$lte"]
Question: TypeAlias = tuple[Slot, Comparison, int]
"""Whether the integer in the slot compares so with this one; the words are those of durable_rules."""

_COMPARISON: Mapping[str, Comparison] = {"gt": "$gt", "ge": "$gte", "lt": "$lt", "le": "$lte"}
_CONTRARY = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt"}


@dataclass(frozen=True, slots=True)
class OneOf:
    """Ways to hold, each some questions together.

    INVARIANT: at most one way holds of any fact. durable_rules fires once for each way that holds, so with
    ten choices of two in a rule that overlap it would fire a thousand times.
    """

    ways: tuple[tuple[Question, ...], ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds where every item holds."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Holds where some item holds."""

    items: tuple[Formula, ...]


Formula: TypeAlias = OneOf | AllOf | Either


def _together(*questions: Question) -> OneOf:
    return OneOf((questions,))


class Codes:
    """The texts of one field as integers. Constants that no rule can tell apart share one; all else has 0."""

    def __init__(self, rules: Sequence[EngineRule], path: str) -> None:
        tests = (test for rule in rules for clause in rule.clauses for test in leaves(clause.condition))
        sets = [_texts(test) for test in tests if test.path == path and test.op in ("is", "in")]
        within = {text: tuple(text in each for each in sets) for text in sorted(set().union(*sets))}
        classes = {mark: number for number, mark in enumerate(dict.fromkeys(within.values()), start=1)}
        self.of: Mapping[str, int] = {text: classes[mark] for text, mark in within.items()}

    def codes_of(self, test: Test) -> list[int]:
        """The integers of the texts that the question accepts."""
        return sorted({self.of[text] for text in _texts(test)})


def _texts(test: Test) -> set[str]:
    assert isinstance(test.value, str | tuple)
    return {test.value} if isinstance(test.value, str) else set(test.value)


class Sides:
    """What conditions on one fact type ask of its slots; `known` for facts in which nothing is unknown."""

    def __init__(self, fact_type: FactType, rules: Sequence[EngineRule], *, known: bool) -> None:
        self.known = known
        self.fields = fact_type.fields
        self.codes = {path: Codes(rules, path) for path, kind in fact_type.fields.items() if kind == "text"}

    def ask(self, condition: Condition, *, certain: bool, holds: bool = True) -> Formula:
        """That the condition holds (or fails), for certain (or possibly)."""
        match condition:
            case Not(item):
                return self.ask(item, certain=certain, holds=not holds)
            case All(items):
                sides = tuple(self.ask(item, certain=certain, holds=holds) for item in items)
                return AllOf(sides) if holds else Either(sides)
            case Any(items):
                sides = tuple(self.ask(item, certain=certain, holds=holds) for item in items)
                return Either(sides) if holds else AllOf(sides)
            case Test(path, "given"):
                return self._presence(path, bool(condition.value) is holds)
            case Test(path):
                if self.fields[path] == "text":
                    return self._text(condition, certain, holds)
                if self.fields[path] == "flag":
                    return self._flag(path, certain, bool(condition.value) is holds)
                return self._amount(condition, certain, holds)

    def _presence(self, path: str, wanted: bool) -> Formula:
        if self.known:
            return AllOf(()) if wanted else Either(())
        return _together(((path, "unknown"), "$eq", int(not wanted)))

    def _flag(self, path: str, certain: bool, wanted: bool) -> Formula:
        part: Part = "low" if self.known or wanted is certain else "high"
        return _together(((path, part), "$eq", int(wanted)))

    def _text(self, test: Test, certain: bool, holds: bool) -> Formula:
        code: Slot = (test.path, "code")
        unknown: Slot = (test.path, "unknown")
        numbers = self.codes[test.path].codes_of(test)
        if holds:
            ways: tuple[tuple[Question, ...], ...] = tuple(((code, "$eq", number),) for number in numbers)
            return OneOf(ways if certain or self.known else (((unknown, "$eq", 1),), *ways))
        none = tuple(_together((code, "$neq", number)) for number in numbers)
        return AllOf((_together((unknown, "$eq", 0)), *none) if certain and not self.known else none)

    def _amount(self, test: Test, certain: bool, holds: bool) -> Formula:
        assert isinstance(test.value, int)
        low: Slot = (test.path, "low")
        high: Slot = (test.path, "high")
        if test.op == "is":
            if self.known:
                return _together((low, "$eq" if holds else "$neq", test.value))
            return self._exactly(test.path, test.value, certain, holds)
        op = test.op if holds else _CONTRARY[test.op]
        if self.known or certain is (op in ("gt", "ge")):
            return _together((low, _COMPARISON[op], test.value))
        limited: tuple[Question, ...] = (self._is_bounded(test.path), (high, _COMPARISON[op], test.value))
        return OneOf((limited,) if certain else ((self._boundless(test.path),), limited))

    def _exactly(self, path: str, value: int, certain: bool, holds: bool) -> Formula:
        low: Slot = (path, "low")
        high: Slot = (path, "high")
        bounded, boundless = self._is_bounded(path), self._boundless(path)
        under: Question = (low, "$lte", value)
        if holds:
            if certain:
                return _together(bounded, (low, "$eq", value), (high, "$eq", value))
            return OneOf(((under, boundless), (under, bounded, (high, "$gte", value))))
        if certain:
            return OneOf((((low, "$gt", value),), (under, bounded, (high, "$lt", value))))
        same_low: Question = (low, "$eq", value)
        other_high: Question = (high, "$neq", value)
        return OneOf(((boundless,), (bounded, (low, "$neq", value)), (bounded, same_low, other_high)))

    def _is_bounded(self, path: str) -> Question:
        return ((path, "open"), "$eq", 0)

    def _boundless(self, path: str) -> Question:
        return ((path, "open"), "$eq", 1)
