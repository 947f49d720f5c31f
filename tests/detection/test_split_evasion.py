"""Groups of buyers that pass the limit together: who is in one, over which days, why, and who is not."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.detection.detectors import patterns
from compliance.errors import UsageError
from compliance.world.io.load import load_world, parse_world
from tests.detection.made import Tables, buyer, found, line, scheme, world

FIXTURES = Path(__file__).parents[2] / "fixtures"
EACH = 15_824


def members(groups: list[dict[str, Any]]) -> list[list[str]]:
    return [group["members"] for group in groups]


def test_four_buyers_with_one_address_and_one_telephone_are_one_group() -> None:
    (group,) = found(scheme())

    assert (group["pattern"], group["outcome"]) == ("split_evasion", "review")
    assert group["members"] == ["a", "b", "c", "d"]
    assert group["orders"] == ["s1", "s2", "s3", "s4"]
    assert group["total"] == {"value": str(4 * 1600 * EACH), "unit": "TPP"}
    assert group["limit"] == {"value": "26900000", "unit": "TPP"}
    assert group["period"] == "2025"
    assert group["flags"] == ["shared_address", "shared_phone"]
    assert {link["kind"] for link in group["links"]} == {"address", "born", "phone"}
    assert sum(float(part["bits"]) for part in group["evidence"]) == pytest.approx(float(group["score"]))


def test_one_family_of_evidence_alone_joins_nobody() -> None:
    tables = scheme(phone="")
    for row in tables["companies"]:
        row.pop("phone")

    assert found(tables) == []


@pytest.mark.parametrize(("quantity", "together"), [(850, True), (849, False)])
def test_a_group_passes_the_limit_or_it_is_none(quantity: int, together: bool) -> None:
    tables = scheme()
    tables["shipments"] = [line(n, name, "2025-06-01", quantity) for n, name in enumerate("ab")]

    assert (2 * quantity * EACH > 26_900_000) is together
    assert members(found(tables)) == ([["a", "b"]] if together else [])


@pytest.mark.parametrize(("quantity", "inside"), [(1699, True), (1700, False)])
def test_a_buyer_over_the_limit_by_itself_splits_nothing(quantity: int, inside: bool) -> None:
    tables = scheme()
    tables["shipments"][0]["quantity"] = quantity

    assert members(found(tables)) == [["a", "b", "c", "d"] if inside else ["b", "c", "d"]]


def test_a_group_across_a_year_end_is_found_in_a_stretch_of_days() -> None:
    tables = scheme()
    for row, day in zip(tables["shipments"], ("2025-12-20", "2025-12-28", "2026-01-03", "2026-01-09"), strict=False):
        row["date"] = day
    for row in tables["shipments"]:
        row["quantity"] = 800
    (group,) = found(tables, as_of="2026-06-30")

    assert group["members"] == ["a", "b", "c", "d"]
    assert group["period"] == "2025-12-20/2026-12-20"
    assert group["total"]["value"] == str(4 * 800 * EACH)


@pytest.mark.parametrize(("last", "both"), [("2026-01-01", True), ("2026-01-02", False)])
def test_a_stretch_holds_365_days_and_no_more(last: str, both: bool) -> None:
    tables = scheme()
    tables["shipments"] = [line(1, "a", "2025-01-02", 900), line(2, "b", last, 900)]

    assert len(found(tables, as_of="2026-06-30", score="-20")) == both


@pytest.mark.parametrize(
    "change",
    [{"authorization": "license"}, {"status": "cancelled"}, {"status": "refused"}, {"movement": "domestic"},
     {"chip": "H20"}, {"date": "2026-02-01"}],
)  # fmt: skip
def test_what_is_not_bought_under_the_exemption_counts_nothing(change: dict[str, str]) -> None:
    tables = scheme()
    tables["shipments"][3].update(change)

    assert members(found(tables)) == [["a", "b", "c"]]


def test_values_in_another_spelling_are_the_same() -> None:
    tables = scheme()
    tables["companies"][1].update(address="88 JLN. AMPANG, Kuala Lumpur, unit 4", phone="0060-3-5550 1000")

    assert members(found(tables)) == [["a", "b", "c", "d"]]


def test_a_telephone_without_the_code_of_its_country_is_the_same_with_it() -> None:
    tables = scheme()
    tables["companies"][1].update(phone="(03) 5550-1000")
    tables["companies"][2].update(phone="03 5550 1000", headquarters="", jurisdiction="MY")
    told = {(link["a"], link["b"]) for group in found(tables) for link in group["links"] if link["kind"] == "phone"}
    tables["companies"][1].update(headquarters="SG")

    assert {"b", "c"} <= {name for pair in told for name in pair}
    assert not [ln for g in found(tables) for ln in g["links"] if ln["kind"] == "phone" and "b" in (ln["a"], ln["b"])]


def test_what_is_known_to_be_absent_is_not_shared() -> None:
    tables = scheme(address="", phone="")
    for row in tables["companies"]:
        row.update(website="none", email="none", address="", phone="none")

    assert found(tables) == []


def test_what_very_many_companies_share_joins_nobody() -> None:
    tables = scheme()
    tables["companies"] += [buyer(f"x{n}", address=tables["companies"][0]["address"], phone="+60 3 5550 1000")
                            for n in range(3_000)]  # fmt: skip

    assert found(tables) == []


def test_buyers_of_a_nominee_and_a_hidden_owner_are_a_group() -> None:
    tables = scheme(address="", phone="")
    tables["companies"] = [buyer(name) for name in "abcde"]
    tables["people"] = [{"id": "n"}, {"id": "o"}]
    tables["roles"] = [{"person": "n", "company": name, "role": "director"} for name in "abcd"]
    tables["stakes"] = [{"owner": "o", "owned": name, "percent": percent}
                        for name, percent in zip("abcd", ("25-50", "<50", "unknown", "33"), strict=True)]  # fmt: skip
    (group,) = found(tables, "split_evasion")

    assert group["members"] == ["a", "b", "c", "d"]
    assert {"director", "owner"} <= {link["kind"] for link in group["links"]}
    assert group["flags"] == ["common_owner_split", "shared_director"]


def open_group(days: tuple[str, ...], quantities: tuple[int, ...]) -> Tables:
    return {
        "companies": [buyer("p"), *(buyer(name) for name in "abcd")],
        "stakes": [{"owner": "p", "owned": name, "percent": 100} for name in "abcd"],
        "shipments": [line(n, name, day, count) for n, (name, day, count) in
                      enumerate(zip("abcd", days, quantities, strict=True))],
    }  # fmt: skip


def test_an_open_group_is_evasion_only_by_how_it_buys() -> None:
    at_once = open_group(("2025-06-01", "2025-06-02", "2025-06-03", "2025-06-04"), (1650, 1650, 1650, 1650))
    over_time = open_group(("2025-01-20", "2025-04-02", "2025-09-03", "2025-12-04"), (400, 900, 600, 700))

    assert [(g["pattern"], g["members"]) for g in found(at_once)] == [("split_evasion", ["a", "b", "c", "d"])]
    (group,) = found(over_time)
    assert (group["pattern"], group["members"]) == ("group_over_limit", ["a", "b", "c", "d"])
    assert "what they share" not in {part["what"] for part in group["evidence"]}
    assert found(over_time, "split_evasion") == []


def test_an_honest_neighbour_is_not_drawn_in() -> None:
    (group,) = patterns(load_world(FIXTURES / "twelve_shells_at_1699.yaml"), only=["split_evasion"])["groups"]

    assert group["members"] == [f"shell-{n:02}" for n in range(1, 13)]
    assert "mutiara" not in {link[side] for link in group["links"] for side in "ab"}


def test_two_schemes_that_one_bridge_joins_stay_two() -> None:
    tables = scheme()
    other = {"address": "Unit 9, 3 Lorong Hijau, Ipoh", "phone": "+60 5 5550 7777"}
    tables["companies"] += [buyer(name, **other) for name in "uvwx"]
    tables["shipments"] += [line(10 + n, name, f"2025-08-0{n}") for n, name in enumerate("uvwx", 1)]
    tables["people"] = [{"id": "bridge"}]
    tables["roles"] = [{"person": "bridge", "company": name, "role": "director"} for name in "du"]

    assert sorted(members(found(tables))) == [["a", "b", "c", "d"], ["u", "v", "w", "x"]]


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_permuting_rows_and_renaming_ids_changes_no_group(chance: random.Random) -> None:
    tables = scheme()
    tables["people"] = [{"id": "n"}]
    tables["roles"] = [{"person": "n", "company": name, "role": "director"} for name in "abe"]
    names = [f"co{n}" for n in range(5)]
    chance.shuffle(names)
    new = dict(zip("abcde", names, strict=True))
    changed: Tables = {}
    for table, rows in tables.items():
        changed[table] = [{k: new.get(v, v) if k in ("id", "consignee", "company") else v for k, v in row.items()}
                          for row in rows]  # fmt: skip
        chance.shuffle(changed[table])
    before, after = found(tables), found(changed)

    assert before
    assert [sorted(new[m] for m in group["members"]) for group in before] == [group["members"] for group in after]
    for key in ("score", "total", "period", "orders", "pattern", "flags"):
        assert [group[key] for group in before] == [group[key] for group in after]


def test_the_answer_has_the_flags_of_all_groups_once() -> None:
    answer = patterns(world(scheme()))

    assert answer["flags"] == ["shared_address", "shared_phone"]
    assert patterns(world(scheme()), parameters={"limit": "200000000"})["flags"] == []


def test_the_answer_says_what_was_set_and_refuses_what_it_does_not_know() -> None:
    answer = patterns(world(scheme()), parameters={"limit": "200000000"})

    assert answer["groups"] == []
    assert answer["assumptions"] == ["limit is 200000000, as set by the user"]
    with pytest.raises(UsageError, match=r"unknown pattern `split_evasions`.*`split_evasion`"):
        found(scheme(), "split_evasions")
    with pytest.raises(UsageError, match="no such parameter"):
        found(scheme(), limits="1")


@pytest.mark.parametrize(("quantity", "found_in"), [(849, []), (850, [["c", "d"]])])
def test_what_hangs_together_only_by_a_buyer_of_another_year_is_not_added_up(
    quantity: int, found_in: list[list[str]]
) -> None:
    one, other = (
        {"phone": "+60 3 5550 1000", "address": "1 Main Street"},
        {"email": "x@y.example", "website": "y.example"},
    )
    tables: Tables = {
        "companies": [buyer("a", **one), buyer("b", **one), buyer("bridge", **one, **other),
                      buyer("c", **other), buyer("d", **other)],
        "people": [{"id": "n"}, {"id": "m"}],
        "roles": [{"person": who, "company": name, "role": "director"}
                  for who, names in (("n", ("a", "b", "bridge")), ("m", ("bridge", "c", "d"))) for name in names],
        "shipments": [line(1, "bridge", "2025-02-01", 1000),
                      *(line(f"{name}1", name, "2026-06-01", 800) for name in "ab"),
                      *(line(f"{name}1", name, "2026-06-01", quantity) for name in "cd")],
    }  # fmt: skip

    assert members(found(tables, "split_evasion", as_of="2026-12-31")) == found_in


def test_a_window_over_new_year_is_told_where_it_has_more_buyers_than_either_year() -> None:
    shared = {"phone": "+60 3 5550 1000", "address": "1 Main Street"}
    tables: Tables = {
        "companies": [buyer(name, **shared) for name in "abcd"],
        "people": [{"id": "n"}],
        "roles": [{"person": "n", "company": name, "role": "director"} for name in "abcd"],
        "shipments": [*(line(f"{name}1", name, "2025-12-10", 1600) for name in "ab"),
                      *(line(f"{name}1", name, "2026-01-15", 1600) for name in "cd")],
    }  # fmt: skip

    (group,) = found(tables, "split_evasion", as_of="2026-06-30")
    assert group["members"] == [*"abcd"]
    assert group["period"] == "2025-12-10/2026-12-10"
    assert group["total"]["value"] == str(4 * 1600 * EACH)


def test_a_world_without_companies_or_lines_holds_no_pattern() -> None:
    assert found({}) == []
    assert found({"companies": [buyer("a")]}) == []
    assert found({"shipments": []}) == []


def test_a_consignee_that_is_only_described_is_nobody() -> None:
    tables = scheme()
    tables["shipments"][0]["consignee"] = {"name": "a Sdn Bhd"}
    made = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    answer = patterns(parse_world({"as_of": "2025-12-31", **made}, "made.yaml"))

    assert members(answer["groups"]) == [["b", "c", "d"]]
