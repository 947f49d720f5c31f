"""The ownership chain behind a finding about a parent, one step per company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from compliance.answers.answer import PathStep
from compliance.evaluation.lineage_fields import LineageFields
from compliance.evaluation.matches import Match
from compliance.sources.entities import holds_on
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.source_catalogue import SOURCES

PARTY = "party"
CONTROL = "control"
"""Stands for the percentage where a step is control by other means than stakes."""
STANDS_IN = {"end_user": ("consignee",), "operator": ("end_user", "consignee")}


def witness(found: Match, scene: EvaluationContext, told: LineageFields) -> list[PathStep]:
    """The owners between a party of the finding's row and its ultimate parent, where a clause asks about parents."""
    if found.plan.shape is not None or len(found.rows) != 1:
        return []
    asked = {leaf.test.path for clause in found.plan.clauses for leaf in clause.leaves}
    tests = sorted({path.rpartition(".")[2] for path in asked if path.startswith(f"{PARTY}.captured.")})
    if tests and found.key is not None:
        return [step for name in tests for step in _capture_chain(name, found, scene)]
    parties = [
        name
        for name, column in SOURCES[found.plan.of].items()
        if column.kind == "party" and f"{name}.parent.headquarters" in asked
    ]
    named = (
        next((p for n in (name, *STANDS_IN.get(name, ())) if (p := told.column(n)[0])), None) for name in parties
    )  # fmt: skip
    steps: dict[tuple[str | None, str, str], PathStep] = {}
    for party in dict.fromkeys(party for party in named if party is not None):
        for step in chain(party, found.rows[0].date, scene):
            steps.setdefault((step.owner, step.owned, step.percent), step)
    return list(steps.values())


def _capture_chain(name: str, found: Match, scene: EvaluationContext) -> Iterator[PathStep]:
    """The chain from a listed party down to the party of the finding, as a test of ownership sees it."""
    answer = scene.ownership.capture(found.pack.file.capture[name], found.key or "", found.rows[0].date)
    for step in answer.path:
        yield PathStep(owner=step.owner or None, owned=step.owned, percent=step.percent or CONTROL)


def chain(party: str, day: date, scene: EvaluationContext) -> list[PathStep]:
    """The largest holders from the ultimate parent's side down to a party, top first; nothing without a parent."""
    tops = set(scene.ownership.families(party, day))
    steps: list[PathStep] = []
    seen = {party}
    while party not in tops:
        stakes: list[Any] = [
            s for s in scene.ownership.register.stakes_in(party)
            if s.owner and s.owner not in seen and holds_on(s, day)
            and set(scene.ownership.families(s.owner, day)) & tops
        ]  # fmt: skip
        if not stakes:
            break
        stake = max(stakes, key=lambda s: (s.percent.high or 0, s.percent.low, s.owner))
        steps.append(PathStep(owner=stake.owner, owned=party, percent=str(stake.percent)))
        party = stake.owner
        seen.add(party)
    return steps[::-1]
