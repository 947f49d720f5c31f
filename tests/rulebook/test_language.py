"""The words of rule files: each way of asking becomes the condition that it says; others are told at their line."""

from __future__ import annotations

from typing import Any as Anything

import pytest

from compliance.rulebook.conditions import All, Any, Condition, Not, Test, kleene, leaves, rebuilt
from compliance.rulebook.language import LanguageError, condition
from compliance.world.io.yaml_nodes import read_yaml

Test.__test__ = False  # type: ignore[attr-defined]  # a question of rules, no test of pytest's


def asked(text: str) -> Condition:
    return condition(read_yaml(text, "rule.yaml"))


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("chip.zone: a", Test("chip.zone", "is", "a")),
        ("counts: true", Test("counts", "is", True)),
        ("counts: false", Test("counts", "is", False)),
        ("to_country: NO", Test("to_country", "is", "NO")),
        ("site: given", Test("site", "given", True)),
        ("site: missing", Test("site", "given", False)),
        ("authorization: [UVEU, NVEU]", Test("authorization", "in", ("UVEU", "NVEU"))),
        ("authorization: {in: [UVEU]}", Test("authorization", "in", ("UVEU",))),
        ("authorization: {not_in: [UVEU]}", Not(Test("authorization", "in", ("UVEU",)))),
        ("to_country: {in: allies}", Test("to_country", "in_list", "allies")),
        ("to_country: {not_in: allies}", Not(Test("to_country", "in_list", "allies"))),
        ("authorization: {is_not: LPP}", Not(Test("authorization", "is", "LPP"))),
        ("quantity: {gt: $small}", Test("quantity", "gt", "$small")),
        ("quantity: {ge: 1e26}", Test("quantity", "ge", "1e26")),
        ("date: {ge: $a, lt: $b}", All((Test("date", "ge", "$a"), Test("date", "lt", "$b")))),
        ("{a: x, b: y}", All((Test("a", "is", "x"), Test("b", "is", "y")))),
        ("[{a: x}, {b: y}]", All((Test("a", "is", "x"), Test("b", "is", "y")))),
        ("any: [{a: x}, {b: y}]", Any((Test("a", "is", "x"), Test("b", "is", "y")))),
        ("any: {a: x, b: y}", Any((Test("a", "is", "x"), Test("b", "is", "y")))),
        ("not: {a: x}", Not(Test("a", "is", "x"))),
        ("not_known: who paid", Test("?who paid", "is", True)),
    ],
)
def test_a_question_is_read_as_what_it_says(text: str, means: Condition) -> None:
    assert asked(text) == means


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: x\nquantity:\n  great: 5\n", 3, "`great` is not a test"),
        ("quantity: {gte: 5}", 1, "Did you mean `gt`?"),
        ("quantity: {}", 1, "`quantity` asks nothing"),
        ("{}", 1, "a condition is a mapping"),
        ("a: x\nany: b\n", 2, "`all` and `any` take a list of conditions"),
        ("a: x\nany: []\n", 2, "`all` and `any` take a list of conditions"),
        ("- a: x\n- b\n", 2, "a condition is a mapping"),
        ("not: a", 1, "a condition is a mapping"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(LanguageError) as wrong:
        asked(text)

    assert said in str(wrong.value)
    assert wrong.value.line == line


def test_the_questions_of_a_condition_come_from_left_to_right_and_can_be_replaced() -> None:
    whole = asked("{a: x, any: [{b: y}, {not: {c: z}}]}")

    assert [test.path for test in leaves(whole)] == ["a", "b", "c"]
    renamed = rebuilt(whole, lambda test: Test(f"p.{test.path}", test.op, test.value))
    assert [test.path for test in leaves(renamed)] == ["p.a", "p.b", "p.c"]


@pytest.mark.parametrize(
    ("text", "answers", "holds"),
    [
        ("{a: x, b: y}", (True, None), None),
        ("{a: x, b: y}", (False, None), False),
        ("any: [{a: x}, {b: y}]", (True, None), True),
        ("any: [{a: x}, {b: y}]", (False, None), None),
        ("not: {any: [{a: x}, {b: y}]}", (False, None), None),
        ("not: {any: [{a: x}, {b: y}]}", (True, None), False),
        ("not: {all: [{a: x}, {b: y}]}", (False, None), True),
    ],
)
def test_what_is_not_known_decides_only_where_it_can(
    text: str, answers: tuple[Anything, ...], holds: bool | None
) -> None:
    known = dict(zip("ab", answers, strict=True))

    assert kleene(asked(text), lambda test: known[test.path]) is holds
