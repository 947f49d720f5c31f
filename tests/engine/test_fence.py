"""Each hazard of durable_rules, shown on it bare, and that the fence is not subject to it.

Hazards of size (too many rules, choices, questions, fields) are in `test_durable`, types in `test_encoding`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any as Anything

import pytest

from compliance.engine import fence
from compliance.engine.encoding import Encoder
from compliance.engine.facts import LARGEST, Amount, Clause, EngineRule, Fact, FactType
from compliance.engine.fence import Durable, FenceError
from compliance.rulebook.conditions import Condition, Not
from compliance.rulebook.conditions import Test as Ask

from .bare import FIVE, HOST, Bare, N, ends, fact, needs_glibc, printed, rulesets


def fires(condition: Condition, *facts: Fact) -> dict[str, bool]:
    found = Durable([EngineRule("r", "n", (Clause("c", condition),))], [N]).match(facts)
    return {fact_id: held for (fact_id, _), held in found.items()}


# Loose types.


@pytest.mark.parametrize("one", [1, 1.0, True, "1"])
def test_bare_durable_rules_takes_anything_for_one(one: object) -> None:
    assert Bare({"one": {"n": 1}}).fired([{"id": 7, "z": 1, "n": one}]) == [("one", 7)]


def test_bare_durable_rules_compares_texts_with_numbers() -> None:
    assert Bare({"over": {"$gt": {"n": 50000}}}).fired([{"id": 7, "z": 1, "n": "60000"}]) == [("over", 7)]


def test_behind_the_fence_no_type_is_taken_for_another() -> None:
    for wrong in ("1", "60000", 1.0, True, Decimal(1)):
        with pytest.raises(TypeError):
            fires(Ask("n", "gt", 0), fact("f", Amount(wrong, None)))  # type: ignore[arg-type]
    words = [fact(word, word=word) for word in ("1", "1.0", "true", "", "null", " 1")]
    assert fires(Ask("word", "is", "1"), *words) == {"1": True}
    assert fires(Ask("word", "is", "true"), *words) == {"true": True}
    assert fires(Ask("flag", "is", True), fact("no", 1, "1", flag=False), fact("yes", 0, "0")) == {"yes": True}


# Number formats, and integers over 63 bits.


def test_bare_durable_rules_drops_what_follows_1e26_and_returns_success() -> None:
    bare = Bare({"over": {"$gt": {"n": 0}}})
    assert bare.fired('[{"id":1,"z":1,"n":5},{"id":2,"z":1,"n":1e+26},{"id":3,"z":1,"n":5}]') == [("over", 1)]


def test_bare_durable_rules_saturates() -> None:
    assert Bare({"same": {"n": 10**20}}).fired([{"id": 7, "z": 1, "n": 10**20 + 1}]) == [("same", 7)]


def test_behind_the_fence_integers_are_exact_to_their_ends_and_refused_beyond() -> None:
    ends_ = (-LARGEST, 1 - LARGEST, 2**53, 2**53 + 1, LARGEST - 1, LARGEST)
    facts = [fact(str(n), n) for n in ends_]
    for place, n in enumerate(ends_):
        assert [*fires(Ask("n", "is", n), *facts)] == [str(n)]
        assert [*fires(Ask("n", "gt", n), *facts)] == [*map(str, ends_[place + 1 :])]
        assert [*fires(Ask("n", "le", n), *facts)] == [*map(str, ends_[: place + 1])]
    for wrong, error in (
        (1e26, TypeError),
        (float("nan"), TypeError),
        (10**20, ValueError),
        (2**63, ValueError),
    ):
        with pytest.raises(error):
            fires(Ask("n", "gt", 0), fact("f", Amount(wrong, None)))  # type: ignore[arg-type]


# Facts that no rule sees.


def test_the_bare_host_loses_90_hits_after_a_fact_that_no_rule_sees() -> None:
    code = """
    try:
        host.assert_facts("a", [{"id": "f", "y": 1}, *({"id": f"f{n}", "x": 1} for n in range(90))])
    except engine.MessageNotHandledException:
        print("not handled,", len(hits))
    """
    assert printed(HOST + code) == "not handled, 0\n"


CRASH = """
    bare = Bare({"r": {"x": 1}}, catch=None)
    bare.native.assert_facts(bare.handle, '[{"id": 1, "y": 1}]')
    bare.native.delete_state(bare.handle, "0")
