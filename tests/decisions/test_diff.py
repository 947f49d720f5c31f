"""Comparing packs, dates and postures on one world."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.decisions.diff.diff import diff
from compliance.errors import UsageError
from compliance.reports.text.change_text import diff_text
from compliance.world.io.load import load_world
from compliance.world.schema.tables import Order
from compliance.world.world import World
from tests.packs import line

WORLD = load_world(Path(__file__).parents[2] / "fixtures" / "american_cloud_in_malaysia.yaml")


def counts(before: str, after: str) -> tuple[int, int, int]:
    found = diff(WORLD, before, after)
    return len(found["appear"]), len(found["go"]), len(found["change"])


@pytest.mark.parametrize("side", ["us_ai_diffusion", "diffusion_headline@2026-01-01", "default:as-written"])
def test_a_side_against_itself_is_empty(side: str) -> None:
    assert counts(side, side) == (0, 0, 0)


def test_what_is_codified_goes_where_only_the_enforced_counts_and_comes_back() -> None:
    appear, go, change = counts("us_ai_diffusion:as-written", "us_ai_diffusion:as-enforced")

    assert (appear, change) == (0, 0)
    assert go > 0
    assert counts("us_ai_diffusion:as-enforced", "us_ai_diffusion:as-written") == (go, 0, 0)


def test_between_two_packs_the_same_question_of_one_country_changes_its_measure() -> None:
    found = diff(WORLD, "diffusion_headline", "us_ai_diffusion:as-written")

    assert {f["pack"] for f in found["appear"]} == {"us_ai_diffusion"}
    assert {f["pack"] for f in found["go"]} == {"diffusion_headline"}
    for change in found["change"]:
        assert change["before"]["topic"] == change["after"]["topic"]
        assert change["before"]["subject"]["id"] == change["after"]["subject"]["id"]


@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("", "is not PACK"),
        ("us_ai_difusion", "Did you mean `us_ai_diffusion`"),
        ("us_ai_diffusion@soon", "is not a date"),
        ("us_ai_diffusion:maybe", "is not a posture"),
    ],
)
def test_a_side_that_cannot_be_read_is_told(side: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        diff(WORLD, side, "us_ai_diffusion")


# ---- between two days: the law, whose owners count, and the same done again

BEFORE, AFTER = "us_affiliates@2026-11-09", "us_affiliates@2026-11-10"
FLEET = {
    "companies": [{"id": "seller", "headquarters": "US"}, {"id": "listed", "headquarters": "CN"},
                  {"id": "owned", "headquarters": "MY"}, {"id": "other", "headquarters": "MY"}],
    "stakes": [{"owner": "listed", "owned": "owned", "percent": "60"}],
    "listings": [{"party": "listed", "list": "EntityList"}],
    "shipments": [
        line("s1", "owned", "MY", 8, "2026-03-01"), line("s2", "owned", "MY", 900, "2026-10-01"),
        line("s3", "other", "MY", 8, "2026-10-01"), line("s4", "listed", "CN", 8, "2026-10-01"),
        line("s5", "owned", "MY", 8, "2026-11-11"), {**line("s6", "owned", "ID", 8), "status": "refused"},
    ],
}  # fmt: skip


def subjects(found: list[dict[str, object]]) -> list[tuple[str, str]]:
    return [(f["rule"], f["subject"]["id"]) for f in found]  # type: ignore[index, misc]


def test_a_change_of_law_meets_the_same_dealing_done_again_and_not_what_is_on_record() -> None:
    found = diff(World.of(**FLEET), BEFORE, AFTER)
    again = found["repeated"]

    assert (found["appear"], found["go"], found["change"]) == ([], [], [])
    assert again["dealings"] == 3  # s1 and s2 are one kind, s5 is not yet on record, s6 was refused
    assert subjects(again["appear"]) == [("owned_by_listed", "s2")]
    assert (again["go"], again["change"]) == ([], [])
    (appears,) = again["appear"]
    assert appears["message"].startswith("Line s2 (export to MY): owned, its consignee, is owned 50 percent")
    assert [(row["table"], row["id"]) for row in appears["evidence"]["rows"]] == [("shipments", "s2")]


def test_the_law_and_the_owners_that_count_stand_beside_it() -> None:
    found = diff(World.of(**FLEET), BEFORE, AFTER)

    (law,) = found["law"]
    assert (law["pack"], law["rule"], law["kind"]) == ("us_affiliates", None, "force")
    assert (law["before"], law["after"]) == ("stayed", "in force; as enforced unconfirmed")
    (party,) = found["parties"]
    assert (party["party"], party["test"], party["before"]["applies"], party["after"]["applies"]) == (
        "owned", "bis", False, None,
    )  # fmt: skip
    assert diff(World.of(**FLEET), BEFORE, "us_affiliates@2026-11-10:as-written")["parties"][0]["after"]["applies"]


def test_chips_that_stand_and_services_are_dealings_too_and_an_order_before_a_shipment() -> None:
    fleet = {
        **FLEET,
        "sites": [{"id": "hall", "operator": "owned", "country": "MY"}],
        "holdings": [{"site": "hall", "chip": "H100", "quantity": "8"}, {"site": "hall", "chip": "H100"},
                     {"site": "hall", "chip": "A100", "status": "retired"}],
        "orders": [line("o1", "owned", "MY", 4, "2027-01-01")],
        "compute_services": [{"id": "r1", "provider": "seller", "customer": "listed", "from": "2026-01-01"}],
    }  # fmt: skip
    again = diff(World.of(**fleet), BEFORE, AFTER)["repeated"]

    assert again["dealings"] == 5  # owned, other, listed, the hall, the service
    assert subjects(again["appear"]) == [("owned_by_listed", "hall, H100"), ("owned_by_listed", "o1")]
    assert {row["table"] for f in again["appear"] for row in f["evidence"]["rows"]} == {"holdings", "orders"}


def test_an_order_book_is_screened_on_both_sides_and_done_again() -> None:
    book = [Order.model_validate(line("o1", "owned", "MY", 4, "2027-02-01"))]
    world = World.of(**{**FLEET, "shipments": []})
    found = diff(world, BEFORE, AFTER, book)

    assert (found["appear"], found["go"]) == ([], [])  # the order is judged by the law of its own date
    assert subjects(found["repeated"]["appear"]) == [("owned_by_listed", "o1")]
    postures = diff(world, "us_affiliates@2026-11-20:as-written", "us_affiliates@2026-11-20:as-enforced", book)
    assert (postures["appear"], postures["go"], postures["change"]) == ([], [], [])  # in force by then in both
    assert postures["repeated"] is None


def test_a_date_a_value_and_a_list_that_change_between_two_days_are_told() -> None:
    def told(before: str, after: str, pack: str = "us_chips_enforced") -> list[tuple[str, str, str, str]]:
        law = diff(World.of(), f"{pack}@{before}", f"{pack}@{after}")["law"]
        return [(row["kind"], row["name"], row["before"], row["after"]) for row in law]

    assert ("list", "Country group A:5: AE", "off the list", "on the list") in told("2026-07-09", "2026-07-10")
    (begins,) = (row for row in told("2026-01-14", "2026-01-15") if row[0] == "date")
    assert begins[2:] == ("before it", "from 2026-01-15")
    assert all(row["citation"] and row["confidence"] for row in diff(World.of(), BEFORE, AFTER)["law"])
    assert told("2026-11-19", "2026-11-20") == []


def test_the_text_says_what_to_do_with_whom_and_what_was_not_found() -> None:
    text = " ".join(diff_text(diff(World.of(**FLEET), BEFORE, AFTER)).split())

    assert "done again 1 finding appears, 0 go, 0 change (3 kinds of dealings, one unit of each)" in text
    assert "BIS Affiliates Rule: stayed → in force; as enforced unconfirmed" in text
    assert "owned bis captured 60 % does not count not confirmed" in text
    assert "on record no finding appears, goes or changes" in text


def test_a_party_named_by_its_id_is_not_taken_for_one_matched_by_name_in_one_posture() -> None:
    described = {**line("o2", "", "MY", 1, "2026-11-20"), "consignee": {"name": "Other Sdn Bhd", "country": "MY"}}
    companies = [{**c, "name": "Other Sdn Bhd"} if c["id"] == "other" else c for c in FLEET["companies"]]
    book = [Order.model_validate(row) for row in (line("o1", "owned", "MY", 4, "2026-11-20"), described)]
    world = World.of(**{**FLEET, "companies": companies})
    found = diff(world, "us_affiliates@2026-11-20:as-written", "us_affiliates@2026-11-20:as-enforced", book)

    (change,) = found["change"]
    assert [change[side]["outcome"] for side in ("before", "after")] == ["license_required", "license_required"]
    assert [change[side]["certainty"] for side in ("before", "after")] == ["definite", "possible"]
