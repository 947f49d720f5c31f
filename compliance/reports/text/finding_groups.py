"""Findings as a report takes them: by outcome, and those that say the same of many single rows together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from compliance.answers.answer import OUTCOMES, Finding, MissingField
from compliance.explain.finding_list import Findings
from compliance.reports.phrases import join, plain
from compliance.rulebook.legal_standing import STANDINGS, Standing
from compliance.world.io.rule_file import CONFIDENCES


def by_standing(findings: Sequence[Finding]) -> list[tuple[Standing, Sequence[Finding]]]:
    """The findings of each standing that there is: enforced, written, summary."""
    if isinstance(findings, Findings):
        return [(standing, found) for standing, found in findings.by_standing() if found]
    parts = ((one, [finding for finding in findings if finding.standing == one]) for one in STANDINGS)
    return [(standing, found) for standing, found in parts if found]


def by_outcome(findings: Sequence[Finding]) -> list[tuple[str, int, Sequence[Finding]]]:
    """The findings of each outcome that there is, the strictest first: how many are definite, which come first."""
    parts = findings.by_outcome() if isinstance(findings, Findings) else _by_outcome(findings)
    return [(outcome, definite, found) for outcome, definite, found in parts if found]


def _by_outcome(findings: Sequence[Finding]) -> Iterator[tuple[str, int, Sequence[Finding]]]:
    for outcome in OUTCOMES:
        of_it = [finding for finding in findings if finding.outcome == outcome]
        definite = sum(finding.certainty == "definite" for finding in of_it)
        yield outcome, definite, sorted(of_it, key=lambda finding: finding.certainty != "definite")


def alike(findings: Sequence[Finding]) -> Sequence[Sequence[Finding]]:
    """Findings of one rule about single rows, with the same clauses holding, as one group; the others alone."""
    if isinstance(findings, Findings):
        return findings.alike()
    groups: dict[object, list[Finding]] = {}
    for place, finding in enumerate(findings):
        groups.setdefault(_sameness(finding, place), []).append(finding)
    return list(groups.values())


def weakest(findings: Sequence[Finding]) -> str:
    """The weakest confidence of findings that are alike."""
    if isinstance(findings, Findings) and len(findings) > 1:
        return findings.weakest()
    return max((finding.confidence for finding in findings), key=CONFIDENCES.index)


def _sameness(finding: Finding, place: int) -> object:
    if finding.evidence.count > 1 or finding.before or finding.due:
        return place
    return (
        finding.pack,
        finding.rule,
        finding.certainty,
        finding.effect,
        finding.review_policy,
        tuple(finding.posture),
        tuple(finding.flags),
        tuple(finding.citations),
        tuple((clause.id, clause.holds) for clause in finding.clauses),
        bool(finding.measure),
    )


def gaps(findings: Iterable[Finding]) -> list[tuple[list[MissingField], str]]:
    """What is missing by what it would settle, each gap once."""
    found: dict[str, dict[MissingField, None]] = {}
    for finding in findings:
        for gap in finding.missing:
            found.setdefault(gap.settles, {})[gap] = None
    return [(list(missing), settles) for settles, missing in found.items()]


def gap(missing: MissingField) -> str:
    """One gap: `stakes a: percent`."""
    return together([missing])


def together(missing: Iterable[MissingField], most: int = 6) -> str:
    """Gaps by table and field: `shipments s1, s2: authorization`."""
    fields: dict[tuple[str, str], dict[str, None]] = {}
    for one in missing:
        fields.setdefault((one.table, one.field), {})[one.id] = None
    return "; ".join(_together(table, field, list(names), most) for (table, field), names in fields.items())


def _together(table: str, field: str, names: Sequence[str], most: int) -> str:
    where = " ".join(part for part in (table, join(names, most)) if part)
    return f"{where}: {plain(field)}" if where else plain(field)
