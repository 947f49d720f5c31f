"""The verbs `serve` and `keys`: the HTTP service, and the keys of the programs that ask it."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.signals import leave_signals
from compliance.errors import UsageError

SCOPES = ("screen", "reserve", "decide", "admin")


def add_serve(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `serve`."""
    parser = verbs.add_parser(
        "serve",
        help="answer programs over HTTP: screenings, reservations, decisions",
        description="Answers programs over HTTP: screenings, headroom, reservations, decisions and changes of the\n"
        "world, described at /openapi.json. SIGHUP reads the files, packs and keys again; SIGTERM stops when what is\n"
        "under way is answered. Without --keys only programs of this machine are answered.",
        examples=(
            "compliance serve fixtures/order_book_world.yaml",
            "compliance serve my_world --workers 2 --store postgresql://compliance@db/compliance --keys keys.json",
        ),
    )
    shared.world(parser)
    told = "packs by id, or folders that hold one (default: those in force or codified on the day)"
    parser.add_argument("--pack", metavar="PACK", action="append", default=[], help=told)
    shared.posture(parser)
    shared.as_of(parser, "the world's own `as_of`, else today, every day anew")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: 127.0.0.1)")
    parser.add_argument("--port", type=_port, default=8000, help="the port (default: 8000; 0: any that is free)")
    parser.add_argument("--workers", type=_count, default=1, metavar="N", help="processes that answer (default: 1)")
    state = "~/.local/state/compliance, by the world's path"
    told = f"the ledger: a file, or postgresql://USER@HOST/DATABASE (default: a file in {state})"
    parser.add_argument("--store", metavar="URL", help=told)
    parser.add_argument("--records", metavar="DIR", help=f"where decisions are put on record (default: in {state})")
    told = "begin records anew beside a store that has reservations, which is refused without"
    parser.add_argument("--new-records", action="store_true", help=told)
    parser.add_argument("--keys", metavar="FILE", help="keys of programs, made by `compliance keys new`")
    parser.add_argument("--sign", metavar="FILE", help="a private key that signs records, by `compliance records key`")
    told = "from which decision on a release takes two persons: review, license_required or prohibited (default: none)"
    parser.add_argument(
        "--two-persons", choices=("review", "license_required", "prohibited"), default="", metavar="DECISION", help=told
    )
    told = "requests a second of each key, 0 for any number (default: 3000)"
    parser.add_argument("--rate", type=_rate, default=3000, metavar="N", help=told)
    told = "in how many seconds the head of a request must be there, and its body after that (default: 20)"
    parser.add_argument("--request-seconds", type=_count, default=20, metavar="N", help=told)
    parser.set_defaults(run=serve)


def add_keys(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `keys`."""
    parser = verbs.add_parser("keys", help="keys of programs that ask the service: new, list, revoke")
    inner = parser.add_subparsers(metavar="VERB", dest="keys_verb", parser_class=Parser, title="verbs", required=True)
    new = inner.add_parser(
        "new",
        help="make a key and print it; the file keeps its hash",
        description="Makes a key, prints it once, and puts its hash into a file.\nScopes: screen (ask), reserve (and"
        " commit, release), decide (hold, release, escalate), admin (all, and\nchanges of the world).",
        examples=(
            "compliance keys new --keys keys.json --name erp --scope screen --scope reserve",
            'compliance keys new --keys keys.json --name rahman --person "A. Rahman" --scope decide',
        ),
    )
    new.add_argument("--keys", metavar="FILE", required=True, help="the keys file; made where there is none")
    new.add_argument("--name", required=True, help="which program has it; stands in records and logs")
    new.add_argument("--scope", action="append", required=True, choices=SCOPES, help="what it may do; several allowed")
    told = "the person who signs in to the pages with it, as records name them"
    new.add_argument("--person", metavar="NAME", default="", help=told)
    new.add_argument("--to", metavar="DAY", type=shared.day, help="the day from which it no longer holds")
    new.set_defaults(run=new_key)
    listed = inner.add_parser("list", help="names, scopes and days of the keys of a file")
    listed.add_argument("--keys", metavar="FILE", required=True, help="the keys file")
    listed.set_defaults(run=list_keys)
    revoke = inner.add_parser("revoke", help="take a key out of a file")
    revoke.add_argument("--keys", metavar="FILE", required=True, help="the keys file")
    revoke.add_argument("--name", required=True, help="which key")
    revoke.set_defaults(run=revoke_key)


def serve(options: argparse.Namespace) -> int:
    """Serves until it is stopped."""
    leave_signals()
    from compliance.service.server import serve as run
    from compliance.service.settings import Limits, ServiceSettings

    state = None if options.store and options.records else _state_folder(options.world)
    settings = ServiceSettings(
        world=options.world,
        store=options.store or f"{state}/ledger.sqlite",
        records=Path(options.records or f"{state}/records"),
        packs=tuple(options.pack),
        as_of=options.as_of,
        posture=options.posture,
        host=options.host,
        port=options.port,
        workers=options.workers,
        keys=Path(options.keys) if options.keys else None,
        signing_key=Path(options.sign) if options.sign else None,
        two_persons=options.two_persons,
        new_records=options.new_records,
        limits=Limits(per_second=options.rate, request_seconds=options.request_seconds),
    )
    return run(settings)


def new_key(options: argparse.Namespace) -> int:
    """Makes a key and prints it."""
    from compliance.cli.verb_context import today
    from compliance.service.keys import make_key

    key = make_key(Path(options.keys), options.name, options.scope, today(), options.to, options.person)
    output.emit(key + "\n", None, data=False)
    return 0


def list_keys(options: argparse.Namespace) -> int:
    """Prints whose keys there are."""
    from compliance.service.keys import read_keys

    rows = read_keys(Path(options.keys))
    lines = [
        f"{row['name']}  {', '.join(row['scopes'])}  since {row.get('created', '?')}"
        + (f", signs in as {row['person']}" if row.get("person") else "")
        + (f", to {row['to']}" if row.get("to") else "")
        for row in rows
    ]
    output.emit("".join(f"{line}\n" for line in lines), None, data=False)
    return 0


def revoke_key(options: argparse.Namespace) -> int:
    """Takes a key out of the file."""
    from compliance.service.keys import revoke_key as revoke

    revoke(Path(options.keys), options.name)
    output.emit(f"revoked {options.name}\n", None, data=False)
    return 0


def _state_folder(world: str) -> Path:
    """Where the ledger and the records of a world lie when nobody says: by its path, away from its files."""
    import hashlib

    place = Path(world).absolute()
    base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    name = re.sub(r"[^A-Za-z0-9_-]", "_", place.stem)[:60]
    folder = base / "compliance" / f"{name}-{hashlib.sha256(str(place).encode()).hexdigest()[:8]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        told = f"`{folder}`: {(wrong.strerror or 'cannot be made').lower()}"
        raise UsageError(f"{told}; name places by --store and --records") from None
    return folder


def _port(text: str) -> int:
    return _number(text, 0, 65_535)


def _count(text: str) -> int:
    return _number(text, 1, 256)


def _rate(text: str) -> int:
    return _number(text, 0, 10_000_000)


def _number(text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit()) or not low <= int(text[:12]) <= high:
        raise argparse.ArgumentTypeError(f"`{text}` is no whole number from {low} to {high:,}")
    return int(text)
