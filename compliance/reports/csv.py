"""An answer as CSV: a row a finding for an audit, a row an order line for a screening.

A cell that a spreadsheet could take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from compliance.answers.answer import ALL, Answer, DecisionByStanding, Finding, Quantity
from compliance.reports import phrases
from compliance.reports.renderers import Options
from compliance.reports.report_context import ReportContext
from compliance.reports.text import finding_groups
from compliance.reports.text.decision_text import deciding_standings as decided_standings
from compliance.reports.text.decision_text import standings_asked, strictest, why
from compliance.reports.text.order_line_text import LineResult, order_lines
from compliance.rulebook.legal_standing import STANDINGS

FINDING_COLUMNS = (
    "decision", "standing", "outcome", "certainty", "topic", "pack", "rule", "title", "subject_kind", "subject", "key",
    "period", "measure", "measure_high", "unit", "limit", "limit_inclusive", "message", "review_policy", "posture",
    "force", "force_since", "enforced", "effect", "before", "after", "due", "confidence", "citations", "flags",
    "remedy", "missing", "rows", "next", "as_of",
)  # fmt: skip
"""The first rows hold the decision about the whole in each standing, with what to do next. `rows` counts the rows added
up; names in one cell are parted by `;`, sentences by `; `. What could not be evaluated is a row whose outcome is
`not_evaluated`."""
LINE_COLUMNS = (
    "order", "decision", "enforced", "written", "summary", "why", "next", "outcome", "certainty", "effect", "posture",
    "rules", "messages", "requirements", "routes_open", "routes_not_known", "review_policy", "problem", "read_at",
    "as_of",
)  # fmt: skip
"""`decision` is that of the standings that decide in the posture asked about; the first row is the order as a whole.
`outcome`, `certainty`, `effect` and `posture` are those of the strictest finding; a line without one says `no_finding`,
a line that could not be read `not_evaluated` and its `problem`."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def render(answer: Answer, background: ReportContext, options: Options) -> str:
    """A row a finding of an audit, a row a line of a screening."""
    return findings_csv(answer, background) if background.order is None else lines_csv(answer, background)


def findings_csv(answer: Answer, background: ReportContext) -> str:
    """The findings of an answer, one a row."""
    rows = list(_decision_rows(answer))
    rows += [
        _finding(finding, answer, background)
        for _, found in finding_groups.by_standing(answer.findings)
        for finding in found
    ]
    for left in answer.not_evaluated:
        gaps = "; ".join(finding_groups.gap(one) for one in left.missing)
        told = {"outcome": phrases.NOT_EVALUATED, "rule": left.rule, "message": left.reason, "missing": gaps}
        rows.append({**told, "as_of": answer.as_of})
    return write_rows(FINDING_COLUMNS, rows)


def lines_csv(answer: Answer, background: ReportContext) -> str:
    """The order lines of a screening, one a row in the order of the file."""
    decided = {decision.id: decision for decision in answer.decisions}
    whole = {"order": ALL, **_decision(decided.get(ALL), answer, background), "as_of": answer.as_of}
    lines = (
        {**_line(result, answer.as_of), **_decision(decided.get(result.id), answer, background)}
        for result in order_lines(answer, background)
    )
    return write_rows(LINE_COLUMNS, [whole, *lines])


def _decision_rows(answer: Answer) -> Iterator[dict[str, str]]:
    for decision in answer.decisions:
        for standing in standings_asked(answer):
            told = {"decision": getattr(decision, standing), "standing": standing, "subject": decision.id}
            rules = _words(f"{one.pack}/{one.rule}" for one in decision.because if one.standing == standing)
            yield {
                **told,
                "subject_kind": decision.table,
                "message": rules,
                "next": _several(decision.next),
                "as_of": answer.as_of,
            }


def _decision(decision: DecisionByStanding | None, answer: Answer, background: ReportContext) -> dict[str, str]:
    """A line's decision; one that could not be read has none, and nothing is known of it."""
    if decision is None:
        return dict.fromkeys(("decision", *STANDINGS), "unknown")
    return {
        "decision": strictest(decision, decided_standings(answer)),
        **{standing: getattr(decision, standing) for standing in STANDINGS},
        "why": why(decision, answer, background),
        "next": _several(decision.next),
    }


def _finding(finding: Finding, answer: Answer, background: ReportContext) -> dict[str, str]:
    measure, limit, subject = finding.measure, finding.limit, finding.subject
    return {
        "standing": finding.standing,
        "outcome": finding.outcome,
        "certainty": finding.certainty,
        "topic": finding.topic,
        "pack": finding.pack,
        "rule": finding.rule,
        "title": background.title(finding.pack, finding.rule),
        "subject_kind": subject.kind,
        "subject": subject.id,
        "key": subject.key or "",
        "period": subject.period or "",
        "measure": value_of(measure),
        "measure_high": (measure.high or "") if measure else "",
        "unit": measure.unit if measure else "",
        "limit": limit.value if limit else "",
        "limit_inclusive": str(limit.inclusive).lower() if limit else "",
        "message": finding.message,
        "review_policy": finding.review_policy or "",
        "posture": _words(finding.posture),
        "force": finding.force.state,
        "force_since": finding.force.since or "",
        "enforced": finding.force.enforced or "",
        "effect": finding.effect or "",
        "before": value_of(finding.before),
        "after": value_of(finding.after),
        "due": finding.due or "",
        "confidence": finding.confidence,
        "citations": _several(finding.citations),
        "flags": _words(finding.flags),
        "remedy": _several(remedy.text for remedy in finding.remedy),
        "missing": _several(finding_groups.gap(one) for one in finding.missing),
        "rows": str(finding.evidence.count),
        "as_of": answer.as_of,
    }


def _line(result: LineResult, as_of: str) -> dict[str, str]:
    strictest = result.strictest
    return {
        "order": result.id,
        "outcome": result.outcome,
        "certainty": strictest.certainty if strictest else "",
        "effect": (strictest.effect or "") if strictest else "",
        "posture": _words(strictest.posture) if strictest else "",
        "rules": _words(f"{finding.pack}/{finding.rule}" for finding in result.findings),
        "messages": _several(finding.message for finding in result.findings),
        "requirements": _several(text for one in result.determinations for text in one.requirements),
        "routes_open": _words(result.routes(True)),
        "routes_not_known": _words(result.routes(None)),
        "review_policy": _words(result.policies),
        "problem": result.problem,
        "read_at": f"{result.file}:{result.line}" if result.line else result.file,
        "as_of": as_of,
    }


def _several(items: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(items))


def _words(items: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(items))


def value_of(value: Quantity | None) -> str:
    """The value of a quantity; empty where there is none."""
    return value.value if value else ""


def cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def write_rows(columns: Sequence[str], rows: Iterable[dict[str, str]]) -> str:
    """Rows as CSV with a head."""
    sheet = StringIO()
    writer = csv.DictWriter(sheet, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: cell(text) for name, text in row.items()})
    return sheet.getvalue()
