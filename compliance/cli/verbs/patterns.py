"""The verb `patterns`: groups of buyers that look like one hand, and buyers that look like shells."""

from __future__ import annotations

import argparse
from typing import Any

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.cli.verb_context import parameters, read_world, today
from compliance.errors import UsageError
from compliance.reports.renderers import PATTERN_RENDERERS, Drawings, Options


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
            "compliance patterns fixtures/twelve_shells_at_1699.yaml --format svg --output shells.svg",
            "compliance patterns fixtures/twelve_shells_at_1699.yaml --format yaml --output signs.yaml",
        ),
    )
    shared.world(parser)
    shared.as_of(parser)
    told = "only this pattern (may be repeated)"
    parser.add_argument("--pattern", metavar="PATTERN", action="append", default=[], help=told)
    told = "another value for a parameter of rules/shared/patterns.yaml; the answer says so"
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], dest="sets", help=told)
    told = "as `audit` takes it; patterns are the same under all packs and postures (their limit is of rules/shared)"
    parser.add_argument("--pack", metavar="PACK", action="append", default=[], help=told)
    shared.posture(parser)
    told = "the N-th of these groups alone (a picture in svg is of the first, if not told)"
    parser.add_argument("--group", metavar="N", type=int, help=told)
    shared.output(parser, *PATTERN_RENDERERS)
    parser.set_defaults(run=patterns, adds_table="signs")


def patterns(options: argparse.Namespace) -> int:
    """Answers `patterns`."""
    output.check(options.output, PATTERN_RENDERERS[options.format].binary)
    world = read_world(options.world)
    from compliance.detection.detectors import answer_of
    from compliance.detection.detectors import patterns as ask
    from compliance.rulebook.packs import load_packs

    if options.pack:
        load_packs(tuple(options.pack))

    as_of = options.as_of or world.as_of or today()
    with working("Looking for patterns"):
        answer = ask(world, as_of, options.pattern, parameters(options.sets))
    if options.group is not None or options.format == "svg":
        answer = answer_of(answer["as_of"], _select_group(answer["groups"], options.group or 1), answer["assumptions"])
    renderer = PATTERN_RENDERERS[options.format]

    def pictures() -> list[dict[str, Any]]:
        from compliance.detection.group_picture import picture

        return [picture(world, group) for group in answer["groups"]]

    made = renderer.render(
        answer, Drawings(options.world, pictures, options.pattern), Options(output.look(options.output))
    )
    output.emit(made, options.output, data=renderer.data)
    return 0


def _select_group(groups: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    if not 1 <= number <= len(groups):
        told = f"there is no group {number}: {len(groups)} found" if groups else "no group was found"
        raise UsageError(f"compliance patterns: {told}")
    return [groups[number - 1]]
