"""A company registry of any size: who holds what of whom, with circles, ranges, gaps and listings.

Owners are drawn by a power law, as preferential attachment gives: a few hold in tens of thousands, by small
stakes, most in none. Every rate is in `RATES`; the same size and seed give the same registry.

INVARIANT: nothing here is shared with what looks for patterns, so that neither is made to fit the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from compliance.generate.texts import dates, decimals, number_ids, words

RATES = {
    "people": 0.4,  # people for each company
    "held_by_people": 0.4,  # of stakes
    "ranges": 0.06,  # of stakes: in the bands of a register of persons with significant control
    "unknown": 0.01,  # of stakes: nothing is known but the holder
    "unidentified": 0.02,  # of stakes: nothing is known of the holder
    "votes": 0.01,  # of stakes: votes, beside the shares
    "since": 0.1,  # of stakes: begun on a known day
    "ended": 0.03,  # of stakes: ended before the registry's day
    "circles": 0.006,  # of companies: in a circle of two to six
    "knot": 0.001,  # of companies: in one large part where all hold all
    "over": 0.0005,  # of companies: stakes of over 100 percent
    "controls": 0.005,  # of companies: controlled by other means
    "listed": 0.001,  # of companies: on a list
}
HOLDERS = (0.15, 0.54, 0.19, 0.09, 0.03)
"""How many holders a company has: none, one, and so on; 1.3 on average."""

STEEPNESS = 3.0
HUB = 200
"""Who stands among this many first owners holds small stakes only."""

COUNTRIES = ("AE", "CN", "DE", "GB", "HK", "IN", "JP", "KZ", "MY", "NL", "RU", "SG", "TR", "US", "VN")
SHARE = (0.06, 0.12, 0.08, 0.14, 0.05, 0.08, 0.06, 0.02, 0.06, 0.05, 0.04, 0.06, 0.04, 0.1, 0.04)
LISTS = ("EntityList", "SDN", "EU", "UK", "MEU")
BANDS = (">25-50", ">50-75", "75-100")
MEANS = ("board_majority", "agreement", "board_seat", "accounting_parent")


@dataclass
class _Stakes:
    """Stakes in the making: numbers of owners (-1: not identified; from the count of companies on: people)."""

    owner: list[np.ndarray] = field(default_factory=list)
    owned: list[np.ndarray] = field(default_factory=list)
    percent: list[np.ndarray] = field(default_factory=list)

    def add(self, owner: np.ndarray, owned: np.ndarray, hundredths: np.ndarray) -> None:
        """Adds stakes, in hundredths of a percent."""
        self.owner.append(owner)
        self.owned.append(owned)
        self.percent.append(hundredths)


def registry(companies: int, seed: int) -> dict[str, pa.Table]:
    """The tables of a registry, as columns of text by the contract's names."""
    draw = np.random.default_rng(seed)
    people = max(1, int(companies * RATES["people"]))
    ids = number_ids("co", companies)[draw.permutation(companies)]
    parties = np.concatenate([ids, number_ids("pe", people), np.array([""], dtype=object)])
    stakes = _stakes(draw, companies, people)
    owner = np.concatenate(stakes.owner)
    owned = np.concatenate(stakes.owned)
    owner[draw.random(len(owner)) < RATES["unidentified"]] = -1
    table = {
        "owner": _column(parties[owner]),
        "owned": _column(parties[owned]),
        "percent": _column(_percents(draw, np.concatenate(stakes.percent))),
        "interest": _column(words(draw, ("shares", "votes"), (1 - RATES["votes"], RATES["votes"]), len(owner))),
        **_times(draw, len(owner)),
    }
    seats = words(draw, COUNTRIES, SHARE, companies)
    abroad = draw.random(companies) < 0.1
    seats_of_law = np.where(abroad, words(draw, COUNTRIES, SHARE, companies), seats)
    found = {
        "companies": pa.table(
            {
                "id": _column(ids),
                "name": _column(np.char.add("Company ", np.arange(companies).astype(str)).astype(object)),
                "jurisdiction": _column(seats_of_law),
                "headquarters": _column(seats),
            }
        ),
        "people": pa.table(
            {"id": _column(parties[companies:-1]), "residence": _column(words(draw, COUNTRIES, SHARE, people))}
        ),
        "stakes": pa.table(table),
    }
    count = max(1, int(companies * RATES["controls"]))
    found["controls"] = pa.table(
        {
            "controller": _column(ids[draw.integers(0, companies, count)]),
            "company": _column(ids[draw.integers(0, companies, count)]),
            "means": _column(words(draw, MEANS, None, count)),
        }
    )
    count = max(1, int(companies * RATES["listed"]))
    found["listings"] = pa.table(
        {
            "party": _column(parties[draw.choice(companies + people, count, replace=False)]),
            "list": _column(words(draw, LISTS, None, count)),
            "program": _column(words(draw, ("SDGT",), None, count)),
        }
    )
    return found


