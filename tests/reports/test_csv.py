"""CSV: fixed columns, a row a finding or an order line, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from compliance.answers.answer import FindingRemedy, FindingSubject, NotEvaluated
from compliance.errors import Problem
from compliance.reports.csv import FINDING_COLUMNS, LINE_COLUMNS, cell, findings_csv, lines_csv
from compliance.reports.report_context import ReportContext
from compliance.world.schema.row import Origin
from compliance.world.schema.tables import Order
from tests.reports.made import answer, determination, finding, line_finding


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def order(name: str, line: int) -> Order:
    told = {"id": name, "date": "2026-12-01", "to_country": "MY", "chip": "H100", "quantity": "8"}
    return Order.model_validate(told).at(Origin("book.csv", line))


BOOK = ReportContext(
    order="book.csv",
    orders=[order("o2", 3), order("o1", 2), order("o3", 5)],
    problems=[Problem("book.csv", 4, "`x` is not a number"), Problem("book.csv", 4, "`y` is no country")],
)


def test_a_finding_is_one_row_with_every_column() -> None:
    remedy = FindingRemedy(text="build more", action="add", quantity="1", unit="MW")
    made = answer(finding(remedy=[remedy], flags=["one", "two"]), line_finding("o1"))
    assert findings_csv(made, ReportContext()).splitlines()[0] == ",".join(FINDING_COLUMNS)
    decided, first, second = rows(findings_csv(made, ReportContext()))
    assert (decided["decision"], decided["standing"], decided["subject"]) == ("prohibited", "written", "*")
    assert None not in first
    assert first["outcome"] == "violation"
    assert first["measure"] == "7100/1001"
    assert (first["limit"], first["limit_inclusive"], first["unit"]) == ("7", "true", "percent")
    assert first["flags"] == "one;two"
    assert first["remedy"] == "build more"
    assert first["force"] == "codified_not_enforced"
    assert second["missing"] == "orders o1: authorization"
    assert second["certainty"] == "possible"


def test_what_was_not_evaluated_is_a_row_of_its_own() -> None:
    made = answer(not_evaluated=[NotEvaluated(rule="r", reason="no data")])
    *decided, row = rows(findings_csv(made, ReportContext()))
    assert {one["decision"] for one in decided} == {"unknown"}
    assert (row["outcome"], row["rule"], row["message"], row["certainty"]) == ("not_evaluated", "r", "no data", "")


def test_an_answer_without_findings_is_its_decision_alone() -> None:
    assert [row["decision"] for row in rows(findings_csv(answer(), ReportContext()))] == ["nothing_found"]


def test_every_order_line_has_a_row_in_the_order_of_the_file() -> None:
    made = answer(line_finding("o1"), lines=["o1", "o2", "o3"], determinations=[determination("o1")])
    whole, *found = rows(lines_csv(made, BOOK))
    assert (whole["order"], whole["decision"]) == ("*", "unknown")
    assert [row["decision"] for row in found] == ["unknown", "nothing_found", "unknown", "nothing_found"]
    assert lines_csv(made, BOOK).splitlines()[0] == ",".join(LINE_COLUMNS)
    assert [(row["order"], row["outcome"], row["read_at"]) for row in found] == [
        ("o1", "license_required", "book.csv:2"),
        ("o2", "no_finding", "book.csv:3"),
        ("", "not_evaluated", "book.csv:4"),
        ("o3", "no_finding", "book.csv:5"),
    ]
    assert found[2]["problem"] == "`x` is not a number; `y` is no country"
    assert found[0]["routes_open"] == "NAC"
    assert found[0]["routes_not_known"] == "ACM"
    assert found[0]["review_policy"] == "presumption_of_denial"


def test_a_line_has_its_strictest_outcome_and_all_its_rules() -> None:
    both = [line_finding("o1"), line_finding("o1", rule="banned", outcome="violation", certainty="definite")]
    (row,) = (row for row in rows(lines_csv(answer(*both), BOOK)) if row["order"] == "o1")
    assert (row["outcome"], row["certainty"], row["effect"]) == ("violation", "definite", "new")
    assert row["rules"].split(";") == ["pack_one/licensed", "pack_one/banned"]


def test_a_line_that_was_left_out_later_is_not_evaluated() -> None:
    left = NotEvaluated(rule="", reason="book.csv:3: no chip is called `H1OO`")
    (row,) = (row for row in rows(lines_csv(answer(not_evaluated=[left]), BOOK)) if row["order"] == "o2")
    assert (row["outcome"], row["problem"]) == ("not_evaluated", "no chip is called `H1OO`")


def test_a_line_number_is_no_prefix_of_another() -> None:
    left = NotEvaluated(rule="", reason="book.csv:33: bad")
    _, *lines = rows(lines_csv(answer(not_evaluated=[left], lines=["o1", "o2", "o3"]), BOOK))
    assert all("bad" not in line["problem"] for line in lines)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_a_cell_never_begins_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell(f"a{text}") == f"a{text}"


def test_a_formula_in_a_users_name_is_disarmed_in_the_file() -> None:
    made = answer(finding(subject=FindingSubject(kind="family", id='=HYPERLINK("http://x")')))
    _, row = rows(findings_csv(made, ReportContext()))
    assert row["subject"] == '\'=HYPERLINK("http://x")'
