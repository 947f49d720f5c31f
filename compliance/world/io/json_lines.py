"""JSON Lines: one row a line, as a JSON mapping; read line by line, so that a file may be larger than memory is.

Numbers are kept as they are written. A line that is no JSON is a problem and does not hide the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.errors import MOST_TOLD, About, InputError, Problem
from compliance.world.io import user_files
from compliance.world.io.json_text import read_json
from compliance.world.io.raw_table import AT_ONCE, DictionaryColumn, RawTable, encode_values
from compliance.world.io.text_safety import decode_utf8, unseen
from compliance.world.io.yaml_nodes import DEEPEST, LONGEST_VALUE

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_MARK = b"\xef\xbb\xbf"


def read_json_lines(path: Path, file: str) -> tuple[RawTable, list[Problem]]:
    """The rows of a file as columns, each with its line, and what is wrong with the other lines.

    Raises `InputError` where the file cannot be opened or has a line that is too long.
    """
    import numpy as np

    problems: list[Problem] = []
    columns: dict[str, list[DictionaryColumn | pa.Array]] = {}
    lines: list[np.ndarray[Any, Any]] = [np.zeros(0, np.int64)]
    done = 0
    rows = _rows(path, file, problems)
    while some := list(islice(rows, AT_ONCE)):
        lines.append(np.array([line for line, _ in some], dtype=np.int64))
        for name in dict.fromkeys((*columns, *(name for _, row in some for name in row))):
            chunks = columns.setdefault(name, [_nothing(done)])
            chunks.append(_column([row.get(name) for _, row in some]))
        done += len(some)
    joined = {name: _join_chunks(chunks) for name, chunks in columns.items()}
    return RawTable(file, joined, np.concatenate(lines), None), problems


def _rows(path: Path, file: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    wrong = 0
    user_files.require_lines(path, file)
    with user_files.open_file(path, file) as source:
        for number, line in enumerate(source, 1):
            if number == 1:
                line = line.removeprefix(_MARK)
            if not line.strip():
                continue
            row = _row(line, file, number, problems if wrong < MOST_TOLD else [])
            if row is None:
                wrong += 1
            else:
                yield number, row
    more = wrong - MOST_TOLD
    if more > 0:
        problems.append(Problem(file, 0, f"{more:,} more lines of it cannot be read", more, _NO_ROW))


class _Twice(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice
    return found


_NO_ROW = About(code="not_a_row")
_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=str, parse_int=str)
_WORDS = {True: "true", False: "false"}


def _row(line: bytes, file: str, number: int, problems: list[Problem]) -> dict[str, Any] | None:
    """The mapping of a line, or what is wrong with it in the words of `read_json`."""
    try:
        text = line.decode()
        nested = line.count(b"[") + line.count(b"{")
        if len(line) > LONGEST_VALUE or nested > DEEPEST or "\\u" in text or unseen(text.rstrip("\r\n")):
            raise ValueError
        found = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return _read_row(line, file, number, problems)
    if not isinstance(found, dict):
        problems.append(Problem(file, number, "is no row; a line holds a mapping of fields to values", about=_NO_ROW))
        return None
    row: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, bool):
            row[name] = _WORDS[value]
        elif isinstance(value, str | dict | list):
            row[name] = value if isinstance(value, str) else _plain(value)
        elif value is not None:
            return _read_row(line, file, number, problems)  # NaN and Infinity
    return _flat(row)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    more = row.get("x_")
    if isinstance(more, dict):
        row = {**{name: value for name, value in row.items() if name != "x_"}, **more}
    return row


def _read_row(line: bytes, file: str, number: int, problems: list[Problem]) -> dict[str, Any] | None:
    """The row of a line that needs a closer look, or its problem."""
    try:
        node = read_json(decode_utf8(line, file), file, number)
    except InputError as error:
        problems.extend(Problem(file, number, each.message, about=_NO_ROW) for each in error.problems)
        return None
    if not isinstance(node, dict):
        problems.append(Problem(file, number, "is no row; a line holds a mapping of fields to values", about=_NO_ROW))
        return None
    return _flat({str(name): _plain(value) for name, value in node.items()})


def _plain(value: Any) -> Any:
    """Lists, mappings and text of plain Python."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return _WORDS[value]
    return "" if value is None else str(value)


def _column(values: list[Any]) -> DictionaryColumn | pa.Array:
    import pyarrow as pa

    if all(value is None or isinstance(value, str) for value in values):
        return pa.array([value or None for value in values], pa.string())
    return encode_values(values)


def _nothing(count: int) -> pa.Array:
    import pyarrow as pa

    return pa.nulls(count, pa.string())


def _length(column: DictionaryColumn | pa.Array) -> int:
    return len(column.codes) if isinstance(column, DictionaryColumn) else len(column)


def _join_chunks(chunks: list[DictionaryColumn | pa.Array]) -> DictionaryColumn | pa.Array:
    import pyarrow as pa

    if not any(isinstance(chunk, DictionaryColumn) for chunk in chunks):
        return pa.concat_arrays(chunks)
    return encode_values(
        chunk[n] if isinstance(chunk, DictionaryColumn) else chunk[n].as_py()
        for chunk in chunks
        for n in range(_length(chunk))
    )
