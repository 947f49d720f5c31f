"""The options that several verbs share, with what their values may be."""

from __future__ import annotations

import argparse
from datetime import date

from compliance import units
from compliance.cli.parser import Parser

POSTURES = ("as-written", "as-enforced", "both")
OUTCOMES = ("violation", "license_required", "review")
UNDISCLOSED = ("closed", "red_flag", "open")


def day(text: str) -> date:
    """A day of an option."""
    try:
        return units.within_reach(units.day(text))
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def world(parser: Parser) -> None:
    """WORLD."""
    parser.add_argument("world", metavar="WORLD", help="a world: a YAML or JSON file, or a folder with a table a file")


def as_of(parser: Parser, without: str = "the world's own `as_of`, else today") -> None:
    """--as-of; `without` is what holds where none is given."""
    told = f"the day asked about, 2025-06-30 (default: {without})"
    parser.add_argument("--as-of", metavar="DAY", type=day, help=told)


def law(parser: Parser) -> None:
    """Which packs are asked, read in which way, with which parameters."""
    told = "packs by id, or folders that hold one (default: those in force or codified on the day)"
    parser.add_argument("--pack", metavar="PACK", action="append", default=[], help=told)
    posture(parser)
    told = "another value for a parameter of the packs, several allowed; the answer says so"
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], dest="sets", help=told)


def posture(parser: Parser) -> None:
    """--posture."""
    told = "the law as written, as the authority enforces it, or both (the default)"
    parser.add_argument(
        "--posture", choices=POSTURES, default="both", metavar="POSTURE", help=f"{told}: {_join_with_or(POSTURES)}"
    )


def table_map(parser: Parser) -> None:
    """--map."""
    told = "what the columns of a spreadsheet mean; written where it is not there (default: beside the world)"
    parser.add_argument("--map", metavar="MAP.yaml", help=told)


def fail_on(parser: Parser, default: str, told: str) -> None:
    """--fail-on."""
    said = f"{told}: {_join_with_or(OUTCOMES)} (default: {default})"
    parser.add_argument("--fail-on", choices=OUTCOMES, default=default, metavar="OUTCOME", help=said)


def output(parser: Parser, *formats: str) -> None:
    """--format and --output."""
    said = f"{_join_with_or(formats)} (default: {formats[0]})"
    parser.add_argument("--format", choices=formats, default=formats[0], metavar="FORMAT", help=said)
    parser.add_argument("--output", metavar="FILE", help="write there instead of to the terminal")


def _join_with_or(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else words[0]
