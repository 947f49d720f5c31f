"""Where companies are: alone, in small buildings, in towers, at the addresses of registration agents."""

from __future__ import annotations

import numpy as np

from compliance.generate.market.knobs import load
from compliance.generate.market.made_up_words import houses, respelt_address
from compliance.generate.market.rows import Array, Market

AGENT = 3
"""The kind of an address: 0 alone, 1 few, 2 a tower or business centre, 3 a registration agent's."""


def shares(table: dict[str, int]) -> tuple[Array, Array]:
    """Words and their probabilities."""
    weight = np.array(list(table.values()), float)
    return np.array(list(table), dtype=object), weight / weight.sum()


def countries(draw: np.random.Generator, rows: int) -> Array:
    """Countries where companies do business: three in four where chips are bought under the exemption."""
    known = load("knobs.yaml")["countries"]
    buyers, p = shares(known["buyers"])
    others, q = shares(known["others"])
    return np.where(draw.random(rows) < 0.75, draw.choice(buyers, rows, p=p), draw.choice(others, rows, p=q))


def _sizes(draw: np.random.Generator, companies: int) -> tuple[Array, Array]:
    """The size and kind of each address, by the shares of the knobs."""
    knobs = load("knobs.yaml")["innocent"]["addresses"]
    sizes, kinds = [], []
    left = companies
    largest = max(120, int(knobs["agent"]["size"][1] * companies))
    for kind, low, high, share in (
        (AGENT, knobs["agent"]["size"][0], largest, knobs["agent"]["share"]),
        (2, *knobs["tower"]["size"], knobs["tower"]["share"]),
        (1, *knobs["few"]["size"], knobs["few"]["share"]),
    ):
        wanted = int(share * companies)
        high = min(high, 2_000)
        size = np.exp(draw.uniform(np.log(low), np.log(high + 1), wanted // low + 1)).astype(np.int64)
        size = size[: int(np.searchsorted(np.cumsum(size), wanted))]
        sizes.append(size)
        kinds.append(np.full(len(size), kind))
        left -= int(size.sum())
    sizes.append(np.ones(left, np.int64))
    kinds.append(np.zeros(left, np.int64))
    return np.concatenate(sizes), np.concatenate(kinds)


def seat(market: Market) -> Array:
    """Gives each company its address, jurisdiction, headquarters; gives the kind of each company's address."""
    draw = market.draw
    knobs = load("knobs.yaml")["innocent"]["addresses"]
    size, kind = _sizes(draw, market.size)
    secrecy = np.array(load("knobs.yaml")["countries"]["secrecy"], dtype=object)
    land = countries(draw, len(size))
    abroad = (kind == AGENT) & (draw.random(len(size)) < 0.7)
    land = np.where(abroad, secrecy[draw.integers(0, len(secrecy), len(size))], land)
    market.house = houses(draw, land)
    market.place = draw.permutation(np.repeat(np.arange(len(size)), size))
    market.crowd = size[market.place]
    found = np.asarray(kind[market.place])
    unit = (found > 0) & (draw.random(market.size) < knobs["unit"])
    number = draw.integers(1, 90, market.size)
    marks = np.array([f"Suite {n}, " for n in range(90)], dtype=object)
    address = np.where(unit, marks[number], "") + market.house[market.place]
    for at in np.flatnonzero((found > 0) & (draw.random(market.size) < knobs["respelt"])):
        address[at] = respelt_address(draw, address[at])
    market.text["address"] = address
    market.text["jurisdiction"] = land[market.place]
    offshore = abroad[market.place]
    market.text["headquarters"] = np.where(offshore, countries(draw, market.size), land[market.place])
    _draw_incorporation_dates(market, found)
    return found


def _draw_incorporation_dates(market: Market, kind: Array) -> None:
    """When companies were incorporated: more of them lately, and on the same days at an agent's."""
    draw = market.draw
    age = (9_000 * draw.random(market.size) ** 1.6).astype(np.int64) + 120
    same = (kind == AGENT) & (draw.random(market.size) < load("knobs.yaml")["innocent"]["addresses"]["same_day"])
    of_place = draw.integers(400, 6_000, len(market.house))
    age = np.where(same, of_place[market.place] + 7 * draw.integers(0, 3, market.size), age)
    day = np.full(market.size, np.datetime64(load("knobs.yaml")["innocent"]["as_of"]))
    market.days["incorporated"] = day - age
    filed = np.minimum(age, draw.integers(10, 500, market.size))
    market.days["last_filing"] = np.where(draw.random(market.size) < 0.7, day - filed, np.datetime64("NaT"))
    lapsed = draw.random(market.size) < 0.03
    market.days["last_filing"][lapsed] = (day - (age * draw.random(market.size)).astype(np.int64))[lapsed]
    ended = draw.random(market.size) < 0.02
    market.days["dissolved"][ended] = (day - (age * draw.random(market.size) * 0.5).astype(np.int64))[ended]
    revived = (draw.random(market.size) < 0.004) & (age > 2_500)
    market.days["reactivated"][revived] = (day - (age * draw.random(market.size) * 0.3).astype(np.int64))[revived]
