"""Where durable_rules ends (shown on itself, bare), and that rules of any size stay within."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.engine.agree import Engines
from compliance.engine.durable import AT_ONCE, MARKS, QUESTIONS_TOGETHER, RULES_TOGETHER, Plan, Shape
from compliance.engine.facts import Amount, Clause, EngineRule, Fact, FactType
from compliance.rulebook.conditions import All, Any, Condition, Not
from compliance.rulebook.conditions import Test as Ask

from .bare import Bare, ends
from .generated import expected, some_fact, some_rules, some_type

NUMBERS = FactType("n", {f"x{n}": "amount" for n in range(300)})
ZEROS = Fact("n", "zeros", {path: Amount.of(0) for path in NUMBERS.fields})
VAGUE = Fact("n", "vague", {path: Amount(-1, None) for path in NUMBERS.fields})


def rule(condition: Condition, name: str = "r", fact_type: str = "n") -> EngineRule:
    return EngineRule(name, fact_type, (Clause("c", condition),))


def agreed(rules: list[EngineRule], facts: list[Fact], fact_type: FactType = NUMBERS) -> int:
    found = Engines(rules, [fact_type]).match(facts)
    assert found == expected(rules, facts)
    return len(found)


# One fact that matches many rules at once: 64 are too many.


def test_bare_durable_rules_fails_where_64_rules_match_one_fact() -> None:
    for count, fails in ((63, False), (64, True)):
        bare = Bare({f"r{n}": {"$gt": {"n": n}} for n in range(count)})
        if fails:
            with pytest.raises(bare.native.error, match="303"):
                bare.fired([{"id": 1, "z": 1, "n": 1000}])
        else:
            assert len(bare.fired([{"id": 1, "z": 1, "n": 1000}])) == count


@pytest.mark.parametrize("fact", [ZEROS, VAGUE], ids=["zeros", "vague"])
def test_any_number_of_rules_may_match_one_fact(fact: Fact) -> None:
    rules = [rule(Ask(f"x{n % 7}", "gt", -n - 1), str(n)) for n in range(500)]
    assert agreed(rules, [fact]) == 500


@pytest.mark.parametrize("fact", [ZEROS, VAGUE], ids=["zeros", "vague"])
def test_rules_that_are_all_choices_may_all_match_one_fact(fact: Fact) -> None:
    words = tuple(f"w{n}" for n in range(70))
    fact_type = FactType("t", {"word": "text", "n": "amount"})
    whole = [rule(Ask("word", "in", words[n:]), f"in {n}", "t") for n in range(70)]
    nots = [rule(Not(Ask("n", "is", n)), f"not {n}", "t") for n in range(1, 71)]
    for word in ("w69", None):
        assert agreed(whole + nots, [Fact("t", "f", {"word": word, "n": fact.values["x1"]})], fact_type) == 140


# A rule of many choices: 15 are too many, and choices that overlap fire over and over.


def test_bare_durable_rules_refuses_a_rule_of_15_choices() -> None:
    Bare({"r": {"$and": [{"$or": [{f"a{n}": 1}, {f"a{n}": 2}]} for n in range(14)]}})
    with pytest.raises(Exception, match="113"):
        Bare({"r": {"$and": [{"$or": [{f"a{n}": 1}, {f"a{n}": 2}]} for n in range(15)]}})


def test_bare_durable_rules_fires_1024_times_for_ten_choices_that_overlap() -> None:
    bare = Bare({"r": {"$and": [{"$or": [{f"a{n}": 1}, {f"b{n}": 1}]} for n in range(10)]}})
    both = {f"{letter}{n}": 1 for letter in "ab" for n in range(10)}
    assert len(bare.fired([{"id": 1, "z": 1, **both}])) == 1024


def test_a_rule_may_have_any_number_of_choices_that_overlap() -> None:
    def choice(n: int) -> Condition:
        return Any((Ask(f"x{2 * n}", "ge", 0), Ask(f"x{2 * n + 1}", "le", 0), Not(Ask(f"x{n}", "is", 5))))

    whole = All(tuple(choice(n) for n in range(40)))
    rules = [rule(whole, "all"), rule(Not(whole), "none"), rule(Any((whole, Not(whole))), "either")]
    off = {"x2": Amount.of(5), "x4": Amount.of(-5), "x5": Amount.of(5)}
    assert agreed(rules, [ZEROS, VAGUE, Fact("n", "off", {**ZEROS.values, **off})]) == 2 + 3 + 2


@pytest.mark.parametrize("count", [13, 14, 15, 16, 40])
def test_a_rule_may_have_any_number_of_lists_and_of_amounts_that_may_be_equal(count: int) -> None:
    fields = {f"{kind}{n}": kind for kind in ("text", "amount") for n in range(count)}
    fact_type = FactType("t", fields)  # type: ignore[arg-type]
    lists = [Ask(f"text{n}", "in", ("a", "b", f"c{n}")) for n in range(count)]
    equal = [Ask(f"amount{n}", "is", n) for n in range(count)]
    apart = [rule(Ask(f"text{n}", "is", letter), f"{letter}{n}", "t") for n in range(count) for letter in "ab"]
    rules = [rule(All(tuple(lists)), "in", "t"), rule(All(tuple(map(Not, lists))), "out", "t")]
    rules += [rule(All(tuple(equal)), "same", "t"), rule(All((*lists, *map(Not, equal))), "other", "t"), *apart]
    known: dict[str, object] = {path: "b" if kind == "text" else Amount.of(99) for path, kind in fields.items()}
    vague: dict[str, object] = {path: None if kind == "text" else Amount(0, None) for path, kind in fields.items()}
    facts = [Fact("t", "known", known), Fact("t", "vague", vague), Fact("t", "off", {**known, "text3": "d"})]
    assert agreed(rules, facts, fact_type) == (2 + count) + (4 + 2 * count) + (count - 1)


# A question with many different ones after it: 512 never end. 256 rules with one condition fire others.


def test_bare_durable_rules_never_ends_with_512_questions_side_by_side() -> None:
    code = """
        bare = Bare({f"r{n}": {"n": n} for n in range(COUNT)}, catch=None)
        bare.native.assert_facts(bare.handle, '[{"id": 1, "y": 1, "n": 1}]')
    """
    assert ends(code.replace("COUNT", "510")) == 0
    assert ends(code.replace("COUNT", "512"), seconds=1) == "never"


def test_bare_durable_rules_fires_another_rule_where_256_have_one_condition() -> None:
    def fired(count: int) -> list[tuple[str, object]]:
        rules = {"first": {"n": 1}, "other": {"n": 2}, **{f"r{n}": {"n": 1} for n in range(count - 1)}}
        return Bare(rules).fired([{"id": 7, "z": 1, "n": 1}])

    assert len(fired(255)) == 255
    assert ("other", 7) not in fired(255)
    assert ("other", 7) in fired(256)


def test_any_number_of_questions_may_stand_side_by_side_and_any_number_of_rules_may_be_the_same() -> None:
    different = [rule(Ask("x0", "is", n), str(n)) for n in range(600)]
    same = [rule(Ask("x1", "is", 0), f"same {n}") for n in range(600)]
    assert agreed(different + same, [ZEROS, VAGUE]) == 601 + 1200


def test_a_list_may_have_any_length_whether_or_not_rules_tell_its_texts_apart() -> None:
    words = tuple(f"w{n}" for n in range(700))
    fact_type = FactType("t", {"x": "text"})
    facts = [Fact("t", str(word), {"x": word}) for word in ("w0", "w699", "none", None)]
    apart = [rule(Ask("x", "is", word), word, "t") for word in words]
    lists = [rule(Ask("x", "in", words), "in", "t"), rule(Not(Ask("x", "in", words)), "out", "t")]
    assert agreed(lists, facts, fact_type) == 5
    assert agreed(apart + lists, facts, fact_type) == 2 + 700 + 5


# A fact of many fields: about 250 are too many, and it is passed over without a word.


def test_bare_durable_rules_passes_over_a_fact_of_300_fields() -> None:
    bare = Bare({"r": {"n": 1}})
    many = {f"x{n}": 1 for n in range(300)}
    assert bare.fired([{"id": 1, "z": 1, "n": 1}, {"id": 2, "z": 1, "n": 1, **many}]) == [("r", 1)]


@pytest.mark.parametrize("fact", [ZEROS, VAGUE], ids=["zeros", "vague"])
def test_a_fact_may_have_any_number_of_fields(fact: Fact) -> None:
    each = [rule(Ask(path, "is", 0), path) for path in NUMBERS.fields]
    every = rule(All(tuple(Ask(path, "le", 0) for path in NUMBERS.fields)), "every")
    assert agreed([*each, every], [fact]) == 301


@settings(deadline=None, max_examples=50)
@given(st.randoms(use_true_random=False), st.booleans())
def test_every_chunk_stays_within_the_limits(chance: Random, known: bool) -> None:
    fact_type = some_type(chance, most=30)
    shape = Shape(fact_type, some_rules(chance, fact_type, most=60, depth=5), known=known)
    numbers = [number for chunk in shape.chunks for number in chunk.rules]
    assert numbers == list(range(len(numbers)))
    for chunk in shape.chunks:
        assert len(chunk.rules) <= RULES_TOGETHER
        assert len(chunk.slots) <= QUESTIONS_TOGETHER
        rules = json.loads(chunk.text())
        assert rules.pop("all") == {"all": [{"m": {"z": 1}}], "cap": AT_ONCE}
        for each in rules.values():
            text = json.dumps(each["all"][0]["m"])
            assert 2 * (text.count('"$and"') + text.count('"$or"')) <= MARKS


def test_a_plan_asks_every_part_or_any() -> None:
    plan = Plan(True, (0, Plan(False, (1, 2))))
    assert [plan.holds(matched) for matched in ({0}, {1, 2}, {0, 1}, {0, 2}, set())] == [
        False,
        False,
        True,
        True,
        False,
    ]


def test_large_rules_and_small_stand_side_by_side() -> None:
    chance = Random(5)
    fact_type = some_type(chance, most=30)
    facts = [some_fact(chance, fact_type, str(n)) for n in range(40)]
    rules = some_rules(chance, fact_type, most=150, depth=6)
    assert Shape(fact_type, rules, known=False).plans
    agreed(rules, facts, fact_type)
