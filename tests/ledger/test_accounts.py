"""Which accounts an order touches, what is on record there and what it takes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from compliance import Screener, load_world
from compliance.decisions.accounts.account import Claim
from compliance.decisions.accounts.touched import Lines, find_claims, on_record, touched_each
from compliance.decisions.setup import catalogue_of
from tests.packs import line, pack_of

LPP = "us_ai_diffusion/lpp_yearly_limit/{}/2026"
H100 = 15_824_000
"""Thousandths of TPP of one."""


def screener(folder: Path, packs: Any, as_of: str = "2026-06-30", posture: str = "both", **tables: Any) -> Screener:
    """A Screener of a world of these tables."""
    (folder / "world.yaml").write_text(yaml.safe_dump(tables), encoding="utf-8")
    return Screener(load_world(folder / "world.yaml"), packs, date.fromisoformat(as_of), posture)


def family(**more: Any) -> dict[str, Any]:
    """Acme, its subsidiary and a stranger, all in Malaysia."""
    return {
        "companies": [{"id": name, "headquarters": "MY"} for name in ("acme", "sub", "other")],
        "stakes": [{"owner": "acme", "owned": "sub", "percent": "60"}],
        **more,
    }


def claims(found: Any) -> dict[str, Claim]:
    return {claim.name: claim for claim in found.claims}


def test_a_limit_that_nothing_violates_is_an_account_of_the_ultimate_parent(tmp_path: Path) -> None:
    world = family(shipments=[line("s1", "sub", "MY", 100, "2026-02-01", authorization="LPP")])
    asked = screener(tmp_path, ["us_ai_diffusion"], **world)

    found = claims(find_claims(asked, line("o1", "acme", "MY", 8, "2026-06-01", authorization="LPP")))

    claim = found[LPP.format("acme")]
    assert (claim.capacity, claim.recorded, claim.taken) == (26_900_000_000, 100 * H100, 8 * H100)
    assert (claim.account.unit, claim.account.kind, claim.account.standing) == ("TPP", "company", "written")
    assert claim.account.said(claim.taken) == "126592"
    assert list(found) == [LPP.format("acme")]


def test_the_room_of_an_account_is_the_headroom(tmp_path: Path) -> None:
    world = family(shipments=[line("s1", "sub", "MY", 100, "2026-02-01", authorization="LPP")])
    asked = screener(tmp_path, ["us_ai_diffusion"], posture="as-written", **world)
    route = asked.headroom(chip="H100", consignee="sub", authorization="LPP").route
    order = line("o1", "sub", "MY", route.units or 0, "2026-06-30", authorization="LPP")

    claim = claims(find_claims(asked, order))[LPP.format("acme")]

    assert route.units == 1599
    room = claim.capacity - (claim.recorded or 0) - (claim.taken or 0)
    assert 0 <= room < H100


def test_each_year_and_each_country_has_an_account_of_its_own(tmp_path: Path) -> None:
    asked = screener(tmp_path, ["us_ai_diffusion"], **family())
    lines = [
        line("o1", "acme", "MY", 1, "2026-12-31", authorization="LPP"),
        line("o2", "acme", "MY", 2, "2027-01-01", authorization="LPP"),
        line("o3", "other", "SG", 3, "2026-12-31", authorization="license"),
    ]

    found = claims(find_claims(asked, lines))

    took = {name.partition("/")[2]: (claim.taken or 0) // H100 for name, claim in found.items()}
    assert took == {
        "country_allocation/SG/2025-01-01..2028-01-01": 3,
        "lpp_yearly_limit/acme/2026": 1,
        "lpp_yearly_limit/acme/2027": 2,
    }


def test_where_the_parent_is_not_determined_each_candidate_has_the_line(tmp_path: Path) -> None:
    world = family(stakes=[{"owner": o, "owned": "sub", "percent": "50"} for o in ("acme", "other")])
    asked = screener(tmp_path, ["us_ai_diffusion"], **world)

    found = claims(find_claims(asked, line("o1", "sub", "MY", 8, "2026-06-01", authorization="LPP")))

    assert {name: claim.taken for name, claim in found.items()} == {
        LPP.format(who): 8 * H100 for who in ("acme", "other", "sub")
    }


def test_what_is_not_known_takes_all_that_there_may_be(tmp_path: Path) -> None:
    chips = [{"name": "Mystery", "data_center": "true"}]
    asked = screener(tmp_path, ["us_ai_diffusion"], **family(chips=chips))

    order = {**line("o1", "acme", "MY", 8, "2026-06-01", authorization="LPP"), "chip": "Mystery"}

    assert claims(find_claims(asked, order))[LPP.format("acme")].taken is None


def test_orders_of_one_purchase_count_together(tmp_path: Path) -> None:
    asked = screener(tmp_path, ["diffusion_headline"], **family())
    cap = "diffusion_headline/country_cap/MY/2025-01-13..2029-01-13"
    first = line("o1", "acme", "MY", 1000, "2026-06-01", purchase="p")
    second = line("o2", "acme", "MY", 800, "2026-06-01", purchase="p")

    alone = claims(find_claims(asked, second))
    beside = claims(find_claims(asked, second, beside=[first]))

    assert cap not in alone
    assert beside[cap].taken == 1800
    assert beside["diffusion_headline/small_purchase_exemption/p"].taken == 800


def test_an_order_takes_what_it_adds_though_one_beside_it_touches_another_account(tmp_path: Path) -> None:
    record = [line("s1", "acme", "MY", 30_000, "2026-01-01", authorization="license")]
    asked = screener(tmp_path, ["diffusion_headline"], **family(shipments=record))
    other = line("o1", "acme", "SG", 2000, "2026-06-01", purchase="p")

    found = claims(find_claims(asked, line("o2", "acme", "MY", 800, "2026-06-01", purchase="p"), beside=[other]))

    claim = found["diffusion_headline/country_cap/MY/2025-01-13..2029-01-13"]
    assert (claim.recorded, claim.taken) == (30_000, 800)


@pytest.mark.parametrize(
    ("quantity", "more", "taken"),
    [
        (100, {}, None),
        (101, {}, 101),
        (100, {"consignee": "other", "authorization": "LPP"}, 100),
        (9, {"to_country": "SG"}, 9),
    ],
)
def test_a_line_that_is_more_than_what_it_replaces_takes_all_of_it(
    tmp_path: Path, quantity: int, more: dict[str, str], taken: int | None
) -> None:
    shipped = line("s1", "sub", "MY", 100, "2026-02-01", authorization="LPP")
    asked = screener(tmp_path, ["us_ai_diffusion"], **family(shipments=[shipped]))
    order = {**line("o1", "sub", "MY", quantity, "2026-06-01", authorization="LPP", replaces="s1"), **more}

    found = {claim.account.holder: claim.taken for claim in find_claims(asked, order).claims}

    holder = "other" if "consignee" in more else "acme"
    assert found == ({} if taken is None else {holder: taken * H100})


def test_orders_asked_about_together_take_what_each_takes_alone(tmp_path: Path) -> None:
    asked = screener(tmp_path, ["diffusion_headline", "us_ai_diffusion"], **family())
    first = line("o1", "acme", "MY", 1000, "2026-06-01", purchase="p", authorization="LPP")
    orders = {
        "purchase": ([line("o2", "acme", "MY", 800, "2026-06-01", purchase="p", authorization="LPP")], [first]),
        "same id": ([line("o1", "other", "SG", 5, "2026-06-01", authorization="license")], []),
        "later": ([line("o4", "sub", "MY", 7, "2027-02-01", authorization="LPP")], []),
        "replaced": (
            [line("o5", "sub", "MY", 9, "2026-06-02"), line("o6", "sub", "MY", 9, "2026-06-03", replaces="o5")],
            [],
        ),
    }
    world = asked.world
    read = {name: Lines.read(world, catalogue_of(world), *one) for name, one in orders.items()}

    together = touched_each(asked, read)

    assert together == {name: find_claims(asked, own, beside=beside) for name, (own, beside) in orders.items()}
    assert all(found.claims for found in together.values())


def test_a_line_that_does_not_claim_an_exemption_is_counted_and_not_refused_by_it(tmp_path: Path) -> None:
    asked = screener(tmp_path, ["diffusion_headline"], **family())
    name = "diffusion_headline/small_purchase_exemption/o1"

    plain = claims(find_claims(asked, line("o1", "acme", "MY", 8, "2026-06-01", authorization="license")))[name]
    claimed = claims(find_claims(asked, line("o1", "acme", "MY", 8, "2026-06-01", authorization="LPP")))[name]

    assert (plain.taken, plain.binds) == (8, False)
    assert (claimed.taken, claimed.binds) == (8, True)


def test_a_pack_that_is_no_law_binds_only_where_it_is_named(tmp_path: Path) -> None:
    order = line("o1", "acme", "MY", 2000, "2026-06-01", authorization="none")
    by_default = claims(find_claims(screener(tmp_path, None, **family()), order))
    cap = "diffusion_headline/country_cap/MY/2025-01-13..2029-01-13"

    assert not by_default[cap].binds
    assert by_default["us_ai_diffusion/country_allocation/MY/2025-01-01..2028-01-01"].binds
    enforced = find_claims(screener(tmp_path, None, **family()), order, binding=["enforced"])
    assert not any(claim.binds for claim in enforced.claims)


def test_a_limit_of_a_total_is_in_force_by_the_day_asked_about_too(tmp_path: Path) -> None:
    asked = screener(tmp_path, ["diffusion_headline"], **family())
    early = line("o1", "acme", "MY", 1701, "2025-01-12", authorization="LPP")

    # the line lies before the rule, and the purchase is judged on the day of the question
    assert claims(find_claims(asked, early))["diffusion_headline/small_purchase_exemption/o1"].taken == 1701


def test_a_limit_that_is_a_ratio_is_no_account_and_is_told(tmp_path: Path) -> None:
    asked = screener(tmp_path, ["diffusion_headline"], **family())

    found = find_claims(asked, line("o1", "acme", "MY", 2000, "2026-06-01", operator="acme"))

    assert found.no_accounts == (
        "`diffusion_headline/capacity_abroad` keeps no account: it is a ratio; the screening tells of it",
    )


@pytest.fixture
def window(tmp_path: Path) -> Any:
    """A pack with a limit over any 365 days, and one that is reached at its number."""
    return pack_of(
        tmp_path,
        definitions="""
        measures:
          of_days: {text: units, unit: units, of: lines, sum: quantity, by: {id: consignee}, rolling_days: "365"}
          of_year: {text: units, unit: units, of: lines, sum: quantity, by: {id: consignee, period: year}}
          parties: {text: countries, unit: parties, of: lines, count: to_country, by: {id: consignee}}
        """,
        any_days="""
        id: any_days
        title: At most 100 in any 365 days
        topic: small_order
        citation: a test
        confidence: design
        of: of_days
        subject: {kind: company}
        when: {over: {measure: {gt: 100}}}
        then: {outcome: violation, message: "{subject} {measure}"}
        """,
        year="""
        id: year
        title: Fewer than 100 in a year
        topic: small_order
        citation: a test
        confidence: design
        of: of_year
        subject: {kind: company}
        when: {over: {measure: {ge: 100}}}
        then: {outcome: license_required, message: "{subject} {measure}"}
        """,
        places="""
        id: places
        title: At most three countries
        topic: small_order
        citation: a test
        confidence: design
        of: parties
        subject: {kind: company}
        when: {over: {measure: {gt: 3}}}
        then: {outcome: license_required, message: "{subject} {measure}"}
        """,
    )


def test_a_limit_over_any_days_has_one_account_a_holder_that_never_oversells(tmp_path: Path, window: Any) -> None:
    shipments = [line("s1", "acme", "MY", 60, "2024-06-01"), line("s2", "acme", "MY", 30, "2026-01-01")]
    asked = screener(tmp_path, [window], **family(shipments=shipments))

    found = claims(find_claims(asked, line("o1", "acme", "MY", 20, "2026-06-01")))["own/any_days/acme/365-days"]

    # the fullest window on record is that of 2024; the order falls in another, and takes all that it is
    assert (found.capacity, found.recorded, found.taken) == (100, 60, 20)


def test_a_limit_that_is_reached_at_its_number_lets_one_less_through(tmp_path: Path, window: Any) -> None:
    found = find_claims(screener(tmp_path, [window], **family()), line("o1", "acme", "MY", 20, "2026-06-01"))

    assert claims(found)["own/year/acme/2026"].capacity == 99
    assert found.no_accounts == (
        "`own/places` keeps no account: what it counts does not add up; the screening tells of it",
    )


def test_what_is_on_record_is_told_of_accounts_by_name(tmp_path: Path, window: Any) -> None:
    asked = screener(tmp_path, [window], **family(shipments=[line("s1", "acme", "MY", 60, "2026-06-01")]))
    names = ["own/year/acme/2026", "own/any_days/acme/365-days", "own/year/acme/2027"]

    found = on_record(asked, names)

    assert {name: (claim.capacity, claim.recorded, claim.taken) for name, claim in found.items()} == {
        "own/year/acme/2026": (99, 60, 0),
        "own/any_days/acme/365-days": (100, 60, 0),
    }


def test_a_slash_in_a_name_does_not_part_it(tmp_path: Path, window: Any) -> None:
    world = {"companies": [{"id": "a/b", "headquarters": "MY"}]}

    found = find_claims(screener(tmp_path, [window], **world), line("o1", "a/b", "MY", 20, "2026-06-01"))

    assert "own/year/a%2Fb/2026" in claims(found)
