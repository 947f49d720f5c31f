"""A plain CSV of stakes read into a world: one row a holding, columns by any name.

`owner=COLUMN` says which column of the file is which field of `stakes`; a field is by itself the column of its own
name. An owner or a company is its id, and a company by that name. What is no percentage stands as unknown. Rows of one
owner and company add up; two that are the same in all may be one holding, and count from one to both.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from compliance.errors import InputError, Problem, UsageError, near
from compliance.imports.cleaners import number, tidy
from compliance.imports.date_ranges import span, when
from compliance.imports.open_file import Progress, ignore_progress, lines, open_bytes
from compliance.imports.percentages import percent_of, up_to
from compliance.imports.row_buffer import RowBuffer
from compliance.units import exact, show

INTERESTS = ("shares", "votes")
UNITS = ("percent", "fraction")
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
    path: Path,
    gathering: RowBuffer,
    progress: Progress = ignore_progress,
    columns: Mapping[str, str] | None = None,
    unit: str = "",
) -> None:
    """Gathers the stakes of a file whose shares are of a `unit` of `UNITS`.

    Raises `InputError` where it cannot be read, or where no unit is named and the shares may be percent or fractions.
    """
    named, file, account = columns or column_names([]), str(path), gathering.account
    with open_bytes(path, progress) as content:
        reader = csv.DictReader(lines(content, file))
        there = reader.fieldnames or ()
        for field, column in named.items():
            if column not in there and (column != field or field in ("owner", "owned", "percent")):
                hint = near(column, there)
                told = f"has no column `{column}` for the `{field}` of a stake; name it with --column.{hint}"
                raise InputError([Problem(file, 1, told)])
        for column in there:
            if column not in named.values():
                account.note(f"the column `{column}` is no field of a stake, and is not read")
        sizes: list[Fraction] = []
        try:
            for row in reader:
                account.read["rows"] += 1
                told_by = {field: tidy(row.get(column)) for field, column in named.items()}
                size = number(told_by["percent"].rstrip(" %").replace(",", "."))
                if size is None and percent_of(told_by["percent"]):
                    size = Fraction(100)
                if size is not None and (size > 1 or len(sizes) < _LOOKED_AT):
                    sizes.append(size)
                _stake(gathering, file, reader.line_num, told_by, unit)
        except csv.Error as error:
            raise InputError([Problem(file, reader.line_num, f"cannot be read as CSV: {error}")]) from None
    if not unit and sizes and max(sizes) <= 1 and any(0 < size < 1 for size in sizes):
        told = "no share is over 1: percent, or fractions of one? Say --unit percent or --unit fraction"
        raise InputError([Problem(file, 1, told)])


def _stake(gathering: RowBuffer, file: str, line: int, told: Mapping[str, str], unit: str) -> None:
    account = gathering.account
    if not told["owned"]:
        account.skip(file, line, "a row that does not say of what it is a stake", told["owner"], "stakes")
        return
    if told["owner"] == told["owned"]:
        account.skip(file, line, "a stake of a company in itself", f"`{told['owned']}`", "stakes")
        return
    percent = percent_of(_in_percent(told["percent"]) if unit == "fraction" else told["percent"])
    if told["percent"] and not percent:
        reason = "a share that is no percentage: it stands as unknown"
        account.keep(file, line, reason, f"`{told['percent']}`", "stakes")
    elif not percent:
        account.note("stakes of no told size: unknown")
    interest = told["interest"].casefold()
    if interest and interest not in INTERESTS:
        reason = "an interest that no table of a world holds: a share of up to what it says"
        account.keep(file, line, reason, f"`{told['interest']}`", "stakes")
        percent, interest = up_to(percent or "unknown"), ""
    if not told["owner"]:
        account.note("holders are not identified: a stake without an owner")
    row = {
        "owner": told["owner"], "owned": told["owned"], "percent": percent or "unknown",
        "interest": interest, "source": f"{Path(file).name}:{line}",
    }  # fmt: skip
    gathering.put_dated("stakes", row, span(when(told["from"]), when(told["to"])), file, line)


def _in_percent(text: str) -> str:
    """The numbers of a text as percent, where they are fractions of one."""
    return re.sub(r"\d+(?:[.,]\d+)?", lambda found: show(exact(found[0].replace(",", ".")) * 100), text)


_LOOKED_AT = 1_000
"""Of shares at or below 1 so many are kept to tell whether all are."""
