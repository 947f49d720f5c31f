"""Rules left undecided for want of facts, where the rule says so, and listings on an unknown list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.errors import near, quote_some
from compliance.evaluation.matches import Match, Matches
from compliance.explain.findings import left_open, left_open_rule, postures
from compliance.explain.missing.missing_fields import in_order, missing
from compliance.explain.next_steps import TO_CHECK, Step, find_out, names_in
from compliance.explain.not_evaluated.open_points import OpenPoint, OrderParties
from compliance.plan.rule_plan import SAMPLE
from compliance.rulebook.known_lists import is_known, registered_ids
from compliance.rulebook.legal_standing import Standing, order_standings, standing_on
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.schema.tables import Listing, Sign

MOST_NAMED = 3
PARTY = "party"
PLURALS = {PARTY: "parties", "line": "lines", "site": "sites", "company": "companies", "serial": "serial numbers"}


def open_rules(found: Iterable[Match], scene: EvaluationContext, asked: tuple[str, ...]) -> list[OpenPoint]:
    """For each rule that could not be decided of some subject: of how many, and what would settle it."""
    by_rule: dict[tuple[str, str], list[Match]] = defaultdict(list)
    looked_at: Counter[tuple[str, str]] = Counter()
    titles: dict[tuple[str, str], str] = {}
    for one in left_open_of(found):
        key = one.pack.id, one.rule
        looked_at[key] += 1
        titles[key] = one.plan.rule.title
        if postures(one, scene, asked):
            by_rule[key].append(one)
    said = []
    name_of = names_in(scene.world)
    for key in sorted(looked_at):
        (pack, rule), open_, sampled = key, by_rule[key], looked_at[key] >= SAMPLE
        if not open_:
            if sampled:  # nobody knows what the others are
                reason = f"{titles[key]}: perhaps not checked for more than the first {SAMPLE:,}, for want of facts"
                step = Step("Check by hand: {items}.", titles[key])
                said.append(OpenPoint(NotEvaluated(rule=rule, reason=reason), (step,)))
            continue
        whole = _OpenSubjects()
        by_line: dict[str, _OpenSubjects] = defaultdict(_OpenSubjects)
        for one in open_:
            gaps = missing(one, scene)
            standing = standing_on(one.pack.force_of(one.plan.rule), one.day or scene.as_of, asked)
            for part in (whole, *(by_line[name] for name in {row.id for row in one.rows if row.ordered})):
                part.add(gaps, standing)
        first = open_[0].plan.rule
        subjects = sorted({one.key or one.id for one in open_})
        kind = PARTY if open_[0].key else open_[0].kind
        many = f"{len(subjects):,}{' or more' if sampled else ''} {PLURALS.get(kind, kind)}"
        of = f"`{subjects[0]}`" if len(subjects) == 1 else many
        reason = f"{first.title}: not checked for {of}, for want of facts"
        point = whole.point(pack, rule, reason, name_of)
        if scene.orders:
            own = {line: part.point(pack, rule, reason, name_of) for line, part in by_line.items()}
            point = replace(point, lines=None if sampled else frozenset(own), own=own)
        said.append(point)
    return said


class _OpenSubjects:
    """What is missing to decide a rule of some subjects, and in which standings it would decide."""

    def __init__(self) -> None:
        self._gaps: set[MissingField] = set()
        self._standings: set[Standing | None] = set()

    def add(self, gaps: Iterable[MissingField], standing: Standing | None) -> None:
        """Adds a subject."""
        self._gaps.update(gaps)
        self._standings.add(standing)

    def point(self, pack: str, rule: str, reason: str, name_of: Callable[[str], str | None]) -> OpenPoint:
        """The point that is left open."""
        kinds = order_standings(self._standings)
        if self._gaps and all(gap.table == Sign.table for gap in self._gaps):
            kinds = []  # a search for patterns is an aid: that nobody made it is told, and leaves nothing open
        told = NotEvaluated(rule=rule, reason=reason, missing=in_order(self._gaps), standings=kinds)
        steps = tuple(find_out(TO_CHECK, gap, name_of) for gap in told.missing[:MOST_NAMED])
        return OpenPoint(told, steps, about=tuple((pack, rule, standing) for standing in told.standings))


def left_open_of(found: Iterable[Match]) -> Iterator[Match]:
    """The matches of rules that say that they were not evaluated, of which it is not known."""
    if not isinstance(found, Matches):
        yield from (one for one in found if left_open(one))
        return
    for matches in found.rules:
        if left_open_rule(matches.plan.rule):
            yield from matches.only(np.flatnonzero(~matches.certain))


def unknown_lists(scene: EvaluationContext, packs: Sequence[Pack], parties_of: OrderParties) -> Iterator[OpenPoint]:
    """The listings that count for nothing because no rule knows their list, a list at a time."""
    names = sorted(scene.world.values(Listing.table, "list"))
    for name in (name for name in names if not is_known(name, packs)):
        parties = sorted({row.party for row in scene.world.each(Listing) if row.list == name})
        who = quote_some(parties, MOST_NAMED)
        told = f"{who} on the list `{name}`: no rule knows a list of this name, so it counts for nothing."
        step = Step("Name these lists as the registry of lists does, or look at them by hand: {items}.", name)
        lines = parties_of.lines_of(parties) if scene.orders else None
        yield OpenPoint(NotEvaluated(rule="", reason=told + near(name, registered_ids())), (step,), lines)
