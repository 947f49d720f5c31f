"""The verb `import`: data of others read into a world."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.cli import options as given
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import reading, working
from compliance.errors import UsageError, near
from compliance.gc_pause import gc_paused

if TYPE_CHECKING:
    from compliance.imports.row_buffer import RowBuffer

Kinds = argparse._SubParsersAction
_OF_ONE_FILE = {
    "bods": (
        "beneficial ownership statements (BODS 0.2 to 0.4)",
        "Reads statements of the Beneficial Ownership Data Standard: a list, or one a line. Direct interests become\n"
        "stakes, controls, roles and ties; no holding is counted twice.",
    ),
    "ftm": (
        "FollowTheMoney entities",
        "Reads entities of FollowTheMoney, one a line: companies, people, ownership, directors, sanctions.",
    ),
    "uk-psc": (
        "UK people with significant control",
        "Reads the snapshot of Companies House, one record a line: natures of control become bands of percent.",
    ),
}
"""What a reader of one file is, and what it reads."""
_READERS = {"bods": "bods.bods", "csl": "lists.csl", "ftm": "registers.ftm", "uk-psc": "registers.uk_psc"}
"""The modules of `imports` that read one file, by kind."""


def add_import(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `import` with a verb for each kind of data."""
    parser = verbs.add_parser(
        "import",
        help="make a world of data of others: bods, ftm, uk-psc, gleif, csl, stakes, epoch-clusters, table",
        description="Makes a world of data of others. What is skipped, and why, goes to standard error.",
        examples=(
            "compliance import table fixtures/officers_desk/workbook.xlsx"
            " --map fixtures/officers_desk/workbook.map.yaml --output my_customers",
            "compliance import bods fixtures/owners_by_statements.json --output my_owners",
            "compliance import epoch-clusters FOLDER --output my_clusters",
        ),
    )
    kinds = parser.add_subparsers(metavar="KIND", required=True, dest="kind", parser_class=Parser)
    for kind, (told, description) in _OF_ONE_FILE.items():
        single = _kind(kinds, kind, told, description)
        single.add_argument("file", metavar="FILE", help="the file; .gz and .zip too")
        single.set_defaults(run=import_file)
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
    _add_csl(kinds)
    stakes = _kind(
        kinds, "stakes", "a plain CSV of stakes", "Reads owner, owned and percent, one holding a row.", "held.csv"
    )
    stakes.add_argument("file", metavar="FILE", help="the table; .gz and .zip too")
    told = "which column of the file is which field of a stake: owner=holder (default: the column of that name)"
    stakes.add_argument("--column", metavar="FIELD=COLUMN", action="append", default=[], dest="columns", help=told)
    told = "what the shares of the file are: percent, or fractions of one (default: percent, if one is over 1)"
    stakes.add_argument("--unit", choices=("percent", "fraction"), default="", help=told)
    stakes.set_defaults(run=import_stakes)
    epoch = _kind(
        kinds,
        "epoch-clusters",
        "Epoch AI's table of GPU clusters",
        "Reads `gpu_clusters.csv` of Epoch AI (epoch.ai/data/gpu-clusters, CC BY 4.0) from a folder.",
        "FOLDER",
    )
    epoch.add_argument("folder", metavar="FOLDER", help="the folder with gpu_clusters.csv")
    epoch.set_defaults(run=epoch_clusters)
    _add_table(kinds)


def _add_csl(kinds: Kinds[Parser]) -> None:
    """`import csl`, alone or matched to a world."""
    csl = _kind(
        kinds,
        "csl",
        "parties on the US Consolidated Screening List",
        "Reads the government's JSON or CSV (api.trade.gov), or a table in Parquet. With --match listings go to the\n"
        "parties of a world: by identifier or by a person's decision. A like name is shown and lists nobody.",
        "consolidated.json",
    )
    csl.add_argument("file", metavar="FILE", help="the list, as JSON, CSV or Parquet")
    csl.add_argument("--match", metavar="WORLD", help="the world whose parties are looked for on the list")
    told = "what people decided: rows {party, listed, verdict: same or different, until, by, note}, YAML or CSV"
    csl.add_argument("--decisions", metavar="FILE", help=told)
    csl.add_argument("--candidates", metavar="FILE", help="write what is to be decided there, as CSV of such rows")
    told = "the day of the lists, where the file tells none, as the CSV does (default: of no stated day)"
    csl.add_argument("--list-day", metavar="DAY", type=given.day, help=told)
    told = "from which likeness of names, 0 to 100, a match is shown (default: 85)"
    csl.add_argument("--likely", metavar="N", type=_likeness, default=85, help=told)
    given.as_of(csl)
    csl.set_defaults(run=import_csl)


def _add_table(kinds: Kinds[Parser]) -> None:
    """`import table`: a spreadsheet as an office or an ERP writes it."""
    table = _kind(
        kinds,
        "table",
        "a spreadsheet: XLSX, XLS, ODS or CSV of customers, orders, stakes or sites",
        "Reads workbooks as they are. What each column means, and how its values are written, goes to a map; what can\n"
        "be read in two ways is asked there, and nothing is read until it is decided. The map is used again next time.",
        "fixtures/officers_desk/workbook.xlsx --map fixtures/officers_desk/workbook.map.yaml",
    )
    table.add_argument("file", metavar="FILE", help="the workbook, or a text table of any separator and encoding")
    table.add_argument(
        "--sheet", metavar="SHEET", default="", help="the one sheet to read (default: all that are tables)"
    )
    told = "the table that it is, such as orders (default: told by its columns)"
    table.add_argument("--as", metavar="TABLE", default="", dest="table", help=told)
    given.table_map(table)
    table.set_defaults(run=import_table)


