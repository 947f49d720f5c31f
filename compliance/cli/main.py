"""The command `compliance`: reads the command line, runs a verb, and turns what goes wrong into words and a status.

Exit status (contracts 6): 2 for an error in the input or the command; 70 for a fault of this program; 130 if stopped
(143 by SIGTERM); 141 if whoever reads the answer through a pipe went away before its end, as of any command of Unix.
Nothing heavy is imported here: a verb imports what it needs when it runs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from compliance.cli import output
from compliance.cli.destinations import check_destinations
from compliance.cli.parser import Parser
from compliance.cli.verbs import (
    diff,
    evaluations,
    generate,
    imports,
    ledger,
    patterns,
    questions,
    records,
    rules,
    service,
)
from compliance.errors import ComplianceError, one_line

USAGE_ERROR, FAULT, STOPPED, UNREAD = 2, 70, 130, 141
_LONGEST = 400


class _Version(argparse.Action):
    """`--version`, looked up only when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            told = f"compliance {version('compliance')}\n"
        except PackageNotFoundError:
            told = "compliance, not installed\n"
        output.emit(told, None, data=False)
        parser.exit()


def parser() -> Parser:
    """The parser of the whole command line."""
    made = Parser(
        prog="compliance",
        description="Export-control rule engine for AI compute: applies encoded rules to the facts that it is given.\n"
        "It is not legal advice.",
        examples=(
            "compliance audit fixtures/public_clusters_2026",
            "compliance screen fixtures/order_book_world.yaml fixtures/order_book_200.csv",
            "compliance chips H100 --as-of 2026-01-15",
        ),
    )
    made.add_argument("--version", action=_Version, help="show the version and leave")
    verbs = made.add_subparsers(metavar="VERB", dest="verb", parser_class=Parser, title="verbs")
    evaluations.add_audit(verbs)
    evaluations.add_screen(verbs)
    questions.add_headroom(verbs)
    questions.add_own(verbs)
    patterns.add_patterns(verbs)
    diff.add_diff(verbs)
    questions.add_chips(verbs)
    rules.add_rules(verbs)
    imports.add_import(verbs)
    generate.add_generate(verbs)
    service.add_serve(verbs)
    service.add_keys(verbs)
    records.add_verify(verbs)
    records.add_replay(verbs)
    records.add_records(verbs)
    ledger.add_ledger(verbs)
    return made


def run(argv: Sequence[str] | None = None) -> int:
    """Runs a command line and gives its exit status."""
    try:
        status = _run(sys.argv[1:] if argv is None else argv)
        output.flush()
        return status
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        output.hush()
        return UNREAD
    except ComplianceError as wrong:
        return _complain(str(wrong), USAGE_ERROR)
    except MemoryError:
        return _complain(
            "there is not enough memory for this input; give less of it at once, or a larger --memory",
            USAGE_ERROR,
        )
    except OSError as wrong:  # the system's, such as a name that is too long or a disk that is full
        output.hush()
        place = f"`{wrong.filename}`: " if wrong.filename else ""
        return _complain(one_line(f"{place}{(wrong.strerror or 'error').lower()}"), USAGE_ERROR)
    except Exception as fault:
        return _own_fault(fault)


def _run(argv: Sequence[str]) -> int:
    whole = parser()
    try:
        options = whole.read(argv)
    except SystemExit as left:  # argparse leaves so after --help and --version
        return left.code if isinstance(left.code, int) else 0
    if options.verb is None:
        whole.print_help(sys.stderr)
        return USAGE_ERROR
    check_destinations(options)
    status: int = options.run(options)
    return status


def _own_fault(fault: Exception) -> int:
    """Says that this program is at fault, and what to report; the traceback only if `COMPLIANCE_DEBUG` asks for it."""
    if os.environ.get("COMPLIANCE_DEBUG"):
        import traceback

        traceback.print_exception(fault)
    first = next(iter(str(fault).splitlines()), "")[:_LONGEST]
    return _complain(
        f"internal error: {type(fault).__name__}{': ' if first else ''}{first}\n"
        "This is a fault of compliance and not of your input, and there is no answer. Please report the line above\n"
        "with the command, and the files if you may. COMPLIANCE_DEBUG=1 shows where it happened.",
        FAULT,
    )


def _complain(text: str, status: int) -> int:
    """Writes to standard error, whatever its encoding."""
    from contextlib import suppress

    with suppress(OSError, ValueError):
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)
    return status
