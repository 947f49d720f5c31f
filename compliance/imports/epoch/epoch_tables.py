"""The tables of a world out of Epoch's clusters: companies, sites with their power over time, and what
stands there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from compliance.imports.epoch.epoch_phases import Site, Tranche
from compliance.imports.epoch.epoch_rows import UNKNOWN_CHIP, Owner, spellings
from compliance.units import Interval, show
from compliance.world.reference.chip_catalogue import Catalogue

MEASURE = "H100"
_PHASE = re.compile(r"\s+(?:(?:Planned|Possible|Rumored)\s+)?Phase\s+\d+$", re.IGNORECASE)
_STROKED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae"})
Rows = list[dict[str, str]]


def tables_of(found: Sequence[Site]) -> dict[str, Rows]:
    """Rows by table, all as text, in an order that depends on the file alone."""
    parties = _Parties()
    rows: dict[str, Rows] = {"sites": [], "site_power": [], "holdings": []}
    alike = Counter(stem(site.rows[0].name) for site in found)
    seen: Counter[str] = Counter()
    ids = _Ids()
    for site in found:
        name = stem(site.rows[0].name)
        seen[name] += 1
        named = name if alike[name] == 1 else f"{name} {seen[name]:03d}"
        site_id = ids.of(named)
        rows["sites"].append(_site(site, site_id, named, parties))
        if len(site.power) > 1:
            rows["site_power"] += [
                {"site": site_id, "facility_mw": _mw(power.megawatts), **_date_fields(power.start, power.end)}
                for power in site.power
                if power.megawatts is not None
            ]
        for tranche in site.tranches:
            rows["holdings"] += _holdings(tranche, site_id, parties)
    unknown = [{"name": UNKNOWN_CHIP}] if any(row["chip"] == UNKNOWN_CHIP for row in rows["holdings"]) else []
    tables = {"companies": parties.companies(), "stakes": parties.stakes(), **rows, "chips": unknown}
    return {table: made for table, made in tables.items() if made}


def _site(site: Site, site_id: str, name: str, parties: _Parties) -> dict[str, str]:
    last = site.last
    latest = [last, *reversed(site.rows)]
    owner = parties.id_of(next((row.owners for row in latest if row.owners), ()))
    made = {
        "id": site_id,
        "name": name,
        "operator": owner,
        "owner": owner,
        "country": next((row.country for row in latest if row.country), ""),
        "address": next((row.address for row in latest if row.address), ""),
    }
    how = "reported" if last.power_reported else "computed by Epoch"
    told = {
        "x_certainty": last.certainty,
        "x_single_cluster": last.single,
        "x_planned_facility_mw": _mw(site.planned_megawatts),
    }
    if not site.power:
        return made | {"it_mw": "0", "facility_mw": "0"} | told
    constant = site.power[0].megawatts if len(site.power) == 1 else None
    made |= {"it_mw": "", "facility_mw": _mw(constant)}
    made |= _date_fields(site.power[0].start, site.power[-1].end)
    return made | told | {"x_power": how if last.megawatts is not None else ""}


def _holdings(tranche: Tranche, site_id: str, parties: _Parties) -> Iterator[dict[str, str]]:
    row = tranche.row
    quantity = tranche.quantity
    made = {
        "site": site_id,
        "chip": tranche.chip,
        "quantity": "" if quantity is None else str(quantity),
        "owner": parties.id_of(row.owners),
    }
    told = f"Epoch AI, GPU clusters, line {row.line}: {row.name}"
    rest = {
        "source": "; ".join(filter(None, [told, row.source])),
        "x_certainty": row.certainty,
        "x_planned_for": row.planned_for,
    }
    status = "planned" if row.status == "Planned" else "installed"
    if not tranche.retired or tranche.end is not None:
        yield made | {"status": status} | _date_fields(tranche.start, tranche.end) | rest
    if tranche.retired:
        yield made | {"status": "retired"} | _date_fields(tranche.end, None) | rest


class _Ids:
    """An id for each name: its letters and digits in ASCII, numbered where two names come to the same."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._given: set[str] = set()

    def of(self, name: str) -> str:
        """The id of a name, the same one every time."""
        if name not in self._of:
            plain = unicodedata.normalize("NFKD", name.translate(_STROKED)).encode("ascii", "ignore").decode()
            slug = re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-") or name.strip()
            made, number = slug, 1
            while made in self._given:
                number += 1
                made = f"{slug}-{number}"
            self._of[name] = made
            self._given.add(made)
        return self._of[name]


class _Parties:
    """The companies of a world, each owner once; several owners of one cluster are a holder of its own."""

    def __init__(self) -> None:
        self._ids = _Ids()
        self._known: dict[str, tuple[Owner, ...]] = {}

    def id_of(self, owners: tuple[Owner, ...]) -> str:
        """The id of the owner, of the holder that several are together, or nothing."""
        if not owners:
            return ""
        together = tuple(sorted(owners, key=lambda owner: owner.company))
        for owner in together:
            self._known[self._ids.of(owner.company)] = (owner,)
        holder = self._ids.of(_together(together))
        self._known[holder] = together
        return holder

    def companies(self) -> Rows:
        return [self._company(name, self._known[name]) for name in sorted(self._known)]

    def stakes(self) -> Rows:
        told = "Epoch AI, GPU clusters: several owners in one cell, without their shares"
        return [
            {"owner": self._ids.of(owner.company), "owned": name, "percent": "unknown", "source": told}
            for name, owners in sorted(self._known.items())
            if len(owners) > 1
            for owner in owners
        ]

    @staticmethod
    def _company(name: str, owners: tuple[Owner, ...]) -> dict[str, str]:
        if len(owners) > 1:
            return {"id": name, "name": _together(owners)}
        owner = owners[0]
        return {
            "id": name,
            "name": owner.company,
            "aliases": "; ".join(spellings(owner.company)),
            "headquarters": owner.headquarters,
            "x_headquarters_source": owner.source,
            "x_headquarters_confidence": owner.confidence,
        }


def equivalents(found: Iterable[Site], catalogue: Catalogue, day: date) -> dict[str, Interval]:
    """What stands on the day, by country, measured in the catalogue's performance of one H100."""
    measure = _tpp(catalogue, MEASURE, day)
    totals: dict[str, Interval] = {}
    for site in found:
        country = next((row.country for row in reversed(site.rows) if row.country), "")
        for tranche in site.tranches:
            quantity, tpp = tranche.quantity, _tpp(catalogue, tranche.chip, day)
            gone = tranche.retired if tranche.end is None else tranche.end <= day
            if quantity is None or quantity.high is None or not tpp or not measure or gone:
                continue
            if tranche.row.status != "Planned":
                share = Fraction(tpp, measure)
                total = totals.get(country, Interval.of(0))
                totals[country] = total + Interval(quantity.low * share, quantity.high * share)
    return dict(sorted(totals.items()))


def _tpp(catalogue: Catalogue, name: str, day: date) -> int | None:
    chip = catalogue.find(name)
    return None if chip is None else catalogue.at(chip, day).tpp


def stem(name: str) -> str:
    """A cluster's name without its phase."""
    return _PHASE.sub("", name)


def _together(owners: Sequence[Owner]) -> str:
    """The name of the holder that several owners are; of one alone, its own."""
    return " and ".join(owner.company for owner in owners)


def _date_fields(start: date | None, end: date | None) -> dict[str, str]:
    return {"from": start.isoformat() if start else "", "to": end.isoformat() if end else ""}


def _mw(megawatts: Fraction | None) -> str:
    return "" if megawatts is None else show(megawatts)
