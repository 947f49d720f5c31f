"""Worked examples of the four capture tests of the packs."""

from __future__ import annotations

from typing import Any

import pytest

from .packs import ask, companies, stake

SDN = [{"party": "x", "list": "SDN", "program": "SDGT"}, {"party": "y", "list": "SDN", "program": "IRAN"}]
DAY = "2025-10-15"
VOTES = {"interest": "votes"}


def ofac(*stakes: dict[str, object], **more: Any) -> dict[str, Any]:
    there = companies("x", "y", "n", "m", "a", "b", "c")
    more.setdefault("listings", SDN)
    return ask("ofac", DAY, companies=there, stakes=stakes, **more)


def uk(*stakes: dict[str, object], **more: Any) -> dict[str, Any]:
    listings = [{"party": party, "list": "UK"} for party in ("x", "y")]
    there = companies("x", "y", "n", "m", "a", "b", "c")
    return ask("uk", DAY, companies=there, stakes=stakes, listings=listings, **more)


def bis(*stakes: dict[str, object], **more: Any) -> dict[str, Any]:
    there = [
        *companies("x", "y", "n", "b", country="CN"),
        {"id": "a", "jurisdiction": "US", "headquarters": "CN"},
        {"id": "c", "headquarters": "US"},
        {"id": "d", "jurisdiction": "KY", "headquarters": "US"},
    ]
    more.setdefault("listings", [{"party": "x", "list": "EntityList"}])
    return ask("bis", DAY, companies=there, stakes=stakes, **more)


# ---- the cascade [OFAC FAQ 401]


def test_two_captured_halves_of_25_make_50() -> None:
    got = ofac(stake("x", "a", 50), stake("x", "b", 50), stake("a", "c", 25), stake("b", "c", 25))

    assert (got["c"]["verdict"], got["c"]["low"], got["c"]["high"]) == ("captured", "50", "50")


def test_a_quarter_of_a_company_under_half_counts_for_nothing() -> None:
    got = ofac(stake("x", "a", 50), stake("x", "b", 25), stake("a", "c", 25), stake("b", "c", 25))

    assert (got["c"]["verdict"], got["c"]["low"]) == ("not_captured", "25")


def test_rows_of_one_owner_add_up() -> None:
    got = ofac(stake("x", "a", 20), stake("x", "a", "10-20"), stake("x", "a", 10))

    assert (got["a"]["verdict"], got["a"]["low"], got["a"]["high"]) == ("undetermined", "40", "50")


def test_a_listed_party_is_captured_by_its_listing() -> None:
    got = ofac(stake("n", "x", 100))

    assert (got["x"]["verdict"], got["x"]["limb"], got["x"]["path"]) == ("captured", "listed", [])


def test_a_listing_ends_on_its_last_day() -> None:
    for to, verdict in (("2025-10-15", "not_captured"), ("2025-10-16", "captured")):
        ended = [{"party": "x", "list": "SDN", "from": "2020-01-01", "to": to}]
        assert ofac(stake("x", "a", 50), listings=ended)["a"]["verdict"] == verdict


def test_the_path_goes_from_the_listed_party_through_captured_ones() -> None:
    got = ofac(stake("x", "a", 50), stake("a", "b", 30), stake("y", "b", 20), stake("n", "b", 50))

    assert got["b"]["path"] == [
        {"owner": "x", "owned": "a", "percent": "50"},
        {"owner": "a", "owned": "b", "percent": "30"},
        {"owner": "y", "owned": "b", "percent": "20"},
    ]


# ---- ranges, open ends, who is not identified


def test_all_who_reach_the_bar_together_are_named_with_their_shares() -> None:
    got = ofac(stake("x", "b", 25), stake("y", "b", 25), stake("n", "b", 50))
    assert got["b"]["path"] == [
        {"owner": "x", "owned": "b", "percent": "25"},
        {"owner": "y", "owned": "b", "percent": "25"},
    ]
    through = ofac(
        stake("x", "a", 60), stake("y", "c", 40), stake("x", "c", 20), stake("a", "b", 25), stake("c", "b", 30)
    )
    assert [(s["owner"], s["owned"], s["percent"]) for s in through["b"]["path"]] == [
        ("y", "c", "40"),
        ("x", "c", "20"),
        ("x", "a", "60"),
        ("c", "b", "30"),
        ("a", "b", "25"),
    ]


