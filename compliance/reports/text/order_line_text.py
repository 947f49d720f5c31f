"""A result for each line of an order: its strictest finding, what the order changes, and the routes open to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compliance.answers.answer import OUTCOMES, Answer, Determination, Finding
from compliance.errors import Problem
from compliance.reports import phrases
from compliance.reports.report_context import ReportContext
from compliance.world.schema.row import Row

ORDERS = "orders"
EFFECTS = ("new", "worsened", "unchanged", "eased")


@dataclass(frozen=True)
class LineResult:
    """What a screening says of one line; `problem` where the line could not be read."""

    id: str
    line: int
    file: str
    findings: tuple[Finding, ...] = ()
    determinations: tuple[Determination, ...] = ()
    problem: str = ""

    @property
    def strictest(self) -> Finding | None:
        """The strictest finding; of equals the definite one, then the one that the order makes."""
        return min(self.findings, key=_strictness, default=None)

    @property
    def outcome(self) -> str:
        if self.problem:
            return phrases.NOT_EVALUATED
        return self.strictest.outcome if self.strictest else phrases.NO_FINDING

    def routes(self, available: bool | None) -> list[str]:
        """The kinds of routes to this line that are open, closed or not known."""
        return sorted({r.kind for d in self.determinations for r in d.routes if r.available is available})

    @property
    def policies(self) -> list[str]:
        return sorted({d.review_policy for d in self.determinations if d.review_policy})


def _strictness(finding: Finding) -> tuple[int, bool, int, str, str]:
    effect = EFFECTS.index(finding.effect) if finding.effect else 0
    return OUTCOMES.index(finding.outcome), finding.certainty != "definite", effect, finding.rule, finding.pack


def order_lines(answer: Answer, background: ReportContext) -> list[LineResult]:
    """The lines of the order file in its own order, those that could not be read among them."""
    resting: dict[str, list[Finding]] = {}
    for finding in answer.findings:
        for name in _orders(finding):
            resting.setdefault(name, []).append(finding)
    needing: dict[str, list[Determination]] = {}
    for determination in answer.determinations:
        if determination.table == ORDERS:
            needing.setdefault(determination.id, []).append(determination)
    left_out = [left.reason for left in answer.not_evaluated if not left.rule]
    read = [_result(row, resting, needing, left_out) for row in background.orders]
    return sorted([*read, *unread(background.problems)], key=lambda result: (result.file, result.line, result.id))


def _orders(finding: Finding) -> set[str]:
    return {row.id for row in finding.evidence.rows if row.table == ORDERS}


def _result(
    row: Row,
    resting: dict[str, list[Finding]],
    needing: dict[str, list[Determination]],
    left_out: Sequence[str],
) -> LineResult:
    name, origin = row.name_of_row, row.origin
    place = f"{origin.file}:{origin.line}: "
    problem = "; ".join(reason.removeprefix(place) for reason in left_out if reason.startswith(place))
    return LineResult(
        name, origin.line, origin.file, tuple(resting.get(name, ())), tuple(needing.get(name, ())), problem
    )


def unread(problems: Iterable[Problem]) -> Iterator[LineResult]:
    """A result for each line that could not be read, with all that is wrong in it."""
    wrong: dict[tuple[str, int], list[Problem]] = {}
    for problem in problems:
        wrong.setdefault((problem.file, problem.line), []).append(problem)
    for (file, line), found in wrong.items():
        name = next((one.about.row for one in found if one.about.row), "")
        yield LineResult(name, line, file, problem="; ".join(one.message for one in found))


def nameless(problems: Iterable[Problem]) -> Iterator[LineResult]:
    """The lines that could not be read and have no id, so that no decision names them."""
    return (result for result in unread(problems) if not result.id)
