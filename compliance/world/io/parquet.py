"""Parquet: a table by its columns, whatever their types, each rendered to the text that the fields read.

Dates, whole numbers, decimals and truth values become their exact text, lists and mappings what they hold. A float is
taken by the shortest text that gives it back (0.1 is a tenth) and is exact from there on; NaN is empty. A time stamp
is a date if it is midnight. The line of a row is its number, counted from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError, Problem
from compliance.world.io import user_files
from compliance.world.io.raw_table import DictionaryColumn, RawTable, encode_values
from compliance.world.io.thousands_separators import shortest
from compliance.world.io.yaml_nodes import LONGEST_VALUE, too_long

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: Path, file: str, whole: frozenset[str] = frozenset()) -> tuple[RawTable, list[Problem]]:
    """The columns of a file; those not `whole` are read by distinct value.

    Raises `InputError` where the file cannot be opened, is no Parquet, or not all of one.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    with user_files.open_file(path, file) as source:
        try:
            schema = pq.read_schema(source)
            texts = [f.name for f in schema if f.name not in whole and pa.types.is_string(f.type)]
            table = pq.ParquetFile(path, read_dictionary=texts).read()
        except (pa.ArrowException, OSError) as error:
            raise InputError([Problem(file, 0, f"cannot be read as Parquet: {_reason(error)}")]) from None
    problems: list[Problem] = []
    columns: dict[str, pa.Array | DictionaryColumn] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if name in columns:
            problems.append(Problem(file, 0, f"the column `{name}` stands twice"))
            continue
        try:
            found = _texts(name, column)
            columns.update(found)
            problems.extend(_too_long(file, found))
        except (pa.ArrowException, ValueError):
            told = f"`{name}` has the type {column.type}, which no field takes; write it as text"
            problems.append(Problem(file, 0, told))
    return RawTable(file, columns, np.arange(1, len(table) + 1), 0), problems


def _too_long(file: str, columns: Mapping[str, pa.Array | DictionaryColumn]) -> Iterator[Problem]:
    """The first value of each column that is longer than a value may be."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for column in columns.values():
        if isinstance(column, DictionaryColumn) or not len(column):
            continue
        texts = column.dictionary if pa.types.is_dictionary(column.type) else column
        if pa.types.is_string(texts.type) and (pc.max(pc.binary_length(texts)).as_py() or 0) > LONGEST_VALUE:
            longest = texts[pc.index(pc.greater(pc.utf8_length(texts), LONGEST_VALUE), True).as_py()]
            place = pc.index(pc.equal(column.cast(pa.string()), longest), True).as_py()
            yield Problem(file, place + 1, too_long(longest.as_py()))


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    if "magic bytes" in text or "too small" in text or "0 bytes" in text:
        return "it is no Parquet file, or only a part of one"
    return text


def _texts(name: str, column: pa.ChunkedArray) -> dict[str, pa.Array | DictionaryColumn]:
    """A column, or the columns of a mapping, as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.unify_dictionaries()
        kind = kind.value_type
        if pa.types.is_string(kind):
            return {name: _combine_chunks(column)}
        column = column.cast(kind)
    if pa.types.is_string(kind):
        return {name: _combine_chunks(column)}
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return {name: _combine_chunks(column.cast(pa.string()))}
    if pa.types.is_null(kind):
        return {name: pa.nulls(len(column), pa.string())}
    if pa.types.is_struct(kind) or pa.types.is_map(kind) or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return {name: encode_values(_plain(value) for value in column.to_pylist())}
    if pa.types.is_timestamp(kind):
        days = column.cast(pa.timestamp("us")).cast(pa.date32(), safe=False)
        midnight = pc.equal(days.cast(pa.timestamp("us")), column.cast(pa.timestamp("us")))
        return {name: _combine_chunks(pc.if_else(midnight, days.cast(pa.string()), column.cast(pa.string())))}
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    elif not (
        pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_boolean(kind) or pa.types.is_date(kind)
    ):
        raise ValueError(name)
    return {name: _by_number(_combine_chunks(column))}


def _by_number(column: pa.Array) -> pa.Array:
    """Numbers as text, each distinct one once."""
    import pyarrow as pa

    found = column.dictionary_encode()
    texts = found.dictionary.cast(pa.string())
    if pa.types.is_decimal(column.type):
        texts = pa.array([text and shortest(text) for text in texts.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(found.indices, texts)


def _combine_chunks(column: pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa

    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _plain(value: Any) -> Any:
    """A nested value as lists, mappings and text; what is null in it is left out."""
    if value is None:
        return None
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        if value and all(isinstance(item, tuple) and len(item) == 2 for item in value):  # a map
            return {str(name): _plain(item) for name, item in value}
        return [_plain(item) for item in value if item is not None]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if value != value else repr(value)
    return shortest(str(value)) if isinstance(value, Decimal) else str(value)
