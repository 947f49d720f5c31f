"""What packs ask of parties as rows of days, kept for all evaluations of a world and grown as parties are met."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from threading import Lock
from typing import Any

import pyarrow as pa

from compliance.sources.column_types import SEPARATOR
from compliance.sources.to_arrow import to_arrow


class PartyTable:
    """The attributes of parties, a row for each stretch of days, and of which parties they are; it grows."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self.parties: set[str] = set()
        self.rows = to_arrow((), types)
        self.growing = Lock()
        self._types = types
        self._places: dict[str, list[int]] = {}

    def add(self, parties: Collection[str], rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """The rows of more parties, which are those that are added."""
        more = to_arrow(rows, self._types)
        self._append(more)
        self.parties.update(parties)
        return more

    def restore(self, rows: pa.Table) -> None:
        """Takes rows that were made before, where none are there."""
        if not self.parties:
            self._append(rows)
            self.parties.update(self._places)

    def _append(self, more: pa.Table) -> None:
        for place, party in enumerate(more.column("party").to_pylist(), len(self.rows)):
            self._places.setdefault(party, []).append(place)
        self.rows = pa.concat_tables([self.rows, more])

    def of(self, parties: Collection[str], leading: Iterable[str]) -> pa.Table:
        """The rows of some parties and of those that these columns of theirs name."""
        named, waiting = set(parties), set(parties)
        while waiting:
            found = self._at(waiting)
            more = {name for column in leading for text in values_of(found, column) for name in text.split(SEPARATOR)}
            waiting = more - named
            named |= more
        return self._at(named)

    def _at(self, parties: Iterable[str]) -> pa.Table:
        if self.rows.num_columns and self.rows.column(0).num_chunks > 1:
            self.rows = self.rows.combine_chunks()
        places = [place for party in sorted(parties) for place in self._places.get(party, ())]
        return self.rows.take(pa.array(places, pa.int64()))


def values_of(table: pa.Table, column: str) -> list[str]:
    """The different texts of a column."""
    return [value for value in table.column(column).unique().to_pylist() if value is not None]
