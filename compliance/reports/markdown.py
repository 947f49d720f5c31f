"""An answer as a memo in Markdown that can be forwarded: scope, findings with facts and sources, what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from compliance.answers.answer import ALL, Answer, Finding
from compliance.reports import figures, phrases
from compliance.reports.renderers import Options
from compliance.reports.report_context import ReportContext
from compliance.reports.text import finding_groups, line_text, lineage_table
from compliance.reports.text.decision_text import (
    by_strictness,
    deciding_standings,
    order_text,
    standings_asked,
    strictest,
    why,
)
from compliance.reports.text.finding_block import policy, standing, subject
from compliance.reports.text.terminal import clean
from compliance.reports.text.text import cite_state, describe_unevaluated
from compliance.reports.text.text import standing as pack_standing

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def render(answer: Answer, background: ReportContext, options: Options) -> str:
    """The memo."""
    return markdown(answer, background)


def markdown(answer: Answer, background: ReportContext) -> str:
    """The memo."""
    parts = [
        *_title(answer, background),
        *_decisions(answer, background),
        *_head(answer, background),
        *_table_of_findings(answer, background),
        *(part for number, one in enumerate(_in_order(answer), 1) for part in _finding(number, one, background)),
        *_lines(answer, background),
        *_rest(answer),
        f"---\n\n*{phrases.NO_ADVICE}*",
    ]
    return "\n\n".join(parts) + "\n"


def inline(text: str) -> str:
    """Text of a user or a rule, shown as it is and on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(clean(text).split()))


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool] = ()) -> str:
    """A table; `right` marks the columns of numbers."""
    edges = ["---:" if place < len(right) and right[place] else "---" for place in range(len(heads))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, edges, *rows))


