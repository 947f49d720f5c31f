"""A plain CSV of stakes read into a world: one row a holding, columns by any name.

`owner=COLUMN` says which column of the file is which field of `stakes`; a field is by itself the column of its own
name. An owner or a company is its id, and a company by that name. What is no percentage stands as unknown.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from compliance.errors import InputError, Problem, UsageError, near
from compliance.formats.ftm import percent_of
from compliance.formats.gathering import Gathering
from compliance.formats.opening import Progress, lines, opened, unwatched
from compliance.formats.words import day, tidy

FIELDS = ("owner", "owned", "percent", "interest", "from", "to")


def column_names(given: list[str]) -> dict[str, str]:
    """The columns of a command line, `owner=holder`; raises `UsageError` for a field that stakes do not have."""
    found = {field: field for field in FIELDS}
    for word in given:
        field, mark, column = word.partition("=")
        if field not in FIELDS or not mark or not column:
            raise UsageError(f"`{word}` is no column of stakes; write FIELD=COLUMN.{near(field, FIELDS)}")
        found[field] = column
    return found


def import_stakes(
    path: Path, gathering: Gathering, progress: Progress = unwatched, columns: Mapping[str, str] | None = None
) -> None:
    """Gathers the stakes of a file; raises `InputError` where it cannot be read."""
    named, file, account = columns or column_names([]), str(path), gathering.account
    with opened(path, progress) as content:
        reader = csv.DictReader(lines(content, file))
        there = reader.fieldnames or ()
        for field, column in named.items():
            if column not in there and (column != field or field in ("owner", "owned", "percent")):
                hint = near(column, there)
                told = f"has no column `{column}` for the `{field}` of a stake; name it with --column.{hint}"
                raise InputError([Problem(file, 1, told)])
        try:
            for row in reader:
                account.read["rows"] += 1
                told_by = {field: tidy(row.get(column)) for field, column in named.items()}
                _stake(gathering, file, reader.line_num, told_by)
        except csv.Error as error:
            raise InputError([Problem(file, reader.line_num, f"cannot be read as CSV: {error}")]) from None


def _stake(gathering: Gathering, file: str, line: int, told: Mapping[str, str]) -> None:
    account = gathering.account
    if not told["owned"]:
        account.skip(file, line, "a row that does not say of what it is a stake", told["owner"])
        return
    if told["owner"] == told["owned"]:
        account.skip(file, line, "a stake of a company in itself", f"`{told['owned']}`")
        return
    percent = percent_of(told["percent"])
    if told["percent"] and not percent:
        account.keep(file, line, "a share that is no percentage: it stands as unknown", f"`{told['percent']}`")
    elif not percent:
        account.note("stakes of no told size: unknown")
    if not told["owner"]:
        account.note("holders are not identified: a stake without an owner")
    row = {
        "owner": told["owner"], "owned": told["owned"], "percent": percent or "unknown",
        "interest": told["interest"], "from": day(told["from"]), "to": day(told["to"]),
        "source": f"{Path(file).name}:{line}",
    }  # fmt: skip
    gathering.put("stakes", row, file, line)
