"""What every detector sees: the world by column on a day, and what was bought under the exemption."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.rulebook.folder import rules_folder
from compliance.traces.purchases import Purchases, purchases
from compliance.traces.settings import Settings
from compliance.traces.windows import of_years
from compliance.world.chips import Catalogue
from compliance.world.columns import texts_of
from compliance.world.world import World

Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class View:
    """A world on a day; companies are known by their place, the order of the table `companies` sorted by id."""

    world: World
    as_of: date
    settings: Settings

    @cached_property
    def ids(self) -> pa.Array:
        """The ids of the companies, in order."""
        found = texts_of(self.world.columns("companies").column("id"))
        return found.take(pc.sort_indices(found))

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue.load(rules_folder(), self.world.rows("chips"), self.world.rows("products"))  # type: ignore[arg-type]

    @cached_property
    def bought(self) -> Purchases:
        """The lines under the exemption up to the day."""
        return purchases(self.world, self.catalogue, self.ids, self.as_of)

    @cached_property
    def limit(self) -> int:
        """What one consignee may receive in a year, thousandths of TPP."""
        return int(self.settings.number("limit") * 1000)

    @cached_property
    def fullest(self) -> Mapping[int, int]:
        """What each buyer bought in its fullest calendar year."""
        years = of_years(self.bought)
        found: dict[int, int] = {}
        for who, tpp in zip(years.buyer.tolist(), years.tpp.tolist(), strict=True):
            found[who] = max(tpp, found.get(who, 0))
        return found

    @cached_property
    def lines(self) -> Mapping[int, list[int]]:
        """The places in `bought` of each buyer's lines, by day."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, who in enumerate(self.bought.buyer.tolist()):
            found[who].append(number)
        return found

    @cached_property
    def large(self) -> tuple[int, ...]:
        """The buyers whose fullest year is large enough to be looked at, in order."""
        least = self.limit * self.settings.number("large_percent") / 100
        return tuple(who for who, tpp in sorted(self.fullest.items()) if tpp >= least)

    def company(self, column: str) -> pa.Array:
        """A column of the companies, in the order of `ids`."""
        table = self.world.columns("companies")
        order = pc.sort_indices(texts_of(table.column("id")))
        return texts_of(table.column(column)).take(order)

    def place(self, names: pa.Array) -> pa.Array:
        """The places of companies by id; null for what is none."""
        return pc.index_in(names, self.ids)

    def name(self, who: int) -> str:
        """The id of a company."""
        return str(self.ids[who].as_py())

    def told(self, who: int) -> str:
        """A company for a sentence."""
        name = self._names[who].as_py()
        return f"{name} ({self.name(who)})" if name else self.name(who)

    @cached_property
    def _names(self) -> pa.Array:
        return self.company("name")

    def first_day(self, who: int) -> date:
        """The day of a buyer's first line."""
        return date.fromordinal(int(self.bought.day[self.lines[who][0]]))
