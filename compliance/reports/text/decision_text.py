"""Decisions as people read them: the answer first, why, and what to do next.

INVARIANT: a card of one order takes at most 25 lines, so that it is read to its end; what does not fit is counted.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence, Set

from rich.text import Text

from compliance.answers.answer import ALL, DECISIONS, Answer, Decision, DecisionByStanding
from compliance.decisions.decision_list import ORDERS
from compliance.explain.finding_kinds import RuleKey, counted_standings, heads, rules_of
from compliance.reports import phrases
from compliance.reports.report_context import ReportContext, enforced_state
from compliance.reports.text.finding_block import ownership_chain
from compliance.reports.text.order_line_text import nameless
from compliance.reports.text.terminal import INDENT, LABEL, STYLES, Paper, as_text, label_rows, table
from compliance.rulebook.legal_standing import STANDINGS, Standing, standing_of
from compliance.world.world import name_with_id

STYLE_OF = {
    "prohibited": STYLES["violation"],
    "license_required": STYLES["license_required"],
    "review": STYLES["review"],
    "unknown": STYLES["not_evaluated"],
    "nothing_found": "",
}
MOST_REASONS, MOST_OWNERS, MOST_STEPS, MOST_BESIDE = 4, 2, 6, 4
"""So many lines of a card say why, who owns whom, what to do and what else was read: with all else at most 25.

