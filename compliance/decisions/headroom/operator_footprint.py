"""Who operates what where: each family of operators, with its capacity at home, abroad and in one country.

A family is named by its ultimate parent (contracts 6, operators and their base). A party whose parent is not determined
stands for itself, and what it has may be that of each candidate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from compliance.sources.entities import Amount, amount, facts_of
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.source_tables import SourceTables

CONTROLLED = "a"


@dataclass(frozen=True)
class Stock:
    """IT power in watts and TPP of controlled chips in thousandths, from the least to the most (`None`: unbounded)."""

    watts: Amount = (0, 0)
    tpp: Amount = (0, 0)

    def __add__(self, other: Stock) -> Stock:
        return Stock(_sum(self.watts, other.watts), _sum(self.tpp, other.tpp))

    def perhaps(self) -> Stock:
        """The stock of one that may as well have none of it."""
        return Stock((0, self.watts[1]), (0, self.tpp[1]))


@dataclass(frozen=True)
class Footprint:
    """What a family has; `abroad` is all outside the country of its headquarters, `there` the country asked about."""

    operator: str
    candidates: tuple[str, ...]
    headquarters: str | None
    home: Stock = field(default_factory=Stock)
    abroad: Stock = field(default_factory=Stock)
    there: Stock = field(default_factory=Stock)

    def having(self, place: str | None, country: str, stock: Stock) -> Footprint:
        """The same with more in a place; what stands nobody knows where may be anywhere."""
        unsure = stock if place is not None else stock.perhaps()
        at_home = None if place is None or self.headquarters is None else place == self.headquarters
        home = Stock() if at_home is False else unsure if at_home else stock.perhaps()
        abroad = Stock() if at_home else unsure if at_home is False else stock.perhaps()
        there = unsure if place in (None, country) else Stock()
        return replace(self, home=self.home + home, abroad=self.abroad + abroad, there=self.there + there)


def footprints(scene: EvaluationContext, country: str) -> list[Footprint]:
    """All families that operate a site or hold chips on the day, by name."""
    rows = SourceTables(scene.world, scene.catalogue, scene.day, orders=False)
    families: dict[str, tuple[str, ...]] = {}
    stocks = [*_power(rows), *_chips(rows, scene)]
    for party, _, _ in stocks:
        families.setdefault(party, scene.ownership.families(party, scene.day))
    named = {party: of[0] if len(of) == 1 else party for party, of in families.items()}
    found: dict[str, Footprint] = {}
    for party, operator in sorted(named.items()):
        candidates = () if operator in families[party] and len(families[party]) == 1 else families[party]
        found.setdefault(operator, Footprint(operator, candidates, scene.ownership.seat(operator, scene.day)))
    for party, place, stock in stocks:
        for operator in {named[party], *families[party]} & found.keys():
            sure = operator == named[party]
            found[operator] = found[operator].having(place, country, stock if sure else stock.perhaps())
    return [found[operator] for operator in sorted(found)]


def _power(rows: SourceTables) -> Iterator[tuple[str, str | None, Stock]]:
    for row in rows.of("capacity").to_pylist():
        if row["operator"] is not None:
            yield row["operator"], row["country"], Stock(watts=_ends(row, "it_mw"))


def _chips(rows: SourceTables, scene: EvaluationContext) -> Iterator[tuple[str, str | None, Stock]]:
    for row in rows.of("installed").to_pylist():
        if row["holder"] is not None:
            yield row["holder"], row["country"], Stock(tpp=_tpp(row, scene))


def _tpp(row: Mapping[str, Any], scene: EvaluationContext) -> Amount:
    """The TPP of chips of 3A090.a; what nobody knows of a chip is zero or more."""
    facts = facts_of(scene.catalogue, str(row["chip"]), scene.day)
    if facts is None or facts.zone is None:
        return 0, None
    if facts.zone != CONTROLLED:
        return 0, 0
    (low, high), (least, most) = amount(facts.tpp), _ends(row, "quantity")
    return (low or 0) * (least or 0), None if high is None or most is None else high * most


def _ends(row: Mapping[str, Any], name: str) -> Amount:
    low, high = row[f"{name}.low"], row[f"{name}.high"]
    return (0 if low is None else int(low)), (None if high is None else int(high))


def _sum(one: Amount, other: Amount) -> Amount:
    return _total((one[0], other[0])) or 0, _total((one[1], other[1]))


def _total(ends: Iterable[int | None]) -> int | None:
    total = 0
    for end in ends:
        if end is None:
            return None
        total += end
    return total
