"""A spreadsheet of orders at the pages: asked where it can be read in two ways, screened on record or not at all."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from compliance.cli.main import run
from compliance.records.checker import verify
from tests.service.running import Running

from .visiting import Visitor, text_of

Visit = Callable[[str], Visitor]
DESK = Path(__file__).parents[3] / "fixtures" / "officers_desk"
SIMPLE = (
    b"Order No.,Customer,Country,Item,Qty,Ship date\n"
    b"SO-1,B GmbH,DE,H100,8,2026-11-24\nSO-2,B GmbH,DE,H200,4,2026-11-25\n"
)


def upload(someone: Visitor, name: str, content: bytes) -> httpx.Response:
    return someone.send_file(name, content)


def answer(someone: Visitor, path: str) -> httpx.Response:
    """Says that the customer receives the goods."""
    asked = re.findall(r'name="(s\.\d+\.set\.consignee)"', someone.get(path).text)
    return fields(someone, path, **dict.fromkeys(asked, "purchaser"))


def fields(someone: Visitor, path: str, do: str = "", **more: str) -> httpx.Response:
    """Sends the form of the map with some fields, or that which screens."""
    hidden = someone.hidden(path, "<main")
    hidden.pop("do", None)
    given = someone.post(path, {**hidden, **({"do": do} if do else {}), **more})
    return someone.get(path) if given.status_code == 303 and not do else given


def test_a_workbook_is_asked_about_then_screened_with_its_map_on_record(
    desk: Running, visit: Visit, tmp_path: Path
) -> None:
    someone = visit("rahman")
    path = upload(someone, "workbook.xlsx", (DESK / "workbook.xlsx").read_bytes()).headers["Location"]
    asked = someone.get(path)
    early = fields(someone, path, "screen")
    read = fields(someone, path, **{"p.3": "PowerEdge XE9680 8x H200", "s.0.as": "-", "s.1.set.consignee": "purchaser"})
    done = fields(someone, path, "screen")
    case = someone.get(done.headers["Location"])
    number = done.headers["Location"].rpartition("/")[2]

    assert "3 questions about workbook.xlsx" in text_of(asked)
    assert "PowerEdge XE9680 8x MI300X" in asked.text
    assert early.status_code == 422
    assert "7 lines are read from workbook.xlsx" in text_of(read)
    assert "Order as a whole" in text_of(case) or "the order as a whole, 7 lines" in text_of(case)
    assert "from workbook.xlsx" in text_of(case)
    assert not verify(desk.records).problems
    archive = tmp_path / "case.zip"
    assert run(["records", "export", str(desk.records), number, "--output", str(archive)]) == 0
    assert {"source/workbook.xlsx", "source/map.yaml"} <= set(zipfile.ZipFile(archive).namelist())
    assert run(["replay", str(desk.records), number, "--output", str(tmp_path / "again.json")]) == 0
    assert someone.get(path).status_code in (404, 422)  # it is let go of


def test_next_month_nothing_is_asked(visit: Visit) -> None:
    someone = visit("rahman")
    path = upload(someone, "december.xlsx", (DESK / "december.xlsx").read_bytes()).headers["Location"]

    assert "3 lines are read from december.xlsx" in text_of(someone.get(path))


def test_the_file_and_its_map_are_kept_by_hash(desk: Running, visit: Visit) -> None:
    someone = visit("okafor")
    path = upload(someone, "orders.csv", SIMPLE).headers["Location"]
    answer(someone, path)
    done = fields(someone, path, "screen")
    number = done.headers["Location"].rpartition("/")[2]
    log = "".join(one.read_text() for one in sorted((desk.records / "log").glob("*.jsonl")))
    [record] = [one for one in map(json.loads, log.splitlines()) if one["number"] == number]
    source = record["body"]["source"]

    assert (desk.records / "content" / source["sha256"][:2] / source["sha256"]).read_bytes() == SIMPLE
    assert {source["sha256"], source["map"], record["body"]["answer"]} == set(record["refs"])
    assert (source["file"], record["body"]["by"], source["key"]) == ("orders.csv", "N. Okafor", "okafor")


def test_cells_that_are_not_read_are_said_and_nothing_is_screened_unless_told(visit: Visit) -> None:
    someone = visit("okafor")
    wrong = SIMPLE.replace(b",4,2026-11-25", b",some,2026-11-25")
    path = upload(someone, "orders.csv", wrong).headers["Location"]
    answer(someone, path)
    page = text_of(someone.get(path))
    refused = fields(someone, path, "screen")
    done = fields(someone, path, "screen", without="yes")

    assert "some" in page
    assert "not read" in page
    assert refused.status_code == 422
    assert "could not be read; their lines are not in this decision" in text_of(someone.get(done.headers["Location"]))


def test_another_person_does_not_see_it(visit: Visit) -> None:
    path = upload(visit("rahman"), "orders.csv", SIMPLE).headers["Location"]
    given = visit("okafor").get(path)

    assert given.status_code == 422
    assert "with another key" in text_of(given)


def test_a_map_that_was_changed_elsewhere_is_shown_and_not_written_over(visit: Visit) -> None:
    someone = visit("rahman")
    path = upload(someone, "orders.csv", SIMPLE.replace(b"Item", b"Thing sold")).headers["Location"]
    stale = someone.hidden(path, "<main")
    fields(someone, path, **{"s.0.0.field": "-"})
    given = someone.post(path, {**stale, "s.0.0.field": "description"})

    assert given.status_code == 422
    assert "changed in another window" in text_of(given)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("orders.exe", b"MZ"), ("orders.xlsx", b""), ("../../orders", SIMPLE), ("orders.xlsx", b"not a workbook"),
        ("orders.csv", b"\0\0\0"), ("orders.csv", b"nothing here\n"),
    ],
)  # fmt: skip
def test_what_is_no_spreadsheet_is_refused_in_words(visit: Visit, name: str, content: bytes) -> None:
    someone = visit("rahman")
    given = upload(someone, name, content)
    told = someone.get(given.headers["Location"]) if given.status_code == 303 else given

    assert told.status_code == 422
    assert "This needs a change" in text_of(told)


def test_the_name_of_a_file_leads_nowhere_else(desk: Running, visit: Visit) -> None:
    someone = visit("rahman")
    given = upload(someone, "../../../../tmp/é<b>.csv", SIMPLE)
    place = desk.records / "uploads" / given.headers["Location"].rpartition("/")[2]

    assert {one.name for one in place.iterdir()} - {"map.yaml"} == {"_b_.csv", "about.json"}
    assert "<b>" not in someone.get(given.headers["Location"]).text


def test_an_archive_that_unpacks_to_too_much_is_refused(visit: Visit) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"{number}", bytes(60 * 2**20))
    given = upload(visit("rahman"), "orders.xlsx", packed.getvalue())

    assert given.status_code == 422
    assert "unpacks to more than 256 MiB" in text_of(given)


def test_a_file_that_is_too_large_is_refused(visit: Visit) -> None:
    assert upload(visit("rahman"), "orders.csv", bytes(9 * 2**20)).status_code == 413
