"""Rules in the shape of durable_rules: within its limits, each rule twice, for certain and for possible.

The limits are those of durable_rules 2.0.28; its tests show what happens beyond them. One fact may have 64
open alternatives (then an error), a rule 32 marks of nesting (an error), one question 511 different next ones
(it never returns) and a fact about 250 fields (it is passed over). So the durable rules of one fact type are
asked in chunks, and a rule that is too large for one durable rule is asked in parts, which `Plan` puts
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from compliance.engine.facts import EngineRule, FactType
from compliance.engine.questions import AllOf, Either, Formula, OneOf, Question, Sides, Slot
from compliance.rulebook.conditions import All

AT_ONCE = 500
"""The most facts in one state: their ids, 0 to 499, share no hash, and a state of this size stays quick."""

RULES_TOGETHER = 60
"""The most durable rules in a chunk, so that all of them may match one fact."""

QUESTIONS_TOGETHER = 240
"""The most questions in a chunk, so that neither the next questions nor the slots can be too many."""

MARKS = 30
"""The most `and` and `or`, twice each, in a durable rule."""

WAYS = 8
"""The most durable rules that a rule is multiplied out to before it is asked in parts."""

Conjunction: TypeAlias = tuple[OneOf, ...]
"""What one durable rule asks: all of these."""

_SEEN = '{"z":1}'


@dataclass(frozen=True, slots=True)
class Plan:
    """Which durable rules make a rule hold, by number: every one of the items, or any of them."""

    every: bool
    items: tuple[int | Plan, ...]

    def holds(self, matched: set[int]) -> bool:
        """Whether these durable rules are enough."""
        found = (item in matched if isinstance(item, int) else item.holds(matched) for item in self.items)
        return all(found) if self.every else any(found)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Durable rules that are asked together, by number, and the slots that a fact must show them."""

    rules: Mapping[int, Conjunction]
    slots: tuple[Slot, ...]

    def text(self) -> str:
        """The rules as JSON. Every fact also matches the rule `all`, which asks about a slot of its own."""
        names = {slot: f"f{place}" for place, slot in enumerate(self.slots)}
        asked = {f"r{number}": _and(_choices(rule, names) or [_SEEN]) for number, rule in self.rules.items()}
        rules = (f'"{name}":{{"all":[{{"m":{each}}}],"cap":{AT_ONCE}}}' for name, each in asked.items())
        return "{" + ",".join([*rules, f'"all":{{"all":[{{"m":{_SEEN}}}],"cap":{AT_ONCE}}}']) + "}"


class Shape:
    """The rules of one fact type as chunks of durable rules, and the way back to the rules by their place.

    `direct` has, by number of a durable rule, the rules that it alone is enough for and whether for certain;
    `plans` the rules that need more than one.
    """

    def __init__(self, fact_type: FactType, rules: Sequence[EngineRule], *, known: bool) -> None:
        self.sides = Sides(fact_type, rules, known=known)
        self.direct: dict[int, list[tuple[int, bool]]] = {}
        self.plans: list[tuple[int, bool, Plan]] = []
        self._numbers: dict[Conjunction, int] = {}
        for place, rule in enumerate(rules):
            whole = All(tuple(clause.condition for clause in rule.clauses))
            for certain in (True,) if known else (True, False):
                self._place(place, certain, self._plan(self.sides.ask(whole, certain=certain)))
        self.chunks = tuple(_chunks(self._numbers))

    def _place(self, place: int, certain: bool, item: int | Plan) -> None:
        if isinstance(item, int):
            self.direct.setdefault(item, []).append((place, certain))
        elif item.every:
            self.plans.append((place, certain, item))
        else:
            for each in item.items:
                self._place(place, certain, each)

    def _plan(self, formula: Formula) -> Plan:
        found = _disjunctive_form(formula)
        if found is not None and all(map(_fits, found)):
            return Plan(False, tuple(self._numbers.setdefault(each, len(self._numbers)) for each in found))
        if isinstance(formula, OneOf):
            middle = len(formula.ways) // 2
            halves: tuple[Formula, Formula] = (OneOf(formula.ways[:middle]), OneOf(formula.ways[middle:]))
        elif len(formula.items) == 1:
            return self._plan(formula.items[0])
        else:
            middle, kind = len(formula.items) // 2, type(formula)
            halves = (kind(formula.items[:middle]), kind(formula.items[middle:]))
        return Plan(isinstance(formula, AllOf), tuple(self._plan(half) for half in halves))


def _disjunctive_form(formula: Formula) -> list[Conjunction] | None:
    """The formula as a choice of conjunctions, or `None` where that needs more than `WAYS`."""
    if isinstance(formula, OneOf):
        return [(formula,)] if formula.ways else []
    found: list[Conjunction] = [()] if isinstance(formula, AllOf) else []
    for item in formula.items:
        more = _disjunctive_form(item)
        if more is None:
            return None
        if isinstance(formula, Either):
            found += more
        else:
            found = [tuple(dict.fromkeys(one + other)) for one in found for other in more]
        if len(found) > WAYS:
            return None
    return found


def _questions_of(rule: Conjunction) -> list[Question]:
    return [question for choice in rule for way in choice.ways for question in way]


def _fits(rule: Conjunction) -> bool:
    choices = [choice for choice in rule if len(choice.ways) > 1]
    marks = 2 + sum(2 + 2 * sum(len(way) > 1 for way in choice.ways) for choice in choices)
    return marks <= MARKS and len(_questions_of(rule)) <= QUESTIONS_TOGETHER


def _chunks(numbers: Mapping[Conjunction, int]) -> Iterator[Chunk]:
    rules: dict[int, Conjunction] = {}
    asked: list[Question] = []
    for rule, number in numbers.items():
        more = _questions_of(rule)
        if rules and (len(rules) == RULES_TOGETHER or len(asked) + len(more) > QUESTIONS_TOGETHER):
            yield Chunk(rules, _slots(asked))
            rules, asked = {}, []
        rules[number] = rule
        asked += more
    if rules:
        yield Chunk(rules, _slots(asked))


def _slots(asked: Sequence[Question]) -> tuple[Slot, ...]:
    return tuple(dict.fromkeys(slot for slot, _, _ in asked))


def _choices(rule: Conjunction, names: Mapping[Slot, str]) -> list[str]:
    found = []
    for choice in rule:
        ways = [[_question(question, names) for question in way] for way in choice.ways]
        found += ways[0] if len(ways) == 1 else ['{"$or":[' + ",".join(map(_and, ways)) + "]}"]
    return found


def _and(asked: Sequence[str]) -> str:
    return asked[0] if len(asked) == 1 else '{"$and":[' + ",".join(asked) + "]}"


def _question(question: Question, names: Mapping[Slot, str]) -> str:
    slot, comparison, number = question
    asked = f'{{"{names[slot]}":{number}}}'
    return asked if comparison == "$eq" else f'{{"{comparison}":{asked}}}'
