"""Lines that replace another: whether they stand in for what counts, and whether they are no more than that.

A line that replaces another is not counted, for what it replaces is (contracts 2). Where that does not count (cancelled
or refused, later than the line or than the day, not there), the line counts. Of a chain of replacements one counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from compliance.sources.shipment_lines import LineColumns

LIKE_FOR_LIKE, MORE, UNCLEAR, OF_NOTHING = KINDS = ("like_for_like", "more", "unclear", "of_nothing")
"""No more than what it replaces, to the same place; more, or elsewhere; not known; of nothing that counts."""
MORE_THAN = ("more units", "more TPP", "a chip of more TPP", "another country", "another consignee", "another end user")
NOT_CLEAR = ("TPP that is not known", "a consignee that is not known", "another movement", "another authorization")
ABROAD = ("export", "reexport")
UNCLAIMED = ("none", "RPL")  # what a replacement may state, whatever the line that it replaces was sent under
_ABSENT, _STANDS = -2, -1
Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Replacement:
    """One line in the place of another that counts, and in what it differs from that; `kind` is one of `KINDS`."""

    table: str
    id: str
    replaces: str
    kind: str
    differs: tuple[str, ...]


@dataclass(frozen=True)
class Replacements:
    """Of each line that replaces another its kind (its place in `KINDS`), and bits of how they differ."""

    tables: tuple[str, ...]
    part: Numbers
    ids: pa.Array
    replaced: pa.Array
    kinds: Numbers
    differs: Numbers

    def of(self, part: LineColumns) -> pa.DictionaryArray | None:
        """The kind of each row of a table by column, empty of one that replaces none; `None` where none does."""
        given = part.texts("replaces")
        if given is None or part.table not in self.tables:
            return None
        own = np.flatnonzero(self.part == self.tables.index(part.table))
        at = np.flatnonzero(given.is_valid().to_numpy(zero_copy_only=False))
        ids: Any = part.texts("id")
        found = pc.index_in(ids.take(pa.array(at)), value_set=self.ids.take(pa.array(own))).to_numpy()
        codes = np.full(part.count, -1, np.int32)
        codes[at] = self.kinds[own][found]
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(KINDS))

    def of_nothing(self) -> pa.Array:
        """The ids of those that count, for what they replace does not."""
        return self.ids.take(pa.array(np.flatnonzero(self.kinds == KINDS.index(OF_NOTHING))))

    def open_replacements(self) -> Iterator[Replacement]:
        """Those that are not counted, and more than what they replace or not known to be no more, by table and id."""
        words = (*MORE_THAN, *NOT_CLEAR)
        places = np.flatnonzero((self.kinds == KINDS.index(MORE)) | (self.kinds == KINDS.index(UNCLEAR))).tolist()
        found = []
        for at in places:
            bits, table = int(self.differs[at]), self.tables[self.part[at]]
            differs = tuple(word for nth, word in enumerate(words) if bits >> nth & 1)
            kind = KINDS[self.kinds[at]]
            found.append(Replacement(table, self.ids[at].as_py(), self.replaced[at].as_py(), kind, differs))
        yield from sorted(found, key=lambda one: (one.table, one.id))


def find_replacements(parts: Sequence[LineColumns]) -> Replacements:
    """The lines of these tables that replace another, each beside what it replaces."""
    given = [part.texts("replaces") for part in parts]
    places = [
        np.zeros(0, np.int64) if column is None else np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
        for column in given
    ]
    number = np.repeat(np.arange(len(parts)), [len(each) for each in places])
    own = _Rows(parts, number, np.concatenate([*places, np.zeros(0, np.int64)]))
    ids, replaced = own.texts("id"), own.texts("replaces")
    other = own.with_places(_find(parts, replaced))
    late = other.days() > own.days()
    other.place[late] = -1
    counts = other.place < 0
    kinds = np.full(len(ids), KINDS.index(OF_NOTHING), np.int8)
    differs = np.zeros(len(ids), np.int64)
    at = np.flatnonzero(~counts)
    if len(at):
        bits = _differences(own.only(at), other.only(at), ids.take(pa.array(at)))
        most = bits & ((1 << len(MORE_THAN)) - 1)
        codes = [KINDS.index(kind) for kind in (MORE, UNCLEAR, LIKE_FOR_LIKE)]
        kinds[at] = np.where(most > 0, codes[0], np.where(bits > 0, codes[1], codes[2]))
        differs[at] = bits
    return Replacements(tuple(part.table for part in parts), number, ids, replaced, kinds, differs)


class _Rows:
    """Rows of several tables, each by the number of its table and its place there (-1: none)."""

    def __init__(self, parts: Sequence[LineColumns], part: Numbers, place: Numbers) -> None:
        self.parts, self.part, self.place = parts, part, place

    def with_places(self, found: tuple[Numbers, Numbers]) -> _Rows:
        return _Rows(self.parts, *found)

    def only(self, at: Numbers) -> _Rows:
        return _Rows(self.parts, self.part[at], self.place[at])

    def _rows_by_table(self) -> Iterator[tuple[LineColumns, Numbers, Numbers]]:
        """Each table with which of the rows are of it, and their places there."""
        for nth, part in enumerate(self.parts):
            at = np.flatnonzero((self.part == nth) & (self.place >= 0))
            yield part, at, self.place[at]

    def texts(self, name: str) -> pa.Array:
        """A column of the rows as text."""
        found = np.full(len(self.place), None, object)
        for part, at, places in self._rows_by_table():
            column = part.texts(name) if len(at) else None
            if column is not None:
                found[at] = column.take(pa.array(places)).to_pylist()
        return pa.array(found, pa.string())

    def days(self) -> Numbers:
        found = np.zeros(len(self.place), np.int64)
        for part, at, places in self._rows_by_table():
            found[at] = part.dates.take(pa.array(places)).cast(pa.int32()).to_numpy()
        return found

    def amounts(self) -> tuple[Numbers, Numbers, Numbers]:
        """Chips, TPP and the TPP of the strongest chip, in thousandths; -1 where the TPP is not known."""
        found = [np.full(len(self.place), -1, object) for _ in range(3)]
        for part, at, places in self._rows_by_table():
            for column, values in zip(found, part.amounts(places), strict=True):
                column[at] = values
        return found[0], found[1], found[2]


def _find(parts: Sequence[LineColumns], names: pa.Array) -> tuple[Numbers, Numbers]:
    """The table and the place of each line by its id; -1 where no such line is there."""
    wanted, ids = pc.unique(names), [pa.array([], pa.string())]
    table, place = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for nth, part in enumerate(parts if len(names) else ()):
        own: Any = part.texts("id")
        at = np.flatnonzero(pc.is_in(own, value_set=wanted).to_numpy(zero_copy_only=False))
        ids.append(own.take(pa.array(at)).cast(pa.string()))
        table.append(np.full(len(at), nth))
        place.append(at)
    found = pc.fill_null(pc.index_in(names, value_set=pa.concat_arrays(ids)), -1).to_numpy().astype(np.int64)
    none = found < 0
    tables, places = (np.append(np.concatenate(each), -1)[found] for each in (table, place))
    return np.where(none, -1, tables), np.where(none, -1, places)


def _differences(own: _Rows, other: _Rows, ids: pa.Array) -> Numbers:
    """Bits of `MORE_THAN` and `NOT_CLEAR`; lines in the place of one add up by date and id."""
    units, tpp, best = own.amounts()
    others, other_tpp, other_best = other.amounts()
    same_chip = _same(own.texts("chip"), other.texts("chip"))
    known = (tpp >= 0) & (other_tpp >= 0)
    consignee, theirs = own.texts("consignee"), other.texts("consignee")
    users = [pc.coalesce(each.texts("end_user"), each.texts("consignee")) for each in (own, other)]
    claims, before = own.texts("authorization"), other.texts("authorization")
    plain = pc.fill_null(pc.is_in(claims, value_set=pa.array(UNCLAIMED)), True).to_numpy(zero_copy_only=False)
    plain |= claims.is_null().to_numpy(zero_copy_only=False)
    abroad = [
        pc.is_in(pc.fill_null(each.texts("movement"), ABROAD[0]), value_set=pa.array(ABROAD)) for each in (own, other)
    ]
    elsewhere = (
        ~_same(own.texts("to_country"), other.texts("to_country")),
        _both_known(consignee, theirs) & ~_same(consignee, theirs),
        _both_known(*users) & ~_same(*users),
    )
    stronger = ~same_chip & known & (best > other_best)
    alone_more = np.asarray((units > others) | (known & (tpp > other_tpp)), bool)
    apart = reduce(np.logical_or, elsewhere, stronger | alone_more)
    in_all, tpp_in_all = _so_far(own, other, ids, units, np.maximum(tpp, 0), apart)
    tests = (
        in_all > others,
        known & (tpp_in_all > other_tpp),
        stronger,
        *elsewhere,
        ~same_chip & ~known,
        ~_both_known(consignee, theirs),
        ~_same(*abroad),
        ~plain & ~_same(claims, before),
    )
    return reduce(np.bitwise_or, (np.asarray(test, bool).astype(np.int64) << nth for nth, test in enumerate(tests)))


def _so_far(
    own: _Rows, other: _Rows, ids: pa.Array, units: Numbers, tpp: Numbers, apart: Numbers
) -> tuple[Numbers, Numbers]:
    """Of each line the chips and the TPP of all that stand in for the same line, up to it by date and id.

    Those that stand `apart`, for they are no replacement of it, are each alone.
    """
    names = np.array([name.encode() for name in ids.to_pylist()], "S")
    found = np.lexsort((names, own.part, own.days(), other.place, other.part))
    fresh = np.append(True, (np.diff(other.part[found]) != 0) | (np.diff(other.place[found]) != 0))
    starts = np.maximum.accumulate(np.where(fresh, np.arange(len(found)), 0))
    made = []
    for amounts in (units, tpp):
        sums = np.append(np.zeros(1, object), np.cumsum(np.where(apart, 0, amounts)[found]))
        totals = np.empty(len(found), object)
        totals[found] = sums[1:] - sums[starts]
        made.append(np.where(apart, amounts, totals))
    return made[0], made[1]


def _same(one: pa.Array, other: pa.Array) -> Numbers:
    equal = pc.fill_null(pc.equal(one, other), False)
    found: Numbers = equal.to_numpy(zero_copy_only=False)
    return found


def _both_known(one: pa.Array, other: pa.Array) -> Numbers:
    found: Numbers = pc.and_(one.is_valid(), other.is_valid()).to_numpy(zero_copy_only=False)
    return found
