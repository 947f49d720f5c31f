"""Each question, on every value it can meet, on both sides: the answer by definition, and by one way only."""

from __future__ import annotations

import json
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.engine.durable import Chunk
from compliance.engine.encoding import Encoder
from compliance.engine.facts import LARGEST, Amount, Clause, EngineRule, Fact, FactType, Kind
from compliance.engine.questions import AllOf, Codes, Either, Formula, OneOf, Question, Sides, Slot
from compliance.rulebook.conditions import Condition, Op
from compliance.rulebook.conditions import Test as Ask

from .generated import clause_answer, some_condition, some_fact, some_type

ENDS = (-LARGEST, 1 - LARGEST, -1, 0, 1, LARGEST - 1, LARGEST)
AMOUNTS = tuple(Amount(low, high) for low in ENDS for high in (*ENDS, None) if high is None or low <= high)
AMOUNT_OPS: tuple[Op, ...] = ("gt", "ge", "lt", "le", "is")
FLAG_OPS: tuple[Op, ...] = ("is", "given")
CASES: list[tuple[Kind, Ask, tuple[object, ...]]] = [
    *(("amount", Ask("x", op, end), AMOUNTS) for op in AMOUNT_OPS for end in ENDS),
    *(("flag", Ask("x", op, value), (True, False, None)) for op in FLAG_OPS for value in (True, False)),
    *(("text", Ask("x", "given", value), ("", "a", None)) for value in (True, False)),
    *(("text", Ask("x", "is", value), ("", "a", "b", None)) for value in ("", "a")),
    *(("text", Ask("x", "in", value), ("", "a", "b", None)) for value in ((), ("a",), ("", "a"), ("a", "c"))),
]


def slots(formula: Formula) -> list[Slot]:
    if isinstance(formula, OneOf):
        return [slot for way in formula.ways for slot, _, _ in way]
    return [slot for item in formula.items for slot in slots(item)]


def shown(sides: Sides, formula: Formula, fact: Fact) -> dict[Slot, int]:
    """The integers that the fact shows to the questions."""
    asked = tuple(dict.fromkeys(slots(formula)))
    row = json.loads(Encoder(sides, Chunk({}, asked)).text([fact.values]))[0]
    return {slot: row[f"f{place}"] for place, slot in enumerate(asked)}


def holds(formula: Formula, seen: dict[Slot, int]) -> bool:
    if isinstance(formula, OneOf):
        ways = [all(_compare(question, seen) for question in way) for way in formula.ways]
        assert sum(ways) <= 1, "two ways of one choice hold"
        return any(ways)
    found = [holds(item, seen) for item in formula.items]
    return all(found) if isinstance(formula, AllOf) else any(found)


def _compare(question: Question, seen: dict[Slot, int]) -> bool:
    slot, comparison, number = question
    value = seen[slot]
    return {
        "$eq": value == number,
        "$neq": value != number,
        "$gt": value > number,
        "$gte": value >= number,
        "$lt": value < number,
        "$lte": value <= number,
    }[comparison]


def asked_of(fact_type: FactType, condition: Condition, fact: Fact, *, known: bool) -> None:
    sides = Sides(fact_type, [EngineRule("r", fact_type.name, (Clause("c", condition),))], known=known)
    held = clause_answer(condition, fact)
    for wanted, certain in product((True, False), (True, False)):
        formula = sides.ask(condition, certain=certain, holds=wanted)
        right = held is wanted or (held is None and not certain)
        assert holds(formula, shown(sides, formula, fact)) is right, (condition, fact, wanted, certain)


@pytest.mark.parametrize(("kind", "test", "values"), CASES, ids=lambda each: str(each)[:60])
def test_a_question_answers_by_definition(kind: Kind, test: Ask, values: tuple[object, ...]) -> None:
    fact_type = FactType("t", {"x": kind})
    for value in values:
        asked_of(fact_type, test, Fact("t", "f", {"x": value}), known=False)
        if value is not None and not (isinstance(value, Amount) and value.low != value.high):
            asked_of(fact_type, test, Fact("t", "f", {"x": value}), known=True)


@settings(deadline=None, max_examples=150)
@given(st.randoms(use_true_random=False))
def test_a_condition_answers_by_definition_on_both_sides(chance: Random) -> None:
    fact_type = some_type(chance)
    condition = some_condition(chance, fact_type, 5)
    asked_of(fact_type, condition, some_fact(chance, fact_type, "f", unknown=0.5), known=False)
    asked_of(fact_type, condition, some_fact(chance, fact_type, "g", unknown=0), known=True)


def test_constants_that_no_rule_tells_apart_share_a_number() -> None:
    countries = tuple(f"country {n}" for n in range(200))
    tests = (
        Ask("to", "in", countries),
        Ask("to", "is", "country 7"),
        Ask("to", "in", ("country 7", "elsewhere")),
    )
    rules = [EngineRule(str(n), "t", (Clause("c", test),)) for n, test in enumerate(tests)]
    codes = Codes(rules, "to")
    assert len(set(codes.of.values())) == 3
    assert [len(codes.codes_of(test)) for test in tests] == [2, 1, 2]
    assert min(codes.of.values()) == 1


def test_an_empty_either_fails_and_an_empty_both_holds() -> None:
    assert holds(AllOf(()), {}) is True
    assert holds(Either(()), {}) is False
