"""The answer to an audit or a screening as a SARIF log: a rule of a pack is a rule, a finding a result."""

from __future__ import annotations

from itertools import islice
from typing import Any

from compliance.answers.answer import Answer, Finding
from compliance.explain.finding_kinds import heads, rules_of
from compliance.reports import figures, phrases
from compliance.reports.renderers import Options
from compliance.reports.report_context import ReportContext
from compliance.reports.sarif.log import fingerprint, help_address, message, notification, physical_location, sarif_log
from compliance.reports.text.decision_text import standings_text
from compliance.reports.text.finding_block import subject
from compliance.reports.text.text import describe_unevaluated

MOST_PLACES = 10
"""So many rows of a finding are given as its places."""
FINGERPRINT = "finding/v1"


def render(answer: Answer, background: ReportContext, options: Options) -> str:
    """The log."""
    names = sorted(rules_of(heads(answer.findings)))
    places = {f"{pack}/{rule}": place for place, (pack, rule) in enumerate(names)}
    firsts: dict[str, Finding] = {}
    results = []
    for finding in answer.findings:
        rule = f"{finding.pack}/{finding.rule}"
        firsts.setdefault(rule, finding)
        results.append(_result(finding, rule, places[rule]))
    return sarif_log(
        [_rule(rule, firsts[rule], background) for rule in places],
        results,
        [_left_open(one) for one in answer.not_evaluated],
        {
            "asOf": answer.as_of,
            "posture": answer.posture,
            "decision": standings_text(answer.decision, answer),
            "next": list(answer.decision.next),
            "worldSha256": answer.world.sha256,
            "notEncoded": [f"{left.pack}: {left.clause}" for left in answer.not_encoded],
            "assumptions": answer.assumptions,
            "note": phrases.NO_ADVICE,
        },
    )


def level(finding: Finding) -> str:
    """`error` for what is certain and enforced, `warning` for what may be or asks for a review, else `note`."""
    if finding.standing != "enforced" or finding.effect == "eased":
        return "note"
    certain = finding.certainty == "definite" and finding.outcome != "review"
    return "error" if certain else "warning"


def _rule(name: str, finding: Finding, background: ReportContext) -> dict[str, Any]:
    title = background.title(finding.pack, finding.rule)
    source = f"Source: {'; '.join(finding.citations)} (confidence: {finding.confidence})."
    told: dict[str, Any] = {
        "id": name,
        "name": finding.rule,
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}, on {phrases.plain(finding.topic)}"},
        "help": {"text": f"{title}. {source} Pack: {background.packs.get(finding.pack, finding.pack)}."},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": [finding.topic, finding.pack], "citations": finding.citations},
    }
    if address := help_address(finding.citations):
        told["helpUri"] = address
    return told


def _result(finding: Finding, rule: str, place: int) -> dict[str, Any]:
    about = finding.subject
    said = finding.message
    if measured := figures.measure_text(finding):
        said = f"{said} ({measured})"
    logical = {
        "name": about.id,
        "fullyQualifiedName": "/".join(part for part in (about.kind, about.id, about.key, about.period) if part),
        "kind": about.kind,
    }
    return {
        "ruleId": rule,
        "ruleIndex": place,
        "kind": "fail",
        "level": level(finding),
        "message": message(said),
        "locations": _places(finding, logical),
        "partialFingerprints": {
            FINGERPRINT: fingerprint(rule, about.kind, about.id, about.key or "", about.period or "")
        },
        "properties": {
            "subject": subject(finding),
            "outcome": finding.outcome,
            "certainty": finding.certainty,
            "standing": finding.standing,
            "force": finding.force.state,
            "reviewPolicy": finding.review_policy,
            "effect": finding.effect,
            "confidence": finding.confidence,
            "citations": finding.citations,
            "flags": finding.flags,
            "measure": finding.measure.model_dump() if finding.measure else None,
            "limit": finding.limit.model_dump() if finding.limit else None,
            "remedy": [one.text for one in finding.remedy],
            "missing": [f"{one.table} {one.id}: {one.field}" for one in finding.missing],
            "rows": finding.evidence.count,
        },
    }


def _places(finding: Finding, logical: dict[str, str]) -> list[dict[str, Any]]:
    """The rows that a finding rests on, where they were read from a file; else whom it is about."""
    rows = [row for row in islice(finding.evidence.rows, MOST_PLACES) if row.file and row.line > 0]
    found: list[dict[str, Any]] = []
    for row in rows:
        place = {"physicalLocation": physical_location(row.file, row.line), "logicalLocations": [logical]}
        if place not in found:
            found.append(place)
    return found or [{"logicalLocations": [logical]}]


def _left_open(one: Any) -> dict[str, Any]:
    return notification(
        describe_unevaluated(one),
        properties={
            "rule": one.rule,
            "standings": one.standings,
            "missing": [f"{gap.table} {gap.id}: {gap.field}" for gap in one.missing],
        },
    )
