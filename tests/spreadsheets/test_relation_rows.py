"""Sheets of relations between two parties: stakes, roles and ties where the words say which, all else told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.spreadsheets.books import read, write

Rows = list[list[Any]]
COMPANY, PERSON = "ORGANIZATION", "PERSON"
PARTIES: Rows = [
    ["PARTY_ID", "PARTY_NAME", "COUNTRY"],
    *([number, name, "SG"] for number, name in ((1, "Top"), (2, "Mid"), (3, "Low"), (4, "Anna Tan"), (5, "Bo Tan"))),
]
HEADER = [
    "RELATIONSHIP_ID", "SUBJECT_ID", "SUBJECT_TYPE", "SUBJECT_TABLE_NAME", "OBJECT_ID", "OBJECT_TYPE",
    "RELATIONSHIP_TYPE", "RELATIONSHIP_CODE", "DIRECTIONAL_FLAG", "START_DATE", "END_DATE", "STATUS",
]  # fmt: skip


def relation(subject: int, code: str, other: int, end: str = "31-DEC-4712", **more: str) -> list[Any]:
    kinds = [PERSON if number > 3 else COMPANY for number in (subject, other)]
    return [
        7, subject, kinds[0], "HZ_PARTIES", other, kinds[1], more.get("type", ""), code, more.get("flag", "F"),
        "01-JAN-2020", end, more.get("status", "A"),
    ]  # fmt: skip


def rows_of(path: Path, *relations: list[Any]) -> Any:
    return read(write(path / "a.xlsx", {"HZ_PARTIES": PARTIES, "HZ_RELATIONSHIPS": [HEADER, *relations]}))


def stakes_of(found: Any) -> list[tuple[str, str]]:
    return [(row["owner"], row["owned"]) for row in found.rows.get("stakes", [])]


@pytest.mark.parametrize("code", ["PARENT_OF", "SHAREHOLDER_OF", "Owner of", "GLOBAL_ULTIMATE_OF", "owns"])
def test_a_code_that_says_who_owns_is_a_stake_of_a_share_not_known(code: str, tmp_path: Path) -> None:
    found = rows_of(tmp_path, relation(1, code, 2))

    assert found.rows["stakes"] == [{"owner": "1", "owned": "2", "from": "2020-01-01"}]
    assert "unread" not in found.rows


def test_one_relation_told_from_both_sides_is_one_stake(tmp_path: Path) -> None:
    sides = relation(1, "PARENT_OF", 2), relation(2, "SUBSIDIARY_OF", 1, flag="B")

    assert stakes_of(rows_of(tmp_path, *sides)) == [("1", "2")]


@pytest.mark.parametrize("code", ["PARTNER_OF", "AFFILIATE_OF", "PARENT/SUBSIDIARY", "DIVISION_OF", ""])
def test_a_relation_that_does_not_say_who_owns_is_unread_for_both(code: str, tmp_path: Path) -> None:
    found = rows_of(tmp_path, relation(1, "PARENT_OF", 2), relation(2, code, 3))

    assert stakes_of(found) == [("1", "2")]
    assert {(row["id"], row["other"]) for row in found.rows["unread"]} == {("2", "3"), ("3", "2")}
    assert "does not say which of the two owns the other" in found.text


def test_what_a_map_says_of_a_word_is_taken(tmp_path: Path) -> None:
    sheets = {"HZ_RELATIONSHIPS": [HEADER, relation(2, "AFFILIATE_OF", 1), relation(3, "PARTNER_OF", 1)]}
    first = read(write(tmp_path / "a.xlsx", sheets))
    told = 'words:\n  relation:\n    AFFILIATE_OF: owned by\n    PARTNER_OF: "-"\n'
    first.map_path.write_text(first.map_path.read_text("utf-8") + told, "utf-8")

    found = read(write(tmp_path / "b.xlsx", sheets), map_path=first.map_path)

    assert stakes_of(found) == [("1", "2")]
    assert "unread" not in found.rows


def test_a_relation_that_ended_is_read_to_its_day_and_unread_without_one(tmp_path: Path) -> None:
    dated = relation(1, "PARENT_OF", 2, end="31-DEC-2022", status="I")

    found = rows_of(tmp_path, dated, relation(2, "PARENT_OF", 3, status="I"))

    assert found.rows["stakes"] == [{"owner": "1", "owned": "2", "from": "2020-01-01", "to": "2022-12-31"}]
    assert {row["id"] for row in found.rows["unread"]} == {"2", "3"}


def test_people_hold_roles_and_shares_and_are_owned_by_nobody(tmp_path: Path) -> None:
    found = rows_of(
        tmp_path, relation(4, "BOARD_MEMBER_OF", 2), relation(4, "SHAREHOLDER_OF", 2), relation(4, "SPOUSE_OF", 5),
        relation(4, "PARENT_OF", 5), relation(4, "CONTACT_OF", 3),
    )  # fmt: skip

    assert [(row["person"], row["company"], row["role"]) for row in found.rows["roles"]] == [("4", "2", "director")]
    assert [(row["party"], row["other"], row["kind"]) for row in found.rows["ties"]] == [("4", "5", "family")]
    assert stakes_of(found) == [("4", "2")]
    assert {row["id"] for row in found.rows["unread"]} == {"4", "5"}
    assert "relations that no rule asks for are left" in found.text


def test_a_person_whom_no_sheet_describes_is_no_company(tmp_path: Path) -> None:
    rows = [HEADER, relation(4, "SHAREHOLDER_OF", 2)]

    found = read(write(tmp_path / "a.xlsx", {"HZ_RELATIONSHIPS": rows}))

    assert [row["id"] for row in found.rows["people"]] == ["4"]
    assert [row["id"] for row in found.rows["companies"]] == ["2"]


@pytest.mark.parametrize(
    "header", [["Parent company", "Child company"], ["Subsidiary", "Parent"], ["Owner", "Company"]]
)
def test_two_columns_that_say_who_owns_are_stakes_without_a_share(header: list[str], tmp_path: Path) -> None:
    rows: Rows = [header, ["Acme", "Beta"]]

    found = read(write(tmp_path / "a.xlsx", {"Associations": rows}))

    assert stakes_of(found) == [("Beta", "Acme") if header[0] == "Subsidiary" else ("Acme", "Beta")]


def test_subject_and_object_without_a_relation_are_no_owners(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Links": [["Subject", "Object", "Percent"], ["Acme", "Beta", 30]]}))

    assert "the sheet lacks `relation`" in str(found.asked)


@pytest.mark.parametrize("status", ["inactive", "Historical", "失效"])
def test_a_share_that_has_ended_does_not_count_as_if_it_stood(status: str, tmp_path: Path) -> None:
    rows: Rows = [["Owner", "Company", "%", "Status"], ["Acme", "Beta", 60, status], ["Gamma", "Beta", 40, "active"]]

    found = read(write(tmp_path / "a.xlsx", {"Owners": rows}))

    assert stakes_of(found) == [("Gamma", "Beta")]
    assert {row["id"] for row in found.rows["unread"]} == {"Acme", "Beta"}
