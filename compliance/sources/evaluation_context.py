"""Evaluation context: a world on a day, with what all packs share computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from compliance.ownership.ownership_graph import Ownership
from compliance.rulebook.packs import Pack
from compliance.sources.parties.party_attributes import Attributes
from compliance.sources.parties.pattern_signs import Signs
from compliance.sources.source_tables import SourceTables
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.reviewed_signs import Sign
from compliance.world.world import World


@dataclass(frozen=True)
class EvaluationContext:
    """Context of an evaluation: a world, its ownership and chips, the day, and whether orders count.

    `search` looks for signs of patterns where nobody has; it is asked only if a pack reads them. A scene that was
    `changed` reads those of the scene before.
    """

    world: World
    ownership: Ownership
    catalogue: Catalogue
    as_of: date
    day: date
    orders: bool
    search: Callable[[EvaluationContext], Iterable[Sign]] | None = None
    before: EvaluationContext | None = None

    @cached_property
    def rows(self) -> SourceTables:
        """The rows of the world as the sources that rules speak of."""
        return SourceTables(self.world, self.catalogue, self.day, self.orders)

    def asked_rows(self, source: str) -> pa.Table:
        """The rows of a source that are asked about: all, or in a screening those of the order."""
        return self.rows.ordered(source) if self.orders else self.rows.of(source)

    @cached_property
    def _attributes(self) -> dict[tuple[Any, ...], Attributes]:
        return {}

    def attributes(self, pack: Pack) -> Attributes:
        """What a pack asks of parties, kept for the scene."""
        kept, key = self._attributes, (pack.sha256, pack.overrides)
        if key not in kept:
            kept[key] = Attributes(self.world, self.ownership, pack, lambda: self.signs)
        return kept[key]

    @cached_property
    def explained(self) -> dict[tuple[Any, ...], Any]:
        """What those who explain its findings keep for the scene, by what they made it of."""
        return {}

    @cached_property
    def signs(self) -> Signs:
        """The signs of patterns on record, and where there are none those that a search finds."""
        if self.before is not None:
            return self.before.signs
        found = self.search(self) if self.search is not None else ()
        return Signs([*self.world.each(Sign), *found], self.as_of)

    def changed(self, world: World) -> EvaluationContext:
        """The same scene of a world in which no stake, control, listing or chip is different."""
        found = replace(self, world=world, before=self)
        found.__dict__["rows"] = SourceTables(world, self.catalogue, self.day, self.orders, self.rows)
        return found
