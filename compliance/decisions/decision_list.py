"""Decisions by standing: what may be done with each line of an order, with the order and with a world (contracts 9).

Of each standing the strictest counts: the outcome of a definite finding, `unknown` where a possible finding or a point
that was left open could reach it, else `nothing_found`. Where no rule of a standing was asked it is `unknown` too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial

from compliance.answers.answer import ALL, DECISIONS, Decision, DecisionByStanding, DecisionReason, Finding
from compliance.answers.deferred_parts import DeferredParts
from compliance.evaluation.described_parties import FIELDS as PARTY_FIELDS
from compliance.explain.finding_kinds import EASED, Head, head_of, heads
from compliance.explain.next_steps import Step, Steps, merge
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.rulebook.force import UNCONFIRMED
from compliance.rulebook.legal_standing import STANDINGS, Standing
from compliance.rulebook.packs import Pack

OF_OUTCOME: Mapping[str, Decision] = {
    "violation": "prohibited",
    "license_required": "license_required",
    "review": "review",
}
ORDERS = "orders"
WORLD = "world"
UNKNOWN: Decision = "unknown"
NOTHING: Decision = "nothing_found"
AS_WRITTEN = "Under the text that is not enforced: "


def decisions_of(head: Head) -> dict[Standing, Decision]:
    """What a finding leads to in each standing that it has; nothing where an order eases or cures it."""
    if head.effect == EASED:
        return {}
    reached: Decision = OF_OUTCOME[head.outcome] if head.certainty == "definite" else UNKNOWN
    if head.standing == "enforced" and head.enforced == UNCONFIRMED:
        return {"enforced": UNKNOWN, "written": reached}
    return {head.standing: reached}


@dataclass
class _Case:
    """What bears on one decision: reasons, and what to do by the standing and the decision that ask for it."""

    reasons: set[tuple[str, str, Standing, Decision]] = field(default_factory=set)
    steps: dict[tuple[Standing, Decision], list[Sequence[Step]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, rule: tuple[str, str], reached: Mapping[Standing, Decision], steps: Sequence[Step]) -> None:
        """Adds a rule and what it leads to."""
        for standing, decision in reached.items():
            self.reasons.add((rule[1], rule[0], standing, decision))
            self.steps[standing, decision].append(steps)

    def open(self, point: OpenPoint) -> None:
        """Adds a point that was left open."""
        for standing in point.said.standings:
            self.steps[standing, UNKNOWN].append(point.steps)
            self.reasons.add(("", "", standing, UNKNOWN))
        self.reasons.update((rule, pack, standing, UNKNOWN) for pack, rule, standing in point.about)

    def decide(self, table: str, name: str, asked: Collection[Standing]) -> DecisionByStanding:
        """The decision, the strictest of each standing, with what leads to it."""
        least: dict[Standing, Decision] = {one: NOTHING if one in asked else UNKNOWN for one in STANDINGS}
        for _, _, standing, decision in self.reasons:
            least[standing] = min(least[standing], decision, key=DECISIONS.index)
        deciding = sorted(
            (one for one in self.reasons if one[1] and one[3] == least[one[2]]),
            key=lambda one: (STANDINGS.index(one[2]), DECISIONS.index(one[3]), *one[:2]),
        )
        because = [
            DecisionReason(rule=rule, pack=pack, standing=at, decision=word) for rule, pack, at, word in deciding
        ]
        steps = DeferredParts(lambda: self._next(asked))
        return DecisionByStanding(table=table, id=name, **least, because=because, next=steps)

    def _next(self, asked: Collection[Standing]) -> list[str]:
        """The steps by standing; what the text alone asks for comes after what is enforced, and says so."""
        first, *others = [one for one in STANDINGS if one in asked] or STANDINGS
        steps = self._steps(first)
        told = merge(steps)
        if first == "enforced" and "written" in others:
            asked_already = set(steps)
            more = merge(step for step in self._steps("written") if step not in asked_already)
            told += [f"{AS_WRITTEN}{step}" for step in more]
        return told

    def _steps(self, standing: Standing) -> list[Step]:
        return [step for word in DECISIONS for some in self.steps.get((standing, word), ()) for step in some]


def decide_lines(
    lines: Sequence[str],
    findings: Iterable[Finding],
    points: Sequence[OpenPoint],
    packs: Sequence[Pack],
    asked: Collection[Standing],
    name_of: Callable[[str], str | None],
) -> list[DecisionByStanding]:
    """The decision of each line of an order, by its id, after that of the order as a whole.

    A finding bears on the lines that it rests on; on every line where more rows are behind it than are listed.
    """
    steps = Steps(packs, name_of)
    cases: dict[str, _Case] = {line: _Case() for line in [ALL, *sorted(lines)]}
    unnamed = {(gap.table, gap.id) for point in points for gap in point.said.missing if gap.field in PARTY_FIELDS}
    known = frozenset(lines)
    for finding in findings:
        reached = decisions_of(head_of(finding))
        if not reached:
            continue
        told = DeferredParts(partial(_steps_about, steps, finding, unnamed))
        for line in {ALL, *order_ids(finding, known)}:
            cases[line].add((finding.pack, finding.rule), reached, told)
    for point in points:
        for line, case in cases.items():
            if line == ALL and point.of_whole:
                case.open(point)
            elif line != ALL and point.bears_on(line):
                case.open(point.of_line(line))
    return [case.decide(ORDERS, line, asked) for line, case in cases.items()]


def _steps_about(steps: Steps, finding: Finding, known_gaps: Container[tuple[str, str]]) -> list[Step]:
    return list(steps.about(finding, known_gaps))


def order_ids(finding: Finding, lines: frozenset[str]) -> Set[str]:
    """The lines of the order that a finding rests on."""
    if finding.evidence.count > len(finding.evidence.rows):
        return lines
    return {row.id for row in finding.evidence.rows if row.table == ORDERS} & lines


def decide_world(
    findings: Sequence[Finding],
    points: Iterable[OpenPoint],
    packs: Sequence[Pack],
    asked: Collection[Standing],
) -> list[DecisionByStanding]:
    """The decision about a world."""
    steps, case = Steps(packs, lambda party: None), _Case()
    for head, _ in heads(findings):
        case.add((head.pack, head.rule), decisions_of(head), list(steps.of_kind(head)))
    for point in points:
        case.open(point)
    return [case.decide(WORLD, ALL, asked)]
