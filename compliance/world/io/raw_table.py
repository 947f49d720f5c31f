"""A table as a file gives it: columns of text, or of a few distinct values, with the line of each row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

AT_ONCE = 65_536
"""So many rows are read at once."""


@dataclass(frozen=True)
class DictionaryColumn:
    """A column by its distinct values, each a text, a list or a mapping; `codes` are null where nothing is given."""

    codes: pa.Array
    values: Sequence[Any]

    def __getitem__(self, row: int) -> Any:
        code = self.codes[row].as_py()
        return None if code is None else self.values[code]


@dataclass(frozen=True)
class RawTable:
    """What a file holds of one table.

    `header` is the line that names the columns, for all rows alike; `None` where each row names its own.
    """

    file: str
    columns: Mapping[str, pa.Array | DictionaryColumn]
    lines: np.ndarray[Any, Any]
    header: int | None

    def row(self, place: int) -> dict[str, Any]:
        """A row as it was given, but for what is null."""
        found: dict[str, Any] = {}
        for name, column in self.columns.items():
            value = column[place] if isinstance(column, DictionaryColumn) else column[place].as_py()
            if value is not None:
                found[name] = value
        return found


def encode_values(values: Iterable[Any]) -> DictionaryColumn:
    """Values as they come, by distinct value; `None` is nothing."""
    import pyarrow as pa

    places: dict[str, int] = {}
    kept: list[Any] = []
    codes: list[int | None] = []
    for value in values:
        if value is None:
            codes.append(None)
            continue
        key = value if isinstance(value, str) else "\0" + json.dumps(value)
        place = places.setdefault(key, len(kept))
        if place == len(kept):
            kept.append(value)
        codes.append(place)
    return DictionaryColumn(pa.array(codes, pa.int32()), kept)


def by_value(column: pa.Array | DictionaryColumn) -> DictionaryColumn:
    """A column by its distinct values."""
    import pyarrow as pa

    if isinstance(column, DictionaryColumn):
        return column
    found = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return DictionaryColumn(found.indices, found.dictionary.to_pylist())


def in_columns(file: str, header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], top: int) -> RawTable:
    """Rows of cells, each with its line, as columns; an empty cell is null."""
    import numpy as np
    import pyarrow as pa

    chunks: list[list[pa.Array]] = [[pa.array([], pa.string())] for _ in header]
    lines: list[np.ndarray[Any, Any]] = []
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        lines.append(np.array([line for line, _ in some], dtype=np.int64))
        for chunk, cells in zip(chunks, zip(*(cells for _, cells in some), strict=True), strict=True):
            chunk.append(pa.array([cell or None for cell in cells], pa.string()))
    columns = {name: pa.concat_arrays(chunk) for name, chunk in zip(header, chunks, strict=True)}
    return RawTable(file, columns, np.concatenate(lines) if lines else np.zeros(0, np.int64), top)
