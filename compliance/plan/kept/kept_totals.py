"""Kept totals of a measure, to which the rows of an order are added.

A total depends only on the rows of its holder. The totals of the holders that an order touches are computed again from
their kept rows and the order; all others stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from compliance.plan.kept.kept_rows import KeptRows
from compliance.plan.rowwise.row_relations import Relation, Row, by_key
from compliance.plan.rowwise.source_text import Shape, Unwritten
from compliance.plan.sql.aggregate_schema import KEYS
from compliance.world.schema.tables import Shipment

HOLDER = "id"
"""The column that names whose a total is."""
ENDS = (".low", ".high", ".maybe")
"""How the columns of amounts end."""
OTHERS = ("rest.", "to.")
"""How the other side of a share is named."""
Holders = frozenset[str]


class CountedRows:
    """The rows that count in a total: those on record, and in place of shipments `read_again` what is made of them now.

    `made` are those of the order and of these shipments.
    """

    def __init__(self, kept: KeptRows, made: Relation, read_again: Holders) -> None:
        self.shape: Shape = made.shape
        self._kept = kept
        self._made = made
        self._read_again = read_again
        self._holder, self._table, self._row = (made.columns.index(name) for name in (HOLDER, "table", "row"))

    @cached_property
    def _added_rows(self) -> Mapping[str, Sequence[Row]]:
        return by_key(self._made.rows, (self._holder,))

    @cached_property
    def _changed_holders(self) -> set[str]:
        """The holders for whom lines that are read again were on record."""
        return self._kept.values_where("row", self._read_again) if self._read_again else set()

    @cached_property
    def touched(self) -> Holders:
        """The holders whose rows are not those on record."""
        return frozenset({*self._added_rows, *self._changed_holders})

    def whole(self, holders: Iterable[str]) -> Relation:
        """All rows of some holders."""
        found = [row for one in sorted(holders) for row in (*self._on_record(one), *self._added_rows.get(one, ()))]
        return Relation(*self.shape, lambda: found)

    def count(self, holders: Iterable[str]) -> int:
        """How many rows some holders have."""
        return sum(
            (len(self._on_record(one)) if one in self._changed_holders else self._kept.count(one))
            + len(self._added_rows.get(one, ()))
            for one in holders
        )

    def for_totals(self, holders: Iterable[str], condensed: Callable[[str], Sequence[Row]]) -> Relation:
        """Rows with the same totals as all rows of some holders; those on record as `condensed` gives them."""
        found: list[Row] = []
        for one in sorted(holders):
            found += self._on_record(one) if one in self._changed_holders else condensed(one)
            found += self._added_rows.get(one, ())
        return Relation(*self.shape, lambda: found)

    def _on_record(self, holder: str) -> list[Row]:
        kept = self._kept.of(holder)
        return [row for row in kept if not self._is_made(row)] if holder in self._changed_holders else kept

    def _is_made(self, row: Row) -> bool:
        return row[self._table] == Shipment.table and row[self._row] in self._read_again


class KeptTotals(Relation):
    """The totals of one measure: by holder those worked out anew where they are `touched`, else those that are kept.

    A program that goes through them sees those of the `holders`, one that looks them up those of anybody.
    """

    def __init__(
        self,
        kept: KeptRows,
        shape: Shape,
        touched: Callable[[], Holders],
        work_out: Callable[[Holders], list[Row]],
        holders: Holders | None = None,
        base: KeptTotals | None = None,
    ) -> None:
        super().__init__(*shape, self._of_holders)
        self._kept = kept
        self._touched = touched
        self._work_out = work_out
        self._holders = holders
        self._base = base
        self._by_places: dict[tuple[int, ...], _ByKey] = {}

    @cached_property
    def touched(self) -> Holders:
        """The holders whose totals are worked out anew."""
        return self._touched()

    @cached_property
    def lowered_holders(self) -> Holders:
        """Those of them of whom some total is less than it was, or what a share is of more."""
        keys = [place for place, name in enumerate(self.columns) if name in KEYS]
        amounts = [(place, name) for place, name in enumerate(self.columns) if name.endswith(ENDS)]
        found = set()
        for holder in self.touched:
            now = {tuple(row[place] for place in keys): row for row in self.held_by(holder)}
            for was in self._kept.of(holder):
                row = now.get(tuple(was[place] for place in keys))
                if row is None or any(_less(was[place], row[place], name) for place, name in amounts):
                    found.add(holder)
                    break
        return frozenset(found)

    @cached_property
    def _anew(self) -> Mapping[str, Sequence[Row]]:
        return by_key(self._work_out(self.touched), (self.columns.index(HOLDER),)) if self.touched else {}

    def held_by(self, holder: str) -> Sequence[Row]:
        """The totals of a holder."""
        if self._base is not None:
            return self._base.held_by(holder)
        return self._anew.get(holder, ()) if holder in self.touched else self._kept.of(holder)

    def through(self, holders: Holders) -> KeptTotals:
        """The same totals for a program that goes through the totals of some holders."""
        shape = self.columns, self.types
        return KeptTotals(self._kept, shape, self._touched, self._work_out, holders, self._base or self)

    def before(self) -> KeptTotals:
        """The totals without the order."""
        return KeptTotals(self._kept, (self.columns, self.types), frozenset, self._work_out)

    def _of_holders(self) -> list[Row]:
        if self._holders is None:
            raise Unwritten("of totals that are kept not all are gone through")
        return [row for one in sorted(self._holders) for row in self.held_by(one)]

    def index(self, places: tuple[int, ...]) -> Any:
        """The totals by what stands at these places, of which one is the holder."""
        if places not in self._by_places:
            self._by_places[places] = _ByKey(self, places, self.columns.index(HOLDER))
        return self._by_places[places]


def _less(was: int | None, now: int | None, name: str) -> bool:
    """Whether an amount falls (none: nothing bounds it); of the other side of a share, whether it grows."""
    if name.startswith(OTHERS):
        was, now = now, was
    return was != now and (was is None or (now is not None and now < was))


class _ByKey:
    """Totals looked up by a key in which the holder is."""

    def __init__(self, totals: KeptTotals, places: tuple[int, ...], holder: int) -> None:
        if holder not in places:
            raise Unwritten("totals are looked up by their holder")
        self._totals = totals
        self._places = places
        self._at = places.index(holder)
        self._found: dict[str, Mapping[Any, Sequence[Row]]] = {}

    def get(self, key: Any, nothing: Sequence[Row] = ()) -> Sequence[Row]:
        holder = key if len(self._places) == 1 else key[self._at]
        if holder not in self._found:
            self._found[holder] = by_key(self._totals.held_by(holder), self._places)
        return self._found[holder].get(key, nothing)
