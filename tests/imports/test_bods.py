"""BODS: the examples of the standard by value, and what they do not show by statements of our own."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance.decisions.ownership_questions import own
from compliance.errors import InputError
from compliance.imports.bods.bods import import_bods
from compliance.world.world import World

from .reading import ROOT, SHARED, Imported, shared

EXAMPLES = sorted(path.name for path in (SHARED / "bods").glob("*.json"))
STAKE = ("owner", "owned", "percent", "interest", "from", "to")
BAND = {"minimum": 25, "exclusiveMinimum": True, "maximum": 50}


def bods(path: Path, folder: Path) -> Imported:
    return Imported(lambda gathering: import_bods(path, gathering), folder / "world")


def told(statements: list[dict[str, Any]], folder: Path) -> Imported:
    path = folder / "statements.json"
    path.write_text(json.dumps(statements))
    return bods(path, folder)


@pytest.mark.parametrize("name", EXAMPLES or ["fermcat.json"])
def test_every_example_of_the_standard_makes_a_world_that_loads(name: str, tmp_path: Path) -> None:
    made = bods(shared(f"bods/{name}"), tmp_path)

    assert made.rows("companies", "id")
    assert made.account.skipped.total() == 0


def test_what_changes_hands_is_dated_by_its_statements(tmp_path: Path) -> None:
    made = bods(shared("bods/fermcat.json"), tmp_path)
    fermcat, patrick, riyadh, declan = (
        "ent-93c75c87ab28f889", "per-41c0bb0cef246f7c", "per-5faa4103dee78621", "per-e334cc6258e56467"
    )  # fmt: skip

    assert made.rows("stakes", *STAKE) == [
        (patrick, fermcat, "50", "shares", "2019-09-11", "2022-01-21"),
        (patrick, fermcat, "100", "shares", "2022-01-21", ""),
        (riyadh, fermcat, "50", "shares", "2019-09-11", "2021-04-03"),
        (declan, fermcat, "50", "shares", "2021-04-03", "2022-01-21"),
    ]
    assert made.rows("roles", "person", "company", "role", "from", "to") == [
        (patrick, fermcat, "director", "2019-09-11", ""),
        (riyadh, fermcat, "director", "2019-09-11", "2021-04-03"),
    ]


def test_a_closed_record_ends_and_an_updated_one_goes_on(tmp_path: Path) -> None:
    made = bods(shared("bods/tecido.json"), tmp_path)
    maria, trust, tecido = "018AF6B3EB", "033E84672B", "01B68D7633"

    assert [row for row in made.rows("stakes", *STAKE) if row[3] == "votes"] == [
        (maria, tecido, "100", "votes", "2002-03-09", "2021-09-24"),
        (maria, tecido, "40", "votes", "2021-09-24", "2022-09-21"),
        (maria, tecido, "30", "votes", "2022-09-21", "2023-03-03"),
        (trust, tecido, "60", "votes", "2021-09-24", "2022-09-21"),
        (trust, tecido, "70", "votes", "2022-09-21", "2023-03-01"),
        (trust, tecido, "80", "votes", "2023-03-01", ""),
    ]


def test_direct_and_indirect_interests_are_never_added(tmp_path: Path) -> None:
    made = bods(shared("bods/mixed-direct-and-indirect-ownership.json"), tmp_path)

    assert made.rows("stakes", "owner", "owned", "percent") == [
        ("53508b65253f", "9bfe59b6a869", "50"),
        ("ec61aeda7141", "9bfe59b6a869", "50"),
        ("53508b65253f", "ec61aeda7141", "unknown"),
    ]


def test_joint_holders_hold_through_their_arrangement(tmp_path: Path) -> None:
    made = bods(shared("bods/joint-ownership.json"), tmp_path)

    assert made.rows("stakes", "owner", "owned", "percent") == [
        ("91b4236a7d89", "31c55e425764", "100"),
        ("1accb8b18b99", "91b4236a7d89", "50"),
        ("f040df24d9ec", "91b4236a7d89", "50"),
    ]


def test_a_nominee_is_a_tie(tmp_path: Path) -> None:
    made = bods(shared("bods/nomination.json"), tmp_path)

    assert made.rows("ties", "party", "other", "kind", "x_interest") == [
        ("101AB1984F", "103AB1984D", "nominee", "nominator"),
        ("102AB1984E", "103AB1984D", "nominee", "nominee"),
    ]
    assert made.rows("stakes", "owner") == []


def test_a_state_owns_through_its_ministry(tmp_path: Path) -> None:
    made = bods(shared("bods/bods-package-fi-soe.json"), tmp_path)

    state = "05ce06ec97b1"
    told = made.rows("stakes", "owner", "owned", "percent")
    assert [row for row in told if row[0] != state] == [
        ("7ff95ba3682c", "0199c515a699", "100"),
        ("0199c515a699", "19f1c5afe9d7", "76.5"),
        ("7ff95ba3682c", "19f1c5afe9d7", "23.5"),
    ]
    assert {row[1:] for row in told if row[0] == state} == {  # its link is a control, which tells of no share
        ("0199c515a699", "unknown"),
        ("19f1c5afe9d7", "unknown"),
        ("7ff95ba3682c", "unknown"),
    }
    assert made.rows("controls", "controller", "company", "means") == [("05ce06ec97b1", "7ff95ba3682c", "wishes")]
    assert ("05ce06ec97b1", "government") in made.rows("companies", "id", "activity")


def test_an_owner_who_need_not_be_told_is_not_nobody(tmp_path: Path) -> None:
    made = bods(shared("bods/listed-company-exempt-from-disclosure.json"), tmp_path)

    assert made.rows("stakes", "owner", "owned", "percent", "x_unidentified") == [
        ("", "4c7ea3bfbe6c", "unknown", "subjectExemptFromDisclosure")
    ]
    assert made.rows("companies", "exchange_listed") == [("true",)]


def test_statements_of_our_own(tmp_path: Path) -> None:
    made = bods(ROOT / "fixtures" / "owners_by_statements.json", tmp_path)

    assert made.rows("stakes", *STAKE) == [
        ("lin", "harbour", ">25-50", "shares", "2024-03-01", ""),
        ("lin", "harbour", ">50-<75", "votes", "2024-03-01", ""),
        ("", "straits", "10-<25", "shares", "", ""),
        ("harbour", "straits", "45.5", "shares", "2024-03-01", "2025-08-15"),
        ("harbour", "straits", "60", "shares", "2025-08-15", ""),
        ("lin", "straits", "0-5", "shares", "", ""),
    ]
    assert made.rows("controls", "controller", "company", "means", "from") == [
        ("lin", "straits", "board_majority", "2025-01-01")
    ]
    assert made.account.kept["an interest that no table of a world holds: a share of up to what it says"] == 1
    assert dict(made.account.skipped) == {
        "a statement whose id stands twice; the first counts": 1,
        "no statement of BODS: it has no statementId": 1,
        "a statement that cannot be read": 1,
    }


def statement(kind: str, record: str, **details: Any) -> dict[str, Any]:
    return {
        "statementId": f"of-{record}", "recordId": record, "recordType": kind, "statementDate": "2025-01-01",
        "recordDetails": details,
    }  # fmt: skip


def entity(name: str) -> dict[str, Any]:
    return statement("entity", name, name=name.title(), entityType={"type": "registeredEntity"})


def holding(
    name: str, of: str, by: str, share: dict[str, Any], directness: str = "direct", **more: Any
) -> dict[str, Any]:
    interest = {"type": "shareholding", "directOrIndirect": directness, "share": share}
    return statement("relationship", name, subject=of, interestedParty=by, interests=[interest], **more)


def test_an_indirect_interest_without_its_links_is_an_unknown_share(tmp_path: Path) -> None:
    made = told([entity("a"), entity("b"), holding("r", "a", "b", {"exact": 60}, "indirect")], tmp_path)

    assert made.rows("stakes", "owner", "owned", "percent", "x_told") == [("b", "a", "unknown", "60")]


def test_an_indirect_interest_whose_links_are_not_there_is_an_unknown_share(tmp_path: Path) -> None:
    made = told(
        [entity("a"), entity("b"), holding("r", "a", "b", {"exact": 60}, "indirect", componentRecords=["gone"])],
        tmp_path,
    )

    assert made.rows("stakes", "owner", "owned", "percent") == [("b", "a", "unknown")]


def test_an_indirect_interest_runs_through_a_holder_if_nobody_says_which(tmp_path: Path) -> None:
    whole = [entity("a"), entity("b"), entity("c"), holding("r", "a", "b", {"exact": 100})]
    made = told([*whole, holding("q", "a", "c", {"exact": 75}, "indirect")], tmp_path)

    assert made.rows("stakes", "owner", "owned", "percent") == [
        ("b", "a", "100"), ("c", "a", "unknown"), ("c", "b", "unknown")
    ]  # fmt: skip
    listed = World.of(**{**rows_of(made), "listings": [{"party": "c", "list": "SDN"}]})
    assert own(listed, ["a"], test="ofac", as_of=date(2026, 1, 1))["parties"]["a"]["verdict"] == "undetermined"


def test_an_indirect_interest_runs_through_the_holder_who_is_told_to_be_held(tmp_path: Path) -> None:
    whole = [entity("a"), entity("b"), entity("c"), holding("r", "a", "b", {"exact": 100})]
    linked = [*whole, holding("l", "b", "c", {"exact": 75}), holding("q", "a", "c", {"exact": 75}, "indirect")]
    made = told(linked, tmp_path)

    assert ("c", "b", "75") in made.rows("stakes", "owner", "owned", "percent")
    assert ("c", "b", "unknown") not in made.rows("stakes", "owner", "owned", "percent")


def rows_of(made: Imported) -> dict[str, list[dict[str, Any]]]:
    return {table: [json.loads(row.content) for row in rows] for table, rows in made.world.tables.items()}


def test_a_doubtful_interest_beside_another_entity_may_be_the_same_shares(tmp_path: Path) -> None:
    beside = [entity("a"), entity("b"), entity("c"), holding("r", "a", "b", {"exact": 60})]
    made = told([*beside, holding("q", "a", "c", {"exact": 60}, "unknown")], tmp_path)

    assert made.rows("stakes", "owner", "percent", "x_told") == [("b", "60", ""), ("c", "0-60", "60")]


def test_a_doubtful_interest_alone_counts_in_full(tmp_path: Path) -> None:
    made = told([entity("a"), entity("c"), holding("q", "a", "c", {"exact": 60}, "unknown")], tmp_path)

    assert made.rows("stakes", "owner", "percent") == [("c", "60")]


def test_records_that_tell_one_holding_differently_give_all_that_they_say(tmp_path: Path) -> None:
    made = told(
        [entity("a"), entity("b"), holding("q", "a", "b", {"exact": 30}), holding("r", "a", "b", {"exact": 60})],
        tmp_path,
    )

    assert made.rows("stakes", "owner", "percent") == [("b", "30-60")]


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        ({"exact": 33.33333}, "33.33333"),
        ({"minimum": 75, "maximum": 100}, "75-100"),
        ({"exclusiveMinimum": 25, "maximum": 50}, ">25-50"),
        ({"exclusiveMinimum": 25, "exclusiveMaximum": 50}, ">25-<50"),
        ({"minimum": 25, "exclusiveMinimum": True, "maximum": 50, "exclusiveMaximum": False}, ">25-50"),
        ({"minimum": 25, "exclusiveMinimum": 25, "maximum": 50}, ">25-50"),
        ({"minimum": 30, "exclusiveMinimum": 25, "maximum": 50}, "30-50"),
        ({"minimum": 25}, "25-100"),
        ({"exclusiveMaximum": 50}, "0-<50"),
        ({"minimum": 0, "maximum": 100}, "unknown"),
        ({"exact": 150}, "unknown"),
        ({"minimum": 60, "maximum": 40}, "unknown"),
        ({"exact": "half"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_ends_of_a_share_belong_to_it_or_do_not(share: dict[str, Any], percent: str, tmp_path: Path) -> None:
    made = told([entity("a"), entity("b"), holding("r", "a", "b", share)], tmp_path)

    assert made.rows("stakes", "percent") == [(percent,)]
    unread = percent == "unknown" and share not in ({}, {"minimum": 0, "maximum": 100})
    assert made.account.kept.total() == unread


def old(kind: str, statement_id: str, **more: Any) -> dict[str, Any]:
    return {"statementID": statement_id, "statementType": f"{kind}Statement", "statementDate": "2021-05-01", **more}


def test_versions_before_0_4_name_a_record_by_its_last_statement(tmp_path: Path) -> None:
    made = told(
        [
            old("entity", "e1", entityType="registeredEntity", name="Old", incorporatedInJurisdiction={"code": "GB"}),
            old("entity", "e2", entityType="registeredEntity", name="New name", replacesStatements=["e1"]),
            old("person", "p1", personType="knownPerson", names=[{"fullName": "Ann"}]),
            old(
                "ownershipOrControl", "o1",
                subject={"describedByEntityStatement": "e1"},
                interestedParty={"describedByPersonStatement": "p1"},
                interests=[
                    {"type": "voting-rights", "interestLevel": "direct", "share": BAND},
                    {"type": "appointment-of-board", "interestLevel": "direct"},
                ],
            ),
            old(
                "ownershipOrControl", "o2", replacesStatements=["o1"],
                subject={"describedByEntityStatement": "e2"},
                interestedParty={"describedByPersonStatement": "p1"},
                interests=[{"type": "voting-rights", "interestLevel": "direct", "share": {"exact": 30}}],
            ) | {"statementDate": "2022-05-01"},
            old(
                "ownershipOrControl", "o3",
                subject={"describedByEntityStatement": "e2"},
                interestedParty={"unspecified": {"reason": "unknown"}},
                interests=[{"type": "shareholding"}],
            ),
        ],
        tmp_path,
    )  # fmt: skip

    assert made.rows("companies", "id", "name") == [("e2", "New name")]
    assert made.rows("stakes", *STAKE) == [
        ("", "e2", "unknown", "shares", "", ""),
        ("p1", "e2", "30", "votes", "2022-05-01", ""),
        ("p1", "e2", ">25-50", "votes", "", "2022-05-01"),
    ]
    assert made.rows("controls", "controller", "company", "means", "to") == [
        ("p1", "e2", "board_majority", "2022-05-01")
    ]


def test_the_order_of_statements_changes_nothing(tmp_path: Path) -> None:
    statements = json.loads((ROOT / "fixtures" / "owners_by_statements.json").read_text())[:11]
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    told(statements, one)
    told(statements[::-1], other)

    tables = sorted(path.name for path in (one / "world").glob("*.csv"))
    assert tables == ["companies.csv", "controls.csv", "people.csv", "stakes.csv"]
    for name in tables:
        assert (one / "world" / name).read_bytes() == (other / "world" / name).read_bytes()


def test_a_file_with_nothing_in_it_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    path.write_text('[{"recordType": "shop", "statementId": "1"}]')
    with pytest.raises(InputError, match="nothing that makes a world"):
        bods(path, tmp_path)

    assert [place.name for place in tmp_path.iterdir()] == ["none.json"]


def chain(link: str, share: object = None, end: str = "", declared: int = 60) -> list[dict[str, Any]]:
    """Ivan is said to hold a part of `acme` through `mid`, of which he has an interest of some kind."""

    def interest(kind: str, exact: object, how: str = "direct", **more: str) -> dict[str, Any]:
        size = {} if exact is None else {"share": {"exact": exact}}
        return {"type": kind, "directOrIndirect": how, "startDate": "2020-01-01", **size, **more}

    ends = {"endDate": end} if end else {}
    links = [
        ("l1", "acme", "mid", interest("shareholding", 60)),
        ("l2", "mid", "ivan", interest(link, share, **ends)),
        ("sum", "acme", "ivan", interest("shareholding", declared, "indirect")),
    ]
    people = [{"recordId": "ivan", "recordType": "person", "recordDetails": {"personType": "knownPerson"}}]
    entities = [
        {"recordId": name, "recordType": "entity", "recordDetails": {"entityType": {"type": "registeredEntity"}}}
        for name in ("acme", "mid")
    ]
    held = [
        {"recordId": name, "recordType": "relationship", "recordDetails": {
            "subject": subject, "interestedParty": party, "interests": [one],
            **({"componentRecords": ["mid", "l1", "l2"]} if name == "sum" else {}),
        }}
        for name, subject, party, one in links
    ]  # fmt: skip
    return [
        {"statementId": f"s{n}", "statementDate": "2025-01-01"} | one for n, one in enumerate(people + entities + held)
    ]


@pytest.mark.parametrize(
    ("link", "share", "end", "rows"),
    [
        ("shareholding", 100, "", [("ivan", "mid", "100", "2020-01-01", ""), ("mid", "acme", "60", "2020-01-01", "")]),
        ("shareholding", 10, "", None),
        ("trustee", None, "", None),
        ("nominator", None, "", None),
        ("rightsToProfitOrIncome", 100, "", None),
        ("somethingNew", None, "", None),
    ],
)
def test_an_indirect_interest_is_left_out_only_where_direct_ones_make_it_up(
    link: str, share: object, end: str, rows: list[tuple[str, ...]] | None, tmp_path: Path
) -> None:
    made = told(chain(link, share, end), tmp_path)

    found = made.rows("stakes", "owner", "owned", "percent", "from", "to")
    if rows is not None:
        assert sorted(found) == rows
        assert made.rows("unread", "id") == []
    else:
        assert {("ivan", "acme", "unknown", "2020-01-01", ""), ("ivan", "mid", "unknown", "2020-01-01", "")} <= {*found}
        assert ("stakes", "acme", "interest", "ivan") in made.rows("unread", "table", "id", "field", "other")


def test_an_indirect_interest_is_open_from_the_day_on_which_a_link_ends(tmp_path: Path) -> None:
    made = told(chain("shareholding", 100, "2022-01-01"), tmp_path)

    assert ("ivan", "acme", "unknown", "2022-01-01") in made.rows("stakes", "owner", "owned", "percent", "from")


def test_an_interest_of_another_kind_is_up_to_what_it_says(tmp_path: Path) -> None:
    direct = [s for s in chain("rightsToProfitOrIncome", 80) if s["recordId"] != "sum"]
    made = told(direct, tmp_path)

    assert ("ivan", "mid", "0-80") in made.rows("stakes", "owner", "owned", "percent")


def test_a_closed_record_holds_nothing_from_then_on(tmp_path: Path) -> None:
    statements = [s for s in chain("shareholding", 100) if s["recordId"] != "sum"]
    closing = {**next(s for s in statements if s["recordId"] == "mid"), "statementId": "late"}
    made = told([*statements, closing | {"recordStatus": "closed", "statementDate": "2025-06-01"}], tmp_path)

    assert made.rows("stakes", "owner", "owned", "percent", "from", "to") == [
        ("", "acme", "60", "2025-06-01", ""),
        ("mid", "acme", "60", "2020-01-01", "2025-06-01"),
        ("ivan", "mid", "100", "2020-01-01", ""),
    ]
    assert any("closed" in reason for reason in made.account.kept)
