"""Shell companies: one function a pattern, which plants one and gives who buys, who else belongs to it, and notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from compliance.generate.market.knobs import Level, load
from compliance.generate.market.market_purchases import buy, first_day, last_day, limit, spread
from compliance.generate.market.rows import NOBODY, Market
from compliance.generate.market.shared import disown, led_since, reset
from compliance.generate.market.society import people
from compliance.generate.texts import megawatts


class Shell(NamedTuple):
    """Who receives, and the other companies of the scheme."""

    members: list[int]
    related: list[int]


Plant = Callable[[Market, Level, int], Shell]


def shell_company(market: Market) -> int:
    """An ordinary company in a country that buys, to be made a shell."""
    company = market.take(1)[0]
    market.days["incorporated"][company] = last_day() - int(market.draw.integers(1_500, 6_000))
    reset(market, company, str(market.draw.choice(list(load("knobs.yaml")["countries"]["buyers"]))))
    return company


def order(market: Market, level: Level, company: int, scheme: int, days: int = 60, **more: object) -> np.datetime64:
    """A shell's purchases in a few lines; gives the day of the first."""
    room = int((last_day() - first_day()).astype(int)) - days - 130
    start = first_day() + 120 + int(market.draw.integers(0, room))
    when = list(spread(market.draw, start, days, int(market.draw.integers(1, 4))))
    chip = str(market.draw.choice(["H100", "H200", "B200"]))
    total = level.part_of("order") * limit()
    buy(market, company, total, when, chips=(chip,), scheme=scheme, **more)  # type: ignore[arg-type]
    return np.datetime64(when[0])


def young_company(market: Market, level: Level, scheme: int) -> Shell:
    """Incorporated shortly before its first order."""
    company = shell_company(market)
    market.days["incorporated"][company] = order(market, level, company, scheme) - level.whole("age_days")
    led_since(market, company)
    market.days["last_filing"][company] = np.datetime64("NaT")
    return Shell([company], [])


def dormant_revived(market: Market, level: Level, scheme: int) -> Shell:
    """Asleep for years, revived shortly before its order."""
    company = shell_company(market)
    first = order(market, level, company, scheme)
    asleep = 365 * level.whole("asleep_years")
    market.days["incorporated"][company] = first - asleep - int(market.draw.integers(400, 2_000))
    led_since(market, company)
    market.days["last_filing"][company] = first - asleep
    if level.happens("says_revival"):
        market.days["reactivated"][company] = first - level.whole("awake_days")
    return Shell([company], [])


def tiny_company(market: Market, level: Level, scheme: int) -> Shell:
    """Hardly anybody works there, with hardly any capital."""
    company = shell_company(market)
    order(market, level, company, scheme)
    market.text["employees"][company] = str(level.whole("employees"))
    market.text["capital_usd"][company] = str(level.whole("capital_usd"))
    return Shell([company], [])


