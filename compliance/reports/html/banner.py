"""The decision of an answer as plain data for pages: in words first, by standing, with reasons and next steps."""

from __future__ import annotations

from collections.abc import Set

from compliance.answers.answer import ALL, Answer, DecisionByStanding
from compliance.decisions.decision_list import ORDERS
from compliance.explain.finding_kinds import RuleKey, heads, rules_of
from compliance.reports import phrases
from compliance.reports.html.views import Banner, LineView, StandingLine
from compliance.reports.ownership_picture import shorten_text
from compliance.reports.report_context import ReportContext
from compliance.reports.text.decision_text import (
    by_strictness,
    deciding_standings,
    goods_text,
    order_text,
    owners,
    reasons,
    standings_asked,
    strictest,
    uncounted_note,
    why,
)
from compliance.reports.text.order_line_text import nameless
from compliance.rulebook.legal_standing import Standing

MOST_WHY = 180
"""So many letters say why of one order line."""
OPEN = "Not everything that was asked could be checked."


def banner_of(answer: Answer, background: ReportContext, decision: DecisionByStanding | None = None) -> Banner:
    """The decision about one line; without a `decision` about the whole."""
    lines = [one for one in answer.decisions if one.id != ALL]
    if decision is None:
        decision = lines[0] if len(lines) == 1 else answer.decision
    word = strictest(decision, deciding_standings(answer))
    found = rules_of(heads(answer.findings))
    return Banner(
        word=word,
        meaning=f"{phrases.MEANINGS[word][:1].upper()}{phrases.MEANINGS[word][1:]}",
        about=_about(decision, background, len(lines)),
        note=uncounted_note(answer),
        standings=_standing_lines(decision, answer, found, background),
        reasons=reasons(decision, answer, found, background),
        owners=owners(decision, answer, background),
        next=decision.next,
    )


def _standing_lines(
    decision: DecisionByStanding, answer: Answer, found: Set[RuleKey], background: ReportContext
) -> list[StandingLine]:
    """What each standing that was asked about comes to; `found` are the rules that were found."""
    deciding = deciding_standings(answer)
    return [
        StandingLine(
            name=phrases.STANDINGS[one],
            word=getattr(decision, one),
            why=_reason(decision, one, answer, found, background),
            decides=one in deciding,
        )
        for one in standings_asked(answer)
    ]


def line_views(answer: Answer, background: ReportContext) -> list[LineView]:
    """The lines of an order book, the strictest first, those that could not be read at the end."""
    lines = [one for one in answer.decisions if one.id != ALL]
    found = rules_of(heads(answer.findings))
    views = [
        LineView(
            id=one.id,
            word=strictest(one, deciding_standings(answer)),
            about=goods_text(one.id, background),
            why=shorten_text(why(one, answer, background), MOST_WHY),
            standings=_standing_lines(one, answer, found, background),
        )
        for one in by_strictness(lines, answer)
    ]
    return views + [
        LineView(f"line {one.line}", "unknown", "not read", one.problem) for one in nameless(background.problems)
    ]


def _reason(
    decision: DecisionByStanding, standing: Standing, answer: Answer, found: Set[RuleKey], background: ReportContext
) -> str:
    """Why a standing comes to what it does: the rules that lead there, and else what was left open."""
    word = getattr(decision, standing)
    if word == "nothing_found":
        return phrases.NOTHING_FOUND if answer.packs else phrases.NO_PACK
    own = [one for one in decision.because if one.standing == standing and one.decision == word]
    told = dict.fromkeys(
        background.title(one.pack, one.rule)
        for one in own
        if one.rule and (word != "unknown" or (one.pack, one.rule) in found)
    )
    titles = list(told)
    if not titles:
        return OPEN if own or word == "unknown" else ""
    more = f", and {len(titles) - 1} more" if len(titles) > 1 else ""
    return f"{'Possibly: ' if word == 'unknown' else ''}{titles[0]}{more}"


def _about(decision: DecisionByStanding, background: ReportContext, lines: int) -> str:
    if decision.table != ORDERS:
        return "the world as a whole"
    if decision.id == ALL:
        return f"the order as a whole, {phrases.count_text(lines, 'line')}"
    return order_text(decision.id, background)
