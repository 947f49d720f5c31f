"""A spreadsheet read into a world, or into the lines of an order, with an account of what was not read."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from compliance.errors import MOST_TOLD, InputError, Problem, quote_some
from compliance.imports.world_writer import new_folder, put_about
from compliance.spreadsheets.book_reading import BookQuestion, BookReading, read_book
from compliance.spreadsheets.files.cells import CellNote
from compliance.spreadsheets.party_names import PartyNames
from compliance.spreadsheets.sheet_reading import SheetReading
from compliance.spreadsheets.table_rows import MadeRow, MadeTables
from compliance.world.io.column_checks import read_table
from compliance.world.io.load import good_orders
from compliance.world.io.raw_table import DictionaryColumn, RawTable, by_value
from compliance.world.io.text_safety import unseen, without_unseen
from compliance.world.io.validate_rows import LoadResult
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.row import Row
from compliance.world.schema.tables import TABLES, Unread
from compliance.world.world import World

_LONGEST = 400
RELATION = "relation"
_SHOWN = 12


@dataclass
class TableImport:
    """What an import made: how many rows of each table, what was not read, and all of it in words."""

    made: dict[str, int]
    problems: list[Problem]
    text: str = ""
    map_path: Path = field(default_factory=Path)


def import_tables(question: BookQuestion, catalogue: Catalogue, output: Path) -> TableImport:
    """Writes a world of the sheets of a workbook to a new folder.

    Raises `InputError` where something is open, or where nothing could be read; then no world is written.
    """
    book = read_book(question, catalogue)
    made = MadeTables(by_name=True)
    made.add_sheets(book.sheets)
    where = made.by_place() if made.notes else {}
    problems = [_problem(reading, note, where) for reading, note in made.notes]
    unread = [_unread(reading, note, where) for reading, note in made.notes if note.decides and note.field != RELATION]
    unread += made.unread
    noted = {(id(reading), note.place.row) for reading, note in made.notes if note.decides}
    tables: dict[str, list[MadeRow]] = {}
    for table in TABLES:
        rows = [row for row in made.rows(table) if "x_wrong" not in row.values]
        good, wrong = _check_rows(table, rows)
        problems += wrong
        kept = set(map(id, good))
        left = [row for row in made.rows(table) if id(row) not in kept and (id(row.sheet), row.row) not in noted]
        unread += map(partial(_left_out, table), left)
        if good:
            tables[table] = good
    if not tables:
        raise InputError([Problem(book.file, 0, "holds nothing that makes a world"), *problems])
    found = TableImport({table: len(rows) for table, rows in tables.items()}, sorted(set(problems)))
    found.text = account(book, made, found.made, found.problems)
    with new_folder(output) as folder:
        for table, rows in tables.items():
            _write(folder / f"{table}.csv", table, [row.values for row in rows])
        if unread:
            told = [{key: without_unseen(text) for key, text in row.items()} for row in unread]
            _write(folder / f"{Unread.table}.csv", Unread.table, told)
        put_about(folder, [f"Imported from {question.path}.", found.text])
    return found


def read_order_lines(
    question: BookQuestion, catalogue: Catalogue, world: World
) -> tuple[list[Row], list[Problem], str]:
    """The lines of an order in a spreadsheet, what is wrong with the others, and an account of the reading.

    Raises `InputError` where something is open, or where the file cannot be read.
    """
    book = read_book(question, catalogue)
    made = MadeTables(companies=PartyNames.of(_parties(world)))
    made.add_sheets(book.sheets)
    rows = list(made.rows("orders"))
    left_out = {(id(reading), note.place.row) for reading, note in made.notes if note.decides}
    where = made.by_place() if made.notes else {}
    problems = [_problem(reading, note, where) for reading, note in made.notes]
    kept = [row for row in rows if (id(row.sheet), row.row) not in left_out]
    part = LoadResult()
    read_table(part, TABLES["orders"], _raw_table(kept, book.file))
    good, wrong = good_orders(part, world)
    told = account(book, made, {"orders": len(good)}, problems)
    return good, sorted({*problems, *wrong}), told


def _parties(world: World) -> Iterable[dict[str, str]]:
    for table in ("companies", "people"):
        for row in world.rows(table):
            yield {"id": row.name_of_row, "name": row.value("name") or ""}


def _check_rows(table: str, rows: Sequence[MadeRow]) -> tuple[list[MadeRow], list[Problem]]:
    """The rows that a world takes, and what is wrong with the others; a sheet at a time."""
    good: list[MadeRow] = []
    problems: list[Problem] = []
    by_sheet: dict[int, list[MadeRow]] = {}
    for row in rows:
        by_sheet.setdefault(id(row.sheet), []).append(row)
    for some in by_sheet.values():
        part = LoadResult()
        name, file = some[0].sheet.sheet.name, some[0].sheet.sheet.file
        given = _raw_table(some, file)
        parts = Counter(key.partition(".")[0] for key in given.columns)
        alone = {key for key in given.columns if key.endswith(".name") and parts[key.partition(".")[0]] == 1}
        columns = {key: column for key, column in given.columns.items() if key not in alone}
        hidden = _unseen_names(given)
        told = [Problem(file, line, wrong) for line, wrong in hidden.items()]
        read_table(part, TABLES[table], RawTable(file, columns, given.lines, None))
        problems += [
            Problem(each.file, each.line, f"sheet `{name}`: {each.message}; the row is left out", each.count)
            for each in (*part.problems, *told)
        ]
        kept = part.tables[table]
        if len(kept) == len(some) and not hidden:
            good += some
        elif len(kept):
            lines = set(getattr(kept, "lines", ())) - hidden.keys()
            good += [row for row in some if _line(row) in lines]
    return good, problems


def _unseen_names(given: RawTable) -> dict[int, str]:
    """The lines in which the name of a party holds what nobody can see, and what is wrong."""
    found: dict[int, str] = {}
    for key, column in given.columns.items():
        if key.endswith(".name") and not isinstance(column, DictionaryColumn):
            wrong = {name: told for name in set(by_value(column).values) if (told := unseen(name))}
            for line, name in zip(given.lines.tolist(), column.to_pylist(), strict=True) if wrong else ():
                if (told := wrong.get(name or "")) is not None:
                    found[line] = f"`{key}` {told}"
    return found


def _line(row: MadeRow) -> int:
    return row.sheet.sheet.line(row.row)


def _raw_table(rows: Sequence[MadeRow], file: str) -> RawTable:
    import numpy as np
    import pyarrow as pa

    names = dict.fromkeys(name for row in rows for name in row.values)
    columns = {name: pa.array([row.values.get(name) or None for row in rows], pa.string()) for name in names}
    return RawTable(file, columns, np.array([_line(row) for row in rows], dtype=np.int64), None)


def _write(path: Path, table: str, rows: Sequence[dict[str, str]]) -> None:
    names = dict.fromkeys(name for row in rows for name in row)
    header = [name for name in TABLES[table].columns() if name in names]
    header += [name for name in names if name not in header]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows([row.get(name, "") for name in header] for row in rows)


def _unread(reading: SheetReading, note: CellNote, where: dict[tuple[int, int], MadeRow]) -> dict[str, str]:
    head, _, rest = note.field.partition(".")
    table = head if head in TABLES and rest else reading.map.table
    name = rest if head in TABLES and rest else head
    row = where.get((id(reading), note.place.row))
    named = (row.values.get("id") or row.values.get("owned", "")) if row is not None else ""
    return {"table": table, "id": named, "field": name or "row", "text": note.words[:_LONGEST]}


def _left_out(table: str, row: MadeRow) -> dict[str, str]:
    """What a row said that the world does not take."""
    named = next((row.values[key] for key in ("id", "owned", "site") if row.values.get(key)), "")
    text = ", ".join(f"{key} {value}" for key, value in row.values.items() if value and not key.startswith("x_"))
    return {"table": table, "id": named, "field": "row", "text": text[:_LONGEST]}


def _problem(reading: SheetReading, note: CellNote, where: dict[tuple[int, int], MadeRow]) -> Problem:
    """What is wrong with a cell, with the line of an order in which it stands by its own number."""
    sheet, row = reading.sheet, where.get((id(reading), note.place.row))
    line = row.values.get("id", "") if row is not None and reading.vocabulary.takes_parties(row.sheet.map.table) else ""
    part = f"{note.field} of order line `{line}`" if line and note.field else note.field
    told = f"sheet `{sheet.name}`, cell {note.place}: `{note.words}` {note.message}"
    if note.message.startswith("`"):
        told = f"sheet `{sheet.name}`, cell {note.place}: {note.message}"
    return Problem(sheet.file, sheet.line(note.place.row), f"{told} ({part})" if part else told)


_NO_AUTHORIZATION = (
    "No column says under which license or exception the goods go, and answers leave that open: where there is none, "
    "write `set: {authorization: none}` at the sheet in the map"
)


def _needs_authorization(reading: SheetReading) -> bool:
    """Whether lines of an order do not say under what authorization they go."""
    told = {column.about.name for column in reading.columns} | reading.map.constants.keys()
    return reading.vocabulary.takes_parties(reading.map.table) and "authorization" not in told


def _header_told(reading: SheetReading) -> str:
    """In which rows the names of the columns stand, if in several."""
    header = reading.header
    names = [str(row + 1) for row in header.rows if row != header.units]
    told = f"names of columns: {'row' if len(names) == 1 else 'rows'} {', '.join(names)}"
    return told if header.units is None else f"{told}; units: row {header.units + 1}"


def account(book: BookReading, made: MadeTables, counts: dict[str, int], problems: Sequence[Problem]) -> str:
    """What was read, what rows were no data, and every cell that was not read."""
    lines = [f"Read from {book.file} by {book.map_path}."]
    for reading in book.sheets:
        kinds = reading.kinds
        lines.append(f"Sheet `{reading.sheet.name}`: {len(kinds.data):,} rows as `{reading.map.table}`")
        if len(reading.header.rows) > 1:
            lines.append(f"  {_header_told(reading)}")
        for what, rows in (("totals", kinds.totals), ("notes", kinds.notes), ("column names again", kinds.repeated)):
            if rows:
                told = ", ".join(str(row + 1) for row in rows[:_SHOWN]) + (" ..." if len(rows) > _SHOWN else "")
                lines.append(f"  not data, {what}: {'row' if len(rows) == 1 else 'rows'} {told}")
        if kinds.blank:
            lines.append(f"  blank rows: {kinds.blank:,}")
        hidden = reading.sheet.parts.hidden_columns
        for column in (each for each in reading.columns if each.column in hidden):
            lines.append(f"  column {column.name.letter} `{column.name.title}` is hidden, and read")
        unknown, other, left = reading.unread_columns()
        if unknown:
            lines.append(f"  columns that nothing is known of, and that are not read: {quote_some(unknown, _SHOWN)}")
        if left:
            lines.append(f"  columns that are not read, and no other tells the same: {quote_some(left, _SHOWN)}")
        if other:
            lines.append(f"  columns that are not read, for another that is: {quote_some(other, _SHOWN)}")
        if reading.hidden_rows:
            told = ", ".join(str(row + 1) for row in reading.hidden_rows[:_SHOWN])
            more = " ..." if len(reading.hidden_rows) > _SHOWN else ""
            lines.append(f"  rows that are hidden or filtered out, and read: {told}{more}")
        if reading.sheet.hidden:
            lines.append("  the sheet is hidden, and read")
    lines += [f"Rows made: {', '.join(f'{table} {count:,}' for table, count in counts.items())}."]
    lines += [f"{count:,}  {remark}" if count > 1 else remark for remark, count in made.remarks.items()]
    lines += book.remarks
    if any(_needs_authorization(reading) for reading in book.sheets):
        lines.append(_NO_AUTHORIZATION)
    if problems:
        lines += ["", f"Not read: {len(problems):,}"]
        lines += [f"  {problem}" for problem in problems[:MOST_TOLD]]
        if len(problems) > MOST_TOLD:
            lines.append(f"  and {len(problems) - MOST_TOLD:,} more")
    return "\n".join(lines) + "\n"
