"""Rules and facts by chance, and their answers by definition: `kleene`, and the values a leaf may have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from compliance.engine.facts import LARGEST, Amount, Answers, Clause, EngineRule, Fact, FactType, Kind
from compliance.rulebook.conditions import All, Any, Condition, Not, Test, kleene

KINDS: tuple[Kind, ...] = ("flag", "text", "amount")
TEXTS = (
    "",
    "a",
    "b",
    "A",
    "1",
    "true",
    "null",
    "é",
    "e\u0301",
    "😀",
    "\0",
    '"',
    "\\",
    "a\nb",
    "\ud800",
    "国" * 300,
)
NUMBERS = (0, 1, -1, 2, 7, 10**15, 2**53, 2**53 + 1, LARGEST - 1, LARGEST, -LARGEST, 1 - LARGEST)


def some_type(chance: Random, name: str = "thing", most: int = 8) -> FactType:
    return FactType(name, {f"field {n}": chance.choice(KINDS) for n in range(chance.randint(1, most))})


def some_condition(chance: Random, fact_type: FactType, depth: int) -> Condition:
    if depth == 0 or chance.random() < 0.4:
        return _question(chance, fact_type)
    if chance.random() < 0.3:
        return Not(some_condition(chance, fact_type, depth - 1))
    items = tuple(some_condition(chance, fact_type, depth - 1) for _ in range(chance.randint(0, 4)))
    return chance.choice((All, Any))(items)


def _question(chance: Random, fact_type: FactType) -> Test:
    path = chance.choice(list(fact_type.fields))
    kind = fact_type.fields[path]
    if kind == "amount":
        return Test(path, chance.choice(("gt", "ge", "lt", "le", "is")), chance.choice(NUMBERS))
    if chance.random() < 0.2:
        return Test(path, "given", chance.random() < 0.5)
    if kind == "flag":
        return Test(path, "is", chance.random() < 0.5)
    if chance.random() < 0.5:
        return Test(path, "is", chance.choice(TEXTS))
    return Test(path, "in", tuple(chance.sample(TEXTS, chance.randint(0, 6))))


def some_rules(chance: Random, fact_type: FactType, most: int = 12, depth: int = 4) -> list[EngineRule]:
    def clauses() -> tuple[Clause, ...]:
        count = chance.randint(0, 4)
        return tuple(Clause(f"c{n}", some_condition(chance, fact_type, chance.randint(0, depth))) for n in range(count))

    return [EngineRule(f"{fact_type.name} {n}", fact_type.name, clauses()) for n in range(chance.randint(0, most))]


def some_fact(chance: Random, fact_type: FactType, name: str, unknown: float = 0.3) -> Fact:
    def value(kind: Kind) -> object:
        vague = chance.random() < unknown
        if kind == "amount":
            low, high = sorted((chance.choice(NUMBERS), chance.choice(NUMBERS)))
            return Amount(low, chance.choice((high, None))) if vague else Amount.of(low)
        if vague:
            return None
        return chance.random() < 0.5 if kind == "flag" else chance.choice((*TEXTS, "none of them"))

    return Fact(fact_type.name, name, {path: value(kind) for path, kind in fact_type.fields.items()})


def answer(fact: Fact) -> Callable[[Test], bool | None]:
    """What a question answers by definition: whether all, some or none of the possible values satisfy it."""

    def asked(test: Test) -> bool | None:
        value = fact.values[test.path]
        if test.op == "given":
            return (value is not None) is test.value
        if isinstance(value, Amount):
            return _of_amount(value, test)
        if value is None:
            return None
        return value in test.value if isinstance(test.value, tuple) else value == test.value

    return asked


def _of_amount(value: Amount, test: Test) -> bool | None:
    """Tried on the only integers that can differ: the ends, and those next to the number."""
    assert isinstance(test.value, int)
    number, high = test.value, 4 * LARGEST if value.high is None else value.high
    tried = {n for n in (value.low, high, number - 1, number, number + 1) if value.low <= n <= high}
    compare: dict[str, Callable[[int], bool]] = {
        "gt": lambda n: n > number,
        "ge": lambda n: n >= number,
        "lt": lambda n: n < number,
        "le": lambda n: n <= number,
        "is": lambda n: n == number,
    }
    found = {compare[test.op](n) for n in tried}
    return found.pop() if len(found) == 1 else None


def clause_answer(condition: Condition, fact: Fact) -> bool | None:
    return kleene(condition, answer(fact))


def expected(rules: Sequence[EngineRule], facts: Sequence[Fact]) -> Answers:
    """The answers by definition, in the order of facts and rules."""
    found: Answers = {}
    for fact in facts:
        for rule in (rule for rule in rules if rule.type == fact.type):
            held = clause_answer(All(tuple(clause.condition for clause in rule.clauses)), fact)
            if held is not False:
                found[fact.id, rule.id] = held is True
    return found
