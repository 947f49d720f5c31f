"""GLEIF: real extracts of the golden copy by value, and what they do not show by records of our own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.decisions.ownership_questions import own
from compliance.errors import InputError
from compliance.imports.cleaners import lei
from compliance.imports.open_file import LONGEST
from compliance.imports.registers.gleif import finish, import_gleif
from compliance.imports.row_buffer import RowBuffer

from .reading import Imported, shared

FILES = ("lei-data.xml", "rr-data.xml", "repex-data.xml")
DAY = date(2026, 1, 1)


def gleif(paths: list[Path], folder: Path) -> Imported:
    def read(gathering: RowBuffer) -> None:
        for path in paths:
            import_gleif(path, gathering)
        finish(gathering)

    return Imported(read, folder / "world")


def parents(made: Imported, *companies: str) -> dict[str, tuple[str, str | None]]:
    """Verdict and parent of each."""
    told = own(made.world, list(companies), test="parent", as_of=DAY)["parties"]
    return {company: (told[company]["verdict"], told[company].get("parent")) for company in companies}


def code(number: int) -> str:
    """An LEI with right check digits."""
    stem = f"9999{number:014d}"
    return next(stem + f"{check:02d}" for check in range(2, 99) if lei(stem + f"{check:02d}"))


def entity(number: int, **more: str) -> str:
    fields = "".join(f"<l:{name}>{value}</l:{name}>" for name, value in more.items())
    return (
        f"<l:LEIRecord><l:LEI>{code(number)}</l:LEI><l:Entity><l:LegalName>Company {number}</l:LegalName>"
        f"<l:HeadquartersAddress><l:City>Penang</l:City><l:Country>MY</l:Country></l:HeadquartersAddress>{fields}"
        "</l:Entity></l:LEIRecord>"
    )


def relationship(
    child: int, parent: int, kind: str = "IS_DIRECTLY_CONSOLIDATED_BY", status: str = "ACTIVE", end: str = ""
) -> str:
    ends = f"<EndDate>{end}</EndDate>" if end else ""
    return (
        f"<RelationshipRecord><Relationship><StartNode><NodeID>{code(child)}</NodeID></StartNode>"
        f"<EndNode><NodeID>{code(parent)}</NodeID></EndNode><RelationshipType>{kind}</RelationshipType>"
        "<RelationshipPeriods><RelationshipPeriod><StartDate>2010-01-01T00:00:00Z</StartDate>"
        "<PeriodType>ACCOUNTING_PERIOD</PeriodType></RelationshipPeriod>"
        f"<RelationshipPeriod><StartDate>2020-01-01T00:00:00Z</StartDate>{ends}"
        "<PeriodType>RELATIONSHIP_PERIOD</PeriodType></RelationshipPeriod></RelationshipPeriods>"
        f"<RelationshipStatus>{status}</RelationshipStatus></Relationship></RelationshipRecord>"
    )


def exception(number: int, reason: str, which: str = "DIRECT") -> str:
    return (
        f"<Exception><LEI>{code(number)}</LEI><ExceptionCategory>{which}_ACCOUNTING_CONSOLIDATION_PARENT"
        f"</ExceptionCategory><ExceptionReason>{reason}</ExceptionReason></Exception>"
    )


def told(folder: Path, *records: str) -> Imported:
    path = folder / "gleif.xml"
    path.write_text(f'<?xml version="1.0"?>\n<a xmlns:l="urn:x"><b>{"".join(records)}</b></a>', encoding="utf-8")
    return gleif([path], folder)


def test_the_golden_copy_makes_companies_and_parents(tmp_path: Path) -> None:
    made = gleif([shared(f"gleif/{name}") for name in FILES], tmp_path)
    child, direct, ultimate, hidden = (
        "010CMKZ3VON21WF2ZD45", "ZZG38T0MDR3QY1ETUA76", "3C7474T6CDKPR9K6YT90", "01370W6ZIY66KQ4J3570"
    )  # fmt: skip

    assert made.account.read == {"entities": 13, "relationships": 10, "reporting exceptions": 10}
    assert made.rows("controls", "controller", "company", "means", "from") == [
        (ultimate, child, "accounting_parent", "2018-02-06"),
        (direct, child, "accounting_parent", "2018-02-06"),
        (ultimate, direct, "accounting_parent", "2018-02-06"),
    ]
    assert made.rows("stakes", "owner", "owned", "percent", "x_unidentified") == [
        ("", hidden, "unknown", "direct NON_PUBLIC")
    ]
    assert dict(made.account.skipped) == {"a relationship of funds, which is no ownership": 8}
    assert made.rows("companies", "id", "name", "jurisdiction", "headquarters", "registration")[1] == (
        "004L5FPTUREIWK9T2N63", "Hutchin Hill Capital, LP", "US", "US", "4386463"
    )  # fmt: skip
    assert parents(made, child, hidden) == {child: ("determined", ultimate), hidden: ("undetermined", None)}


def test_an_accounting_parent_is_never_a_share(tmp_path: Path) -> None:
    made = told(tmp_path, entity(1), entity(2), relationship(1, 2))

    assert made.rows("stakes", "owner") == []
    assert parents(made, code(1)) == {code(1): ("determined", code(2))}


@pytest.mark.parametrize("reason", ["NO_LEI", "NON_PUBLIC", "CONSENT_NOT_OBTAINED", "A_REASON_OF_TOMORROW"])
def test_a_hidden_parent_is_unknown_and_not_none(reason: str, tmp_path: Path) -> None:
    made = told(tmp_path, entity(1), exception(1, reason), exception(1, reason, "ULTIMATE"))

    assert made.rows("stakes", "owner", "owned", "percent", "x_unidentified") == [
        ("", code(1), "unknown", f"direct {reason}; ultimate {reason}")
    ]
    assert parents(made, code(1))[code(1)][0] == "undetermined"


@pytest.mark.parametrize("reason", ["NATURAL_PERSONS", "NO_KNOWN_PERSON", "NON_CONSOLIDATING"])
def test_no_corporate_parent_and_no_consolidation_are_no_holder(reason: str, tmp_path: Path) -> None:
    made = told(tmp_path, entity(1), exception(1, reason))

    assert made.rows("stakes", "owner") == []
    assert [told.partition(":")[0] for told in made.account.notes] == [reason]
    assert parents(made, code(1)) == {code(1): ("determined", code(1))}


def test_a_relationship_ends_when_it_says_and_a_branch_is_a_part_of_its_head_office(tmp_path: Path) -> None:
    made = told(
        tmp_path,
        entity(1), entity(2), entity(3),
        relationship(1, 2, status="INACTIVE", end="2022-06-30T00:00:00Z"),
        relationship(2, 3, status="INACTIVE"),
        relationship(3, 2, "IS_INTERNATIONAL_BRANCH_OF"),
        relationship(3, 2, "IS_FEEDER_TO"),
        relationship(3, 2, "IS_SOMETHING_NEW"),
    )  # fmt: skip

    assert made.rows("controls", "controller", "company", "from", "to") == [
        (code(2), code(1), "2020-01-01", "2022-06-30")
    ]
    assert made.rows("stakes", "owner", "owned", "percent") == [(code(2), code(3), "100")]
    assert made.account.skipped == {
        "a relationship of funds, which is no ownership": 1,
        "a relationship of a kind that is not known here": 1,
    }


def test_wrong_check_digits_and_an_lei_that_stands_twice_are_listed(tmp_path: Path) -> None:
    made = told(tmp_path, entity(1), entity(1), entity(2).replace(code(2), code(2)[:-1] + "0"))

    assert made.rows("companies", "id", "headquarters") == [(code(1), "MY")]
    assert made.account.skipped == {
        "an LEI whose check digits are wrong": 1,
        "a party whose id stands twice; the first counts": 1,
    }


LAUGHS = '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]>'
BILLION_LAUGHS = f'<?xml version="1.0"?>{LAUGHS}<a><LEIRecord>&m;</LEIRecord></a>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('<!DOCTYPE a SYSTEM "a.dtd"><a/>', "defines a document type or entities"),
        (BILLION_LAUGHS, "defines a document type or entities"),
        (
            "<a>" + entity(1).replace("l:", "") + "<LEIRecord><LEI>",
            r"gleif\.xml:1: cannot be read as XML, or breaks off",
        ),
        ("", "cannot be read as XML"),
        ("<a><b/></a>", "holds no record of GLEIF"),
        ("<a>" + " " * (LONGEST + 2**18) + "</a>", "holds 16 MB without the end of a record"),
    ],
)
def test_a_hostile_file_ends_in_a_message(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "gleif.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        gleif([path], tmp_path)

    assert [place.name for place in tmp_path.iterdir()] == ["gleif.xml"]


def status(number: int, status: str, entity_status: str = "ACTIVE", **more: str) -> str:
    registered = f"<l:Registration><l:RegistrationStatus>{status}</l:RegistrationStatus></l:Registration>"
    return entity(number, EntityStatus=entity_status, **more).replace("</l:LEIRecord>", registered + "</l:LEIRecord>")


def successor(number: int) -> dict[str, str]:
    return {"SuccessorEntity": f"<l:SuccessorLEI>{code(number)}</l:SuccessorLEI>"}


def test_a_duplicate_is_its_successor(tmp_path: Path) -> None:
    made = told(tmp_path, entity(1), status(2, "DUPLICATE", **successor(3)), entity(3), relationship(1, 2))

    assert made.rows("controls", "controller", "company") == [(code(3), code(1))]
    assert [row[0] for row in made.rows("companies", "id")] == [code(1), code(3)]


def test_what_a_merged_entity_consolidated_is_its_successors_from_then_on(tmp_path: Path) -> None:
    merged = status(2, "MERGED", "INACTIVE", EntityExpirationDate="2022-01-01T00:00:00Z", **successor(3))
    made = told(tmp_path, entity(1), merged, entity(3), relationship(1, 2))

    assert made.rows("controls", "controller", "from", "to") == [
        (code(2), "2020-01-01", "2022-01-01"),
        (code(3), "2022-01-01", ""),
    ]


@pytest.mark.parametrize("record", [status(2, "RETIRED", "INACTIVE"), status(2, "ANNULLED")])
def test_a_parent_that_is_gone_leaves_a_holder_whom_nobody_knows(record: str, tmp_path: Path) -> None:
    made = told(tmp_path, entity(1), record, relationship(1, 2))

    assert made.rows("controls", "controller") == []
    assert made.rows("stakes", "owner", "owned", "percent") == [("", code(1), "unknown")]
    assert any(reason.startswith("a holder that is gone") for reason in made.account.kept)


def test_what_is_no_consolidation_is_kept_as_not_read(tmp_path: Path) -> None:
    made = told(
        tmp_path, entity(1), entity(2), relationship(1, 2, "IS_SUBFUND_OF"), relationship(2, 1, status="INACTIVE")
    )

    assert made.rows("unread", "table", "id", "field", "text", "other") == [
        ("controls", code(1), "means", "IS_SUBFUND_OF", code(2)),
        ("controls", code(2), "to", "INACTIVE", code(1)),
    ]
