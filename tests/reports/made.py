"""Answers made by hand, so that reports are tested without any rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compliance.answers.answer import (
    Answer,
    Clause,
    Determination,
    Evidence,
    EvidenceRow,
    Finding,
    FindingSubject,
    LegalForce,
    LicenseRoute,
    Limit,
    MissingField,
    NotEncodedClause,
    PackStatus,
    Quantity,
    RouteCondition,
    WorldDigest,
)
from compliance.decisions.decision_list import decide_lines, decide_world
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint


def finding(**changes: Any) -> Finding:
    """A definite violation: 7.093 % of 7 %."""
    told: dict[str, Any] = {
        "rule": "share_abroad",
        "pack": "pack_one",
        "topic": "capacity_share",
        "subject": FindingSubject(kind="family", id="acme"),
        "outcome": "violation",
        "review_policy": None,
        "certainty": "definite",
        "posture": ["as-written"],
        "standing": "written",
        "force": LegalForce(state="codified_not_enforced", since="2025-05-13", citation="a press release"),
        "measure": Quantity(value="7100/1001", unit="percent"),
        "limit": Limit(value="7", unit="percent", inclusive=True, source="90 FR 1"),
        "message": "7.093 (7100/1001) percent of acme stands abroad.",
        "clauses": [
            Clause(id="home", text="the parent is at home", holds=True),
            Clause(
                id="share",
                text="a larger share is abroad",
                holds=True,
                value="7100/1001",
                limit="7",
                distance="93/1001",
            ),
        ],
        "path": [],
        "evidence": evidence("sites", "us1", "my1"),
        "citations": ["90 FR 1"],
        "flags": [],
        "confidence": "verified",
        "remedy": [],
        "missing": [],
    }
    return Finding(**{**told, **changes})


def line_finding(name: str, **changes: Any) -> Finding:
    """A possible finding about one order line."""
    told: dict[str, Any] = {
        "rule": "licensed",
        "subject": FindingSubject(kind="line", id=name),
        "outcome": "license_required",
        "certainty": "possible",
        "measure": None,
        "limit": None,
        "message": f"Possibly: line {name} needs a license.",
        "clauses": [Clause(id="none", text="no exception is claimed", holds=None)],
        "evidence": evidence("orders", name),
        "missing": [MissingField(table="orders", id=name, field="authorization", settles="no exception is claimed")],
        "effect": "new",
    }
    return finding(**{**told, **changes})


def evidence(table: str, *names: str, count: int | None = None) -> Evidence:
    """Rows of a table, on lines from 2 on."""
    rows = [EvidenceRow(table=table, id=name, file="w.yaml", line=line) for line, name in enumerate(names, 2)]
    return Evidence(rows=rows, count=len(rows) if count is None else count)


def determination(name: str, **changes: Any) -> Determination:
    """A line that needs a license and claims a route that a condition keeps shut."""
    shut = [RouteCondition(text="the buyer is at home", met=False), RouteCondition(text="a paper is there", met=None)]
    routes = [
        LicenseRoute(kind="LPP", title="LPP", available=False, claimed=True, citation="x", conditions=shut),
        LicenseRoute(kind="ACM", title="ACM", available=None, claimed=False, citation="x", conditions=shut[1:]),
        LicenseRoute(kind="NAC", title="NAC", available=True, claimed=False, citation="x", conditions=[]),
    ]
    told: dict[str, Any] = {
        "table": "orders",
        "id": name,
        "pack": "pack_one",
        "posture": "as-written",
        "requirements": ["Chips, to any destination"],
        "routes": routes,
        "review_policy": "presumption_of_denial",
    }
    return Determination(**{**told, **changes})


def answer(*findings: Finding, lines: Sequence[str] = (), **changes: Any) -> Answer:
    """An answer of one pack with these findings: about a world, or an order of these lines."""
    points = [
        OpenPoint(left, (Step("Look into it: {items}.", left.reason),)) for left in changes.get("not_evaluated", ())
    ]
    decisions = (
        decide_lines(lines, findings, points, (), ("written",), lambda party: None)
        if lines
        else decide_world(findings, points, (), ("written",))
    )
    told: dict[str, Any] = {
        "as_of": "2026-11-20",
        "posture": "both",
        "packs": [PackStatus(id="pack_one", version="1", sha256="ab" * 32, force="codified_not_enforced")],
        "world": WorldDigest(sha256="cd" * 32),
        "assumptions": [],
        "decisions": decisions,
        "findings": list(findings),
        "determinations": [],
        "flags": [],
        "not_evaluated": [],
        "not_encoded": [NotEncodedClause(pack="pack_one", clause="half-yearly reports")],
    }
    return Answer(**{**told, **changes})
