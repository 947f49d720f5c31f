"""The sheets of an answer and what each row says of a finding, its clauses and the rows that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compliance.answers.answer import Answer, Determination, Finding, Quantity
from compliance.decisions.overview.model import Overview
from compliance.reports import phrases
from compliance.reports.csv import value_of
from compliance.reports.report_context import ReportContext
from compliance.reports.text import finding_groups
from compliance.reports.text.decision_text import party
from compliance.reports.text.finding_block import ownership_chain
from compliance.reports.workbook.book import Sheet, Value
from compliance.world.reference.countries import country_names

Row = list[Value]
DECISION = Sheet("Decision", "what may be done", {"Subject": 24, "Told": 90}, labelled=True)
LINES = Sheet(
    "Order lines",
    "the decision of each order line",
    {
        "Order line": 18, "Decision": 18, "Enforced": 16, "Written": 16, "Summary": 16, "What goes to whom": 60,
        "Why": 50, "Next": 70, "Read at": 24,
    },
)  # fmt: skip
FINDINGS = Sheet(
    "Findings",
    "a row a finding",
    {
        "No.": 7, "Standing": 12, "Outcome": 18, "Certainty": 11, "Effect": 11, "Title": 44, "Subject kind": 13,
        "Subject": 22, "Name": 26, "Key": 10, "Period": 24, "Measure": 16, "Most it may be": 16, "Unit": 13,
        "Limit": 16, "Message": 60, "Remedy": 44, "Missing": 44, "Owned by": 44, "Before": 14, "With the order": 14,
        "Review policy": 22, "Due": 12, "Citations": 40, "Confidence": 12, "Force": 22, "Flags": 30, "Pack": 20,
        "Rule": 26, "Topic": 20, "Rows": 9,
    },
)  # fmt: skip
CLAUSES = Sheet(
    "Clauses",
    "why: a row a clause of a finding",
    {"No.": 7, "Pack": 20, "Rule": 26, "Subject": 22, "Clause": 60, "Holds": 14, "Value": 18, "Limit": 18,
     "Distance": 18},
)  # fmt: skip
EVIDENCE = Sheet(
    "Evidence",
    "the rows that findings rest on",
    {"No.": 7, "Rule": 26, "Subject": 22, "Table": 16, "Row": 30, "File": 34, "Line": 9},
)
NOT_CHECKED = Sheet(
    "Not checked",
    "what was not evaluated, not read, not encoded, and what is assumed",
    {"What": 20, "Pack or rule": 28, "Told": 90, "Missing": 50, "Could decide": 26},
)
LIMITS = Sheet(
    "Limits",
    "what is used of each limit, passed or not",
    {
        "Standing": 12, "Pack": 20, "Rule": 26, "What is added up": 50, "Holder kind": 13, "Holder": 22, "Name": 26,
        "Key": 10, "Period": 24, "Total": 18, "Most it may be": 18, "Unit": 13, "Limit": 18, "Limit is": 10,
        "Passed": 11, "Applies": 12, "Source": 40,
    },
)  # fmt: skip
INVENTORY = Sheet(
    "Inventory",
    "what stands where",
    {
        "Country": 10, "Country name": 20, "Site": 24, "Site name": 30, "Chip": 22, "Quantity": 14,
        "Most it may be": 14, "TPP": 20, "Most TPP": 20, "Of the order": 11,
    },
)  # fmt: skip
DETERMINATIONS = Sheet(
    "Routes",
    "what each line needs and which routes are open",
    {
        "Table": 12, "Line": 20, "Pack": 20, "Posture": 14, "Needs": 50, "Route": 12, "Open": 12, "Claimed": 10,
        "Conditions not met or not known": 70, "If applied for": 24, "Source": 34,
    },
)  # fmt: skip
LAW = Sheet(
    "Law",
    "the packs that were asked, with their standing by date",
    {"Pack": 22, "Title": 44, "From": 12, "Text": 24, "As enforced": 24, "Source": 60, "Confidence": 12, "Version": 10,
     "SHA-256": 66},
)  # fmt: skip
MOST_EVIDENCE = 1_000
"""So many rows of one finding are listed; the sheet of findings counts them all."""


def finding_row(number: int, finding: Finding, background: ReportContext) -> Row:
    """A finding as a row."""
    subject, measure, limit = finding.subject, finding.measure, finding.limit
    chain = ownership_chain(finding.path, lambda name: party(name, background)) if finding.path else ""
    force = phrases.standing(finding.force.state, finding.force.enforced, finding.force.since)
    return [
        number, finding.standing, finding.outcome, finding.certainty, finding.effect,
        background.title(finding.pack, finding.rule), subject.kind, subject.id, name_of(subject.id, background),
        subject.key, subject.period, value_of(measure), high(measure), measure.unit if measure else "",
        limit.value if limit else "", finding.message, "; ".join(one.text for one in finding.remedy),
        "; ".join(finding_groups.gap(one) for one in finding.missing), chain, value_of(finding.before),
        value_of(finding.after), finding.review_policy, finding.due, "; ".join(finding.citations),
        finding.confidence, force, ", ".join(finding.flags), finding.pack, finding.rule, finding.topic,
        finding.evidence.count,
    ]  # fmt: skip


def clause_rows(number: int, finding: Finding) -> Iterator[Row]:
    """The clauses of a finding."""
    for one in finding.clauses:
        told = one.text, phrases.HOLDS[one.holds], one.value, one.limit, one.distance
        yield [number, finding.pack, finding.rule, finding.subject.id, *told]


def evidence_rows(number: int, finding: Finding) -> Iterator[Row]:
    """The rows that a finding rests on."""
    rows = finding.evidence.rows[:MOST_EVIDENCE]
    for row in rows:
        yield [number, finding.rule, finding.subject.id, row.table, row.id, row.file, row.line or None]
    if (more := finding.evidence.count - len(rows)) > 0:
        yield [number, finding.rule, finding.subject.id, "", f"and {more:,} rows more", "", None]


def unchecked_rows(answer: Answer, background: ReportContext) -> Iterator[Row]:
    """What was not evaluated, not read, not encoded, and what is assumed."""
    for left in answer.not_evaluated:
        gaps = "; ".join(finding_groups.gap(one) for one in left.missing)
        yield ["not evaluated", left.rule, left.reason, gaps, ", ".join(left.standings)]
    for told in background.unread:
        yield ["not read", "", told, "", ""]
    for told in answer.assumptions:
        yield ["assumed", "", told, "", ""]
    for clause in answer.not_encoded:
        yield ["not encoded", clause.pack, clause.clause, "", ""]


def limit_rows(overview: Overview, background: ReportContext) -> Iterator[Row]:
    """The totals against their limits."""
    applies = {True: "yes", False: "no", None: "not known"}
    for one in overview.limits:
        subject = one.subject
        yield [
            one.standing, one.pack, one.rule, one.of, subject.kind, subject.id, name_of(subject.id, background),
            subject.key, subject.period, one.measure.value, high(one.measure), one.measure.unit, one.limit.value,
            "least" if one.least else "most", applies[one.passed], applies[one.applies], one.limit.source,
        ]  # fmt: skip


def inventory_rows(overview: Overview, background: ReportContext) -> Iterator[Row]:
    """The chips that stand, by country, site and kind."""
    for one in overview.installed:
        yield [
            one.country, country_names().get(one.country or "", ""), one.site,
            background.told("sites", one.site, "name") if one.site else "", one.chip, one.quantity.value,
            high(one.quantity), value_of(one.tpp), high(one.tpp), "yes" if one.ordered else "",
        ]  # fmt: skip


def route_rows(found: Iterable[Determination]) -> Iterator[Row]:
    """The routes of each line that needs something."""
    for one in found:
        if not one.requirements:
            continue
        start: Row = [one.table, one.id, one.pack, one.posture, "; ".join(one.requirements)]
        policy = phrases.plain(one.review_policy or "")
        for route in one.routes:
            asked = [c.text for c in route.conditions if c.met is not True]
            claimed = "yes" if route.claimed else ""
            told = route.kind, phrases.OPEN[route.available], claimed, "; ".join(asked), policy, route.citation
            yield [*start, *told]
        if not one.routes:
            yield [*start, "", "", "", "", policy, ""]


def law_rows(answer: Answer, background: ReportContext) -> Iterator[Row]:
    """The standing of each pack by date."""
    for pack in answer.packs:
        for step in pack.history:
            told = step.since or "always", phrases.force(step.state), phrases.force(step.enforced or step.state)
            cited = f"{step.citation}. {step.note}" if step.note else step.citation
            named_ = background.packs.get(pack.id, "")
            yield [pack.id, named_, *told, cited, step.confidence, pack.version, pack.sha256]


def name_of(name: str, background: ReportContext) -> str:
    """The name of a party, or of a country, where it has one."""
    known = background.told("companies", name, "name") or background.told("people", name, "name")
    return known if known != name else ""


def high(quantity: Quantity | None) -> str:
    """The most that a quantity may be, where that is not what it is."""
    if quantity is None or quantity.high == quantity.value:
        return ""
    return "not bounded" if quantity.high is None else quantity.high
