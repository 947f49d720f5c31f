"""The map of a spreadsheet: which column is which field, and how its values are written; a YAML file to edit and keep.

`ask` stands where two readings are possible; the run ends there until somebody decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import field as made
from pathlib import Path
from typing import Any

from compliance.errors import InputError, Problem, near
from compliance.spreadsheets.values.date_text import ORDERS, SERIAL
from compliance.spreadsheets.values.number_text import UNITS, WRITINGS
from compliance.spreadsheets.values.table_fields import table_field
from compliance.world.io import user_files
from compliance.world.io.yaml_nodes import line_of, read_yaml
from compliance.world.schema.tables import TABLES

VERSION = "1"
ASK, NOT_READ = "ask", "-"
ABOVE, EMPTY = "as above", "empty"
CODE_FIRST, PLAIN, IN_WORLD = "number and name", "name", "name in world"
REPEATED, ADD_UP, SAY_THE_SAME = "repeated", "add up", "say the same"
OPTIONS: dict[str, tuple[str, ...]] = {
    "date": (*ORDERS, SERIAL),
    "number": WRITINGS,
    "percent": UNITS,
    "times": (),
    "blank": (EMPTY, ABOVE),
    "party": (PLAIN, CODE_FIRST, IN_WORLD),
    "currency": (),
    REPEATED: (ADD_UP, SAY_THE_SAME),
    "group": (),
    "role": (),
    "day": (),
    "chip": (),
}
"""What may be said of how the values of a column are written."""
_COLUMN_KEYS = ("column", "nth", "field", *OPTIONS)
_SHEET_KEYS = ("sheet", "as", "header", "columns", "unknown_columns", "set")
_KEYS = ("version", "encoding", "sheets", "words", "products")

_HEAD = """\
# How spreadsheets are read into a world. Kept beside the world, and used again for the next file with these columns.
# Where a value is `ask`, two readings are possible, and nothing is read: put the one that is meant, then run the
# command again. A field `-` is not read. `set` gives all rows of a sheet a value: `set: {authorization: none}`.
"""


@dataclass
class ColumnMap:
    """A column by its title: its field, and how its values are written."""

    title: str
    field: str
    nth: int = 1
    options: dict[str, str] = made(default_factory=dict)
    comments: dict[str, str] = made(default_factory=dict, compare=False)
    """What is told beside a key; of `field` with the confidence."""
    line: int = made(default=0, compare=False)


@dataclass
class SheetMap:
    """A sheet: its table, the rows that name the columns (from 1), its columns, and values that all rows have."""

    sheet: str
    table: str
    header: tuple[int, ...]
    columns: list[ColumnMap]
    constants: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict, compare=False)
    line: int = field(default=0, compare=False)
    unknown_columns: str = ""
    """`ask` while nobody has said that the columns of which nothing is known decide nothing, then `-`."""

    def column(self, title: str, nth: int) -> ColumnMap | None:
        """The column of a title."""
        return next((each for each in self.columns if (each.title, each.nth) == (title, nth)), None)


@dataclass
class TableMap:
    """All that was decided: sheets, words for values by field, and products by the words of the trade."""

    sheets: list[SheetMap] = field(default_factory=list)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    """Of a text table whose bytes do not tell it."""
    comments: dict[tuple[str, str], str] = field(default_factory=dict, compare=False)
    """What is told beside a word, by its field and itself; of products the field is `products`."""

    def sheet_like(self, name: str, titles: set[tuple[str, int]]) -> SheetMap | None:
        """The sheet of this name and these columns, else one of another name whose read columns are all there."""
        fitting = [
            each
            for each in self.sheets
            if {(column.title, column.nth) for column in each.columns if column.field != NOT_READ} <= titles
        ]
        named = [each for each in fitting if each.sheet == name]
        found = named or sorted(fitting, key=lambda each: -len(each.columns))
        return found[0] if found else None

    def questions(self, name: str) -> list[Problem]:
        """What is open, each at its line of the file."""
        found: list[Problem] = []
        told: list[str] = []
        column = sheet = ""
        for number, line in enumerate(self.text().splitlines(), 1):
            bare = line.strip()
            if bare.startswith("- sheet: "):
                sheet = bare[2:].partition("  #")[0].replace(": ", " ", 1).replace('"', "`")
            if bare.startswith(("- sheet: ", "- column: ")):
                column = bare[2:].partition("  #")[0].replace(": ", " ", 1).replace('"', "`")
            elif bare in ("words:", "products:", "set:") or bare.startswith("unknown_columns: "):
                column = "" if bare in ("words:", "products:") else sheet
            if bare.startswith("#"):
                told.append(bare[2:])
                continue
            if bare.endswith(f": {ASK}"):
                key = bare.removesuffix(f": {ASK}").strip('"')
                where = f"{column}, `{key}`" if column else f"`{key}`"
                found.append(Problem(name, number, f"{where}: {' '.join(told) or 'write what is meant'}"))
            told = []
        return found

    def text(self) -> str:
        """The map as a file."""
        return _HEAD + "\n".join(_lines(self)) + "\n"


def _quote_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _value(text: str) -> str:
    plain = text.replace("_", "").replace("/", "").replace(" ", "").replace(".", "")
    return text if (plain.isascii() and plain.isalpha()) or text in (NOT_READ,) else _quote_text(text)


def _comment_text(comment: str | None) -> str:
    return f"  # {comment}" if comment else ""


def _above(comment: str | None, indent: str) -> Iterator[str]:
    for part in (comment or "").splitlines():
        yield f"{indent}# {part}"


def _entry(key: str, value: str, comment: str | None, indent: str) -> Iterator[str]:
    """A key with its value; what is asked has its comment above it."""
    asked = value == ASK
    if asked:
        yield from _above(comment, indent)
    shown = _quote_text(NOT_READ) if value == NOT_READ else _value(value)
    yield f"{indent}{key}: {shown}" + ("" if asked else _comment_text(comment))


def _lines(table_map: TableMap) -> Iterator[str]:
    yield f'version: "{VERSION}"'
    if table_map.encoding:
        yield from _entry("encoding", table_map.encoding, table_map.comments.get(("encoding", "")), "")
    yield "sheets:"
    for sheet in table_map.sheets:
        yield f"  - sheet: {_quote_text(sheet.sheet)}"
        yield from _entry("as", sheet.table, sheet.comments.get("as"), "    ")
        rows = ", ".join(map(str, sheet.header))
        yield f"    header: [{rows}]" + _comment_text(sheet.comments.get("header"))
        yield "    columns:"
        for column in sheet.columns:
            yield f"      - column: {_quote_text(column.title)}" + _comment_text(column.comments.get("column"))
            if column.nth > 1:
                yield f"        nth: {column.nth}"
            yield from _entry("field", column.field, column.comments.get("field"), "        ")
            for name, value in column.options.items():
                yield from _entry(name, value, column.comments.get(name), "        ")
        if sheet.unknown_columns and sheet.table != NOT_READ:
            yield from _entry("unknown_columns", sheet.unknown_columns, sheet.comments.get("unknown_columns"), "    ")
        if sheet.constants:
            yield "    set:"
            for name, value in sheet.constants.items():
                yield from _entry(name, value, sheet.comments.get(f"set.{name}"), "      ")
    if table_map.words:
        yield "words:"
        for name, words in table_map.words.items():
            yield f"  {name}:"
            for word, value in words.items():
                yield from _entry(_quote_text(word), value, table_map.comments.get((name, word)), "    ")
    if table_map.products:
        yield "products:"
        for word, value in table_map.products.items():
            yield from _entry(_quote_text(word), value, table_map.comments.get(("products", word)), "  ")


def read_map(path: Path) -> TableMap:
    """A map from its file; raises `InputError` with all that is wrong in it."""
    name = str(path)
    node: Any = read_yaml(user_files.text(path, name), name)
    problems: list[Problem] = []
    found = TableMap()
    if not isinstance(node, dict):
        raise InputError([Problem(name, line_of(node), "is no map of spreadsheets; it begins with `version`")])
    _check_keys(node, _KEYS, name, problems)
    if node.get("version") != VERSION:
        problems.append(Problem(name, 1, f"`version` is `{node.get('version', '')}`; this program reads {VERSION}"))
    found.encoding = str(node.get("encoding") or "")
    for item in _list_entries(node.get("sheets"), name, problems):
        if (sheet := _sheet(item, name, problems)) is not None:
            found.sheets.append(sheet)
    words = node.get("words") or {}
    for field_name, values in words.items() if isinstance(words, dict) else ():
        if isinstance(values, dict):
            found.words[str(field_name)] = {str(word): str(value) for word, value in values.items()}
    products = node.get("products") or {}
    if isinstance(products, dict):
        found.products = {str(word): str(value) for word, value in products.items()}
    if problems:
        raise InputError(problems)
    return found


def _sheet(item: Any, name: str, problems: list[Problem]) -> SheetMap | None:
    _check_keys(item, _SHEET_KEYS, name, problems)
    table = str(item.get("as", ""))
    if table not in (*TABLES, ASK, NOT_READ):
        told = f"`as`: there is no table `{table}`.{near(table, TABLES)}"
        problems.append(Problem(name, item.lines.get("as", line_of(item)), told))
        return None
    try:
        given = item.get("header") or []
        header = tuple(int(row) for row in ([given] if isinstance(given, str) else given))
    except ValueError:
        problems.append(Problem(name, item.lines.get("header", line_of(item)), "`header` takes numbers of rows"))
        return None
    columns = [_column(each, table, name, problems) for each in _list_entries(item.get("columns"), name, problems)]
    constants = item.get("set") or {}
    fixed = {str(k): str(v) for k, v in constants.items()} if isinstance(constants, Mapping) else {}
    for key in fixed:
        if table in TABLES and table_field(table, key) is None:
            line = getattr(constants, "lines", {}).get(key, line_of(item))
            problems.append(Problem(name, line, f"`{table}` has no field `{key}`.{near(key, TABLES[table].columns())}"))
    unknown = str(item.get("unknown_columns") or "")
    if unknown not in ("", ASK, NOT_READ):
        line = item.lines.get("unknown_columns", line_of(item))
        told = '`unknown_columns` takes "-", when none of them decides anything; else name their fields above'
        problems.append(Problem(name, line, told))
    return SheetMap(
        str(item.get("sheet", "")), table, header, columns, fixed, line=line_of(item), unknown_columns=unknown
    )


def _column(item: Any, table: str, name: str, problems: list[Problem]) -> ColumnMap:
    _check_keys(item, _COLUMN_KEYS, name, problems)
    field_name = str(item.get("field") or NOT_READ)
    line = item.lines.get("field", line_of(item))
    if field_name not in (ASK, NOT_READ) and table in TABLES and table_field(table, field_name) is None:
        told = f"`{table}` has no field `{field_name}`.{near(field_name, TABLES[table].columns())}"
        problems.append(Problem(name, line, told))
    options = {key: str(item[key]) for key in OPTIONS if item.get(key)}
    for key, value in options.items():
        if OPTIONS[key] and value not in (*OPTIONS[key], ASK):
            told = f"`{key}`: `{value}` is none of {', '.join(OPTIONS[key])}"
            problems.append(Problem(name, item.lines.get(key, line), told))
    nth = str(item.get("nth") or "1")
    return ColumnMap(str(item.get("column", "")), field_name, int(nth) if nth.isdigit() else 1, options, line=line)


def _list_entries(node: Any, name: str, problems: list[Problem]) -> list[Any]:
    if node in (None, ""):
        return []
    if not isinstance(node, list) or any(not isinstance(item, dict) for item in node):
        problems.append(Problem(name, line_of(node), "takes a list of mappings"))
        return []
    return node


def _check_keys(node: Any, known: tuple[str, ...], name: str, problems: list[Problem]) -> None:
    for key in node:
        if key not in known:
            problems.append(
                Problem(name, node.lines.get(key, line_of(node)), f"`{key}` is not known here.{near(key, known)}")
            )
