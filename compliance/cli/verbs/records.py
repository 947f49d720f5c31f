"""The verbs `verify`, `replay` and `records`: what is on record, checked, made again, handed out and let go."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.errors import UsageError

_ATTEMPTS = 3
_YEARS = 5
"""How long records are kept [15 CFR 762.6]."""


def add_verify(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `verify`."""
    parser = verbs.add_parser(
        "verify",
        help="check that no byte of the records was changed and no line is missing",
        description="Checks a folder of records by itself, without the rules: every line follows the one before,\n"
        "every signature holds, all that records refer to is there. Give the hash of a record that was noted\n"
        "elsewhere with --head: only so a log is found out that was cut together with its own head.\n\n"
        "exit status: 0 whole, 1 not, 2 an error in the command",
        examples=(
            "compliance verify FOLDER",
            "compliance verify FOLDER --public-key sign.pem.pub",
        ),
    )
    parser.add_argument("folder", metavar="DIR", help="the folder of records")
    parser.add_argument("--head", metavar="HASH", default="", help="the hash of a record that must be there")
    parser.add_argument("--public-key", metavar="FILE", help="the key by which every record must be signed")
    parser.set_defaults(run=verify)


def add_replay(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `replay`."""
    parser = verbs.add_parser(
        "replay",
        help="make a decision again from what is on record: the same bytes",
        description="Makes the answer of a decision again, from the world, the rules and the order on record, and\n"
        "prints it: the same bytes as were given, or words on why they are others.",
        examples=("compliance replay FOLDER 17", "compliance replay FOLDER 17 --output answer.json"),
    )
    parser.add_argument("folder", metavar="DIR", help="the folder of records")
    parser.add_argument("id", metavar="ID", help="the number of the decision")
    parser.add_argument("--output", metavar="FILE", help="write there instead of to the terminal")
    parser.set_defaults(run=replay)


def add_records(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `records`."""
    parser = verbs.add_parser("records", help="records of decisions: export, expire, key")
    inner = parser.add_subparsers(
        metavar="VERB", dest="records_verb", parser_class=Parser, title="verbs", required=True
    )
    export = inner.add_parser(
        "export",
        help="one decision with all that it rests on, as one file for an auditor",
        examples=("compliance records export FOLDER 17 --output case_17.zip",),
    )
    export.add_argument("folder", metavar="DIR", help="the folder of records")
    export.add_argument("id", metavar="ID", help="the number of the decision")
    export.add_argument("--output", metavar="FILE", required=True, help="the file to write, a ZIP archive")
    export.set_defaults(run=export_case)
    expire = inner.add_parser(
        "expire",
        help="let go of records that were kept long enough",
        description="Lets go of records older than they must be kept (five years, 15 CFR 762.6), whole segments of\n"
        "the log from its beginning on, as far as nothing that stays needs them. The log says that they went.",
        examples=("compliance records expire FOLDER --years 5",),
    )
    expire.add_argument("folder", metavar="DIR", help="the folder of records")
    expire.add_argument("--years", type=_years, default=_YEARS, help=f"how long they are kept (default: {_YEARS})")
    expire.set_defaults(run=expire_records)
    key = inner.add_parser("key", help="make a pair of keys of Ed25519: one signs records, the other checks them")
    key.add_argument("file", metavar="FILE", help="the private key to write; the public one is FILE.pub")
    key.set_defaults(run=make_signing_key)


def verify(options: argparse.Namespace) -> int:
    """Checks a folder and says what is wrong with it."""
    from compliance.records.checker import verify as check

    if options.head and not re.fullmatch(r"[0-9a-fA-F]{64}", options.head.strip()):
        raise UsageError(f"--head `{options.head}` is no hash of a record: 64 digits of 0 to 9 and a to f")
    if not Path(options.folder).is_dir():
        raise UsageError(f"`{options.folder}` is no folder")
    folder, public = Path(options.folder), Path(options.public_key) if options.public_key else None
    try:
        for _ in range(_ATTEMPTS):
            before = _head_of(folder)
            found = check(folder, options.head, public)
            if not found.problems or before == _head_of(folder):
                break  # else somebody was adding a record, and half a line may have been seen
    except ValueError:
        raise UsageError(f"`{options.public_key}` is no public key in PEM") from None
    if found.problems:
        print("\n".join(found.problems), file=sys.stderr)
        return 1
    signed = f", {found.signed:,} signed" if found.signed else ""
    told = f"whole: {found.records:,} records{signed}, {found.content:,} files that they refer to\nhead: {found.head}\n"
    output.emit(told, None, data=False)
    return 0


def replay(options: argparse.Namespace) -> int:
    """Makes an answer again and writes it."""
    output.check(options.output)
    from compliance.records.replay import replay as again

    output.emit(again(Path(options.folder), options.id), options.output, data=True)
    return 0


def export_case(options: argparse.Namespace) -> int:
    """Writes a case as one file."""
    output.check(options.output)
    from compliance.output_files import write_file
    from compliance.records.case_export import case_archive

    write_file(Path(options.output), case_archive(Path(options.folder), options.id))
    return 0


def expire_records(options: argparse.Namespace) -> int:
    """Lets go of old records."""
    from datetime import UTC, datetime

    from compliance.records.retention import let_go

    gone = let_go(Path(options.folder), datetime.now(UTC), options.years)
    output.emit(f"let go of {gone:,} records\n", None, data=False)
    return 0


def make_signing_key(options: argparse.Namespace) -> int:
    """Writes a pair of keys."""
    from compliance.records.signing import make_key

    public = make_key(Path(options.file))
    output.emit(f"private key: {options.file} (keep it secret)\npublic key: {public}\n", None, data=False)
    return 0


def _head_of(folder: Path) -> bytes:
    """What the head file holds now; nothing where there is none."""
    try:
        return (folder / "head").read_bytes()
    except OSError:
        return b""


def _years(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:6]) <= 1000:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of years")
    return int(text)
