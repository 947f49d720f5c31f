"""The catalogue of chips and servers as it is written in rule data (`shared/chips.yaml`)."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field, model_validator

from compliance.world.io.rule_file import Amount, Cited, Confidence, Count, Country, OpenDay, RuleDataModel, Size, Truth


def fold(name: str) -> str:
    """A name as it is compared: without case, spaces, hyphens and underscores."""
    return "".join(name.casefold().replace("-", " ").replace("_", " ").split())


class Difference(RuleDataModel):
    """A performance published under another name that is not the catalogue's, and why."""

    name: str
    published: Amount
    reason: Cited


class ChipEntry(RuleDataModel):
    """A chip. Throughput in TFLOPS or TOPS, dense, by format; bandwidths in GB/s; power in W and kW."""

    name: str
    maker: str
    aliases: tuple[str, ...] = ()
    throughput: dict[str, Size] = Field(default_factory=dict)
    die_area_mm2: Size | None = None
    non_planar: Truth = True
    memory_bandwidth_gbs: Size | None = None
    interconnect_gbs: Amount | None = None
    tdp_w: Size | None = None
    power_kw: Size | None = None
    data_center: Truth | None = None
    designer_country: Country | None = None
    published_tpp: Amount | None = None
    source: Cited
    confidence: Confidence
    note: str = ""
    differs: tuple[Difference, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the chip, with and without its maker's."""
        plain = (self.name, *self.aliases)
        return (*plain, *(f"{self.maker} {name}" for name in plain))


class Server(RuleDataModel):
    """A server or rack with chips of one kind."""

    name: str
    aliases: tuple[str, ...] = ()
    chip: str
    count: Count

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the product."""
        return (self.name, *self.aliases)


class Overhead(RuleDataModel):
    """What the thermal design power of a chip is multiplied by, to take in its share of server and site."""

    factor: Size
    citation: Cited
    confidence: Confidence


class Reference(RuleDataModel):
    """The chip in whose number performance is told beside TPP."""

    chip: str
    citation: Cited
    confidence: Confidence


class ChipFile(RuleDataModel):
    """The catalogue file as a whole."""

    power_overhead: Overhead
    reference: Reference | None = None
    chips: Annotated[tuple[ChipEntry, ...], Field(min_length=1)]
    products: tuple[Server, ...] = ()
    seen: OpenDay = None

    @model_validator(mode="after")
    def _named_once(self) -> ChipFile:
        seen: dict[str, str] = {}
        items: tuple[ChipEntry | Server, ...] = (*self.chips, *self.products)
        for item in items:
            own = {fold(name) for name in item.names}
            for folded in sorted(own & set(seen)):
                raise ValueError(f"`{item.name}` and `{seen[folded]}` share the name `{folded}`")
            seen.update(dict.fromkeys(own, item.name))
        known = {fold(name) for entry in self.chips for name in entry.names}
        if self.reference is not None and fold(self.reference.chip) not in known:
            raise ValueError(f"the reference `{self.reference.chip}` is no chip here")
        for product in self.products:
            if fold(product.chip) not in known:
                raise ValueError(f"`{product.name}` holds `{product.chip}`, which is no chip here")
        return self

    def power_kw(self, entry: ChipEntry) -> Fraction | None:
        """What the chip draws with its share of the site: as written, else from its thermal design power."""
        if entry.power_kw is not None or entry.tdp_w is None:
            return entry.power_kw
        return entry.tdp_w * self.power_overhead.factor / 1000
