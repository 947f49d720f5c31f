"""SARIF logs: held against models made from the official schema, and read as a tool would."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from compliance.answers.answer import Answer, FindingSubject
from compliance.reports.renderers import Drawings, Options
from compliance.reports.sarif.log import file_address, help_address, message
from compliance.reports.sarif.pattern_report import render as render_patterns
from compliance.reports.sarif.report import FINGERPRINT, render
from tests.reports.html.pages import background, many
from tests.reports.made import answer, evidence, finding


def log(told: Answer) -> dict[str, Any]:
    text = render(told, background(), Options())
    validate(text)
    made: dict[str, Any] = json.loads(text)
    return made


def validate(text: str) -> None:
    """By the official schema where its place is named (`SARIF_SCHEMA`), and by models made from it."""
    if place := os.environ.get("SARIF_SCHEMA"):
        schema = json.loads(Path(place).read_text(encoding="utf-8"))
        jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER).validate(
            json.loads(text)
        )
    pytest.importorskip("pydantic_sarif.model")
    from pydantic_sarif import model

    class_ = model.StaticAnalysisResultsFormatSarifVersion210JsonSchema
    class_.model_validate_json(text)


def test_a_finding_is_a_result_of_its_rule() -> None:
    run = log(answer(finding(), finding(rule="another", citations=["15 CFR 742.6(b)(10)"])))["runs"][0]
    rules = run["tool"]["driver"]["rules"]

    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert {one["id"] for one in rules} == {"pack_one/another", "pack_one/share_abroad"}
    assert rules[0]["helpUri"] == "https://www.ecfr.gov/current/title-15/section-742.6"
    assert "15 CFR 742.6(b)(10) (confidence: verified)" in rules[0]["help"]["text"]


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({"standing": "enforced"}, "error"),
        ({"standing": "enforced", "outcome": "review"}, "warning"),
        ({"standing": "enforced", "certainty": "possible"}, "warning"),
        ({"standing": "enforced", "effect": "eased"}, "note"),
        ({"standing": "written"}, "note"),
        ({"standing": "summary"}, "note"),
    ],
)
def test_the_level_is_by_certainty_and_standing(changes: dict[str, Any], level: str) -> None:
    assert log(answer(finding(**changes)))["runs"][0]["results"][0]["level"] == level


def test_a_result_points_to_the_lines_that_it_rests_on_else_to_whom_it_is_about() -> None:
    run = log(answer(finding(), finding(rule="z", evidence=evidence("sites"))))["runs"][0]
    first, second = (one["locations"] for one in run["results"])

    assert [one["physicalLocation"]["region"]["startLine"] for one in first] == [2, 3]
    assert first[0]["physicalLocation"]["artifactLocation"]["uri"] == "w.yaml"
    assert second == [{"logicalLocations": [{"name": "acme", "fullyQualifiedName": "family/acme", "kind": "family"}]}]


def test_a_fingerprint_is_the_same_wherever_the_rows_stand() -> None:
    def printed(told: Answer) -> list[str]:
        return [one["partialFingerprints"][FINGERPRINT] for one in log(told)["runs"][0]["results"]]

    moved = evidence("sites", "a", "b", "c")
    assert printed(answer(finding())) == printed(answer(finding(evidence=moved, message="other words")))
    assert printed(answer(finding())) != printed(answer(finding(subject=FindingSubject(kind="family", id="other"))))
    assert len(set(printed(many(50)))) == 50


def test_what_was_not_evaluated_is_told_by_the_invocation() -> None:
    invocation = log(many(1))["runs"][0]["invocations"][0]

    assert [one["message"]["text"] for one in invocation["toolExecutionNotifications"]] == [
        "cap: the quantity is not known (missing: holdings h: quantity)"
    ]


def test_brackets_and_braces_of_a_name_are_no_links_or_places() -> None:
    assert message("[x](y) {0}") == {"text": "\\[x\\](y) {{0}}"}


def test_files_are_named_as_addresses() -> None:
    assert file_address("my world/ü.yaml") == "my%20world/%C3%BC.yaml"
    assert file_address("/data/w.yaml") == "file:///data/w.yaml"


def test_citations_lead_to_where_they_are_published() -> None:
    assert help_address(["15 CFR part 748, supplement no. 10"]) == "https://www.ecfr.gov/current/title-15/part-748"
    assert help_address(["90 FR 4544"]) == "https://www.federalregister.gov/citation/90-FR-4544"
    assert help_address(["BIS guidance of 13 May 2025"]) is None


def test_the_same_answer_gives_the_same_bytes() -> None:
    assert render(many(3), background(), Options()) == render(many(3), background(), Options())


def test_a_pattern_is_a_result_to_be_reviewed() -> None:
    group = {
        "pattern": "split", "members": ["b", "a"], "orders": ["o1"], "score": "9.5", "period": "2025", "message": "m",
        "total": {"value": "5", "unit": "TPP"}, "limit": {"value": "4", "unit": "TPP"}, "evidence": [], "links": [],
    }  # fmt: skip
    text = render_patterns(
        {"as_of": "2026-11-20", "groups": [group], "assumptions": []}, Drawings("w", list), Options()
    )
    validate(text)

    result = json.loads(text)["runs"][0]["results"][0]
    assert result["level"] == "warning"
    assert [one["name"] for one in result["locations"][0]["logicalLocations"]] == ["b", "a"]
