"""Provenance of a finding: citations, and the lowest confidence among its dependencies.

The dependencies are the rule, its parameters, lists of countries and parties, chips and the state of force, and those
of the measures that it adds up [contracts 1, confidence].
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from compliance.evaluation.lineage_fields import LineageFields
from compliance.evaluation.matches import Match
from compliance.explain.rule_dependencies import dependencies_of
from compliance.plan.rule_plan import RulePlan
from compliance.rulebook.packs import Pack, value_on
from compliance.rulebook.parameters import Parameter
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.io.rule_file import CONFIDENCES, each_citation

NOWHERE = ""
"""A country that is on no list: how well it was seen rests on the whole list."""


@dataclass(frozen=True)
class RuleProvenance:
    """What a rule leans on, whatever the rows: parameters, lists by the path that is asked, chips and licenses."""

    parameters: tuple[Parameter, ...]
    countries: tuple[tuple[str, str], ...]
    parties: tuple[str, ...]
    chips: bool
    licenses: bool
    """Whether it is asked if a license covers a line, which rests on what other lines take of it."""


_LEANED: dict[tuple[str, tuple[tuple[str, str], ...], str], RuleProvenance] = {}


def citations(pack: Pack, plan: RulePlan, day: date) -> list[str]:
    """The citations of a rule and of the parameters that its clauses compare with on a day, each once."""
    found = [plan.rule.citation]
    for clause in plan.clauses:
        for leaf in clause.leaves:
            for parameter in _parameters_named(pack, plan, str(leaf.test.value)):
                entry = value_on(parameter, day)
                found += [entry[1].citation] if entry is not None else []
    return each_citation(*found)


def confidence(
    found: Match, scene: EvaluationContext, told: LineageFields, judged: Collection[date], force: str
) -> str:
    """The weakest confidence of all that a finding leans on; `judged` are the days by whose law its rows are judged."""
    pack = found.pack
    leaned = provenance_of(pack, found.plan)
    every = [found.plan.rule.confidence, force]
    for parameter in leaned.parameters:
        entries = (value_on(parameter, day) for day in judged)
        every += [entry[1].confidence for entry in entries if entry is not None]
        every += [factor.confidence for factor in parameter.times]
    for name in leaned.parties:
        every.append(pack.party_lists[name].confidence)
    days = told.first_and_last() or judged
    for path, name in leaned.countries:
        for place in _places(path, found, told):
            every += [pack.lists.confidence(name, place, each) for each in days]
    if leaned.chips:
        every += _of_chips(told, scene)
    return max(every, key=CONFIDENCES.index)


def _places(path: str, found: Match, told: LineageFields) -> set[str]:
    """The countries that stand at a path where a row or the subject names them, else none in particular."""
    if path in ("id", "key"):
        return {str(getattr(found, path) or NOWHERE)}
    return {value or NOWHERE for value in told.distinct(path)} or {NOWHERE}


def _of_chips(told: LineageFields, scene: EvaluationContext) -> Iterator[str]:
    named = told.distinct_since("chip", scene.catalogue.stretch)
    for name, day in sorted((name, day) for name, day in named if name):
        yield scene.catalogue.controls.period(day).confidence
        for part in scene.catalogue.parts(name):
            yield scene.catalogue.at(part.chip, day).confidence


def provenance_of(pack: Pack, plan: RulePlan) -> RuleProvenance:
    """What a rule leans on, with all the fields and measures that it goes through; worked out once."""
    key = pack.sha256, pack.overrides, plan.rule.id
    if key not in _LEANED:
        asked = dependencies_of(pack, plan.rule)
        due = plan.rule.then.due
        parameters = dict.fromkeys([*asked.named, *([due.days] if due else [])])
        _LEANED[key] = RuleProvenance(
            tuple(parameter for name in parameters for parameter in _parameters_named(pack, plan, name)),
            tuple(sorted(asked.countries)),
            tuple(sorted(asked.parties & set(pack.party_lists))),
            asked.chips,
            asked.licenses,
        )
    return _LEANED[key]


def _parameters_named(pack: Pack, plan: RulePlan, text: str) -> tuple[Parameter, ...]:
    return (pack.parameter(text[1:], plan.rule),) if text.startswith("$") else ()
