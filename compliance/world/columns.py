"""A table as columns of text: what is large is checked, compared and added up by column, never row by row.

The columns are named as in contracts section 3, and hold what `row.plain` makes of a value: exact decimals, ISO
dates, `true` and `false`. Nothing is null. A list or a mapping is JSON. A party that is described stands in
`consignee.name`, `consignee.lei` and so on, and its own column is null; `x_` columns come last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from compliance.world.row import Row, described, plain
from compliance.world.values import PARTY_FIELDS, PartyDescription

if TYPE_CHECKING:
    import pyarrow as pa


def columns_of(model: type[Row], rows: Iterable[Row]) -> pa.Table:
    """Rows as columns of text: every field of the table, and the `x_` columns that some row has."""
    import pyarrow as pa

    kept = list(rows)
    found: dict[str, list[str | None]] = {}
    for name in model.columns():
        found[name] = [text_of(row.value(name)) for row in kept]
    for party in sorted(described(model)):
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
