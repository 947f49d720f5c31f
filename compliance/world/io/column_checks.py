"""The check of a table by column: each distinct value once, through the very fields that rows are read through.

Only rows that fail are made into rows, which say what is wrong in the words of every other format.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, PlainValidator, TypeAdapter, ValidationError

from compliance.errors import MOST_TOLD, Problem
from compliance.world.io.raw_table import DictionaryColumn, RawTable, by_value, encode_values
from compliance.world.io.validate_rows import LoadResult
from compliance.world.io.yaml_nodes import LocatedDict
from compliance.world.schema.column_table import Table
from compliance.world.schema.field_values import LONGEST_ID, PARTY_FIELDS, PartyDescription, party
from compliance.world.schema.row import Origin, Row, describable_fields, leaves
from compliance.world.schema.text_columns import text_of
from compliance.world.set_aside import SetAside, rows_aside

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Flags = np.ndarray[Any, np.dtype[np.bool_]]

_CONFIG = ConfigDict(strict=True, arbitrary_types_allowed=True)


def read_table(part: LoadResult, model: type[Row], given: RawTable, aside: SetAside | None = None) -> None:
    """Adds a table to what was read: its good rows as columns, and what is wrong with the others, or those `aside`."""
    import pyarrow as pa

    table, absent = model.table, frozenset[str]()
    unknown: list[str] = []
    if given.header is not None:
        unknown, absent = part.read_columns(model, tuple(given.columns), Origin(given.file, given.header))
    given = RawTable(
        given.file, {n: c for n, c in given.columns.items() if n not in unknown}, given.lines, given.header
    )
    columns, bad = _check_columns(model, given)
    if bad.any() and aside is not None and not absent:
        _read_aside(part, model, given, columns, bad, aside)
        return
    if bad.any():
        _tell(part, table, model, given, bad, absent)
    good = ~bad if not absent else bad & False
    if not good.all():
        if model.key and model.key[0] in columns:
            gone = columns[model.key[0]].filter(pa.array(~good)).drop_null()
            part.lost.setdefault(table, set()).update(gone.to_pylist())
        columns = {name: column.filter(pa.array(good)) for name, column in columns.items()}
    part.tables[table] = Table(model, pa.table(columns), given.file, given.lines[good])


def _read_aside(
    part: LoadResult, model: type[Row], given: RawTable, columns: Mapping[str, pa.Array], bad: Flags, aside: SetAside
) -> None:
    """Adds the good rows, and of the others the ids that stay."""
    import pyarrow as pa

    good = {name: column.filter(pa.array(~bad)) for name, column in columns.items()}
    tables = [Table(model, pa.table(good), given.file, given.lines[~bad])]
    stays = rows_aside(aside, model, given, bad)
    if stays is not None:
        columns, _ = _check_columns(model, stays)
        tables.append(Table(model, pa.table(dict(columns)), given.file, stays.lines))
    part.tables[model.table] = Table.joined(tables)


def read_value(model: type[Row], name: str, value: Any) -> Any:
    """The value of a field by the contract's name; what is empty is `None`. Raises `ValidationError`."""
    return _reader(model, name).read(value)


def default_of(model: type[Row], name: str) -> str | None:
    """What a field stands for where it is empty, as canonical text."""
    return _reader(model, name).default


