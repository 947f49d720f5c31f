"""Small workbooks for tests, and what reading them gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from compliance.errors import InputError
from compliance.rulebook.folder import rules_folder
from compliance.spreadsheets.book_reading import BookQuestion
from compliance.spreadsheets.importing import TableImport, import_tables
from compliance.world.io.load import load_world
from compliance.world.reference.chip_catalogue import Catalogue

CATALOGUE = Catalogue.load(rules_folder())
PERCENT = "0.00%"
NONE_DECIDES = {"unknown_columns": '"-"'}
"""The answer that columns of no known name decide nothing."""


@dataclass
class Shown:
    """A number shown by a format."""

    value: float
    number_format: str


@dataclass
class Read:
    """What an import gave: its rows by table, or what it asks."""

    asked: list[str] = field(default_factory=list)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    told: TableImport | None = None
    map_path: Path = field(default_factory=Path)

    @property
    def text(self) -> str:
        assert self.told is not None, self.asked
        return self.told.text


def write(
    path: Path, sheets: dict[str, list[list[Any]]], merge: dict[str, list[str]] | None = None, hide: str = ""
) -> Path:
    """A workbook of these rows; `merge` has ranges by sheet, `hide` a column of every sheet."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for ranged in (merge or {}).get(name, ()):
            sheet.merge_range(ranged, "")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Shown):
                    sheet.write_number(row, column, cell.value, book.add_format({"num_format": cell.number_format}))
                elif isinstance(cell, date):
                    form = book.add_format({"num_format": "dd/mm/yyyy"})
                    sheet.write_datetime(row, column, datetime.combine(cell, time()), form)
                elif isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write(row, column, cell)
        if hide:
            sheet.set_column(f"{hide}:{hide}", None, None, {"hidden": True})
    book.close()
    return path


def read(path: Path, answers: dict[str, str] | None = None, **question: Any) -> Read:
    """Imports a file; each `ask` of the map whose question holds a key of `answers` is answered so."""
    map_path = question.pop("map_path", path.with_suffix(".map.yaml"))
    asked = BookQuestion(path, map_path, **question)
    found = Read(map_path=map_path)
    output = path.with_suffix("")
    output = output.with_name(f"{output.name}-world-{len(list(path.parent.iterdir()))}")
    for _ in range(2):
        try:
            found.told = import_tables(asked, CATALOGUE, output)
        except InputError as error:
            found.asked = [problem.message for problem in error.problems]
            lines = map_path.read_text("utf-8").splitlines() if map_path.exists() else []
            hits = {
                problem.line: value
                for problem in error.problems
                for key, value in (answers or {}).items()
                if problem.file == str(map_path) and key in problem.message
            }
            if not hits:
                return found
            for line, value in hits.items():
                lines[line - 1] = lines[line - 1].removesuffix("ask") + value
            map_path.write_text("\n".join(lines) + "\n", "utf-8")
            continue
        break
    if found.told is not None:
        world = load_world(output)
        for table in found.told.made:
            found.rows[table] = [dict(plain(row)) for row in world.rows(table)]
        if (output / "unread.csv").exists():
            found.rows["unread"] = [dict(plain(row)) for row in world.rows("unread")]
    return found


def plain(row: Any) -> Any:
    import json

    return json.loads(row.content)


def with_column(title: str, *values: Any) -> list[list[Any]]:
    """Orders with one more column."""
    from tests.spreadsheets.test_import_table import ORDERS, order

    return [[*ORDERS, title], *([*order(place), value] for place, value in enumerate(values, 1))]
