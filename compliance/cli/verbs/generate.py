"""The verb `generate`: a made-up world of any size, to try and to measure on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.errors import UsageError, near

DIFFICULTIES = ("easy", "medium", "hard")
_LEVELS = f"of the schemes: {', '.join(DIFFICULTIES)} or all (default: medium)"


def add_generate(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `generate`."""
    parser = verbs.add_parser(
        "generate",
        help="make up a world of any size, to try and to measure on",
        description="Makes up a registry of companies (owners by a power law, circles, ranges, gaps, listings) and\n"
        "shipments to them. Nobody in it is real. The same numbers and seed give the same world.\n"
        "With --schemes it makes up a market instead: companies with addresses, telephones, directors, groups and\n"
        "purchases, so many planted schemes among them, and beside it WORLD.labels.json, which says who they are.",
        examples=(
            "compliance generate --companies 10000 --shipments 1000 --seed 7 --output made_up",
            "compliance generate --companies 10000 --shipments 10000 --schemes 20 --difficulty hard --output market",
            "compliance generate --knobs",
        ),
    )
    parser.add_argument("--companies", metavar="N", type=int, help="how many companies")
    parser.add_argument("--shipments", metavar="M", type=int, default=0, help="how many shipments (default: none)")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="which of all such worlds (default: 0)")
    parser.add_argument("--output", metavar="WORLD", help="a new folder")
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv", metavar="FORMAT", help="csv or parquet")
    parser.add_argument("--schemes", metavar="N", type=int, help="a market with so many schemes planted; may be 0")
    parser.add_argument("--difficulty", choices=(*DIFFICULTIES, "all"), default="medium", metavar="D", help=_LEVELS)
    parser.add_argument("--only", metavar="PATTERN", action="append", default=[], help="plant this pattern (repeat it)")
    parser.add_argument("--background", metavar="PATH", help="a real register, in Parquet or CSV, as background")
    parser.add_argument("--stakes", metavar="PATH", help="real stakes from filings, in Parquet or CSV, as background")
    parser.add_argument("--labels", metavar="FILE", help="where the labels go (default: WORLD.labels.json)")
    parser.add_argument("--knobs", action="store_true", help="show what a market is made of, and stop")
    parser.set_defaults(run=generate)


def generate(options: argparse.Namespace) -> int:
    """Writes a made-up world."""
    if options.knobs:
        from compliance.generate.market.knobs import table

        output.emit(f"{table()}\n", None, data=False)
        return 0
    for name in ("companies", "output"):
        if getattr(options, name) is None:
            raise UsageError(f"compliance generate: needs --{name}")
    if options.seed < 0:
        raise UsageError("compliance generate: --seed is zero or more")
    from compliance.generate.write import generate as write

    with working(f"Making up {options.companies:,} companies"):
        if options.schemes is None:
            rows = write(options.companies, options.shipments, options.seed, Path(options.output), options.format)
        else:
            rows = _market(options)
    told = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    print(f"{options.output}: {told}", file=sys.stderr)
    return 0


def _market(options: argparse.Namespace) -> dict[str, int]:
    from compliance.generate.market.make import PATTERNS
    from compliance.generate.write import generate_market

    for name in options.only:
        if name not in PATTERNS:
            raise UsageError(f"there is no pattern `{name}`; one of {', '.join(PATTERNS)}.{near(name, PATTERNS)}")
    files = {name: Path(v) if (v := getattr(options, name)) else None for name in ("background", "stakes", "labels")}
    return generate_market(
        options.companies,
        options.shipments,
        options.seed,
        Path(options.output),
        options.format,
        schemes=options.schemes,
        difficulty=options.difficulty,
        only=options.only,
        **files,
    )
