"""Findings in the words of the answer: what holds, by how much, resting on which rows and sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from compliance.answers.answer import Clause, Finding, FindingRemedy, FindingSubject, LegalForce
from compliance.answers.deferred_parts import DeferredParts
from compliance.evaluation.lineage_fields import LineageFields
from compliance.evaluation.matches import ClauseResult, Match
from compliance.explain.finding_evidence import evidence
from compliance.explain.missing.missing_fields import asks_for_license, missing
from compliance.explain.ownership_chain import witness
from compliance.explain.provenance import citations, confidence
from compliance.explain.quantities import format_inline, limit, parameter_of, quantity, spoken_limit, unit_of
from compliance.plan.rule_plan import PLACEHOLDER
from compliance.rulebook.legal_standing import standing_of
from compliance.rulebook.packs import Pack, value_on
from compliance.rulebook.parameters import Parameter
from compliance.rulebook.rule_models import Rule
from compliance.sources.column_types import SEPARATOR
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.licenses import LICENSE
from compliance.sources.source_catalogue import SOURCES
from compliance.units import show
from compliance.world.io.rule_file import CONFIDENCES, Confidence

CODIFIED = "codified_not_enforced"
"""A state of force that is a flag too."""


def postures(found: Match, scene: EvaluationContext, asked: tuple[str, ...]) -> dict[str, Any]:
    """The postures in which the finding's pack applies on its day, each with the state of force."""
    return applying(found.pack, found.plan.rule, found.day or scene.as_of, asked)


def applying(pack: Pack, rule: Rule, day: date, asked: tuple[str, ...]) -> dict[str, Any]:
    """The postures in which a rule of a pack applies on a day, each with the state of force."""
    states = {posture: pack.force_of(rule).at(day, posture) for posture in asked}
    return {posture: state for posture, state in states.items() if state.applies is not False}


def flags_of(rule: Rule, flags: Iterable[str], states: Mapping[str, Any]) -> set[str]:
    """The flags of a finding: of its rule, of its row, and of the states of force in which it applies."""
    found = {*rule.then.flags, *flags, *(flag for state in states.values() for flag in state.flags)}
    first = next(iter(states.values()))
    return found | {CODIFIED} if first.state == CODIFIED else found


def left_open(found: Match) -> bool:
    """Whether it is not known that the rule holds, and it says then that it was not evaluated."""
    return not found.certain and left_open_rule(found.plan.rule)


def left_open_rule(rule: Rule) -> bool:
    """Whether the rule is one that says that it was not evaluated where what it asks is not known."""
    return rule.where_unknown == "not_evaluated"


def weakest_force(states: Mapping[str, Any]) -> Confidence:
    """The weakest confidence of the states of force in which a finding applies."""
    found: Confidence = max((state.confidence for state in states.values()), key=CONFIDENCES.index)
    return found


def build_finding(
    found: Match, scene: EvaluationContext, asked: tuple[str, ...], remedies: Sequence[FindingRemedy]
) -> Finding | None:
    """The finding as the answer gives it; `None` where it applies in no posture asked about, or was left open."""
    states = postures(found, scene, asked)
    if not states or left_open(found):
        return None
    day: date = found.day or scene.as_of
    force = found.pack.force_of(found.plan.rule)
    first = next(iter(states.values()))
    sure = any(state.applies for state in states.values())
    cited = citations(found.pack, found.plan, day)
    leaf, value = found.plan.measured, found.measured
    measure = limited = None
    if leaf is not None and value is not None:
        parameter = parameter_of(found.plan, found.pack, leaf)
        measure = quantity(value, unit_of(leaf, parameter, found.plan, found.pack))
        limited = limit(leaf, value, measure.unit, source_of(parameter, day) or cited[0])
    rule = found.plan.rule
    subject = subject_of(found)
    told = LineageFields(found.rows, scene.world)
    return Finding(
        rule=rule.name,
        pack=found.pack.id,
        topic=rule.topic,
        subject=subject,
        outcome=rule.then.outcome,
        review_policy=found.review_policy,
        certainty="definite" if found.certain and sure else "possible",
        posture=list(states),
        standing=standing_of(str(first.state), force.enforced(day)),
        force=LegalForce.model_validate({**first.as_json(), "enforced": force.enforced(day)}),
        measure=measure,
        limit=limited,
        message=message(found, subject),
        clauses=[clause(c) for c in found.clauses],
        path=DeferredParts(lambda: witness(found, scene, told)),
        evidence=evidence(found, told),
        citations=cited,
        flags=sorted(flags_of(rule, found.flags, states)),
        confidence=confidence(found, scene, told, {day}, weakest_force(states)),
        remedy=remedies,
        due=_due(found),
        missing=DeferredParts(
            lambda: [] if found.certain and not _claims_license(found, told) else missing(found, scene)
        ),
    )


