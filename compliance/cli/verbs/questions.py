"""The verbs `headroom`, `own` and `chips`: questions that have one short answer."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.cli.verb_context import day_of, read_world, setting
from compliance.errors import UsageError


def add_headroom(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `headroom`."""
    parser = verbs.add_parser(
        "headroom",
        help="how many of a chip may still go to somebody, and what binds",
        description="How many units of a chip a consignee may still get, or an operator still build, by each route:\n"
        "the largest quantity that adds and worsens no finding, the rule that binds, and the next one.\n"
        "With --country alone: who can still build how much there, a table of all operators of the world.",
        examples=(
            "compliance headroom fixtures/public_clusters_2026 --chip H100 --country MY",
            "compliance headroom fixtures/public_clusters_2026 --chip H100 --operator microsoft --country MY",
            "compliance headroom fixtures/clean_fleet.yaml --chip H100 --consignee university --authorization LPP",
            "compliance headroom fixtures/dirty_fleet.yaml --chip H100 --consignee lotus --end-user basalt",
        ),
    )
    shared.world(parser)
    parser.add_argument("--chip", metavar="CHIP", help="a chip or a product by name")
    parser.add_argument("--consignee", metavar="ID", help="who gets the chips")
    parser.add_argument("--operator", metavar="ID", help="who runs them; the answer has megawatts too")
    parser.add_argument("--country", metavar="CC", help="where to (default: the site's, else the headquarters')")
    parser.add_argument("--site", metavar="ID", help="the site that they go to")
    parser.add_argument("--exporter", metavar="ID", help="who sends them")
    parser.add_argument("--end-user", metavar="ID", help="who uses them (default: the consignee)")
    parser.add_argument("--authorization", metavar="A", help="one route only, such as LPP or license")
    shared.law(parser)
    shared.as_of(parser)
    shared.fail_on(parser, "license_required", "the least outcome that binds")
    shared.output(parser, "text", "json", "csv", "md")
    parser.set_defaults(run=headroom)


def add_own(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `own`."""
    parser = verbs.add_parser(
        "own",
        help="who is caught by owners on a list, whose parent is whom, who holds how much",
        description="Asks a test of ownership of parties (without any: of every company).",
        examples=(
            "compliance own fixtures/dirty_fleet.yaml --test parent",
            "compliance own fixtures/dirty_fleet.yaml --test bis --undisclosed red_flag --format json",
            "compliance own fixtures/dirty_fleet.yaml ring-a --test bis --format svg --output ring-a.svg",
        ),
    )
    shared.world(parser)
    parser.add_argument("parties", metavar="PARTY", nargs="*", help="parties by id")
    parser.add_argument(
        "--test", metavar="TEST", help="ofac, bis, eu, uk, parent, share, beneficial, or that of another pack"
    )
    shared.as_of(parser)
    told = "what nobody disclosed is held by nobody listed (closed), could be theirs where they hold something "
    said = told + "(red_flag), or could always be theirs (open)"
    parser.add_argument("--undisclosed", choices=shared.UNDISCLOSED, default="closed", metavar="HOW", help=said)
    parser.add_argument("--owner", metavar="ID", help="whose share, for the test share")
    told = "for the test beneficial: owners with at least 25 percent (the default), or with more: >25"
    parser.add_argument("--threshold", metavar="PERCENT", default="25", help=told)
    shared.posture(parser)
    shared.output(parser, "text", "json", "dot", "svg", "html")
    parser.set_defaults(run=own)


def add_chips(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `chips`."""
    parser = verbs.add_parser(
        "chips",
        help="TPP, performance density and paragraph of ECCN 3A090 of chips on a day",
        description="What the law makes of chips on a day (without names: of the whole catalogue).",
        examples=(
            "compliance chips H100 H20 --as-of 2026-01-15",
            "compliance chips --as-of 2022-10-07 --format json",
        ),
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="chips by name or alias")
    parser.add_argument("--world", metavar="WORLD", help="a world whose `chips` add to the catalogue")
    shared.as_of(parser)
    shared.output(parser, "text", "json")
    parser.set_defaults(run=chips)


def headroom(options: argparse.Namespace) -> int:
    """Answers `headroom`."""
    output.check(options.output)
    _need(options, "chip")
    for_all = options.consignee is None and options.operator is None
    if for_all and options.country is None:
        raise UsageError(
            "compliance headroom: needs --consignee or --operator, or --country for a table of all operators"
        )
    if not for_all and options.format in ("csv", "md"):
        raise UsageError(f"compliance headroom: --format {options.format} is for the table of all operators")
    found = setting(options)
    from compliance.decisions.world_headroom import headroom as ask
    from compliance.reports.text.headroom_text import headroom_text
    from compliance.reports.text.operator_table import operators_csv, operators_markdown, operators_text

    with working(f"Working out the headroom as of {found.day}"):
        answer = ask(
            found.world,
            chip=options.chip,
            consignee=options.consignee,
            operator=options.operator,
            country=options.country,
            site=options.site,
            exporter=options.exporter,
            end_user=options.end_user,
            authorization=options.authorization,
            packs=found.packs,
            as_of=found.day,
            posture=options.posture,
            fail_on=options.fail_on,
            named=found.named,
        )
    if options.format in ("csv", "md"):
        output.emit(
            (operators_csv if options.format == "csv" else operators_markdown)(answer), options.output, data=True
        )
        return 0
    return _reply(answer, operators_text if for_all else headroom_text, options)


def own(options: argparse.Namespace) -> int:
    """Answers `own`."""
    output.check(options.output)
    _need(options, "test")
    world = read_world(options.world)
    from compliance.decisions.ownership_questions import own as ask
    from compliance.reports.text.short_text import own_text

    asked: dict[str, Any] = {
        "test": options.test,
        "as_of": day_of(options, world),
        "undisclosed": options.undisclosed,
        "posture": options.posture,
    }
    with working("Following the owners"):
        answer = ask(world, options.parties, owner=options.owner, threshold=options.threshold, **asked)
    if options.format in ("text", "json"):
        return _reply(answer, own_text, options)
    from compliance.decisions.ownership_questions import picture
    from compliance.reports import ownership_picture as draw

    drawn = picture(world, options.parties, **asked)
    text = {
        "dot": lambda: draw.dot(drawn),
        "svg": lambda: draw.svg(drawn),
        "html": lambda: draw.page(drawn, own_text(answer, output.look("page"))),
    }[options.format]()
    output.emit(text, options.output, data=True)
    return 0


def chips(options: argparse.Namespace) -> int:
    """Answers `chips`."""
    output.check(options.output)
    world = read_world(options.world) if options.world is not None else None
    from compliance.decisions.chip_questions import chips as ask
    from compliance.reports.text.short_text import chips_text

    return _reply(ask(options.names, world, day_of(options, world)), chips_text, options)


def _need(options: argparse.Namespace, name: str) -> None:
    if getattr(options, name) is None:
        raise UsageError(f"{options.parser.prog}: needs --{name} (see {options.parser.prog} --help)")


def _reply(answer: dict[str, Any], text: Callable[..., str], options: argparse.Namespace) -> int:
    if options.format == "json":
        output.emit(output.as_json(answer), options.output, data=True)
    else:
        output.emit(text(answer, output.look(options.output)), options.output, data=False)
    return 0
