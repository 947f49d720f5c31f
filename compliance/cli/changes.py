"""The verb `diff`: what changes between packs, dates and postures."""

from __future__ import annotations

import argparse

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.cli.setting import read_world, today
from compliance.errors import UsageError


def add_diff(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `diff`."""
    parser = verbs.add_parser(
        "diff",
        help="which findings appear, go and change between packs, dates or postures",
        description="Audits one world twice and tells the difference. A side is PACK[@DATE][:POSTURE];\n"
        "`default` stands for the packs of the day, several packs are parted by commas.",
        examples=(
            "compliance diff fixtures/dirty_fleet.yaml --from default:as-written --to default:as-enforced",
            "compliance diff fixtures/dirty_fleet.yaml --from diffusion_headline --to us_ai_diffusion:as-written",
        ),
    )
    shared.world(parser)
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
    from compliance.decisions.diff import diff as ask
    from compliance.reports.changes import diff_text

    with working("Auditing both sides"):
        answer = ask(world if world.as_of else world.at(today()), options.before, options.after)
    if options.format == "json":
        output.emit(output.as_json(answer), options.output, data=True)
    else:
        output.emit(diff_text(answer, output.look(options.output)), options.output, data=False)
    return 0