def _stakes(draw: np.random.Generator, companies: int, people: int) -> _Stakes:
    """Who holds how much: an acyclic crowd, then circles, one knot, and registers that are wrong."""
    found = _Stakes()
    holders = draw.choice(len(HOLDERS), companies, p=HOLDERS)
    holders[0] = 0
    for count in range(1, len(HOLDERS)):
        held = np.flatnonzero(holders == count)
        parts = _split_shares(draw, len(held), count)
        for place in range(count):
            owner = (held * draw.random(len(held)) ** STEEPNESS).astype(np.int64)
            hub = owner < HUB
            person = draw.random(len(held)) < RATES["held_by_people"]
            owner[person] = companies + draw.integers(0, people, person.sum())
            percent = parts[:, place]
            found.add(owner, held, np.where(hub & ~person, percent // 5 + 1, percent))
    free = draw.permutation(np.flatnonzero(holders == 0))
    knot, free = np.split(free, [max(2, int(companies * RATES["knot"]))])
    for _ in range(2):
        found.add(draw.permutation(knot), knot, draw.integers(1_000, 4_500, len(knot)))
    circle = free[: int(companies * RATES["circles"]) + 2]
    found.add(circle, circle[_next_in_rings(draw, len(circle))], draw.integers(500, 10_000, len(circle)))
    wrong = draw.integers(0, companies, max(1, int(companies * RATES["over"])))
    found.add(draw.integers(0, companies, len(wrong)), wrong, np.full(len(wrong), 9_000))
    return found


def _next_in_rings(draw: np.random.Generator, count: int) -> np.ndarray:
    """Of so many, cut into rings of about four, whom each holds: the next of its ring, the last the first."""
    after = np.arange(count) + 1
    if count:
        starts = np.flatnonzero(draw.random(count) < 0.25)
        ring = np.searchsorted(starts, np.arange(count), side="right")
        last = np.append(np.flatnonzero(np.diff(ring)), count - 1)
        after[last] = np.concatenate([[0], last[:-1] + 1])
    return after


def _split_shares(draw: np.random.Generator, rows: int, count: int) -> np.ndarray:
    """What each holder has, in hundredths of a percent, 100 percent or less together."""
    cuts = np.sort(draw.integers(1, 100, (rows, count - 1)) * 100, axis=1)
    edges = np.concatenate([np.zeros((rows, 1), np.int64), cuts, np.full((rows, 1), 10_000)], axis=1)
    parts = np.maximum(np.diff(edges, axis=1), 1)
    some = draw.random(rows) < 0.3
    parts[some, 0] = np.maximum(parts[some, 0] * draw.integers(1, 9_999, some.sum()) // 10_000, 1)
    return parts


def _percents(draw: np.random.Generator, hundredths: np.ndarray) -> np.ndarray:
    """As text: exact, some as the band in which they lie, some unknown."""
    text = decimals(hundredths)
    banded = (draw.random(len(text)) < RATES["ranges"]) & (hundredths > 2_500)
    band = np.searchsorted([5_000, 7_500], hundredths, side="left")
    text = np.where(banded, np.array(BANDS, dtype=object)[band], text)
    return np.where(draw.random(len(text)) < RATES["unknown"], "unknown", text)


def _times(draw: np.random.Generator, rows: int) -> dict[str, pa.Array]:
    since = np.where(draw.random(rows) < RATES["since"], dates(draw, 2005, 2024, rows), "")
    to = np.where(draw.random(rows) < RATES["ended"], dates(draw, 2025, 2026, rows), "")
    return {"from": _column(since), "to": _column(to)}


def _column(values: np.ndarray) -> pa.Array:
    return pa.array(values, pa.string())
