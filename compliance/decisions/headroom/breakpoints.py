"""How many units pass: the limits at which comparisons turn, worked out from lines, and proven on both sides.

On a stretch of quantities on which no comparison changes its answer, every value is a straight line in the quantity:
two screens of the stretch give the lines, the lines give the first quantity at which some comparison changes, and
there the next stretch begins. Where one begins with a new or worsened finding, the quantity before it is the answer;
screens of both prove it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from compliance.answers.answer import OUTCOMES, Finding
from compliance.answers.headroom_answer import MOST_ASKED
from compliance.decisions.scenario_batch import ScenarioBatch, Walk
from compliance.decisions.screen import effect
from compliance.decisions.setup import postures_of
from compliance.engine.facts import Amount
from compliance.evaluation.evaluate import Evaluation
from compliance.evaluation.matches import Match
from compliance.explain.finding_kinds import PAPERS, counts
from compliance.explain.findings import build_finding
from compliance.rulebook.packs import Pack
from compliance.world.schema.tables import Order

MOST_STRETCHES = 200
AHEAD = 8


@dataclass(frozen=True)
class HeadroomQuery:
    """The order whose quantity is asked for, the packs whose findings may count, and by which outcome they do.

    With `whole` a limit leaves nothing where it is passed or may be, even if more makes that no worse; and a rule that
    is part of another counts as the strictest of its parts: a quantity that straddles an allocation is over it, though
    a review is all that it gives by itself.
    """

    row: dict[str, str]
    packs: tuple[Pack, ...]
    posture: str
    reach: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True)
class BindingLimit:
    """How many units pass, and the finding that one more would add or worsen; without one nothing binds."""

    units: int | None
    finding: Finding | None
    found: Match | None = None


Wanted = Callable[[Match], bool]
"""Which findings are asked about."""


def find_binding_limit(screens: ProbeSeries, wanted: Wanted) -> Walk[BindingLimit]:
    """The largest quantity with which no finding that is asked about is new or worsened."""
    at = 1
    for _ in range(MOST_STRETCHES):
        yield from screens.need(at - 1, at, at + 1)
        for quantity in (at, at + 1):
            if binding := screens.binding(quantity, wanted):
                proof = screens.binding(quantity - 1, wanted) if quantity > 1 else None
                if proof is not None:  # INVARIANT: stretches leave no gap in which a finding could hide
                    raise AssertionError(f"{quantity - 1} units already give `{proof[0].rule}`")
                return BindingLimit(quantity - 1, *binding)
        following = screens.change(at)
        if following is None or following > MOST_ASKED:
            yield from screens.need(MOST_ASKED)
            if (binding := screens.binding(MOST_ASKED, wanted)) is not None:
                raise AssertionError(f"`{binding[0].rule}` binds before {MOST_ASKED} units where no comparison changes")
            return BindingLimit(None, None)
        yield from screens.need(*screens.ahead(at))
        at = following
    raise AssertionError("a headroom of more stretches than any rule has limits")


class ProbeSeries:
    """Screens of one order at several quantities against one world."""

    def __init__(self, beside: ScenarioBatch, ask: HeadroomQuery) -> None:
        self.beside = beside
        self.ask = ask
        self._seen: dict[int, Evaluation] = {}
        self._counted: dict[int, list[tuple[Finding, Match]]] = {}

    def need(self, *quantities: int) -> Walk[None]:
        """Has the order screened at these quantities."""
        lacking = [quantity for quantity in quantities if quantity > 0 and quantity not in self._seen]
        if lacking:
            found = yield [(self.order(quantity),) for quantity in lacking]
            self._seen.update(zip(lacking, found, strict=True))

    def order(self, quantity: int) -> Order:
        """The order of so many units."""
        return Order.model_validate({**self.ask.row, "quantity": str(quantity)})

    def at(self, quantity: int) -> Evaluation:
        return self._seen[quantity]

    def binding(self, quantity: int, wanted: Wanted) -> tuple[Finding, Match] | None:
        """The strictest new or worsened finding that the order of this quantity gives and that counts."""
        if quantity not in self._counted:
            self._counted[quantity] = self.counted(self._seen[quantity])
        found = [one for one in self._counted[quantity] if wanted(one[1])]
        return min(found, key=_strictest, default=None)

    def counted(self, evaluation: Evaluation) -> list[tuple[Finding, Match]]:
        """The findings of an order that are new or worsened and count."""
        return [(finding, one) for one in evaluation.found if (finding := self._explain(one))]

    def _explain(self, found: Match) -> Finding | None:
        if not found.ordered or not self._is_within_reach(found):
            return None
        counted = ("new", "worsened", "unchanged") if self.ask.whole else ("new", "worsened")
        if effect(self.beside.before.get(found.identity), found) not in counted:
            return None
        finding = build_finding(found, self.beside.scene, postures_of(self.ask.posture), [])
        named = {pack.id for pack in self.ask.packs if not pack.file.law}
        return finding if finding is not None and counts(finding, self.ask.posture, named) else None

    def _is_within_reach(self, found: Match) -> bool:
        if found.plan.rule.topic == PAPERS:
            return False
        parts = [rule for rule in found.pack.rules if self.ask.whole and rule.name == found.rule]
        return any(rule.then.outcome in self.ask.reach for rule in (*parts, found.plan.rule))

    def change(self, at: int) -> int | None:
        """The first quantity after `at + 1` at which some comparison may change its answer."""
        return min(self._changes(at), default=None)

    def ahead(self, at: int) -> list[int]:
        """The quantities around the next changes, which are cheap to screen together with each other."""
        changes = sorted(change for change in self._changes(at) if change <= MOST_ASKED)
        return [quantity for change in changes[:AHEAD] for quantity in (change - 1, change, change + 1)]

    def _changes(self, at: int) -> set[int]:
        here, there = self.at(at).margins, self.at(at + 1).margins
        return {
            at + quantity
            for key, (op, amount) in here.items()
            if key in there
            for quantity in crossings(op, amount, there[key][1])
            if quantity > 1
        }


def _strictest(one: tuple[Finding, Match]) -> tuple[int, str, str, str]:
    finding = one[0]
    return OUTCOMES.index(finding.outcome), finding.certainty, finding.rule, finding.subject.id


def crossings(op: str, here: Amount, there: Amount) -> list[int]:
    """How many more units until a comparison turns, for either end of the value."""
    ends = [(here.low, there.low)]
    if here.high is not None and there.high is not None:
        ends.append((here.high, there.high))
    return [count for one, two in ends if (count := steps_to_crossing(op, one, two - one)) is not None]


def steps_to_crossing(op: str, value: int, slope: int) -> int | None:
    """The least number of steps after which the answer to `value op 0` is another, on a straight line."""
    if slope == 0:
        return None
    # whole distances: `gt` and `le` turn between 0 and 1, `ge` and `lt` between -1 and 0
    edge = 1 if op in ("gt", "le") else 0
    over = value >= edge
    if over == (slope > 0):
        return None
    if slope > 0:
        return ceil(Fraction(edge - value, slope))
    return (value - edge) // -slope + 1
