"""One decision of 20 facts against 40 rules: both engines and full explanations, against bare durable_rules.

Type `pytest -m bench -s tests/bench/bench_decision.py`. The bare side is what a user of the C module would
write, with the same facts, rules and hits: one durable rule a rule, a catch-all, json of ready dictionaries
in and out; no unknowns, no checks, no explanations. All sides run in turn in one process, so that ratios
hold on a busy machine where times do not.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import perf_counter
from typing import Any as Anything
from typing import NamedTuple, TypeAlias

import pytest

from compliance.engine.agree import Engines
from compliance.engine.facts import Amount, Clause, EngineRule, Fact, FactType, Kind
from compliance.engine.fence import native
from compliance.rulebook.conditions import Op
from compliance.rulebook.conditions import Test as Ask

DECISIONS = 3_000
WARM = 100
TARGET = 3

Run: TypeAlias = Callable[[], Anything]

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("end_user_listed", "replaced", "certified", "for_cloud"), "flag"),
    **dict.fromkeys(("country", "parent_country", "movement"), "text"),
    **dict.fromkeys(("tpp", "units", "share", "power", "total"), "amount"),
}
TEXTS = ("MY", "SG", "AE", "CN", "US", "KR", "JP", "DE", "IN", "SA")
WORDS: dict[Op, str] = {"gt": "$gt", "ge": "$gte", "lt": "$lt", "le": "$lte"}


def _question(chance: random.Random) -> Ask:
    field, kind = chance.choice(list(KINDS.items()))
    if kind == "flag":
        return Ask(field, "is", chance.random() < 0.5)
    if kind == "text":
        return Ask(field, "is", chance.choice(TEXTS))
    return Ask(field, chance.choice(list(WORDS)), chance.randrange(1, 1000) * 10**15)


def _rules(chance: random.Random) -> list[EngineRule]:
    return [
        EngineRule(f"rule-{n}", "line", tuple(Clause(f"clause-{m}", _question(chance)) for m in range(n % 3 + 3)))
        for n in range(40)
    ]


def _values(chance: random.Random) -> dict[str, object]:
    make: dict[Kind, Callable[[], object]] = {
        "flag": lambda: chance.random() < 0.5,
        "text": lambda: chance.choice(TEXTS),
        "amount": lambda: Amount.of(chance.randrange(1000) * 10**15),
    }
    return {field: make[kind]() for field, kind in KINDS.items()}


def _facts(chance: random.Random) -> list[Fact]:
    return [Fact("line", f"order-2025-06-{n}", _values(chance)) for n in range(20)]


def _blurred(facts: Sequence[Fact], chance: random.Random) -> list[Fact]:
    def blur(fact: Fact) -> Fact:
        values = dict(fact.values)
        values[chance.choice([name for name, kind in KINDS.items() if kind != "amount"])] = None
        values["total"] = Amount(10**17, None)
        return Fact(fact.type, fact.id, values)

    return [blur(fact) if place % 4 == 0 else fact for place, fact in enumerate(facts)]


class Bare:
    """durable_rules as its user would call it, without a fence."""

    def __init__(self, rules: Sequence[EngineRule], *, update: bool) -> None:
        self._native: Anything = native()
        self._update = update
        asked = {rule.id: {"all": [{"m": {"$and": [self._ask(c.condition) for c in rule.clauses]}}]} for rule in rules}
        text = json.dumps({**asked, "all": {"all": [{"m": {"$ex": {"kind": 1}}}]}})
        self._handle = self._native.create_ruleset(f"bare-{update}-{hash(text)}", text)

    def _ask(self, test: Anything) -> dict[str, object]:
        asked = {test.path: test.value}
        return asked if test.op == "is" else {WORDS[test.op]: asked}

    def match(self, facts: Sequence[dict[str, object]]) -> list[tuple[str, str]]:
        durable, handle, hits = self._native, self._handle, []
        _, state = durable.assert_facts(handle, json.dumps(facts))
        started = durable.start_action_for_state(handle, state)
        context, answer = started if started else ("", None)
        while answer is not None:
            for rule, message in json.loads(answer).items():
                if rule != "all":
                    hits.append((message["m"]["id"], rule))
            if self._update:
                durable.update_state(handle, context)
            answer = durable.complete_and_start_action(handle, state)
        durable.delete_state(handle, "one")
        return hits


def _plain(facts: Sequence[Fact]) -> list[dict[str, object]]:
    return [
        {"sid": "one", "id": fact.id, "kind": "line"}
        | {name: value.low if isinstance(value, Amount) else value for name, value in fact.values.items()}
        for fact in facts
    ]


def _full(engines: Engines, facts: Sequence[Fact], by_id: dict[str, Fact]) -> int:
    held = engines.match(facts)
    return len([engines.explain(rule, by_id[fact]) for fact, rule in held])


def _sides(engines: Engines, chance: random.Random, rules: Sequence[EngineRule]) -> Iterator[dict[str, Run]]:
    """For each decision, what every side runs."""
    bare, updating = Bare(rules, update=False), Bare(rules, update=True)
    while True:
        facts = _facts(chance)
        plain, blurred = _plain(facts), _blurred(facts, chance)
        held = engines.match(facts)
        assert set(held) == set(bare.match(plain)), "the sides do not do the same work"
        yield {
            "bare": partial(bare.match, plain),
            "bare, with update_state": partial(updating.match, plain),
            "ours": partial(_full, engines, facts, {fact.id: fact for fact in facts}),
            "  fence alone": partial(engines.durable.match, facts),
            "  reference alone": partial(engines.reference.match, facts),
            "ours, a fact in four unknown": partial(_full, engines, blurred, {fact.id: fact for fact in blurred}),
            "hits": partial(len, held),
        }


class Measured(NamedTuple):
    """Times in milliseconds, and the ratio to the bare side paired by decision."""

    median: float
    p99: float
    ratio: float
    p99_ratio: float


def measured() -> dict[str, Measured]:
    """Every side by name."""
    chance = random.Random(35)
    rules = _rules(chance)
    decisions = _sides(Engines(rules, [FactType("line", KINDS)]), chance, rules)
    times: dict[str, list[float]] = {}
    hits = 0
    for turn in range(-WARM, DECISIONS):
        sides = next(decisions)
        count = sides.pop("hits")()
        for side in list(sides) if turn % 2 else reversed(sides):
            start = perf_counter()
            sides[side]()
            taken = perf_counter() - start
            if turn >= 0:
                times.setdefault(side, []).append(1000 * taken)
        hits += count if turn >= 0 else 0
    print(f"\n{DECISIONS} decisions of 20 facts x 40 rules, {hits / DECISIONS / 20:.2f} hits a fact")
    found = {side: _measured(times[side], times["bare"]) for side in sides}
    for side, each in found.items():
        print(
            f"{side:30} median {each.median:.3f} ms, p99 {each.p99:.3f} ms; "
            f"to bare: {each.ratio:.2f}, p99 {each.p99_ratio:.2f}"
        )
    return found


def _measured(times: Sequence[float], bare: Sequence[float]) -> Measured:
    pairs = sorted(one / other for one, other in zip(times, bare, strict=True))
    ordered, middle, last = sorted(times), len(times) // 2, len(times) * 99 // 100
    return Measured(ordered[middle], ordered[last], pairs[middle], ordered[last] / sorted(bare)[last])


@pytest.mark.bench
def test_a_decision_costs_at_most_three_times_bare_durable_rules() -> None:
    found = measured()
    assert found["ours"].ratio <= TARGET
    assert found["ours"].p99_ratio <= TARGET
