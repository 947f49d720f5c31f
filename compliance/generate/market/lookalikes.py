"""The innocent that look like schemes: honest groups over the limit, campuses, franchises, portfolios and others.

Each is labelled, so that false alerts can be told by their cause. INVARIANT: none of them breaks a rule on purpose;
`group_over` is over the limit in total, under one parent that everybody can see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from compliance.generate.market.knobs import load
from compliance.generate.market.made_up_words import company_names, domains, houses
from compliance.generate.market.market_purchases import buy, first_day, last_day, limit, spread, units
from compliance.generate.market.rows import NOBODY, Market
from compliance.generate.market.shared import disown, led_since, reset
from compliance.generate.market.society import join, people


def _buyers(market: Market, low: int, high: int, lands: int = 1) -> list[int]:
    """Companies that buy, of one country or of any."""
    draw = market.draw
    words = list(load("knobs.yaml")["countries"]["buyers"])
    found = market.take(int(draw.integers(low, high + 1)))
    land = str(draw.choice(words))
    for company in found:
        reset(market, company, land if lands == 1 else str(draw.choice(words)))
        market.text["employees"][company] = str(draw.integers(8, 400)) if draw.random() < 0.6 else ""
        market.text["activity"][company] = str(draw.choice(["cloud", "cloud", "other", ""]))
    return found


def _buy(market: Market, members: list[int], low: float, high: float, days: int = 600, **more: object) -> None:
    """Each buys a share of the limit within a year, in its own time."""
    draw = market.draw
    for company in members:
        length = min(days, int(draw.integers(120, 360)))
        year = np.datetime64(str(draw.choice(["2025-01-16", "2026-01-01"])))
        start = year + int(draw.integers(0, max(1, 349 - length)))
        when = list(spread(draw, start, length, int(draw.integers(2, 9))))
        total = float(draw.uniform(low, high)) * limit()
        chips = [str(c) for c in draw.choice(["H100", "H200", "B200", "L40S", "A100"], 2, replace=False)]
        buy(market, company, total, when, chips=chips, **more)  # type: ignore[arg-type]


def group_over(market: Market) -> list[int]:
    """A group under one parent, three to six members of which buy within a year or two."""
    members = np.array(_buyers(market, 4, 8, 2))
    for company in members:
        disown(market, int(company))
    knobs = load("knobs.yaml")["innocent"]["groups"] | {"majority": 1.0, "circular": 0.0}
    join(market, members, np.array([len(members)]), None, knobs)
    name = domains(market.draw, market.text["name"][members[:1]])[0]
    market.text["email"][members] = f"info@{name}"
    some = [int(m) for m in members[1:]][: int(market.draw.integers(3, 7))]
    _buy(market, some, 0.35, 0.95)
    return some


def campus(market: Market) -> list[int]:
    """Large buyers at one cloud campus."""
    members = _buyers(market, 3, 8)
    land = np.array([market.text["headquarters"][members[0]]], dtype=object)
    house = "Cloud Campus, " + str(houses(market.draw, land)[0])
    others = market.innocents(int(market.draw.integers(3, 25)))
    for company in [*members, *others]:
        market.text["address"][company] = f"Building {market.draw.integers(1, 9)}, {house}"
    _buy(market, members, 0.3, 0.98)
    return members


def franchise(market: Market) -> list[int]:
    """One brand: names alike, one e-mail domain and website; owners, addresses, directors of their own."""
    members = _buyers(market, 5, 20, 2)
    brand = company_names(market.draw, 1)[0].split(" ")[0]
    name = domains(market.draw, market.text["name"][members[:1]])[0]
    for number, company in enumerate(members, 1):
        place = market.text["headquarters"][company]
        market.text["name"][company] = f"{brand} Compute {place} {number}"
        market.text["email"][company] = f"unit{number}@{name}"
        market.text["website"][company] = f"www.{name}"
    _buy(market, members, 0.05, 0.4)
    return members


def portfolio(market: Market) -> list[int]:
    """Large buyers in each of which one investor holds 5 to 30 %."""
    members = _buyers(market, 3, 7, 2)
    house = market.innocents(1)[0]
    for company in members:
        disown(market, company)
        share = int(market.draw.integers(5, 31))
        market.stakes.one(owner=house, owned=company, percent=str(share))
        market.stakes.one(owner=int(people(market, 1)[0]), owned=company, percent=str(100 - share))
    _buy(market, members, 0.3, 0.98)
    return members


def leased(market: Market) -> list[int]:
    """Large buyers who lease: one house pays for all, as it does for dozens of others."""
    members = _buyers(market, 3, 7, 2)
    house = int(market.draw.choice(market.lessors))
    _buy(market, members, 0.3, 0.98, payer=house, payer_country=str(market.text["headquarters"][house]))
    return members


def directed(market: Market) -> list[int]:
    """Large buyers with one independent director in common, who serves some others too."""
    members = _buyers(market, 3, 4)
    person = int(people(market, 1)[0])
    others = market.innocents(int(market.draw.integers(5, 40)))
    for company in [*members, *others]:
        market.roles.one(person=person, company=company, role="director")
    _buy(market, members, 0.3, 0.9)
    return members


def project(market: Market) -> list[int]:
    """A new company of a large group that buys in its first months, under license."""
    company = _buyers(market, 1, 1)[0]
    parent = market.innocents(1)[0]
    disown(market, company)
    market.stakes.one(owner=parent, owned=company, percent="100")
    start = first_day() + int(market.draw.integers(150, 600))
    market.days["incorporated"][company] = start - int(market.draw.integers(30, 150))
    led_since(market, company)
    market.days["last_filing"][company] = np.datetime64("NaT")
    number = f"D{market.draw.integers(10**6, 10**7)}"
    market.row(
        "authorizations", id=number, holder=f"#{company}", kind="license", state="granted", limit_tpp=str(3 * limit())
    )
    when = list(spread(market.draw, start, 90, 3))
    total = float(market.draw.uniform(0.8, 2.5)) * limit()
    buy(market, company, total, when, authorization="license", authorization_id=number)
    return [company]


def distributor(market: Market) -> list[int]:
    """A reseller that ships on a third of what it receives, to many."""
    company = _buyers(market, 1, 1)[0]
    market.text["activity"][company] = "reseller"
    _buy(market, [company], 0.2, 0.9)
    block = market.lines.blocks[-1]
    rows = len(block["day"])
    to = np.array(market.innocents(rows))
    tpp = limit() * 0.002 * market.draw.random(rows)
    market.lines.add(
        rows, day=np.minimum(block["day"] + 40, last_day()), exporter=company, consignee=to, purchaser=NOBODY,
        intermediate_consignee=NOBODY, end_user=NOBODY, forwarder=NOBODY, payer=NOBODY, chip=block["chip"],
        to_country=market.text["headquarters"][to], from_country=block["to_country"], movement="reexport",
        quantity=np.minimum(units(block["chip"], tpp), block["quantity"]), authorization="license", status="shipped",
        scheme=NOBODY,
    )  # fmt: skip
    return [company]


LOOKALIKES: Mapping[str, Callable[[Market], list[int]]] = {
    make.__name__: make for make in (group_over, campus, franchise, portfolio, leased, directed, project, distributor)
}


def add_lookalikes(market: Market) -> list[dict[str, object]]:
    """All of them at the rates of the knobs; their labels."""
    rates = load("knobs.yaml")["innocent"]["like_schemes"]
    found: list[dict[str, object]] = []
    for name, make in LOOKALIKES.items():
        wanted = rates[name] * market.size / 10_000
        count = int(wanted) + int(market.draw.random() < wanted % 1)
        found += [{"kind": name, "members": sorted(make(market))} for _ in range(count)]
    return found
