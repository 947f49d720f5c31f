"""Who directs and owns the innocent: agents and their nominees, groups, investors, numbered families."""

from __future__ import annotations

from typing import Any

import numpy as np

from compliance.generate.market.knobs import load
from compliance.generate.market.made_up_words import company_names, domains, draw_words, person_names, phones, pool
from compliance.generate.market.rows import NOBODY, Array, Market
from compliance.generate.market.seats import AGENT

BANDS = np.array(["0-25", ">25-50", ">50-75", ">75-100"], dtype=object)


def settle_society(market: Market, kind: Array) -> None:
    """Names, contacts, trades, agents, directors, owners and groups of all companies."""
    draw, size = market.draw, market.size
    knobs = load("knobs.yaml")["innocent"]
    market.text["name"] = company_names(draw, size)
    market.text["registration"] = np.char.add("R", draw.permutation(size).astype(str)).astype(object)
    market.text["phone"] = phones(draw, market.text["headquarters"])
    own = domains(draw, market.text["name"])
    mail = np.where(draw.random(size) < knobs["contact"]["free_mail"], "", own)
    market.text["business"] = draw_words(draw, pool("businesses"), size, 0.9)
    order = draw.permutation(size)
    counts = {name: max(4, int(size * share)) for name, share in _TRADES.items()}
    start = 0
    for name, count in counts.items():
        market.text["activity"][order[start : start + count]] = name
        start += count
    trade = market.text["activity"]
    market.text["business"][trade == "forwarder"] = "logistics"
    market.text["business"][trade == "cloud"] = "cloud computing"
    market.forwarders = np.flatnonzero(trade == "forwarder")
    market.lessors = order[start : start + max(4, size // 5_000)]
    start += len(market.lessors)
    market.suppliers = order[start : start + max(10, min(60, size // 500))]
    start += len(market.suppliers)
    market.text["headquarters"][market.suppliers] = draw.choice(["US", "US", "US", "TW", "JP"], len(market.suppliers))
    market.text["activity"][market.suppliers] = "manufacturer"
    market.busy[order[:start]] = True
    _agents(market, kind, mail)
    _groups(market, mail)
    _add_numbered_families(market)
    _contacts(market, kind, mail, own)
    _directors(market)
    _owners(market)
    market.free = [int(n) for n in draw.permutation(np.flatnonzero(~market.busy))]


_TRADES = {
    "forwarder": 0.004,
    "bank": 0.004,
    "government": 0.002,
    "cloud": 0.02,
    "reseller": 0.012,
    "manufacturer": 0.06,
    "other": 0.3,
}


def people(market: Market, count: int) -> Array:
    """New people, as numbers of owners."""
    draw = market.draw
    start, market.persons = market.persons, market.persons + count
    land = market.text["headquarters"][draw.integers(0, market.size, count)]
    born = np.datetime64("1950-01-01") + draw.integers(0, 19_000, count)
    born[draw.random(count) < load("knobs.yaml")["innocent"]["people"]["no_birthday"]] = np.datetime64("NaT")
    market.people["name"].append(person_names(draw, count))
    market.people["nationality"].append(land)
    market.people["born"].append(born)
    return np.arange(market.size + start, market.size + start + count)


def once_more(market: Market, person: int) -> int:
    """A second record of the person made last, as registers have them: another id, the same name and birth."""
    assert person == market.size + market.persons - 1
    for column in market.people.values():
        column.append(column[-1][-1:])
    market.persons += 1
    return person + 1


def _agents(market: Market, kind: Array, mail: Array) -> None:
    """Each agent's address has an agent, with a telephone, a domain and nominee directors."""
    draw = market.draw
    knobs = load("knobs.yaml")["innocent"]["agents"]
    places = np.unique(market.place[kind == AGENT])
    agents = draw.permutation(np.flatnonzero(~market.busy & (kind != AGENT)))[: max(1, len(places))]
    market.busy[agents] = True
    market.agents = agents
    market.text["name"][agents] = company_names(draw, len(agents)) + " Corporate Services"
    for agent, place in zip(agents, places, strict=False):
        there = np.flatnonzero(market.place == place)
        named = there[draw.random(len(there)) < knobs["registered"]]
        market.text["registered_agent"][named] = market.text["name"][agent]
        called = there[draw.random(len(there)) < knobs["phone"]]
        market.text["phone"][called] = market.text["phone"][agent]
        mail[there[draw.random(len(there)) < knobs["domain"]]] = mail[agent] or "agents.example"
        led = there[draw.random(len(there)) < knobs["nominee"]]
        nominees = people(market, max(1, len(led) // knobs["per_nominee"]))
        _serve(market, nominees[draw.integers(0, len(nominees), len(led))], led)
    far = np.flatnonzero((kind != AGENT) & (draw.random(market.size) < knobs["elsewhere"]))
    local = company_names(draw, max(10, int(knobs["local"] * market.size))) + " Secretaries"
    names = np.concatenate([market.text["name"][agents], local])
    market.text["registered_agent"][far] = names[(len(names) * draw.random(len(far)) ** 1.7).astype(np.int64)]


def _serve(market: Market, who: Array, companies: Array, role: str = "director") -> None:
    draw = market.draw
    first = market.days["incorporated"][companies]
    since = np.where(draw.random(len(companies)) < 0.5, first.astype(str).astype(object), "")
    market.roles.add(len(companies), person=who, company=companies, role=role, **{"from": since})


def _groups(market: Market, mail: Array) -> None:
    """Honest groups, by a power law of sizes."""
    draw = market.draw
    knobs = load("knobs.yaml")["innocent"]["groups"]
    free = draw.permutation(np.flatnonzero(~market.busy))
    wanted = int(knobs["share"] * market.size)
    low, high = knobs["size"]
    sizes = (low / (1 - draw.random(wanted) * (1 - (low / high) ** 1.1)) ** (1 / 1.1)).astype(np.int64)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), min(wanted, len(free))))]
    members = free[: int(sizes.sum())]
    join(market, members, sizes, mail, knobs)
    market.busy[members] = True
    market.groups = np.split(members, np.cumsum(sizes)[:-1])


def join(market: Market, members: Array, sizes: Array, mail: Array | None, knobs: dict[str, Any]) -> None:
    """Makes companies groups of such sizes, trees under the first of each, that share what groups share."""
    draw = market.draw
    text = market.text
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    at = np.arange(len(members)) - first
    parents = members[at == 0]
    group = np.repeat(np.arange(len(sizes)), sizes)
    child = at > 0
    below, top = members[child], parents[group][child]
    stem = [name.partition(" ")[0] for name in text["name"][top]]
    text["name"][below] = [f"{a} {name.partition(' ')[2]}" for a, name in zip(stem, text["name"][below], strict=True)]
    home = draw.random(len(below)) < 0.6
    text["headquarters"][below[home]] = text["headquarters"][top[home]]
    above = members[first[child] + (at[child] * draw.random(len(below)) ** 2).astype(np.int64)]
    part = np.where(draw.random(len(below)) < 0.6, 100, draw.integers(51, 100, len(below)))
    whole = draw.random(len(below)) < knobs["majority"]
    percent = np.where(whole, part, draw.integers(20, 51, len(below)))
    market.stakes.add(len(below), owner=above, owned=below, percent=disclose_percents(draw, percent))
    rest = percent < 100
    others = people(market, int(rest.sum()))
    market.stakes.add(
        len(others), owner=others, owned=below[rest], percent=disclose_percents(draw, 100 - percent[rest])
    )
    back = np.flatnonzero((draw.random(len(sizes)) < knobs["circular"]) & (sizes > 1))
    market.stakes.add(len(back), owner=members[(np.cumsum(sizes) - 1)[back]], owned=parents[back],
                      percent=draw.integers(1, 10, len(back)).astype(str).astype(object))  # fmt: skip
    for share, column in ((knobs["same_phone"], "phone"), (knobs["same_address"], "address")):
        same = draw.random(len(below)) < share
        text[column][below[same]] = text[column][top[same]]
    if mail is not None:
        mail[below] = mail[top]
    boss = people(market, 2 * len(sizes))
    led = draw.random(len(members)) < knobs["same_director"]
    _serve(market, boss[2 * group + draw.integers(0, 2, len(members))][led], members[led])
    held = draw.random(len(sizes)) >= 0.1
    market.stakes.add(int(held.sum()), owner=boss[::2][held], owned=parents[held],
                      percent=disclose_percents(draw, draw.integers(51, 101, int(held.sum()))))  # fmt: skip


def _add_numbered_families(market: Market) -> None:
    """Families of names with numbers at one address, such as a fund's for single buildings."""
    draw = market.draw
    knobs = load("knobs.yaml")["innocent"]["numbered"]
    free = draw.permutation(np.flatnonzero(~market.busy))[: int(knobs["share"] * market.size)]
    start = 0
    while start < len(free):
        members = free[start : start + int(draw.integers(*knobs["size"]))]
        start += len(members)
        stem = company_names(draw, 1)[0].split(" ")[0]
        kind = ("Propco", "Acquisition", "Fund", "Leasing")[draw.integers(0, 4)]
        market.text["name"][members] = [f"{stem} {kind} {n} Limited" for n in range(1, len(members) + 1)]
        for column in ("address", "phone", "registered_agent"):
            market.text[column][members] = market.text[column][members[0]]
        market.days["incorporated"][members] = market.days["incorporated"][members[0]]
        market.stakes.add(len(members), owner=int(people(market, 1)[0]), owned=members, percent="100")
        market.busy[members] = True


def _contacts(market: Market, kind: Array, mail: Array, own: Array) -> None:
    draw, size = market.draw, market.size
    knobs = load("knobs.yaml")["innocent"]["contact"]
    reception = np.flatnonzero((kind == 2) & (draw.random(size) < knobs["reception"]))
    number = phones(draw, np.full(len(market.house), "SG", dtype=object))
    market.text["phone"][reception] = number[market.place[reception]]
    market.text["phone"][draw.random(size) < knobs["no_phone"]] = ""
    free = pool("free_mail")
    before = np.where(mail == "", np.char.add("u", draw.integers(0, 10**7, size).astype(str)).astype(object), "info")
    whole = before + "@" + np.where(mail == "", draw_words(draw, free, size, 1.8), mail)
    market.text["email"] = np.where(draw.random(size) < knobs["no_email"], "", whole)
    website = np.where(draw.random(size) < knobs["no_website"], "", "www." + own)
    market.text["website"] = np.where((website == "") & (draw.random(size) < 0.2), "none", website)
    staff = np.exp(draw.normal(2.3, 1.5, size)).astype(np.int64).astype(str).astype(object)
    market.text["employees"] = np.where(draw.random(size) < knobs["no_employees"], "", staff)
    capital = np.exp(draw.normal(11, 2.5, size)).astype(np.int64).astype(str).astype(object)
    market.text["capital_usd"] = np.where(draw.random(size) < knobs["no_capital"], "", capital)


def _directors(market: Market) -> None:
    """One to three directors each; some of them serve in many companies."""
    draw, size = market.draw, market.size
    knobs = load("knobs.yaml")["innocent"]["people"]
    low, high = knobs["directors"]
    company = np.repeat(np.arange(size), draw.integers(low, high + 1, size))
    who = people(market, len(company))
    few = max(5, int(knobs["professionals"] * size))
    often = draw.random(len(company)) < knobs["professional"]
    who[often] = people(market, few)[(few * draw.random(int(often.sum())) ** 2.5).astype(np.int64)]
    _serve(market, who, company)


def _owners(market: Market) -> None:
    """Owners of companies outside of groups: people, now and then an investor or nobody known."""
    draw = market.draw
    knobs = load("knobs.yaml")["innocent"]["stakes"]
    held = np.zeros(market.size, bool)
    held[market.stakes.column("owned").astype(np.int64)] = True
    alone = np.flatnonzero(~held & (draw.random(market.size) >= knobs["none"]))
    first = draw.integers(1, 101, len(alone))
    first[draw.random(len(alone)) < 0.45] = 100
    invested = draw.random(len(alone)) < knobs["invested"]
    houses = draw.permutation(np.flatnonzero(~market.busy))[: max(3, int(knobs["investors"] * market.size))]
    market.busy[houses] = True
    first[invested] = draw.integers(5, 41, int(invested.sum()))
    owner = people(market, len(alone))
    owner[invested] = houses[(len(houses) * draw.random(int(invested.sum())) ** 2).astype(np.int64)]
    owner[draw.random(len(alone)) < knobs["unidentified"]] = NOBODY
    alone_, kept = alone[owner != alone], owner != alone
    market.stakes.add(len(alone_), owner=owner[kept], owned=alone_, percent=disclose_percents(draw, first[kept]))
    rest = first < 100
    market.stakes.add(
        int(rest.sum()),
        owner=people(market, int(rest.sum())),
        owned=alone[rest],
        percent=disclose_percents(draw, 100 - first[rest]),
    )


def disclose_percents(draw: np.random.Generator, percent: Array) -> Array:
    """Percents as a register shows them: the figure, a band, or unknown."""
    knobs = load("knobs.yaml")["innocent"]["stakes"]
    text = percent.astype(str).astype(object)
    band = BANDS[np.searchsorted([25, 50, 75], percent, side="left")]
    text = np.where(draw.random(len(percent)) < knobs["banded"], band, text)
    return np.where(draw.random(len(percent)) < knobs["unknown"], "unknown", text)