What the others leave of these lines goes to the steps.
"""
MOST_READ = 200
_THEM = ("it", "them")
NOT_READ = "not read"
LISTS = "screening_lists"
MOST_ROWS = 60
"""So many order lines are told one by one; of more the strictest."""


def deciding_standings(answer: Answer) -> tuple[Standing, ...]:
    """The standings that decide in the posture of an answer: those applied, as written also what is only written.

    Where no pack that was asked is of those, the others are told.
    """
    asked = standings_asked(answer)
    counted = counted_standings(answer.posture, ())
    return tuple(one for one in asked if one in counted) or tuple(asked)


def uncounted_note(answer: Answer) -> str:
    """That no pack asked about is applied in the posture, if so: what is told then is only written, or a summary."""
    asked = standings_asked(answer)
    if answer.posture == "as-written" or "enforced" in asked or "written" not in asked:
        return ""
    packs = ", ".join(pack.id for pack in answer.packs if pack.force != "not_law")
    return (
        f"{packs}: in the text and not enforced. As enforced nothing of it counts, and nothing else was asked; "
        "with --posture as-written it decides."
    )


def strictest(decision: DecisionByStanding, standings: Sequence[Standing]) -> Decision:
    """The strictest decision of these standings."""
    found: list[Decision] = [getattr(decision, standing) for standing in standings]
    return min(found, key=DECISIONS.index)


def by_strictness(decisions: Iterable[DecisionByStanding], answer: Answer) -> list[DecisionByStanding]:
    """The decisions of an answer, that of the whole first, then the strictest."""
    standings = deciding_standings(answer)
    return sorted(decisions, key=lambda one: (one.id != ALL, DECISIONS.index(strictest(one, standings)), one.id))


def badge(word: str) -> Text:
    """A decision as a label."""
    return Text(f" {phrases.DECISIONS[word].upper()} ", STYLE_OF[word])


def put_decisions(paper: Paper, answer: Answer, background: ReportContext) -> None:
    """The decisions of an answer: of a world, of one order line, or of each line of an order book."""
    lines = [decision for decision in answer.decisions if decision.id != ALL]
    paper.gap()
    if told := uncounted_note(answer):
        paper.put(as_text(told, "bold magenta"))
        paper.gap()
    if len(lines) > 1:
        _book(paper, answer, background, lines)
    else:
        _card(paper, answer, background, lines[0] if lines else answer.decisions[0])


def _card(paper: Paper, answer: Answer, background: ReportContext, decision: DecisionByStanding) -> None:
    standings = deciding_standings(answer)
    word = strictest(decision, standings)
    about = order_text(decision.id, background) if decision.table == ORDERS else "the world as a whole"
    paper.put(Text.assemble("  ", badge(word), "  ", as_text(about, "bold")))
    paper.gap()
    width = paper.look.columns - LABEL - INDENT - 2
    which = " and ".join(phrases.STANDINGS[one] for one in standings)
    rows = [("decision", Text.assemble((phrases.MEANINGS[word], "bold"), f" ({which} rules decide)"))]
    found = rules_of(heads(answer.findings))
    others = [one for one in standings_asked(answer) if one not in standings]
    beside = [_other_standing(decision, one, found, background) for one in others]
    told = _fitting("beside", beside, width, MOST_BESIDE)
    told += _fitting("because", reasons(decision, answer, found, background), width, MOST_REASONS)
    told += _fitting("lists", lists_loaded(background, width), width, 1)
    told += _fitting("owned by", owners(decision, answer, background), width, MOST_OWNERS)
    room = MOST_REASONS + MOST_OWNERS + MOST_STEPS + MOST_BESIDE - sum(_lines(text.plain, width) for _, text in told)
    paper.put(label_rows([*rows, *told, *_fitting("next", decision.next, width, room, numbered=True)]))


def lists_loaded(background: ReportContext, width: int) -> list[str]:
    """The screening lists that were loaded, by their days, in one line."""
    by_day = sorted(background.lists_by_day().items(), key=lambda one: (not one[0], one[0]))
    told = "; ".join(f"{', '.join(names)} of {day or 'no stated day'}" for day, names in by_day)
    return [textwrap.shorten(told, width, placeholder=" ...")] if told else []


def _other_standing(
    decision: DecisionByStanding, standing: Standing, found: Set[RuleKey], background: ReportContext
) -> str:
    """What a standing that does not decide comes to, and its first reason; `found` are the rules that were found."""
    word: Decision = getattr(decision, standing)
    own = [(one.pack, one.rule) for one in decision.because if one.standing == standing and one.decision == word]
    titles = [background.title(*rule) for rule in own if rule in found]
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    told = f"{phrases.DECISIONS[word].upper()} {phrases.BY_STANDING[standing]}"
    return f"{told} ({titles[0]}{more})" if titles else told


def owners(decision: DecisionByStanding, answer: Answer, background: ReportContext) -> list[str]:
    """The chains of owners on which the findings rest that decide."""
    rules = {(one.pack, one.rule) for one in decision.because}
    findings = (one for one in answer.findings[:MOST_READ] if (one.pack, one.rule) in rules and one.path)
    return list(dict.fromkeys(ownership_chain(one.path, lambda name: party(name, background)) for one in findings))


def standings_text(decision: DecisionByStanding, answer: Answer) -> str:
    """The decision in each standing that was asked about."""
    asked = standings_asked(answer)
    return "; ".join(f"{phrases.STANDINGS[one]}: {phrases.DECISIONS[getattr(decision, one)]}" for one in asked)


def standings_asked(answer: Answer) -> list[Standing]:
    """The standings that the packs of an answer have in its posture; all where none can be told."""
    found: set[Standing] = set()
    for pack in answer.packs:
        standing = standing_of(pack.force, enforced_state(pack, answer.as_of))
        if standing != "written" or answer.posture != "as-enforced":
            found.add(standing)
    found.update(one.standing for whole in answer.decisions[:1] for one in whole.because)
    return [standing for standing in STANDINGS if standing in found] or list(STANDINGS)


def reasons(decision: DecisionByStanding, answer: Answer, found: Set[RuleKey], background: ReportContext) -> list[str]:
    """Why in the standings that decide: the titles of the rules that were `found`, and what could not be evaluated."""
    if not answer.packs:
        return [phrases.NO_PACK]
    standings = deciding_standings(answer)
    told: dict[str, None] = {}
    for one in decision.because:
        if one.standing in standings and (one.pack, one.rule) in found:
            maybe = "possibly: " if one.decision == "unknown" else ""
            told[f"{maybe}{background.title(one.pack, one.rule)} ({one.pack})"] = None
    open_ = any(getattr(decision, one) == "unknown" for one in standings)
    unchecked = {
        (one.pack, one.rule)
        for one in decision.because
        if one.standing in standings and one.decision == "unknown" and (one.pack, one.rule) not in found
    }
    return [*told, *(_left_open(answer, unchecked, background) if open_ else [])] or [phrases.NOTHING_FOUND]


def _left_open(answer: Answer, unchecked: Set[RuleKey], background: ReportContext) -> list[str]:
    """What could not be evaluated: lists together, then by itself what no rule names, then how many rules.

    Of rules by themselves it is said what the strictest of them would lead to.
    """
    lists = [
        gap.id for left in answer.not_evaluated for gap in left.missing if gap.table == LISTS and gap.field == "list"
    ]
    others = [
        left.reason
        for left in answer.not_evaluated
        if not left.rule and all(g.table != LISTS or g.field != "list" for g in left.missing)
    ]
    told = [f"screening lists not loaded: {', '.join(lists)}"] if lists else []
    told += others
    if unchecked:
        most = _strictest_outcome(unchecked, background)
        reach = f"; at most {phrases.OUTCOMES[most]} would come of {_THEM[len(unchecked) > 1]}" if most else ""
        told.append(f"{phrases.count_text(len(unchecked), 'rule')} not checked for want of facts{reach}")
    return told


def _strictest_outcome(rules: Set[RuleKey], background: ReportContext) -> str | None:
    """The strictest outcome of some rules; `None` where that of one is not known."""
    outcomes = {background.outcomes.get(rule) for rule in rules}
    return None if None in outcomes else next((word for word in phrases.OUTCOMES if word in outcomes), None)


def _fitting(label: str, items: Sequence[str], width: int, most: int, numbered: bool = False) -> list[tuple[str, Text]]:
    """As many items as fit in so many lines, and how many more there are."""
    rows: list[tuple[str, Text]] = []
    used = 0
    for place, item in enumerate(items):
        said = f"{place + 1}. {item}" if numbered else item
        lines = _lines(said, width)
        rest = len(items) - place
        if used + lines > most - (rest > 1) and rows:
            rows.append(("", Text(f"and {rest:,} more; --details and JSON give each", "dim")))
            break
        rows.append((label if not rows else "", as_text(said)))
        used += lines
    return rows


def _lines(text: str, width: int) -> int:
    """How many lines a text takes."""
    return len(textwrap.wrap(text, width)) or 1


def order_text(name: str, background: ReportContext) -> str:
    """An order line in words: what goes to whom, with the names of parties beside their ids."""

    def field(column: str) -> str:
        return background.told(ORDERS, name, column)

    if background.rows.get((ORDERS, name)) is None:
        return f"{name}: {NOT_READ}"
    to = party(field("consignee"), background) or "nobody named"
    parts = [f"{name}: {field('quantity')} {field('chip')} to {to} in {field('to_country')}"]
    if field("end_user") not in ("", field("consignee")):
        parts.append(f"end user {party(field('end_user'), background)}")
    if field("intermediate_consignee"):
        parts.append(f"via {party(field('intermediate_consignee'), background)}")
    parts.append(f"{field('movement')} of {field('date')}")
    if field("authorization") not in ("", "none"):
        parts.append(f"claims {_claim(field('authorization'), field('authorization_id'), background)}")
    return ", ".join(parts)


def goods_text(name: str, background: ReportContext) -> str:
    """An order line in words, without its id."""
    return order_text(name, background).removeprefix(f"{name}: ")


def _claim(kind: str, name: str, background: ReportContext) -> str:
    """A claimed authorization: its kind, and of one that is named how it stands on record."""
    if not name:
        return kind
    state = background.told("authorizations", name, "state")
    return f"{kind} {name} ({f'{state} on record' if state else 'not on record'})"


def party(name: str, background: ReportContext) -> str:
    """A party as people know it: its name with its id."""
    if not name:
        return ""
    known = background.told("companies", name, "name") or background.told("people", name, "name")
    return name_with_id(known, name)


def _book(paper: Paper, answer: Answer, background: ReportContext, lines: Sequence[DecisionByStanding]) -> None:
    standings = deciding_standings(answer)
    whole = next(decision for decision in answer.decisions if decision.id == ALL)
    word = strictest(whole, standings)
    paper.put(Text.assemble("  ", badge(word), "  ", (f"the order as a whole, {len(lines):,} lines", "bold")))
    paper.put(label_rows([("", as_text(standings_text(whole, answer)))]))
    paper.gap()
    ordered = by_strictness(lines, answer)
    rows = [_row(line, answer, background) for line in ordered[:MOST_ROWS]]
    for result in nameless(background.problems):
        rows.append((f"line {result.line}", Text("unknown", STYLE_OF["unknown"]), NOT_READ, result.problem))
    paper.put(table(("order", "decision", "what goes to whom", "why"), rows, indent=2, kept=18))
    if len(ordered) > MOST_ROWS:
        paper.put(Text(f"    and {len(ordered) - MOST_ROWS:,} lines more; CSV and JSON give each", "dim"))
    paper.gap()
    width = paper.look.columns - LABEL - INDENT - 2
    told = _fitting("lists", lists_loaded(background, width), width, 1)
    paper.put(label_rows([*told, *_fitting("next", whole.next, width, 2 * MOST_STEPS, numbered=True)]))


def _row(decision: DecisionByStanding, answer: Answer, background: ReportContext) -> tuple[str | Text, ...]:
    word = strictest(decision, deciding_standings(answer))
    label = Text(phrases.DECISIONS[word], STYLE_OF[word])
    about = goods_text(decision.id, background).split(", ")[0]
    return decision.id, label, about, why(decision, answer, background)


def why(decision: DecisionByStanding, answer: Answer, background: ReportContext) -> str:
    """The first reason of a decision, and how many more there are."""
    standings = deciding_standings(answer)
    word = strictest(decision, standings)
    own = [one for one in decision.because if one.standing in standings and one.decision == word and one.rule]
    titles = list(dict.fromkeys(background.title(one.pack, one.rule) for one in own))
    if word == "nothing_found":
        return phrases.NOTHING_FOUND if answer.packs else phrases.NO_PACK
    if word == "unknown" and decision.next:
        return decision.next[0]
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    return f"{titles[0]}{more}" if titles else ""
