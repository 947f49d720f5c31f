"""A workbook read by a map that is there, or by one that is proposed; it ends where the map leaves something open."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compliance.errors import InputError, Problem, UsageError, near
from compliance.output_files import unwritable, write_file
from compliance.spreadsheets import proposal as proposing
from compliance.spreadsheets.files.cells import Cell, Place
from compliance.spreadsheets.files.header import Header, find_header, header_at
from compliance.spreadsheets.files.text_tables import EncodingDoubt
from compliance.spreadsheets.files.workbook import Sheet, read_workbook
from compliance.spreadsheets.map_file import ASK, NOT_READ, SheetMap, TableMap, read_map
from compliance.spreadsheets.product_pairs import BESIDE, Goods
from compliance.spreadsheets.rival_columns import set_apart
from compliance.spreadsheets.row_constants import ask_constants
from compliance.spreadsheets.sheet_reading import SheetReading
from compliance.spreadsheets.unknown_columns import ask_unknown
from compliance.spreadsheets.values.column_values import ColumnValues, column_values
from compliance.spreadsheets.values.country_text import countries_meant
from compliance.spreadsheets.values.trade_words import Vocabulary, fold_title, load_vocabulary
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.row import describable_fields
from compliance.world.schema.tables import TABLES as TABLE_ROWS

TABLES = ("orders", "companies", "stakes", "sites", "holdings", "shipments")
"""The tables that a sheet may be without being told so."""
MOST_PRODUCTS = 500
"""Products that the map lists with what they were read as."""


@dataclass
class BookReading:
    """The sheets of a workbook that were read, and what is to be said of the others."""

    file: str
    map: TableMap
    map_path: Path
    sheets: list[SheetReading] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class BookQuestion:
    """What is asked of a workbook: which sheet, as which table, and which tables are looked for."""

    path: Path
    map_path: Path
    sheet: str = ""
    table: str = ""
    tables: Collection[str] = TABLES


def read_book(question: BookQuestion, catalogue: Catalogue) -> BookReading:
    """Reads a workbook.

    The map is read where its file is there, and written, completed by what is new, where something is open.
    Raises `InputError` with all that is open, each at its line of the map, and nothing is read then.
    """
    reader = _BookReader(question, catalogue)
    found = reader.read()
    asked = found.map.questions(str(question.map_path))
    if asked or not question.map_path.exists():
        try:
            write_file(question.map_path, found.map.text())
        except OSError as wrong:
            raise unwritable(question.map_path, wrong) from None
    if asked:
        told = "some of it can be read in two ways; in the map, put what is meant for each `ask`, and run this again"
        raise InputError([Problem(found.file, 0, f"is not read: {told}"), *asked])
    return found


def propose_book(question: BookQuestion, catalogue: Catalogue) -> BookReading:
    """Reads a workbook as `read_book` does; what is open stands as `ask` in its map, of which nothing is written."""
    return _BookReader(question, catalogue).read()


def map_beside(world: Path) -> Path:
    """Where the map of a world lies if nobody says where: beside it."""
    return world.parent / f"{world.name.removesuffix(world.suffix) if world.suffix else world.name}.map.yaml"


class _BookReader:
    def __init__(self, question: BookQuestion, catalogue: Catalogue) -> None:
        self.question = question
        self.vocabulary: Vocabulary = load_vocabulary()
        self.catalogue = catalogue
        self.names = catalogue.trade
        self.map = read_map(question.map_path) if question.map_path.exists() else TableMap()
        if self.map.encoding == ASK:
            self.map.encoding = ""
        self.found = BookReading(str(question.path), self.map, question.map_path)
        self._asked_tables: list[SheetMap] = []

    def read(self) -> BookReading:
        """The reading; what is open stands as `ask` in its map."""
        for sheet in self._sheets():
            reading = self._sheet(sheet)
            if reading is not None:
                reading.prepare()
                self.found.sheets.append(reading)
        if not self.found.sheets and not self.map.questions(""):
            raise InputError([Problem(self.found.file, 0, "holds no table that is read here"), *self._why_nothing()])
        for reading in self.found.sheets:
            for (name, word), (title, place) in reading.read(self).items():
                self._open(name, word, reading, title, place)
        for about in self._asked_tables:
            about.table = ASK
        return self.found

    def value(self, field_name: str, word: str) -> str | None:
        """What the map says of a word; of a product also what the catalogue makes of it."""
        if field_name != "products":
            return self.map.words.get(field_name, {}).get(word)
        decided = self.map.products.get(word)
        if decided is None:
            match = self.names.match(word)
            if match.name is None or BESIDE in word:
                return None
            if len(self.map.products) < MOST_PRODUCTS and match.name != word:
                self.map.products[word] = match.name
                self.map.comments["products", word] = match.told
            return match.name
        if decided in (ASK, NOT_READ):
            return None if decided == ASK else ""
        if not self.catalogue.parts(decided):
            path = str(self.question.map_path)
            told = f"`products`: `{word}`: no chip or product is called `{decided}`."
            raise InputError([Problem(path, 0, told + self.catalogue.near(decided))])
        return decided

    def goods(self, word: str) -> Goods | None:
        """The chips that the words of a product mean by the map, else by the catalogue; `None` where that is open."""
        decided, match = self.map.products.get(word, ""), self.names.match(word)
        if decided == NOT_READ:
            return Goods(())
        parts = self.catalogue.parts(decided if decided not in ("", ASK) else match.name or "")
        if not parts:
            return None
        family = self.names.family_of(parts[0].chip.name)
        vague = match.is_vague or fold_title(word) == fold_title(family)
        return Goods(tuple((part.chip.name, part.count) for part in parts), vague, family)

    def hints(self, word: str) -> bool:
        """Whether the words may mean a product that is known here."""
        return bool(self.names.match(word).choices)

    def is_sold_with(self, word: str, goods: Goods) -> bool:
        """Whether the words name a server alone, and it is sold with these chips."""
        match = self.names.match(word)
        held = [tuple((p.chip.name, p.count) for p in self.catalogue.parts(choice)) for choice in match.choices]
        return match.is_server and goods.parts in held

    def _open(self, name: str, word: str, reading: SheetReading, title: str, place: Place) -> None:
        where = f"sheet `{reading.sheet.name}`, {place}, column `{title}`"
        if name == "products":
            match = self.names.match(word)
            choices = match.choices
            if BESIDE in word:
                parts = [self.names.match(part) for part in word.split(BESIDE)]
                either = [name for each in parts for name in ((each.name,) if each.name else each.choices)]
                choices = tuple(dict.fromkeys(sorted(either, key=self.catalogue.laxity)))
            told = f"is it {_either(choices)}?" if choices else "no product of the trade that is known here"
            told = f"{match.told}; {told}" if match.told else told
            told = f"{where}: {told} Write a chip or product (see `compliance chips`), or `-`"
            self.map.products[word], self.map.comments["products", word] = ASK, told
            return
        if name in describable_fields(TABLE_ROWS[reading.map.table]):
            told = "whom does it mean? Write `purchaser` or `consignee`, or `-` where it is not known"
            self._ask_word(name, word, f"{where}: {told}")
            return
        if name == "unit":
            self._ask_word(name, word, f"{where}: how many of the product is one `{word}`? Write the number")
            return
        codes = countries_meant(word) if name == "country" else ()
        told = f"is it {_either(codes)}?" if codes else "is not known here"
        decided = self.map.words.get(name, {}).get(word, ASK)
        told = told if decided == ASK else f"may not be `{decided}` in `{reading.map.table}`"
        values = sorted(set(self.vocabulary.values.get(name, {}).values()))
        choices = tuple(values) or (("two letters of ISO 3166-1",) if name == "country" else ())
        told += f"{'' if codes else '.'} Write {_either(choices, 9) or 'a value'}, or `-` where it is not known"
        self._ask_word(name, word, f"{where}: {told}")

    def _ask_word(self, name: str, word: str, told: str) -> None:
        self.map.words.setdefault(name, {})[word] = ASK
        self.map.comments[name, word] = told

    def _sheets(self) -> Iterator[Sheet]:
        path = self.question.path
        try:
            sheets = read_workbook(path, self._known_words, self.map.encoding)
        except EncodingDoubt as doubt:
            self.map.encoding = ASK
            told = "; ".join(f"{encoding}: `{sample}`" for encoding, sample in doubt.samples.items())
            self.map.comments["encoding", ""] = f"in which encoding is the file? {told}. Write which"
            return
        names = [sheet.name for sheet in sheets]
        if self.question.sheet and self.question.sheet not in names:
            told = f"`{path}` has no sheet `{self.question.sheet}`; it has {', '.join(f'`{n}`' for n in names)}."
            raise UsageError(told + near(self.question.sheet, names))
        for sheet in sheets:
            self.found.remarks += sheet.notes
            if self.question.sheet in ("", sheet.name):
                yield sheet

    def _known_words(self, text: str) -> list[str]:
        cells = {cell.strip(' "') for line in text.splitlines()[:60] for cell in _split_cells(line)}
        known = [cell for cell in cells if cell and not _MIXED.search(cell) and self.vocabulary.means_anything(cell)]
        return [self.vocabulary.language_of(cell) for cell in known]

    def _sheet(self, sheet: Sheet) -> SheetReading | None:
        """The sheet with its map: the one that is there, else a proposal."""
        known = self._known_map(sheet)
        if known is not None:
            about, header = known
            if about.table == NOT_READ or (self.question.tables and about.table not in (*self.question.tables, ASK)):
                return None
            if about.table == ASK:
                fields = {column.field for column in about.columns}
                if not fields.issuperset(self.vocabulary.tables["orders"]["needs"]):
                    return None
                about.table = "orders"
                self._asked_tables.append(about)
            self._complete(sheet, about, header)
            ask_constants(about, self.vocabulary)
            return SheetReading(sheet, about, header, self.vocabulary, self.names.knows)
        found = find_header(sheet, self.vocabulary)
        if found is None:
            if any(sheet.rows):
                self.found.remarks.append(f"sheet `{sheet.name}`: no row names columns of a table, and nothing is read")
            return None
        return self._propose_map(sheet, found)

    def _known_map(self, sheet: Sheet) -> tuple[SheetMap, Header] | None:
        """The map of this sheet, by its name or by its columns, and its header."""
        header = find_header(sheet, self.vocabulary)
        named = (each for each in self.map.sheets if each.sheet == sheet.name and each.header)
        for given in filter(None, (header, self._header_told(sheet, next(named, None)))):
            about = self.map.sheet_like(sheet.name, {(name.title, name.nth) for name in given.columns})
            if about is not None:
                return about, given
        return None

    def _header_told(self, sheet: Sheet, about: SheetMap | None) -> Header | None:
        if about is None or any(not 0 < row <= len(sheet.rows) for row in about.header):
            return None
        return header_at(sheet, [row - 1 for row in about.header], self.vocabulary)

    def _values(self, sheet: Sheet, header: Header) -> dict[int, ColumnValues]:
        rows = [
            row
            for row in range(header.first, min(len(sheet.rows), header.first + _LOOKED_AT))
            if sum(cell != "" for cell in sheet.rows[row]) > 1 and not self._adds_up(sheet.rows[row], header)
        ]
        return {
            name.column: column_values(
                [sheet.cell(row, name.column) for row in rows], rows, name.column, self.vocabulary, self.names.knows
            )
            for name in header.columns
        }

    def _adds_up(self, cells: Sequence[Cell], header: Header) -> bool:
        filled = sum(cell != "" for cell in cells)
        return 2 * filled <= len(header.columns) and any(
            isinstance(cell, str) and self.vocabulary.is_total(cell) for cell in cells
        )

    def _complete(self, sheet: Sheet, about: SheetMap, header: Header) -> None:
        """Adds the columns that the map has not; one that would be read is asked."""
        new = [name for name in header.columns if about.column(name.title, name.nth) is None]
        if not new:
            return
        values = self._values(sheet, header)
        found = proposing.propose(header, values, about.table, self.vocabulary, ())
        made = proposing.sheet_map(sheet.name, header, found, values, self.vocabulary)
        taken = {(column.field, column.options.get("group")) for column in about.columns}
        for name in new:
            column = made.column(name.title, name.nth)
            if column is not None:
                if (column.field, column.options.get("group")) in taken:
                    column.field = NOT_READ
                elif column.field not in (ASK, NOT_READ):
                    column.comments["field"] = f"a new column; write `{column.field}` if it is, else `-`"
                    column.field = ASK
                about.columns.append(column)
        ask_unknown(about, new, values, self.vocabulary)

    def _propose_map(self, sheet: Sheet, header: Header) -> SheetReading | None:
        values = self._values(sheet, header)
        where = (sheet.name, *header.titles, Path(sheet.file).stem)
        if self.question.table:
            tables: Sequence[str] = (self.question.table,)
        else:
            tables = [table for table in TABLES if table in self.question.tables]
        proposals = [proposing.propose(header, values, table, self.vocabulary, where) for table in tables]
        best = proposing.choose_table(proposals)
        if best is None and self.question.table:
            others = [each for each in TABLES if each != self.question.table and not self.question.sheet]
            fits = [proposing.propose(header, values, table, self.vocabulary, where) for table in others]
            if (other := proposing.choose_table(fits)) is not None:
                told = f"looks like `{other.table}` and not like `{self.question.table}`, and is not read"
                self.found.remarks.append(f"sheet `{sheet.name}`: {told}; `--sheet` takes it all the same")
                return None
            best = proposals[0]
        if best is None:
            self._ask_kind(sheet, header, values, max(proposals, key=lambda each: each.score))
            return None
        about = proposing.sheet_map(sheet.name, header, best, values, self.vocabulary)
        about.comments["as"] = f"{len(best.columns)} of {len(header.columns)} columns fit"
        set_apart(sheet, header, about, {column: each.field for column, each in best.beside.items()})
        ask_constants(about, self.vocabulary)
        if (best.table == "shipments" and not self.question.table) or _may_be_shipped(
            best, proposals, self.vocabulary, where
        ):
            about.comments["as"] = (
                "are these shipments that went out, or orders still to go? Write `shipments` or `orders`"
            )
            self._asked_tables.append(about)
        self.map.sheets.append(about)
        return SheetReading(sheet, about, header, self.vocabulary, self.names.knows)

    def _ask_kind(
        self, sheet: Sheet, header: Header, values: dict[int, ColumnValues], nearest: proposing.Proposal
    ) -> None:
        """Asks what a sheet is that names columns of a table and lacks what the table needs; one of few is told."""
        found = {candidate.field for candidate in nearest.columns.values()}
        lines = ("date", "to_country") if self.vocabulary.takes_parties(nearest.table) else ()
        lacks = ", ".join(f"`{need}`" for need in (*nearest.lacks, *(each for each in lines if each not in found)))
        if len(nearest.columns) < _SOME_FIELDS:
            self.found.remarks.append(f"sheet `{sheet.name}`: not read; no table that is known here")
            return
        about = proposing.sheet_map(sheet.name, header, nearest, values, self.vocabulary)
        about.table = ASK
        told = f"as `{nearest.table}` the sheet lacks {lacks}: write the table that it is, and its fields below, or `-`"
        about.comments["as"] = told
        for column in about.columns:
            column.field = NOT_READ if column.field == ASK else column.field
        self.map.sheets.append(about)

    def _why_nothing(self) -> list[Problem]:
        return [Problem(self.found.file, 0, remark) for remark in self.found.remarks]


_LOOKED_AT = 2_000
_MIXED = re.compile("[a-z][\u3400-\u9fff\uac00-\ud7a3][a-z]")
"""A sign of another script inside a word, which is a letter read in a wrong encoding."""
_SOME_FIELDS = 3


def _may_be_shipped(
    best: proposing.Proposal, proposals: Sequence[proposing.Proposal], vocabulary: Vocabulary, where: Sequence[str]
) -> bool:
    """Whether an order book may as well be one of shipments: its titles say so, and none says orders."""
    if best.table != "orders" or not any(each.table == "shipments" for each in proposals):
        return False
    titled = [
        any(word.casefold() in text.casefold() for text in where for word in vocabulary.titles(table))
        for table in ("shipments", "orders")
    ]
    return titled[0] and not titled[1]


def _split_cells(line: str) -> list[str]:
    for mark in ";\t|":
        line = line.replace(mark, ",")
    return line.split(",")


def _either(choices: Sequence[str], most: int = 5) -> str:
    return " or ".join(f"`{choice}`" for choice in choices[:most])
