"""Headroom: computed at the edge, proven on both sides of it, with the rule that binds and the next one."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.decisions.headroom.breakpoints import steps_to_crossing
from compliance.decisions.world_headroom import headroom
from compliance.errors import UsageError
from compliance.rulebook.packs import load_packs
from compliance.world.world import World
from tests.packs import line, on, world

HEADLINE, DIFFUSION = load_packs(["diffusion_headline", "us_ai_diffusion"])


def units(tables: World, authorization: str, *packs: object, chip: str = "H100") -> tuple[object, object, object]:
    found = headroom(
        tables, chip=chip, consignee="c", country="MY", authorization=authorization,
        packs=packs, as_of=on("2025-12-31"), posture="as-written",
    )  # type: ignore[arg-type]  # fmt: skip
    (route,) = found["routes"]
    return route["units"], (route["binding"] or {}).get("rule"), (route["next"] or {}).get("rule")


def malaysian(*shipments: dict[str, str], **tables: list[dict[str, str]]) -> World:
    return world(companies=[{"id": "c", "headquarters": "MY"}], shipments=list(shipments), **tables)


def test_the_small_order_exemption_leaves_1700_and_then_the_country_cap_binds() -> None:
    assert units(malaysian(), "LPP", HEADLINE) == (1700, "small_purchase_exemption", "country_cap")


def test_a_purchase_that_does_not_count_hides_nothing_of_the_cap() -> None:
    almost = malaysian(line("s", "c", "MY", 49_000, authorization="license"))

    # up to 1,700 nothing counts, and 1,701 at once pass the cap
    assert units(almost, "license", HEADLINE) == (1700, "country_cap", None)


def test_lpp_leaves_1699_h100_then_seven_l4_then_none() -> None:
    assert units(malaysian(), "LPP", DIFFUSION)[:2] == (1699, "lpp_yearly_limit")
    filled = malaysian(line("s", "c", "MY", 1699, authorization="LPP"))
    assert units(filled, "LPP", DIFFUSION, chip="L4")[:2] == (7, "lpp_yearly_limit")
    assert units(filled, "LPP", DIFFUSION)[0] == 0


def test_papers_that_fall_due_are_no_limit() -> None:
    found = headroom(
        malaysian(), chip="H100", consignee="c", country="MY", authorization="LPP",
        packs=[DIFFUSION], as_of=on("2025-12-31"), posture="as-written", fail_on="review",
    )  # fmt: skip

    (route,) = found["routes"]  # the certification is due for one unit, the notice from the 203rd
    assert (route["units"], route["binding"]["rule"]) == (1699, "lpp_yearly_limit")
    assert any("certifications, notices and reports" in said for said in found["assumptions"])


def test_a_license_that_is_not_on_record_binds_at_once_and_the_allocation_next() -> None:
    found = headroom(
        malaysian(), chip="H100", consignee="c", country="MY", authorization="license",
        packs=[DIFFUSION], as_of=on("2025-12-31"), posture="as-written", fail_on="review",
    )  # fmt: skip

    (route,) = found["routes"]
    assert (route["units"], route["binding"]["rule"]) == (0, "worldwide_license")
    assert (route["next"]["units"], route["next"]["rule"]) == (49_924, "country_allocation")


@pytest.mark.parametrize(
    ("licensed", "arranged", "room", "certainty", "limit"),
    [
        (49_914, False, 10, "definite", "790000000"),
        (49_914, True, 10, "possible", "790000000"),
        (49_925, False, 0, "definite", "790000000"),
        (49_925, True, 0, "possible", "790000000"),
        (99_849, True, 0, "definite", "1580000000"),
    ],
)
def test_what_is_left_of_an_allocation_by_licensed_lines_and_an_arrangement(
    licensed: int, arranged: bool, room: int, certainty: str, limit: str
) -> None:
    arrangement = [{"country": "MY", "kind": "government_to_government"}] if arranged else []
    tables = malaysian(
        line("s", "c", "MY", licensed, authorization="license"),
        line("unlicensed", "c", "MY", 30_000, authorization="none"),
        arrangements=arrangement,
    )
    (route,) = headroom(
        tables, chip="H100", consignee="c", country="MY", authorization="license",
        packs=[DIFFUSION], as_of=on("2025-12-31"), posture="as-written", fail_on="review",
    )["routes"]  # fmt: skip

    told = next(one for one in (route["binding"], route["next"]) if one["rule"] == "country_allocation")
    assert (told["units"], told["certainty"], told["limit"]) == (room, certainty, limit)


@pytest.mark.parametrize(("home", "units_there"), [("0", 0), ("930", 50_000), ("93", 5000)])
def test_an_operator_s_room_abroad_grows_with_its_capacity_at_home(home: str, units_there: int) -> None:
    tables = world(
        companies=[{"id": "op", "headquarters": "US"}],
        sites=[{"id": "us", "operator": "op", "country": "US", "it_mw": home}],
    )

    found = headroom(
        tables,
        chip="H100",
        operator="op",
        country="MY",
        authorization="license",
        packs=[HEADLINE],
        as_of=on("2025-12-31"),
    )

    (route,) = found["routes"]
    assert route["units"] == units_there
    assert route["megawatts"] == {0: "0", 50_000: "70", 5000: "7"}[units_there]


def test_nothing_binds_in_an_allied_country() -> None:
    tables = world(companies=[{"id": "c", "headquarters": "DE"}])
    found = headroom(tables, chip="H100", consignee="c", authorization="none", packs=[HEADLINE], as_of=on("2025-12-31"))

    assert [(r["units"], r["binding"], r["next"]) for r in found["routes"]] == [(None, None, None)]


def test_a_party_that_nobody_knows_gets_a_near_name() -> None:
    with pytest.raises(UsageError, match="no party `cc` in this world"):
        headroom(malaysian(), chip="H100", consignee="cc", packs=[HEADLINE], as_of=on("2025-12-31"))


@pytest.mark.parametrize(
    ("op", "value", "slope", "count"),
    [
        ("gt", 0, 1, 1), ("gt", -10, 3, 4), ("gt", -9, 3, 4), ("gt", 5, -2, 3), ("gt", 1, 1, None), ("gt", -1, 0, None),
        ("ge", -9, 3, 3), ("ge", 0, -1, 1), ("ge", 4, -2, 3), ("lt", -1, 1, 1), ("lt", 3, -3, 2), ("le", 0, 5, 1),
    ],
)  # fmt: skip
def test_the_step_at_which_a_comparison_turns_is_the_first_such(
    op: str, value: int, slope: int, count: int | None
) -> None:
    answers = {"gt": lambda v: v > 0, "ge": lambda v: v >= 0, "lt": lambda v: v < 0, "le": lambda v: v <= 0}
    turned = [n for n in range(1, 50) if answers[op](value + n * slope) != answers[op](value)]

    assert steps_to_crossing(op, value, slope) == (turned[0] if turned else None) == count


def test_the_end_user_is_the_consignee_unless_another_is_named_and_the_answer_says_which() -> None:
    tables = world(companies=[{"id": "c", "headquarters": "MY"}, {"id": "u", "headquarters": "CN"}])
    asked = {"chip": "H100", "consignee": "c", "authorization": "LPP", "packs": [HEADLINE], "as_of": on("2025-12-31")}
    own, others = headroom(tables, **asked), headroom(tables, **asked, end_user="u", exporter="c")  # type: ignore[arg-type]

    assert [found["routes"][0]["units"] for found in (own, others)] == [1700, 0]
    assert others["routes"][0]["binding"]["rule"] == "barred_party"
    assert own["assumptions"] == [
        "the order is one export from US to MY on 2025-12-31",
        "the end user is `c`, the consignee, as no other is named",
        "no exporter is named",
        "what gives less than `license_required` does not bind",
    ]
    assert others["assumptions"][1:3] == ["the end user is `u`", "the exporter is `c`"]


def test_an_unknown_end_user_has_a_near_name_and_none_is_asked_of_a_table() -> None:
    tables = world(companies=[{"id": "consignee", "headquarters": "MY"}])
    with pytest.raises(UsageError, match=r"no party `consigne` in this world\. Did you mean `consignee`\?"):
        headroom(tables, chip="H100", consignee="consignee", end_user="consigne", as_of=on("2025-12-31"))
    with pytest.raises(UsageError, match="for a consignee or an operator"):
        headroom(tables, chip="H100", country="MY", end_user="consignee", as_of=on("2025-12-31"))


def first(**asked: Any) -> dict[str, Any]:
    """The route `license` for one consignee in Malaysia, of whose allocation 49,914 H100 are used."""
    tables = malaysian(line("s", "c", "MY", 49_914, authorization="license"))
    told = {"chip": "H100", "consignee": "c", "country": "MY", "authorization": "license", "as_of": on("2026-11-20")}
    (route,) = headroom(tables, packs=[HEADLINE, DIFFUSION], **told, **asked)["routes"]
    return route  # type: ignore[no-any-return]


def test_the_route_license_says_that_one_is_needed_and_what_is_left_of_the_allocation() -> None:
    route = first(posture="as-written", named=["us_ai_diffusion"])

    assert (route["units"], route["reading"], route["binding"]["rule"]) == (0, "limited", "worldwide_license")
    assert [(need["rule"], need["standing"]) for need in route["one_unit"]["needs"]] == [
        ("worldwide_license", "written")
    ]
    (left,) = [one for one in route["left"] if one["topic"] == "country_allocation" and one["standing"] == "written"]
    assert (left["holder"], left["limit"], left["used"]) == ("MY", "790000000", "789839136")
    assert (left["left"], left["units"], left["counted"]) == ("160864", 10, True)


def test_what_is_left_is_of_limits_too_to_which_only_a_large_order_counts() -> None:
    """A single unit is a small purchase that does not count to the cap; the cap is what binds."""
    told = {"chip": "H100", "consignee": "c", "country": "MY", "authorization": "none", "as_of": on("2026-11-20")}
    (route,) = headroom(malaysian(line("s", "c", "MY", 48_000)), packs=[HEADLINE], **told)["routes"]

    left = {one["rule"]: (one["left"], one["units"]) for one in route["left"]}
    assert route["units"] == 2_000
    assert left == {"country_cap": ("2000", 2_000), "small_purchase_exemption": ("1700", 1_700)}


def test_what_one_unit_comes_to_has_its_reasons() -> None:
    """A review, or a rule left open, needs no license and stands among the reasons all the same."""
    told = {"chip": "H100", "consignee": "c", "country": "MY", "authorization": "none", "as_of": on("2026-11-20")}
    packs = load_packs(["diversion_red_flags", "us_chips_enforced"])
    (route,) = headroom(malaysian(line("s", "c", "MY", 10)), packs=packs, **told)["routes"]

    unit = route["one_unit"]
    assert unit["enforced"] == "unknown"
    assert {(one["standing"], one["decision"]) for one in unit["because"]} >= {("enforced", "unknown")}
    assert all(one["rule"] for one in unit["because"])


def test_where_the_allocation_cannot_count_no_number_is_told_and_what_is_left_stands_beside() -> None:
    route = first(posture="both", named=[])

    assert (route["units"], route["reading"]) == (None, "not_counted")
    assert route["one_unit"]["written"] == "license_required"
    (left,) = [one for one in route["left"] if one["topic"] == "country_allocation" and one["standing"] == "written"]
    assert (left["units"], left["counted"]) == (10, False)
