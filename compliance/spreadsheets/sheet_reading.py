"""One sheet read by its map: every cell to a field, what is open asked, what is not sure told, nothing in between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from compliance.errors import InputError, Problem
from compliance.spreadsheets.column_groups import OF_GROUPS, compare_groups, key_beside, spread_groups
from compliance.spreadsheets.files.cells import (
    BrokenCell,
    Cell,
    CellNote,
    Place,
    ShownPercent,
    carry_down,
    cell_text,
    is_number,
    letters,
)
from compliance.spreadsheets.files.header import ColumnName, Header
from compliance.spreadsheets.files.workbook import Sheet
from compliance.spreadsheets.map_file import ABOVE, ASK, CODE_FIRST, NOT_READ, ColumnMap, SheetMap
from compliance.spreadsheets.product_pairs import pair_products
from compliance.spreadsheets.repeated_rows import ask_of_repeats
from compliance.spreadsheets.row_kinds import RowKinds, sort_rows, tables_above
from compliance.spreadsheets.values import table_fields as kinds
from compliance.spreadsheets.values import writing_style as style
from compliance.spreadsheets.values.column_reading import ColumnReading, Words, read_column
from compliance.spreadsheets.values.column_values import ColumnValues, KnownProduct, column_values, text_of
from compliance.spreadsheets.values.number_text import decimal_text
from compliance.spreadsheets.values.table_fields import MONEY, POWER, TableField, table_field
from compliance.spreadsheets.values.trade_words import Vocabulary, fold_title
from compliance.spreadsheets.values.unit_text import factor_of, factor_told, kind_of_unit, multiply_exactly

_REPEATED = frozenset({"purchase", "date", "to_country", "owner", "owned", "site", "purchaser", "consignee"})
"""Fields that exports print once a group."""
_DAYS_TO_1904, _COMPACT = 1_462, 1_000_000
"""What a count of days from 1904 lacks to one from 1900; numbers above write a day itself, 20261231."""


@dataclass
class ReadColumn:
    """A column of the sheet as a field, with what its cells are."""

    name: ColumnName
    map: ColumnMap
    about: TableField
    values: ColumnValues
    reading: ColumnReading = field(default_factory=ColumnReading)

    @property
    def column(self) -> int:
        """Where it stands."""
        return self.name.column


@dataclass
class SheetReading:
    """A sheet, its map and its header; `read` fills the rest."""

    sheet: Sheet
    map: SheetMap
    header: Header
    vocabulary: Vocabulary
    known_product: KnownProduct
    kinds: RowKinds = field(default_factory=RowKinds)
    columns: list[ReadColumn] = field(default_factory=list)
    notes: list[CellNote] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    _shares: set[int] = field(default_factory=set)
    _dates: set[int] = field(default_factory=set)
    _shared: dict[tuple[int, int], BrokenCell] = field(default_factory=dict)
    """Numbers that are merged over several rows: of each, or of all, nobody can tell."""
    _paired: dict[int, list[Cell]] = field(default_factory=dict)
    """Cells of products that are told in two columns."""
    _words: Words | None = None
    """Where units of numbers are decided, if a column says them."""

    @cached_property
    def filled(self) -> dict[tuple[int, int], Cell]:
        """The cells that lie under one merged with them from above."""
        found = {}
        for top, left, bottom, right in self.sheet.merged:
            if bottom > top >= self.header.first and right == left:
                value = self.sheet.cell(top, left)
                found.update({(row, left): value for row in range(top + 1, bottom + 1)})
        return found

    def cells(self, column: int) -> list[Cell]:
        """The cells of a column in the rows of data, each with the value of the range that it is merged into."""
        if column in self._paired:
            return self._paired[column]
        rows = self.sheet.rows
        found = [rows[row][column] if column < len(rows[row]) else "" for row in self.kinds.data]
        if self.filled:
            found = [
                cell if cell != "" else self.filled.get((row, column), "")
                for row, cell in zip(self.kinds.data, found, strict=True)
            ]
        texts = {cell for cell in found if isinstance(cell, str)}
        if repeating := {cell for cell in texts if cell and self.vocabulary.is_ditto(cell)}:
            found = carry_down(found, repeating)
        shared, broken = self._shared, self.sheet.parts.broken_cells | self._shared
        if broken:
            found = [
                broken.get((row, column), cell) if cell in ("", 0) or (row, column) in shared else cell
                for row, cell in zip(self.kinds.data, found, strict=True)
            ]
        if column in self._dates and self.sheet.parts.counts_from_1904:
            found = [cell + _DAYS_TO_1904 if is_number(cell) and cell < _COMPACT else cell for cell in found]  # type: ignore[operator]
        if column in self._shares and self.sheet.parts.percent_cells:
            percent = self.sheet.parts.percent_cells
            found = [
                ShownPercent(float(cell)) if is_number(cell) and (row, column) in percent else cell  # type: ignore[arg-type]
                for row, cell in zip(self.kinds.data, found, strict=True)
            ]
        return found

    def prepare(self) -> None:
        """Sorts the rows and decides how the columns are written; what is open stands as `ask` in the map.

        Raises `InputError` where the sheet holds a second table.
        """
        pairs = list(self._mapped_columns())
        needs = self.vocabulary.tables[self.map.table].get("needs", ())
        needed = [name.column for name, about, _ in pairs if about.table == self.map.table and about.column in needs]
        if self.map.table in ("companies", "sites"):
            needed = [name.column for name, about, _ in pairs if about.column == "name"] or needed
        told = [
            n.column for n, about, _ in pairs if about.kind in (kinds.PARTY, kinds.PRODUCT, kinds.ID, kinds.COUNTRY)
        ]
        told += [n.column for n, about, _ in pairs if about.name in ("name", "purchase")]
        self.kinds = sort_rows(self.sheet, self.header, needed, told, self.vocabulary)
        self._look_beyond()
        for first, last in tables_above(self.sheet, self.header, self.vocabulary):
            told_so = (
                f"rows {first + 1} to {last + 1} look like a table of their own, above this one, and are not read; "
            )
            self.remarks.append(told_so + "put them on another sheet")
        counted = {name.column for name, about, _ in pairs if about.kind in (kinds.COUNT, kinds.NUMBER)}
        for top, left, bottom, right in self.sheet.merged:
            if bottom > top >= self.header.first and left == right and left in counted:
                words, why = cell_text(self.sheet.cell(top, left)), "is merged over several rows; write in each its own"
                self._shared.update({(row, left): BrokenCell(words, why) for row in range(top, bottom + 1)})
        self.remarks += compare_groups(pairs)
        self._dates = {name.column for name, about, _ in pairs if about.kind == kinds.DATE}
        self._shares = {name.column for name, about, _ in pairs if about.kind == kinds.SHARE}
        every = {name.column: self._values(name.column) for name in self.header.columns}
        evidence = style.sheet_evidence(every.values())
        for name, about, column in pairs:
            values = every[name.column]
            read = ReadColumn(name, column, about, values)
            self.columns.append(read)
            for key, found in self._styles(read, evidence):
                if found.value and key not in column.options:
                    column.options[key] = found.value
                if found.why:
                    column.comments[key] = found.why
        ask_of_repeats(self.columns, self.map.table, self.kinds.data, self.cells)
        if self.kinds.other_header is not None:
            line = self.sheet.line(self.kinds.other_header)
            told_so = f"sheet `{self.sheet.name}`: row {self.kinds.other_header + 1} names columns in another way; "
            told_so += "put what stands below on a sheet of its own"
            raise InputError([Problem(self.sheet.file, line, told_so)])

    def _look_beyond(self) -> None:
        """Notes the cells under no name; a row of a text table that has more cells than columns has slipped."""
        named = {name.column for name in self.header.columns}
        width = 1 + max(named, default=-1)
        beyond: dict[int, list[int]] = {}
        for row in self.kinds.data:
            for column, cell in enumerate(self.sheet.rows[row]):
                if column not in named and cell_text(cell):
                    beyond.setdefault(column, []).append(row)
        rows = sorted({row for column, some in beyond.items() if column >= width for row in some})
        if self.sheet.lines is not None and 2 * len(rows) <= len(self.kinds.data):
            self.kinds.data = [row for row in self.kinds.data if row not in rows]
            for row in rows:
                words = ", ".join(filter(None, map(cell_text, self.sheet.rows[row])))
                told = "has more cells than there are columns: is a value with a comma not in quotes? It is left out"
                self.notes.append(CellNote(Place(row, width), words, told, "row", True))
            beyond = {column: some for column, some in beyond.items() if column < width}
        for column, some in beyond.items():
            told = f"column {letters(column)} has no name and holds {len(some):,} values, as "
            self.remarks.append(told + f"`{cell_text(self.sheet.rows[some[0]][column])}`, which are not read")

    def _values(self, column: int) -> ColumnValues:
        return column_values(self.cells(column), self.kinds.data, column, self.vocabulary, self.known_product)

    def read(self, words: Words) -> dict[tuple[str, str], tuple[str, Place]]:
        """Reads every column; gives the words that are open, by field and word, with a place."""
        found: dict[tuple[str, str], tuple[str, Place]] = {}
        for column in self.columns:
            if column.about.kind == kinds.PRODUCT and (others := list(self._other_products(column))):
                self._paired[column.column] = pair_products(self.cells(column.column), others, words)
                column.values = self._values(column.column)
            column.reading = read_column(column.values, column.about, column.map.options, words, self.vocabulary)
            kind = column.about.kind
            own = self.vocabulary.words_name(column.about.table, column.about.name)
            name = {kinds.COUNTRY: "country", kinds.PRODUCT: "products"}.get(kind, own)
            for word, place in column.reading.open_words.items():
                found.setdefault((name, word), (column.name.title, place))
        if self._units is not None and any(kind_of_unit(each.about) == "count" for each in self.columns):
            self._words = words
            for word, place in self._open_units(words):
                found.setdefault(("unit", word), (self._units.title, place))
        return found

    def _other_products(self, column: ReadColumn) -> Iterator[list[Cell]]:
        """The cells of the columns that name products too, and are not read."""
        full = column.about.column if column.about.table == self.map.table else f"{column.about.table}.chip"
        read = {each.column for each in self.columns}
        for name in self.header.columns:
            if name.column not in read and not self.vocabulary.is_unit_column(name.lookups):
                meant = self.vocabulary.meanings(self.map.table, name.lookups)
                if any(each.field == full for each in meant):
                    yield self.cells(name.column)

    @property
    def hidden_rows(self) -> list[int]:
        """The rows of data that the workbook hides, from 0."""
        hidden = self.sheet.parts.hidden_rows
        return [row for row in self.kinds.data if row in hidden] if hidden else []

    def unread_columns(self) -> tuple[list[str], list[str], list[str]]:
        """The titles of columns that are not read: those not known, those of a field that is read, and the others."""
        read = {each.column for each in self.columns} | ({self._units.column} if self._units is not None else set())
        unknown, other, left = list[str](), list[str](), list[str]()
        fields = {each.map.field.split(".")[0] for each in self.columns}
        for name in self.header.columns:
            if name.column in read or self.vocabulary.is_not_read(name.lookups):
                continue
            if any(fold_title(text) in self.vocabulary.currency for text in name.lookups):
                continue
            meant = {each.field.split(".")[0] for each in self.vocabulary.meanings(self.map.table, name.lookups)}
            (unknown if not meant else left if fields.isdisjoint(meant) else other).append(name.title)
        return unknown, other, left

    def _mapped_columns(self) -> Iterator[tuple[ColumnName, TableField, ColumnMap]]:
        for name in self.header.columns:
            column = self.map.column(name.title, name.nth)
            if column is None or column.field in (ASK, NOT_READ):
                continue
            about = table_field(self.map.table, column.field)
            if about is not None:
                yield name, about, column

    def _styles(self, column: ReadColumn, evidence: style.SheetEvidence) -> Iterator[tuple[str, style.StyleChoice]]:
        about, values = column.about, column.values
        if about.kind in (kinds.COUNT, kinds.NUMBER, kinds.SHARE):
            yield "number", style.number_writing(values, about, evidence)
        if kind_of_unit(about):
            yield "times", self._factor(column)
        if about.kind == kinds.SHARE and "times" not in column.map.options:
            yield "percent", style.percent_unit(values)
        if about.kind == kinds.DATE:
            yield "date", style.date_order(values, evidence, column.name.title)
        if about.kind == kinds.PARTY and about.part == "name":
            yield "party", style.party_writing(values)
        is_repeated = about.name in _REPEATED and "group" not in column.map.options
        if is_repeated and about.table == self.map.table and self.kinds.data:
            first = self.cells(column.column)[0] not in ("", None)
            least = 0 if about.name == "purchaser" else 0.2
            yield "blank", style.blank_means(values, first, len(self.kinds.data), least)
        if about.name in MONEY:
            yield "currency", self._currency(column)

    def _factor(self, column: ReadColumn) -> style.StyleChoice:
        """By what the numbers are multiplied to be in the unit of the field."""
        title = column.name.title.replace(column.map.options.get("chip", ""), "")
        factor, word = factor_told(title, column.about, self.vocabulary)
        if factor != ASK:
            return style.StyleChoice(factor, f"by `{word}` in its name")
        if column.about.name in POWER:
            told = f"`{word}` is not megawatts" if word else "in which unit is not told"
            return style.StyleChoice(ASK, f"{told}: write by what each is multiplied, `1` for MW, `1/1000` for kW")
        told = f"its name says `{word}`: of how many of the product is each? Write `1` where the product is that itself"
        return style.StyleChoice(ASK, told)

    @cached_property
    def _units(self) -> ColumnName | None:
        """The column that says what the numbers of units count."""
        read = {each.column for each in self.columns}
        found = (n for n in self.header.columns if n.column not in read and self.vocabulary.is_unit_column(n.lookups))
        return next((name for name in found if not self._holds_numbers(name)), None)

    def _holds_numbers(self, name: ColumnName) -> bool:
        return all(map(is_number, filter(cell_text, self.cells(name.column))))

    def _open_units(self, words: Words) -> Iterator[tuple[str, Place]]:
        """The words for units that are not surely one of the product, nor a known number of it."""
        for cell, row in zip(self.cells(self._units.column), self.kinds.data, strict=True) if self._units else ():
            if self._unit_factor(text_of(cell), words) is None:
                yield text_of(cell), Place(row, self._units.column)  # type: ignore[union-attr]

    def _unit_factor(self, word: str, words: Words) -> Fraction | None:
        if not word or fold_title(word) in self.vocabulary.units:
            return Fraction(1)
        known = words.value("unit", word) or self.vocabulary.factor_of("count", word)
        return factor_of(known) if known else None

    def _in_units(self, texts: list[str], words: Words) -> list[str]:
        """Numbers of units by what the column beside them says that they count."""
        assert self._units is not None
        units = [self._unit_factor(text_of(cell), words) for cell in self.cells(self._units.column)]
        return [
            decimal_text(multiply_exactly(Decimal(text), unit)) if text and unit is not None and unit != 1 else text
            for text, unit in zip(texts, units, strict=True)
        ]

    def _currency(self, column: ReadColumn) -> style.StyleChoice:
        """In which currency a value stands: by the title, or by a column beside it."""
        title = column.name.title.casefold()
        if any(re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", title) for word in self.vocabulary.us_dollar):
            return style.StyleChoice("USD", "by its name")
        for name in self.header.columns:
            if any(fold_title(text) in self.vocabulary.currency for text in name.lookups):
                return style.StyleChoice(f"column {name.title}", "rows in US dollars are read")
        return style.StyleChoice("unknown", "in which currency is not told: not read; write USD if it is")

    def rows(self) -> tuple[list[int], dict[str, list[str]]]:
        """The rows of data, and their values by column of a world (empty: not known); what is not read is noted."""
        places = self.kinds.data
        found: dict[str, list[str]] = {}
        groups: dict[str, dict[str, list[str]]] = {}
        for column in self.columns:
            group = column.map.options.get("group", "") if column.about.table == self.map.table else ""
            into = groups.setdefault(group, {}) if group else found
            for key, values in self._texts(column, places):
                if key in into:
                    into[key] = [a or b for a, b in zip(into[key], values, strict=True)]
                else:
                    into[key] = values
        lines = self.vocabulary.takes_parties(self.map.table)
        return (places, found) if not groups else spread_groups(places, found, groups, lines)

    def _texts(self, column: ReadColumn, places: Sequence[int]) -> Iterator[tuple[str, list[str]]]:
        about = column.about
        key = about.column
        if about.table != self.map.table:
            key = key_beside(about, column.map)
        readings, number = column.reading.by_cell, column.column
        above = column.map.options.get("blank") == ABOVE
        cells = self.cells(number)
        if above:
            cells = carry_down(cells, {cell for cell in cells if isinstance(cell, str) and not cell.strip()})
        found = {cell: reading.value for cell, reading in readings.items()}
        texts = [found.get(cell, "") for cell in cells]
        bad = {cell for cell, reading in readings.items() if reading.wrong}
        wrong: dict[Cell, list[int]] = {}
        for row, cell in zip(places, cells, strict=True) if bad else ():
            if cell in bad:
                wrong.setdefault(cell, []).append(row)
        for cell, rows in wrong.items():
            message = readings[cell].wrong
            self.notes += [CellNote(Place(row, number), cell_text(cell), message, key, about.decides) for row in rows]
        if self._words is not None and kind_of_unit(about) == "count":
            texts = self._in_units(texts, self._words)
        if about.name in MONEY:
            texts = self._dollars(column, places, texts)
        if column.map.options.get("party") == CODE_FIRST:
            party = key.removesuffix(".name")
            yield f"{party}.id", [text.partition(" ")[0] for text in texts]
            texts = [text.partition(" ")[2].lstrip(" -–:") for text in texts]
        yield key, texts
        for option, name in OF_GROUPS.items():
            if meant := column.map.options.get(option, ""):
                values = [meant if text not in ("", "0") else "" for text in texts]
                yield f"{key.rpartition('.')[0]}.{name}".lstrip("."), values
        if about.kind == kinds.PRODUCT:
            words = {cell: text_of(cell) for cell in readings}
            told = [words.get(cell, "") for cell in cells]
            if told != texts:
                yield (
                    f"{key.removesuffix('chip')}x_product",
                    [a if a != b else "" for a, b in zip(told, texts, strict=True)],
                )

    def _dollars(self, column: ReadColumn, places: Sequence[int], texts: list[str]) -> list[str]:
        told = column.map.options.get("currency", "")
        if told == "USD":
            return texts
        if told.startswith("column "):
            name = next((n for n in self.header.columns if n.title == told.removeprefix("column ")), None)
            if name is not None:
                dollars = self.vocabulary.us_dollar
                kept = [cell_text(cell).casefold() in dollars for cell in self.cells(name.column)]
                if not all(kept):
                    self.remarks.append(
                        f"`{column.name.title}`: {len(kept) - sum(kept):,} values are not in US dollars, and not read"
                    )
                return [text if is_dollar else "" for text, is_dollar in zip(texts, kept, strict=True)]
        self.remarks.append(f"`{column.name.title}`: in which currency is not told, and not read")
        return [""] * len(texts)
