"""Conditions: what a clause, a measure's filter or a route asks, as a small tree without meaning of its own.

A condition has three answers: it holds, it does not, or it is not known (Kleene's strong logic). Three readers give
it meaning: columns (`facts`), durable_rules (`engine.fence`) and plain Python (`engine.reference`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

Op = Literal["is", "in", "in_list", "gt", "ge", "lt", "le", "given", "same", "mentions"]


@dataclass(frozen=True, slots=True)
class Test:
    """One question about the value at `path`.

    `is` a text, a truth value or an integer; `in` a tuple of texts; `in_list` a named list of the rulebook;
    `gt`, `ge`, `lt`, `le` a number (or a parameter `$name`, or another path); `given` whether a value stands there;
    `same` whether the value at another path is the same; `mentions` whether one of a tuple of words stands
    in a text as a whole word (`mentions`).
    """

    __test__: ClassVar[bool] = False  # it is no test of pytest

    path: str
    op: Op
    value: object


@dataclass(frozen=True, slots=True)
class All:
    """Holds if every item holds; an empty one holds."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds if some item holds; an empty one does not."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds if the item does not."""

    item: Condition


Condition: TypeAlias = Test | All | Any | Not


def leaves(condition: Condition) -> Iterator[Test]:
    """Every question asked, from left to right."""
    match condition:
        case Test():
            yield condition
        case All(items) | Any(items):
            for item in items:
                yield from leaves(item)
        case Not(item):
            yield from leaves(item)


def rebuilt(condition: Condition, change: Callable[[Test], Condition]) -> Condition:
    """The same tree with each question replaced by what `change` makes of it."""
    match condition:
        case Test():
            return change(condition)
        case All(items):
            return All(tuple(rebuilt(item, change) for item in items))
        case Any(items):
            return Any(tuple(rebuilt(item, change) for item in items))
        case Not(item):
            return Not(rebuilt(item, change))


def kleene(condition: Condition, answer: Callable[[Test], bool | None]) -> bool | None:
    """Whether the condition holds, given the answer to each question."""
    match condition:
        case Test():
            return answer(condition)
        case Not(item):
            inner = kleene(item, answer)
            return None if inner is None else not inner
        case All(items):
            known = True
            for item in items:
                held = kleene(item, answer)
                if held is False:
                    return False
                known = known and held is True
            return True if known else None
        case Any(items):
            known = True
            for item in items:
                held = kleene(item, answer)
                if held is True:
                    return True
                known = known and held is False
            return False if known else None
