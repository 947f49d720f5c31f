"""What calamine does not tell of an XLSX: which cells show percent, which columns are hidden, how far a sheet spans."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from compliance.errors import InputError, Problem
from compliance.spreadsheets.files.cells import BrokenCell

MOST_CELLS = 40_000_000
"""Cells that a sheet may span, filled or not."""
MOST_BYTES = 2 * 2**30
"""Bytes of an unpacked workbook."""

_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LINK_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_PERCENT_FORMATS = frozenset({"9", "10"})
_WHERE = rb'<(?:\w+:)?c (?P<about>[^>]*?r="(?P<column>[A-Z]{1,3})(?P<row>\d{1,7})"[^>]*)>'
_ERROR = re.compile(
    rb'<(?:\w+:)?c (?=[^>]*?t="e")[^>]*?r="(?P<column>[A-Z]{1,3})(?P<row>\d{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>(?P<words>[^<]*)<",
    re.DOTALL,
)
_UNCALCULATED = re.compile(
    _WHERE
    + rb"<(?:\w+:)?f(?:/>|[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_BROKEN = (
    KeyError, OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ParseError,
    DefusedXmlException, ValueError,
)  # fmt: skip
"""What reading a damaged file may raise."""
_ROW = re.compile(rb"<(?:\w+:)?row [^>]*>")
_ZERO = re.compile(
    _WHERE + rb"<(?:\w+:)?f(?:/>|[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)<(?:\w+:)?v>0</(?:\w+:)?v></(?:\w+:)?c>"
)
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')


@dataclass
class SheetParts:
    """What the parts of the file say of a sheet; nothing where the file is no XLSX."""

    path: Path | None = None
    name: str = ""

    @property
    def knows_formats(self) -> bool:
        """Whether the formats of numbers can be told."""
        return self.path is not None

    @cached_property
    def percent_cells(self) -> frozenset[tuple[int, int]]:
        """The cells whose number is shown as percent, by row and column from 0."""
        if self.path is None:
            return frozenset()
        try:
            with zipfile.ZipFile(self.path) as archive:
                styles = _percent_styles(archive)
                return (
                    frozenset(_styled_cells(archive, _part_of(archive, self.name), styles)) if styles else frozenset()
                )
        except _BROKEN:
            return frozenset()

    @cached_property
    def broken_cells(self) -> dict[tuple[int, int], BrokenCell]:
        """The cells that hold an error, or a formula without its value, by row and column from 0.

        calamine gives them as empty.
        """
        if self.path is None:
            return {}
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(_part_of(archive, self.name)) as part:
                return dict(_broken_cells(part))
        except _BROKEN:
            return {}

    @cached_property
    def hidden_rows(self) -> frozenset[int]:
        """The rows that are hidden or filtered out, from 0."""
        if self.path is None:
            return frozenset()
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(_part_of(archive, self.name)) as part:
                return frozenset(_hidden_rows(part))
        except _BROKEN:
            return frozenset()

    @cached_property
    def counts_from_1904(self) -> bool:
        """Whether the workbook counts days from 1904."""
        if self.path is None:
            return False
        try:
            with zipfile.ZipFile(self.path) as archive:
                return re.search(rb'date1904="(?:1|true)"', archive.read("xl/workbook.xml")) is not None
        except _BROKEN:
            return False

    @cached_property
    def hidden_columns(self) -> frozenset[int]:
        """The columns that are hidden, from 0."""
        if self.path is None:
            return frozenset()
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(_part_of(archive, self.name)) as part:
                return frozenset(_hidden_columns(part))
        except _BROKEN:
            return frozenset()


def _broken_cells(part: IO[bytes]) -> Iterator[tuple[tuple[int, int], BrokenCell]]:
    rest = b""
    while piece := part.read(2**20):
        text = rest + piece
        end = text.rfind(b"row>") + 1
        for kind, pattern in ((b'"e"', _ERROR), (b"<f", _UNCALCULATED), (b"<v>0</v>", _ZERO)):
            for found in pattern.finditer(text, 0, end) if kind in text else ():
                place = int(found["row"]) - 1, column_number(found["column"].decode())
                if pattern is _ERROR:
                    words = found["words"].decode("utf-8", "replace")
                    yield place, BrokenCell(words, "is an error of the workbook; mend its formula")
                elif pattern is _ZERO:
                    told = "is what a formula held when it was last saved; open the file in its program and save it"
                    yield place, BrokenCell("0", told)
                elif b't="str"' not in found["about"]:
                    told = "holds a formula that was never calculated; open the file in its program and save it"
                    yield place, BrokenCell("=", told)
        rest = text[end:]


def _hidden_rows(part: IO[bytes]) -> Iterator[int]:
    rest = b""
    while piece := part.read(2**20):
        text = rest + piece
        end = text.rfind(b">") + 1
        for found in _ROW.finditer(text, 0, end) if b"hidden=" in text else ():
            if re.search(rb'hidden="(?:1|true)"', found[0]) and (row := re.search(rb'\br="(\d{1,7})"', found[0])):
                yield int(row[1]) - 1
        rest = text[end:]


def _hidden_columns(part: IO[bytes]) -> Iterator[int]:
    for _, element in iterparse(part, events=("start",)):
        tag = element.tag.rpartition("}")[2]
        if tag == "col" and element.get("hidden") in ("1", "true"):
            first, last = int(element.get("min", "0")), min(int(element.get("max", "0")), 16_384)
            yield from range(first - 1, last)
        elif tag == "sheetData":
            return


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part in which a sheet lies; raises `KeyError` where there is none."""
    links = {}
    for _, element in iterparse(archive.open("xl/_rels/workbook.xml.rels")):
        if element.tag.endswith("}Relationship"):
            links[element.get("Id")] = element.get("Target", "")
    for _, element in iterparse(archive.open("xl/workbook.xml")):
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            target = links[element.get(_LINK) or element.get(_LINK_STRICT)]
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """The numbers of the cell styles that show percent."""
    own: dict[str, str] = {}
    found: set[str] = set()
    inside, place = False, 0
    for event, element in iterparse(archive.open("xl/styles.xml"), events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if tag == "cellXfs":
            inside = event == "start"
        elif event == "start" and tag == "numFmt":
            own[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif event == "start" and tag == "xf" and inside:
            number = element.get("numFmtId", "")
            bare = re.sub(r'"[^"]*"|\\.', "", own.get(number, ""))
            if number in _PERCENT_FORMATS or "%" in bare:
                found.add(str(place))
            place += 1
    return frozenset(found)


def _styled_cells(archive: zipfile.ZipFile, part: str, styles: frozenset[str]) -> Iterator[tuple[int, int]]:
    with archive.open(part) as file:
        for event, element in iterparse(file, events=("start", "end")):
            tag = element.tag.rpartition("}")[2]
            if event == "end" and tag == "row":
                element.clear()
            elif event == "start" and tag == "c" and element.get("s") in styles:
                found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", element.get("r", ""))
                if found:
                    yield int(found[2]) - 1, column_number(found[1])


def column_number(word: str) -> int:
    """The column of letters, from 0."""
    found = 0
    for letter in word:
        found = found * 26 + ord(letter) - 64
    return found - 1


def require_reasonable_size(path: Path, name: str) -> None:
    """Raise `InputError` for a packed workbook whose parts unpack to too much, or one of whose sheets spans too far.

    calamine keeps every cell of the rectangle that a sheet spans.
    """
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            sheets = [part for part in parts if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename)]
            spans = [_span(archive, part) for part in sheets if size <= MOST_BYTES]
    except _BROKEN:
        raise InputError([Problem(name, 0, "cannot be read as a workbook: it is damaged; save it again")]) from None
    if size > MOST_BYTES:
        raise InputError([Problem(name, 0, f"unpacks to more than {MOST_BYTES // 2**30} GB; split it")])
    for rows, columns in spans:
        if rows * columns > MOST_CELLS:
            told = f"has a sheet that spans {rows:,} rows and {columns:,} columns; delete what stands far off"
            raise InputError([Problem(name, 0, told)])


def _span(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    rows = 0
    columns: set[bytes] = set()
    rest = b""
    with archive.open(part) as file:
        while piece := file.read(2**20):
            found = _CELL.findall(rest + piece)
            if found:
                rows = max(rows, int(found[-1][1]))
                columns.update(letter for letter, _ in found)
            rest = piece[-200:]
    return rows, 1 + max((column_number(word.decode()) for word in columns), default=0)
