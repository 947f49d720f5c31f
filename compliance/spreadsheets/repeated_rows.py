"""Rows that tell one site again: whether their numbers add up, or say the same, is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Protocol

from compliance.spreadsheets.files.cells import Cell, Place
from compliance.spreadsheets.files.header import ColumnName
from compliance.spreadsheets.map_file import ADD_UP, ASK, REPEATED, SAY_THE_SAME, ColumnMap
from compliance.spreadsheets.values.column_values import text_of
from compliance.spreadsheets.values.number_text import decimal_text
from compliance.spreadsheets.values.table_fields import POWER, TableField


class MappedColumn(Protocol):
    """A column of a sheet as a field."""

    name: ColumnName
    map: ColumnMap
    about: TableField


def ask_of_repeats(
    columns: Sequence[MappedColumn], table: str, rows: Sequence[int], cells: Callable[[int], list[Cell]]
) -> None:
    """Asks of the power of sites of which several rows tell one; the map keeps the answer."""
    keys = [each for each in columns if each.about.table == table and each.about.column in ("id", "name")]
    for column in columns if table == "sites" and keys else ():
        if column.about.name not in POWER or REPEATED in column.map.options:
            continue
        first: dict[str, int] = {}
        named = [text_of(cell).casefold() for cell in cells(min(keys, key=lambda each: each.about.column).name.column)]
        for name, cell, row in zip(named, cells(column.name.column), rows, strict=True):
            if not name or not text_of(cell):
                continue
            if (before := first.setdefault(name, row)) != row:
                two = f"{Place(before, column.name.column)} and {Place(row, column.name.column)}"
                column.map.options[REPEATED] = ASK
                column.map.comments[REPEATED] = (
                    f"{two} are of one site (`{name}`): do rows of one site add up, such as racks, or say the same "
                    f"again? Write `{ADD_UP}` or `{SAY_THE_SAME}`"
                )
                break


def add_up(columns: Sequence[MappedColumn], before: dict[str, str], values: dict[str, str]) -> None:
    """Adds the numbers of a row to those of an earlier row of the same site, where the map says that they add up."""
    for column in columns:
        key = column.about.column
        if column.map.options.get(REPEATED) == ADD_UP and key in before and values.get(key):
            before[key] = decimal_text(Decimal(before[key]) + Decimal(values.pop(key)))
