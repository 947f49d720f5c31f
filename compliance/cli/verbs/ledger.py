"""The verbs `ledger balances`, `reservations`, `queue`, `expire` and `check`: what a store of the service holds."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.errors import UsageError

if TYPE_CHECKING:
    from compliance.ledger.ledger import Ledger

STATES = ("reserved", "committed", "shipped", "released", "expired", "returned")
PAGE = 1_000
Rows = Sequence[dict[str, Any]]


def add_ledger(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `ledger` with its own verbs."""
    parser = verbs.add_parser(
        "ledger",
        help="accounts, reservations and holds of a store: balances, reservations, queue, expire, check",
        description="What is used, reserved and left of the limits that a store keeps, and what waits in it.",
        examples=(
            "compliance ledger balances FILE --country MY",
            "compliance ledger reservations FILE --state reserved --format json",
        ),
    )
    own = parser.add_subparsers(metavar="VERB", required=True, dest="ledger_verb", parser_class=Parser)
    balances = _add_verb(own, "balances", "what is used, reserved and left of each account", _balances)
    balances.add_argument("--account", metavar="NAME", action="append", default=[], help="only this account")
    balances.add_argument("--country", metavar="CC", default="", help="only accounts of this country")
    balances.add_argument("--holder", metavar="ID", default="", help="only accounts of this holder")
    balances.add_argument("--at", metavar="INSTANT", type=instant, help="as they stood then, 2026-06-30T12:00:00Z")
    reservations = _add_verb(own, "reservations", "reservations by id, with what they take", _reservations)
    told = f"only those in this state (may be repeated): {', '.join(STATES)}"
    reservations.add_argument("--state", metavar="STATE", choices=STATES, action="append", default=[], help=told)
    _add_verb(own, "queue", "holds that wait for somebody: the strictest first, of these the oldest", _queue)
    expire = _add_verb(own, "expire", "end the reservations whose time is over", _expire)
    expire.add_argument("--at", metavar="INSTANT", type=instant, help="the instant to go by (default: now)")
    _add_verb(own, "check", "hold every balance against the rows behind it; exit status 1 where one differs", _check)


def instant(text: str) -> datetime:
    """An instant of an option; without a time zone it is one of UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        told = f"`{text}` is no instant, such as 2026-06-30T12:00:00Z"
        raise argparse.ArgumentTypeError(told) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def now() -> datetime:
    """The instant at which a command that needs one runs; the only clock of the ledger."""
    return datetime.now(UTC)


Told = Callable[["Ledger", argparse.Namespace], Rows]


def _add_verb(own: argparse._SubParsersAction[Parser], name: str, told: str, tell: Told) -> Parser:
    example = f"compliance ledger {name} FILE"
    parser = own.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.", examples=(example,))
    words = "the file of a store, or postgresql://user@host/database"
    parser.add_argument("store", metavar="STORE", help=words)
    shared.output(parser, "text", "json", "csv")
    parser.set_defaults(run=lambda options: run(options, name, tell))
    return parser


def run(options: argparse.Namespace, name: str, tell: Told) -> int:
    """Answers a verb of `ledger`."""
    output.check(options.output)
    ledger = _open_store(options.store)
    try:
        rows = tell(ledger, options)
    finally:
        ledger.close()
    from compliance.reports.text import ledger_text as report

    if options.format == "json":
        output.emit(output.as_json({name: list(rows)}), options.output, data=True)
    elif options.format == "csv":
        output.emit(report.ledger_csv(rows), options.output, data=True)
    else:
        output.emit(report.ledger_text(name, rows, output.look(options.output)), options.output, data=False)
    return 1 if name == "check" and rows else 0


def _open_store(store: str) -> Ledger:
    from compliance.ledger.ledger import Ledger

    if "://" not in store and not Path(store).is_file():
        raise UsageError(f"there is no store at `{store}`; `compliance serve` makes one")
    return Ledger.open(store)


def _balances(ledger: Ledger, options: argparse.Namespace) -> Rows:
    found = ledger.balances(
        accounts=options.account, country=options.country, holder=options.holder, at=options.at
    )  # fmt: skip
    return [one.said() for one in found]


def _reservations(ledger: Ledger, options: argparse.Namespace) -> Rows:
    found: list[dict[str, Any]] = []
    while page := ledger.reservations(options.state, after=found[-1]["id"] if found else "", most=PAGE):
        found += [one.said() for one in page]
    return found


def _queue(ledger: Ledger, options: argparse.Namespace) -> Rows:
    from compliance.ledger.workflow import Workflow

    del options
    work, found = Workflow(ledger), list[dict[str, Any]]()
    while page := work.queue(most=PAGE, skip=len(found)):
        found += [one.said() for one in page]
    return found


def _expire(ledger: Ledger, options: argparse.Namespace) -> Rows:
    at, ended = options.at or now(), list[dict[str, Any]]()
    while page := ledger.expire(at, PAGE):
        ended += [{"id": name, "state": "expired"} for name in page]
    return ended


def _check(ledger: Ledger, options: argparse.Namespace) -> Rows:
    del options
    return [{"problem": one} for one in ledger.check()]
