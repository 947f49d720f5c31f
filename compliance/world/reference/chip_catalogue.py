"""The chips that a world may name, and what the law makes of them on a day.

The catalogue is rule data (`shared/chips.yaml`); a world's own `chips` add to it or override it by name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from math import ceil
from pathlib import Path

from compliance.errors import InputError, Problem, UsageError
from compliance.units import FIRST_DAY, show
from compliance.world.io import rule_file, user_files
from compliance.world.io.rule_file import CONFIDENCES, Confidence
from compliance.world.reference.chip_file import ChipEntry, ChipFile, fold
from compliance.world.reference.chip_rows import Chip, ChipRow, Figures, Part, ProductRow, add_chips, add_products
from compliance.world.reference.control_parameters import Controls, Measures, Performance
from compliance.world.reference.product_file import ProductShelf
from compliance.world.reference.product_matching import ProductNames

CATALOGUE = Path("shared") / "chips.yaml"
CONTROLS = Path("shared") / "control_zones.yaml"
PRODUCTS = Path("shared") / "products.yaml"
_SEVERAL = re.compile(r"(\d{1,4})\s*[x×]\s*(\S.*)")
_NEAREST = 5


_STRICTEST = ("a", "b", "none")


@dataclass(frozen=True, slots=True)
class ChipFacts:
    """What the law makes of a chip on a day.

    `tpp` in thousandths, rounded up; `density` in TPP a mm2; what is `None` is not known.
    """

    name: str
    tpp: int | None
    density: Fraction | None
    zone: str | None
    basis: str
    routes: tuple[str, ...]
    data_center: bool | None
    power_watts: int | None
    memory_bandwidth_gbs: Fraction | None
    designer_country: str | None
    confidence: Confidence
    notes: tuple[str, ...]


@dataclass(slots=True)
class Catalogue:
    """Every chip and product that has a name here, by its folded name."""

    controls: Controls
    _chips: dict[str, Chip]
    _products: dict[str, tuple[Part, ...]]
    _facts: dict[tuple[str, date], ChipFacts] = field(default_factory=dict)
    _days: tuple[date, ...] | None = None
    reference: str | None = None
    shelf: ProductShelf | None = None
    _trade: ProductNames | None = None

    @classmethod
    def load(cls, folder: Path, world_chips: Sequence[ChipRow] = (), products: Sequence[ProductRow] = ()) -> Catalogue:
        """The catalogue of the rule folder with a world's own chips and products, made once while both stay the same.

        Raises `InputError` with every problem: an unknown format, a name twice, a product without chip.
        """
        paths = [folder / name for name in (CONTROLS, CATALOGUE, PRODUCTS)]
        texts = tuple(user_files.text(path, str(path)) if path.exists() else None for path in paths)
        return _load_cached(folder, texts, tuple(world_chips), tuple(products))

    @classmethod
    def read(cls, folder: Path, world_chips: Sequence[ChipRow], products: Sequence[ProductRow]) -> Catalogue:
        """The same, made anew."""
        controls = rule_file.read_as(Controls, folder / CONTROLS)
        written = rule_file.read_rule_file(folder / CATALOGUE)
        shelf = rule_file.read_as(ChipFile, folder / CATALOGUE)
        file = str(folder / CATALOGUE)
        problems = [
            Problem(file, rule_file.line_of(written, ("chips", place)), f"`{entry.name}`: {text}")
            for place, entry in enumerate(shelf.chips)
            for text in controls.unknown(entry.throughput)
        ]
        chips: dict[str, Chip] = {}
        for entry in shelf.chips:
            chip = Chip(entry.name, entry.aliases, (_of_entry(entry, shelf.power_kw(entry)),))
            chips.update((fold(name), chip) for name in entry.names)
        problems += add_chips(chips, world_chips, controls)
        own = {fold(name) for row in world_chips for name in (row.name, *(row.aliases or ()))}
        sold: dict[str, tuple[Part, ...]] = {
            fold(name): (Part(item.name, chips[fold(item.chip)], item.count),)
            for item in shelf.products
            for name in item.names
            if fold(name) not in own
        }
        trade = rule_file.read_as(ProductShelf, folder / PRODUCTS) if (folder / PRODUCTS).exists() else None
        problems += _add_trade(sold, chips, trade, own, str(folder / PRODUCTS)) if trade else []
        problems += add_products(sold, chips, products, own)
        if problems:
            raise InputError(problems)
        reference = shelf.reference.chip if shelf.reference else None
        return cls(controls, chips, sold, reference=reference, shelf=trade)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all chips, sorted, aliases apart."""
        return tuple(sorted({chip.name for chip in self._chips.values()}))

    def find(self, name: str) -> Chip | None:
        """The chip of that name or alias."""
        return self._chips.get(fold(name))

    @property
    def trade(self) -> ProductNames:
        """The words of the trade for what is here."""
        if self._trade is None:
            named = sorted({part.product for parts in self._products.values() for part in parts})
            self._trade = ProductNames(self.shelf, self.exact_parts, named)
        return self._trade

    def parts(self, name: str) -> tuple[Part, ...]:
        """The same by a name of the catalogue, else by words of the trade that surely mean one (`Tesla V100 32G`)."""
        found = self.exact_parts(name)
        if not found and (meant := self.trade.match(name).name) is not None:
            return self.exact_parts(meant)
        return found

    def exact_parts(self, name: str) -> tuple[Part, ...]:
        """The chips in a product, of `8x H100` that many, or the chip itself once; nothing for an unknown name."""
        chip = self.find(name)
        found = self._products.get(fold(name), (Part(chip.name, chip, 1),) if chip else ())
        if not found and (several := _SEVERAL.fullmatch(name.strip().casefold())) is not None:
            chip, count = self.find(several[2]), int(several[1])
            return (Part(f"{count}x {chip.name}", chip, count),) if chip and count else ()
        return found

    def expand(self, name: str) -> tuple[Chip, int] | None:
        """A product as its chip and how many are in it; a chip as one.

        Raises `UsageError` for a product with several kinds of chips: ask for its `parts`.
        """
        parts = self.parts(name)
        if len(parts) > 1:
            raise UsageError(f"`{name}` holds several kinds of chips; name each of them")
        return (parts[0].chip, parts[0].count) if parts else None

    def near(self, name: str) -> str:
        """A hint at a near name of a chip or product, or nothing; of several that of the strictest control.

        So nobody is led from a chip to one that is less controlled.
        """
        if len(name) > 100:
            return ""
        match = self.trade.match(name)
        if match.choices:
            why = f" {match.told[:1].upper()}{match.told[1:]}." if match.told and match.name is None else ""
            return f"{why} Did you mean `{min(match.choices, key=self.laxity)}`?"
        words = [word for chip in self._chips.values() for word in (chip.name, *chip.aliases)]
        words += [part.product for parts in self._products.values() for part in parts]
        folded = {word.casefold(): word for word in sorted(set(words))}
        found = [folded[word] for word in get_close_matches(name.casefold(), folded, n=_NEAREST, cutoff=0.6)]
        return f" Did you mean `{min(found, key=self.laxity)}`?" if found else ""

    def laxity(self, name: str) -> tuple[int, int]:
        """How little a product is controlled under the latest parameters: the least sorts first."""
        day = self.days()[-1]
        facts = [self.at(part.chip, day) for part in self.parts(name)]
        zones = [_STRICTEST.index(fact.zone) if fact.zone in _STRICTEST else 0 for fact in facts]
        return (min(zones, default=0), -max((fact.tpp or 0 for fact in facts), default=0))

    def longer_by_a_letter(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names, folded, that are one of these with a letter more, and name another chip or product."""
        own = {fold(name) for name in names}
        return tuple(
            sorted(
                name
                for name in {*self._chips, *self._products}
                if name[:-1] in own and name[-1:].isalpha() and name not in own
            )
        )

    def days(self) -> tuple[date, ...]:
        """The days on which the control parameters or the figures of a chip change, sorted."""
        own = {figures.since for chip in self._chips.values() for figures in chip.figures}
        return tuple(sorted({*self.controls.days(), *(day for day in own if day is not None)}))

    def at(self, chip: Chip, day: date) -> ChipFacts:
        """What the law makes of the chip on the day."""
        since = self.stretch(day)
        known = self._facts.get((chip.name, since))
        if known is None:
            known = self._facts[chip.name, since] = _facts(chip, day, self.controls)
        return known

    def stretch(self, day: date) -> date:
        """The first of the days on which everything is as on this one."""
        if self._days is None:
            self._days = (date.min, *sorted({FIRST_DAY, *self.days()}))
        return self._days[bisect_right(self._days, day) - 1]


@lru_cache(maxsize=8)
def _load_cached(
    folder: Path, texts: tuple[str | None, ...], chips: tuple[ChipRow, ...], products: tuple[ProductRow, ...]
) -> Catalogue:
    """The catalogue of files with these texts."""
    return Catalogue.read(folder, chips, products)


def _add_trade(
    sold: dict[str, tuple[Part, ...]], chips: dict[str, Chip], shelf: ProductShelf, own: set[str], file: str
) -> list[Problem]:
    """Puts the products of the trade among those `sold`; gives what is wrong with them."""
    problems: list[Problem] = []
    for item in shelf.sold():
        chip = chips.get(fold(item.chip))
        if chip is None:
            problems.append(Problem(file, 0, f"`{item.name}` holds `{item.chip}`, which is no chip of the catalogue"))
            continue
        for name in map(fold, item.names):
            if name in own or name in chips:
                continue
            other = sold.setdefault(name, (Part(item.name, chip, item.count),))[0]
            if (other.chip, other.count) != (chip, item.count):
                told = f"`{item.name}` and `{other.product}` share the name `{name}`, and hold not the same"
                problems.append(Problem(file, 0, told))
    return problems


def _facts(chip: Chip, day: date, controls: Controls) -> ChipFacts:
    figures = chip.on(day)
    notes = list(figures.notes)
    found = controls.performance(dict(figures.throughput))
    if found is None and figures.published_tpp is not None:
        found = Performance(figures.published_tpp, "published", 0, figures.confidence, "")
        said = show(figures.published_tpp)
        notes.append(f"rests on a published performance of {said} TPP; its throughput is not public")
    tpp = None if found is None else found.tpp
    area = figures.die_area_mm2 if figures.non_planar else None
    density = None if tpp is None or area is None else tpp / area
    measures = Measures(tpp, density, not figures.non_planar, figures.interconnect_gbs, figures.data_center)
    period = controls.period(day)
    zone = measures.zone(period, controls.outside)
    routes, perhaps = measures.routes(period, zone)
    if perhaps:
        notes.append(f"{', '.join(perhaps)}: what opens them is not known of this chip")
    if found is not None and found.note:
        notes.append(found.note)
    rounded = None if tpp is None else ceil(tpp * 1000)
    if rounded is not None and tpp is not None and rounded != tpp * 1000:
        notes.append(f"{show(tpp)} TPP is rounded up to a thousandth")
    sure = [figures.confidence, *([found.confidence] if found else [])]
    return ChipFacts(
        chip.name,
        rounded,
        density,
        zone,
        found.basis if found else "",
        routes,
        figures.data_center,
        None if figures.power_kw is None else ceil(figures.power_kw * 1000),
        figures.memory_bandwidth_gbs,
        figures.designer_country,
        max(sure, key=CONFIDENCES.index),
        tuple(notes),
    )


def _of_entry(entry: ChipEntry, power_kw: Fraction | None) -> Figures:
    return Figures(
        None,
        tuple(entry.throughput.items()),
        entry.die_area_mm2,
        entry.non_planar,
        entry.memory_bandwidth_gbs,
        entry.interconnect_gbs,
        power_kw,
        entry.data_center,
        entry.designer_country,
        entry.published_tpp,
        entry.confidence,
        (entry.note,) if entry.note else (),
    )
