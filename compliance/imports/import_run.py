"""One import from start to end: rows gathered, a folder written whole or not at all, and an account of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from compliance.errors import InputError, Problem
from compliance.imports.import_report import ImportReport
from compliance.imports.row_buffer import RowBuffer
from compliance.imports.world_writer import new_folder, put_about
from compliance.output_files import scratch_folder


def import_world(
    output: Path, source: str, read: Callable[[RowBuffer], None], about: Sequence[str] = ()
) -> tuple[ImportReport, dict[str, int]]:
    """Writes what `read` gathers to `output`; gives the account, and how many rows each table has.

    Raises `InputError` where nothing could be read, and `UsageError` where the place cannot be written; then
    nothing is written at all.
    """
    account = ImportReport(source)
    with new_folder(output) as folder, scratch_folder() as aside:
        gathering = RowBuffer(aside, account)
        try:
            read(gathering)
            gathering.write(folder)
        finally:
            gathering.close()
        if not gathering.made:
            raise InputError(_nothing(source, account))
        put_about(folder, [f"Imported from {source}.", *about, account.text(gathering.made)])
    return account, gathering.made


def _nothing(source: str, account: ImportReport) -> list[Problem]:
    """What stood in the way of everything."""
    found = [problem for problems in account.first.values() for problem in problems if problem.message]
    return [Problem(source, 0, "holds nothing that makes a world"), *found]