def test_one_who_reaches_the_bar_alone_is_named_alone() -> None:
    assert ofac(stake("x", "b", 51), stake("y", "b", 25))["b"]["path"] == [
        {"owner": "x", "owned": "b", "percent": "51"}
    ]


def test_what_others_surely_hold_limits_a_range() -> None:
    got = ofac(stake("x", "a", "unknown"), stake("n", "a", ">25-60"))

    assert (got["a"]["high"], got["a"]["high_open"]) == ("75", True)


def test_a_range_under_an_exclusive_threshold_is_decided_by_its_open_end() -> None:
    assert uk(stake("x", "a", "50-60"))["a"]["verdict"] == "undetermined"
    assert uk(stake("x", "a", ">50-60"))["a"]["verdict"] == "captured"
    assert uk(stake("x", "a", "40-50"))["a"]["verdict"] == "not_captured"


def test_a_holder_that_is_not_identified_counts_with_a_listed_one() -> None:
    got = ofac(stake("x", "a", 30), stake("", "a", "10-25"), stake("n", "a", 40))

    assert (got["a"]["verdict"], got["a"]["low"], got["a"]["high"]) == ("undetermined", "30", "55")


def test_an_empty_percentage_is_not_known() -> None:
    got = ofac({"owner": "x", "owned": "a", "percent": ""})

    assert (got["a"]["verdict"], got["a"]["low"], got["a"]["high"]) == ("undetermined", "0", "100")


def test_possibly_captured_owners_pass_on_only_to_the_highest_completion() -> None:
    got = ofac(stake("x", "a", "40-60"), stake("a", "b", 70))

    assert (got["b"]["verdict"], got["b"]["low"], got["b"]["high"]) == ("undetermined", "0", "70")


@pytest.mark.parametrize(
    ("undisclosed", "verdicts"),
    [
        ("closed", ("not_captured", "not_captured", "not_captured")),
        ("red_flag", ("undetermined", "not_captured", "not_captured")),
        ("open", ("undetermined", "undetermined", "not_captured")),
    ],
)
def test_an_undisclosed_rest_is_read_as_asked(undisclosed: str, verdicts: tuple[str, ...]) -> None:
    people = [{"id": "p"}]
    stakes = [stake("x", "a", 10), stake("p", "b", 10), stake("x", "c", 10), stake("p", "c", 60)]
    got = ofac(*stakes, people=people, undisclosed=undisclosed)

    assert tuple(got[name]["verdict"] for name in "abc") == verdicts


def test_an_undisclosed_rest_is_flagged_where_it_would_decide() -> None:
    got = ofac(stake("x", "a", 10), stake("x", "b", 10), stake("n", "b", 60), stake("n", "c", 10))

    assert "undisclosed_remainder" in got["a"]["flags"]
    assert "undisclosed_remainder" not in got["b"]["flags"]
    assert "undisclosed_remainder" not in got["c"]["flags"]


def test_over_100_percent_leaves_open_what_is_below_too() -> None:
    got = ofac(stake("x", "a", 60), stake("n", "a", 60), stake("a", "b", 60))

    assert got["a"]["verdict"] == got["b"]["verdict"] == "undetermined"
    assert "over_100_percent" in got["a"]["flags"]
    assert "over_100_percent" not in got["b"]["flags"]


def test_open_ends_alone_can_add_to_over_100_percent() -> None:
    got = ofac(*(stake(owner, "a", ">25") for owner in ("x", "y", "n", "m")))

    assert (got["a"]["verdict"], "over_100_percent" in got["a"]["flags"]) == ("undetermined", True)


def test_shares_over_100_percent_do_not_touch_votes() -> None:
    got = uk(stake("x", "a", 60), stake("n", "a", 60), stake("x", "a", 55, **VOTES), stake("n", "a", 45, **VOTES))

    assert (got["a"]["verdict"], got["a"]["low"]) == ("captured", "55")


