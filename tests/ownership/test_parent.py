"""Headquarters, ultimate parents and families."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.ownership.ownership_graph import Ownership
from compliance.units import day
from compliance.world.world import World

from .packs import ask, companies, ownership, stake

DAY = "2025-10-15"


def parent(*stakes: dict[str, object], **more: Any) -> dict[str, Any]:
    there = more.pop("companies", companies("a", "b", "c", "d", "e"))
    return ask("parent", DAY, companies=there, people=[{"id": "p"}], stakes=stakes, **more)


def test_a_chain_of_majorities_leads_to_its_head() -> None:
    got = parent(stake("a", "b", 51), stake("b", "c", 60), stake("p", "a", 100))

    assert {name: got[name]["parent"] for name in "abc"} == {"a": "a", "b": "a", "c": "a"}
    assert got["c"]["headquarters"] == "AE"


def test_stakes_of_controlled_companies_are_added() -> None:
    got = parent(stake("a", "b", 51), stake("a", "c", 26), stake("b", "c", 25))

    assert (got["c"]["verdict"], got["c"]["parent"]) == ("determined", "a")


def test_stakes_of_companies_that_are_not_controlled_are_not_added() -> None:
    got = parent(stake("a", "b", 49), stake("a", "c", 26), stake("b", "c", 25))

    assert (got["c"]["verdict"], got["c"]["parent"]) == ("determined", "c")


def test_people_are_no_parents() -> None:
    got = parent(stake("p", "a", 100), stake("p", "b", 100))

    assert (got["a"]["parent"], got["b"]["parent"]) == ("a", "b")


def test_exactly_half_leaves_it_open_and_so_does_a_chain_under_it() -> None:
    got = parent(stake("a", "c", 50), stake("b", "c", 50), stake("c", "d", 80), stake("e", "a", 90))

    for name in "cd":
        assert (got[name]["verdict"], got[name]["parent"]) == ("undetermined", None)
        assert got[name]["candidates"] == ["b", "e"]


def test_half_of_a_person_is_half_of_nobody() -> None:
    got = parent(stake("p", "c", 50), stake("b", "c", 50))

    assert (got["c"]["verdict"], got["c"]["candidates"]) == ("undetermined", ["b"])


def test_an_unknown_stake_leaves_the_company_itself_a_candidate() -> None:
    got = parent(stake("a", "b", "unknown"))

    assert (got["b"]["verdict"], got["b"]["candidates"]) == ("undetermined", ["a", "b"])


def test_a_range_over_half_is_a_parent_and_one_under_half_is_none() -> None:
    got = parent(stake("a", "b", ">50-75"), stake("a", "c", "25-<50"), stake("a", "d", "50-75"))

    assert [got[name]["parent"] for name in "bcd"] == ["a", "c", None]


def test_what_others_surely_hold_limits_a_range() -> None:
    assert parent(stake("a", "b", "unknown"), stake("p", "b", ">50"))["b"]["parent"] == "b"


def test_votes_alone_make_a_parent() -> None:
    got = parent(stake("a", "b", 30), stake("a", "b", 60, interest="votes"))

    assert got["b"]["parent"] == "a"


def test_shares_and_votes_of_different_holders_leave_it_open() -> None:
    got = parent(stake("a", "b", 60), stake("c", "b", 60, interest="votes"))

    assert (got["b"]["verdict"], got["b"]["candidates"]) == ("undetermined", ["a", "c"])


def test_who_consolidates_breaks_the_tie_of_two_halves() -> None:
    controls = [{"controller": "a", "company": "c", "means": "accounting_parent"}]
    got = parent(stake("a", "c", 50), stake("b", "c", 50), controls=controls)

    assert (got["c"]["verdict"], got["c"]["parent"]) == ("determined", "a")


def test_who_consolidates_against_a_majority_leaves_it_open() -> None:
    controls = [{"controller": "a", "company": "c", "means": "accounting_parent"}]
    got = parent(stake("b", "c", 60), controls=controls)

    assert (got["c"]["verdict"], got["c"]["candidates"]) == ("undetermined", ["a", "b"])


def test_who_consolidates_against_a_possible_majority_leaves_it_open() -> None:
    controls = [{"controller": "a", "company": "c", "means": "accounting_parent"}]
    got = parent(stake("b", "c", "unknown"), controls=controls)

    assert (got["c"]["verdict"], got["c"]["candidates"]) == ("undetermined", ["a", "b"])


def test_a_possible_circle_may_go_by_another_id() -> None:
    got = parent(stake("c", "b", 100), stake("b", "c", "50-100"))

    assert (got["b"]["verdict"], got["b"]["candidates"]) == ("undetermined", ["b", "c"])


def test_other_means_of_control_make_no_parent() -> None:
    controls = [{"controller": "a", "company": "c", "means": "board_majority"}]

    assert parent(controls=controls)["c"]["parent"] == "c"


def test_a_circle_of_majorities_goes_by_its_smallest_id() -> None:
    got = parent(stake("c", "b", 60), stake("b", "c", 60), stake("c", "d", 60))

    assert {name: got[name]["parent"] for name in "bcd"} == {"b": "b", "c": "b", "d": "b"}
    assert all("ownership_cycle" in got[name]["flags"] for name in "bcd")


def test_a_circle_does_not_hold_itself_up() -> None:
    got = parent(stake("a", "b", 40), stake("c", "b", 30), stake("b", "c", 60))

    assert (got["b"]["parent"], got["c"]["parent"]) == ("b", "b")


def test_a_holder_that_is_not_identified_may_be_the_parent() -> None:
    world = World.of(companies=companies("a", "b"), stakes=[stake("", "a", 60), stake("a", "b", 60)])
    found = Ownership(world)

    assert found.parent("b", day(DAY)).verdict == "undetermined"
    assert found.families("b", day(DAY)) == ("?a", "a")


def test_a_holder_that_is_not_identified_may_be_a_known_one() -> None:
    got = parent(stake("", "a", 30), stake("b", "a", 30), stake("c", "a", 10))

    assert got["a"]["candidates"] == ["a", "b"]


def test_stakes_over_100_percent_leave_it_open() -> None:
    got = parent(stake("a", "c", 60), stake("b", "c", 60))

    assert (got["c"]["verdict"], got["c"]["candidates"]) == ("undetermined", ["a", "b", "c"])
    assert "over_100_percent" in got["c"]["flags"]


# ---- dates


def test_the_parent_and_the_seat_are_those_of_the_day() -> None:
    found = ownership(
        companies=companies("a", "b", "c"),
        stakes=[stake("a", "c", 100, to="2025-06-01"), stake("b", "c", 100, **{"from": "2025-06-01"})],
        headquarters=[{"company": "b", "country": "CN", "from": "2025-07-01", "to": "2025-08-01"}],
    )
    answers = [found.parent("c", day(text)) for text in ("2025-05-31", "2025-06-01", "2025-07-01", "2025-08-01")]

    assert [(a.parent, a.headquarters) for a in answers] == [
        ("a", "AE"), ("b", "AE"), ("b", "CN"), ("b", "AE")
    ]  # fmt: skip
    assert [str(when) for when in found.days("c")] == ["2025-06-01", "2025-07-01", "2025-08-01"]


def test_what_does_not_lie_upstream_is_no_change() -> None:
    found = ownership(
        companies=companies("a", "b", "c"),
        stakes=[stake("a", "b", 60, **{"from": "2025-01-01"}), stake("b", "c", 60, to="2026-01-01")],
    )

    assert [str(when) for when in found.days("b")] == ["2025-01-01"]
    assert [str(when) for when in found.days("a")] == []


def test_the_seat_of_a_person_is_the_residence() -> None:
    found = ownership(people=[{"id": "p", "nationality": "CN", "residence": "SG"}, {"id": "q", "nationality": "CN"}])

    assert (found.seat("p", day(DAY)), found.seat("q", day(DAY))) == ("SG", "CN")


def test_a_family_is_one_parent_or_all_that_may_be() -> None:
    found = ownership(companies=companies("a", "b", "c"), stakes=[stake("a", "b", 60), stake("b", "c", 50)])

    assert found.families("a", day(DAY)) == ("a",)
    assert found.families("b", day(DAY)) == ("a",)
    assert found.families("c", day(DAY)) == ("a", "c")


# ---- flags


CHINESE = [*companies("a", "b", "c"), *companies("x", country="CN"), *companies("m", country="MO")]


@pytest.mark.parametrize(
    ("owner", "percent", "flags"),
    [
        ("x", 20, {"d5_minority_owner", "review_control"}),
        ("m", 20, {"d5_minority_owner", "review_control"}),
        ("x", 50, {"d5_owner_at_50", "review_control"}),
        ("x", 51, set()),
        ("a", 20, set()),
    ],
)
def test_owners_in_listed_countries_are_flagged_under_a_majority(owner: str, percent: int, flags: set[str]) -> None:
    got = parent(stake(owner, "c", percent), companies=CHINESE)

    assert set(got["c"]["flags"]) == flags


def test_an_owner_whose_parent_sits_there_is_flagged_too() -> None:
    got = parent(stake("x", "a", 90), stake("a", "c", 30), companies=CHINESE)

    assert "d5_minority_owner" in got["c"]["flags"]


@pytest.mark.parametrize(
    ("direct", "through", "flag"),
    [(25, 25, "d5_owner_at_50"), (25, 24, "d5_minority_owner"), (50, 10, None), (25, "25-26", "d5_minority_owner")],
)
def test_exactly_half_is_added_up_over_the_companies_that_the_owner_controls(
    direct: int, through: object, flag: str | None
) -> None:
    got = parent(stake("x", "a", 100), stake("x", "c", direct), stake("a", "c", through), companies=CHINESE)

    assert [f for f in got["c"]["flags"] if f.startswith("d5_")] == ([flag] if flag else [])


def test_a_minority_beside_the_own_parents_majority_is_not_flagged() -> None:
    got = parent(stake("x", "a", 90), stake("x", "c", 60), stake("a", "c", 30), companies=CHINESE)

    assert got["c"]["flags"] == []


def test_a_former_parent_there_is_a_spin_off() -> None:
    ties = [{"party": "c", "other": "x", "kind": "former_parent"}]
    got = parent(ties=ties, companies=CHINESE)

    assert set(got["c"]["flags"]) == {"spin_off_from_d5_parent", "review_control"}
    assert got["x"]["flags"] == []


def test_seats_directors_and_agreements_of_listed_parties_ask_for_review() -> None:
    listings = [{"party": "a", "list": "EntityList"}, {"party": "p", "list": "SDN"}]
    controls = [{"controller": "a", "company": "b", "means": "board_seat"}]
    roles = [{"person": "p", "company": "c", "role": "director"}, {"person": "p", "company": "m", "role": "clerk"}]
    got = parent(controls=controls, roles=roles, listings=listings, companies=CHINESE)

    assert [got[name]["flags"] for name in "bcm"] == [["review_control"], ["review_control"], []]


def test_a_majority_that_was_sold_is_a_spin_off_and_half_is_not() -> None:
    sold = {"owner": "x", "owned": "c", "percent": "50.01", "to": "2025-01-01"}
    half = {"owner": "x", "owned": "a", "percent": "50", "to": "2025-01-01"}
    got = parent(sold, half, companies=CHINESE)

    assert set(got["c"]["flags"]) == {"spin_off_from_d5_parent", "review_control"}
    assert got["a"]["flags"] == []


def test_what_a_spin_off_owns_is_told_of_as_the_spin_off_is() -> None:
    sold = {"owner": "x", "owned": "c", "percent": "100", "to": "2025-01-01"}
    below = [stake("c", "m", 60), stake("m", "b", 60)]
    got = parent(sold, *below, companies=CHINESE)
    ties = [{"party": "c", "other": "x", "kind": "former_parent"}]

    assert [set(got[name]["flags"]) for name in "cmb"] == [{"spin_off_from_d5_parent", "review_control"}] * 3
    assert parent(*below, ties=ties, companies=CHINESE)["b"]["flags"] == got["b"]["flags"]
    assert parent(*below, companies=CHINESE)["b"]["flags"] == []


def test_a_party_there_is_seen_behind_its_nominee() -> None:
    ties = [{"party": "p", "other": "x", "kind": "nominee"}]
    got = parent(stake("p", "c", 60), stake("c", "m", 60), stake("p", "b", 5), ties=ties, companies=CHINESE)

    assert [got[name]["flags"] for name in "cmb"] == [["review_control"]] * 3
    other = [{**ties[0], "kind": "family"}]
    assert parent(stake("p", "c", 60), ties=other, companies=CHINESE)["c"]["flags"] == []


@pytest.mark.parametrize(("held", "seen"), [(60, True), (50, True), (49, False)])
def test_influence_on_an_owner_is_influence_on_what_it_may_decide(held: int, seen: bool) -> None:
    """A party there holds 49 percent of `c`, or directs it; `c` holds `b`, and `b` all of `m`."""
    below = [stake("c", "b", held), stake("b", "m", 100)]
    said = ["review_control"] if seen else []
    directs = [{"controller": "x", "company": "c", "means": "board_majority"}]

    got = parent(stake("x", "c", 49), *below, companies=CHINESE)
    assert [got[name]["flags"] for name in "bm"] == [said] * 2
    got = parent(*below, controls=directs, companies=CHINESE)
    assert [got[name]["flags"] for name in "bm"] == [said] * 2


def test_influence_on_one_of_a_circle_is_influence_on_the_other() -> None:
    got = parent(stake("b", "c", 60), stake("c", "b", 60), stake("x", "c", 40), companies=CHINESE)

    assert "review_control" in got["b"]["flags"]


def test_who_still_holds_some_is_no_former_parent() -> None:
    before = {"owner": "x", "owned": "c", "percent": "80", "to": "2025-01-01"}
    after = {"owner": "x", "owned": "c", "percent": "10", "from": "2025-01-01"}

    assert set(parent(before, after, companies=CHINESE)["c"]["flags"]) == {"d5_minority_owner", "review_control"}


def test_of_two_seats_that_begin_on_one_day_neither_is_certain() -> None:
    seats = [{"company": "a", "country": country, "from": "2025-01-01"} for country in ("CN", "SG")]
    asked = ownership(companies=companies("a", "b"), stakes=[stake("a", "b", 60)], headquarters=seats)
    on, before = day(DAY), day("2024-12-31")

    assert (asked.seat("a", on), asked.seats("a", on)) == (None, ("CN", "SG"))
    assert (asked.seat("a", before), asked.seats("a", before)) == ("AE", ("AE",))
    assert (asked.parent("b", on).parent, asked.parent("b", on).headquarters) == ("a", None)
    later = [*seats, {"company": "a", "country": "JP", "from": "2025-02-01"}]
    assert ownership(companies=companies("a"), headquarters=later).seats("a", on) == ("JP",)
    assert ownership(companies=companies("a"), headquarters=[seats[0], dict(seats[0])]).seat("a", on) == "CN"
