"""Two engines, one answer: on every fact and every rule, whatever the rules, sizes and threads."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.engine.agree import Engines
from compliance.engine.durable import AT_ONCE
from compliance.engine.facts import Amount, Answers, Clause, EngineRule, Fact, FactType
from compliance.errors import EngineDisagreement
from compliance.rulebook.conditions import Test as Ask
from compliance.rulebook.conditions import leaves

from .generated import TEXTS, expected, some_fact, some_rules, some_type

N = FactType("n", {"n": "amount"})
OVER = EngineRule("over", "n", (Clause("c", Ask("n", "gt", 4)),))
FACTS = [
    Fact("n", name, {"n": value}) for name, value in (("a", Amount.of(5)), ("b", Amount(4, 6)), ("c", Amount.of(4)))
]


@settings(deadline=None, max_examples=100)
@given(st.randoms(use_true_random=False))
def test_the_engines_agree_with_each_other_and_with_the_definition(chance: Random) -> None:
    types = [some_type(chance, name) for name in ("one", "two", "three")]
    rules = [rule for fact_type in types for rule in some_rules(chance, fact_type)]
    chance.shuffle(rules)
    facts = [some_fact(chance, chance.choice(types), f"{n} {chance.choice(TEXTS)}") for n in range(8)]
    engines = Engines(rules, types)
    found = engines.match(facts)
    assert found == expected(rules, facts)
    assert list(found) == list(engines.durable.match(facts))


@pytest.mark.night
@pytest.mark.parametrize("seed", range(20))
def test_the_engines_agree_on_many_more(seed: int) -> None:
    for turn in range(300):
        chance = Random(1_000 * seed + turn)
        fact_type = some_type(chance, most=chance.choice((2, 8, 40)))
        rules = some_rules(chance, fact_type, most=chance.choice((5, 30, 150)), depth=chance.randint(0, 8))
        facts = [some_fact(chance, fact_type, str(n), unknown=chance.random()) for n in range(chance.randint(0, 40))]
        assert Engines(rules, [fact_type]).match(facts) == expected(rules, facts), f"seed {1_000 * seed + turn}"


@settings(deadline=None, max_examples=50)
@given(st.randoms(use_true_random=False))
def test_the_order_of_facts_and_the_names_of_rules_change_nothing(chance: Random) -> None:
    fact_type = some_type(chance)
    rules = some_rules(chance, fact_type)
    facts = [some_fact(chance, fact_type, str(n)) for n in range(6)]
    before = Engines(rules, [fact_type]).match(facts)
    renamed = [EngineRule(f"new {rule.id}", rule.type, rule.clauses) for rule in reversed(rules)]
    after = Engines(renamed, [fact_type]).match(facts[::-1])
    assert after == {(fact, f"new {rule}"): held for (fact, rule), held in before.items()}


@settings(deadline=None, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_knowing_more_only_settles_what_was_possible(chance: Random) -> None:
    fact_type = some_type(chance)
    rules = [rule for rule in some_rules(chance, fact_type, most=20) if not _asks_what_is_given(rule)]
    vague = some_fact(chance, fact_type, "f", unknown=0.7)
    values = dict(vague.values)
    for field, value in values.items():
        if isinstance(value, Amount):
            values[field] = Amount.of(chance.choice((value.low, value.low if value.high is None else value.high)))
        elif value is None:
            values[field] = chance.random() < 0.5 if fact_type.fields[field] == "flag" else chance.choice(TEXTS)
    engines = Engines(rules, [fact_type])
    before, after = engines.match([vague]), engines.match([Fact(vague.type, "f", values)])
    for rule in rules:
        was, now = before.get(("f", rule.id)), after.get(("f", rule.id))
        assert now is was or (was is False and now in (True, None))


def _asks_what_is_given(rule: EngineRule) -> bool:
    """Such a rule is about what is known, not about the world: it may change with what is known."""
    return any(test.op == "given" for clause in rule.clauses for test in leaves(clause.condition))


@pytest.mark.parametrize("count", [AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 5_000])
def test_thousands_of_facts_are_one_decision(count: int) -> None:
    chance = Random(count)
    types = [some_type(chance, name) for name in ("one", "two")]
    rules = [rule for fact_type in types for rule in some_rules(chance, fact_type, most=15)]
    facts = [some_fact(chance, chance.choice(types), f"order-{n}", unknown=0.1) for n in range(count)]
    found = Engines(rules, types).match(facts)
    assert found == expected(rules, facts)
    assert len(found) > count // 2


def test_eight_threads_share_engines_and_each_has_its_own_answer() -> None:
    chance = Random(8)
    fact_type = some_type(chance)
    rules = some_rules(chance, fact_type, most=30)
    engines = Engines(rules, [fact_type])
    batches = [[some_fact(chance, fact_type, f"{n} {m}") for m in range(15)] for n in range(160)]
    with ThreadPoolExecutor(8) as pool:
        for batch, found in zip(batches, pool.map(engines.match, batches), strict=True):
            assert found == expected(rules, batch)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            {("a", "over"): True},
            "fact `b`, rule `over` does not hold says durable_rules and possibly holds says",
        ),
        (
            {("a", "over"): False, ("b", "over"): False},
            "fact `a`, rule `over` possibly holds .* and holds says",
        ),
        (
            {("a", "over"): True, ("b", "over"): True},
            "fact `b`, rule `over` holds .* and possibly holds says",
        ),
        (
            {("a", "over"): True, ("b", "over"): False, ("c", "over"): True},
            "fact `c`, rule `over` holds .* and does not hold says .* Amount.low=4, high=4",
        ),
    ],
)
def test_any_difference_stops_the_answer_and_names_fact_rule_and_both_answers(
    monkeypatch: pytest.MonkeyPatch, wrong: Answers, words: str
) -> None:
    engines = Engines([OVER], [N])
    assert engines.match(FACTS) == {("a", "over"): True, ("b", "over"): False}
    for engine, say in (("durable", words), ("reference", "")):
        with monkeypatch.context() as patch:
            patch.setattr(getattr(engines, engine), "match", lambda facts: wrong)
            with pytest.raises(EngineDisagreement) as stopped:
                engines.match(FACTS)
            assert re.search(say, str(stopped.value))


def test_facts_may_come_from_a_generator_and_none_is_lost() -> None:
    engines = Engines([OVER], [N])
    assert engines.match(fact for fact in FACTS) == engines.match(FACTS)  # type: ignore[arg-type]
    assert engines.durable.match(fact for fact in FACTS) == engines.match(FACTS)  # type: ignore[arg-type]


def test_a_rule_is_explained_clause_by_clause() -> None:
    engines = Engines([OVER], [N])
    assert [engines.explain("over", fact) for fact in FACTS] == [
        (("c", True),),
        (("c", None),),
        (("c", False),),
    ]