def test_votes_over_100_percent_leave_open_only_what_votes_capture() -> None:
    stakes = stake("x", "a", 30), stake("x", "a", 60, **VOTES), stake("n", "a", 60, **VOTES)

    assert (ofac(*stakes)["a"]["verdict"], ofac(*stakes)["a"]["high"]) == ("not_captured", "30")
    assert "over_100_percent" not in ofac(*stakes)["a"]["flags"]
    assert uk(*stakes)["a"]["verdict"] == "undetermined"


# ---- votes without shares [OFAC FAQ 398]


@pytest.mark.parametrize(
    ("shares", "votes", "verdict", "low"),
    [
        ("25", "60", "not_captured", "25"),
        ("49.9", "100", "not_captured", "49.9"),
        ("50", "1", "captured", "50"),
        ("60", "25", "captured", "60"),
        ("25-50", "60", "undetermined", "25"),
        ("25", "unknown", "not_captured", "25"),
    ],
)
@pytest.mark.parametrize("ask_of", ["ofac", "bis"])
def test_shares_capture_and_votes_without_them_are_control(
    ask_of: str, shares: str, votes: str, verdict: str, low: str
) -> None:
    got = {"ofac": ofac, "bis": bis}[ask_of](stake("x", "b", shares), stake("x", "b", votes, **VOTES))["b"]

    assert (got["verdict"], got["low"]) == (verdict, low)
    assert ("review_control" in got["flags"]) == (verdict != "captured")
    assert got["deciding_unknowns"] == ([{"owner": "x", "owned": "b", "settles": 1}] if "-" in shares else [])


@pytest.mark.parametrize("ask_of", ["ofac", "bis"])
def test_votes_alone_capture_nothing_and_pass_nothing_on(ask_of: str) -> None:
    stakes = stake("x", "b", 100, **VOTES), stake("b", "d" if ask_of == "bis" else "c", 100)
    got = {"ofac": ofac, "bis": bis}[ask_of](*stakes)

    assert {got[name]["verdict"] for name in ("b", "d" if ask_of == "bis" else "c")} == {"not_captured"}
    assert {"listed_owner", "review_control"} <= set(got["b"]["flags"])


def test_in_europe_and_the_kingdom_votes_capture_as_shares_do() -> None:
    stakes = stake("x", "a", 25), stake("x", "a", 60, **VOTES)
    listed = [{"party": "x", "list": "EU"}]
    eu = ask("eu", DAY, companies=companies("x", "a"), stakes=list(stakes), listings=listed)

    assert uk(*stakes)["a"]["verdict"] == eu["a"]["verdict"] == "captured"
    assert uk(*stakes)["a"]["low"] == eu["a"]["low"] == "60"


# ---- circles


def test_a_circle_does_not_hold_itself_up() -> None:
    got = ofac(stake("x", "a", 45), stake("n", "a", 40), stake("b", "a", 15), stake("a", "b", 100))

    assert got["a"]["verdict"] == got["b"]["verdict"] == "not_captured"
    for name in "ab":
        assert {"circular_support", "ownership_cycle"} <= set(got[name]["flags"])
    assert "circular_support" not in got["n"]["flags"]


def test_treasury_shares_are_a_circle() -> None:
    got = ofac(stake("x", "a", 45), stake("a", "a", 10))

    assert got["a"]["verdict"] == "not_captured"
    assert {"circular_support", "ownership_cycle"} <= set(got["a"]["flags"])


def test_a_circle_that_no_listed_party_reaches_is_only_a_circle() -> None:
    got = ofac(stake("a", "b", 60), stake("b", "a", 60))

    assert got["a"]["flags"] == ["ownership_cycle"]


def test_a_circle_that_is_captured_needs_no_support() -> None:
    got = ofac(stake("x", "a", 50), stake("b", "a", 15), stake("a", "b", 100))

    assert (got["a"]["verdict"], got["a"]["low"]) == ("captured", "65")
    assert "circular_support" not in got["a"]["flags"]


# ---- United Kingdom: each alone, arrangements, control


