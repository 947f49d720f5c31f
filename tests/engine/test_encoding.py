"""Facts that are not what their type says are refused; all others reach durable_rules as integers only."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.engine.durable import AT_ONCE, QUESTIONS_TOGETHER, Shape
from compliance.engine.encoding import Encoder
from compliance.engine.facts import LARGEST, Amount, Clause, EngineRule, Fact, FactType
from compliance.engine.fence import Durable
from compliance.rulebook.conditions import Test as Ask

from .generated import TEXTS, some_fact, some_rules, some_type

LINE = FactType("line", {"listed": "flag", "country": "text", "tpp": "amount", "note": "text"})
GOOD = {"listed": True, "country": "MY", "tpp": Amount.of(1), "note": ""}
RULE = EngineRule("r", "line", (Clause("c", Ask("tpp", "gt", 0)),))


def match(values: object) -> object:
    return Durable([RULE], [LINE]).match([Fact("line", "f", values)])  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [1, 0, "true", "", 1.0, Amount.of(1)])
def test_a_flag_is_true_false_or_unknown(bad: object) -> None:
    with pytest.raises(TypeError, match="`listed` of fact `f`"):
        match({**GOOD, "listed": bad})


@pytest.mark.parametrize("bad", [1, True, 1.0, b"MY", ("MY",), Amount.of(1)])
@pytest.mark.parametrize("field", ["country", "note"])
def test_a_text_is_a_text_or_unknown_in_fields_that_no_rule_asks_about_too(field: str, bad: object) -> None:
    with pytest.raises(TypeError, match=f"`{field}` of fact `f`"):
        match({**GOOD, field: bad})


@pytest.mark.parametrize("bad", [True, False, 1.0, float("nan"), float("inf"), 1e26, "1", Decimal(1), Fraction(1)])
def test_an_amount_is_made_of_integers_and_nothing_that_looks_like_one(bad: object) -> None:
    for amount in (bad, Amount(bad, 1), Amount(bad, 2), Amount(1, bad), Amount(bad, bad)):  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="`tpp` of fact `f`"):
            match({**GOOD, "tpp": amount})


@pytest.mark.parametrize("bad", [None, 7, (1, 2)])
def test_an_amount_is_never_bare(bad: object) -> None:
    with pytest.raises(TypeError, match="not an Amount"):
        match({**GOOD, "tpp": bad})


BEYOND = [(LARGEST + 1, None), (0, LARGEST + 1), (-LARGEST - 1, 0), (10**20, 10**20), (2, 1), (0, -1)]


@pytest.mark.parametrize(("low", "high"), BEYOND)
def test_an_amount_is_in_order_and_within_63_bits(low: int, high: int | None) -> None:
    with pytest.raises(ValueError, match="`tpp` of fact `f`"):
        match({**GOOD, "tpp": Amount(low, high)})


def test_a_fact_is_complete() -> None:
    for field in GOOD:
        with pytest.raises(ValueError, match=f"lacks `{field}`"):
            match({name: value for name, value in GOOD.items() if name != field})
    with pytest.raises(ValueError, match="has no field `nota`"):
        match({**GOOD, "nota": None})
    with pytest.raises(ValueError, match="lacks `note`"):
        match({**{k: v for k, v in GOOD.items() if k != "note"}, "nota": None})
    with pytest.raises(TypeError, match="list for values"):
        match([*GOOD.items()])


def test_a_fact_has_a_name_of_its_own_and_a_type() -> None:
    durable = Durable([RULE], [LINE])
    fact = Fact("line", "f", GOOD)
    with pytest.raises(ValueError, match="`f` is given twice"):
        durable.match([fact, fact])
    with pytest.raises(ValueError, match="type `site`, which is none"):
        durable.match([Fact("site", "f", GOOD)])
    with pytest.raises(TypeError, match="no fact with a name"):
        durable.match([Fact("line", 7, GOOD)])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no fact"):
        durable.match([GOOD])  # type: ignore[list-item]


def test_one_bad_fact_stops_the_decision_before_any_other_is_asked() -> None:
    durable = Durable([RULE], [LINE])
    good = [Fact("line", str(n), GOOD) for n in range(5)]
    with pytest.raises(TypeError):
        durable.match([*good, Fact("line", "f", {**GOOD, "tpp": 1e20})])
    assert durable.match(good) == {(str(n), "r"): True for n in range(5)}


@settings(deadline=None, max_examples=100)
@given(st.randoms(use_true_random=False))
def test_the_text_for_durable_rules_is_ascii_json_of_small_names_and_integers(chance: Random) -> None:
    fact_type = some_type(chance)
    rules = some_rules(chance, fact_type)
    facts = [some_fact(chance, fact_type, f"{n}{chance.choice(TEXTS)}") for n in range(3)]
    shape = Shape(fact_type, rules, known=False)
    for chunk in shape.chunks:
        text = Encoder(shape.sides, chunk).text([fact.values for fact in facts])
        assert re.fullmatch(r'[\[\]{}:,"a-z0-9-]*', text)
        rows = json.loads(text)
        assert [row["id"] for row in rows] == [0, 1, 2]
        for row in rows:
            assert list(row) == ["id", "z", *(f"f{n}" for n in range(len(chunk.slots)))]
            assert all(type(value) is int and -LARGEST <= value <= LARGEST for value in row.values())


@settings(deadline=None, max_examples=200)
@given(st.text(), st.lists(st.text(), max_size=5))
def test_a_text_equals_a_constant_only_if_every_character_does(text: str, constants: list[str]) -> None:
    fact_type = FactType("t", {"x": "text"})
    rules = [EngineRule(str(n), "t", (Clause("c", Ask("x", "is", c)),)) for n, c in enumerate(constants)]
    found = Durable(rules, [fact_type]).match([Fact("t", text, {"x": text})])
    assert found == {(text, str(n)): True for n, c in enumerate(constants) if c == text}


class Shifting(Mapping[str, object]):
    """Values of a user's own making, still complete."""

    def __getitem__(self, key: str) -> object:
        return GOOD[key]

    def __iter__(self) -> object:  # type: ignore[override]
        return iter(GOOD)

    def __len__(self) -> int:
        return len(GOOD)


class Marked(str):
    """A text that knows its line, as the readers of YAML make them."""


def test_any_mapping_and_any_text_will_do() -> None:
    assert match(Shifting()) == {("f", "r"): True}
    rule = EngineRule("r", "line", (Clause("c", Ask("country", "is", Marked("MY"))),))
    facts = [Fact("line", "f", {**GOOD, "country": Marked("MY")}), Fact("line", "g", GOOD)]
    assert Durable([rule], [LINE]).match(facts) == {("f", "r"): True, ("g", "r"): True}


def _hash(text: str) -> int:
    """FNV-1a in 32 bits: by it durable_rules tells names and ids apart, and by nothing else."""
    found = 2166136261
    for byte in text.encode():
        found = (found ^ byte) * 16777619 % 2**32
    return found


def test_no_two_of_our_ids_and_no_two_of_our_names_share_the_short_hash() -> None:
    ids = [*map(str, range(AT_ONCE)), "sid-0", "$pulse"]
    assert len({_hash(each) for each in ids}) == len(ids)
    names = [*(f"f{n}" for n in range(QUESTIONS_TOGETHER)), "z", "id", "sid", "$s", "$forward", "$i"]
    assert len({_hash(each) for each in names}) == len(names)
