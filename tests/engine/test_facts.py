"""Rules that two engines could read in two ways never reach an engine."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from compliance.engine.agree import Engines
from compliance.engine.facts import (
    DEEPEST,
    LARGEST,
    Amount,
    Clause,
    EngineRule,
    FactType,
    by_name,
    check_rules,
)
from compliance.engine.fence import Durable
from compliance.engine.reference import Reference
from compliance.rulebook.conditions import All, Any, Condition, Not
from compliance.rulebook.conditions import Test as Ask

LINE = FactType("line", {"listed": "flag", "country": "text", "tpp": "amount"})


def rule(condition: Condition, name: str = "r") -> EngineRule:
    return EngineRule(name, "line", (Clause("c", condition),))


ALLOWED = [
    Ask("listed", "is", True),
    Ask("listed", "given", False),
    Ask("country", "is", ""),
    Ask("country", "in", ()),
    Ask("country", "in", ("MY", "SG")),
    Ask("country", "given", True),
    *(Ask("tpp", op, LARGEST) for op in ("gt", "ge", "lt", "le", "is")),
    Ask("tpp", "is", -LARGEST),
]

WRONG_VALUE = [
    Ask("listed", "is", 1),
    Ask("listed", "is", "true"),
    Ask("listed", "is", None),
    Ask("listed", "given", 1),
    Ask("country", "is", 1),
    Ask("country", "is", None),
    Ask("country", "is", True),
    Ask("country", "in", "MY"),
    Ask("country", "in", ["MY"]),
    Ask("country", "in", ("MY", 1)),
    Ask("country", "given", "yes"),
    *(Ask("tpp", "gt", value) for value in (True, "1", 1.0, Decimal(1), Fraction(1), None, Amount.of(1))),
]

WRONG_QUESTION = [
    Ask("listed", "gt", 1),
    Ask("listed", "in", (True,)),
    Ask("country", "lt", "MY"),
    Ask("country", "in_list", "group_d5"),
    Ask("tpp", "given", True),
    Ask("tpp", "in", (1, 2)),
    Ask("tpp", "sum", 1),  # type: ignore[arg-type]
    Ask("tpp", "gt", LARGEST + 1),
    Ask("tpp", "lt", -LARGEST - 1),
    Ask("contry", "is", "MY"),
]


@pytest.mark.parametrize("test", ALLOWED)
def test_a_question_of_the_right_kind_is_allowed(test: Ask) -> None:
    check_rules([rule(test)], by_name([LINE]))


@pytest.mark.parametrize("test", WRONG_VALUE)
def test_a_value_of_another_type_is_refused_and_never_converted(test: Ask) -> None:
    with pytest.raises(TypeError, match="clause `c` of rule `r`"):
        check_rules([rule(Not(All((test,))))], by_name([LINE]))


@pytest.mark.parametrize("test", WRONG_QUESTION)
def test_a_question_that_the_field_cannot_answer_is_refused(test: Ask) -> None:
    with pytest.raises(ValueError, match="clause `c` of rule `r`"):
        check_rules([rule(Any((test,)))], by_name([LINE]))


@pytest.mark.parametrize("engine", [Durable, Reference, Engines])
def test_every_engine_checks_its_rules(engine: type) -> None:
    with pytest.raises(TypeError):
        engine([rule(Ask("tpp", "gt", 1.5))], [LINE])


def test_what_is_no_condition_is_refused() -> None:
    with pytest.raises(TypeError, match="no condition"):
        check_rules([rule(All((None,)))], by_name([LINE]))  # type: ignore[arg-type]


def test_nesting_is_allowed_to_its_depth_and_refused_beyond() -> None:
    condition: Condition = Ask("listed", "is", True)
    for _ in range(DEEPEST - 1):
        condition = Not(condition)
    Engines([rule(condition)], [LINE])
    with pytest.raises(ValueError, match="nests deeper"):
        check_rules([rule(Not(condition))], by_name([LINE]))


def test_names_are_given_once_and_exist() -> None:
    types = by_name([LINE])
    with pytest.raises(ValueError, match="rule `r` is given twice"):
        check_rules([rule(ALLOWED[0]), rule(ALLOWED[1])], types)
    with pytest.raises(ValueError, match="two clauses of one name"):
        check_rules([EngineRule("r", "line", (Clause("c", ALLOWED[0]), Clause("c", ALLOWED[1])))], types)
    with pytest.raises(ValueError, match="`site`, which is no type"):
        check_rules([EngineRule("r", "site", ())], types)
    with pytest.raises(ValueError, match="`line` is given twice"):
        by_name([LINE, LINE])
    with pytest.raises(ValueError, match="kind `date`"):
        by_name([FactType("line", {"from": "date"})])  # type: ignore[dict-item]
