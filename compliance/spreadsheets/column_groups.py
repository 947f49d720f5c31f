"""Groups of columns that make rows of their own: what they have in common, and which of them lack a part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compliance.spreadsheets.files.header import ColumnName
from compliance.spreadsheets.map_file import ColumnMap
from compliance.spreadsheets.values.table_fields import TableField

GROUP = "#"
"""Parts the name of a table beside another from what tells several of its rows apart."""

OF_GROUPS = {"role": "role", "day": "date", "chip": "chip"}
"""What the map may say of all cells of a column, and the field that it is."""


def key_beside(about: TableField, column: ColumnMap) -> str:
    """The key of a field of a table beside another, `stakes#2.owner`; rows of other roles and groups are others."""
    apart = [column.options[name] for name in ("role", "group") if name in column.options]
    return f"{GROUP.join((about.table, *apart))}.{about.column}"


def table_beside(key: str) -> str:
    """The table of a key of a table beside another."""
    return key.partition(".")[0].partition(GROUP)[0]


def compare_groups(columns: Sequence[tuple[ColumnName, TableField, ColumnMap]]) -> Iterator[str]:
    """Tells the owners that have no column for their share, and the shares that have no owner."""
    groups: dict[str, dict[str, str]] = {"owner": {}, "percent": {}}
    for name, about, column in columns:
        if about.table == "stakes" and about.column in groups and "group" in column.options:
            groups[about.column][column.options["group"]] = name.title
    owners, shares = groups["owner"], groups["percent"]
    if alone := [f"`{owners[group]}`" for group in owners if group not in shares]:
        yield f"{', '.join(alone)}: no column tells the share, which stands as unknown"
    if alone := [f"`{shares[group]}`" for group in shares if group not in owners]:
        yield f"{', '.join(alone)}: no column tells whose share it is, which stands without an owner"


def spread_groups(
    places: Sequence[int], common: dict[str, list[str]], groups: dict[str, dict[str, list[str]]], lines: bool
) -> tuple[list[int], dict[str, list[str]]]:
    """A row for each group of columns that a row fills, with what all have in common; one that fills none is one.

    Those of an order are its lines, and are numbered.
    """
    rows: list[int] = []
    keys = [*common, *(key for each in groups.values() for key in each)]
    if lines:
        keys.append("line")
    found: dict[str, list[str]] = {key: [] for key in keys}
    for at, place in enumerate(places):
        own = [{key: values[at] for key, values in group.items()} for group in groups.values()]
        filled = [each for each in own if any(text not in ("", "0") for key, text in each.items() if key != "date")]
        for number, group in enumerate(filled or [{}], 1):
            rows.append(place)
            beside = {key: values[at] for key, values in common.items()}
            if lines:
                beside.setdefault("line", str(number) if len(filled) > 1 else "")
            for key, values in found.items():
                values.append(group.get(key) or beside.get(key, ""))
    return rows, found
