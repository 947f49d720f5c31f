"""License utilization in columnar form: the same answer as `Licenses.lacks`, for all lines at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.sources.licenses import LICENSE, THOUSANDTHS
from compliance.sources.shipment_lines import LineColumns
from compliance.world.schema.tables import Authorization
from compliance.world.world import World

Flags = Any
PARTIES = ("exporter", "purchaser", "intermediate_consignee", "consignee", "end_user", "operator")
_FIRST, _LAST = -(2**31), 2**31 - 1


def find_covered_lines(world: World, parts: Sequence[LineColumns]) -> list[Flags]:
    """For each of these tables whether a granted license covers each of its lines."""
    papers = _licenses(world)
    claims = [_Claims(part, papers) for part in parts]
    found = [one.fitting() if one.any else np.zeros(one.part.count, dtype=bool) for one in claims]
    counted = _count_limited_lines(claims)
    if counted is not None:
        limits = [papers[name].limit_tpp for name in counted.names]
        most = np.array([int((limit or 0) * THOUSANDTHS // 1) for limit in limits], object)[counted.papers]
        full = ~counted.known | (counted.totals > most)
        for number, flags in enumerate(found):
            flags[counted.places[full & (counted.parts == number)]] = False
    return found


def find_used_tpp(world: World, parts: Sequence[LineColumns]) -> dict[str, int | None]:
    """Of each line under a license with a limit, by id, the TPP used up with it in thousandths; `None`: not known."""
    papers = _licenses(world)
    counted = _count_limited_lines([_Claims(part, papers) for part in parts])
    if counted is None:
        return {}
    told = zip(counted.ids.tolist(), counted.totals.tolist(), counted.known.tolist(), strict=True)
    return {line.decode(): total if known else None for line, total, known in told}


def find_tpp_under_licenses(world: World, parts: Sequence[LineColumns]) -> Iterator[tuple[str, int | None]]:
    """Of each line that claims a license with a limit that license and its TPP in thousandths; `None`: not known."""
    papers = _licenses(world)
    names = sorted(papers)
    for one in (_Claims(part, papers) for part in parts):
        if one.any:
            _, codes, _, _, tpp, known = one.limited(names)
            for code, amount, sure in zip(codes.tolist(), tpp.tolist(), known.tolist(), strict=True):
                yield names[code], int(amount) if sure else None


def _licenses(world: World) -> dict[str, Authorization]:
    return {paper.id: paper for paper in world.each(Authorization) if paper.kind == LICENSE}


@dataclass(frozen=True)
class _LimitedLines:
    """Lines under licenses with a limit: their table, place, id and license, and what is used up with each."""

    names: list[str]
    parts: np.ndarray[Any, Any]
    places: np.ndarray[Any, Any]
    ids: np.ndarray[Any, Any]
    papers: np.ndarray[Any, Any]
    totals: np.ndarray[Any, Any]
    known: np.ndarray[Any, Any]


def _count_limited_lines(claims: Sequence[_Claims]) -> _LimitedLines | None:
    """The lines under licenses with a limit, counted by date, then id."""
    names = sorted({paper.id for one in claims if one.any for paper in one.held if paper is not None})
    made: list[tuple[Any, ...]] = [(number, *one.limited(names)) for number, one in enumerate(claims) if one.any]
    if not sum(len(places) for _, places, *_ in made):
        return None
    parts = np.concatenate([np.full(len(places), number) for number, places, *_ in made])
    places, papers, days, ids, tpp, known = (np.concatenate([one[n] for one in made]) for n in range(1, 7))
    order = np.lexsort((places, parts, ids, days, papers))
    papers = papers[order]
    first = np.searchsorted(papers, papers)  # the first line under the same license
    totals, unknown = tpp[order].cumsum(), (~known[order]).cumsum()
    totals = totals - (totals - tpp[order])[first]
    known = unknown - (unknown - ~known[order])[first] == 0
    return _LimitedLines(names, parts[order], places[order], ids[order], papers, totals, known)


class _Claims:
    """The licenses that the lines of one table claim: `held` by code, the last for those that claim none."""

    def __init__(self, part: LineColumns, papers: dict[str, Authorization]) -> None:
        self.part = part
        named, claims = part.coded("authorization_id"), part.coded("authorization")
        self.any = named is not None and claims is not None and bool(papers)
        if not self.any:
            return
        words = [*claims.dictionary.to_pylist(), None]
        claiming = np.array([word == LICENSE for word in words])
        self.claimed = claiming[claims.indices.fill_null(len(words) - 1).to_numpy()]
        self.held: list[Authorization | None] = [*(papers.get(word) for word in named.dictionary.to_pylist()), None]
        self.codes = named.indices.fill_null(len(self.held) - 1).to_numpy()

    def fitting(self) -> Flags:
        """The lines whose license is granted, of their day, of a party of theirs and for their country."""
        codes, held = self.codes, self.held
        fits = self.claimed & np.array([paper is not None and paper.state == "granted" for paper in held])[codes]
        days = self.part.dates.cast(pa.int32()).to_numpy()
        fits &= _days([paper.from_ if paper else None for paper in held], _FIRST)[codes] <= days
        fits &= days < _days([paper.to if paper else None for paper in held], _LAST)[codes]
        countries = [paper.country if paper else None for paper in held]
        fits &= np.array([country is None for country in countries])[codes] | self._are("to_country", countries)
        holders = [paper.holder if paper else None for paper in held]
        party = np.zeros(len(fits), dtype=bool)
        for name in PARTIES:
            party |= self._are(name, holders)
        fits &= party
        return fits

    def _are(self, column: str, wanted: Sequence[str | None]) -> Flags:
        """Whether a column is what the license of the line says."""
        given = self.part.coded(column)
        if given is None:
            return np.zeros(self.part.count, dtype=bool)
        places = {text: n for n, text in enumerate(given.dictionary.to_pylist())}
        asked = np.array([-1 if text is None else places.get(text, -1) for text in wanted], dtype=np.int64)
        return asked[self.codes] == given.indices.fill_null(-2).to_numpy()

    def limited(self, names: Sequence[str]) -> tuple[np.ndarray[Any, Any], ...]:
        """The lines that claim a license with a limit: place, license by number, day, id, TPP and whether known."""
        limits = np.array([paper is not None and paper.limit_tpp is not None for paper in self.held])
        places = np.flatnonzero(self.claimed & limits[self.codes])
        rows = pa.array(places)
        numbers = np.array([-1 if paper is None else names.index(paper.id) for paper in self.held], np.int64)
        ids: Any = self.part.texts("id")
        named = np.array(ids.take(rows).cast(pa.binary()).to_pylist(), "S")
        days = self.part.dates.take(rows).cast(pa.int32()).to_numpy()
        return places, numbers[self.codes[places]], days, named, *self.part.tpp(places)


def _days(values: Sequence[date | None], other: int) -> Flags:
    numbers = pc.fill_null(pa.array(values, pa.date32()).cast(pa.int32()), other)
    return numbers.to_numpy()
