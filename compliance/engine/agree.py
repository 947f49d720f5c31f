"""Both engines on the same facts: one answer, or an error that stops it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compliance.engine.facts import Answers, EngineRule, Fact, FactType
from compliance.engine.fence import Durable
from compliance.engine.reference import Reference
from compliance.errors import EngineDisagreement

_WORDS = {True: "holds", False: "possibly holds", None: "does not hold"}


class Engines:
    """durable_rules and its oracle; any thread may use them."""

    def __init__(self, rules: Sequence[EngineRule], types: Iterable[FactType]) -> None:
        given = tuple(types)
        self.durable = Durable(rules, given)
        self.reference = Reference(rules, given)

    def match(self, facts: Sequence[Fact]) -> Answers:
        """What holds of each fact for certain (`True`) or possibly (`False`), in order of facts and rules.

        Raises `EngineDisagreement` where the engines differ on any fact and rule, `ValueError` or `TypeError`
        for facts that are not complete and exact.
        """
        facts = tuple(facts)
        matched = self.durable.match(facts)
        expected = self.reference.match(facts)
        if matched != expected:
            raise _disagreement(facts, matched, expected)
        return expected

    def explain(self, rule: str, fact: Fact) -> tuple[tuple[str, bool | None], ...]:
        """Every clause of the rule, and whether it holds of the fact; `None` where that is not known."""
        return self.reference.explain(rule, fact)


def _disagreement(facts: Sequence[Fact], matched: Answers, expected: Answers) -> EngineDisagreement:
    differ = [key for key in {**expected, **matched} if matched.get(key) is not expected.get(key)]
    fact_id, rule = differ[0]
    values = next((dict(fact.values) for fact in facts if fact.id == fact_id), None)
    ours, oracle = _WORDS[matched.get(differ[0])], _WORDS[expected.get(differ[0])]
    return EngineDisagreement(
        f"of fact `{fact_id}`, rule `{rule}` {ours} says durable_rules and {oracle} says the reference; "
        f"{len(differ)} answers differ; the fact: {values!r}"
    )