def _check_columns(model: type[Row], given: RawTable) -> tuple[dict[str, pa.Array], Flags]:
    """The columns as canonical text, and the rows in which something is wrong."""
    import numpy as np
    import pyarrow.compute as pc

    count = len(given.lines)
    bad = np.zeros(count, dtype=bool)
    columns: dict[str, pa.Array] = {}
    left = dict(given.columns)
    for name in sorted(describable_fields(model)):
        parts = {p: left.pop(f"{name}.{p}") for p in PARTY_FIELDS if f"{name}.{p}" in left}
        if parts:
            left[name] = _describe_parties(left.get(name), parts, count)
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for name in (*model.columns(), *(n for n in left if n not in fields)):
        if name not in left:
            default = (
                text_of(fields[name].get_default(call_default_factory=True)) if _has_default(fields[name]) else None
            )
            if default is not None:
                columns[name] = _always(default, count)
            elif fields[name].is_required():
                bad[:] = True
            continue
        if name not in fields and not name.startswith("x_"):
            bad |= _given_flags(left[name])
            continue
        texts, wrong, told = _texts(model, name, left[name])
        bad |= wrong
        if name in fields and fields[name].is_required():
            bad |= ~texts.is_valid().to_numpy(zero_copy_only=False)
        columns[name] = texts
        columns |= told
    if "from" in columns and "to" in columns:
        ordered = pc.less(_plain(columns["from"]), _plain(columns["to"])).fill_null(True)
        bad |= ~ordered.to_numpy(zero_copy_only=False)
    return columns, bad


def _has_default(field: Any) -> bool:
    return not field.is_required() and field.alias != "x_"


def _texts(
    model: type[Row], name: str, column: pa.Array | DictionaryColumn
) -> tuple[pa.Array, Flags, dict[str, pa.Array]]:
    """A column as canonical text, the rows whose value is wrong, and the columns of parties that are described."""
    import numpy as np
    import pyarrow as pa

    reader = _reader(model, name)
    if reader.any_text and not isinstance(column, DictionaryColumn) and (texts := _as_it_is(column)) is not None:
        return texts, np.zeros(len(column), dtype=bool), {}
    by = by_value(column)
    values, faults = [], []
    for value in by.values:
        try:
            values.append(reader.read(value))
            faults.append(False)
        except ValidationError:
            values.append(None)
            faults.append(True)
    codes = by.codes.cast(pa.int32())
    wrong = _where(codes, faults)
    told: dict[str, pa.Array] = {}
    if any(isinstance(value, PartyDescription) for value in values):
        for part in PARTY_FIELDS:
            found = [getattr(v, part) if isinstance(v, PartyDescription) else None for v in values]
            if any(found):
                told[f"{name}.{part}"] = _coded_texts(codes, found)
    default = reader.default
    texts = _coded_texts(codes, [text_of(value) if value is not None else None for value in values])
    if default is not None:
        texts = _coded_texts(codes.fill_null(len(values)), [*(text_of(v) or default for v in values), default])
    return texts, wrong, told


class _Reader:
    """How one field is read: `any_text` where canonical text stands for itself."""

    def __init__(self, model: type[Row], name: str) -> None:
        field = next((f for n, f in model.model_fields.items() if (f.alias or n) == name), None)
        self.default: str | None = None
        self.any_text = False
        self._read: Callable[[Any], Any] = _extra
        if field is not None:
            self._read = TypeAdapter(field.rebuild_annotation() | None, config=_CONFIG).validate_python
            self.any_text = _any_text(field)
            self.default = text_of(field.get_default(call_default_factory=True)) if _has_default(field) else None

    def read(self, value: Any) -> Any:
        """The field's value; what is empty is `None`. Raises `ValidationError`."""
        given = value.strip() if isinstance(value, str) else value
        if given in ("", [], {}):
            return None
        return self._read(given)


