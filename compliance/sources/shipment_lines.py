"""Shipments and orders as the source `lines`, built from the columns of their tables.

A line is judged on its own date. Its end user defaults to the consignee and its operator to the end user. A product is
one line per kind of chip in it. Cancelled and refused lines are left out; a line that replaces another that counts is
kept and counts in no total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.sources.destinations import find_destinations
from compliance.sources.entities import amount, contents, facts_of, strictest_chip
from compliance.sources.inspections import names_item
from compliance.sources.replacements import OF_NOTHING
from compliance.sources.shipping_papers import Pair, other_chips
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.column_table import Table
from compliance.world.world import World

PAPERS = ("description", "invoice_item")
"""What papers say of the item."""
NOT_LINES = ("cancelled", "refused")
PLAIN = (
    "exporter", "from_country", "purchaser", "intermediate_consignee", "consignee", "site", "to_country", "movement",
    "authorization", "charged_to", "forwarder", "payer", "payer_country", "end_use", "end_use_country", "status",
    "description", "invoice_item", "eccn", "replaces", "replacement",
)  # fmt: skip
WHOLE = pa.decimal128(38, 0)
Papers = tuple[list[Pair], Mapping[Pair, bool | None]]
"""What a paper says and what was ordered, by line, and of each such pair whether the one names the other."""


def lines(
    parts: Sequence[LineColumns], licensed: Sequence[np.ndarray[Any, Any]], sites: Mapping[str, Any]
) -> tuple[pa.Table, bool]:
    """The lines as columns, and whether each row of the tables is one line.

    `licensed` says of the rows of each table whether a granted license covers them; `sites` are those of the world.
    """
    made = [part.columns(flags, sites) for part, flags in zip(parts, licensed, strict=True)]
    found = made[0] if len(made) == 1 else _together(made)
    return found, len(found) == sum(part.count for part in parts)


def line_columns(world: World, catalogue: Catalogue, day: date, tables: Sequence[str]) -> list[LineColumns]:
    """The rows of each of these tables that are lines dated up to the day."""
    return [LineColumns(table, select_lines(world, table, day), catalogue) for table in tables]


def select_lines(world: World, table: str, day: date) -> pa.Table:
    """The rows of a table dated up to the day, without those that were cancelled or refused."""
    rows = world.rows(table)
    columns = rows.columns if isinstance(rows, Table) else world.columns(table)
    dates = columns.column("date").cast(pa.string())
    kept = pc.less_equal(dates, day.isoformat())  # ISO dates of four-digit years sort as text
    if "status" in columns.column_names:
        status = columns.column("status").cast(pa.string())
        kept = pc.and_(kept, pc.invert(pc.is_in(status, value_set=pa.array(NOT_LINES))))
    return columns if pc.all(kept).as_py() is not False else columns.filter(kept)


class LineColumns:
    """The rows of one table that are lines, before products are taken apart.

    INVARIANT: the rows were selected before; no column is filtered here, so that codes and dictionaries of one column,
    and the places of one row in several, belong together.
    """

    def __init__(self, table: str, rows: pa.Table, catalogue: Catalogue) -> None:
        self.table = table
        self.catalogue = catalogue
        self.count = len(rows)
        self._rows = rows
        self._coded: dict[str, Any] = {}
        self.replacement: pa.DictionaryArray | None = None
        """Of each row that replaces another, what it is beside that one (`replacements.KINDS`)."""
        dates = self.coded("date")
        self.dates: pa.Array = _days(dates.dictionary).take(dates.indices)

    def given(self, name: str) -> pa.Array | None:
        """A column of the table, or `replacement`; `None` where nothing is known in it."""
        if name == "replacement":
            return self.replacement
        if name not in self._rows.column_names:
            return None
        column = self._rows.column(name).combine_chunks()
        return None if column.null_count == len(column) and len(column) else column

    def coded(self, name: str) -> Any:
        """The same by distinct value."""
        if name not in self._coded:
            column = self.given(name)
            if column is not None and not pa.types.is_dictionary(column.type):
                column = column.dictionary_encode()
            self._coded[name] = column
        return self._coded[name]

    def texts(self, name: str) -> pa.Array | None:
        """The same as plain text."""
        column = self.given(name)
        return column if column is None or not pa.types.is_dictionary(column.type) else column.cast(pa.string())

    def each(self, known: str, *names: str) -> Iterator[tuple[Any, ...]]:
        """These columns of the rows of which one is known, row by row."""
        column = self.given(known)
        if column is None:
            return
        at = pc.indices_nonzero(column.is_valid())
        nothing = pa.nulls(self.count, pa.string())
        texts = (nothing if (text := self.texts(name)) is None else text for name in names)
        yield from zip(*(text.take(at).to_pylist() for text in texts), strict=True)

    def first(self, *names: str) -> pa.Array | None:
        """The first of these columns that is known, row by row."""
        found = [column for name in names if (column := self.given(name)) is not None]
        if not found or not found[0].null_count or len(found) == 1:
            return found[0] if found else None
        if all(pa.types.is_dictionary(column.type) for column in found):
            return _first_coded(found)
        return pc.coalesce(*(c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in found))

    def tpp(self, places: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The TPP of these rows in thousandths, nothing of one that is not counted; and of which it is known.

        They are numbers of Python where their sum may be large.
        """
        rows = pa.array(places)
        pairs, which = self._named_by_law(rows)
        each = [self._tpp_of(name, day) for name, day in pairs]
        units = self.units()[places]
        most = max((one or 0 for one in each), default=0) * int(units.max(initial=0)) * len(places)
        number: Any = np.int64 if most < 2**62 else object
        total = np.array([one or 0 for one in each], number)[which] * units.astype(number)
        known = np.array([one is not None for one in each], bool)[which]
        out = ~self.counts().take(rows).to_numpy(zero_copy_only=False)
        total[out], known[out] = 0, True
        return total, known

    def amounts(self, places: np.ndarray[Any, Any]) -> Iterator[Any]:
        """Of these rows the chips, their TPP and that of the strongest, in thousandths; -1 where it is not known."""
        pairs, which = self._named_by_law(pa.array(places))
        units = self.units()[places].astype(object)
        held = [contents(self.catalogue, name) for name, _ in pairs]
        yield units * np.array([sum(count for _, count in parts) or 1 for parts in held], object)[which]
        each = np.array([-1 if (tpp := self._tpp_of(*pair)) is None else tpp for pair in pairs], object)[which]
        yield np.where(each < 0, -1, each * units)
        lawful = zip(held, (day for _, day in pairs), strict=True)
        facts = [[facts_of(self.catalogue, chip, day) for chip, _ in parts] for parts, day in lawful]
        best = [max((-1 if one is None or one.tpp is None else one.tpp for one in own), default=-1) for own in facts]
        yield np.array(best, object)[which]

    def _named_by_law(self, rows: pa.Array) -> tuple[list[tuple[str, date]], np.ndarray[Any, Any]]:
        """What rows name, each with the first day of the law of its own day; and of each row which of these it is."""
        names, days = self.coded("chip"), self.dates.take(rows).dictionary_encode()
        since = [self.catalogue.stretch(day) for day in days.dictionary.to_pylist()]
        stretches = sorted(set(since))
        of_day = np.array([stretches.index(day) for day in since], np.int64)
        codes = names.indices.take(rows).to_numpy().astype(np.int64)
        distinct, which = np.unique(codes * len(stretches) + of_day[days.indices.to_numpy()], return_inverse=True)
        pairs = (divmod(kind, len(stretches)) for kind in distinct.tolist())
        return [(names.dictionary[code].as_py(), stretches[nth]) for code, nth in pairs], which

    def _tpp_of(self, name: str, day: date) -> int | None:
        total = 0
        for chip, count in contents(self.catalogue, name):
            facts = facts_of(self.catalogue, chip, day)
            if facts is None or facts.tpp is None:
                return None
            total += facts.tpp * count
        return total

    def units(self) -> np.ndarray[Any, Any]:
        """The quantity of each row."""
        column = self.coded("quantity")
        values = np.array([int(text) for text in column.dictionary.to_pylist()], dtype=np.int64)
        return values[column.indices.to_numpy()] if len(values) else np.zeros(0, np.int64)

    def strictest_chips(self) -> pa.DictionaryArray:
        """Of each row the chip in what it names that is controlled most strictly on its day."""
        pairs, which = self._named_by_law(pa.array(np.arange(self.count)))
        chips = [strictest_chip(self.catalogue, name, day) for name, day in pairs]
        places = {chip: place for place, chip in enumerate(dict.fromkeys(chips))}
        codes = np.array([places[chip] for chip in chips], np.int32)[which]
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(places), pa.string()))

    def chips_in_all(self) -> pa.Array:
        """Of each row how many chips it is of, whatever their kinds."""
        named = self.coded("chip")
        held = [sum(count for _, count in contents(self.catalogue, name)) or 1 for name in named.dictionary.to_pylist()]
        return _whole(
            self.units(), np.array(held, np.int64)[named.indices.to_numpy()] if held else np.zeros(0, np.int64)
        )

    def values(self) -> tuple[pa.Array, pa.Array]:
        """What each row is worth in dollars, from the least to the most (null: not known)."""
        value, zero = self.coded("value_usd"), pa.repeat(pa.scalar(0, WHOLE), self.count)
        if value is None:
            return zero, pa.nulls(self.count, WHOLE)
        ends = [amount(Fraction(text)) for text in value.dictionary.to_pylist()]
        low, high = (pa.array([end[n] for end in ends], WHOLE).take(value.indices) for n in (0, 1))
        return pc.fill_null(low, 0), high

    def columns(self, licensed: np.ndarray[Any, Any], sites: Mapping[str, Any]) -> pa.Table:
        """The lines, a row for each kind of chip."""
        destination, elsewhere = find_destinations(self, sites)
        named = self.coded("chip")
        held = [contents(self.catalogue, name) or ((name, 1),) for name in named.dictionary.to_pylist()]
        codes = named.indices.to_numpy()
        kinds = np.array([len(parts) for parts in held], dtype=np.int64)
        mixed = (kinds > 1)[codes] if held else np.zeros(0, dtype=bool)
        rows = np.repeat(np.arange(self.count), kinds[codes]) if mixed.any() else None
        first = np.cumsum(kinds) - kinds
        place = first.astype(np.int32)[codes] if held else np.zeros(0, np.int32)
        if rows is not None:
            before = np.cumsum(kinds[codes]) - kinds[codes]
            place = place[rows] + (np.arange(len(rows)) - before[rows])
        flat = [part for parts in held for part in parts]
        chips = list(dict.fromkeys(chip for chip, _ in flat))
        chip = np.array([chips.index(name) for name, _ in flat], dtype=np.int32)[place]
        each = np.array([count for _, count in flat], dtype=np.int64)[place]

        def spread(column: Any) -> Any:
            return column if rows is None or column is None else column.take(pa.array(rows))

        units = self.units()
        quantity = _whole(units if rows is None else units[rows], each)
        count = len(place)
        found: dict[str, Any] = {
            "table": _always(self.table, count), "id": spread(self.texts("id")), "date": spread(self.dates),
            "ordered": pa.array(np.full(count, self.table == "orders")),
            "purchase": spread(self.first("purchase", "id")),
            "end_user": spread(self.first("end_user", "consignee")),
            "operator": spread(self.first("operator", "end_user", "consignee")),
            "chip": pa.DictionaryArray.from_arrays(pa.array(chip), pa.array(chips, pa.string())),
            "quantity.low": quantity, "quantity.high": quantity, "licensed": spread(pa.array(licensed)),
            "counts": spread(self.counts()), "mixed": spread(pa.array(mixed)),
            "destination": spread(destination), "elsewhere": spread(elsewhere),
        }  # fmt: skip
        found |= {name: spread(self.given(name)) for name in PLAIN}
        found |= {name: spread(column) for name, column in self._declared_columns().items()}
        nothing = pa.nulls(count, pa.string())
        return pa.table({name: nothing if column is None else column for name, column in found.items()})

    def _declared_columns(self) -> dict[str, pa.Array | None]:
        """The year, the value, and what papers say of the item: each distinct value read once."""
        changed, (least, most) = self.coded("payer_changed"), self.values()
        papers = {name: self._read_papers(name) for name in PAPERS}
        nothing = pa.nulls(self.count, pa.date32())
        return {
            "year": self._year(),
            "payer_changed": nothing if changed is None else _days(changed.dictionary).take(changed.indices),
            "value_usd.low": least,
            "value_usd.high": most,
            "described_as_item": self._names_item(papers["description"]),
            "invoiced_as_item": self._names_item(papers["invoice_item"]),
            "papers_chip": self._papers_chip(papers.values()),
        }

    def _papers_chip(self, papers: Iterable[Papers]) -> pa.Array | None:
        """The chip that papers name and that is not of what was ordered, the strictest; null where there is none."""
        every = []
        for pairs, named in papers:
            if pairs:
                found = other_chips(self.catalogue, named)
                every.append([found.get(pair) for pair in pairs])
        if not every:
            return None
        both = zip(*every, strict=True)
        chips = (min(filter(None, some), key=self.catalogue.laxity, default=None) for some in both)
        return pa.array(chips, pa.string()).dictionary_encode()

    def _year(self) -> pa.Array:
        texts = self.coded("date")
        years = pc.cast(pc.year(_days(texts.dictionary)), pa.string()).dictionary_encode()
        return pa.DictionaryArray.from_arrays(years.indices.take(texts.indices), years.dictionary)

    def _read_papers(self, name: str) -> Papers:
        """What a paper says beside what was ordered, by line, and of each such pair whether it names it."""
        papers, items = self.texts(name), self.texts("chip")
        if papers is None or items is None:
            return [], {}
        pairs: list[Pair] = list(zip(papers.to_pylist(), items.to_pylist(), strict=True))
        distinct: dict[str, list[str | None]] = defaultdict(list)
        for paper, item in dict.fromkeys(pairs):
            distinct[item].append(paper)
        known: dict[Pair, bool | None] = {}
        for item, own in distinct.items():
            answers = names_item(self.catalogue, pa.array(own, pa.string()), item).to_pylist()
            known.update(zip(((paper, item) for paper in own), answers, strict=True))
        return pairs, known

    def _names_item(self, papers: Papers) -> pa.Array:
        """Whether a paper names what was ordered, by line; null without a paper."""
        pairs, known = papers
        return pa.array([known[pair] for pair in pairs], pa.bool_()) if pairs else pa.nulls(self.count, pa.bool_())

    def counts(self) -> pa.Array:
        """Whether each row counts in totals: it stands in for no other that does."""
        if self.replacement is None:
            return pa.array(np.ones(self.count, dtype=bool))
        kinds = self.replacement.cast(pa.string())
        return pc.or_(kinds.is_null(), pc.fill_null(pc.equal(kinds, OF_NOTHING), False))


