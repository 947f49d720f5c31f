"""Split evasion: companies, each at or under the limit and together over it, with one hand behind them.

A scheme hangs together by channels: one owner, a nominee director, an address, a telephone, an e-mail domain,
a registered agent, a payer, a sequence of names. How many, how far they reach and who else shares them is said
by the knobs of `scheme` at each difficulty.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from compliance.generate.market.knobs import Level, load
from compliance.generate.market.market_purchases import buy, first_day, last_day, limit, spread
from compliance.generate.market.rows import NOBODY, Market
from compliance.generate.market.seats import shares
from compliance.generate.market.shared import CHANNELS, reset

PATTERN = "split_evasion"


def plant_split(market: Market, difficulty: str, first_channel: str) -> None:
    """Plants one scheme and its label."""
    draw = market.draw
    level = Level("scheme", difficulty, draw)
    members = market.take(level.whole("members"))
    scheme = len(market.labels)
    lands = _lands(market, level)
    founded = last_day() - int(draw.integers(500, 3_000))
    for member in members:
        market.days["incorporated"][member] = founded + level.whole("founded")
        reset(market, member, str(draw.choice(lands)))
    others = [name for name in CHANNELS if name != first_channel]
    names = [first_channel, *draw.permutation(others)[: level.whole("channels") - 1]]
    related: set[int] = set()
    payer = NOBODY
    for name in names:
        reached = max(2, round(level.part_of("coverage") * len(members)))
        some = [int(m) for m in draw.permutation(members)[:reached]]
        found = CHANNELS[name](market, level, some)
        related.update(found)
        payer = found[0] if name == "payer" else payer
    totals = _totals(level, len(members))
    purchase(market, level, members, totals, scheme, payer)
    market.labels.append(
        {
            "pattern": PATTERN,
            "kind": first_channel,
            "difficulty": difficulty,
            "members": sorted(members),
            "related": sorted(related - set(members)),
            "channels": sorted(str(name) for name in names),
        }
    )


def _lands(market: Market, level: Level) -> list[str]:
    """A country and as many of its neighbours as the scheme has."""
    known = load("knobs.yaml")["countries"]
    words, p = shares(known["buyers"])
    home = str(market.draw.choice(words, p=p))
    return [home, *known["neighbours"][home]][: level.whole("places")]


def _totals(level: Level, count: int) -> list[float]:
    """What each member buys, in TPP; together at least 1.15 limits."""
    parts = [level.part_of("fill") for _ in range(count)]
    while sum(parts) < 1.15:
        parts = [min(0.99, part * 1.15) for part in parts]
    return [part * limit() for part in parts]


def window(level: Level, across: bool) -> tuple[np.datetime64, int]:
    """The first day and the length of a scheme's purchases; across a year end or within one year."""
    draw = level.draw
    length = level.whole("days")
    if across:
        turn = np.datetime64(str(draw.choice(["2026-01-01", "2027-01-01"])))
        before = int(length * draw.uniform(0.3, 0.7))
        return min(turn - before, last_day() - length), length
    year = int(draw.integers(2025, 2027))
    start = max(first_day(), np.datetime64(f"{year}-01-01"))
    room = (np.datetime64(f"{year}-12-31") - start).astype(int) - length
    return start + int(draw.integers(0, max(1, room))), length


def purchase(
    market: Market, level: Level, members: list[int], totals: list[float], scheme: int, payer: int = NOBODY
) -> None:
    """The purchases of all members, in one window."""
    draw = market.draw
    start, length = window(level, level.happens("year_end"))
    names, p = shares({name: chip["share"] for name, chip in load("knobs.yaml")["chips"].items()})
    chips = [str(c) for c in draw.choice(names, level.whole("chips"), replace=False, p=p)]
    count = min(level.whole("suppliers"), len(market.suppliers))
    sellers = [int(s) for s in draw.choice(market.suppliers, count, replace=False)]
    for member, total in zip(members, totals, strict=True):
        days = spread(draw, start, length, level.whole("lines"))
        pays: dict[str, Any] = {}
        if payer != NOBODY:
            by = np.where(draw.random(len(days)) < level.value("paid"), payer, NOBODY)
            land = str(market.text["headquarters"][payer])
            pays = {"payer": by, "payer_country": np.where(by == payer, land, "").astype(object)}
        buy(market, member, total, list(days), chips=chips, exporters=sellers, scheme=scheme, **pays)
