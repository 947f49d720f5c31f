"""The verbs `audit` and `screen`: a world, and a world with an order, under the packs."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.cli.verb_context import Setting, read_orders, setting
from compliance.gc_pause import gc_paused
from compliance.reports.renderers import RENDERERS, Options

if TYPE_CHECKING:
    from collections.abc import Collection

    from compliance.answers.answer import Answer
    from compliance.reports.report_context import ReportContext

STATUS = """\
exit status:
  0  no finding at or over --fail-on    1  a definite finding at or over it
  3  a possible one, or something was not evaluated    2  an error in the input or the command
  130, 143  stopped by ctrl-C or SIGTERM    141  whoever reads the answer through a pipe went away
  Findings of rules that are enforced count, with --posture as-written those of rules that are only written too;
  a pack that is not law counts where --pack names it.
"""


def add_audit(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `audit`."""
    parser = verbs.add_parser(
        "audit",
        help="what holds of a fleet, its owners and its shipments on a day",
        description="Audits a world: what holds of a fleet, its owners and its shipments on a day.\n\n" + STATUS,
        examples=(
            "compliance audit fixtures/public_clusters_2026",
            "compliance audit fixtures/public_clusters_2026 --as-of 2026-06-30 --format json --fail-on violation",
            "compliance audit fixtures/dirty_fleet.yaml --pack us_ai_diffusion --posture as-written",
            "compliance audit fixtures/dirty_fleet.yaml --format html --output dirty_fleet.html",
        ),
    )
    shared.world(parser)
    _common(parser)
    parser.set_defaults(run=audit)


def add_screen(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `screen`."""
    parser = verbs.add_parser(
        "screen",
        help="which findings an order, or an order book, would give",
        description="Screens an order, or an order book, against a world: which findings would exist if it shipped.\n"
        "A line that cannot be read is reported and does not stop the others.\n\n" + STATUS,
        examples=(
            "compliance screen fixtures/order_book_world.yaml fixtures/order_book_200.csv",
            "compliance screen fixtures/order_book_world.yaml fixtures/order_book_200.csv --format csv",
            "compliance screen fixtures/order_book_world.yaml fixtures/officers_desk/december.xlsx"
            " --map fixtures/officers_desk/workbook.map.yaml",
        ),
    )
    shared.world(parser)
    parser.add_argument("order", metavar="ORDER", help="a file of `orders`: CSV, YAML or JSON, or a spreadsheet")
    shared.table_map(parser)
    parser.add_argument(
        "--sheet", metavar="SHEET", default="", help="the sheet of the spreadsheet that holds the orders"
    )
    _common(parser)
    parser.set_defaults(run=screen)


def _common(parser: Parser) -> None:
    shared.law(parser)
    shared.as_of(parser)
    shared.fail_on(parser, "review", "the least outcome that makes the exit status 1 or 3")
    shared.output(parser, *RENDERERS)
    parser.add_argument("--details", action="store_true", help="text in full: clauses, rows, sources, routes")


@gc_paused()
def audit(options: argparse.Namespace) -> int:
    """Audits and writes the answer."""
    output.check(options.output, RENDERERS[options.format].binary)
    found = setting(options)
    from compliance.decisions.audit import audit as evaluate
    from compliance.reports.report_context import ReportContext

    with working(f"Auditing as of {found.day}"):
        answer = evaluate(found.world, found.packs, found.day, options.posture)
        background = ReportContext.of(found.world, found.packs, found.day, name=options.world)
    return _answer(answer, background, options, found.named)


def screen(options: argparse.Namespace) -> int:
    """Screens and writes the answer; what is wrong with lines that were left out goes to standard error too."""
    output.check(options.output, RENDERERS[options.format].binary)
    found: Setting = setting(options)
    from compliance.decisions.screener import Screener
    from compliance.reports.report_context import ReportContext

    orders, problems = read_orders(options.order, found.world, options)
    with working(f"Screening {len(orders):,} lines as of {found.day}"):
        screener = Screener(found.world, found.packs, found.day, options.posture)
        answer = screener.screen_lines(orders, problems)
        background = ReportContext.of(
            found.world,
            found.packs,
            found.day,
            name=options.world,
            order=options.order,
            orders=orders,
            problems=problems,
        )
    for left in answer.not_evaluated:
        if left.reason.startswith(f"{options.order}:"):
            print(left.reason, file=sys.stderr)
    return _answer(answer, background, options, found.named)


def _answer(answer: Answer, background: ReportContext, options: argparse.Namespace, named: Collection[str]) -> int:
    from compliance.explain.finding_kinds import exit_status

    renderer = RENDERERS[options.format]
    with working("Writing the report"):
        made = renderer.render(answer, background, Options(output.look(options.output), options.details))
    output.emit(made, options.output, data=renderer.data)
    return exit_status(answer, options.fail_on, named)