"""


@needs_glibc
def test_bare_durable_rules_crashes_when_a_state_is_deleted_after_a_fact_that_no_rule_saw() -> None:
    assert ends(CRASH, MALLOC_PERTURB_="165") < 0  # type: ignore[operator]


def test_behind_the_fence_90_hits_are_found_after_a_fact_that_no_rule_sees() -> None:
    facts = [fact("none", 4), *(fact(str(n)) for n in range(90)), fact("none either", 6)]
    assert Durable([FIVE], [N]).match(facts) == {(str(n), "five"): True for n in range(90)}
    assert Durable([FIVE], [N]).match(facts[:1]) == {}
    assert Durable([], [N]).match(facts) == {}
    assert Durable([FIVE], [N]).match([]) == {}


@pytest.mark.parametrize(
    "broken", ['[{"id":0,"y":1}]', '[{"id":0,"z":}]', "{", "[]", '[{"id":0,"z":1},{"id":0,"z":1}]']
)
def test_behind_the_fence_no_state_is_deleted_before_its_memory_is_in_order(broken: str) -> None:
    code = f"""
    from engine.bare import *
    durable = Durable([FIVE], [N])
    [(ruleset, _)] = rulesets(durable)
    try:
        ruleset.match({broken!r}, 1)
    except FenceError:
        assert durable.match([fact("five")]) == {{("five", "five"): True}}
    else:
        raise SystemExit(9)
    """
    assert ends(code, MALLOC_PERTURB_="165") == 0


# False duplicates.


def test_bare_durable_rules_takes_two_ids_of_one_short_hash_for_one_fact() -> None:
    bare = Bare({"r": {"x": 1}})
    assert bare.fired([{"id": name, "z": 1, "x": 1} for name in ("chip-2b822932", "chip-f710520e")]) == [
        ("r", "chip-2b822932")
    ]


def test_behind_the_fence_ids_are_of_any_kind_and_none_is_lost() -> None:
    names = [
        "chip-2b822932",
        "chip-f710520e",
        "",
        "0",
        "1",
        "$pulse",
        "sid-0",
        "é",
        "\0",
        '"',
        "\ud800",
        "all",
    ]
    assert Durable([FIVE], [N]).match([fact(name) for name in names]) == {(name, "five"): True for name in names}


# Exceptions inside.


def test_the_bare_host_swallows_an_exception() -> None:
    code = """
    def fails(c):
        raise ValueError("boom")
    host.register_rulesets({"b": {"r": {"all": [{"m": {"x": 1}}], "run": fails}}})
    print("boom" in host.assert_fact("b", {"id": "f", "x": 1})["exception"])
    """
    assert printed(HOST + code) == "True\n"


class Broken:
    """The C module, with one function that fails or lies."""

    def __init__(self, **functions: Callable[..., object]) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Anything:
        return self._functions.get(name) or getattr(fence.native(), name)


@pytest.fixture
def breaking() -> Iterator[Callable[..., Durable]]:
    """Engines whose rulesets meet a broken C module after they were built."""
    broken = []

    def build(**functions: Callable[..., object]) -> Durable:
        durable = Durable([FIVE], [N])
        for ruleset, _ in rulesets(durable):
            broken.append(ruleset)
            ruleset._native = Broken(**functions)
        return durable

    yield build
    for ruleset in broken:
        ruleset._native = fence.native()


def fails(*_: object) -> object:
    raise KeyError("boom")


@pytest.mark.parametrize(
    "function", ["assert_facts", "get_state", "start_action_for_state", "complete_and_start_action"]
)
def test_behind_the_fence_an_exception_comes_out_and_leaves_no_state(
    breaking: Callable[..., Durable], function: str
) -> None:
    durable = breaking(**{function: fails})
    with pytest.raises(KeyError, match="boom"):
        durable.match([fact("f")])
    for ruleset, _ in rulesets(durable):
        ruleset._native = fence.native()
        with pytest.raises(fence.native().error, match="309"):
            fence.native().get_state(ruleset._handle, "0")
    assert durable.match([fact("g"), fact("f")]) == {("g", "five"): True, ("f", "five"): True}


# A bad fact in a batch, and text that is no JSON.


@needs_glibc
def test_bare_durable_rules_crashes_on_a_list_in_which_it_can_read_nothing() -> None:
    code = """
    bare = Bare({"r": {"x": 1}})
    code, state = bare.native.assert_facts(bare.handle, '[{"id": 1, "z": 1e+20}]')
    assert code == 0
    bare.native.start_action_for_state(bare.handle, state)
    """
    assert ends(code) < 0  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        '[{"id":0,"z":1,"f0":5},{"id":1,"z":1,"f0":1e+20}]',
        '[{"id":0,"z":1,"f0":5}]',
        '[{"id":0,"z":1,"f0":5},{"id":0,"z":1,"f0":5}]',
        '[{"id":0,"z":1,"f0":5},{"id":2,"z":1,"f0":5}]',
        '[{"id":0,"z":1,"f0":5},{"id":1,"f0":5}]',
        '[{"id":0,"z":1,"f0":5},{"id":1,"z":1,"f0":5},{"id":2,"z":1,"f0":5}]',
        '[{"id":0,"z":1e+20}]',
        "[]",
        "",
        "{",
    ],
)
def test_behind_the_fence_what_was_seen_is_counted_against_what_was_given(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    durable = Durable([FIVE], [N])
    with monkeypatch.context() as patch:
        patch.setattr(Encoder, "text", lambda *_: text)
        with pytest.raises(FenceError):
            durable.match([fact("a"), fact("b")])
    assert durable.match([fact("a"), fact("b", 4)]) == {("a", "five"): True}


def test_behind_the_fence_rules_that_are_refused_are_an_error_of_ours(
    breaking: Callable[..., Durable],
) -> None:
    with pytest.raises(FenceError, match="refused our rules"):
        fence._ruleset('{"r":{"all":5}}')


# Missing fields.


def test_bare_durable_rules_passes_over_a_missing_field_even_for_not_equal() -> None:
    assert Bare({"r": {"$neq": {"country": "MY"}}}).fired([{"id": 1, "z": 1}]) == []


def test_behind_the_fence_a_missing_field_is_refused_and_an_unknown_one_is_possible() -> None:
    elsewhere = Not(Ask("word", "is", "MY"))
    assert fires(elsewhere, fact("f", word=None), fact("g", word="SG"), fact("h", word="MY")) == {
        "f": False,
        "g": True,
    }
    with pytest.raises(ValueError, match="lacks `word`"):
        fires(elsewhere, Fact("n", "f", {"n": Amount.of(1), "flag": None}))


# A catch-all on the id.


def test_bare_durable_rules_never_ends_with_a_catch_all_on_id() -> None:
    with pytest.raises(RecursionError):
        Bare({"r": {"x": 1}}, catch="id").fired([{"id": 1, "x": 1}], update=True)


def test_behind_the_fence_fields_may_be_called_as_durable_rules_calls_its_own() -> None:
    names = ("id", "sid", "$s", "m", "$m", "z", "all", "f0", "$forward", "$and", "a.b", "", "é", '"', "\0")
    fact_type = FactType("n", dict.fromkeys(names, "amount"))
    rules = [EngineRule(name, "n", (Clause("c", Ask(name, "is", n)),)) for n, name in enumerate(names)]
    values = {name: Amount.of(n) for n, name in enumerate(names)}
    assert Durable(rules, [fact_type]).match([Fact("n", "f", values)]) == {("f", name): True for name in names}
