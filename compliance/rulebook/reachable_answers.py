"""Which answers a condition can have at all, given those of its questions, each taken to be free of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

from compliance.rulebook.conditions import All, Any, Condition, Not, Test

Answers = frozenset[bool | None]
EVERY: Answers = frozenset({True, False, None})


def possible(condition: Condition, answers: Callable[[Test], Answers]) -> Answers:
    """The answers of the condition, by Kleene's tables, over all those of its questions."""
    match condition:
        case Test():
            return answers(condition)
        case Not(item):
            return frozenset(None if answer is None else not answer for answer in possible(item, answers))
        case All(items):
            return _fold_answers((possible(item, answers) for item in items), True)
        case Any(items):
            return _fold_answers((possible(item, answers) for item in items), False)


def _fold_answers(parts: Iterable[Answers], start: bool) -> Answers:
    """What `and` (or, from `False`, `or`) makes of any answers of its parts."""
    found: Answers = frozenset({start})
    for part in parts:
        found = frozenset(
            (not start) if (not start) in pair else None if None in pair else start for pair in product(found, part)
        )
    return found
