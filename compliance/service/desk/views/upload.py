"""The map of an uploaded spreadsheet as a form: what each column was taken for, what is open, and what came of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from compliance.decisions.setup import catalogue_of
from compliance.errors import InputError
from compliance.output_files import write_file
from compliance.service.desk.uploads import Upload
from compliance.service.shared_world import WorldState
from compliance.spreadsheets.book_reading import BookQuestion, propose_book
from compliance.spreadsheets.importing import read_order_lines
from compliance.spreadsheets.map_file import ASK, NOT_READ, OPTIONS, ColumnMap, SheetMap, TableMap, read_map
from compliance.spreadsheets.values.trade_words import load_vocabulary
from compliance.world.reference.product_matching import OUTSIDE
from compliance.world.schema.tables import TABLES

TABLE = "orders"
_FIRST = ("id", "purchase", "date", "quantity", "chip", "consignee", "end_user", "purchaser", "to_country")
_ROWS_SHOWN = 200
_OWN = "x_"
_UNKNOWN_COLUMNS = "unknown_columns"
_QUOTED = re.compile("`([^`]+)`")


@dataclass(frozen=True)
class ReadLines:
    """The lines of a spreadsheet as JSON has them, what of it was not read, and the account of the reading."""

    lines: list[dict[str, Any]]
    problems: list[str]
    account: str


@dataclass(frozen=True)
class ProposedMap:
    """A map, and which of its sheets are in the spreadsheet and read; others are of spreadsheets before it."""

    map: TableMap
    sheets: list[int]


def question_of(upload: Upload) -> BookQuestion:
    """What is asked of the spreadsheet."""
    return BookQuestion(upload.path, upload.map_path, tables=(TABLE,))


def leave_other_tables(upload: Upload) -> None:
    """Has the map that a spreadsheet begins with read orders alone: what it asks of other tables is asked elsewhere."""
    if not upload.map_path.exists():
        return
    try:
        found = read_map(upload.map_path)
    except InputError:
        upload.map_path.unlink()
        return
    for sheet in found.sheets:
        if sheet.table in (TABLE, ASK):
            continue
        sheet.table, sheet.constants, sheet.unknown_columns = NOT_READ, {}, ""
        for column in sheet.columns:
            column.field = NOT_READ if column.field == ASK else column.field
            column.options = {key: value for key, value in column.options.items() if value != ASK}
    write_map(upload, found)


def propose_map(upload: Upload, state: WorldState) -> ProposedMap:
    """The map of the spreadsheet as it stands, written where anything in it is new. Raises `InputError`."""
    book = propose_book(question_of(upload), catalogue_of(state.screener.world))
    found, read = book.map, {id(reading.map) for reading in book.sheets}
    comments = {**upload.comments, **dict(_comments(found))}
    upload.keep_comments(comments)
    write_file(upload.map_path, found.text())
    here = [number for number, sheet in enumerate(found.sheets) if id(sheet) in read or sheet.table == ASK]
    return ProposedMap(found, here)


def map_view(upload: Upload, proposal: ProposedMap, state: WorldState) -> dict[str, Any]:
    """What the form of the map shows; `open` counts what is to be answered."""
    found = proposal.map
    comments = {**upload.comments, **dict(_comments(found))}
    sheets = [_sheet(number, found.sheets[number], comments) for number in proposal.sheets]
    vocabulary, catalogue = load_vocabulary(), catalogue_of(state.screener.world)
    words = [
        {
            "field": field, "word": word, "value": "" if value == ASK else value, "asked": value == ASK,
            "told": comments.get(f"{field}\n{word}", ""), "name": f"w.{number}.{place}",
            "choices": sorted(set(vocabulary.values.get(field, {}).values())),
        }
        for number, (field, values) in enumerate(found.words.items())
        for place, (word, value) in enumerate(values.items())
    ]  # fmt: skip
    products = [
        {"word": word, "value": "" if value == ASK else value, "asked": value == ASK,
         "told": comments.get(f"products\n{word}", ""), "name": f"p.{number}",
         "choices": list(catalogue.trade.match(word).choices) if value == ASK else []}
        for number, (word, value) in enumerate(found.products.items())
    ]  # fmt: skip
    asked = len(found.questions(""))
    return {
        "upload_token": upload.token, "file": upload.name, "sheets": sheets, "words": words, "products": products,
        "open": asked, "version": version_of(found),
        "catalogue": [*sorted(catalogue.names), OUTSIDE, NOT_READ], "encoding": found.encoding,
        "encoding_told": comments.get("encoding\n", ""),
    }  # fmt: skip


def version_of(found: TableMap) -> str:
    """What tells a map from another one, whatever is told beside it."""
    sheets = [
        [sheet.sheet, sheet.table, sheet.header, _constants(sheet), [_column_choices(one) for one in sheet.columns]]
        for sheet in found.sheets
    ]
    text = json.dumps([found.encoding, sheets, found.words, found.products])
    return sha256(text.encode()).hexdigest()[:16]


def _column_choices(column: ColumnMap) -> list[Any]:
    return [column.title, column.nth, column.field, column.options]


def _sheet(number: int, sheet: SheetMap, comments: Mapping[str, str]) -> dict[str, Any]:
    fields = [name for name in TABLES[TABLE].columns() if not name.startswith(_OWN)]
    return {
        "name": sheet.sheet,
        "prefix": f"s.{number}",
        "table": sheet.table,
        "told": comments.get(f"{sheet.sheet}\nas", ""),
        "columns": [
            {
                "title": column.title, "prefix": f"s.{number}.{place}", "field": column.field,
                "told": next(filter(None, (comments.get(_key(sheet, column, of)) for of in ("field", "column"))), ""),
                "fields": list(dict.fromkeys((column.field, NOT_READ, *fields))),
                "options": [
                    {
                        "key": key, "value": value, "asked": value == ASK,
                        "told": comments.get(_key(sheet, column, key), ""),
                        "choices": list(dict.fromkeys((value, *OPTIONS[key]))),
                    }
                    for key, value in column.options.items()
                ],
            }
            for place, column in enumerate(sheet.columns)
        ],
        "constants": [
            {
                "key": key, "value": "" if value == ASK else value, "asked": value == ASK,
                "told": (told := comments.get(f"{sheet.sheet}\n{_told_at(key)}", "")),
                "choices": [NOT_READ] if key == _UNKNOWN_COLUMNS else _QUOTED.findall(told),
            }
            for key, value in _constants(sheet).items()
        ],
    }  # fmt: skip


def _constants(sheet: SheetMap) -> dict[str, str]:
    """What is said of all rows or columns of a sheet at once."""
    return sheet.constants | ({_UNKNOWN_COLUMNS: sheet.unknown_columns} if sheet.unknown_columns else {})


def _told_at(key: str) -> str:
    return key if key == _UNKNOWN_COLUMNS else f"set.{key}"


def _key(sheet: SheetMap, column: ColumnMap, key: str) -> str:
    return f"{sheet.sheet}\n{column.title}\n{column.nth}\n{key}"


def _comments(found: TableMap) -> list[tuple[str, str]]:
    told = [(f"{field}\n{word}", comment) for (field, word), comment in found.comments.items()]
    for sheet in found.sheets:
        told += [(f"{sheet.sheet}\n{key}", comment) for key, comment in sheet.comments.items()]
        for column in sheet.columns:
            told += [(_key(sheet, column, key), comment) for key, comment in column.comments.items()]
    return told


def correct(found: TableMap, given: Mapping[str, str]) -> None:
    """Has the map say what a form says; what the form leaves empty stays open."""
    found.encoding = given.get("encoding", "").strip() or found.encoding
    for number, sheet in enumerate(found.sheets):
        sheet.table = given.get(f"s.{number}.as", sheet.table)
        for key in sheet.constants:
            sheet.constants[key] = given.get(f"s.{number}.set.{key}", "").strip() or sheet.constants[key]
        said = given.get(f"s.{number}.set.{_UNKNOWN_COLUMNS}", "").strip()
        sheet.unknown_columns = said if said in (ASK, NOT_READ) else sheet.unknown_columns
        for place, column in enumerate(sheet.columns):
            column.field = given.get(f"s.{number}.{place}.field", column.field)
            for key in column.options:
                column.options[key] = given.get(f"s.{number}.{place}.{key}", column.options[key])
    for number, values in enumerate(found.words.values()):
        for place, word in enumerate(values):
            values[word] = given.get(f"w.{number}.{place}", "").strip() or values[word]
    for number, word in enumerate(found.products):
        found.products[word] = given.get(f"p.{number}", "").strip() or found.products[word]


def read_lines(upload: Upload, state: WorldState) -> ReadLines:
    """The lines of a spreadsheet of which nothing is open. Raises `InputError`."""
    world = state.screener.world
    rows, problems, account = read_order_lines(question_of(upload), catalogue_of(world), world)
    place = f"{upload.path.parent}/"
    told = [one.message for one in problems]
    return ReadLines([json.loads(row.content) for row in rows], told, account.replace(place, ""))


def first_lines(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The first lines as a table."""
    there = {name for line in lines for name in line if not name.startswith(_OWN)}
    names = [name for name in _FIRST if name in there] + sorted(there.difference(_FIRST))
    rows = [[_cell(line.get(name)) for name in names] for line in lines[:_ROWS_SHOWN]]
    return {"heads": names, "rows": rows, "more": max(0, len(lines) - _ROWS_SHOWN)}


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or ", ".join(f"{key} {item}" for key, item in value.items()))
    return "" if value is None else str(value)


def write_map(upload: Upload, found: TableMap) -> None:
    """Writes the map as it was corrected."""
    write_file(upload.map_path, found.text())
