"""The minimal slice of a world on which one finding depends, for evaluating its rule again.

The slice keeps the shipments on which the finding can depend (`plan.line_reach`), and all other tables and the orders
in full. A rule evaluated on the slice gives the same result for this subject; for other subjects it may not.

If units are only removed and the rule is monotone, a line that does not count cannot begin to. Then the lineage of the
finding, with the lines that share a total with it, is enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.evaluation.matches import Match
from compliance.explain.provenance import provenance_of
from compliance.plan.line_reach import EVERY
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.licenses import LICENSE
from compliance.sources.source_catalogue import SEVERAL_PLACES
from compliance.world.schema.column_table import Table
from compliance.world.schema.tables import Authorization, Site
from compliance.world.schema.text_columns import texts_of

Flags = np.ndarray[Any, Any]
SHIPMENTS, SITE = "shipments", "site"
STANDS_FOR = {
    "purchase": ("purchase", "id"),
    "end_user": ("end_user", "consignee"),
    "operator": ("operator", "end_user", "consignee"),
    **dict.fromkeys(SEVERAL_PLACES, ("to_country", "end_use_country")),
}
"""The columns of a table from which a column of the lines is taken; a place may be that of the site too."""


def slice_of(found: Match, scene: EvaluationContext, fewer: bool = False) -> EvaluationContext:
    """The scene with the shipments on which a finding can depend; the same scene where that cannot be told.

    With `fewer`, the part on which it depends in worlds where units are taken off some of the lines behind it.
    """
    reach = found.plan.reach
    if reach is None or not scene.world.rows(SHIPMENTS):
        return scene
    shipped, ordered = scene.world.columns(SHIPMENTS), scene.world.columns("orders")
    limited = _limited_licenses(found, scene)
    places = _places_of_sites(scene)
    kept = _rows_naming(shipped, reach.own, pa.array([found.id], pa.string()), places)
    if fewer and _only_those_behind(found):
        behind = [row.id for row in found.rows if row.table == SHIPMENTS]
        kept &= _rows_naming(shipped, ["id"], pa.array(behind, pa.string()), places)
    for columns in reach.links:
        kept |= _rows_naming(shipped, columns, _values(shipped, kept, columns, ordered, places), places)
    kept |= _sharing_licenses(limited, shipped, kept, ordered)
    chosen = np.flatnonzero(kept)
    rows = scene.world.rows(SHIPMENTS)
    few = rows.at(chosen) if isinstance(rows, Table) else [rows[number] for number in chosen.tolist()]
    return scene.changed(scene.world.replace(SHIPMENTS, few))


def _places_of_sites(scene: EvaluationContext) -> Mapping[str, str]:
    """The countries of the sites, made once for all findings of a scene."""
    key = (SITE,)
    if key not in scene.explained:
        scene.explained[key] = {site.id: site.country for site in scene.world.each(Site) if site.country}
    places: Mapping[str, str] = scene.explained[key]
    return places


def _only_those_behind(found: Match) -> bool:
    """Whether fewer units in the lines behind a finding change nothing but what those lines add."""
    plan, told = found.plan, found.counted
    measure = found.pack.definitions.measures.get(plan.of)
    return (
        "chips" in plan.rule.monotone
        and plan.reach is not None
        and plan.reach.one_total
        and len(plan.reach.links) <= 1  # further on a line could begin to count that shares nothing with these
        and not provenance_of(found.pack, plan).licenses
        and measure is not None
        and measure.rolling_days is None
        and told is not None
        and len({(row.table, row.id) for row in told.rows}) == told.count
    )


def _rows_naming(table: pa.Table, columns: Collection[str], values: pa.Array, places: Mapping[str, str]) -> Flags:
    """The rows that have one of these values in one of these columns of the lines; `places` are those of the sites."""
    found = np.full(len(table), EVERY in columns)
    for name in _present_columns(table, columns):
        found |= _among(table.column(name).combine_chunks(), values)
    if _asks_for_place(table, columns):
        asked = set(values.to_pylist())
        there = [site for site, place in places.items() if place in asked]
        found |= _among(table.column(SITE).combine_chunks(), pa.array(there, pa.string()))
    return found


def _values(
    table: pa.Table, kept: Flags, columns: Collection[str], orders: pa.Table, places: Mapping[str, str]
) -> pa.Array:
    """What stands in these columns of the kept rows, and of the orders."""
    rows = pa.array(np.flatnonzero(kept))
    parts = [_distinct(table.column(name).take(rows)) for name in _present_columns(table, columns)]
    parts += [_distinct(orders.column(name)) for name in _present_columns(orders, columns)]
    for some, held in ((table, rows), (orders, None)):
        if _asks_for_place(some, columns):
            sites = some.column(SITE) if held is None else some.column(SITE).take(held)
            there = (places.get(site) for site in _distinct(sites).to_pylist())
            parts.append(pa.array([place for place in there if place is not None], pa.string()))
    return pa.concat_arrays([pa.array([], pa.string()), *parts]).drop_null()


def _asks_for_place(table: pa.Table, columns: Collection[str]) -> bool:
    return SITE in table.column_names and any(name in columns for name in SEVERAL_PLACES)


def _present_columns(table: pa.Table, columns: Iterable[str]) -> list[str]:
    wanted = {part for name in columns for part in STANDS_FOR.get(name, (name,))}
    return sorted(wanted.intersection(table.column_names))


def _among(column: pa.Array, values: pa.Array) -> Flags:
    if not pa.types.is_dictionary(column.type):
        return np.asarray(pc.is_in(column, value_set=values))
    there = np.append(np.asarray(pc.is_in(column.dictionary, value_set=values)), False)  # the last for no value
    found: Flags = there[column.indices.fill_null(len(there) - 1).to_numpy()]
    return found


def _distinct(column: pa.ChunkedArray) -> pa.Array:
    return texts_of(column.unique())


def _limited_licenses(found: Match, scene: EvaluationContext) -> pa.Array:
    """The licenses with a limit, where the finding can depend on who takes room of them."""
    if not provenance_of(found.pack, found.plan).licenses:
        return pa.array([], pa.string())
    limited = [p.id for p in scene.world.each(Authorization) if p.kind == LICENSE and p.limit_tpp is not None]
    return pa.array(limited, pa.string())


def _sharing_licenses(limited: pa.Array, table: pa.Table, kept: Flags, orders: pa.Table) -> Flags:
    """The rows that claim a license with a limit which one of these rows claims: they take room of it."""
    claimed = _values(table, kept, ["authorization_id"], orders, {})
    return _rows_naming(table, ["authorization_id"], claimed.filter(pc.is_in(claimed, value_set=limited)), {})
