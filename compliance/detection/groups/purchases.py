"""What each consignee bought under the exemption, line by line, in thousandths of TPP.

A line counts if it stands (not cancelled, refused or standing in for another that counts), goes abroad, holds chips of
3A090.a on its day, and claims the exemption or says nothing of its authorization. Orders are lines where they are
asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.sources.entities import contents, facts_of
from compliance.sources.replacements import find_replacements
from compliance.sources.shipment_lines import line_columns
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.text_columns import texts_of
from compliance.world.world import World

EXEMPT = "LPP"
ABROAD = ("export", "reexport")
GONE = ("cancelled", "refused")
MOST = 2**44
Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Purchases:
    """Lines under the exemption: buyer (place in `companies`), day (ordinal), TPP in thousandths, units, watts, id.

    `more` holds what else the lines say, as text.

    Sorted by buyer, day and id.
    """

    buyer: Whole
    day: Whole
    tpp: Whole
    count: Whole
    watts: Whole
    line: pa.Array
    more: pa.Table

    def at_places(self, at: pa.Array) -> Purchases:
        """The same where the companies have other places, in the same order."""
        return replace(self, buyer=at.to_numpy().astype(np.int64)[self.buyer])

    def with_more(self, more: Purchases) -> Purchases:
        """These lines and a few more of the same companies."""
        at = np.array([self._place_of(more, n) for n in range(len(more.buyer))], dtype=np.int64)
        order = np.insert(np.arange(len(self.buyer)), at, len(self.buyer) + np.arange(len(at)))
        pairs = zip(self._figures, more._figures, strict=True)
        buyer, day, tpp, count, watts = (np.concatenate(both)[order] for both in pairs)
        line = pa.concat_arrays([self.line, more.line]).take(pa.array(order))
        told = pa.concat_tables([self.more, more.more], promote_options="default").take(pa.array(order))
        return Purchases(buyer, day, tpp, count, watts, line, told.combine_chunks())

    @property
    def _figures(self) -> tuple[Whole, ...]:
        return self.buyer, self.day, self.tpp, self.count, self.watts

    def _place_of(self, more: Purchases, number: int) -> int:
        """Before which of these lines a line stands."""
        first, last = np.searchsorted(self.buyer, (more.buyer[number], more.buyer[number] + 1))
        day, name = self.day[first:last], more.line[number].as_py()
        start, stop = first + np.searchsorted(day, (more.day[number], more.day[number] + 1))
        before = [n for n in range(start, stop) if self.line[n].as_py() < name]
        return int(start) + len(before)


def purchases(
    world: World, catalogue: Catalogue, place: pa.Array, as_of: date, tables: Sequence[str] = ("shipments",)
) -> Purchases:
    """The lines of these tables up to `as_of`, of consignees that are companies of the world (`place`: their ids)."""
    lines = _lines(world, tables)
    text = {name: texts_of(lines.column(name)) for name in ("id", "date", "consignee", "chip", "quantity")}
    buyer = pc.index_in(text["consignee"], place)
    kept = pc.and_(pc.is_valid(buyer), pc.less_equal(text["date"], as_of.isoformat()))
    for name, words, empty in (("status", GONE, False), ("movement", ABROAD, True), ("authorization", (EXEMPT,), True)):
        column = texts_of(lines.column(name))
        inside = pc.is_in(column, value_set=pa.array(words))
        if name == "status":
            inside = pc.invert(inside)
            empty = True
        kept = pc.and_(kept, pc.if_else(pc.is_null(column), empty, inside))
    replaces = texts_of(lines.column("replaces"))
    if replaces.null_count < len(replaces):
        replacing = find_replacements(line_columns(world, catalogue, as_of, tables)).of_nothing()
        kept = pc.and_(kept, pc.or_(pc.is_null(replaces), pc.is_in(text["id"], value_set=replacing)))
    places = np.flatnonzero(kept.to_numpy(zero_copy_only=False))
    taken = {name: column.take(pa.array(places)) for name, column in text.items()}
    day = (
        pc.cast(taken["date"], pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64) + date(1970, 1, 1).toordinal()
    )
    count = pc.cast(taken["quantity"], pa.int64()).to_numpy()
    tpp, watts = (_product(figure, count) for figure in _of_one(catalogue, taken["chip"], day))
    some = np.flatnonzero(tpp > 0)
    who = buyer.take(pa.array(places)).to_numpy().astype(np.int64)
    ids = taken["id"].to_numpy(zero_copy_only=False)
    order = some[np.lexsort((ids[some].astype(str), day[some], who[some]))]
    at = pa.array(places[order])
    names = (
        "payer",
        "payer.name",
        "forwarder",
        "forwarder.name",
        "purchaser",
        "purchaser.name",
        "intermediate_consignee",
        "intermediate_consignee.name",
        "end_user",
        "end_user.name",
        "operator",
        "operator.name",
        "exporter",
        "to_country",
        "chip",
        "site",
        "value_usd",
    )
    more = pa.table({n: texts_of(lines.column(n)).take(at) for n in names if n in lines.column_names})
    who, day, tpp, count, watts = (figure[order] for figure in (who, day, tpp, count, watts))
    return Purchases(who, day, tpp, count, watts, taken["id"].take(pa.array(order)), more)


def _lines(world: World, tables: Sequence[str]) -> pa.Table:
    parts = [world.columns(table) for table in tables if world.rows(table)] or [world.columns(tables[0])]
    if len(parts) == 1:
        return parts[0]
    plain = [pa.table({name: texts_of(part.column(name)) for name in part.column_names}) for part in parts]
    return pa.concat_tables(plain, promote_options="default")


def _product(each: Whole, count: Whole) -> Whole:
    """The product, at most `MOST`: a line of so much is over any limit, and its buyer is a member of no group."""
    return np.where(each > MOST // np.maximum(count, 1), MOST, each * count)


def _of_one(catalogue: Catalogue, chips: pa.Array, day: Whole) -> tuple[Whole, Whole]:
    """The TPP (thousandths) and watts of one unit of each line: looked up once for each chip and stretch of days."""
    cuts = np.array([d.toordinal() for d in catalogue.days()], dtype=np.int64)
    stretch = np.searchsorted(cuts, day, side="right")
    coded = chips.dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    pairs, back = np.unique(codes * (len(cuts) + 1) + stretch, return_inverse=True)
    starts = [date.min, *catalogue.days()]
    tpp, watts = [0] * len(pairs), [0] * len(pairs)
    for number, pair in enumerate(pairs.tolist()):
        name, begins = coded.dictionary[pair // (len(cuts) + 1)].as_py(), starts[pair % (len(cuts) + 1)]
        for chip, count in contents(catalogue, name):
            facts = facts_of(catalogue, chip, begins)
            if facts is not None and facts.zone == "a" and facts.tpp is not None:
                tpp[number] += int(facts.tpp) * count
                watts[number] += (facts.power_watts or 0) * count
    return _at_most(tpp)[back], _at_most(watts)[back]


def _at_most(figures: Sequence[int]) -> Whole:
    return np.array([min(int(figure), MOST) for figure in figures], dtype=np.int64)
