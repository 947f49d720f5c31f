"""The verb `patterns`: groups of buyers that look like one hand, and buyers that look like shells."""

from __future__ import annotations

import argparse
import json

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.cli.setting import parameters, read_world, today


def add_patterns(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `patterns`."""
    parser = verbs.add_parser(
        "patterns",
        help="groups of buyers that look like one hand, and buyers that look like shells",
        description="Looks for buyers that split purchases among companies and for signs of shell companies. What it\n"
        "finds is evidence with its weight, never a verdict: each is for a person to look at.",
        examples=(
            "compliance patterns fixtures/twelve_shells_at_1699.yaml",
            "compliance patterns fixtures/twelve_shells_at_1699.yaml --pattern split_evasion --format json",
        ),
    )
    shared.world(parser)
    shared.as_of(parser)
    told = "only this pattern (may be repeated)"
    parser.add_argument("--pattern", metavar="PATTERN", action="append", default=[], help=told)
    told = "another value for a parameter of rules/shared/patterns.yaml; the answer says so"
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], dest="sets", help=told)
    shared.output(parser, "text", "json")
    parser.set_defaults(run=patterns)


def patterns(options: argparse.Namespace) -> int:
    """Answers `patterns`."""
    output.check(options.output)
    world = read_world(options.world)
    from compliance.reports.patterns import patterns_text
    from compliance.traces.find import patterns as ask

    as_of = options.as_of or world.as_of or today()
    with working("Looking for patterns"):
        answer = ask(world, as_of, options.pattern, parameters(options.sets))
    if options.format == "json":
        output.emit(json.dumps(answer, ensure_ascii=False, indent=2) + "\n", options.output, data=True)
    else:
        output.emit(patterns_text(answer, output.look(options.output)), options.output, data=False)
    return 0
