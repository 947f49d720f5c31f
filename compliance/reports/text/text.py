"""An answer as text for a terminal: the decision and what to do, then the findings by standing with their reasons.

INVARIANT: nothing here says that something is fine; where there is no finding, it says that and what was not checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.text import Text

from compliance.answers.answer import OUTCOMES, Answer, Finding, LegalState, NotEvaluated, PackStatus
from compliance.explain.finding_kinds import heads
from compliance.reports import phrases
from compliance.reports.renderers import Options
from compliance.reports.report_context import ReportContext, enforced_state
from compliance.reports.text import finding_groups, line_text
from compliance.reports.text.decision_text import put_decisions
from compliance.reports.text.finding_block import block, brief
from compliance.reports.text.terminal import STYLES, Look, Paper, as_text, bullet_list, label_rows, marked_list, table
from compliance.rulebook.legal_standing import Standing

MOST_BLOCKS = 12
"""How many findings of an outcome are told in full; the others follow a line each."""
MOST_BRIEF = 40
"""How many of those others are told; a report that nobody reads to its end says less."""
MOST_LISTED = 20
DETERMINED = ("lines", "need", "claim", "open", "not known", "closed", "if applied for")


def render(answer: Answer, background: ReportContext, options: Options) -> str:
    """The answer as text in the look that is wanted."""
    return text(answer, background, options.look, options.details)


def text(answer: Answer, background: ReportContext, look: Look | None = None, details: bool = False) -> str:
    """The decisions first; of an audit, and with `details` of an order too, the findings by standing and all else."""
    paper = Paper(look or Look())
    _head(paper, answer, background)
    put_decisions(paper, answer, background)
    if background.order is None or details:
        _packs(paper, answer, background)
        _summary(paper, answer, background)
        for standing_, found in finding_groups.by_standing(answer.findings):
            _standing_of(paper, standing_, found, background)
        if details:
            _lines(paper, answer, background)
            _standing(paper, answer)
        _rest(paper, answer, background, details)
    paper.gap()
    paper.put(Text(_last(answer, details), "dim"))
    return paper.text()


def _last(answer: Answer, details: bool) -> str:
    """What is not shown here, and that this is no advice."""
    if details:
        return phrases.NO_ADVICE
    left = phrases.count_text(len(answer.not_encoded), "clause of law is", "clauses of law are")
    return f"--details shows the rest; {left} not encoded. This is no legal advice."


def _standing_of(paper: Paper, standing_: Standing, findings: Sequence[Finding], background: ReportContext) -> None:
    """The findings of one standing, the strictest outcome first."""
    paper.heading(
        f"Findings of rules that are: {phrases.STANDINGS[standing_]}", phrases.count_text(len(findings), "finding")
    )
    for outcome, definite, found in finding_groups.by_outcome(findings):
        _outcome(paper, outcome, definite, found, background)


def _head(paper: Paper, answer: Answer, background: ReportContext) -> None:
    asked = f"as of {answer.as_of}, {phrases.posture(answer.posture)}"
    if background.order is None:
        said = Text.assemble(("Audit of ", "bold"), as_text(background.world, "bold"), f", {asked}")
    else:
        said = Text.assemble(
            ("Screening of ", "bold"),
            as_text(background.order, "bold"),
            " against ",
            as_text(background.world),
            f", {asked}",
        )
    paper.put(said)


def _packs(paper: Paper, answer: Answer, background: ReportContext) -> None:
    rows = (
        (
            as_text(pack.id, "bold"),
            as_text(standing(pack, answer, background)).append(_title(pack.id, background), "dim"),
        )
        for pack in answer.packs
    )
    if answer.packs:
        paper.gap()
        paper.put(table(("pack", "standing and title"), rows, indent=2))


def standing(pack: PackStatus, answer: Answer, background: ReportContext) -> str:
    """The standing in law of a pack on the day, as its text says and, where that differs, as enforced."""
    return phrases.standing(pack.force, enforced_state(pack, answer.as_of), background.since.get(pack.id))


def _title(pack: str, background: ReportContext) -> str:
    title = background.packs.get(pack)
    return f"; {title}" if title else ""


def _summary(paper: Paper, answer: Answer, background: ReportContext) -> None:
    paper.gap()
    if answer.packs and (checked := background.checked()):
        paper.put(label_rows([("checked", as_text(checked))]))
    paper.gap()
    if not answer.packs:
        paper.put(as_text(phrases.NO_PACK, "bold"))
    elif not answer.findings:
        paper.put(Text.assemble((phrases.NOTHING_FOUND, "bold"), phrases.WHERE_OPEN if answer.not_evaluated else ""))
    else:
        paper.put(table(("findings", "definite", "possible"), _counts(answer), (False, True, True), indent=2))
    if answer.not_evaluated:
        left = phrases.count_text(len(answer.not_evaluated), "thing was", "things were")
        paper.put(as_text(f"{left} not evaluated; see below.", "magenta"))


def _counts(answer: Answer) -> Iterator[tuple[Text, str, str]]:
    number: Counter[tuple[str, str]] = Counter()
    for head, count in heads(answer.findings):
        number[head.outcome, head.certainty] += count
    for outcome in OUTCOMES:
        sure, perhaps = number[outcome, "definite"], number[outcome, "possible"]
        style = STYLES[f"possible {outcome}"] if sure + perhaps else "dim"
        yield (
            as_text(phrases.OUTCOMES[outcome], style),
            f"{sure:,}" if sure else "-",
            f"{perhaps:,}" if perhaps else "-",
        )


def _outcome(paper: Paper, outcome: str, definite: int, found: Sequence[Finding], background: ReportContext) -> None:
    paper.gap()
    counted = f"{definite:,} definite, {len(found) - definite:,} possible"
    paper.put(Text.assemble((phrases.OUTCOMES[outcome].capitalize(), "bold"), (f"  {counted}", "dim")))
    together = finding_groups.alike(found)
    for group in together[:MOST_BLOCKS]:
        paper.gap()
        paper.put(block(group, background, paper.look.columns))
    rest = together[MOST_BLOCKS:]
    if rest:
        count = sum(map(len, rest))
        told = [finding for group in rest[:MOST_BRIEF] for finding in group[:MOST_BRIEF]][:MOST_BRIEF]
        paper.gap()
        paper.put(Text(f"  {phrases.count_text(count, 'more', 'more')}, a line each; JSON gives each in full:", "bold"))
        paper.put(brief(told, background))
        if count > len(told):
            paper.put(Text(f"    and {count - len(told):,} more; CSV and JSON give each", "dim"))


def _lines(paper: Paper, answer: Answer, background: ReportContext) -> None:
    """What each line needs, lines alike together, with the reasons behind routes that are not open."""
    groups_of = line_text.group_determinations(answer.determinations, background)
    looked_at, without = line_text.looked_at(answer.determinations)
    if not looked_at:
        return
    paper.heading("What each line needs", phrases.count_text(looked_at, "line"))
    for pack in dict.fromkeys(group.said.pack for group in groups_of):
        of_pack = [group for group in groups_of if group.said.pack == pack]
        posture = phrases.posture(of_pack[0].said.posture)
        paper.gap()
        paper.put(Text.assemble("  ", as_text(pack, "bold"), (f", {posture}", "dim")))
        paper.put(table(DETERMINED, map(_determination_cells, of_pack), indent=2))
        paper.put(marked_list(map(_reason, line_text.reasons(of_pack)), indent=2))
    if without:
        paper.gap()
        paper.put(Text(f"  {phrases.count_text(without, 'line')} without a requirement in these packs.", "dim"))


def _determination_cells(group: line_text.DeterminationGroup) -> tuple[str | Text, ...]:
    said = group.said
    return (
        as_text(phrases.join(group.ids, 6), "bold"),
        "; ".join(said.requirements),
        group.claim,
        as_text(group.routes(True) or "-", "green"),
        as_text(group.routes(None) or "-", "yellow"),
        as_text(group.routes(False) or "-", "dim"),
        phrases.plain(said.review_policy or "-"),
    )


def _reason(reason: line_text.Reason) -> tuple[Text, Text]:
    said = (
        f"{reason.kind} {phrases.OPEN[reason.available]} ({phrases.join(reason.ids)}): {'; '.join(reason.conditions)}"
    )
    return as_text(phrases.MARKS[reason.available], "dim"), as_text(said, "dim")


def _standing(paper: Paper, answer: Answer) -> None:
    """The force history of each pack: what its text said from which day, and what the authority applied."""
    if not answer.packs:
        return
    paper.heading("Standing in law, by date")
    rows = (
        (
            pack.id if not place else "",
            step.since or "always",
            phrases.standing(step.state, step.enforced),
            cite_state(step),
        )
        for pack in answer.packs
        for place, step in enumerate(pack.history)
    )
    paper.put(table(("pack", "from", "standing", "source"), rows, indent=2))


def cite_state(step: LegalState) -> str:
    """Where a state of force is written, how well that was seen, and what is to be said of it."""
    note = f". {step.note}" if step.note else ""
    return f"{step.citation} (confidence: {step.confidence}){note}"


def _rest(paper: Paper, answer: Answer, background: ReportContext, details: bool) -> None:
    if answer.not_evaluated:
        paper.heading("Not evaluated", phrases.count_text(len(answer.not_evaluated), "thing"))
        _list(paper, list(map(describe_unevaluated, answer.not_evaluated)))
    if answer.assumptions:
        paper.heading("Assumptions")
        _list(paper, answer.assumptions)
    if answer.not_encoded and details:
        paper.heading("Not encoded, so not checked")
        for pack in dict.fromkeys(left.pack for left in answer.not_encoded):
            paper.put(Text.assemble("  ", as_text(pack, "bold"), (f"  {background.packs.get(pack, '')}", "dim")))
            paper.put(bullet_list((left.clause for left in answer.not_encoded if left.pack == pack), indent=4))


def _list(paper: Paper, items: Sequence[str]) -> None:
    paper.put(bullet_list(items[:MOST_LISTED]))
    if (more := len(items) - MOST_LISTED) > 0:
        paper.put(Text(f"    and {more:,} more; JSON and Markdown list them all", "dim"))


def describe_unevaluated(left: NotEvaluated) -> str:
    """What was not evaluated and why, with what would let it be."""
    said = f"{left.rule}: {left.reason}" if left.rule else left.reason
    gaps = finding_groups.together(left.missing)
    return f"{said} (missing: {gaps})" if gaps else said
