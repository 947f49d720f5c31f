"""Signs of shells: each detector on both sides of its threshold, and how the signs of one buyer are weighed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from compliance.detection.shells import weigh
from compliance.detection.shells.sign import Sign
from tests.detection.made import Tables, buyer, found, line, view

BOUGHT = "2025-06-01"


def one(**more: object) -> Tables:
    """One large buyer, whose owner is a person."""
    return {
        "companies": [buyer("b", **more)],
        "people": [{"id": "o"}],
        "stakes": [{"owner": "o", "owned": "b", "percent": 100}],
        "shipments": [line(1, "b", BOUGHT)],
    }


def shown(name: str, tables: Tables) -> dict[str, Sign]:
    """Who shows a sign."""
    looked = view(tables)
    return {looked.name(sign.who): sign for sign in weigh.SIGNS[name](looked)}


def crowd(count: int, **more: object) -> list[dict[str, Any]]:
    return [buyer(f"x{n}", **more) for n in range(count)]


def led(count: int) -> Tables:
    roles = [
        {"person": "o", "company": company, "role": "director"} for company in ("b", *(f"x{n}" for n in range(count)))
    ]
    tables = one()
    return {**tables, "companies": [*tables["companies"], *crowd(count)], "roles": roles}


def housed(count: int) -> Tables:
    tables = one(address="Suite 9, 12 Main Street, Labuan")
    return {**tables, "companies": [*tables["companies"], *crowd(count, address="12 Main Street, Labuan")]}


def ring(percent: object) -> Tables:
    stakes = [{"owner": a, "owned": b, "percent": percent} for a, b in (("b", "x0"), ("x0", "x1"), ("x1", "b"))]
    return {**one(), "companies": [buyer("b"), *crowd(2)], "stakes": stakes}


def chain(steps: int, secret: int, percent: object = 100) -> Tables:
    above = [buyer(f"x{n}", jurisdiction="VG" if n < secret else "MY") for n in range(steps)]
    names = ["b", *(f"x{n}" for n in range(steps)), "o"]
    stakes = [{"owner": owner, "owned": owned, "percent": percent} for owned, owner in pairwise(names)]
    return {**one(), "companies": [buyer("b"), *above], "stakes": stakes}


def owned(*stakes: tuple[str, object]) -> Tables:
    rows = [{"owner": owner, "owned": "b", "percent": percent} for owner, percent in stakes]
    return {**one(), "companies": [buyer("b"), buyer("h"), buyer("q", exchange_listed="true")], "stakes": rows}


def sold(day: str, percent: object = 100, incorporated: str = "2010-01-01") -> Tables:
    stakes = [{"owner": "x0", "owned": "b", "percent": percent, "to": day}, {"owner": "o", "owned": "b", "percent": 10}]
    return {**one(), "companies": [buyer("b", incorporated=incorporated), *crowd(1)], "stakes": stakes}


def passed(quantity: int, day: str) -> Tables:
    on = line(2, "x0", day, quantity, exporter="b", movement="reexport", authorization="none")
    tables = one()
    return {**tables, "companies": [buyer("b"), *crowd(1)], "shipments": [line(1, "b", "2025-01-20"), on]}


def powered(megawatts: object) -> Tables:
    tables = one()
    lines = [line(1, "b", BOUGHT, 1000, site="p")]
    return {**tables, "shipments": lines, "sites": [{"id": "p", "operator": "b", "country": "MY", "it_mw": megawatts}]}


def sudden(incorporated: str = "2010-01-01", business: str = "textiles", last: str = "2025-06-29") -> Tables:
    tables = one(incorporated=incorporated, business=business)
    lines = [line(1, "b", "2025-05-01", 850), line(2, "b", last, 850), line(3, "b", "2025-01-20", 100)]
    return {**tables, "shipments": lines}


@pytest.mark.parametrize(
    ("name", "makes", "shows", "hides"),
    [
        ("young_company", lambda day: one(incorporated=day), "2024-06-01", "2024-05-31"),
        ("young_company", lambda day: one(incorporated=day), "2025-06-20", "2020-01-01"),
        ("dormant_revived", lambda day: one(reactivated=day), "2023-06-02", "2023-06-01"),
        ("dormant_revived", lambda day: one(reactivated=day), "2025-06-01", "2025-06-02"),
        ("dormant_revived", lambda day: one(last_filing=day), "2022-06-02", "2022-06-03"),
        ("tiny_company", lambda n: one(employees=n, capital_usd=1000), 8, 9),
        ("tiny_company", lambda n: one(employees=1, capital_usd=n), 86_000, 87_000),
        ("nominee_director", led, 30, 29),
        ("mass_registration_address", housed, 50, 49),
        ("circular_ownership", ring, 25, "24.9"),
        ("circular_ownership", ring, "0-25", "<25"),
        ("deep_chain", lambda steps: chain(steps, 2), 4, 3),
        ("deep_chain", lambda secret: chain(5, secret), 2, 1),
        ("deep_chain", lambda percent: chain(5, 2, percent), "20-25", "20-24"),
        ("missing_beneficial_owner", lambda n: owned(("o", n), ("", 40)), 50, 51),
        ("missing_beneficial_owner", lambda n: owned(("h", n)), 100, "o"),
        ("restructuring", sold, "2025-03-03", "2025-03-02"),
        ("restructuring", lambda n: sold("2025-05-20", n), 25, 24),
        ("restructuring", lambda day: sold("2025-05-20", 100, day), "2025-04-19", "2025-04-20"),
        ("pass_through", lambda n: passed(n, "2025-05-20"), 800, 799),
        ("pass_through", lambda day: passed(1600, day), "2025-05-20", "2025-05-21"),
        ("pass_through", lambda day: passed(1600, day), "2025-01-20", "2025-01-19"),
        ("forwarder_consignee", lambda word: one(activity=word), "forwarder", "cloud"),
        ("forwarder_consignee", lambda word: one(business=word), "air freight", "air taxis"),
        ("sudden_buyer", lambda day: sudden(last=day), "2025-06-29", "2025-06-30"),
        ("sudden_buyer", lambda day: sudden(incorporated=day), "2020-05-02", "2020-05-03"),
        ("sudden_buyer", lambda word: sudden(business=word), "real estate", "cloud computing"),
    ],
)  # fmt: skip
def test_a_sign_is_shown_on_one_side_of_its_threshold(
    name: str, makes: Callable[[Any], Tables], shows: Any, hides: Any
) -> None:
    if hides == "o":
        assert set(shown(name, owned(("o", 100)))) == set()
        assert set(shown(name, owned(("q", 100)))) == set()
    else:
        assert set(shown(name, makes(hides))) == set()
    assert set(shown(name, makes(shows))) == {"b"}


def test_a_site_has_the_power_for_what_was_sent_or_not() -> None:
    needs = view(powered(1)).bought.watts.tolist()[0]

    assert needs > 1_000 * 700
    assert set(shown("site_without_power", powered(f"{needs / 10**6:.6f}"))) == set()
    assert set(shown("site_without_power", powered(f"{(needs - 1) / 10**6:.6f}"))) == {"b"}
    assert set(shown("site_without_power", powered(""))) == set()


def test_a_change_of_owners_is_near_a_refusal_or_a_listing_of_who_goes() -> None:
    later = sold("2025-11-01")
    assert shown("restructuring", later) == {}

    refused = {**later, "shipments": [*later["shipments"], line(2, "b", "2025-09-15", status="refused")]}
    assert "after it was refused" in shown("restructuring", refused)["b"].told
    listed = {**later, "listings": [{"party": "x0", "list": "EntityList", "from": "2025-12-15"}]}
    assert "from the listing of its owner x0" in shown("restructuring", listed)["b"].told
    other = {**later, "listings": [{"party": "o", "list": "EntityList", "from": "2025-12-15"}]}
    assert shown("restructuring", other) == {}


def test_a_small_buyer_shows_nothing() -> None:
    tables = one(incorporated="2025-05-01", activity="forwarder")
    tables["shipments"][0]["quantity"] = 424  # 6,709,376 TPP of 26,900,000, under a quarter

    assert shown("young_company", tables) == shown("forwarder_consignee", tables) == {}
    tables["shipments"][0]["quantity"] = 425
    assert set(shown("young_company", tables)) == {"b"}


def among_strangers(tables: Tables) -> Tables:
    """The same with sixty honest large buyers."""
    each = range(60)
    more: Tables = {
        "companies": [buyer(f"h{n}", incorporated="2000-01-01", business="cloud computing") for n in each],
        "people": [{"id": f"p{n}"} for n in each],
        "stakes": [{"owner": f"p{n}", "owned": f"h{n}", "percent": 100} for n in each],
        "shipments": [line(f"h{n}", f"h{n}", f"2025-0{n % 9 + 1}-{n % 28 + 1:02}", 500) for n in each],
    }
    return {name: [*tables.get(name, []), *more.get(name, [])] for name in {**tables, **more}}


def test_one_common_sign_is_not_enough_and_several_are() -> None:
    young = {"incorporated": "2025-05-01"}
    tiny = {"employees": 1, "capital_usd": 1000}
    told = {}
    for name, more in (("young", young), ("both", {**young, **tiny, "activity": "forwarder"})):
        told[name] = found(among_strangers(one(**more)))

    assert told["young"] == []
    (group,) = told["both"]
    assert (group["members"], group["outcome"]) == (["b"], "review")
    assert group["orders"] == ["s1"]
    assert {"young_company", "order_out_of_scale", "kyc_09_forwarder_as_destination"} == set(group["flags"])
    assert sum(float(part["bits"]) for part in group["evidence"]) == pytest.approx(float(group["score"]), abs=0.002)
    assert "31 days after it was incorporated" in group["message"]


def test_a_sign_is_worth_less_where_it_is_common() -> None:
    tables = one(incorporated="2025-05-01")
    few = weigh.weigh_signs(view(tables))
    tables["companies"] += [buyer(f"y{n}", incorporated="2025-05-01") for n in range(60)]
    tables["shipments"] += [line(f"y{n}", f"y{n}", BOUGHT, 500) for n in range(60)]
    many = weigh.weigh_signs(view(tables))

    bits = [[one.bits for one in some[0] if one.name == "young_company"] for some in (few, many)]
    assert bits[0] > bits[1]


def test_buyers_of_one_circle_are_one_group() -> None:
    tables = ring(80)
    tables["shipments"].append(line(2, "x0", "2025-07-01", 800))
    groups = [group for group in found(among_strangers(tables)) if group["pattern"] == "circular_ownership"]

    assert [group["members"] for group in groups] == [["b", "x0"]]
    assert {(link["a"], link["b"]) for link in groups[0]["links"]} == {("b", "x0"), ("x0", "x1"), ("x1", "b")}


def test_signs_of_one_family_count_half_beside_the_strongest() -> None:
    looked = view(one())
    signs = [
        weigh.WeighedSign(name, Sign(0, ""), bits)
        for name, bits in (("young_company", 3000), ("dormant_revived", 1000))
    ]
    apart = [
        weigh.WeighedSign(name, Sign(0, ""), bits) for name, bits in (("young_company", 3000), ("tiny_company", 1000))
    ]
    odds = weigh.score(looked, [])

    assert odds == -5644
    assert weigh.score(looked, signs) - odds == 3500
    assert weigh.score(looked, apart) - odds == 4000
