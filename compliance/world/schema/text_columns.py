"""A table as columns of text: what is large is checked, compared and added up by column, never row by row.

The columns are named as in contracts section 3, and hold what `row.plain` makes of a value: exact decimals, ISO
dates, `true` and `false`. Nothing is null. A list or a mapping is JSON. A party that is described stands in
`consignee.name`, `consignee.lei` and so on, and its own column is null; `x_` columns come last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from compliance.errors import UsageError
from compliance.world.schema.field_values import PARTY_FIELDS, PartyDescription
from compliance.world.schema.row import Row, describable_fields, plain

if TYPE_CHECKING:
    import pyarrow as pa

    from compliance.world.schema.column_table import Table


def columns_of(model: type[Row], rows: Iterable[Row]) -> pa.Table:
    """Rows as columns of text: every field of the table, and the `x_` columns that some row has."""
    import pyarrow as pa

    kept = list(rows)
    found: dict[str, list[str | None]] = {}
    for name in model.columns():
        found[name] = [text_of(row.value(name)) for row in kept]
    for party in sorted(describable_fields(model)):
        told = [row.value(party) for row in kept]
        for part in PARTY_FIELDS if any(isinstance(value, PartyDescription) for value in told) else ():
            texts = [getattr(value, part) if isinstance(value, PartyDescription) else None for value in told]
            if any(texts):
                found[f"{party}.{part}"] = texts
    for name in sorted({name for row in kept for name in row.extra}):
        found[name] = [row.extra.get(name) for row in kept]
    return pa.table({name: pa.array(texts, pa.string()) for name, texts in found.items()})


def text_of(value: Any) -> str | None:
    """A field's value as canonical text; what is empty, and a party that is described, is null."""
    if value is None or isinstance(value, PartyDescription) or value in ((), {}):
        return None
    shown = plain(value)
    if isinstance(shown, str):
        return shown
    return json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def texts_of(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as one array of text, whether it was kept by distinct value or not."""
    import pyarrow as pa

    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.cast(pa.string()) if pa.types.is_dictionary(array.type) else array


def whole(table: Table) -> pa.Table:
    """The columns of a table with those that are null in every row."""
    import pyarrow as pa

    found = table.columns
    nothing = pa.nulls(len(table), pa.string())
    more = [name for name in found.column_names if name not in table.model.columns()]
    return pa.table(
        {n: found.column(n) if n in found.column_names else nothing for n in (*table.model.columns(), *more)}
    )


def joined_columns(tables: Sequence[pa.Table]) -> pa.Table:
    """Columns of several tables one after the other, by their names; what one of them does not have is null there.

    Raises `UsageError` where a column holds more text than one array takes.
    """
    import pyarrow as pa

    found = {}
    for name in dict.fromkeys(name for table in tables for name in table.column_names):
        parts = [
            texts if (texts := _array(table, name)) is not None else pa.nulls(len(table), pa.string())
            for table in tables
        ]
        if any(pa.types.is_dictionary(part.type) for part in parts):
            parts = [_by_value(part) for part in parts]
        try:
            found[name] = pa.chunked_array(parts).unify_dictionaries().combine_chunks()
        except pa.ArrowInvalid:
            found[name] = None
        if not isinstance(found[name], pa.Array):
            raise UsageError(f"`{name}` holds more than two gigabytes of text; audit the files in several pieces")
    return pa.table(found)


def _array(table: pa.Table, name: str) -> pa.Array | None:
    return table.column(name).combine_chunks() if name in table.column_names else None


def _by_value(array: pa.Array) -> pa.DictionaryArray:
    import pyarrow as pa

    found = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    return pa.DictionaryArray.from_arrays(found.indices.cast(pa.int32()), found.dictionary)


def digest(model: type[Row], columns: pa.Table) -> str:
    """The hash of the rows that these columns hold, whatever their order and the order of the columns.

    The rows are taken in the order of their key, then of all columns by name; of each column in which something is
    known the hash is that of its name, of the length of each text (-1: null) and of the texts, one after the other.
    """
    import numpy as np

    texts = {name: texts_of(columns.column(name)) for name in sorted(columns.column_names)}
    texts = {name: text for name, text in texts.items() if text.null_count < len(text)}
    order = _order([*(name for name in model.key if name in texts), *texts], texts)
    found = sha256()
    for name, text in texts.items():
        ordered = text if order is None else text.take(order)
        _, offsets, data = ordered.buffers()
        ends = np.frombuffer(offsets, dtype=np.int32)[ordered.offset : ordered.offset + len(ordered) + 1]
        lengths = np.diff(ends)
        if ordered.null_count:
            lengths = np.where(ordered.is_valid().to_numpy(zero_copy_only=False), lengths, -1)
        one = sha256(f"{name}\n".encode())
        one.update(lengths.astype("<i4").tobytes())
        if data is not None:
            one.update(memoryview(data)[ends[0] : ends[-1]])
        found.update(one.digest())
    return found.hexdigest()


def _order(names: Sequence[str], texts: Mapping[str, pa.Array]) -> pa.Array | None:
    """The order of the rows; `None` where they stand in it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not names:
        return None
    first = texts[names[0]]
    if not first.null_count and pc.all(pc.less(first[:-1], first[1:])).as_py() is not False:
        return None
    sorting = [(name, "ascending") for name in dict.fromkeys(names)]
    return pc.sort_indices(pa.table(dict(texts)), sort_keys=sorting)
