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

from compliance import units
from compliance.detection.evidence import Standing, is_named, iterate_attributes
from compliance.detection.groups.group_links import Pair, SharedAttribute, tree
from compliance.detection.groups.purchase_windows import of_years
from compliance.detection.groups.purchases import Purchases, purchases
from compliance.detection.groups.shared_things import Thing, things
from compliance.detection.groups.split_search import SplitGroup, candidates, least_of, splits
from compliance.detection.pattern_settings import Settings
from compliance.detection.upstream import Stake, stakes_above
from compliance.rulebook.folder import rules_folder
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.text_columns import texts_of
from compliance.world.world import World

Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class View:
    """A world on a day; companies are known by their place, the order of the table `companies` sorted by id.

    `base` is the same world without its orders and the companies that only they name, where that was seen already.
    """

    world: World
    as_of: date
    settings: Settings
    orders: bool = False
    base: View | None = None

    @cached_property
    def ids(self) -> pa.Array:
        """The ids of the companies, in order."""
        return texts_of(self.world.columns("companies").column("id")).take(self._order)

    @cached_property
    def _order(self) -> pa.Array:
        return pc.sort_indices(texts_of(self.world.columns("companies").column("id")))

    @cached_property
    def catalogue(self) -> Catalogue:
        if self.base is not None:
            return self.base.catalogue
        return Catalogue.load(rules_folder(), self.world.rows("chips"), self.world.rows("products"))  # type: ignore[arg-type]

    @cached_property
    def bought(self) -> Purchases:
        """The lines under the exemption up to the day, with `orders` those of orders too."""
        if self.base is not None:
            moved = self.base.bought.at_places(pc.index_in(self.base.ids, self.ids))
            return moved.with_more(self.order_purchases)
        tables = ("shipments", "orders") if self.orders else ("shipments",)
        return purchases(self.world, self.catalogue, self.ids, self.as_of, tables)

    @cached_property
    def order_purchases(self) -> Purchases:
        """The lines of orders among them."""
        return purchases(self.world.replace("shipments", ()), self.catalogue, self.ids, self.as_of, ("orders",))

    @cached_property
    def stands(self) -> Standing:
        """What companies have whatever they buy."""
        if self.base is not None:
            if self.world.rows("companies") is self.base.world.rows("companies"):
                return self.base.stands
            added = self.world.rows("companies")[len(self.base.ids) :]
            if not is_named(self.world, {company.name_of_row for company in added}):
                return self.base.stands.with_companies(self.world.replace("companies", added), self.ids)
        return Standing.of(self.world, self.ids, self.as_of)

    @cached_property
    def limit(self) -> int:
        """What one consignee may receive in a year, thousandths of TPP."""
        return int(self.settings.number("limit") * 1000)

    @cached_property
    def _things(self) -> tuple[list[Thing], Whole]:
        """What the buyers that could be members of groups share, and the hand of each company."""
        parts = iterate_attributes(self.stands.parts, self.bought, self.ids)
        return things(parts, self._candidates[0], len(np.unique(self.bought.buyer)), len(self.ids), self.settings)

    @cached_property
    def splits(self) -> tuple[SplitGroup, ...]:
        """The groups that pass the limit together, the strongest first."""
        if not len(self._candidates[0]):
            return ()
        return tuple(splits(self.bought, *self._things, *self._candidates, self.limit, self.settings))

    @cached_property
    def _candidates(self) -> tuple[Whole, Whole]:
        return candidates(self.bought, self.limit, self.settings)

    @cached_property
    def members(self) -> frozenset[int]:
        """The buyers that could be members of groups."""
        return frozenset(self._candidates[0].tolist())

    def could_be_member(self, most: int) -> bool:
        """Whether a buyer of so much in its fullest year could be a member."""
        return int(least_of(self.limit, self.settings)) <= most <= self.limit

    def is_evasive(self, split: SplitGroup) -> bool:
        """Whether the evidence that a group splits on purpose reaches the score from which it is told."""
        return split.bits >= int(self.settings.number("score") * 1000)

    def shared(self, split: SplitGroup) -> tuple[str, ...]:
        """The kinds of what the members that a group's tree joins share."""
        return tuple(sorted({one.kind for rows in self.shared_in_tree(split).values() for one in rows}))

    def shared_in_tree(self, split: SplitGroup) -> Mapping[Pair, list[SharedAttribute]]:
        """What each pair of a group's tree of strongest links shares."""
        if split.members not in self._trees:
            numbers = sorted({n for who in split.members for n in self._things_of.get(who, ())})
            self._trees[split.members] = tree(split.members, [self._things[0][n] for n in numbers])
        return self._trees[split.members]

    @cached_property
    def _trees(self) -> dict[tuple[int, ...], Mapping[Pair, list[SharedAttribute]]]:
        return {}

    @cached_property
    def _things_of(self) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for number, thing in enumerate(self._things[0]):
            for who in thing.buyers:
                found[who].append(number)
        return found

    @cached_property
    def fullest(self) -> Mapping[int, tuple[int, int]]:
        """What each buyer bought in its fullest calendar year, and the year."""
        years = of_years(self.bought)
        found: dict[int, tuple[int, int]] = {}
        for who, year, tpp in zip(years.buyer.tolist(), years.year.tolist(), years.tpp.tolist(), strict=True):
            found[who] = max((tpp, year), found.get(who, (0, 0)))
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
        return tuple(who for who, (tpp, _) in sorted(self.fullest.items()) if tpp >= least)

    def of_large(self, column: str) -> Mapping[int, str | None]:
        """A column of the companies for the large buyers, in order."""
        values = self.company(column).take(pa.array(self.large, pa.int64()))
        return dict(zip(self.large, values.to_pylist(), strict=True))

    def dollars(self, who: int) -> int:
        """What a buyer's lines of its fullest calendar year cost, as stated, else by their TPP."""
        years: dict[int, int] = defaultdict(int)
        each = self.settings.number("dollars_per_tpp")
        stated = self.bought.more.column("value_usd")
        for line in self.lines[who]:
            tpp, value = int(self.bought.tpp[line]), stated[line].as_py()
            year = date.fromordinal(int(self.bought.day[line])).year
            years[year] += int(tpp * each // 1_000_000 if value is None else units.exact(value))
        return max(years.values())

    @cached_property
    def above(self) -> Mapping[str, tuple[Stake, ...]]:
        """The stakes in the large buyers and in all that own them."""
        return stakes_above(self.world, [self.name(who) for who in self.large])

    def owners(self, company: str) -> list[str]:
        """The companies that hold a stake that counts on the day, on its highest reading, in order."""
        least = self.settings.number("owner_percent")
        found = {s.owner for s in self.above.get(company, ()) if s.reaches(least) and self._stands(s)}
        return sorted(owner for owner in found if owner is not None and self.is_company(owner))

    def standing(self, company: str) -> tuple[Stake, ...]:
        """The stakes in a company that hold on the day."""
        return tuple(stake for stake in self.above.get(company, ()) if self._stands(stake))

    def _stands(self, stake: Stake) -> bool:
        begun = stake.begins is None or stake.begins <= self.as_of
        return begun and (stake.ends is None or stake.ends > self.as_of)

    def is_company(self, party: str) -> bool:
        """Whether somebody above a large buyer is a company of the world."""
        return party in self._seats

    def seat(self, party: str) -> str | None:
        """Where a company above a large buyer is incorporated, else has its headquarters."""
        return self._seats.get(party, (None, False))[0]

    def is_known(self, party: str) -> bool:
        """Whether a company answers for its owners by itself: it is listed on an exchange, or of a government."""
        return self._seats.get(party, (None, False))[1]

    @cached_property
    def _seats(self) -> Mapping[str, tuple[str | None, bool]]:
        parties = {party for owned, held in self.above.items() for party in (owned, *(s.owner for s in held)) if party}
        names = pa.array(sorted(parties), pa.string())
        at = self.place(names)
        known = pc.is_valid(at)
        names, at = names.filter(known), at.filter(known)
        columns = ("jurisdiction", "headquarters", "exchange_listed", "activity")
        texts = (self.company(column).take(at).to_pylist() for column in columns)
        return {
            name: (jurisdiction or headquarters, listed == "true" or activity == "government")
            for name, jurisdiction, headquarters, listed, activity in zip(names.to_pylist(), *texts, strict=True)
        }

    def company(self, column: str) -> pa.Array:
        """A column of the companies, in the order of `ids`."""
        return texts_of(self.world.columns("companies").column(column)).take(self._order)

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
