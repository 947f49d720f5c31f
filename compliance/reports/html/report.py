"""An answer as one page of HTML that needs nothing else: the decision first, charts, findings, owners, what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.answers.answer import Answer, PathStep
from compliance.reports import phrases
from compliance.reports.html.banner import banner_of, line_views
from compliance.reports.html.environment import environment, script, style
from compliance.reports.html.figure_charts import ChartGroup, chart_groups
from compliance.reports.html.finding_views import finding_rows, findings_by_standing
from compliance.reports.html.ownership_graph import link_sentences
from compliance.reports.html.views import Banner, FindingRow, FindingsOfStanding, LineView
from compliance.reports.ownership_picture import shorten_text
from compliance.reports.renderers import Options
from compliance.reports.report_context import ReportContext
from compliance.reports.text.text import cite_state, describe_unevaluated
from compliance.reports.text.text import standing as pack_standing

MOST_UNCHECKED, MOST_STEPS, MOST_REASONS, MOST_OWNERS = 4, 6, 5, 2
"""So many things not evaluated, steps, reasons and chains of owners stand on the first page: it fits one sheet."""
LONGEST = 230
"""A step or a gap longer than this is cut on the first page, and stands in full below."""
MOST_OPEN = 12
"""Of so many rules the first finding stands open."""
MOST_LINES = 5_000
MOST_READ = 500
"""So many findings are read for the owners to draw."""


@dataclass(frozen=True)
class ReportView:
    """What the template of a report takes."""

    heading: str
    as_of: str
    posture: str
    world: str
    parts: Sequence[tuple[str, str]]
    banner: Banner
    reasons: Sequence[str]
    steps: Sequence[str]
    lines: Sequence[LineView]
    lines_count: int
    checked: Sequence[str]
    unchecked: Sequence[str]
    packs: Sequence[tuple[str, str, str, str]]
    charts: Sequence[ChartGroup]
    graphs: Sequence[tuple[Mapping[str, Any], Sequence[tuple[str, bool]]]]
    graphs_left_out: int
    full: Sequence[FindingsOfStanding]
    opened: bool
    rows: Sequence[FindingRow]
    total: int
    not_evaluated: Sequence[str]
    assumptions: Sequence[str]
    not_encoded: Sequence[tuple[str, Sequence[str]]]
    history: Sequence[tuple[str, str, str, str]]


def render(answer: Answer, background: ReportContext, options: Options) -> str:
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
    full, anchors = findings_by_standing(answer, background)
    rows = finding_rows(answer, background, anchors)
    lines = line_views(answer, background)
    banner = banner_of(answer, background)
    charts = chart_groups(background.overview(answer.posture), background) if background.overview else []
    graphs, left_out = background.owners(paths_in(answer)) if background.owners else ([], 0)
    return ReportView(
        heading=heading(background),
        as_of=answer.as_of,
        posture=phrases.posture(answer.posture),
        world=answer.world.sha256,
        parts=_parts(charts, graphs, lines, len(banner.next) > MOST_STEPS),
        banner=banner,
        reasons=_first([*banner.reasons], MOST_REASONS) + _first([*banner.owners], MOST_OWNERS),
        steps=[shorten_text(step, LONGEST) for step in banner.next[:MOST_STEPS]],
        lines=lines[:MOST_LINES] if len(lines) > 1 else [],
        lines_count=len(lines),
        checked=list(_checked_lines(answer, background)),
        unchecked=list(_unchecked_lines(answer, background)),
        packs=[
            (pack.id, background.packs.get(pack.id, ""), pack_standing(pack, answer, background), pack.version)
            for pack in answer.packs
        ],
        charts=charts,
        graphs=[(graph, link_sentences(graph)) for graph in graphs],
        graphs_left_out=left_out,
        full=full,
        opened=sum(len(standing.rules) for standing in full) <= MOST_OPEN,
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


def _first(items: Sequence[str], most: int) -> list[str]:
    """The first of several sentences, and how many more there are."""
    more = len(items) - most
    return [*items] if more <= 0 else [*items[:most], f"and {more:,} more; each stands below"]


def _parts(
    charts: Sequence[ChartGroup], graphs: Sequence[Any], lines: Sequence[LineView], more_steps: bool
) -> list[tuple[str, str]]:
    """The parts of the page for its list of contents."""
    found = [("decision", "Decision")]
    found += [("lines", "Order lines")] if len(lines) > 1 else []
    found += [("steps", "What to do")] if more_steps else []
    found += [("charts", "Limits and inventory")] if charts else []
    found += [("findings", "Findings")]
    found += [("owners", "Owners")] if graphs else []
    return [*found, ("unchecked", "Not checked"), ("law", "The law asked")]


def paths_in(answer: Answer) -> Iterator[Sequence[PathStep]]:
    """The chains of owners that findings rest on, those of the strictest outcomes first."""
    return (finding.path for finding in answer.findings[:MOST_READ] if finding.path)


def heading(background: ReportContext) -> str:
    """What was asked about: a world, or an order against it."""
    if background.order is None:
        return f"Audit of {background.world}"
    return f"Screening of {background.order} against {background.world}"


def _checked_lines(answer: Answer, background: ReportContext) -> Iterator[str]:
    if not answer.packs:
        yield phrases.NO_PACK
        return
    yield f"{phrases.count_text(len(answer.packs), 'pack')} of rules: {', '.join(pack.id for pack in answer.packs)}"
    if told := background.checked():
        yield told
    yield from background.lists_read()


def _unchecked_lines(answer: Answer, background: ReportContext) -> Iterator[str]:
    left = answer.not_evaluated
    for one in left[:MOST_UNCHECKED]:
        yield shorten_text(describe_unevaluated(one), LONGEST)
    if len(left) > MOST_UNCHECKED:
        yield f"and {len(left) - MOST_UNCHECKED:,} more things, listed below"
    if background.unread:
        told = phrases.join(background.unread, 3)
        yield f"{phrases.count_text(len(background.unread), 'value')} of the sources could not be read: {told}"
    if background.problems:
        problems = phrases.count_text(len(background.problems), "problem")
        yield f"{problems} in the order file: lines that could not be read"
    if answer.not_encoded:
        clauses = phrases.count_text(len(answer.not_encoded), "clause")
        yield f"{clauses} of law that these packs do not encode, listed below"
