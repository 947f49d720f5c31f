"""What each line needs, in a text report: requirement, claimed authorization, routes and review policy.

Lines with the same determination stand together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload

import pyarrow as pa
import pyarrow.compute as pc

from compliance.answers.answer import Determination
from compliance.decisions.determinations import Determinations
from compliance.reports.report_context import ReportContext


@dataclass(frozen=True)
class DeterminationGroup:
    """Lines with one determination."""

    ids: Sequence[str]
    claim: str
    said: Determination

    def routes(self, available: bool | None) -> str:
        """The routes that are open, closed or not known, by kind."""
        kinds = dict.fromkeys(route.kind for route in self.said.routes if route.available is available)
        return ", ".join(kinds)


def group_determinations(found: Iterable[Determination], background: ReportContext) -> list[DeterminationGroup]:
    """Lines that need something, those alike together, in the order of the answer."""
    groups: dict[tuple[str, str], list[tuple[Determination, Sequence[str]]]] = {}
    for one, ids in _pair_with_ids(found):
        if one.requirements:
            same = one.model_copy(update={"id": ""}).model_dump_json()
            groups.setdefault((_claim(one, background), same), []).append((one, ids))
    return [
        DeterminationGroup(_sort_ids(_chain_ids([ids for _, ids in group])), claim, group[0][0])
        for (claim, _), group in groups.items()
    ]


def _pair_with_ids(found: Iterable[Determination]) -> Iterable[tuple[Determination, Sequence[str]]]:
    """Lines with what is said of them, lines alike together where they come so."""
    if isinstance(found, Determinations):
        return [(said, Ids(ids)) for said, ids in found.groups()]
    return [(one, (one.id,)) for one in found]


class Ids(Sequence[str]):
    """Ids kept as a column."""

    def __init__(self, column: Any) -> None:
        self.column = column

    def __len__(self) -> int:
        return len(self.column)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        found = self.column[place]
        return list(found.to_pylist()) if isinstance(place, slice) else str(found.as_py())


def _chain_ids(parts: Sequence[Sequence[str]]) -> Sequence[str]:
    """Ids one after the other."""
    columns = [part.column for part in parts if isinstance(part, Ids)]
    if len(columns) < len(parts):
        return tuple(name for part in parts for name in part)
    return Ids(columns[0] if len(columns) == 1 else pa.concat_arrays(columns))


def _sort_ids(ids: Sequence[str]) -> Sequence[str]:
    return Ids(ids.column.take(pc.sort_indices(ids.column))) if isinstance(ids, Ids) else ids


def _claim(one: Determination, background: ReportContext) -> str:
    """The authorization that a line claims, also one that is no route of the pack, such as a license."""
    routes = dict.fromkeys(route.kind for route in one.routes if route.claimed)
    return ", ".join(routes) or background.told(one.table, one.id, "authorization") or "-"


def looked_at(found: Sequence[Determination]) -> tuple[int, int]:
    """How many lines were looked at, and how many of them have no requirement on them."""
    if isinstance(found, Determinations):
        return found.counts()
    needing = {(one.table, one.id) for one in found if one.requirements}
    lines = {(one.table, one.id) for one in found}
    return len(lines), len(lines - needing)


@dataclass(frozen=True)
class Reason:
    """Why a route is not open to lines: the conditions not met of a closed one, else those not known."""

    kind: str
    available: bool | None
    conditions: tuple[str, ...]
    ids: Sequence[str]


def reasons(groups: Iterable[DeterminationGroup]) -> list[Reason]:
    """Why claimed routes, and those that may be open, are not open."""
    found: dict[tuple[str, bool | None, tuple[str, ...]], list[Sequence[str]]] = {}
    for group in groups:
        for route in group.said.routes:
            if route.available is True or (route.available is False and not route.claimed):
                continue
            asked = tuple(c.text for c in route.conditions if c.met is route.available)
            found.setdefault((route.kind, route.available, asked), []).append(group.ids)
    return [Reason(*key, _chain_ids(ids)) for key, ids in found.items()]
