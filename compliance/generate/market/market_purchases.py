"""What is bought: by honest buyers, many and small with a heavy tail, and by single buyers of a scheme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from compliance.generate.market.knobs import load
from compliance.generate.market.rows import NOBODY, Array, Market
from compliance.generate.market.seats import shares

ALLIES = ("GB", "DE", "FR", "NL", "JP", "KR", "AU", "CA")


def limit() -> int:
    """The limit of one consignee in a calendar year, in TPP."""
    return int(load("knobs.yaml")["limit_tpp"])


def units(chips: Array, tpp: Array) -> Array:
    """How many chips are not more than so much TPP, and at least one."""
    each = np.array([load("knobs.yaml")["chips"][chip]["tpp"] for chip in chips])
    return np.asarray(np.maximum(1, (tpp // each).astype(np.int64)))


def draw_chips(draw: np.random.Generator, rows: int) -> Array:
    """Chips by their share of lines."""
    names, p = shares({name: chip["share"] for name, chip in load("knobs.yaml")["chips"].items()})
    return np.asarray(draw.choice(names, rows, p=p))


def first_day() -> np.datetime64:
    """The first day on which shipments are on record."""
    return np.datetime64(load("knobs.yaml")["innocent"]["first_day"])


def last_day() -> np.datetime64:
    """The day of the world."""
    return np.datetime64(load("knobs.yaml")["innocent"]["as_of"])


def buy(
    market: Market,
    buyer: int,
    total: float,
    days: Sequence[np.datetime64],
    *,
    chips: Sequence[str] = ("H100",),
    exporters: Sequence[int] = (),
    scheme: int = NOBODY,
    authorization: str = "LPP",
    **more: Any,
) -> None:
    """Purchases of one buyer, one on each of the days, together at most `total` TPP."""
    draw = market.draw
    parts = draw.dirichlet(np.full(len(days), 6.0)) * total
    sold = np.array(exporters or market.suppliers)
    _exists(market, np.array([buyer]), np.array([min(days)], "M8[D]"))
    chip = np.array(chips, dtype=object)[draw.integers(0, len(chips), len(days))]
    exporter = sold[draw.integers(0, len(sold), len(days))]
    forwarder = carriers(market, len(days))
    market.lines.add(
        len(days),
        **{
            "day": np.array(days, "M8[D]"),
            "exporter": exporter,
            "from_country": market.text["headquarters"][exporter],
            "purchaser": NOBODY,
            "intermediate_consignee": NOBODY,
            "consignee": int(buyer),
            "end_user": NOBODY,
            "to_country": str(market.text["headquarters"][buyer]),
            "chip": chip,
            "quantity": units(chip, parts),
            "movement": "export",
            "authorization": authorization,
            "forwarder": np.where(draw.random(len(days)) < 0.6, forwarder, NOBODY),
            "payer": int(buyer) if draw.random() < 0.5 else NOBODY,
            "status": "shipped",
            "scheme": scheme,
            **more,
        },
    )


def _exists(market: Market, buyers: Array, first: Array) -> None:
    """Nobody buys before it exists: who would was incorporated some time before its first purchase."""
    late = market.days["incorporated"][buyers] > first - 20
    some = buyers[late]
    market.days["incorporated"][some] = first[late] - market.draw.integers(20, 1_200, len(some))


def carriers(market: Market, rows: int) -> Array:
    """Forwarders by a power law: a few carry most."""
    return np.asarray(market.forwarders[(len(market.forwarders) * market.draw.random(rows) ** 2.5).astype(np.int64)])


def spread(draw: np.random.Generator, first: np.datetime64, length: int, count: int) -> Array:
    """Days in a window, in order."""
    return np.sort(first + draw.integers(0, max(1, length), count))


def buy_quietly(market: Market, lines: int) -> None:
    """The purchases of the innocent, so many lines; nobody passes the limit under the exemption."""
    draw = market.draw
    knobs = load("knobs.yaml")["innocent"]["purchases"]
    grouped = np.zeros(market.size, bool)
    for members in market.groups:
        grouped[members] = True
    for house in (market.suppliers, market.lessors, market.agents):
        grouped[house] = True
    can = np.flatnonzero(~grouped & ~market.taken)
    count = int(min(knobs["buyers"] * market.size, lines / 1.8, len(can)))
    if count < 1:
        return
    trade = market.text["activity"][can]
    eager = np.where(trade == "cloud", 12.0, np.where(trade == "reseller", 6.0, np.where(trade == "", 0.7, 1.5)))
    eager = np.where(market.crowd[can] >= 100, eager * 0.4, eager)
    chosen = can[np.argsort(-eager * draw.random(len(can)) ** 0.7)[:count]]
    draw.shuffle(chosen)
    span = (last_day() - first_day()).astype(int)
    total = np.exp(draw.normal(np.log(knobs["median_tpp"] * 2), knobs["sigma"], count))
    licensed = total > 0.7 * limit()
    near = draw.random(count) < knobs["near_limit"]
    total[near] = draw.uniform(0.75, 1.0, int(near.sum())) * limit()
    licensed[near] = False
    held = _grouped_buyers(market)
    buyer = np.concatenate([chosen, np.array([m for m, _ in held], np.int64)])
    total = np.concatenate([total, np.array([t for _, t in held])])
    licensed = np.concatenate([licensed, np.zeros(len(held), bool)])
    near = np.concatenate([near, np.zeros(len(held), bool)])
    mean = max(1.0, lines / len(buyer))
    many = np.minimum(draw.geometric(1 / mean, len(buyer)), 60)
    many[near] = np.minimum(many[near], 12)
    start = draw.integers(0, span - 30, len(buyer))
    length = np.minimum(draw.integers(1, span, len(buyer)), span - start)
    start[near], length[near] = draw.choice([0, 351, 351], int(near.sum())), 340
    row = _exactly(draw, np.repeat(np.arange(len(buyer)), many), lines)
    weight = draw.gamma(2.0, size=len(row))
    weight /= np.bincount(row, weight, len(buyer))[row]
    chip = draw_chips(draw, len(row))
    day = first_day() + start[row] + (length[row] * draw.random(len(row))).astype(np.int64)
    first = np.full(market.size, np.datetime64("9999-01-01"))
    np.minimum.at(first, buyer[row], day)
    bought = np.unique(buyer[row])
    _exists(market, bought, first[bought])
    _write(market, buyer[row], day, chip, units(chip, weight * total[row]), licensed[row], near[row])


def _exactly(draw: np.random.Generator, row: Array, lines: int) -> Array:
    """So many rows: some left out, or some twice."""
    if len(row) < lines:
        return np.sort(np.concatenate([row, row[draw.integers(0, len(row), lines - len(row))]]))
    return np.sort(draw.permutation(row)[:lines])


def _grouped_buyers(market: Market) -> list[tuple[int, float]]:
    """Groups of which two to five members buy, all together under the limit."""
    draw = market.draw
    share = load("knobs.yaml")["innocent"]["groups"]["buying"]
    found = []
    for members in market.groups:
        alone = [m for m in members[1:] if not market.taken[m]]
        if len(alone) < 2 or draw.random() > share:
            continue
        some = draw.permutation(alone)[: draw.integers(2, 6)]
        total = min(float(np.exp(draw.normal(np.log(0.2 * limit()), 1.0))), 0.95 * limit())
        parts = draw.dirichlet(np.full(len(some), 3.0)) * total
        found += [(int(m), float(t)) for m, t in zip(some, parts, strict=True)]
    return found


def _write(market: Market, buyer: Array, day: Array, chip: Array, count: Array, licensed: Array, near: Array) -> None:
    draw, rows = market.draw, len(buyer)
    knobs = load("knobs.yaml")["innocent"]["purchases"]
    land = market.text["headquarters"][buyer]
    home, china, ally = land == "US", np.isin(land, ["CN", "HK"]), np.isin(land, ALLIES)
    chance = draw.random(rows)
    claimed = np.where(chance < 0.8, "LPP", np.where(chance < 0.9, "license", np.where(chance < 0.95, "none", "")))
    claimed = np.where(near, "LPP", np.where(licensed, "license", claimed))
    claimed = np.where(china, np.where(chance < 0.5, "license", "NAC"), np.where(home | ally, "none", claimed))
    seller = market.suppliers[(len(market.suppliers) * draw.random(rows) ** 1.8).astype(np.int64)]
    resellers = np.flatnonzero((market.text["activity"] == "reseller") & ~market.taken)
    between = resellers[draw.integers(0, len(resellers), rows)] if len(resellers) else np.full(rows, NOBODY)
    carrier = carriers(market, rows)
    pays = draw.random(rows)
    lessor = market.lessors[buyer % len(market.lessors)]
    other = pays > 1 - knobs["payer_other"]
    payer = np.where(pays < knobs["payer_self"], buyer, NOBODY)
    leased = (pays >= knobs["payer_self"]) & (pays < knobs["payer_self"] + knobs["payer_lessor"])
    payer = np.where(leased, lessor, payer)
    abroad = np.array(load("knobs.yaml")["countries"]["payers"], dtype=object)
    payer_land = np.where(payer != NOBODY, market.text["headquarters"][payer], "")
    payer_land = np.where(other, abroad[draw.integers(0, len(abroad), rows)], payer_land)
    status = draw.random(rows)
    market.lines.add(
        rows,
        day=day,
        exporter=seller,
        from_country=market.text["headquarters"][seller],
        purchaser=np.where(draw.random(rows) < knobs["reseller"], between, NOBODY),
        intermediate_consignee=np.where(draw.random(rows) < 0.08, carrier, NOBODY),
        consignee=buyer,
        end_user=np.where(draw.random(rows) < 0.3, buyer, NOBODY),
        to_country=land,
        chip=chip,
        quantity=count,
        movement=np.where(home, "domestic", "export"),
        authorization=claimed,
        forwarder=np.where(draw.random(rows) < knobs["forwarder"], carrier, NOBODY),
        payer=payer,
        payer_country=payer_land,
        status=np.where(
            status < knobs["refused"],
            "refused",
            np.where(status < knobs["refused"] + knobs["cancelled"], "cancelled", "shipped"),
        ),
        scheme=NOBODY,
    )