def test_a_joint_arrangement_makes_two_persons_one() -> None:
    stakes = [stake("x", "a", 30), stake("y", "a", 30)]
    tie = {"party": "y", "other": "x", "kind": "joint_arrangement"}

    assert uk(*stakes)["a"]["verdict"] == "not_captured"
    got = uk(*stakes, ties=[tie])
    assert (got["a"]["verdict"], got["a"]["low"]) == ("captured", "60")
    assert uk(*stakes, ties=[{**tie, "to": "2025-10-15"}])["a"]["verdict"] == "not_captured"
    assert uk(*stakes, ties=[{**tie, "kind": "family"}])["a"]["verdict"] == "not_captured"


def test_shares_of_an_unlisted_party_to_the_arrangement_count_and_it_is_not_captured() -> None:
    tie = {"party": "x", "other": "n", "kind": "joint_arrangement"}
    got = uk(stake("x", "a", 30), stake("n", "a", 30), ties=[tie])

    assert (got["a"]["verdict"], got["n"]["verdict"]) == ("captured", "not_captured")


def test_one_persons_stakes_through_its_captured_companies_add_up() -> None:
    got = uk(stake("x", "a", 51), stake("x", "b", 20), stake("a", "b", 31), stake("y", "b", 49))

    assert (got["b"]["verdict"], got["b"]["low"], got["b"]["high"]) == ("captured", "51", "51")


def test_stakes_of_companies_of_different_persons_do_not_add_up() -> None:
    got = uk(stake("x", "a", 60), stake("y", "b", 60), stake("a", "c", 50), stake("b", "c", 50))

    assert (got["c"]["verdict"], got["c"]["low"], got["c"]["high"]) == ("not_captured", "50", "50")


def test_an_unidentified_holder_may_be_the_one_person() -> None:
    got = uk(stake("x", "a", 30), stake("", "a", 30), stake("y", "a", 5))

    assert (got["a"]["verdict"], got["a"]["low"], got["a"]["high"]) == ("undetermined", "30", "60")


def test_the_path_of_an_open_verdict_may_begin_with_who_is_not_identified() -> None:
    got = uk(stake("", "a", 60), stake("a", "b", 40), stake("x", "b", 20))

    assert (got["b"]["verdict"], got["b"]["high"]) == ("undetermined", "60")
    assert got["b"]["path"] == [
        {"owner": "", "owned": "a", "percent": "60"},
        {"owner": "a", "owned": "b", "percent": "40"},
        {"owner": "x", "owned": "b", "percent": "20"},
    ]


def test_companies_that_control_each_other_do_not_hold_themselves_up() -> None:
    controls = [{"controller": one, "company": other, "means": "wishes"} for one, other in ("ab", "ba")]
    got = uk(stake("x", "a", 10), controls=controls)

    for name in "ab":
        assert (got[name]["verdict"], "circular_support" in got[name]["flags"]) == ("not_captured", True)


def test_control_captures_and_passes_on() -> None:
    controls = [{"controller": "x", "company": "a", "means": "board_majority"}]
    got = uk(stake("a", "b", 60), controls=controls)

    assert [got[name]["limb"] for name in "ab"] == ["control", "ownership"]
    assert got["b"]["path"] == [
        {"owner": "x", "owned": "a", "percent": None},
        {"owner": "a", "owned": "b", "percent": "60"},
    ]


def test_a_board_seat_does_not_control() -> None:
    got = uk(controls=[{"controller": "x", "company": "a", "means": "board_seat"}])

    assert (got["a"]["verdict"], "review_control" in got["a"]["flags"]) == ("not_captured", True)


# ---- European Union


@pytest.mark.parametrize(("day", "verdict"), [("2024-07-02", "not_captured"), ("2024-07-03", "captured")])
def test_exactly_half_is_owned_since_3_july_2024(day: str, verdict: str) -> None:
    listings = [{"party": "x", "list": "EU"}]
    got = ask("eu", day, companies=companies("x", "a"), stakes=[stake("x", "a", 50)], listings=listings)

    assert got["a"]["verdict"] == verdict


