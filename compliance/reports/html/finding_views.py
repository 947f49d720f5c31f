"""Findings as plain data for pages: those told in full by standing and rule, and a row each for the table of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from compliance.answers.answer import Answer, Finding
from compliance.explain.finding_kinds import heads
from compliance.reports import figures, phrases
from compliance.reports.html.views import (
    ClauseView,
    FindingRow,
    FindingsOfRule,
    FindingsOfStanding,
    FindingView,
)
from compliance.reports.report_context import ReportContext
from compliance.reports.text import finding_groups, lineage_table
from compliance.reports.text.decision_text import party
from compliance.reports.text.finding_block import ownership_chain, policy, standing, subject

MOST_OF_RULE = 20
"""So many findings of a rule, those alike as one, are told in full."""
MOST_IN_FULL = 300
MOST_ROWS = 20_000
"""So many findings stand in the table of all."""
MOST_ALIKE = 20
MOST_SAID = 3
"""So many measures, remedies and gaps of findings that are alike are told."""
Identity = tuple[str, str, str, str | None, str | None]


def finding_view(
    findings: Sequence[Finding], background: ReportContext, number: int = 1, anchor: str = ""
) -> FindingView:
    """A finding, or several that say the same of single rows, told by the first of them."""
    first, shown = findings[0], list(islice(findings, MOST_ALIKE))
    alone = len(findings) == 1
    kind = phrases.plain(first.subject.kind)
    several = phrases.count_text(len(findings), kind, f"{kind[:-1]}ies" if kind.endswith("y") else None)
    ids = phrases.join([one.subject.id for one in shown], 10, len(findings))
    named = subject(first) if alone else f"{several}: {ids}"
    return FindingView(
        number=number,
        anchor=anchor or f"finding-{number}",
        count=len(findings),
        outcome=first.outcome,
        certainty=first.certainty,
        effect=first.effect or "",
        title=background.title(first.pack, first.rule),
        about=named,
        message=first.message,
        facts=list(_facts(shown, len(findings), background)),
        clauses=[
            ClauseView(phrases.MARKS[one.holds], phrases.HOLDS[one.holds], one.text, figures.comparison_text(one))
            for one in first.clauses
        ],
        tables=list(lineage_table.tables(shown, background, beyond=len(findings) - len(shown))),
        citations=first.citations,
        confidence=finding_groups.weakest(findings),
        standing=standing(first),
        rule=f"{first.pack} / {first.rule}",
        flags=first.flags,
    )


def _facts(findings: Sequence[Finding], count: int, background: ReportContext) -> Iterator[tuple[str, Sequence[str]]]:
    first, alone = findings[0], count == 1
    measured = [(one, figures.measure_text(one)) for one in findings[:MOST_SAID]]
    if told := [text if alone else f"{one.subject.id}: {text}" for one, text in measured if text]:
        yield "measured", told
    if alone and background.reference and (in_chips := figures.in_chips(first, *background.reference)):
        yield "in chips", [in_chips]
    if first.before is not None or first.after is not None:
        before, after = (figures.quantity(one) if one else "no finding" for one in (first.before, first.after))
        yield "before the order", [before]
        yield "with the order", [after]
    chains = dict.fromkeys(
        ownership_chain(one.path, lambda name: party(name, background)) for one in findings if one.path
    )
    if chains:
        yield "owned by", list(chains)[:MOST_SAID]
    if remedies := list(dict.fromkeys(remedy.text for one in findings[:MOST_SAID] for remedy in one.remedy)):
        yield "remedy (proven)", remedies[:MOST_SAID]
    if gaps := finding_groups.gaps(findings[:MOST_SAID]):
        yield "missing", [f"{finding_groups.together(missing)}; would settle: {settles}" for missing, settles in gaps]
    if first.review_policy:
        yield "if applied for", [f"an application would meet {policy(first.review_policy)}"]
    if first.due:
        yield "due", [first.due]


def findings_by_standing(
    answer: Answer, background: ReportContext
) -> tuple[list[FindingsOfStanding], dict[Identity, str]]:
    """The findings told in full: by standing, then by rule, the strictest first; what is left out is counted.

    Beside them under which anchor each stands.
    """
    anchors: dict[Identity, str] = {}
    found, number = [], 0
    for name, of_standing in finding_groups.by_standing(answer.findings):
        rules: dict[tuple[str, str], list[Sequence[Finding]]] = {}
        counts: dict[tuple[str, str], int] = {}
        for _, _, of_outcome in finding_groups.by_outcome(of_standing):
            for together in finding_groups.alike(of_outcome):
                head = heads(together)[0][0]  # which explains no finding
                key = head.pack, head.rule
                rules.setdefault(key, []).append(together)
                counts[key] = counts.get(key, 0) + len(together)
        views = []
        for key, of_rule in rules.items():
            told = []
            for together in of_rule[: max(0, min(MOST_OF_RULE, MOST_IN_FULL - number))]:
                number += 1
                told.append(finding_view(together, background, number))
                anchors |= {identity(one): told[-1].anchor for one in islice(together, MOST_ALIKE)}
            more = sum(map(len, of_rule[len(told) :]))
            views.append(FindingsOfRule(background.title(*key), " / ".join(key), counts[key], told, more))
        found.append(FindingsOfStanding(phrases.STANDINGS[name], len(of_standing), views))
    return found, anchors


def identity(finding: Finding) -> Identity:
    """What tells a finding apart from others of its answer."""
    about = finding.subject
    return finding.pack, finding.rule, about.id, about.key, about.period


def finding_rows(answer: Answer, background: ReportContext, anchors: Mapping[Identity, str]) -> list[FindingRow]:
    """The findings, a row each, in the order of the answer's standings."""
    rows: list[FindingRow] = []
    for name, found in finding_groups.by_standing(answer.findings):
        for finding in islice(found, MOST_ROWS - len(rows)):
            rows.append(
                FindingRow(
                    number=len(rows) + 1,
                    standing=phrases.STANDINGS[name],
                    outcome=finding.outcome,
                    certainty=finding.certainty,
                    effect=finding.effect or "",
                    rule=f"{finding.pack} / {finding.rule}",
                    title=background.title(finding.pack, finding.rule),
                    about=subject(finding),
                    measured=figures.measure_text(finding),
                    anchor=anchors.get(identity(finding), ""),
                )
            )
    return rows