def _extra(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


_reader = cache(_Reader)


def _any_text(field: Any) -> bool:
    """Whether a field takes any text as it is."""
    parts = [*field.metadata, *leaves(field.annotation)]
    return str in parts and all(part.func is party for part in parts if isinstance(part, PlainValidator))


def _as_it_is(column: pa.Array) -> pa.Array | None:
    """The column where all its texts are canonical already, each once where it is kept by distinct value."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return column if _is_canonical(column) else None
    texts = column.dictionary
    if texts.null_count or not _is_canonical(texts) or len(texts.unique()) < len(texts):
        return None
    return pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), texts)


def _is_canonical(column: pa.Array) -> bool:
    """Whether all texts are printable ASCII without blanks around them, and none is empty or long."""
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_string(column.type):
        return False
    if len(column) == 0:
        return True
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    text = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]] if data is not None else np.zeros(0, np.uint8)
    ends = ends - ends[0]
    if (ends[1:] - ends[:-1]).max() > LONGEST_ID:
        return False
    if len(text) == 0 or text.min() < 0x20 or text.max() > 0x7E:
        return False
    empty = ends[1:] == ends[:-1]
    if column.null_count:
        empty = empty & column.is_valid().to_numpy(zero_copy_only=False)
    if empty.any():
        return False
    filled = ends[1:] > ends[:-1]
    first, last = text[ends[:-1][filled]], text[ends[1:][filled] - 1]
    return bool((first != 0x20).all() and (last != 0x20).all())


def _describe_parties(
    column: pa.Array | DictionaryColumn | None, parts: Mapping[str, pa.Array | DictionaryColumn], count: int
) -> DictionaryColumn:
    """The parties of a column with the descriptions of `consignee.name` and its like in their places."""
    read = {part: by_value(each) for part, each in parts.items()}
    named = by_value(column) if column is not None else None
    told = {
        part: [None if c is None else each.values[c] for c in each.codes.to_pylist()] for part, each in read.items()
    }
    own = [None] * count if named is None else [named[n] for n in range(count)]
    found: list[Any] = []
    for place in range(count):
        description = {part: texts[place] for part, texts in told.items() if _is_given(texts[place])}
        if description and _is_given(own[place]):
            description["\0"] = "named by id too"
        found.append(description or own[place])
    return encode_values(found)


def _is_given(value: Any) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


def _given_flags(column: pa.Array | DictionaryColumn) -> Flags:
    import numpy as np

    if isinstance(column, DictionaryColumn):
        return _where(column.codes, [_is_given(value) and value not in ([], {}) for value in column.values])
    found = column.is_valid().to_numpy(zero_copy_only=False)
    if found.any() and not _is_canonical(column):
        by = by_value(column)
        return _where(by.codes, [_is_given(value) for value in by.values])
    return np.asarray(found, dtype=bool)


def _where(codes: pa.Array, held: list[bool]) -> Flags:
    """The rows whose value has the mark."""
    import numpy as np

    if not any(held):
        return np.zeros(len(codes), dtype=bool)
    places = codes.fill_null(len(held)).to_numpy()
    found: Flags = np.array([*held, False])[places]
    return found


def _coded_texts(codes: pa.Array, texts: list[str | None]) -> pa.Array:
    import pyarrow as pa

    if None in texts or len(set(texts)) < len(texts):
        places = {text: n for n, text in enumerate(dict.fromkeys(t for t in texts if t is not None))}
        moved = pa.array([None if text is None else places[text] for text in texts], pa.int32())
        return pa.DictionaryArray.from_arrays(moved.take(codes), pa.array(list(places), pa.string()))
    return pa.DictionaryArray.from_arrays(codes, pa.array(texts, pa.string()))


def _always(text: str, count: int) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), pa.array([text], pa.string()))


def _plain(column: pa.Array) -> pa.Array:
    import pyarrow as pa

    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _tell(part: LoadResult, table: str, model: type[Row], given: RawTable, bad: Flags, absent: frozenset[str]) -> None:
    """The problems of the first bad rows, and how many more there are."""
    import numpy as np

    places = np.flatnonzero(bad)
    for place in places[:MOST_TOLD].tolist():
        item = LocatedDict(given.row(place), line=int(given.lines[place]))
        part.read_row(model, item, given.file, absent)
    more = len(places) - MOST_TOLD
    if more > 0 and not absent:
        told = f"{more:,} more rows of `{table}` cannot be read, this one and others below it"
        part.problems.append(Problem(given.file, int(given.lines[places[MOST_TOLD]]), told, more))
