"""The oracle answers by definition, clause by clause, whatever is in the rules."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.engine.facts import LARGEST, Amount, Clause, EngineRule, Fact, FactType
from compliance.engine.reference import Reference
from compliance.rulebook.conditions import All, Any, Condition, Not, Op
from compliance.rulebook.conditions import Test as Ask

from .generated import clause_answer, expected, some_fact, some_rules, some_type

LINE = FactType("line", {"listed": "flag", "country": "text", "tpp": "amount"})


def line(listed: object = None, country: object = None, low: int = 0, high: int | None = None) -> Fact:
    return Fact("line", "f", {"listed": listed, "country": country, "tpp": Amount(low, high)})


@settings(deadline=None, max_examples=80)
@given(st.randoms(use_true_random=False))
def test_rules_and_clauses_answer_by_definition(chance: Random) -> None:
    fact_type = some_type(chance)
    rules = some_rules(chance, fact_type)
    facts = [some_fact(chance, fact_type, str(n)) for n in range(4)]
    reference = Reference(rules, [fact_type])
    found = reference.match(facts)
    assert found == expected(rules, facts)
    assert list(found) == list(expected(rules, facts))
    for rule in rules:
        for fact in facts:
            trace = reference.explain(rule.id, fact)
            assert trace == tuple((clause.id, clause_answer(clause.condition, fact)) for clause in rule.clauses)


def test_an_explanation_names_every_clause_also_after_one_that_fails() -> None:
    clauses = (
        Clause("listed party", Ask("listed", "is", True)),
        Clause("over the limit", Ask("tpp", "gt", 10)),
        Clause("in the group", Not(Ask("country", "in", ("MY", "SG")))),
    )
    reference = Reference([EngineRule("r", "line", clauses)], [LINE])
    explained = reference.explain("r", line(listed=False, country="MY", low=5))
    assert explained == (("listed party", False), ("over the limit", None), ("in the group", False))
    explained = reference.explain("r", line(listed=True, country=None, low=11))
    assert explained == (("listed party", True), ("over the limit", True), ("in the group", None))


def test_a_rule_without_clauses_always_holds() -> None:
    reference = Reference([EngineRule("r", "line", ())], [LINE])
    assert reference.match([line()]) == {("f", "r"): True}
    assert reference.explain("r", line()) == ()


@pytest.mark.parametrize("condition", [All(()), Not(Any(())), All((All(()), Not(Any(()))))])
def test_an_empty_all_holds_and_an_empty_any_does_not(condition: Condition) -> None:
    reference = Reference([EngineRule("r", "line", (Clause("c", condition),))], [LINE])
    assert reference.match([line()]) == {("f", "r"): True}
    reference = Reference([EngineRule("r", "line", (Clause("c", Not(condition)),))], [LINE])
    assert reference.match([line()]) == {}


def test_nothing_bounds_an_open_amount_not_even_the_largest_integer() -> None:
    ops: tuple[Op, ...] = ("gt", "ge", "le", "is")
    rules = [EngineRule(op, "line", (Clause("c", Ask("tpp", op, LARGEST)),)) for op in ops]
    reference = Reference(rules, [LINE])
    assert reference.match([line(low=LARGEST)]) == {
        ("f", "gt"): False,
        ("f", "ge"): True,
        ("f", "le"): False,
        ("f", "is"): False,
    }


def test_names_and_texts_are_never_run_as_python() -> None:
    trap = '"""\n); raise SystemExit(#'
    fact_type = FactType("values", {trap: "text", "held": "flag", "min": "amount"})
    clauses = (
        Clause(trap, Any((Ask(trap, "is", trap), Ask(trap, "in", (trap, "\\"))))),
        Clause("least", All((Ask("held", "is", True), Ask("min", "lt", -1)))),
    )
    reference = Reference([EngineRule(trap, "values", clauses)], [fact_type])
    fact = Fact("values", trap, {trap: trap, "held": True, "min": Amount.of(-2)})
    assert reference.match([fact]) == {(trap, trap): True}
    assert reference.explain(trap, fact) == ((trap, True), ("least", True))


def test_a_rule_is_explained_on_facts_of_its_type_only() -> None:
    site = FactType("site", {"country": "text"})
    reference = Reference([EngineRule("r", "line", ())], [LINE, site])
    with pytest.raises(ValueError, match="`r` asks about `line`, fact `s` is a `site`"):
        reference.explain("r", Fact("site", "s", {"country": None}))
