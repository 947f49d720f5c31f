"""Workbooks, read again: what stands in which sheet, nothing that could be a formula, the same bytes each time."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from compliance.answers.answer import Answer, FindingSubject, Quantity
from compliance.reports.renderers import Drawings, Options
from compliance.reports.workbook import book as writing
from compliance.reports.workbook.book import Book, Sheet, cell_text
from compliance.reports.workbook.pattern_report import render as render_patterns
from compliance.reports.workbook.report import render
from tests.reports.html.pages import background, many
from tests.reports.made import answer, determination, finding, line_finding

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1")


def read(octets: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(octets))


def made(told: Answer, **changes: Any) -> Any:
    return read(render(told, background(**changes), Options()))


def rows(sheet: Any) -> list[dict[str, Any]]:
    head, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


def test_each_subject_has_a_sheet_with_a_frozen_head_and_filters() -> None:
    book = made(answer(finding(), determinations=[determination("x")]))

    assert book.sheetnames == [
        "Decision", "Findings", "Clauses", "Evidence", "Not checked", "Limits", "Inventory", "Routes", "Law",
    ]  # fmt: skip
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.column_dimensions["A"].width > 5


def test_the_decision_stands_on_the_first_sheet() -> None:
    told = [(row["Subject"], row["Told"]) for row in rows(made(many(1))["Decision"])]

    assert ("Decision", "prohibited: Do not ship") in told[:5]
    assert any(label.startswith("Next") for label, _ in told)
    assert ("List", "EntityList of 2026-11-18, 1,400 entries") in told
    assert (
        "Not checked",
        "1 not evaluated, 1 values not read, 1 clauses of law not encoded; see the sheet `Not checked`",
    ) in told


def test_ids_and_figures_are_text_and_exact() -> None:
    one = finding(
        subject=FindingSubject(kind="line", id="00123"), measure=Quantity(value="26900800", unit="TPP", high="26900800")
    )
    row = rows(made(answer(one))["Findings"])[0]

    assert row["Subject"] == "00123"
    assert row["Measure"] == "26900800"
    assert row["Rows"] == 2


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_starts_a_formula(text: str) -> None:
    one = finding(subject=FindingSubject(kind="line", id=text), message=text, rule=text, citations=[text])
    book = made(answer(one), world=text)

    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_an_address_is_no_link() -> None:
    octets = render(answer(finding(message="https://example.org/x")), background(), Options())

    assert "hyperlink" not in "".join(
        zipfile.ZipFile(BytesIO(octets)).read(name).decode() for name in zipfile.ZipFile(BytesIO(octets)).namelist()
    )


def test_the_same_answer_gives_the_same_bytes_on_any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    before = render(many(3), background(), Options())
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)

    assert render(many(3), background(), Options()) == before
    assert read(before).properties.created == datetime(2026, 11, 20)


def test_a_cell_too_long_for_excel_is_cut_and_says_so() -> None:
    for text in ("x" * 40_000, "𝒳" * 20_000):
        told = cell_text(text)

        assert len(told.encode("utf-16-le")) // 2 <= writing.MOST_LETTERS
        assert told.endswith(writing.CUT)
    assert cell_text("x" * writing.MOST_LETTERS) == "x" * writing.MOST_LETTERS


def test_rows_that_excel_has_no_room_for_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 5)
    book = Book([Sheet("S", "s", {"n": 5})], "t", "2026-11-20")
    for number in range(10):
        book.add("S", [number])
    sheet = read(book.octets())["S"]

    assert [row[0] for row in sheet.iter_rows(values_only=True)] == [
        "n", 0, 1, 2, "7 rows more than a sheet has room for: the JSON has them",
    ]  # fmt: skip


def test_order_lines_have_a_sheet() -> None:
    book = made(answer(line_finding("b"), lines=["a", "b"]), order="orders.csv")
    told = rows(book["Order lines"])

    assert [row["Order line"] for row in told] == ["b", "a"]


def test_limits_that_are_not_passed_stand_there_too() -> None:
    told = {
        row["Holder"]: (row["Total"], row["Most it may be"], row["Limit"]) for row in rows(made(answer())["Limits"])
    }

    assert told["MY"] == ("46000", None, "50000")
    assert told["SA"] == ("0", "35064", "50000")
    assert told["QA"] == ("0", "not bounded", "50000")


def test_patterns_have_a_workbook() -> None:
    group = {
        "pattern": "split", "members": ["=a", "b"], "orders": ["o1"], "score": "9.5", "period": "2025", "message": "m",
        "total": {"value": "5", "unit": "TPP"}, "limit": {"value": "4", "unit": "TPP"}, "evidence": [],
        "links": [{"kind": "address", "a": "=a", "b": "b", "weight": "1", "detail": "d", "value": "v"}],
    }  # fmt: skip
    told = {"as_of": "2026-11-20", "groups": [group], "assumptions": []}
    book = read(render_patterns(told, Drawings("w", list), Options()))

    assert [row["Member"] for row in rows(book["Members"])] == ["'=a", "b"]
    assert rows(book["Groups"])[0]["Total"] == "5"