def _items(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _title(answer: Answer, background: ReportContext) -> Iterator[str]:
    if background.order is None:
        yield f"# Audit of {inline(background.world)}"
    else:
        yield f"# Screening of {inline(background.order)} against {inline(background.world)}"
    yield f"As of {answer.as_of}, {phrases.posture(answer.posture)}. World `{answer.world.sha256}`."


def _decisions(answer: Answer, background: ReportContext) -> Iterator[str]:
    """The decisions, the strictest first, and what to do next."""
    yield "## Decision"
    asked = standings_asked(answer)
    of_lines = len(answer.decisions) > 1
    ordered = by_strictness(answer.decisions, answer)
    rows = (
        (
            inline(order_text(one.id, background)) if one.id != ALL else "as a whole",
            f"**{phrases.DECISIONS[strictest(one, deciding_standings(answer))]}**",
            *(phrases.DECISIONS[getattr(one, standing)] for standing in asked),
            inline(why(one, answer, background)),
        )
        for one in ordered
    )
    yield grid(
        ("Line" if of_lines else "", "Decision", *(phrases.STANDINGS[one].capitalize() for one in asked), "Why"), rows
    )
    steps = [step for one in answer.decisions if one.id == ALL for step in one.next]
    if steps:
        yield "Next:"
        yield "\n".join(f"{number}. {inline(step)}" for number, step in enumerate(steps, 1))


def _in_order(answer: Answer) -> Iterator[Finding]:
    """The findings by standing: enforced, written, summary."""
    for _, found in finding_groups.by_standing(answer.findings):
        yield from found


def _head(answer: Answer, background: ReportContext) -> Iterator[str]:
    rows = (
        (
            f"`{pack.id}`",
            inline(background.packs.get(pack.id, "")),
            pack_standing(pack, answer, background),
            f"{pack.version}, `{pack.sha256[:12]}`",
        )
        for pack in answer.packs
    )
    yield grid(("Pack", "Title", "Standing", "Version"), rows)
    if answer.packs and (checked := background.checked()):
        yield f"Checked: {inline(checked)}."
    if answer.packs and (lists := background.lists_read()):
        yield f"Screening lists loaded: {inline('; '.join(lists))}."


def _table_of_findings(answer: Answer, background: ReportContext) -> Iterator[str]:
    yield "## Findings"
    if not answer.packs:
        yield phrases.NO_PACK
        return
    if not answer.findings:
        yield phrases.NOTHING_FOUND + (phrases.WHERE_OPEN if answer.not_evaluated else "")
        return
    rows = (
        (
            str(number),
            outcome(finding),
            inline(background.title(finding.pack, finding.rule)),
            inline(subject(finding)),
            inline(figures.measure_text(finding)) or "-",
            phrases.standing(finding.force.state, finding.force.enforced, finding.force.since),
        )
        for number, finding in enumerate(_in_order(answer), 1)
    )
    yield grid(("No.", "Outcome", "Rule", "About", "Measured", "Standing"), rows, (True,))


def outcome(finding: Finding) -> str:
    """The outcome with its certainty and effect."""
    word = phrases.OUTCOMES[finding.outcome]
    whole = f"possible {word}" if finding.certainty == "possible" else f"**{word}**"
    return f"{whole}, {finding.effect}" if finding.effect else whole


def _finding(number: int, finding: Finding, background: ReportContext) -> Iterator[str]:
    yield f"### {number}. {inline(background.title(finding.pack, finding.rule))}"
    yield f"{outcome(finding)}. {inline(finding.message)}"
    yield _items(_facts(finding, background))
    for rows in lineage_table.tables([finding], background):
        cells = ([inline(cell) for cell in row] for row in rows.rows)
        more = f"\n\nand {rows.more:,} more" if rows.more else ""
        yield grid([phrases.plain(head) for head in rows.heads], cells, rows.right) + more


def _facts(finding: Finding, background: ReportContext) -> Iterator[str]:
    yield f"About: {inline(subject(finding))}"
    if measured := figures.measure_text(finding):
        yield f"Measured: {inline(measured)}"
    if background.reference and (told := figures.in_chips(finding, *background.reference)):
        yield f"In chips: {inline(told)}"
    if finding.before is not None or finding.after is not None:
        before, after = (figures.quantity(q) if q else "no finding" for q in (finding.before, finding.after))
        yield f"Before the order: {inline(before)}; after it: {inline(after)}"
    for clause in finding.clauses:
        numbers = figures.comparison_text(clause)
        yield f"{phrases.HOLDS[clause.holds].capitalize()}: {inline(clause.text)}" + (
            f" ({inline(numbers)})" if numbers else ""
        )
    for step in finding.path:
        yield f"{inline(step.owner or 'A holder not named')} holds {inline(step.percent)} % of {inline(step.owned)}"
    for remedy in finding.remedy:
        yield f"Remedy (proven): {inline(remedy.text)}"
    for missing, settles in finding_groups.gaps([finding]):
        yield f"Missing: {inline(finding_groups.together(missing))}; would settle: {inline(settles)}"
    if finding.review_policy:
        yield f"Review: an application would meet {policy(finding.review_policy)}"
    if finding.due:
        yield f"Due: {finding.due}"
    yield f"Source: {inline('; '.join(finding.citations))} (confidence: {finding.confidence})"
    yield f"Standing: {inline(standing(finding))}"
    if finding.flags:
        yield f"Flags: {inline(', '.join(finding.flags))}"
    yield f"Rule: `{finding.pack}` / `{finding.rule}`"


def _lines(answer: Answer, background: ReportContext) -> Iterator[str]:
    found = line_text.group_determinations(answer.determinations, background)
    if not found:
        return
    yield "## What each line needs"
    rows = (
        (
            inline(", ".join(group.ids)),
            f"`{group.said.pack}`",
            inline("; ".join(group.said.requirements)),
            inline(group.claim),
            *(group.routes(available) or "-" for available in (True, None, False)),
            phrases.plain(group.said.review_policy or "-"),
        )
        for group in found
    )
    yield grid(("Lines", "Pack", "Need", "Claim", "Open", "Not known", "Closed", "If applied for"), rows)
    yield _items(map(_reason, line_text.reasons(found)))


def _reason(reason: line_text.Reason) -> str:
    ids, conditions = inline(phrases.join(reason.ids)), inline("; ".join(reason.conditions))
    return f"{reason.kind} {phrases.OPEN[reason.available]} for {ids}: {conditions}"


def _standing(answer: Answer) -> Iterator[str]:
    """The force history of each pack."""
    rows = [
        (f"`{pack.id}`", step.since or "always", phrases.standing(step.state, step.enforced), inline(cite_state(step)))
        for pack in answer.packs
        for step in pack.history
    ]
    if rows:
        yield "## Standing in law, by date"
        yield grid(("Pack", "From", "Standing", "Source"), rows)


def _rest(answer: Answer) -> Iterator[str]:
    yield from _standing(answer)
    if answer.not_evaluated:
        yield "## Not evaluated"
        yield _items(inline(describe_unevaluated(left)) for left in answer.not_evaluated)
    if answer.assumptions:
        yield "## Assumptions"
        yield _items(map(inline, answer.assumptions))
    if answer.not_encoded:
        yield "## Not encoded, so not checked"
        yield _items(f"`{left.pack}`: {inline(left.clause)}" for left in answer.not_encoded)
