"""How the values of a column are written, told by its own cells, else by those of the columns beside it, else asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from compliance.spreadsheets.files.cells import Cell, cell_text, is_number
from compliance.spreadsheets.map_file import ABOVE, ASK, CODE_FIRST, EMPTY, PLAIN
from compliance.spreadsheets.values import table_fields as kinds
from compliance.spreadsheets.values.column_values import ColumnValues
from compliance.spreadsheets.values.date_text import ORDERS, SERIAL, compact_day, dates_meant, order_told, serial_day
from compliance.spreadsheets.values.number_text import (
    FRACTION,
    PERCENT,
    WRITINGS,
    count_of,
    has_percent_sign,
    number_of,
    share_of,
)  # fmt: skip
from compliance.spreadsheets.values.table_fields import TableField

_SHOWN = 3
_LEAST_ALIKE = 3
_NUMERIC = 0.8
_CODED = re.compile(r"(\S*\d\S*)\s+[-–:]?\s*(\S.*)")


class StyleChoice(NamedTuple):
    """A way of writing, or `ask`, and what it rests on; empty where the values need none."""

    value: str = ""
    why: str = ""


@dataclass(frozen=True)
class SheetEvidence:
    """The ways of writing that cells of the sheet allow alone: by way, the cell."""

    numbers: Mapping[str, str]
    dates: Mapping[str, str]


def sheet_evidence(columns: Iterable[ColumnValues]) -> SheetEvidence:
    """What the columns of a sheet that hold numbers or dates in text tell about how it writes them."""
    numbers: dict[str, str] = {}
    dates: dict[str, str] = {}
    for column in columns:
        sample = [cell for cell in column.sample if isinstance(cell, str)]
        numeric = [cell for cell in sample if any(_number(cell, way) is not None for way in WRITINGS)]
        dated = any(dates_meant(cell) for cell in sample)
        if (len(numeric) < _NUMERIC * len(sample) and not dated) or not sample:
            continue
        texts = [cell for cell in column.known if isinstance(cell, str)]
        if sum(any(_number(cell, way) is not None for way in WRITINGS) for cell in texts) >= _NUMERIC * len(texts):
            for cell in texts:
                ways = [way for way in WRITINGS if _number(cell, way) is not None]
                if len(ways) == 1 and re.search("[.,]", cell):
                    numbers.setdefault(ways[0], f"{column.places[cell]} `{cell}`")
        for cell in texts:
            meant = dates_meant(cell)
            if len(meant) == 1 and "" not in meant:
                dates.setdefault(next(iter(meant)), f"{column.places[cell]} `{cell}`")
    return SheetEvidence(numbers, dates)


def _number(cell: str, way: str) -> object:
    return number_of(cell, way) if not has_percent_sign(cell) else share_of(cell, way)


def number_writing(values: ColumnValues, about: TableField, evidence: SheetEvidence) -> StyleChoice:
    """Decimal point or decimal comma."""
    read = {kinds.COUNT: count_of, kinds.SHARE: share_of}.get(about.kind, number_of)
    texts = [cell for cell in values.known if isinstance(cell, str)]
    readings = {cell: [read(cell, way) for way in WRITINGS] for cell in texts}
    differ = [cell for cell, (one, two) in readings.items() if one is not None and two is not None and one != two]
    alone = {
        way: cell
        for cell, found in readings.items()
        for place, way in enumerate(WRITINGS)
        if found[place] is not None and found[1 - place] is None
    }
    if not differ:
        if len(alone) == 1:
            way, cell = next(iter(alone.items()))
            return StyleChoice(way, f"by {values.places[cell]} `{cell}`")
        return _ask_user(list(alone.values()), values, "both ways of writing stand in it") if alone else StyleChoice()
    if len(alone) == 1:
        way, cell = next(iter(alone.items()))
        return StyleChoice(way, f"by {values.places[cell]} `{cell}`")
    if not alone and len(evidence.numbers) == 1:
        way, told = next(iter(evidence.numbers.items()))
        return StyleChoice(way, f"as the rest of the sheet, by {told}")
    cell = differ[0]
    one, two = readings[cell]
    return _ask_user(differ, values, f'`{cell}` is {one} or {two}: write "{WRITINGS[0]}" or "{WRITINGS[1]}"')


def _ask_user(cells: Sequence[Cell], values: ColumnValues, why: str) -> StyleChoice:
    return StyleChoice(ASK, f"{why}; {_cells(cells, values)}")


def _cells(cells: Sequence[Cell], values: ColumnValues) -> str:
    told = ", ".join(f"{values.places[cell]} `{cell_text(cell)}`" for cell in cells[:_SHOWN])
    more = f" and {len(cells) - _SHOWN:,} more" if len(cells) > _SHOWN else ""
    return f"cells {told}{more}"


def date_order(values: ColumnValues, evidence: SheetEvidence, title: str = "") -> StyleChoice:
    """The order of the parts of dates in text, or that numbers count days; the title may tell it by a mask."""
    numbers = [cell for cell in values.known if is_number(cell)]
    serials = [c for c in numbers if compact_day(float(c)) is None and serial_day(float(c)) is not None]  # type: ignore[arg-type]
    if serials:
        first = serial_day(float(serials[0]))  # type: ignore[arg-type]
        return _ask_user(
            serials, values, f"is `{cell_text(serials[0])}` a count of days, {first}? Write `{SERIAL}`, or correct it"
        )
    meant = {cell: dates_meant(cell) for cell in values.known if isinstance(cell, str)}
    open_cells = [cell for cell, days in meant.items() if len(days) > 1]
    alone = {next(iter(days)): cell for cell, days in meant.items() if len(days) == 1 and "" not in days}
    if len(alone) > 1:
        return _ask_user(
            list(alone.values()), values, "several orders stand in it; write the one meant, and correct the others"
        )
    if not open_cells:
        if not alone:
            return StyleChoice()
        order, cell = next(iter(alone.items()))
        return StyleChoice(order, f"by {values.places[cell]} `{cell}`")
    left = [order for order in ORDERS if all(order in meant[cell] for cell in open_cells)]
    if len(alone) == 1 and next(iter(alone)) in left:
        order, cell = next(iter(alone.items()))
        return StyleChoice(order, f"by {values.places[cell]} `{cell}`")
    if not alone and not order_told(title) and len(evidence.dates) == 1 and next(iter(evidence.dates)) in left:
        order, told = next(iter(evidence.dates.items()))
        return StyleChoice(order, f"as the rest of the sheet, by {told}")
    if not alone and (told := order_told(title)) in left:
        return StyleChoice(told, "by its name")
    cell = open_cells[0]
    ways = " or ".join(f"{day} (`{order}`)" for order, day in meant[cell].items())
    return _ask_user(open_cells, values, f"`{cell}` is {ways}: write which")


def percent_unit(values: ColumnValues) -> StyleChoice:
    """Percent, or fractions of one; where the workbook tells of each number how it is shown, nothing is asked."""
    numbers = [cell for cell in values.known if is_number(cell)]
    texts = [cell for cell in values.known if isinstance(cell, str) and not has_percent_sign(cell)]
    bare = [cell for cell in texts if any(number_of(cell, way) is not None for way in WRITINGS)]
    small = [cell for cell in numbers if 0 < float(cell) <= 1]  # type: ignore[arg-type]
    small_texts = [
        cell for cell in bare if any(0 < value <= 1 for way in WRITINGS if (value := number_of(cell, way)) is not None)
    ]
    if not small and not small_texts:
        return StyleChoice()
    large = [cell for cell in numbers if float(cell) > 1] + [cell for cell in bare if cell not in small_texts]  # type: ignore[arg-type]
    broken = [cell for cell in [*small, *small_texts] if cell_text(cell).replace(",", ".") not in ("1", "1.0", "1.00")]
    if not large and not broken:
        return _ask_user([*small, *small_texts], values, f"is `1` 1 or 100 percent? Write `{PERCENT}` or `{FRACTION}`")
    cell = (broken or small or small_texts)[0]
    if large:
        return _ask_user(
            [cell, large[0]], values, f"are these percent, or some fractions of one? Write `{PERCENT}` or `{FRACTION}`"
        )
    return _ask_user(
        broken,
        values,
        f"is `{cell_text(cell)}` that many percent, or that part of one? Write `{PERCENT}` or `{FRACTION}`",
    )


def blank_means(values: ColumnValues, first_filled: bool, rows: int, least: float = 0.2) -> StyleChoice:
    """Whether an empty cell of a column repeats the one above: asked where a group seems to be told once.

    `least` is the share of empty cells from which it seems so.
    """
    if not values.blanks or not first_filled or values.blanks < least * rows:
        return StyleChoice()
    return StyleChoice(ASK, f"{values.blanks:,} of {rows:,} cells are empty: write `{ABOVE}` or `{EMPTY}`")


def party_writing(values: ColumnValues) -> StyleChoice:
    """Whether each cell holds the number of a party and its name: all begin with numbers of one make."""
    texts = [cell for cell in values.known if isinstance(cell, str)]
    found = [_CODED.fullmatch(cell) for cell in texts]
    if not texts or not all(found) or len(texts) < len(values.known):
        return StyleChoice()
    makes = {re.sub(r"\d", "9", each[1]) for each in found if each}
    if len({re.sub("9+", "9", make) for make in makes}) > 1:
        return StyleChoice()
    told = f"{values.places[texts[0]]} `{texts[0]}`"
    if len(texts) < _LEAST_ALIKE:
        return StyleChoice(ASK, f"does {told} begin with a number of the party? Write `{CODE_FIRST}` or `{PLAIN}`")
    return StyleChoice(CODE_FIRST, f"as {told}")