def test_an_agreement_controls_in_the_union_and_not_in_the_kingdom() -> None:
    listings = [{"party": "x", "list": name} for name in ("EU", "UK")]
    controls = [{"controller": "x", "company": "a", "means": "agreement"}]
    there = {"companies": companies("x", "a"), "controls": controls, "listings": listings}

    assert ask("eu", DAY, **there)["a"]["limb"] == "control"
    assert ask("uk", DAY, **there)["a"]["verdict"] == "not_captured"


# ---- BIS


def test_an_american_company_in_between_passes_ownership_on() -> None:
    got = bis(stake("x", "a", 80), stake("a", "b", 50))

    assert (got["a"]["verdict"], got["b"]["verdict"], got["b"]["low"]) == ("not_captured", "captured", "50")
    assert "us_affiliate_of_listed_party" in got["a"]["flags"]
    assert "us_affiliate_of_listed_party" not in got["b"]["flags"]


def test_jurisdiction_comes_before_headquarters() -> None:
    got = bis(stake("x", "a", 60), stake("x", "c", 60), stake("x", "d", 60))

    assert [got[name]["verdict"] for name in "acd"] == ["not_captured", "not_captured", "captured"]


def test_a_program_that_is_not_known_leaves_the_listing_open() -> None:
    listings = [{"party": "x", "list": "SDN"}]
    got = bis(stake("x", "b", 60), listings=listings)

    assert got["x"]["verdict"] == got["b"]["verdict"] == "undetermined"
    assert {"owner": "x", "owned": "x", "settles": 2} in got["b"]["deciding_unknowns"]


def test_an_american_company_with_an_unknown_program_is_possibly_listed() -> None:
    got = bis(listings=[{"party": "c", "list": "SDN"}])

    assert (got["c"]["verdict"], got["c"]["deciding_unknowns"]) == (
        "undetermined",
        [{"owner": "c", "owned": "c", "settles": 1}],
    )


@pytest.mark.parametrize(("program", "verdict"), [("SDGT", "captured"), ("VENEZUELA-EO13692", "not_captured")])
def test_only_named_programs_count(program: str, verdict: str) -> None:
    for text in (program, f"IFSR; {program}"):
        listings = [{"party": "x", "list": "SDN", "program": text}]
        assert bis(stake("x", "b", 60), listings=listings)["b"]["verdict"] == verdict


# ---- what would settle it


def test_unknowns_are_ranked_by_how_many_verdicts_they_settle() -> None:
    got = ofac(stake("x", "a", "unknown"), stake("a", "b", 60), stake("a", "c", "40-60"), stake("y", "c", "0-20"))

    assert got["c"]["deciding_unknowns"] == [
        {"owner": "x", "owned": "a", "settles": 3},
        {"owner": "a", "owned": "c", "settles": 0},
        {"owner": "y", "owned": "c", "settles": 0},
    ]
    assert got["b"]["deciding_unknowns"] == [{"owner": "x", "owned": "a", "settles": 3}]


def test_of_two_unknown_stakes_either_may_settle_it() -> None:
    got = ofac(stake("x", "a", "20-40"), stake("", "a", 35), stake("n", "a", 20))

    assert got["a"]["deciding_unknowns"] == [{"owner": "", "owned": "a", "settles": 1}] or got["a"][
        "deciding_unknowns"
    ] == [
        {"owner": "", "owned": "a", "settles": 1},
        {"owner": "x", "owned": "a", "settles": 0},
    ]


def test_a_verdict_that_stands_has_no_deciding_unknowns() -> None:
    got = ofac(stake("x", "a", ">50"), stake("", "a", 20))

    assert (got["a"]["verdict"], got["a"]["deciding_unknowns"]) == ("captured", [])


def test_an_unknown_stake_may_settle_it_at_its_upper_end_alone() -> None:
    got = ofac(stake("x", "a", "unknown"), stake("y", "a", "unknown"), stake("n", "a", 40))

    assert got["a"]["deciding_unknowns"] == [
        {"owner": "x", "owned": "a", "settles": 1},
        {"owner": "y", "owned": "a", "settles": 1},
    ]