def _first_coded(columns: Sequence[pa.DictionaryArray]) -> pa.DictionaryArray:
    """The first of columns kept by distinct value that is known, kept by distinct value."""
    texts: dict[str, int] = {}
    found = np.full(len(columns[0]), -1, np.int32)
    for column in columns:
        own = [*(texts.setdefault(text, len(texts)) for text in column.dictionary.to_pylist()), -1]
        codes = np.array(own, np.int32)[column.indices.fill_null(len(own) - 1).to_numpy()]
        found = np.where(found < 0, codes, found)
    return pa.DictionaryArray.from_arrays(pa.array(found, mask=found < 0), pa.array(list(texts), pa.string()))


def _days(texts: pa.Array) -> pa.Array:
    return pa.array([date.fromisoformat(text) for text in texts.to_pylist()], pa.date32())


def _together(made: Sequence[pa.Table]) -> pa.Table:
    """Tables below each other, as plain text: orders are few."""
    plain = []
    for table in made:
        columns = {}
        for name, column in zip(table.column_names, table.columns, strict=True):
            columns[name] = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        plain.append(pa.table(columns))
    return pa.concat_tables(plain)


def _whole(units: np.ndarray[Any, Any], each: np.ndarray[Any, Any]) -> pa.Array:
    """The product as exact whole numbers."""
    if len(units) and int(units.max()) * int(each.max()) >= 2**62:
        return pa.array([int(a) * int(b) for a, b in zip(units, each, strict=True)], WHOLE)
    halves = np.zeros((len(units), 2), np.int64)  # the lower and upper 64 bits of each; none is negative
    np.multiply(units, each, out=halves[:, 0])
    return pa.Array.from_buffers(WHOLE, len(units), [None, pa.py_buffer(halves)])


def _always(text: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), pa.array([text], pa.string()))
