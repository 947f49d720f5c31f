"""Tables of where chips stand and what they are: contracts section 3."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compliance.world.schema.field_kinds import (
    Amount,
    Country,
    Day,
    EventDay,
    Id,
    Kilowatts,
    LargeAmount,
    Megawatts,
    PartyId,
    Range,
    Several,
    SiteId,
    Some,
    Text,
    Throughput,
    Truth,
)
from compliance.world.schema.row import Row


class Site(Row):
    """A place where chips stand; power in megawatts.

    `veu_security`: it complies with paragraphs 14, 15 and 18 of supplement no. 10 to 15 CFR part 748.
    """

    table = "sites"
    key = ("id",)

    id: Id
    name: Text | None = None
    operator: PartyId | None = None
    owner: PartyId | None = None
    country: Country | None = None
    address: Text | None = None
    it_mw: Megawatts | None = None
    facility_mw: Megawatts | None = None
    veu_security: Truth | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class SitePower(Row):
    """The power of a site in megawatts over time; overrides `sites`."""

    table = "site_power"

    site: SiteId
    it_mw: Megawatts | None = None
    facility_mw: Megawatts | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Holding(Row):
    """Chips at a site; a `quantity` of `None` is not known."""

    table = "holdings"

    site: SiteId
    chip: Text
    quantity: Range | None = None
    owner: PartyId | None = None
    status: Literal["installed", "boxed", "planned", "retired", "lost", "resold"] = "installed"
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    source: Text | None = None


class Inspection(Row):
    """What was counted at a site on a day."""

    table = "inspections"

    site: SiteId
    date: EventDay
    chip: Text | None = None
    seen: Range | None = None
    boxed: Range | None = None
    powered: Range | None = None
    serials: Several = ()


class Chip(Row):
    """A chip of this world, over the catalogue's; dense throughput in TOPS or TFLOPS by format."""

    table = "chips"
    key = ("name", "from")

    name: Id
    aliases: Several = ()
    throughput: Throughput | None = None
    die_area_mm2: Amount | None = None
    non_planar: Truth | None = None
    memory_bandwidth_gbs: Amount | None = None
    interconnect_gbs: Amount | None = None
    power_kw: Kilowatts | None = None
    data_center: Truth | None = None
    designer_country: Country | None = None
    published_tpp: LargeAmount | None = None
    from_: Day | None = Field(default=None, alias="from")


class Product(Row):
    """A product and how many of a chip are in it; one with several kinds of chips has a row for each."""

    table = "products"
    key = ("name", "chip")

    name: Id
    chip: Text
    count: Some
