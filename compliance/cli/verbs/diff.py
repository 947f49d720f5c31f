"""The verb `diff`: what changes between packs, dates and postures."""

from __future__ import annotations

import argparse
import sys

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.cli.verb_context import read_orders, read_world, today
from compliance.errors import UsageError


def add_diff(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `diff`."""
    parser = verbs.add_parser(
        "diff",
        help="which findings appear, go and change between packs, dates or postures",
        description="Audits one world twice (with ORDER: screens the order twice) and tells the difference. A side is\n"
        "PACK[@DATE][:POSTURE]; `default` stands for the packs of the day, several packs are parted by commas.\n"
        "What is on record is judged by the law of its own date. Between two days the answer therefore also tells\n"
        "what each kind of dealing on record would meet if one unit of it were done again on each of the days, which\n"
        "law differs, and whose owners start or cease to count.",
        examples=(
            "compliance diff fixtures/order_book_world.yaml --from default@2026-11-09 --to default@2026-11-10",
            "compliance diff fixtures/dirty_fleet.yaml --from default:as-written --to default:as-enforced",
            "compliance diff fixtures/dirty_fleet.yaml --from diffusion_headline --to us_ai_diffusion:as-written",
        ),
    )
    shared.world(parser)
    parser.add_argument("order", metavar="ORDER", nargs="?", help="a file of `orders`: CSV, YAML or JSON")
    parser.add_argument("--from", dest="before", metavar="SIDE", help="PACK[@DATE][:POSTURE]")
    parser.add_argument("--to", dest="after", metavar="SIDE", help="PACK[@DATE][:POSTURE]")
    shared.output(parser, "text", "json")
    parser.set_defaults(run=diff)


def diff(options: argparse.Namespace) -> int:
    """Answers `diff`."""
    output.check(options.output)
    for name, value in (("from", options.before), ("to", options.after)):
        if value is None:
            raise UsageError(f"{options.parser.prog}: needs --{name} (see {options.parser.prog} --help)")
    world = read_world(options.world)
    orders, problems = read_orders(options.order, world) if options.order is not None else ([], [])
    for problem in problems:
        print(problem, file=sys.stderr)
    from compliance.decisions.diff.diff import diff as ask
    from compliance.reports.text.change_text import diff_text

    with working("Looking at both sides"):
        dated = world if world.as_of else world.at(today())
        answer = ask(dated, options.before, options.after, orders, problems)
    if options.format == "json":
        output.emit(output.as_json(answer), options.output, data=True)
    else:
        output.emit(diff_text(answer, output.look(options.output)), options.output, data=False)
    return 0
