"""The verb `import`: data of others read into a world."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.errors import UsageError


def add_import(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `import` with a verb for each kind of data."""
    parser = verbs.add_parser(
        "import",
        help="make a world of data of others: epoch-clusters",
        description="Makes a world of data of others. What is skipped, and why, goes to standard error.",
        examples=("compliance import epoch-clusters FOLDER --output my_clusters",),
    )
    kinds = parser.add_subparsers(metavar="KIND", required=True, dest="kind", parser_class=Parser)
    epoch = kinds.add_parser(
        "epoch-clusters",
        help="Epoch AI's table of GPU clusters",
        description="Reads `gpu_clusters.csv` of Epoch AI (epoch.ai/data/gpu-clusters, CC BY 4.0) from a folder.",
        examples=("compliance import epoch-clusters FOLDER --output my_clusters",),
    )
    epoch.add_argument("folder", metavar="FOLDER", help="the folder with gpu_clusters.csv")
    epoch.add_argument("--output", metavar="WORLD", help="a new folder, or a file that ends in .yaml")
    epoch.set_defaults(run=epoch_clusters)


def epoch_clusters(options: argparse.Namespace) -> int:
    """Imports Epoch AI's clusters."""
    if options.output is None:
        raise UsageError("compliance import epoch-clusters: needs --output, the world to write")
    from compliance.formats import epoch_clusters as epoch
    from compliance.rulebook.folder import rules_folder
    from compliance.world.chips import Catalogue

    with working(f"Reading {options.folder}"):
        imported = epoch.import_epoch_clusters(Path(options.folder), Catalogue.load(rules_folder()))
        epoch.write_world(imported, Path(options.output))
    print(epoch.report(imported).rstrip("\n"), file=sys.stderr)
    return 0