def _list_day(options: argparse.Namespace) -> str:
    """The day that the user states for lists, as a row has it."""
    stated = getattr(options, "list_day", None)
    return stated.isoformat() if stated else ""


def _likeness(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"`{text}` is no whole number from 1 to 100")
    return int(text)


def _kind(kinds: Kinds[Parser], name: str, told: str, description: str, of: str = "FILE") -> Parser:
    """A kind of data and where its world goes."""
    example = f"compliance import {name} {of} --output my_world"
    parser = kinds.add_parser(name, help=told, description=description, examples=(example,))
    where = "a new folder" if of != "FOLDER" else "a new folder, or a file that ends in .yaml"
    parser.add_argument("--output", metavar="WORLD", help=where)
    return parser


def import_file(options: argparse.Namespace) -> int:
    """Imports one file by the reader of its kind."""
    path = Path(options.file)
    reader = getattr(
        import_module(f"compliance.imports.{_READERS[options.kind]}"), f"import_{options.kind.replace('-', '_')}"
    )

    def read(gathering: RowBuffer) -> None:
        gathering.account.list_day = _list_day(options)
        with reading(path) as progress:
            reader(path, gathering, progress)

    return _import(options, options.file, read)


def import_stakes(options: argparse.Namespace) -> int:
    """Imports a plain table of stakes."""
    from compliance.imports import stake_table as stakes

    path, columns = Path(options.file), stakes.column_names(options.columns)

    def read(gathering: RowBuffer) -> None:
        with reading(path) as progress:
            stakes.import_stakes(path, gathering, progress, columns, options.unit)

    return _import(options, options.file, read)


def import_gleif(options: argparse.Namespace) -> int:
    """Imports legal entities and their accounting parents."""
    from compliance.imports.registers import gleif

    def read(gathering: RowBuffer) -> None:
        for path in map(Path, options.files):
            with reading(path) as progress:
                gleif.import_gleif(path, gathering, progress)
        gleif.finish(gathering)

    return _import(options, ", ".join(options.files), read)


def import_csl(options: argparse.Namespace) -> int:
    """Imports the screening list, or lists the parties of a world that stand on it."""
    if options.match is not None:
        return _match(options)
    for option in ("decisions", "candidates"):
        if getattr(options, option) is not None:
            raise UsageError(f"compliance import csl: --{option} needs --match, the world whose parties are matched")
    return import_file(options)


@gc_paused()
def _match(options: argparse.Namespace) -> int:
    """Lists the parties of a world that stand on the screening list."""
    from compliance.imports.import_report import ImportReport
    from compliance.imports.lists.csl import listed_parties
    from compliance.imports.lists.list_matching import Parties
    from compliance.imports.lists.match_decisions import read_verdicts
    from compliance.imports.lists.matched_world import match, write_matched
    from compliance.world.io.load import load_world

    place, account = _output(options), ImportReport(options.file, list_day=_list_day(options))
    output.check(options.candidates)
    world = load_world(options.match)
    verdicts = read_verdicts(Path(options.decisions), world) if options.decisions else {}
    with reading(Path(options.file)) as progress:
        parties = Parties(listed_parties(Path(options.file), account, progress))
    day = options.as_of or world.as_of or date.today()
    with working(f"Looking for {options.match} on {options.file}"):
        made = match(world, parties, verdicts, day, options.likely)
    write_matched(Path(options.match), world, made, place, account.lists_loaded(), account.lists_not_whole())
    if options.candidates:
        output.emit(made.table(), options.candidates, data=True)
    print(made.text(), end="")
    print(account.text({"listings": len(made.listings)}).rstrip("\n"), file=sys.stderr)
    gc.freeze()  # the process ends: a last search for garbage among all names takes a second
    return 0


def _import(options: argparse.Namespace, source: str, read: Callable[[RowBuffer], None]) -> int:
    """Runs an import into `--output`, and tells what it read."""
    from compliance.imports.import_run import import_world

    account, made = import_world(_output(options), source, read)
    print(account.text(made).rstrip("\n"), file=sys.stderr)
    return 0


def _output(options: argparse.Namespace) -> Path:
    if options.output is None:
        raise UsageError(f"compliance import {options.kind}: needs --output, the world to write")
    return Path(options.output)


def import_table(options: argparse.Namespace) -> int:
    """Imports a spreadsheet by its map."""
    place = _output(options)
    from compliance.rulebook.folder import rules_folder
    from compliance.spreadsheets.book_reading import BookQuestion, map_beside
    from compliance.spreadsheets.importing import import_tables
    from compliance.world.reference.chip_catalogue import Catalogue
    from compliance.world.schema.tables import TABLES

    if options.table and options.table not in TABLES:
        raise UsageError(f"--as: there is no table `{options.table}`.{near(options.table, TABLES)}")
    map_path = Path(options.map) if options.map else map_beside(place)
    question = BookQuestion(Path(options.file), map_path, options.sheet, options.table)
    with working(f"Reading {options.file}"):
        found = import_tables(question, Catalogue.load(rules_folder()), place)
    print(found.text.rstrip("\n"), file=sys.stderr)
    return 0


def epoch_clusters(options: argparse.Namespace) -> int:
    """Imports Epoch AI's clusters."""
    place = _output(options)
    from compliance.imports.epoch import epoch_clusters as epoch
    from compliance.rulebook.folder import rules_folder
    from compliance.world.reference.chip_catalogue import Catalogue

    with working(f"Reading {options.folder}"):
        imported = epoch.import_epoch_clusters(Path(options.folder), Catalogue.load(rules_folder()))
        epoch.write_world(imported, place)
    print(epoch.report(imported).rstrip("\n"), file=sys.stderr)
    return 0
