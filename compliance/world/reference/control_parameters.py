"""The control parameters of chips by date: bit lengths, total processing performance, zones and routes.

Total processing performance (TPP) is the peak of dense operations a second, in trillions, times their bit
length, at its highest over the formats that a chip offers; a multiply-accumulate counts as two operations, as
datasheets count it [ECCN 3A090, technical notes]. Performance density is TPP over the area, in mm2, of the
logic dies made on a non-planar node. Every limit stands in rule data (`control_zones.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from compliance.errors import UsageError, near
from compliance.units import FIRST_DAY, show
from compliance.world.io.rule_file import Amount, Cited, Confidence, Count, OpenDay, RuleDataModel, Truth


class BitLength(RuleDataModel):
    """How long one operand of a format is, in bits."""

    bits: Count
    citation: Cited
    confidence: Confidence
    note: str = ""


class Range(RuleDataModel):
    """Values from `at_least`, inclusive, to `under`, exclusive."""

    at_least: Amount | None = None
    under: Amount | None = None

    def holds(self, value: Fraction) -> bool:
        """Whether the value lies in the range."""
        low = self.at_least is None or self.at_least <= value
        return low and (self.under is None or value < self.under)


class Limb(RuleDataModel):
    """One way into a zone: everything that it names must hold."""

    tpp: Range | None = None
    performance_density: Range | None = None
    interconnect_gbs: Range | None = None
    data_center: Truth | None = None
    citation: Cited


class Zone(RuleDataModel):
    """A zone and the limbs of which one is enough."""

    zone: str
    any: Annotated[tuple[Limb, ...], Field(min_length=1)]


class Route(RuleDataModel):
    """License exceptions that are open to a chip by its kind."""

    zone: str
    data_center: Truth | None = None
    kinds: tuple[str, ...]
    citation: Cited


class Period(RuleDataModel):
    """The parameters from a day on; zones are asked in their order and the first that holds is the chip's."""

    from_: Annotated[OpenDay, Field(alias="from")] = None
    citation: Cited
    confidence: Confidence
    zones: tuple[Zone, ...] = ()
    routes: tuple[Route, ...] = ()
    note: str = ""


class Controls(RuleDataModel):
    """The whole of the control parameters."""

    outside: str
    uncounted: tuple[str, ...]
    bit_lengths: dict[str, BitLength]
    seen: OpenDay = None
    periods: Annotated[tuple[Period, ...], Field(min_length=1)]

    def period(self, day: date) -> Period:
        """The parameters of the day."""
        held = [period for period in self.periods if (period.from_ or FIRST_DAY) <= day]
        if not held:
            raise UsageError(f"no control parameters are known for {day}")
        return max(held, key=lambda period: period.from_ or FIRST_DAY)

    def days(self) -> tuple[date, ...]:
        """The days on which the parameters change, sorted."""
        return tuple(sorted({period.from_ for period in self.periods if period.from_ is not None}))

    def counted(self, fmt: str) -> bool:
        """Whether a format's throughput counts; a sparse one is kept and never counted."""
        return not fmt.lower().endswith(self.uncounted)

    def bits(self, fmt: str) -> BitLength:
        """The bit length of a format. Raises `ValueError` where it is not known."""
        found = self.bit_lengths.get(fmt.upper())
        if found is None:
            hint = near(fmt, self.bit_lengths)
            raise ValueError(f"the bit length of `{fmt}` is not known.{hint}")
        return found

    def unknown(self, throughput: Iterable[str]) -> tuple[str, ...]:
        """What is wrong with the formats that would count: those without a bit length."""
        found = []
        for fmt in filter(self.counted, throughput):
            try:
                self.bits(fmt)
            except ValueError as wrong:
                found.append(str(wrong))
        return tuple(found)

    def performance(self, throughput: Mapping[str, Fraction]) -> Performance | None:
        """The highest product of throughput and bit length; `None` where no dense throughput is given.

        Of equal products the longest format is named, and of equally long ones the first in `bit_lengths`.
        """
        best: Performance | None = None
        rank = list(self.bit_lengths)
        for fmt in sorted(filter(self.counted, throughput), key=lambda fmt: (rank.index(fmt.upper()), fmt)):
            length = self.bits(fmt)
            found = Performance(
                throughput[fmt] * length.bits,
                f"{fmt} {show(throughput[fmt])} x {length.bits}",
                length.bits,
                length.confidence,
                length.note,
            )
            if best is None or (found.tpp, found.bits) > (best.tpp, best.bits):
                best = found
        return best


@dataclass(frozen=True, slots=True)
class Performance:
    """A total processing performance, the product that it is, and how well its bit length was seen."""

    tpp: Fraction
    basis: str
    bits: int
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class Measures:
    """What a limb may ask of a chip; `None` is not known.

    A `planar` chip has no density, and meets no limb that asks for one.
    """

    tpp: Fraction | None
    density: Fraction | None
    planar: bool
    interconnect_gbs: Fraction | None
    data_center: bool | None

    def limb(self, limb: Limb) -> bool | None:
        """Whether the limb holds; `None` where something decides that is not known."""
        dense = limb.performance_density
        return all_hold(
            [
                _within(limb.tpp, self.tpp),
                False if self.planar and dense else _within(dense, self.density),
                _within(limb.interconnect_gbs, self.interconnect_gbs),
                _same(limb.data_center, self.data_center),
            ]
        )

    def zone(self, period: Period, outside: str) -> str | None:
        """The zone; `outside` where none holds, `None` where something decides that is not known."""
        for zone in period.zones:
            held = any_holds(self.limb(limb) for limb in zone.any)
            if held is None:
                return None
            if held:
                return zone.zone
        return outside

    def routes(self, period: Period, zone: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The routes that are open, and those that may be: what decides is not known."""
        open_: list[str] = []
        perhaps: list[str] = []
        for route in period.routes:
            there = None if zone is None else route.zone == zone
            held = all_hold([there, _same(route.data_center, self.data_center)])
            if held or held is None:
                (open_ if held else perhaps).extend(route.kinds)
        return tuple(open_), tuple(perhaps)


def all_hold(answers: Iterable[bool | None]) -> bool | None:
    """All hold: false if one does not, else not known if one is not."""
    found = list(answers)
    return False if False in found else None if None in found else True


def any_holds(answers: Iterable[bool | None]) -> bool | None:
    """One holds: true if one does, else not known if one is not."""
    found = list(answers)
    return True if True in found else None if None in found else False


def _within(asked: Range | None, value: Fraction | None) -> bool | None:
    if asked is None:
        return True
    return None if value is None else asked.holds(value)


def _same(asked: bool | None, value: bool | None) -> bool | None:
    if asked is None:
        return True
    return None if value is None else asked == value
