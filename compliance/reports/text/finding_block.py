"""One finding in a text report: what it says, why, resting on which rows, from which source, and what would cure it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from compliance.answers.answer import Clause, Finding, PathStep
from compliance.reports import figures, phrases
from compliance.reports.report_context import ReportContext
from compliance.reports.text import finding_groups, lineage_table
from compliance.reports.text.terminal import (
    INDENT,
    LABEL,
    STYLES,
    as_text,
    bullet_list,
    label_rows,
    marked_list,
    stack_blocks,
    table,
)

MOST_SAID = 3
"""How many measures and remedies of findings that are alike are told."""
MOST_NAMED = 10
MOST_READ = 20
"""So many of findings that are alike are read for what a block says of them."""
MOST_STEPS = 4
"""So many holders are told at either end of a long chain of them."""
OF_PARTIES = ("line", "service", "transfer")
"""What a finding about a party of it is about; the second key of others is a place."""
MARK_STYLES = {True: "bold", False: "dim", None: "bold yellow"}


def block(findings: Sequence[Finding], background: ReportContext, width: int) -> RenderableType:
    """One finding, or several that are alike, on a sheet of this width."""
    first = findings[0]
    return stack_blocks(_title(first, background), label_rows(_rows(findings, background, width - INDENT - LABEL - 2)))


def badge(finding: Finding) -> Text:
    """The outcome; a possible one says so and stands without a filled background."""
    outcome = phrases.OUTCOMES[finding.outcome]
    if finding.certainty == "possible":
        return Text(f"possible {outcome}", STYLES[f"possible {finding.outcome}"])
    return Text(f" {outcome.upper()} ", STYLES[finding.outcome])


def subject(finding: Finding) -> str:
    """Whom the finding is about: `company c, 2025`."""
    about = finding.subject
    said = f"{phrases.plain(about.kind)} {about.id}"
    if about.key:
        said += f", {about.key}" if about.kind in OF_PARTIES else f" in {about.key}"
    return f"{said}, {about.period.replace('/', ' to ')}" if about.period else said


def _title(finding: Finding, background: ReportContext) -> RenderableType:
    said = badge(finding)
    if finding.effect:
        said.append(" ", "").append(finding.effect, "dim" if finding.effect == "unchanged" else "bold cyan")
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column()
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(said, as_text(background.title(finding.pack, finding.rule), "bold"))
    return grid


def _rows(findings: Sequence[Finding], background: ReportContext, room: int) -> Iterator[tuple[str, RenderableType]]:
    first, alone = findings[0], len(findings) == 1
    shown = findings[:MOST_READ]
    ids = [subject(finding) if alone else finding.subject.id for finding in shown]
    named = phrases.join(ids, MOST_NAMED, len(findings))
    yield "about", as_text(named if alone else f"{phrases.count_text(len(findings), *_kinds(first))}: {named}")
    yield "", as_text(first.message)
    if not alone:
        yield "", Text(f"and {len(findings) - 1:,} more like it", "dim")
    yield from _measurement_rows(shown, len(findings), background)
    yield "because", _clauses(first, alone=alone)
    yield from _owners(shown, len(findings))
    yield from _lineage_rows(shown, len(findings), background, room)
    yield from _first("remedy", [f"{remedy.text} (proven)" for one in shown for remedy in one.remedy], "green")
    label = "missing"
    for missing, settles in finding_groups.gaps(shown):
        yield (
            label,
            Text.assemble(as_text(finding_groups.together(missing)), ("; would settle: ", "dim"), as_text(settles)),
        )
        label = ""
    if not label and len(findings) > len(shown):
        yield "", Text(f"of the first {len(shown):,}; CSV and JSON give each", "dim")
    if first.review_policy:
        yield "review", as_text(f"an application would meet {policy(first.review_policy)}")
    if first.due:
        yield "due", as_text(first.due)
    yield "source", as_text("; ".join(first.citations) + f" (confidence: {finding_groups.weakest(findings)})")
    yield "standing", as_text(standing(first))
    if first.flags:
        yield "flags", as_text(", ".join(first.flags))
    yield "rule", as_text(f"{first.pack} / {first.rule}, on {phrases.plain(first.topic)}", "dim")


def _kinds(finding: Finding) -> tuple[str, str]:
    kind = phrases.plain(finding.subject.kind)
    return kind, f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _measurement_rows(
    findings: Sequence[Finding], count: int, background: ReportContext
) -> Iterator[tuple[str, RenderableType]]:
    first, alone = findings[0], count == 1
    if first.before is not None:
        yield "before", as_text(f"{figures.quantity(first.before)}, without the order")
    if first.after is None and first.effect == "eased":
        yield "after", as_text("no finding, with the order")
        return
    said = [(one.subject.id, figures.measure_text(one)) for one in findings]
    told = [text if alone else f"{name}: {text}" for name, text in said if text]
    yield from _first("measured", told, "bold", count - len(findings))
    if alone and background.reference and (in_chips := figures.in_chips(first, *background.reference)):
        yield "", Text(in_chips, "dim")


def _owners(findings: Sequence[Finding], count: int) -> Iterator[tuple[str, RenderableType]]:
    """The chains of owners, each once, with whom it was seen of first where there are several."""
    paths: dict[str, str] = {}
    for finding in findings:
        if finding.path:
            paths.setdefault(ownership_chain(finding.path), finding.subject.id)
    told = [path if count == 1 else f"{name}: {path}" for path, name in paths.items()]
    yield from _first("owned by", told, "")


def _first(label: str, items: Sequence[str], style: str, beyond: int = 0) -> Iterator[tuple[str, RenderableType]]:
    """The first of several things of a kind, and how many more there are, those `beyond` them included."""
    for place, item in enumerate(items[:MOST_SAID]):
        yield "" if place else label, as_text(item, style)
    if items and len(items) + beyond > MOST_SAID:
        yield "", Text(f"and {len(items) + beyond - MOST_SAID:,} more", "dim")


def standing(finding: Finding) -> str:
    """The standing in law of the finding's pack on its day, and in which reading of the law it stands."""
    force = finding.force
    if force.state == "not_law":
        return phrases.force(force.state)
    cited = f" ({force.citation})" if force.citation else ""
    return f"{phrases.force(force.state, force.since)}{cited}; {phrases.postures(finding.posture, force.enforced)}"