def source_of(parameter: Parameter | None, day: date) -> str | None:
    """Where the value of a parameter on a day is written."""
    entry = value_on(parameter, day) if parameter is not None else None
    return None if entry is None else entry[1].citation


def _due(found: Match) -> str | None:
    """The day by which what the rule asks for is due."""
    due = found.plan.rule.then.due
    if due is None or found.due_after is None:
        return None
    value = value_on(found.pack.parameter(due.days[1:], found.plan.rule), found.due_after)
    return None if value is None else str(found.due_after + timedelta(days=int(str(value[0]))))


def _claims_license(found: Match, told: LineageFields) -> bool:
    return asks_for_license(found) and LICENSE in told.distinct("authorization")


def subject_of(found: Match) -> FindingSubject:
    """Whom the finding is about; a group is named by its smallest member."""
    name = found.id
    if found.kind == "group":
        least = found.counted.least if found.counted is not None else None
        name = least or min((row.what for row in found.rows if row.what), default=name)
    return FindingSubject(kind=found.kind, id=name, key=found.key, period=found.period)


def message(found: Match, subject: FindingSubject) -> str:
    """The rule's message with its numbers."""
    value = found.measured
    low = None if value is None else value.low
    words: dict[str, str] = {
        "subject": subject.id,
        "key": subject.key or "",
        "period": (subject.period or "").replace("/", " to "),
        "measure": format_inline(low),
        "limit": "" if value is None else spoken_limit(value),
        "over": "" if value is None else format_inline(abs(value.low - value.limit)),
        **{word: format_inline(_readable(text, word, found)) for word, text in found.words.items()},
    }
    whether = _not_known(found)
    if value is not None and not found.certain and not _over(found):
        named = ", ".join(word for word in (subject.id, words["key"], words["period"]) if word)
        about = f"{found.kind.replace('_', ' ')} {named}"
        known = f"what is known comes to {words['measure']}, the limit is {words['limit']}"
        return f"{about[:1].upper()}{about[1:]}: not known{whether}; {known}."
    said_of = PLACEHOLDER.sub(lambda m: words.get(m[1], m[0]), found.plan.rule.then.message)
    return said_of if found.certain else f"Possibly: {said_of}{f' Not known{whether}.' if whether else ''}"


def _not_known(found: Match) -> str:
    """What is open about a finding, clause by clause, in the rule's own words: ` whether the weights are closed`."""
    open_ = [clause.text for clause in found.clauses if clause.holds is None]
    return ", and".join(f" whether {text}" for text in open_)


def _over(found: Match) -> bool:
    """Whether what is known lies on the wrong side of the limit by itself."""
    leaf, value = found.plan.measured, found.measured
    if leaf is None or value is None:
        return False
    over = {"gt": value.low > value.limit, "ge": value.low >= value.limit, "lt": value.low < value.limit}
    return over.get(leaf.test.op, value.low <= value.limit)


def _readable(value: Any, word: str, found: Match) -> Any:
    if value is None:
        column = SOURCES.get(str(found.plan.rule.of), {}).get(word)
        return "what is not stated" if column is not None and column.kind == "text" else "somebody not named"
    if isinstance(value, str):
        return " or ".join(value.split(SEPARATOR))
    return value if isinstance(value, int) else str(value)


def clause(result: ClauseResult) -> Clause:
    """A clause with its numbers."""
    text = f"unless {result.text}" if result.exception else result.text
    if not result.numbers:
        return Clause(id=result.id, text=text, holds=result.holds)
    _, value = result.numbers[0]
    return Clause(
        id=result.id,
        text=text,
        holds=result.holds,
        value=show(value.low),
        limit=show(value.limit),
        distance=show(value.low - value.limit),
    )
