"""Transaction parties: each party of a line, a service or a transfer of weights, once.

Who runs or owns the site to which the goods or weights go, or at which the compute runs, is a party as well, and who
rents at the site to which goods go: it may receive or use them (15 CFR 748.5(e) and (f)). Whether it does is not told
where the row names it nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from compliance.sources.entities import strictest_chip
from compliance.sources.shipment_lines import LineColumns
from compliance.sources.to_arrow import ARROW, to_arrow
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.tables import ComputeService, Site, WeightTransfer
from compliance.world.world import World

OF_LINES = (
    "consignee", "end_user", "operator", "purchaser", "intermediate_consignee", "forwarder", "payer", "exporter",
)  # fmt: skip
OF_SITES = {"operator": "operator of the site", "owner": "owner of the site"}
"""What the parties of a site are in what goes there, by the fields of the site."""
TENANT = "tenant of the site"
Numbers = np.ndarray[Any, Any]


def dealings(
    world: World,
    day: date,
    lines: Sequence[LineColumns],
    licensed: Sequence[Numbers],
    catalogue: Catalogue,
    services: Mapping[str, Sequence[ComputeService]],
    columns: Mapping[str, str],
) -> pa.Table:
    """A row for each party of each line, of each service begun by the day, and of each transfer of weights.

    The chip is the most strictly controlled of those in what the line names, the quantity that of all of them.
    `licensed` says of each line whether a granted license covers it, `services` are those of each site; `columns` are
    the types of the rows.
    """
    others = to_arrow([*_of_services(world, day, catalogue), *_of_transfers(world, day, services)], columns)
    sites: Mapping[str, Any] = world.by_id(Site.table)
    parts = [
        _of_lines(part, flags, sites, services, columns)
        for part, flags in zip(lines, licensed, strict=True)
        if part.count
    ]
    if len(parts) == 1 and not len(others):
        return parts[0]
    return pa.concat_tables([part.cast(others.schema) for part in (*parts, others)])


def _of_lines(
    lines: LineColumns,
    licensed: Numbers,
    sites: Mapping[str, Any],
    services: Mapping[str, Sequence[ComputeService]],
    columns: Mapping[str, str],
) -> pa.Table:
    """The parties of the lines of one table, each once with all that it is in the line."""
    known, codes = _party_codes(lines, sites)
    renting = _tenants(lines, services, known)
    names = pa.array(list(known), pa.string())
    places, masks = [], []
    for role in range(len(codes)):
        own = codes[role]
        first = own >= 0
        for before in range(role):
            first &= codes[before] != own
        at = np.flatnonzero(first)
        mask = np.full(len(at), 1 << role, np.int64)
        for after in range(role + 1, len(codes)):
            mask |= (codes[after][at] == own[at]) * (1 << after)
        places.append(at)
        masks.append(mask)
    parties = [codes[role][at] for role, at in enumerate(places)]
    for at, tenant in renting:
        only = ~np.any([own[at] == tenant for own in codes], axis=0)
        places.append(at[only])
        masks.append(np.full(only.sum(), 1 << len(OF_LINES) + len(OF_SITES), np.int64))
        parties.append(tenant[only])
    party = np.concatenate(parties)
    kinds, which = np.unique(np.concatenate(masks), return_inverse=True)
    told = [*(role.replace("_", " ") for role in OF_LINES), *OF_SITES.values(), TENANT]
    roles = [" and ".join(role for n, role in enumerate(told) if kind >> n & 1) for kind in kinds]
    by_site = kinds >> len(OF_LINES) << len(OF_LINES) == kinds
    value, units = lines.values(), lines.chips_in_all()
    of_line: dict[str, Any] = {
        "id": lines.texts("id"), "date": lines.dates, "movement": lines.given("movement"),
        "from_country": lines.given("from_country"), "to_country": lines.given("to_country"),
        "exporter": lines.given("exporter"), "licensed": pa.array(licensed), "chip": lines.strictest_chips(),
        "quantity.low": units, "quantity.high": units, "value_usd.low": value[0], "value_usd.high": value[1],
    }  # fmt: skip
    at = pa.array(np.concatenate(places))
    found = {name: column.take(at) for name, column in of_line.items() if column is not None}
    found |= {
        "table": pa.array([lines.table], pa.string()).dictionary_encode().take(pa.array(np.zeros(len(at), np.int32))),
        "ordered": pa.array(np.full(len(at), lines.table == "orders")),
        "party": pa.DictionaryArray.from_arrays(pa.array(party.astype(np.int32)), names),
        "role": pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32)), pa.array(roles, pa.string())),
        "by_site": pa.array(by_site[which]),
    }
    nothing = {name: pa.nulls(len(at), ARROW[kind]) for name, kind in columns.items() if name not in found}
    return pa.table({name: found[name] if name in found else nothing[name] for name in columns})


def _party_codes(lines: LineColumns, sites: Mapping[str, Any]) -> tuple[dict[str, int], list[Numbers]]:
    """The numbers of the parties of lines by name, and of each role and line which it is; -1 where none is named.

    The roles of the site come last, if any line goes to one.
    """
    names: dict[str, int] = {}
    codes = []
    for role in OF_LINES:
        column = lines.coded(role)
        if column is None:
            codes.append(np.full(lines.count, -1, np.int64))
            continue
        own = [*(names.setdefault(name, len(names)) for name in column.dictionary.to_pylist()), -1]
        codes.append(np.array(own, np.int64)[column.indices.fill_null(len(own) - 1).to_numpy()])
    at_site = lines.coded("site")
    for field in OF_SITES if at_site is not None else ():
        known = (getattr(sites.get(site), field, None) for site in at_site.dictionary.to_pylist())
        own = [*(-1 if name is None else names.setdefault(name, len(names)) for name in known), -1]
        codes.append(np.array(own, np.int64)[at_site.indices.fill_null(len(own) - 1).to_numpy()])
    return names, codes


def _open_customers(services: Sequence[ComputeService], day: date) -> list[str]:
    """The customers of services that have not ended by a day: one that begins later may use what was sent before."""
    return sorted({service.customer for service in services if service.to is None or service.to > day})


def _tenants(
    lines: LineColumns, services: Mapping[str, Sequence[ComputeService]], names: dict[str, int]
) -> Iterator[tuple[Numbers, Numbers]]:
    """Lines that go to a site with a tenant of it, once for each tenant; `names` takes in who is new."""
    at_site = lines.coded("site")
    if at_site is None or not services:
        return iter(())
    rented = np.array([*(site in services for site in at_site.dictionary.to_pylist()), False])
    sites = at_site.indices.fill_null(len(at_site.dictionary)).to_numpy().astype(np.int64)
    at = np.flatnonzero(rented[sites])
    days = lines.dates.take(pa.array(at)).dictionary_encode()
    count = max(1, len(days.dictionary))
    kinds, which = np.unique(sites[at] * count + days.indices.to_numpy(), return_inverse=True)
    renting = []
    for kind in kinds.tolist():
        site, day = at_site.dictionary[kind // count].as_py(), days.dictionary[kind % count].as_py()
        renting.append([names.setdefault(name, len(names)) for name in _open_customers(services[site], day)])
    found = []
    for nth in range(max(map(len, renting), default=0)):
        tenant = np.array([own[nth] if nth < len(own) else -1 for own in renting], np.int64)[which]
        found.append((at[tenant >= 0], tenant[tenant >= 0]))
    return iter(found)


def _of_services(world: World, day: date, catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    sites: Mapping[str, Any] = world.by_id(Site.table)
    for service in world.each(ComputeService):
        begins = service.from_ or day
        if begins <= day:
            about = {
                "table": service.table, "id": service.id, "date": begins, "ordered": False, "movement": "service",
                "exporter": service.provider, "licensed": False,
                "chip": strictest_chip(catalogue, service.chip, begins) if service.chip else None,
            }  # fmt: skip
            parties = {"customer": service.customer, "provider": service.provider}
            yield from _party_rows(parties, sites.get(service.site or ""), about)


def _of_transfers(
    world: World, day: date, services: Mapping[str, Sequence[ComputeService]]
) -> Iterator[dict[str, Any]]:
    sites: Mapping[str, Any] = world.by_id(Site.table)
    for sent in world.each(WeightTransfer):
        if sent.date <= day:
            about = {
                "table": sent.table, "id": sent.id, "date": sent.date, "ordered": False, "movement": "weights",
                "from_country": sent.from_country, "to_country": sent.to_country, "exporter": sent.from_party,
                "licensed": False,
            }  # fmt: skip
            parties = {"receiver": sent.to_party, "sender": sent.from_party}
            renting = _open_customers(services.get(sent.site or "", ()), sent.date)
            yield from _party_rows(parties, sites.get(sent.site or ""), about, renting)


def _party_rows(
    parties: Mapping[str, str | None], site: Site | None, about: dict[str, Any], renting: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """The parties and those of the site, each with all that it is in the dealing."""
    roles: dict[str, list[str]] = {}
    for role, party in parties.items():
        if party is not None:
            roles.setdefault(party, []).append(role)
    named = set(roles)
    for field, role in OF_SITES.items() if site is not None else ():
        if (party := getattr(site, field)) is not None:
            roles.setdefault(party, []).append(role)
    for party in renting:
        roles.setdefault(party, [TENANT])
    for party, found in roles.items():
        yield {**about, "party": party, "role": " and ".join(found), "by_site": party not in named}