def _clauses(finding: Finding, *, alone: bool) -> RenderableType:
    measured = figures.deciding(finding) if alone else None
    return marked_list(
        (Text(phrases.MARKS[clause.holds], MARK_STYLES[clause.holds]), _clause(clause, clause is measured))
        for clause in finding.clauses
    )


def _clause(clause: Clause, told_above: bool) -> Text:
    said = as_text(clause.text)
    if clause.holds is not True:
        said.append(f" ({phrases.HOLDS[clause.holds]})", "dim")
    if not told_above and (numbers := figures.comparison_text(clause)):
        said.append(f": {numbers}", "dim")
    return said


def ownership_chain(path: Sequence[PathStep], name_of: Callable[[str], str] = str) -> str:
    """The chain of owners, the top first; of a long one its two ends. `name_of` gives parties as people know them."""
    steps = [
        f"{name_of(step.owner) if step.owner else 'a holder not named'} holds {step.percent} % of {name_of(step.owned)}"
        for step in path
    ]
    if (between := len(steps) - 2 * MOST_STEPS) > 1:
        steps[MOST_STEPS:-MOST_STEPS] = [f"... {between:,} holders between ..."]
    return "; ".join(steps)


def _lineage_rows(
    findings: Sequence[Finding], count: int, background: ReportContext, room: int
) -> Iterator[tuple[str, RenderableType]]:
    label = "rests on"
    for found in lineage_table.tables(findings, background, room, count - len(findings)):
        said = table(found.heads, found.rows, found.right)
        if found.more:
            said = stack_blocks(said, Text(f"and {found.more:,} more", "dim"))
        yield label, said
        label = ""


def policy(word: str) -> str:
    """A review policy in a sentence."""
    return "case-by-case review" if word == "case_by_case" else f"a {phrases.plain(word)}"


def brief(findings: Sequence[Finding], background: ReportContext) -> RenderableType:
    """Findings that are too many for blocks, a line each."""
    return bullet_list(
        Text.assemble(
            (f"{finding.certainty} ", "dim"),
            as_text(
                f"{subject(finding)}: {figures.measure_text(finding) or background.title(finding.pack, finding.rule)} "
            ),
            (f"{finding.pack} / {finding.rule}", "dim"),
        )
        for finding in findings
    )