def nominee_director(market: Market, level: Level, scheme: int) -> Shell:
    """One person directs very many companies that have nothing else in common; some buy a lot."""
    buyers = [shell_company(market) for _ in range(level.whole("directed_buyers"))]
    person = int(people(market, 1)[0])
    led = np.array(market.innocents(min(level.whole("directed"), len(market.free) // 4)))
    market.roles.add(len(led), person=person, company=led, role="director")
    for company in buyers:
        market.roles.one(person=person, company=company, role="director")
        order(market, level, company, scheme)
    return Shell(buyers, [])


def mass_registration_address(market: Market, level: Level, scheme: int) -> Shell:
    """A large buyer among the crowd at one address."""
    company = shell_company(market)
    low, high = level.value("crowd")
    fits = np.flatnonzero((market.crowd >= min(low, market.crowd.max())) & (market.crowd <= max(low, high)))
    host = int(market.draw.choice(fits))
    market.text["address"][company] = market.house[market.place[host]]
    market.text["registered_agent"][company] = market.text["registered_agent"][host]
    market.text["jurisdiction"][company] = market.text["jurisdiction"][host]
    order(market, level, company, scheme)
    return Shell([company], [])


def circular_ownership(market: Market, level: Level, scheme: int) -> Shell:
    """Companies that hold each other in a circle; one or two of them buy."""
    ring = [shell_company(market) for _ in range(level.whole("ring"))]
    for company, after in zip(ring, ring[1:] + ring[:1], strict=True):
        disown(market, after)
        market.stakes.one(owner=company, owned=after, percent=str(level.whole("ring_stake")))
    buyers = ring[: int(market.draw.integers(1, 3))]
    for company in buyers:
        order(market, level, company, scheme)
    return Shell(buyers, ring)


def deep_chain(market: Market, level: Level, scheme: int) -> Shell:
    """A buyer below a chain of holding companies, most in secrecy jurisdictions."""
    company = shell_company(market)
    chain = [shell_company(market) for _ in range(level.whole("depth"))]
    places = load("knobs.yaml")["countries"]["secrecy"]
    below = company
    for holding in chain:
        if level.happens("secrecy_share"):
            place = str(market.draw.choice(places))
            market.text["jurisdiction"][holding] = market.text["headquarters"][holding] = place
        disown(market, below)
        market.stakes.one(owner=holding, owned=below, percent=str(market.draw.choice([100, 100, 75, 60])))
        below = holding
    if market.draw.random() < 0.5:
        disown(market, below)
    order(market, level, company, scheme)
    return Shell([company], chain)


def missing_beneficial_owner(market: Market, level: Level, scheme: int) -> Shell:
    """Most of it belongs to somebody not identified, or to a company that nobody is known to own."""
    company = shell_company(market)
    disown(market, company)
    share = level.whole("unidentified")
    related = []
    by = NOBODY
    if market.draw.random() < 0.5:
        by = shell_company(market)
        disown(market, by)
        place = str(market.draw.choice(load("knobs.yaml")["countries"]["secrecy"]))
        market.text["jurisdiction"][by] = market.text["headquarters"][by] = place
        related.append(by)
    market.stakes.one(owner=by, owned=company, percent=str(share))
    if share < 100:
        market.stakes.one(owner=int(people(market, 1)[0]), owned=company, percent=str(100 - share))
    order(market, level, company, scheme)
    return Shell([company], related)


def restructuring(market: Market, level: Level, scheme: int) -> Shell:
    """Its owner goes shortly after a listing of that owner, a refusal, or shortly before an order."""
    company = shell_company(market)
    former = shell_company(market)
    disown(market, company)
    first = order(market, level, company, scheme)
    event = ("listing", "refusal", "order")[int(market.draw.integers(0, 3))]
    gap = level.whole("change_days")
    changed = first - gap
    if event == "listing":
        market.row("listings", party=f"#{former}", list="EntityList", **{"from": str(changed - gap)})
    if event == "refusal":
        buy(market, company, 0.5 * limit(), [changed - gap], status="refused", scheme=NOBODY)
    market.stakes.one(owner=former, owned=company, percent="100", to=str(changed))
    new = int(people(market, 1)[0])
    market.stakes.one(owner=new, owned=company, percent="100", price_usd="1", **{"from": str(changed)})
    return Shell([company], [former])


def pass_through(market: Market, level: Level, scheme: int) -> Shell:
    """A consignee that ships on most of what it received, shortly after."""
    company, behind = shell_company(market), shell_company(market)
    land = str(market.draw.choice(["KZ", "TR", "VN", "HK", "AE"]))
    market.text["headquarters"][behind] = land
    order(market, level, company, scheme)
    block = market.lines.blocks[-1]
    share = level.part_of("passed_on")
    days = block["day"] + level.whole("passed_days")
    count = np.maximum(1, (block["quantity"] * share).astype(np.int64))
    market.lines.add(
        len(days), day=np.minimum(days, last_day()), exporter=company, consignee=behind, purchaser=NOBODY,
        intermediate_consignee=NOBODY, end_user=NOBODY, forwarder=NOBODY, payer=NOBODY, to_country=land,
        from_country=block["to_country"], chip=block["chip"], quantity=count, movement="reexport",
        authorization="none", status="shipped", scheme=scheme,
    )  # fmt: skip
    return Shell([company], [behind])


def site_without_power(market: Market, level: Level, scheme: int) -> Shell:
    """A site that cannot power what was shipped to it."""
    company = shell_company(market)
    site = f"site-{company:07d}"
    order(market, level, company, scheme, site=site)
    block = market.lines.blocks[-1]
    chips = load("knobs.yaml")["chips"]
    needed = sum(n * chips[c]["kw"] for n, c in zip(block["quantity"], block["chip"], strict=True)) / 1_000
    market.row(
        "sites", id=site, operator=f"#{company}", country=market.text["headquarters"][company],
        it_mw=megawatts(max(0.001, needed * level.part_of("powered"))),
    )  # fmt: skip
    return Shell([company], [])


def forwarder_consignee(market: Market, level: Level, scheme: int) -> Shell:
    """A forwarder is the last consignee."""
    company = shell_company(market)
    market.text["activity"][company] = "forwarder" if level.happens("says_forwarder") else ""
    market.text["business"][company] = "logistics"
    market.text["name"][company] = market.text["name"][company].split(" ")[0] + " Freight Forwarding"
    order(market, level, company, scheme)
    return Shell([company], [])


def sudden_buyer(market: Market, level: Level, scheme: int) -> Shell:
    """Never bought, or little, in a trade of its own; then nearly the limit in some days."""
    company = shell_company(market)
    market.text["business"][company] = str(market.draw.choice(["real estate", "food", "textiles", "construction"]))
    first = order(market, level, company, scheme, level.whole("sudden_days"))
    before = level.whole("before")
    if before:
        days = first_day() + market.draw.integers(0, max(1, int((first - first_day()).astype(int)) - 60), before)
        buy(market, company, 0.01 * limit(), list(days), chips=("L40S",))
    return Shell([company], [])


SHELLS: Mapping[str, Plant] = {
    plant.__name__: plant
    for plant in (
        young_company, dormant_revived, tiny_company, nominee_director, mass_registration_address, circular_ownership,
        deep_chain, missing_beneficial_owner, restructuring, pass_through, site_without_power,
        forwarder_consignee, sudden_buyer,
    )
}  # fmt: skip


def plant_shell(market: Market, difficulty: str, pattern: str) -> None:
    """Plants one shell and its label."""
    level = Level("shell", difficulty, market.draw)
    found = SHELLS[pattern](market, level, len(market.labels))
    market.labels.append(
        {
            "pattern": pattern,
            "kind": pattern,
            "difficulty": difficulty,
            "members": sorted(found.members),
            "related": sorted({*found.related} - {*found.members}),
            "channels": [],
        }
    )
