"""CSV text read line by line; a bad line is a problem and does not hide the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from compliance.errors import About, Problem
from compliance.world.io.raw_table import RawTable, in_columns
from compliance.world.io.yaml_nodes import LONGEST_VALUE, LocatedDict, LocatedList

MOST_COLUMNS = 1_000


def read_csv(text: str, file: str) -> tuple[LocatedList, list[Problem]]:
    """The rows below the header, each with its line, and what is wrong with the others."""
    problems: list[Problem] = []
    lines = _lines(text, file, problems)
    top, header = next(lines, (0, []))
    if not top:
        return LocatedList(line=1), problems
    rows = [LocatedDict(zip(header, cells, strict=True), line=line) for line, cells in lines]
    return LocatedList(rows, top, tuple(header)), problems


def read_csv_columns(text: str, file: str) -> tuple[RawTable | None, list[Problem]]:
    """The same as columns; `None` where no line names them."""
    problems: list[Problem] = []
    lines = _lines(text, file, problems)
    top, header = next(lines, (0, []))
    return (in_columns(file, header, lines, top) if top else None), problems


def _lines(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """The header, and below it each line that has as many cells, with its number; the others are problems."""
    csv.field_size_limit(LONGEST_VALUE)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not cells or cells == [""]:
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                problems.extend(_header_problems(header, file, start))
                if problems:
                    return
                yield start, header
            elif len(cells) != len(header):
                what = "many" if len(cells) > len(header) else "few"
                told = f"has {len(cells)} cell{'s' if len(cells) > 1 else ''} under {len(header)} columns, too {what}"
                told += "; quote a cell that holds a comma"
                problems.append(Problem(file, start, told, about=About(code="not_a_row")))
            else:
                yield start, cells
    except csv.Error as error:
        problems.append(Problem(file, line, _error_text(error)))
    if header is None and not problems:
        problems.append(Problem(file, 0, "is empty; the first line names the columns"))


def _header_problems(header: list[str], file: str, line: int) -> list[Problem]:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        return [Problem(file, line, f"`{header[0][:60]}` is one column; separate columns by commas")]
    if len(header) > MOST_COLUMNS:
        return [Problem(file, line, f"has {len(header):,} columns; a table may have {MOST_COLUMNS:,}")]
    problems, seen = [], set[str]()
    for place, name in enumerate(header):
        if not name:
            problems.append(Problem(file, line, f"column {place + 1} has no name"))
        elif name in seen:
            problems.append(Problem(file, line, f"the column `{name}` stands twice"))
        seen.add(name)
    return problems


def _error_text(error: csv.Error) -> str:
    reason = str(error)
    if "field larger" in reason:
        return f"has a cell of more than {LONGEST_VALUE:,} characters; is a quote left open?"
    if "unexpected end" in reason:
        return "begins a quoted cell that never ends"
    if "expected after" in reason:
        return "has text after a closing quote; double a quote that belongs to the text"
    return f"cannot be read as CSV: {reason}"
