"""A world's own chips and products, joined to those of the catalogue.

A row that gives throughput or a published performance replaces the whole description of a chip; one that
gives neither changes only what it gives. A row's `from` is the day from which its figures apply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from compliance.errors import Problem, near
from compliance.units import FIRST_DAY
from compliance.world.io.rule_file import Confidence
from compliance.world.reference.chip_file import fold
from compliance.world.reference.control_parameters import Controls


class ChipRow(Protocol):
    """A row of a world's table `chips` [contracts 3]; `None` is not known."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str] | None: ...
    @property
    def throughput(self) -> Mapping[str, Fraction] | None: ...
    @property
    def die_area_mm2(self) -> Fraction | None: ...
    @property
    def non_planar(self) -> bool | None: ...
    @property
    def memory_bandwidth_gbs(self) -> Fraction | None: ...
    @property
    def interconnect_gbs(self) -> Fraction | None: ...
    @property
    def power_kw(self) -> Fraction | None: ...
    @property
    def data_center(self) -> bool | None: ...
    @property
    def designer_country(self) -> str | None: ...
    @property
    def published_tpp(self) -> Fraction | None: ...
    @property
    def from_(self) -> date | None: ...
    @property
    def origin(self) -> Any: ...


class ProductRow(Protocol):
    """A row of a world's table `products`: a server and how many chips of one kind are in it."""

    @property
    def name(self) -> str: ...
    @property
    def chip(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def origin(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a chip from a day on."""

    since: date | None = None
    throughput: tuple[tuple[str, Fraction], ...] = ()
    die_area_mm2: Fraction | None = None
    non_planar: bool = True
    memory_bandwidth_gbs: Fraction | None = None
    interconnect_gbs: Fraction | None = None
    power_kw: Fraction | None = None
    data_center: bool | None = None
    designer_country: str | None = None
    published_tpp: Fraction | None = None
    confidence: Confidence = "memory"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip by its name, with its figures in the order of their days."""

    name: str
    aliases: tuple[str, ...]
    figures: tuple[Figures, ...]

    def on(self, day: date) -> Figures:
        """The figures of the day; nothing is known before the first."""
        held = [figures for figures in self.figures if (figures.since or FIRST_DAY) <= day]
        return held[-1] if held else Figures(notes=(f"no figures of `{self.name}` are known for {day}",))


@dataclass(frozen=True, slots=True)
class Part:
    """So many chips of one kind in a product."""

    product: str
    chip: Chip
    count: int


def add_chips(chips: dict[str, Chip], rows: Sequence[ChipRow], controls: Controls) -> list[Problem]:
    """Puts the world's chips among `chips`, by folded name; gives what is wrong with them."""
    problems: list[Problem] = []
    by_name: dict[str, list[ChipRow]] = {}
    for row in rows:
        by_name.setdefault(fold(row.name), []).append(row)
        problems += [_at(row, f"`{row.name}`: {text}") for text in controls.unknown(row.throughput or {})]
    claimed = {folded: folded for folded in by_name}
    for folded, own in by_name.items():
        base = chips.get(folded)
        figures = list(base.figures) if base else []
        days: set[date | None] = set()
        for row in sorted(own, key=lambda row: row.from_ or FIRST_DAY):
            if row.from_ in days:
                problems.append(_at(row, f"`{row.name}` is described twice from the same day"))
            days.add(row.from_)
            figures.append(_of_row(row, figures[-1] if figures else Figures()))
        given = [alias for row in own for alias in row.aliases or ()]
        aliases = tuple(dict.fromkeys([*(base.aliases if base else ()), *given]))
        chip = Chip(own[0].name, aliases, tuple(figures))
        chips.update({key: chip for key, held in chips.items() if held is base and key not in claimed})
        chips[folded] = chip
        for alias in given:
            if claimed.setdefault(fold(alias), folded) != folded:
                text = f"the alias `{alias}` of `{own[0].name}` is another chip's name too"
                problems.append(_at(own[0], text))
            else:
                chips[fold(alias)] = chip
    return problems


def _of_row(row: ChipRow, before: Figures) -> Figures:
    whole = bool(row.throughput) or row.published_tpp is not None
    changes: dict[str, Any] = {
        "die_area_mm2": row.die_area_mm2 or None,
        "memory_bandwidth_gbs": row.memory_bandwidth_gbs,
        "interconnect_gbs": row.interconnect_gbs,
        "power_kw": row.power_kw,
        "data_center": row.data_center,
        "designer_country": row.designer_country,
        "published_tpp": row.published_tpp,
        "throughput": tuple((row.throughput or {}).items()) or None,
        "non_planar": False if row.non_planar is False else None,
    }
    changes = {key: value for key, value in changes.items() if value is not None}
    if whole:
        said = ("the figures are the world's own",)
        return Figures(row.from_, **changes, confidence="verified", notes=said)
    notes = (*before.notes, "some figures are the world's own")
    return replace(before, since=row.from_, **changes, notes=notes)


def add_products(
    sold: dict[str, tuple[Part, ...]], chips: Mapping[str, Chip], rows: Sequence[ProductRow], own: set[str]
) -> list[Problem]:
    """Puts the world's products among those `sold`, by folded name; gives what is wrong with them."""
    problems: list[Problem] = []
    given: dict[str, tuple[Part, ...]] = {}
    for row in rows:
        folded = fold(row.name)
        chip = chips.get(fold(row.chip))
        if folded in own:
            problems.append(_at(row, f"the product `{row.name}` is also a chip of this world"))
        if chip is None and (parts := sold.get(fold(row.chip))):
            inside = ", ".join(f"`{part.chip.name}` with the count {part.count * row.count}" for part in parts)
            problems.append(_at(row, f"`{row.chip}` is a product and no chip; name the chips that it holds: {inside}"))
        elif chip is None:
            hint = near(row.chip, {held.name for held in chips.values()})
            problems.append(_at(row, f"no chip `{row.chip}` is known.{hint}"))
        else:
            given[folded] = (*given.get(folded, ()), Part(row.name, chip, row.count))
    sold.update(given)
    return problems


def _at(row: ChipRow | ProductRow, text: str) -> Problem:
    return Problem(row.origin.file, row.origin.line, text)
