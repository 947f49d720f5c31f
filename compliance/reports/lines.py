"""What each line needs, in a text report: requirement, claimed authorization, routes and review policy.

Lines with the same determination stand together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compliance.decisions.answer import DeterminationSaid
from compliance.reports.background import Background


@dataclass(frozen=True)
class Determined:
    """Lines with one determination."""

    ids: tuple[str, ...]
    claim: str
    said: DeterminationSaid

    def routes(self, available: bool | None) -> str:
        """The routes that are open, closed or not known, by kind."""
        kinds = dict.fromkeys(route.kind for route in self.said.routes if route.available is available)
        return ", ".join(kinds)


def determined(found: Iterable[DeterminationSaid], background: Background) -> list[Determined]:
    """Lines that need something, those alike together, in the order of the answer."""
    groups: dict[tuple[str, str], list[DeterminationSaid]] = {}
    for one in found:
        if one.requirements:
            same = one.model_copy(update={"id": ""}).model_dump_json()
            groups.setdefault((_claim(one, background), same), []).append(one)
    return [Determined(tuple(one.id for one in group), claim, group[0]) for (claim, _), group in groups.items()]


def _claim(one: DeterminationSaid, background: Background) -> str:
    """The authorization that a line claims, also one that is no route of the pack, such as a license."""
    routes = dict.fromkeys(route.kind for route in one.routes if route.claimed)
    return ", ".join(routes) or background.told(one.table, one.id, "authorization") or "-"


def unneeded(found: Sequence[DeterminationSaid]) -> int:
    """How many lines were looked at and have no requirement on them."""
    needing = {(one.table, one.id) for one in found if one.requirements}
    return len({(one.table, one.id) for one in found} - needing)


@dataclass(frozen=True)
class Reason:
    """Why a route is not open to lines: the conditions not met of a closed one, else those not known."""

    kind: str
    available: bool | None
    conditions: tuple[str, ...]
    ids: tuple[str, ...]


def reasons(groups: Iterable[Determined]) -> list[Reason]:
    """Why claimed routes, and those that may be open, are not open."""
    found: dict[tuple[str, bool | None, tuple[str, ...]], list[str]] = {}
    for group in groups:
        for route in group.said.routes:
            if route.available is True or (route.available is False and not route.claimed):
                continue
            asked = tuple(c.text for c in route.conditions if c.met is route.available)
            found.setdefault((route.kind, route.available, asked), []).extend(group.ids)
    return [Reason(*key, tuple(ids)) for key, ids in found.items()]
