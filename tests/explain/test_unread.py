"""What a source held and nobody read, where it could decide: verdicts are open, and answers say so."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance import audit, load_packs, load_world, screen
from compliance.decisions.ownership_questions import own
from compliance.explain.finding_kinds import exit_status
from compliance.world.world import World

DAY = date(2026, 6, 30)
PARTIES = [{"id": name, "headquarters": "MY"} for name in ("a", "b", "c", "bad", "far")]
LISTED = [{"party": "bad", "list": "SDN", "from": "2010-01-01"}]
SHIPMENT = {
    "id": "s1", "date": "2026-06-01", "consignee": "b", "to_country": "MY", "chip": "H100", "quantity": 1,
}  # fmt: skip


def world(*unread: dict[str, str], **tables: Any) -> World:
    stakes = [{"owner": "a", "owned": "b", "percent": "60"}]
    given = {"companies": PARTIES, "stakes": stakes, "listings": LISTED} | tables
    return World.of(as_of=DAY.isoformat(), unread=unread, **given)


def verdicts(made: World, test: str = "ofac", day: date = DAY) -> dict[str, str]:
    said = own(made, ["a", "b", "c"], test=test, as_of=day)["parties"]
    return {party: entry["verdict"] for party, entry in said.items()}


@pytest.mark.parametrize(
    ("row", "open_"),
    [
        ({"table": "stakes", "id": "a", "field": "percent"}, {"a", "b"}),
        ({"table": "listings", "id": "a", "field": "list"}, {"a", "b"}),
        ({"table": "listings", "id": "c", "field": "from", "from": "2026-01-01"}, {"c"}),
        ({"table": "listings", "id": "c", "field": "from", "to": "2026-01-01"}, set()),
        ({"table": "stakes", "id": "c", "field": "interest", "other": "bad"}, {"c"}),
        ({"table": "stakes", "id": "b", "field": "interest", "other": "bad"}, {"b"}),
        ({"table": "stakes", "id": "c", "field": "interest", "other": "far"}, set()),
        ({"table": "controls", "id": "c", "field": "means", "other": "bad"}, {"c"}),
        ({"table": "controls", "id": "c", "field": "to", "other": "bad"}, set()),
        ({"table": "companies", "id": "c", "field": "address"}, set()),
        ({"table": "stakes", "id": "nobody", "field": "percent"}, set()),
    ],
)
def test_a_verdict_is_open_where_the_worst_of_it_is_another(row: dict[str, str], open_: set[str]) -> None:
    found = verdicts(world(row | {"text": "?"}))

    assert {party for party, verdict in found.items() if verdict == "undetermined"} == open_
    assert {*found.values()} <= {"undetermined", "not_captured"}


def test_control_that_was_not_read_counts_where_control_captures() -> None:
    row = {"table": "controls", "id": "c", "field": "to", "text": "2019", "other": "bad"}
    made = world(row, listings=[{"party": "bad", "list": "EU"}])

    assert verdicts(made, "eu")["c"] == "undetermined"


def test_what_would_settle_it_is_named() -> None:
    row = {"table": "stakes", "id": "c", "field": "interest", "text": "indirect 60", "other": "bad"}
    entry = own(world(row), ["c"], test="ofac", as_of=DAY)["parties"]["c"]

    assert entry["deciding_unknowns"] == [{"owner": "bad", "owned": "c", "settles": 1}]
    assert (entry["low"], entry["high"], entry["applies"], entry["limb"]) == ("0", "100", None, None)


def test_a_stake_that_stands_as_a_range_counts_by_its_range_alone() -> None:
    row = {"table": "stakes", "id": "c", "field": "to", "text": "2026", "other": "bad"}
    stakes = [{"owner": "bad", "owned": "c", "percent": "0-30"}]

    assert verdicts(world(row, stakes=stakes))["c"] == "not_captured"


@pytest.mark.parametrize(
    ("dissolved", "reactivated", "verdict"),
    [("2020-01-01", "", "undetermined"), ("2027-01-01", "", "determined"), ("2020-01-01", "2021-01-01", "determined")],
)
def test_a_parent_that_was_dissolved_is_left_open(dissolved: str, reactivated: str, verdict: str) -> None:
    parties = [*PARTIES[1:], {"id": "a", "headquarters": "CN", "dissolved": dissolved, "reactivated": reactivated}]
    entry = own(world(companies=parties), ["b"], test="parent", as_of=DAY)["parties"]["b"]

    assert entry["verdict"] == verdict
    if verdict == "undetermined":
        assert (entry["parent"], entry["candidates"]) == (None, ["a", "b"])


def test_an_audit_says_what_was_not_read_of_those_above_its_parties() -> None:
    rows = [
        {"table": "stakes", "id": "a", "field": "percent", "text": "half"},
        {"table": "companies", "id": "b", "field": "address", "text": "2 Road"},
        {"table": "companies", "id": "b", "field": "x_note", "text": "no rule asks"},
        {"table": "listings", "id": "far", "field": "list", "text": "has nothing to do with it"},
    ]
    packs = load_packs(["ofac_50", "diversion_red_flags"])
    answer = audit(world(*rows, shipments=[SHIPMENT]), packs, DAY)

    told = [left for left in answer.not_evaluated if "not read from its source" in left.reason]
    assert [(m.table, m.id, m.field) for left in told for m in left.missing] == [
        ("companies", "b", "address"),
        ("stakes", "a", "percent"),
    ]
    assert "`half` (a)" in told[1].reason
    assert (
        exit_status(audit(world(rows[0], shipments=[SHIPMENT]), load_packs(["ofac_50"]), DAY), "review", frozenset())
        == 3
    )


def test_a_screening_says_it_of_the_parties_of_the_order() -> None:
    row = {"table": "stakes", "id": "a", "field": "percent", "text": "half"}
    made = world(row, orders=[SHIPMENT | {"id": "o1"}])
    far = world(row, orders=[SHIPMENT | {"id": "o1", "consignee": "c"}])

    told = [
        [
            left.missing[0].id
            for left in screen(w, w.rows("orders"), load_packs(["ofac_50"]), DAY).not_evaluated
            if left.missing
        ]
        for w in (made, far)
    ]
    assert told == [["a"], []]


@pytest.mark.parametrize("ending", ["yaml", "json", "csv", "jsonl"])
def test_the_table_loads_in_every_format(ending: str, tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text("id\na\n", encoding="utf-8")
    text = {
        "yaml": "- {table: stakes, id: a, field: to, text: 31/12/2019}\n",
        "json": '[{"table": "stakes", "id": "a", "field": "to", "text": "31/12/2019"}]',
        "jsonl": '{"table": "stakes", "id": "a", "field": "to", "text": "31/12/2019"}\n',
        "csv": "table,id,field,text\nstakes,a,to,31/12/2019\n",
    }[ending]
    (tmp_path / f"unread.{ending}").write_text(text, encoding="utf-8")

    (row,) = load_world(tmp_path).rows("unread")
    assert row.content == '{"field":"to","id":"a","table":"stakes","text":"31/12/2019"}'
