"""A finding is seen no better than the weakest of what it leans on; the force history stands in every answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance.decisions.audit import audit
from compliance.reports.markdown import markdown
from compliance.reports.report_context import ReportContext
from compliance.reports.text.text import text
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import parse_world

(PACK,) = load_packs(["us_ai_diffusion"])


def audited(day: str, chip: str, **line: Any) -> Any:
    made = {"name": "K5", "throughput": {"FP16": "312.5"}, "data_center": "true"}
    shipment = {"id": "s", "date": day, "consignee": "c", "to_country": "NO", "chip": chip, "quantity": "9", **line}
    world = {"companies": [{"id": "c", "headquarters": "NO"}], "chips": [made], "shipments": [shipment]}
    parsed = parse_world(world, "world.yaml")
    return parsed, audit(parsed, [PACK], date(2026, 12, 31), "as-written")


@pytest.mark.parametrize(
    ("day", "chip", "line", "expected"),
    [
        ("2026-08-01", "K5", {"authorization": "none"}, "verified"),
        ("2026-08-01", "H100", {"authorization": "none"}, "secondary"),  # the catalogue's throughput of the chip
        ("2026-08-01", "K5", {"authorization": "LPP", "to_country": "KZ"}, "secondary"),  # the rule itself
        ("2026-07-22", "K5", {"authorization": "LPP", "to_country": "KZ"}, "memory"),  # D:1 before it was read
    ],
)
def test_the_weakest_confidence_stands(day: str, chip: str, line: dict[str, str], expected: str) -> None:
    _, answer = audited(day, chip, **line)

    assert [finding.confidence for finding in answer.findings] == [expected]


def test_every_report_shows_the_force_history() -> None:
    world, answer = audited("2025-06-01", "K5", authorization="none")
    background = ReportContext.of(world, [PACK], date(2026, 12, 31), name="world.yaml")

    assert [(step.since, step.state, step.enforced) for step in answer.packs[0].history] == [
        ("2025-01-13", "in_force", "codified_not_enforced"),
        ("2025-05-13", "codified_not_enforced", "codified_not_enforced"),
    ]
    for report in (text(answer, background, details=True), markdown(answer, background)):
        assert "Standing in law, by date" in report
        assert all(said in report for said in ("2025-01-13", "90 FR 4544", "2025-05-13", "GAO B-337935"))


def test_a_finding_names_each_of_its_sources_once() -> None:
    chips = {"companies": [{"id": "c", "headquarters": "MY"}]}
    line = {"date": "2025-06-01", "consignee": "c", "to_country": "MY", "chip": "H100", "authorization": "license"}
    shipments = [{"id": str(n), **line, "quantity": "40000"} for n in range(3)]
    answer = audit(parse_world({**chips, "shipments": shipments}, "w"), [PACK], date(2026, 12, 31), "as-written")
    (used,) = [finding for finding in answer.findings if finding.topic == "country_allocation"]

    assert used.citations == ["15 CFR 742.6(b)(10)(iii)(B)(2)", "15 CFR 742.6(b)(10)(iii)(B)"]


@pytest.mark.parametrize(
    ("posture", "told"),
    [
        ("both", "stands as written; whether it is enforced is not confirmed"),
        ("as-enforced", "; whether it is enforced is not confirmed"),
        ("as-written", "stands as written only"),
    ],
)
def test_a_finding_of_which_the_enforcement_is_not_confirmed_says_so(posture: str, told: str) -> None:
    packs = load_packs(["us_affiliates"])
    world = parse_world(
        {
            "companies": [{"id": "x", "headquarters": "CN"}, {"id": "a", "headquarters": "MY"}],
            "stakes": [{"owner": "x", "owned": "a", "percent": "50"}],
            "listings": [{"party": "x", "list": "EntityList"}],
            "shipments": [{"id": "s", "date": "2026-11-12", "consignee": "a", "to_country": "MY", "chip": "H100",
                           "quantity": "1", "authorization": "none"}],
        },
        "world.yaml",
    )  # fmt: skip
    answer = audit(world, packs, date(2026, 11, 20), posture)
    background = ReportContext.of(world, packs, date(2026, 11, 20), name="world.yaml")
    (owned,) = (finding for finding in answer.findings if finding.rule == "owned_by_listed")
    reports = [" ".join(told.split()) for told in (text(answer, background), markdown(answer, background))]

    assert (owned.force.state, owned.force.enforced) == ("in_force", "unconfirmed")
    assert all(told in report and report.count("in force since 2026-11-10; as enforced not c") for report in reports)
