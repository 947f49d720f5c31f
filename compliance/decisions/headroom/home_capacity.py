"""What more capacity at home would open elsewhere under a rule, and how much of it takes one to the next rule.

Read off the comparison that turns where the rule begins to bind: how far one more unit there and one more at home move
it. A quantity at home is told only where screens prove it: with it the rule is kept, with one unit less it is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from compliance.answers.headroom_answer import MOST_ASKED
from compliance.decisions.headroom.breakpoints import ProbeSeries, steps_to_crossing
from compliance.decisions.scenario_batch import Lines, Walk
from compliance.engine.facts import Amount
from compliance.evaluation.evaluate import Evaluation
from compliance.evaluation.matches import Match
from compliance.world.schema.tables import Order


@dataclass(frozen=True)
class HomeEffect:
    """How much one more at home opens there; how many units at home open the next unit there, and all up to the next
    rule (`None`: not proven, or no other rule binds)."""

    each: Fraction
    next: int | None
    until: int | None


@dataclass(frozen=True)
class _Line:
    """The distance of a comparison from its limit with `start` units there: one more of them, or one more at home."""

    op: str
    start: int
    distance: int
    there: int
    home: int

    def needed(self, units: int) -> int | None:
        """Fewest home units that bring the comparison back within its limit."""
        return steps_to_crossing(self.op, self.distance + self.there * (units - self.start), self.home)


def at_home(screens: ProbeSeries, found: Match, units: int, until: int | None, country: str) -> Walk[HomeEffect | None]:
    """What more at home opens under the rule of a finding that binds after `units`; `None` where it opens nothing."""
    start = units + 1
    yield from screens.need(start, start + 1)
    (beside,) = yield [_with_home(screens, start, 1, country)]
    lines = list(_lines(found, start, screens.at(start), screens.at(start + 1), beside))
    if not lines:
        return None
    line = lines[0]
    following = yield from _proven(screens, found, line, start, country)
    reach = None
    if until is not None and until > units:
        reach = yield from _proven(screens, found, line, until, country)
    return HomeEffect(abs(Fraction(line.home, line.there)), following, reach)


def _proven(screens: ProbeSeries, found: Match, line: _Line, units: int, country: str) -> Walk[int | None]:
    """How many units at home make room for so many there, if screens with as many and with one less agree."""
    count = line.needed(units)
    if count is None or count > MOST_ASKED:
        return None
    enough, short = yield [
        _with_home(screens, units, count, country),
        _with_home(screens, units, count - 1, country),
    ]
    return count if not _binds(screens, found, enough) and _binds(screens, found, short) else None


def _binds(screens: ProbeSeries, found: Match, evaluation: Evaluation) -> bool:
    return any(one.identity == found.identity for _, one in screens.counted(evaluation))


def _with_home(screens: ProbeSeries, units: int, at_home: int, country: str) -> Lines:
    there = screens.order(units)
    if at_home == 0:
        return (there,)
    row = {
        **screens.ask.row, "id": "(home)", "from_country": country, "to_country": country, "movement": "domestic",
        "authorization": "none", "quantity": str(at_home),
    }  # fmt: skip
    return there, Order.model_validate(row)


def _lines(found: Match, start: int, here: Evaluation, more: Evaluation, home: Evaluation) -> Iterator[_Line]:
    """The comparisons of the rule that more there and more at home move apart."""
    for key, (op, amount) in here.margins.items():
        if key[:2] != (found.pack.id, found.plan.rule.id) or key not in more.margins or key not in home.margins:
            continue
        if key[3:6] != (found.id, found.key or "", found.period or ""):
            continue
        ends = [_end(op, one) for one in (amount, more.margins[key][1], home.margins[key][1])]
        if None in ends:
            continue
        at, there, beside = (end or 0 for end in ends)
        if (there - at) * (beside - at) < 0:
            yield _Line(op, start, at, there - at, beside - at)


def _end(op: str, amount: Amount) -> int | None:
    """The end of the value that decides whether the comparison may turn out badly."""
    return amount.high if op in ("gt", "ge") else amount.low
