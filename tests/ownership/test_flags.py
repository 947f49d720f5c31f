"""What is said beside the verdict of a capture test."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from .packs import RULES, ask, companies, parent_test, regimes, stake

DAY = "2026-07-01"
LISTED = [{"party": "x", "list": "SDN", "program": "SDGT", "from": "2026-01-15"}]


def flags(*stakes: dict[str, object], test: str = "ofac", **more: Any) -> dict[str, set[str]]:
    more.setdefault("listings", LISTED)
    there = {"companies": companies("x", "n", "a", "b", "c"), "people": [{"id": "p"}, {"id": "q"}]}
    parties = more.pop("parties", ())
    answers = ask(test, DAY, parties, stakes=stakes, **there, **more)
    return {party: set(got["flags"]) for party, got in answers.items()}


def test_every_flag_of_the_packs_is_in_the_registry_with_meaning_topic_and_source() -> None:
    registry = yaml.safe_load((RULES / "shared" / "flags.yaml").read_text(encoding="utf-8"))
    known = {entry["id"] for entry in registry}
    used = {flag for regime in regimes().values() for flag in regime.test.flags} | {*parent_test().flags}

    assert all(set(entry) == {"id", "meaning", "topic", "source"} and all(entry.values()) for entry in registry)
    assert len(known) == len(registry)
    assert used <= known


def test_a_minority_of_a_listed_owner_is_flagged_and_a_majority_is_not() -> None:
    got = flags(stake("x", "a", 49), stake("x", "b", 50), stake("x", "c", "unknown"))

    assert {"listed_owner", "listed_owner_minority", "review_control"} <= got["a"]
    assert got["b"] == {"listed_owner"}
    assert "listed_owner_minority" not in got["c"]
    assert got["n"] == set()


def test_an_owner_on_the_unverified_list_is_flagged_directly_and_through_its_companies() -> None:
    listings = [{"party": "x", "list": "UVL"}]
    got = flags(stake("x", "a", 60), stake("a", "b", 10), stake("n", "c", 10), listings=listings, test="bis")

    assert "uvl_owner" in got["a"] & got["b"]
    assert "uvl_owner" not in got["c"]


def test_red_flag_29_is_a_known_listed_owner_with_an_unknown_share() -> None:
    listings = [{"party": "x", "list": "EntityList"}]
    stakes = [stake("x", "a", "unknown"), stake("a", "b", 60), stake("x", "c", "unknown"), stake("n", "c", 60)]
    got = flags(*stakes, listings=listings, test="bis")

    assert all("red_flag_29" in got[name] for name in "abc")
    assert "red_flag_29" not in flags(stake("x", "a", 10), listings=listings, test="bis")["a"]
    assert "red_flag_29" not in flags(stake("", "a", 60), listings=listings, test="bis")["a"]


def test_control_and_signature_of_a_blocked_person_are_flagged_apart() -> None:
    person = [{"party": "p", "list": "SDN"}]
    controls = [
        {"controller": "p", "company": "a", "means": "wishes"},
        {"controller": "p", "company": "b", "means": "signatory"},
    ]
    roles = [{"person": "p", "company": "c", "role": "signatory"}]
    got = flags(listings=person, controls=controls, roles=roles)

    assert got["a"] == {"control_by_blocked_person", "review_control"}
    assert got["b"] == {"signatory_blocked", "review_control"}
    assert got["c"] == {"signatory_blocked"}


def test_a_director_shared_with_a_listed_party_asks_for_review() -> None:
    roles = [{"person": "p", "company": name, "role": "director"} for name in ("x", "a")]
    got = flags(roles=[*roles, {"person": "q", "company": "b", "role": "director"}])

    assert (got["a"], got["b"]) == ({"review_control"}, set())


def test_property_stays_blocked_only_after_a_real_capture_by_who_is_still_listed() -> None:
    sold = {"to": "2026-06-01"}
    early = {"to": "2026-01-10"}
    got = flags(stake("x", "a", 60, **sold), stake("x", "b", 40, **sold), stake("x", "c", 60, **early))

    assert "blocked_property_stays_blocked" in got["a"]
    assert "blocked_property_stays_blocked" not in got["b"] | got["c"]
    delisted = [{**LISTED[0], "to": "2026-06-15"}]
    for parties in ((), ("a",)):
        freed = flags(stake("x", "a", 60, **sold), listings=delisted, parties=parties)
        assert "blocked_property_stays_blocked" not in freed["a"]


def test_property_stays_blocked_when_the_chain_above_was_sold() -> None:
    got = flags(stake("x", "a", 60, to="2026-06-01"), stake("a", "b", 60))

    assert "blocked_property_stays_blocked" in got["b"]


@pytest.mark.parametrize(
    ("more", "ties", "flagged"),
    [
        ({}, [{"party": "p", "other": "x", "kind": "family"}], True),
        ({}, [{"party": "x", "other": "p", "kind": "nominee"}], True),
        ({}, [{"party": "x", "other": "q", "kind": "family"}], False),
        ({"price_usd": 1}, [], True),
        ({"price_usd": 5_000_000}, [], False),
        ({}, [], False),
    ],
)
def test_a_sale_to_a_relative_or_for_a_token_price_may_be_a_sham(
    more: dict[str, object], ties: list[dict[str, str]], flagged: bool
) -> None:
    sold, bought = {"to": "2026-01-01"}, {"from": "2026-01-01", **more}
    got = flags(stake("x", "a", 60, **sold), stake("p", "a", 60, **bought), ties=ties)

    assert ("possible_sham_transfer" in got["a"]) is flagged


def test_a_transfer_long_before_the_listing_is_no_sham() -> None:
    ties = [{"party": "p", "other": "x", "kind": "family"}]
    stakes = [stake("x", "a", 60, to="2020-01-01"), stake("p", "a", 60, **{"from": "2020-01-01"})]

    assert "possible_sham_transfer" not in flags(*stakes, ties=ties)["a"]


def test_a_sister_of_a_listed_party_is_flagged_and_its_parents_are_not() -> None:
    got = flags(stake("n", "b", 60), stake("b", "x", 60), stake("n", "a", 60), stake("x", "c", 60))

    assert {name for name, said in got.items() if "sister_of_listed_party" in said} == {"a"}


def test_the_stay_is_said_of_who_would_be_captured() -> None:
    listings = [{"party": "x", "list": "EntityList"}]
    got = flags(stake("x", "a", 60), stake("x", "b", 10), listings=listings, test="bis")

    assert "affiliates_rule_stayed" in got["a"]
    assert "affiliates_rule_stayed" not in got["b"]


def test_a_listed_person_who_signs_is_seen_when_only_the_company_is_asked_about() -> None:
    """By lists of the flag's own, with a region: the person is not upstream of the company by stakes."""
    sdn = [{"party": "p", "list": "SDN", "program": "SDGT"}]
    signs = [{"person": "p", "company": "a", "role": "signatory"}]
    got = flags(test="bis", parties=("a",), listings=sdn, roles=signs)

    assert "signatory_blocked" in got["a"]


