"""The verb `generate`: a made-up world of any size, to try and to measure on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.errors import UsageError


def add_generate(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `generate`."""
    parser = verbs.add_parser(
        "generate",
        help="make up a world of any size, to try and to measure on",
        description="Makes up a registry of companies (owners by a power law, circles, ranges, gaps, listings) and\n"
        "shipments to them. Nobody in it is real. The same numbers and seed give the same world.",
        examples=("compliance generate --companies 10000 --shipments 1000 --seed 7 --output made_up",),
    )
    parser.add_argument("--companies", metavar="N", type=int, help="how many companies")
    parser.add_argument("--shipments", metavar="M", type=int, default=0, help="how many shipments (default: none)")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="which of all such worlds (default: 0)")
    parser.add_argument("--output", metavar="WORLD", help="a new folder")
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv", metavar="FORMAT", help="csv or parquet")
    parser.set_defaults(run=generate)


def generate(options: argparse.Namespace) -> int:
    """Writes a made-up world."""
    for name in ("companies", "output"):
        if getattr(options, name) is None:
            raise UsageError(f"compliance generate: needs --{name}")
    if options.seed < 0:
        raise UsageError("compliance generate: --seed is zero or more")
    from compliance.generate.write import generate as write

    with working(f"Making up {options.companies:,} companies"):
        rows = write(options.companies, options.shipments, options.seed, Path(options.output), options.format)
    told = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    print(f"{options.output}: {told}", file=sys.stderr)
    return 0
