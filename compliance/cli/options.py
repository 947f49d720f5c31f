"""The options that several verbs share, with what their values may be."""

from __future__ import annotations

import argparse
from datetime import date

from compliance import units
from compliance.cli.parser import Parser
from compliance.resources import size

POSTURES = ("as-written", "as-enforced", "both")
OUTCOMES = ("violation", "license_required", "review")
MOST_THREADS = 1_024
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


def large(parser: Parser) -> None:
    """What worlds of many lines need: rows that are set aside, memory, processors."""
    told = "rows that cannot be read go to this file, with file, line and reason, and the others are looked at"
    parser.add_argument("--set-aside", metavar="FILE", help=f"{told}; what they could decide is not known")
    told = "memory to keep to, such as 8GB; what a database needs beyond it goes to disk (default: what there is)"
    parser.add_argument("--memory", metavar="SIZE", type=memory, help=told)
    told = "processors to use at once (default: all)"
    parser.add_argument("--threads", metavar="N", type=threads, help=told)


def memory(text: str) -> int:
    """Bytes of an option."""
    try:
        return size(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def threads(text: str) -> int:
    """How many at once."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_THREADS:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of processors; give 1 to {MOST_THREADS:,}")
    return int(text)


def output(parser: Parser, *formats: str) -> None:
    """--format and --output."""
    said = f"{_join_with_or(formats)} (default: {formats[0]})"
    parser.add_argument("--format", choices=formats, default=formats[0], metavar="FORMAT", help=said)
    parser.add_argument("--output", metavar="FILE", help="write there instead of to the terminal")


def _join_with_or(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else words[0]
