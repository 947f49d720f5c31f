"""The verb `import`: data of others read into a world."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.cli.parser import Parser
from compliance.cli.progress import reading, working
from compliance.errors import UsageError

if TYPE_CHECKING:
    from compliance.formats.gathering import Gathering

Kinds = argparse._SubParsersAction


def add_import(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `import` with a verb for each kind of data."""
    parser = verbs.add_parser(
        "import",
        help="make a world of data of others: bods, gleif, epoch-clusters",
        description="Makes a world of data of others. What is skipped, and why, goes to standard error.",
        examples=(
            "compliance import bods statements.json --output my_owners",
            "compliance import epoch-clusters FOLDER --output my_clusters",
        ),
    )
    kinds = parser.add_subparsers(metavar="KIND", required=True, dest="kind", parser_class=Parser)
    bods = _kind(
        kinds,
        "bods",
        "beneficial ownership statements (BODS 0.2 to 0.4)",
        "Reads statements of the Beneficial Ownership Data Standard: a list, or one a line; also .gz, .zip.\n"
        "Direct interests become stakes, controls, roles and ties; no holding is counted twice.",
    )
    bods.add_argument("file", metavar="FILE", help="the file of statements")
    bods.set_defaults(run=import_bods)
    gleif = _kind(
        kinds,
        "gleif",
        "legal entities and their accounting parents (GLEIF)",
        "Reads GLEIF's golden copy in XML, also .gz and .zip: entities, relationships, reporting exceptions.\n"
        "Accounting parents answer who the parent is, and are never added up as shares.",
        "lei.xml rr.xml repex.xml",
    )
    gleif.add_argument("files", metavar="FILE", nargs="+", help="files of any of the three kinds")
    gleif.set_defaults(run=import_gleif)
    epoch = _kind(
        kinds,
        "epoch-clusters",
        "Epoch AI's table of GPU clusters",
        "Reads `gpu_clusters.csv` of Epoch AI (epoch.ai/data/gpu-clusters, CC BY 4.0) from a folder.",
        "FOLDER",
    )
    epoch.add_argument("folder", metavar="FOLDER", help="the folder with gpu_clusters.csv")
    epoch.set_defaults(run=epoch_clusters)


def _kind(kinds: Kinds[Parser], name: str, told: str, description: str, given: str = "FILE") -> Parser:
    """A kind of data and where its world goes."""
    example = f"compliance import {name} {given} --output my_world"
    parser = kinds.add_parser(name, help=told, description=description, examples=(example,))
    where = "a new folder" if given != "FOLDER" else "a new folder, or a file that ends in .yaml"
    parser.add_argument("--output", metavar="WORLD", help=where)
    return parser


def import_bods(options: argparse.Namespace) -> int:
    """Imports statements of beneficial ownership."""
    from compliance.formats import bods

    path = Path(options.file)

    def read(gathering: Gathering) -> None:
        with reading(path) as progress:
            bods.import_bods(path, gathering, progress)

    return _import(options, options.file, read)


def import_gleif(options: argparse.Namespace) -> int:
    """Imports legal entities and their accounting parents."""
    from compliance.formats import gleif

    def read(gathering: Gathering) -> None:
        for path in map(Path, options.files):
            with reading(path) as progress:
                gleif.import_gleif(path, gathering, progress)
        gleif.finish(gathering)

    return _import(options, ", ".join(options.files), read)


def _import(options: argparse.Namespace, source: str, read: Callable[[Gathering], None]) -> int:
    """Runs an import into `--output`, and tells what it read."""
    from compliance.formats.importing import import_world

    account, made = import_world(_output(options), source, read)
    print(account.text(made).rstrip("\n"), file=sys.stderr)
    return 0


def _output(options: argparse.Namespace) -> Path:
    if options.output is None:
        raise UsageError(f"compliance import {options.kind}: needs --output, the world to write")
    return Path(options.output)


def epoch_clusters(options: argparse.Namespace) -> int:
    """Imports Epoch AI's clusters."""
    output = _output(options)
    from compliance.formats import epoch_clusters as epoch
    from compliance.rulebook.folder import rules_folder
    from compliance.world.chips import Catalogue

    with working(f"Reading {options.folder}"):
        imported = epoch.import_epoch_clusters(Path(options.folder), Catalogue.load(rules_folder()))
        epoch.write_world(imported, output)
    print(epoch.report(imported).rstrip("\n"), file=sys.stderr)
    return 0