def test_a_circle_that_has_ended_is_none() -> None:
    ended = [stake("a", "b", 20, to="2026-01-01"), stake("b", "a", 20)]

    assert "ownership_cycle" in flags(stake("a", "b", 20), stake("b", "a", 20))["a"]
    assert "ownership_cycle" not in flags(*ended)["a"]


def test_who_owned_it_through_a_company_held_by_agreement_is_seen_when_it_is_asked_about_alone() -> None:
    """Asked alone, a company is looked at with its former owners, who are upstream of it no more."""
    told = {
        "controls": [{"controller": "x", "company": "n", "means": "wishes"}],
        "listings": [{"party": "x", "list": "EU"}],
        "test": "eu",
    }
    sold = stake("n", "a", 60, to="2026-01-01")

    assert "review_control" in flags(sold, parties=("a",), **told)["a"]
    assert flags(sold, parties=("a",), **told)["a"] == flags(sold, **told)["a"]


@pytest.mark.parametrize("asked", [(), ("a", "b", "c")])
@pytest.mark.parametrize("kind", ["nominee", "family", "joint_arrangement", "former_parent", "takes_over_orders"])
def test_a_listed_party_is_seen_behind_whoever_holds_for_it_through_companies_too(
    kind: str, asked: tuple[str, ...]
) -> None:
    tie = {"party": "p", "other": "x", "kind": kind}
    stakes = [stake("p", "a", 60), stake("a", "b", 10), stake("q", "c", 60)]
    got = flags(*stakes, ties=[tie], parties=asked)

    assert (got["a"], got["b"], got["c"]) == ({"review_control"}, {"review_control"}, set())
    gone = flags(*stakes, ties=[{**tie, "to": DAY}], parties=asked)
    assert gone["a"] == gone["b"] == set()


def test_a_director_and_a_controller_who_stand_in_for_a_listed_party_are_seen() -> None:
    tie = {"party": "p", "other": "x", "kind": "nominee"}
    roles = [{"person": "p", "company": "a", "role": "director"}]
    controls = [{"controller": "p", "company": "b", "means": "board_seat"}]
    for asked in ((), ("a", "b")):
        got = flags(ties=[tie], roles=roles, controls=controls, parties=asked)
        assert got["a"] == got["b"] == {"review_control"}


def test_who_stands_in_for_a_company_that_a_listed_party_owns_is_seen() -> None:
    tie = {"party": "p", "other": "n", "kind": "nominee"}
    for asked in ((), ("a",)):
        got = flags(stake("x", "n", 60), stake("p", "a", "unknown"), ties=[tie], parties=asked)
        assert "review_control" in got["a"]


def test_two_who_stand_in_for_listed_parties_count_together() -> None:
    ties = [{"party": one, "other": "x", "kind": "nominee"} for one in "pq"]
    got = flags(stake("p", "a", 25), stake("q", "a", 25), stake("a", "b", 1), ties=ties)
    alone = flags(stake("p", "a", 25), stake("a", "b", 1), ties=ties)

    assert "review_control" in got["b"]
    assert (alone["a"], alone["b"]) == ({"review_control"}, set())


def test_what_a_former_company_of_a_listed_party_owns_is_seen() -> None:
    sold = stake("x", "n", 60, to="2026-06-01")
    for asked in ((), ("a", "b")):
        got = flags(sold, stake("n", "a", 60), stake("q", "b", 60), test="bis", parties=asked)
        assert ("review_control" in got["a"], got["b"]) == (True, set())
