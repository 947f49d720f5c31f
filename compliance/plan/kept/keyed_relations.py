"""Relations whose rows are computed by key on lookup: attributes of parties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from compliance.plan.rowwise.row_relations import Relation, Row
from compliance.plan.rowwise.source_text import Shape, Unwritten
from compliance.sources.to_arrow import to_arrow


class KeyedRelation(Relation):
    """Rows found by their first column alone; each is worked out once and kept in `made`."""

    def __init__(
        self,
        types: Mapping[str, str],
        find: Callable[[str], Iterable[Mapping[str, Any]]],
        made: MutableMapping[str, list[Row]],
    ) -> None:
        columns, kinds = _shape_of(tuple(types.items()))
        super().__init__(columns, kinds, _refuse_full_scan)
        self._kinds = types
        self._find = find
        self._found = made

    def index(self, places: tuple[int, ...]) -> Any:
        """The rows by the value in the first column."""
        if places != (0,):
            raise Unwritten(f"rows are sought by `{self.columns[0]}` alone")
        return self

    def get(self, value: str, nothing: Sequence[Row] = ()) -> Sequence[Row]:
        """The rows with a value in the first column."""
        del nothing
        if value not in self._found:
            self._found[value] = Relation.of(to_arrow(self._find(value), self._kinds)).rows
        return self._found[value]


@lru_cache(maxsize=1_000)
def _shape_of(types: tuple[tuple[str, str], ...]) -> Shape:
    return Relation.of(to_arrow((), dict(types))).shape


def _refuse_full_scan() -> list[Row]:
    raise Unwritten("of rows that are sought by key not all are made")
