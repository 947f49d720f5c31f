"""The channels by which the members of a scheme hang together, and a member before it has any."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from compliance.generate.market.knobs import Level, load
from compliance.generate.market.made_up_words import (
    company_names,
    domains,
    houses,
    phones,
    respelt_address,
    respelt_phone,
    sequence,
)
from compliance.generate.market.market_purchases import buy, first_day, last_day
from compliance.generate.market.rows import Market
from compliance.generate.market.society import once_more, people

Channel = Callable[[Market, Level, list[int]], list[int]]
"""Links some members; gives the companies behind them, if any."""


def reset(market: Market, company: int, land: str) -> None:
    """A company of a country with everything its own: address, telephone, e-mail, director, owner."""
    draw = market.draw
    one = np.array([land], dtype=object)
    text = market.text
    text["name"][company] = company_names(draw, 1)[0]
    text["jurisdiction"][company] = text["headquarters"][company] = land
    text["address"][company] = houses(draw, one)[0]
    text["phone"][company] = phones(draw, one)[0] if draw.random() < 0.9 else ""
    own = domains(draw, text["name"][[company]])[0]
    text["email"][company] = f"info@{own}" if draw.random() < 0.6 else f"u{draw.integers(10**7)}@gmail.com"
    text["website"][company] = f"www.{own}" if draw.random() < 0.5 else ""
    text["registered_agent"][company] = _agent(market) if draw.random() < 0.15 else ""
    text["employees"][company] = str(draw.integers(1, 40)) if draw.random() < 0.5 else ""
    text["capital_usd"][company] = str(draw.integers(10_000, 500_000)) if draw.random() < 0.5 else ""
    for name in ("dissolved", "reactivated"):
        market.days[name][company] = np.datetime64("NaT")
    holder, *directors = people(market, int(draw.integers(2, 5)))
    for person in directors:
        _appoint(market, int(person), company)
    market.stakes.one(owner=int(holder), owned=company, percent="100")


def led_since(market: Market, company: int) -> None:
    """Nobody directs a company before it exists."""
    for block in market.roles.blocks[market.served :]:
        if len(block["company"]) == 1 and block["company"][0] == company:
            block["from"] = np.array([""], dtype=object)


def _agent(market: Market) -> str:
    return str(market.text["name"][market.draw.choice(market.agents)])


def owner(market: Market, level: Level, members: list[int]) -> list[int]:
    """One person behind all, directly or by holding companies; the rest belongs to others."""
    draw = market.draw
    person = int(people(market, 1)[0])
    via = market.take(level.whole("holdings"))
    known = load("knobs.yaml")["countries"]["secrecy"]
    for holding in via:
        reset(market, holding, str(draw.choice(known)))
        disown(market, holding)
        market.stakes.one(owner=person, owned=holding, percent=str(draw.integers(75, 101)))
    for member in members:
        disown(market, member)
        share = level.whole("stake")
        by = int(draw.choice([person, *via])) if via else person
        market.stakes.one(owner=by, owned=member, percent=_share_text(level, share))
        if share < 100:
            market.stakes.one(owner=int(people(market, 1)[0]), owned=member, percent=str(100 - share))
    return via


def disown(market: Market, company: int) -> None:
    """Takes away the owners given since the background was settled."""
    for block in market.stakes.blocks[market.settled :]:
        if len(block["owned"]) == 1 and block["owned"][0] == company:
            block["owned"] = np.array([-1])


def _share_text(level: Level, share: int) -> str:
    if level.happens("unknown"):
        return "unknown"
    if not level.happens("banded"):
        return str(share)
    bands = ["<50", "0-25" if share <= 25 else ">25-50" if share < 50 else ">50-75" if share <= 75 else ">75-100"]
    return str(level.draw.choice(bands if share < 50 else bands[1:]))


def director(market: Market, level: Level, members: list[int]) -> list[int]:
    """A nominee who directs the members, and innocents."""
    nominee = int(people(market, 1)[0])
    records = [nominee, once_more(market, nominee)] if level.happens("two_records") else [nominee]
    for company in [*members, *market.innocents(level.whole("nominee_others"), buying=True)]:
        _appoint(market, int(market.draw.choice(records)), company)
    return []


def _appoint(market: Market, person: int, company: int) -> None:
    first = market.days["incorporated"][company]
    since = str(first) if market.draw.random() < 0.5 and not np.isnat(first) else ""
    market.roles.one(person=person, company=company, role="director", **{"from": since})


def address(market: Market, level: Level, members: list[int]) -> list[int]:
    """One address, of innocents too; each with its own suite and spelling where these are respelt."""
    draw = market.draw
    low, high = level.value("address_others")
    home = market.text["headquarters"][members[0]]
    fits = np.flatnonzero(
        (market.crowd >= max(2, low)) & (market.crowd <= high) & ~market.taken & (market.text["jurisdiction"] == home)
    )
    if high and len(fits):
        host = int(draw.choice(fits))
        house, land = str(market.house[market.place[host]]), market.text["jurisdiction"][host]
    else:
        land = home
        house = str(houses(draw, np.array([land], dtype=object))[0])
    for member in members:
        text = house if draw.random() < 0.5 else f"Suite {draw.integers(1, 90)}, {house}"
        market.text["address"][member] = respelt_address(draw, text) if level.happens("respelt") else text
        market.text["jurisdiction"][member] = land
    return []


def phone(market: Market, level: Level, members: list[int]) -> list[int]:
    """One telephone."""
    number = phones(market.draw, market.text["headquarters"][members[:1]])[0]
    for company in [*members, *market.innocents(level.whole("phone_others"), buying=True)]:
        market.text["phone"][company] = respelt_phone(market.draw, number) if level.happens("respelt") else number
    return []


def domain(market: Market, level: Level, members: list[int]) -> list[int]:
    """One e-mail domain."""
    name = domains(market.draw, market.text["name"][members[:1]])[0]
    for company in [*members, *market.innocents(level.whole("domain_others"), buying=True)]:
        market.text["email"][company] = f"c{market.draw.integers(10**4)}@{name}"
    return []


def agent(market: Market, level: Level, members: list[int]) -> list[int]:
    """One registered agent, of innocents too and of no other scheme."""
    low, high = level.value("agent_others")
    fits = [name for name, count in market.clients.items() if low <= count <= high]
    name = str(market.draw.choice(fits)) if len(fits) else f"{company_names(market.draw, 1)[0]} Secretaries"
    market.clients.pop(name, None)
    for company in members:
        market.text["registered_agent"][company] = name
    if not len(fits):
        market.text["registered_agent"][market.innocents(level.whole("agent_others"), buying=True)] = name
    return []


def payer(market: Market, level: Level, members: list[int]) -> list[int]:
    """One payer in another country, who also pays for innocents."""
    draw = market.draw
    house = market.take(1)[0]
    reset(market, house, str(draw.choice(load("knobs.yaml")["countries"]["payers"])))
    land = str(market.text["headquarters"][house])
    span = int((last_day() - first_day()).astype(int))
    for company in market.innocents(level.whole("payer_others"), buying=True):
        days = list(first_day() + draw.integers(0, span, 2))
        buy(market, company, float(draw.uniform(10**5, 2 * 10**6)), days, payer=house, payer_country=land)
    return [house]


def names(market: Market, level: Level, members: list[int]) -> list[int]:
    """Names in a sequence."""
    for company, name in zip(members, sequence(market.draw, len(members), level.happens("respelt")), strict=True):
        market.text["name"][company] = name
    return []


CHANNELS: Mapping[str, Channel] = {
    "common_owner": owner,
    "nominee": director,
    "address": address,
    "phone": phone,
    "email_domain": domain,
    "agent": agent,
    "payer": payer,
    "name_sequence": names,
}
