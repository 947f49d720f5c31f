"""Rows that name a chip of which nothing is known, set aside with the others that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from compliance.decisions.setup import CHIP_TABLES, catalogue_of, unknown_chip
from compliance.world.schema.column_table import Table
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Unread
from compliance.world.set_aside import SetAside
from compliance.world.world import World


def chips_aside(world: World, aside: SetAside) -> World:
    """The world without the rows whose chip neither the catalogue nor the world knows; they are set aside."""
    catalogue = catalogue_of(world)
    for table in CHIP_TABLES:
        unknown = {name for name in world.values(table, "chip") if not catalogue.parts(name)}
        if not unknown:
            continue
        rows = world.rows(table)
        bad = dict(_naming(rows, unknown))
        for row in bad.values():
            problem = unknown_chip(row, catalogue)
            aside.add_row(row, [problem] if problem is not None else [])
        kept = [row for place, row in enumerate(rows) if place not in bad] if not isinstance(rows, Table) else None
        world = world.replace(table, rows.changed(dict.fromkeys(bad)) if isinstance(rows, Table) else kept or ())
    unread = list(aside.unread())
    return world.with_rows(Unread.table, unread) if unread else world


def _naming(rows: Sequence[Row], names: Set[str]) -> Iterator[tuple[int, Row]]:
    """The rows that name one of these chips, with their places."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(rows, Table):
        named = pc.is_in(rows.columns.column("chip").cast(pa.string()), value_set=pa.array(sorted(names)))
        yield from ((place, rows[place]) for place in pc.indices_nonzero(named).to_pylist())
    else:
        yield from ((place, row) for place, row in enumerate(rows) if row.value("chip") in names)
