"""Builds the source tables of a world for one day.

A line is judged on its own date, other rows on the day of the question. Orders are lines on their date and, where they
go to a site (or a country), chips and megawatts installed there. Cancelled and refused lines are left out; a line that
replaces another that counts is kept and counts in no total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.sources.column_types import stored_types
from compliance.sources.entities import amount, contents, facts_of, holds_on, powers, strictest_chip
from compliance.sources.inspections import inspections, serials, stated_certifications
from compliance.sources.license_utilization import find_covered_lines, find_used_tpp
from compliance.sources.licenses import Licenses
from compliance.sources.parties.list_membership import LISTED, UNIDENTIFIED, ListMemberships
from compliance.sources.replacements import Replacements, find_replacements
from compliance.sources.reporting_periods import half_year, half_years, last_half_year
from compliance.sources.shipment_lines import NOT_LINES, LineColumns, line_columns, lines
from compliance.sources.source_catalogue import SHIPPED, SOURCES
from compliance.sources.synthetic_data import synthetic
from compliance.sources.tenants import services_by_site, tenants
from compliance.sources.to_arrow import to_arrow
from compliance.sources.transaction_parties import dealings
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.field_kinds import LINE_TABLES
from compliance.world.schema.tables import TABLES, Certification, ComputeService, Order, Shipment
from compliance.world.world import World

STANDING = ("installed", "boxed")


class SourceTables:
    """Rows of each source as columns; amounts under `NAME.low` and `NAME.high`.

    What was made of the world `before` is kept where only shipments are different.
    """

    def __init__(
        self, world: World, catalogue: Catalogue, day: date, orders: bool, before: SourceTables | None = None
    ) -> None:
        self.world = world
        self.catalogue = catalogue
        self.day = day
        self.orders = orders
        self.one_each = True
        """Whether no line is of a product that holds several kinds of chips."""
        self.of_parties: dict[tuple[Any, ...], Any] = {}
        """What packs ask of parties (`tables.PartyTable`), kept by what is asked."""
        self.whole: SourceTables | None = None
        """The rows of the world of which these are a part, where what a line replaces may be in the rest."""
        self._made: dict[str, pa.Table] = {}
        if before is not None and all(world.rows(t) is before.world.rows(t) for t in TABLES if t != Shipment.table):
            self.of_parties = before.of_parties
            made = dict(before._made)  # INVARIANT: copied at once, since another thread may be making more of them
            self._made = {source: rows for source, rows in made.items() if source not in SHIPPED}

    def of(self, source: str) -> pa.Table:
        """The rows of a source, by its name, as columns."""
        if source not in self._made:
            columns = stored_types(SOURCES[source])
            if source == "lines":
                self._made[source], self.one_each = lines(self._parts, self._covered_flags, self.world.by_id("sites"))
            elif source == "dealings":
                asked = self.world, self.day, self._parts, self._covered_flags, self.catalogue, self.site_services
                self._made[source] = dealings(*asked, columns)
            else:
                self._made[source] = to_arrow(getattr(self, f"_{source}")(), columns)
        return self._made[source]

    def ordered(self, source: str) -> pa.Table:
        """The rows of a source that an order adds."""
        rows = self.of(source)
        return rows.filter(rows.column("ordered"))

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables whose rows are lines."""
        kept = LINE_TABLES if self.orders else LINE_TABLES[:1]
        return tuple(table for table in kept if self.world.rows(table)) or kept[:1]

    def present(self) -> frozenset[str]:
        """The sources that have rows, and as `listed:LIST` the lists on which somebody stands on any day.

        `unidentified` says that some holder of a stake is not identified.
        """
        found = {source for source in SOURCES if self._has(source)}
        found |= {f"{LISTED}{row.name}" for row in ListMemberships(self.world).rows}
        if self.world.rows("stakes") and self.world.columns("stakes").column("owner").null_count:
            found.add(UNIDENTIFIED)
        return frozenset(found)

    def _has(self, source: str) -> bool:
        """Whether a source has rows; those made line by line are not made to find out."""
        if source == "dealings":
            return bool(
                len(self.of("lines")) or self.world.rows("compute_services") or self.world.rows("weight_transfers")
            )
        if source == "inspections":
            return bool(self.world.rows("inspections"))
        if source == "serials":
            tables = (*self.tables, "inspections")
            kept = (self.world.columns(table).column("serials") for table in tables if self.world.rows(table))
            return any(column.null_count < len(column) for column in kept)
        return len(self.of(source)) > 0

    # ---- lines

    @cached_property
    def _unmarked(self) -> list[LineColumns]:
        return line_columns(self.world, self.catalogue, self.day, self.tables)

    @cached_property
    def _parts(self) -> list[LineColumns]:
        """The lines of each table, by column."""
        parts = self._unmarked
        if any(part.given("replaces") is not None for part in parts):
            for part in parts:
                part.replacement = self.replacements.of(part)
        return parts

    @cached_property
    def replacements(self) -> Replacements:
        """The lines that replace another, beside what they replace."""
        return find_replacements(self._unmarked) if self.whole is None else self.whole.replacements

    @cached_property
    def _covered_flags(self) -> list[np.ndarray[Any, Any]]:
        """Of each of them whether a granted license covers it."""
        return find_covered_lines(self.world, self._parts)

    def stated(self) -> list[dict[str, str]]:
        """The certifications that lines state themselves."""
        return list(stated_certifications(self._parts))

    def _raw(self, table: str) -> Iterator[Any]:
        for row in self.world.rows(table):
            if self._is_line(row):
                yield row

    def _is_line(self, row: Any) -> bool:
        return row.date <= self.day and row.status not in NOT_LINES

    @cached_property
    def licenses(self) -> Licenses:
        """The licenses of the world against the lines that claim them."""
        return Licenses(self.world, find_used_tpp(self.world, self._parts))

    def chips(self, name: str) -> tuple[tuple[str, int], ...]:
        """The chips in what a name stands for, each with its count; the name itself where nothing is known of it."""
        return contents(self.catalogue, name) or ((name, 1),)

    # ---- what stands

    @cached_property
    def site_services(self) -> Mapping[str, Sequence[ComputeService]]:
        """The services of each site."""
        return services_by_site(self.world)

    @cached_property
    def tenants(self) -> Mapping[str, str | None]:
        """Who rents at each site, or runs it."""
        return tenants(self.world, self.day)

    def _installed(self) -> Iterator[dict[str, Any]]:
        sites, renting = self.world.by_id("sites"), self.tenants
        for row in self.world.rows("holdings"):
            held: Any = row
            site: Any = sites[held.site]
            if held.status not in STANDING or not holds_on(held, self.day):
                continue
            for chip, count in self.chips(held.chip):
                low, high = amount(held.quantity)
                yield {
                    "table": "holdings", "id": held.name_of_row, "date": self.day, "ordered": False,
                    "site": held.site, "country": site.country, "holder": held.owner or site.owner or site.operator,
                    "operator": site.operator or site.owner, "customer": renting[site.id], "chip": chip,
                    "quantity.low": (low or 0) * count, "quantity.high": None if high is None else high * count,
                    "status": held.status, "since": held.from_,
                }  # fmt: skip
        yield from self._ordered_installed()

    def _ordered_installed(self) -> Iterator[dict[str, Any]]:
        """What an order adds to what stands at the site, or in the country, that it goes to."""
        sites, renting = self.world.by_id("sites"), self.tenants
        for line in self._ordered_lines():
            site: Any = sites.get(line.site) if line.site else None
            end_user = line.end_user or line.consignee
            for chip, count in self.chips(line.chip):
                low, high = amount(line.quantity * count)
                yield {
                    "table": "orders", "id": line.id, "date": self.day, "ordered": True, "site": line.site,
                    "country": site.country if site else line.to_country,
                    "holder": (site.owner or site.operator) if site else line.operator or end_user,
                    "operator": (site.operator or site.owner) if site else line.operator or end_user,
                    "chip": chip, "quantity.low": low, "quantity.high": high, "status": "installed",
                    "customer": renting.get(line.site or "", line.operator or end_user), "since": line.date,
                }  # fmt: skip

    def _ordered_lines(self) -> Iterator[Any]:
        for line in self._raw("orders") if self.orders else ():
            if line.replaces is None or line.id in self._counting_orders:
                yield line

    @cached_property
    def _counting_orders(self) -> frozenset[str]:
        """The lines of orders that count in totals."""
        own = [part for part in self._parts if part.table == Order.table]
        return frozenset(name for part in own for name in pc.filter(part.texts("id"), part.counts()).to_pylist())

    def _capacity(self) -> Iterator[dict[str, Any]]:
        renting = self.tenants
        for site, it, whole in powers(self.world, self.day):
            if not holds_on(site, self.day):
                continue
            yield {
                "table": "sites", "id": site.id, "date": self.day, "ordered": False, "site": site.id,
                "country": site.country, "operator": site.operator or site.owner,
                "owner": site.owner or site.operator, "customer": renting[site.id],
                "it_mw.low": it[0], "it_mw.high": it[1], "facility_mw.low": whole[0], "facility_mw.high": whole[1],
            }  # fmt: skip
        yield from self._ordered_capacity()

    def _ordered_capacity(self) -> Iterator[dict[str, Any]]:
        """The power that an order adds there."""
        sites, renting = self.world.by_id("sites"), self.tenants
        for line in self._ordered_lines():
            placed: Any = sites.get(line.site) if line.site else None
            end_user = line.operator or line.end_user or line.consignee
            for chip, count in self.chips(line.chip):
                facts = facts_of(self.catalogue, chip, self.day)
                watts = None if facts is None else facts.power_watts
                high = None if watts is None else watts * count * line.quantity
                yield {
                    "table": "orders", "id": line.id, "date": self.day, "ordered": True, "site": line.site,
                    "country": placed.country if placed else line.to_country,
                    "operator": (placed.operator or placed.owner) if placed else end_user,
                    "owner": (placed.owner or placed.operator) if placed else end_user,
                    "customer": renting.get(line.site or "", end_user), "chip": chip,
                    "it_mw.low": high or 0, "it_mw.high": high, "facility_mw.low": high or 0, "facility_mw.high": high,
                }  # fmt: skip

    # ---- services and models

    def _services(self) -> Iterator[dict[str, Any]]:
        for row in self.world.rows("compute_services"):
            service: Any = row
            begins = service.from_ or self.day
            if begins > self.day:
                continue
            low, high = amount(service.operations)
            least, most = amount(service.quantity)
            name = strictest_chip(self.catalogue, service.chip, begins) if service.chip else None
            yield {
                "table": "compute_services", "id": service.id, "date": begins, "ordered": False,
                "provider": service.provider, "customer": service.customer, "site": service.site,
                "job": service.job, "run": service.model or service.job or service.id, "purpose": service.purpose,
                "model": service.model, "operations.low": low, "operations.high": high, "chip": name,
                "quantity.low": least, "quantity.high": most, "workload_visibility": service.workload_visibility,
                "running": holds_on(service, self.day),
            }  # fmt: skip

    def _transfers(self) -> Iterator[dict[str, Any]]:
        for row in self.world.rows("weight_transfers"):
            sent: Any = row
            if sent.date <= self.day:
                yield {
                    "table": "weight_transfers", "id": sent.id, "date": sent.date, "ordered": False,
                    "model": sent.model, "from_party": sent.from_party, "to_party": sent.to_party,
                    "from_country": sent.from_country, "to_country": sent.to_country, "site": sent.site,
                }  # fmt: skip

    def _stored(self) -> Iterator[dict[str, Any]]:
        for row in self.world.rows("model_locations"):
            kept: Any = row
            if holds_on(kept, self.day):
                yield {
                    "table": "model_locations", "id": kept.name_of_row, "date": self.day, "ordered": False,
                    "model": kept.model, "country": kept.country, "site": kept.site, "holder": kept.holder,
                    "where": kept.site or kept.country,
                }  # fmt: skip

    def _models(self) -> Iterator[dict[str, Any]]:
        for row in self.world.rows("models"):
            model: Any = row
            yield {
                "table": "models", "id": model.id, "date": self.day, "ordered": False, "model": model.id,
                "developer": model.developer,
            }  # fmt: skip

    def _synthetic(self) -> Iterator[dict[str, Any]]:
        return synthetic(self.world, self.day, chain(self._transfers(), self._services()))

    # ---- what was seen

    def _inspections(self) -> Iterator[dict[str, Any]]:
        return inspections(self.world, self.day, self._parts, self.chips)

    def _serials(self) -> Iterator[dict[str, Any]]:
        return serials(self.world, self.day, self._parts)

    # ---- papers

    def _authorizations(self) -> Iterator[dict[str, Any]]:
        for row in self.world.rows("authorizations"):
            paper: Any = row
            begins = paper.from_ or self.day
            if begins <= self.day:
                yield {
                    "table": "authorizations", "id": paper.id, "date": begins, "ordered": False,
                    "holder": paper.holder, "kind": paper.kind, "country": paper.country, "state": paper.state,
                }  # fmt: skip

    def _half_years(self) -> Iterator[dict[str, Any]]:
        """The half-years since a listing began that ended before the day, and whether a report was made after it."""
        reports: dict[str, list[date]] = {}
        for paper in self.world.each(Certification):
            if paper.kind == "report" and paper.date is not None and paper.date <= self.day:
                reports.setdefault(paper.party, []).append(paper.date)
        authorized = ListMemberships(self.world)
        for listed in authorized.rows:
            last = min(authorized.ends(listed) or self.day, self.day)
            known = listed.from_ is not None
            for begins, ends in half_years(listed.from_, last) if known else last_half_year(last):
                made_after = [made for made in reports.get(listed.party, ()) if made >= ends]
                after, beside = bool(made_after), sum(made < half_year(ends)[1] for made in made_after) > 1
                yield {
                    "table": listed.row.table, "id": listed.row.name_of_row, "date": self.day, "ordered": False,
                    "party": listed.party, "list": listed.name, "country": listed.country, "begun": known or None,
                    "half": f"{begins.year}-H{1 if begins.month == 1 else 2}", "ended": ends - timedelta(days=1),
                    "reported": after if known or not after else None,  # of the half-years before, nothing is known
                    "accounted": False if not after else True if known and beside else None,
                }  # fmt: skip

    def _listed(self) -> Iterator[dict[str, Any]]:
        authorized = ListMemberships(self.world)
        for listed in authorized.rows:
            if authorized.holds(listed, self.day):
                yield {
                    "table": listed.row.table, "id": listed.row.name_of_row, "date": self.day, "ordered": False,
                    "party": listed.party, "list": listed.name, "country": listed.country,
                }  # fmt: skip
