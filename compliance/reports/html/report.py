"""An answer as one page of HTML that needs nothing else: the decision first, charts, findings, owners, what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compliance.answers.answer import Answer
from compliance.reports import phrases
from compliance.reports.html.banner import banner_of, line_views
from compliance.reports.html.environment import environment, script, style
from compliance.reports.html.finding_views import finding_rows, findings_by_standing
from compliance.reports.html.views import Banner, FindingRow, FindingsOfStanding, LineView
from compliance.reports.report_context import ReportContext
from compliance.reports.text.text import cite_state, describe_unevaluated
from compliance.reports.text.text import standing as pack_standing

MOST_UNCHECKED = 8
"""So many things that were not evaluated stand on the first page."""
MOST_LINES = 5_000


@dataclass(frozen=True)
class ReportView:
    """What the template of a report takes."""

    heading: str
    as_of: str
    posture: str
    world: str
    parts: Sequence[tuple[str, str]]
    banner: Banner
    lines: Sequence[LineView]
    lines_count: int
    checked: Sequence[str]
    unchecked: Sequence[str]
    packs: Sequence[tuple[str, str, str, str]]
    full: Sequence[FindingsOfStanding]
    rows: Sequence[FindingRow]
    total: int
    not_evaluated: Sequence[str]
    assumptions: Sequence[str]
    not_encoded: Sequence[tuple[str, Sequence[str]]]
    history: Sequence[tuple[str, str, str, str]]


def render(answer: Answer, background: ReportContext) -> str:
    """The page."""
    template = environment().get_template("report.html")
    view = report_view(answer, background)
    return template.render(
        report=view,
        title=f"{view.heading}, {view.as_of}",
        style=style(),
        script=script(),
        advice=phrases.NO_ADVICE,
        nothing=phrases.NOTHING_FOUND if answer.packs else phrases.NO_PACK,
    )


def report_view(answer: Answer, background: ReportContext) -> ReportView:
    """All that a report says, as plain data."""
    rows = finding_rows(answer, background)
    full = findings_by_standing(answer, background)
    lines = line_views(answer, background)
    return ReportView(
        heading=heading(background),
        as_of=answer.as_of,
        posture=phrases.posture(answer.posture),
        world=answer.world.sha256,
        parts=[
            ("decision", "Decision"),
            ("findings", "Findings"),
            ("unchecked", "Not checked"),
            ("law", "The law asked"),
        ],
        banner=banner_of(answer, background),
        lines=lines[:MOST_LINES] if len(lines) > 1 else [],
        lines_count=len(lines),
        checked=list(_checked(answer, background)),
        unchecked=list(_unchecked(answer, background)),
        packs=[
            (pack.id, background.packs.get(pack.id, ""), pack_standing(pack, answer, background), pack.version)
            for pack in answer.packs
        ],
        full=full,
        rows=rows,
        total=len(answer.findings),
        not_evaluated=list(map(describe_unevaluated, answer.not_evaluated)),
        assumptions=answer.assumptions,
        not_encoded=[
            (pack.id, [left.clause for left in answer.not_encoded if left.pack == pack.id]) for pack in answer.packs
        ],
        history=[
            (pack.id, step.since or "always", phrases.standing(step.state, step.enforced), cite_state(step))
            for pack in answer.packs
            for step in pack.history
        ],
    )


def heading(background: ReportContext) -> str:
    """What was asked about: a world, or an order against it."""
    if background.order is None:
        return f"Audit of {background.world}"
    return f"Screening of {background.order} against {background.world}"


def _checked(answer: Answer, background: ReportContext) -> Iterator[str]:
    if not answer.packs:
        yield phrases.NO_PACK
        return
    yield f"{phrases.count_text(len(answer.packs), 'pack')} of rules: {', '.join(pack.id for pack in answer.packs)}"
    if told := background.checked():
        yield told


def _unchecked(answer: Answer, background: ReportContext) -> Iterator[str]:
    left = answer.not_evaluated
    for one in left[:MOST_UNCHECKED]:
        yield describe_unevaluated(one)
    if len(left) > MOST_UNCHECKED:
        yield f"and {len(left) - MOST_UNCHECKED:,} more things, listed below"
    if answer.not_encoded:
        yield f"{phrases.count_text(len(answer.not_encoded), 'clause')} of law that these packs do not encode, listed below"
