"""Which lines a license covers, by column: the same answer as `Licenses.lacks`, for all lines at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.facts.licenses import LICENSE, THOUSANDTHS
from compliance.world.tables import Authorization
from compliance.world.world import World

if TYPE_CHECKING:
    from compliance.facts.lines import LineColumns

Flags = Any
PARTIES = ("exporter", "purchaser", "intermediate_consignee", "consignee", "end_user", "operator")
_FIRST, _LAST = -(2**31), 2**31 - 1


def covered(world: World, parts: Sequence[LineColumns]) -> list[Flags]:
    """For each of these tables whether a granted license covers each of its lines."""
    papers = _licenses(world)
    claims = [_Claims(part, papers) for part in parts]
    found = [one.fitting() if one.any else np.zeros(one.part.count, dtype=bool) for one in claims]
    limits = {name: paper.limit_tpp for name, paper in papers.items()}
    most = {name: int(limit * THOUSANDTHS // 1) for name, limit in limits.items() if limit is not None}
    for number, place, _, paper, total in _counted(claims):
        if total is None or total > most[paper]:
            found[number][place] = False
    return found


def used(world: World, parts: Sequence[LineColumns]) -> dict[str, int | None]:
    """Of each line under a license with a limit, by id, the TPP used up with it in thousandths; `None`: not known."""
    papers = _licenses(world)
    return {line: total for _, _, line, _, total in _counted([_Claims(part, papers) for part in parts])}


def _licenses(world: World) -> dict[str, Authorization]:
    return {paper.id: paper for paper in world.each(Authorization) if paper.kind == LICENSE}


def _counted(claims: Sequence[_Claims]) -> Iterator[tuple[int, int, str, str, int | None]]:
    """The lines under licenses with a limit, counted by date, then id: table, place, line, license and its total."""
    limited: list[tuple[str, date, str, int, int, int | None]] = []
    for number, one in enumerate(claims):
        if one.any:
            claiming = one.limited()
            tpp = one.part.tpp(np.array([place for *_, place in claiming], np.int64))
            limited += [(*claim[:3], number, claim[3], more) for claim, more in zip(claiming, tpp, strict=True)]
    limited.sort(key=itemgetter(0, 1, 2, 3, 4))
    last: str = ""
    total: int | None = 0
    for paper, _, line, number, place, more in limited:
        so_far = total if paper == last else 0
        last, total = paper, None if so_far is None or more is None else so_far + more
        yield number, place, line, paper, total


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

    def limited(self) -> list[tuple[str, date, str, int]]:
        """The lines that claim a license with a limit: license, date, line and its place."""
        limits = np.array([paper is not None and paper.limit_tpp is not None for paper in self.held])
        places = np.flatnonzero(self.claimed & limits[self.codes])
        if not len(places):
            return []
        rows = pa.array(places)
        ids: Any = self.part.texts("id")
        papers = [self.held[code] for code in self.codes[places]]
        found = zip(papers, self.part.dates.take(rows).to_pylist(), ids.take(rows).to_pylist(), places, strict=True)
        return [(paper.id, day, line, int(place)) for paper, day, line, place in found if paper is not None]


def _days(values: Sequence[date | None], other: int) -> Flags:
    numbers = pc.fill_null(pa.array(values, pa.date32()).cast(pa.int32()), other)
    return numbers.to_numpy()
