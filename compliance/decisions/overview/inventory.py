"""What stands where on a day: chips by country, site and kind with their TPP, and the power of sites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compliance.answers.answer import Quantity
from compliance.decisions.overview.model import CapacitySaid, InstalledSaid
from compliance.sources.column_types import WATTS
from compliance.sources.evaluation_context import EvaluationContext
from compliance.units import show

Ends = tuple[int, int | None]


def installed_in(scene: EvaluationContext) -> list[InstalledSaid]:
    """The chips that stand, as the rules read them, each kind at a site once; those of an order apart."""
    found: dict[tuple[bool, str, str, str], Ends] = {}
    for row in scene.rows.of("installed").to_pylist():
        key = row["ordered"], row["country"] or "", row["site"] or "", row["chip"]
        found[key] = _with(found.get(key, (0, 0)), row["quantity.low"], row["quantity.high"])
    return [
        InstalledSaid(
            country=country or None,
            site=site or None,
            chip=chip,
            quantity=_quantity(ends, 1, "units"),
            tpp=_tpp(scene, chip, ends),
            ordered=ordered,
        )
        for (ordered, country, site, chip), ends in sorted(found.items())
    ]


def capacity_of(scene: EvaluationContext) -> list[CapacitySaid]:
    """The power of each site for computing, in megawatts; what an order adds apart."""
    return sorted(
        _capacity(scene), key=lambda one: (one.ordered, one.country or "", one.site or "", one.operator or "")
    )


def _capacity(scene: EvaluationContext) -> Iterator[CapacitySaid]:
    for row in scene.rows.of("capacity").to_pylist():
        ends = _with((0, 0), row["it_mw.low"], row["it_mw.high"])
        if ends[1] != 0:
            yield CapacitySaid(
                country=row["country"],
                site=row["site"],
                operator=row["operator"],
                it_mw=_quantity(ends, WATTS, "MW"),
                ordered=row["ordered"],
            )


def _with(ends: Ends, low: Any, high: Any) -> Ends:
    """Two amounts together; not bounded where one is not."""
    return ends[0] + int(low or 0), None if high is None or ends[1] is None else ends[1] + int(high)


def _quantity(ends: Ends, scale: int, unit: str) -> Quantity:
    from fractions import Fraction

    low, high = (None if end is None else show(Fraction(end, scale)) for end in ends)
    return Quantity(value=low or "0", unit=unit, high=high)


def _tpp(scene: EvaluationContext, chip: str, ends: Ends) -> Quantity | None:
    known = scene.catalogue.find(chip)
    tpp = scene.catalogue.at(known, scene.day).tpp if known is not None else None
    if tpp is None:
        return None
    return _quantity((ends[0] * tpp, None if ends[1] is None else ends[1] * tpp), 1000, "TPP")
