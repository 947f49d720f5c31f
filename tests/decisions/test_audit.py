"""Audit: what a finding says, what it rests on, and in which posture it stands."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from compliance.answers.answer import Evidence, Finding
from compliance.decisions.audit import audit
from compliance.errors import InputError, UsageError
from compliance.explain.finding_kinds import exit_status
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import load_world
from compliance.world.world import World
from tests.packs import line, on, world

HEADLINE, DIFFUSION = load_packs(["diffusion_headline", "us_ai_diffusion"])
MALAYSIAN = [{"id": "c", "headquarters": "MY"}]
FIXTURES = Path(__file__).parents[2] / "fixtures"
NOT_LAW = frozenset({"diffusion_headline"})


def lpp(quantity: int, **more: str) -> World:
    return world(companies=MALAYSIAN, shipments=[line("s1", "c", "MY", quantity, authorization="LPP", **more)])


def only(found: list[Finding], rule: str) -> Finding:
    (finding,) = [f for f in found if f.rule == rule]
    return finding


def test_a_finding_tells_its_clause_value_limit_and_distance() -> None:
    finding = only(audit(lpp(1700), [DIFFUSION], on("2025-12-31")).findings, "lpp_yearly_limit")

    (clause,) = finding.clauses
    assert (clause.holds, clause.value, clause.limit, clause.distance) == (True, "26900800", "26900000", "800")
    assert finding.limit is not None
    assert (finding.limit.unit, finding.limit.inclusive, finding.limit.source) == ("TPP", True, "15 CFR 740.29(a)")
    assert (
        finding.message
        == "c and the companies under it would receive 26,900,800 TPP under LPP in 2025, 800 above the 26,900,000 that "
        "one ultimate consignee may receive without a license."
    )
    assert [(r.table, r.id) for r in finding.evidence.rows] == [("shipments", "s1")]
    assert finding.certainty == "definite"
    assert finding.missing == []


def test_the_remedy_is_the_least_that_cures() -> None:
    (remedy,) = only(audit(lpp(1750), [DIFFUSION], on("2025-12-31")).findings, "lpp_yearly_limit").remedy

    assert (remedy.action, remedy.quantity, remedy.unit) == ("remove", "51", "units of H100")
    assert only_none(lpp(1750 - 51))
    assert not only_none(lpp(1750 - 50))


def only_none(tables: World) -> bool:
    return not [f for f in audit(tables, [DIFFUSION], on("2025-12-31")).findings if f.rule == "lpp_yearly_limit"]


def test_megawatts_at_home_cure_a_share_to_the_watt() -> None:
    tables = world(
        companies=[{"id": "op", "headquarters": "US"}],
        sites=[
            {"id": "us", "operator": "op", "country": "US", "it_mw": "930"},
            {"id": "my", "operator": "op", "country": "MY", "it_mw": "70.7"},
        ],
    )

    remedies = only(audit(tables, [HEADLINE], on("2026-06-30")).findings, "capacity_abroad").remedy

    assert [(r.action, r.quantity, r.unit) for r in remedies] == [("add", "9.3", "MW")]


@pytest.mark.parametrize(
    ("posture", "as_of", "postures"),
    [
        ("both", "2026-11-20", ["as-written"]),
        ("as-written", "2026-11-20", ["as-written"]),
        ("as-enforced", "2026-11-20", []),
    ],
)
def test_a_rule_that_is_codified_and_not_enforced_is_found_as_written_only(
    posture: str, as_of: str, postures: list[str]
) -> None:
    findings = audit(lpp(1700), [DIFFUSION], on(as_of), posture).findings

    assert [p for f in findings if f.rule == "lpp_yearly_limit" for p in f.posture] == postures
    assert {f.force.state for f in findings} <= {"codified_not_enforced"}


def test_before_the_rule_existed_it_says_nothing() -> None:
    assert audit(lpp(1700, date="2024-06-01"), [DIFFUSION], on("2024-12-31")).findings == []


def test_an_unknown_seat_makes_a_finding_possible_and_says_what_would_settle_it() -> None:
    tables = world(companies=[{"id": "c"}], shipments=[line("s1", "c", "MY", 8, authorization="license")])

    finding = only(audit(tables, [HEADLINE], on("2025-12-31")).findings, "barred_party")

    assert finding.certainty == "possible"
    assert finding.message.startswith("Possibly: ")
    assert ("companies", "c", "headquarters") in [(m.table, m.id, m.field) for m in finding.missing]


def test_a_parent_is_shown_by_the_owners_on_the_way() -> None:
    tables = world(
        companies=[{"id": i, "headquarters": s} for i, s in (("c", "SG"), ("m", "SG"), ("top", "CN"))],
        stakes=[{"owner": "top", "owned": "m", "percent": "60"}, {"owner": "m", "owned": "c", "percent": "51"}],
        shipments=[line("s1", "c", "SG", 8, authorization="license")],
    )

    finding = only(audit(tables, [HEADLINE], on("2025-12-31")).findings, "barred_party")

    assert [(step.owner, step.owned, step.percent) for step in finding.path] == [("top", "m", "60"), ("m", "c", "51")]


def test_an_unevidenced_license_is_named_under_missing() -> None:
    claimed = line("s1", "c", "MY", 8, authorization="license", authorization_id="L9")

    finding = only(
        audit(world(companies=MALAYSIAN, shipments=[claimed]), [DIFFUSION], on("2025-12-31")).findings,
        "worldwide_license",
    )

    assert [(m.table, m.id, m.field) for m in finding.missing] == [("authorizations", "L9", "id")]


def test_a_determination_lists_each_condition_and_unknown_never_counts_as_met() -> None:
    answer = audit(lpp(100), [DIFFUSION], on("2025-12-31"))

    (determination,) = answer.determinations
    route = next(r for r in determination.routes if r.kind == "LPP")
    assert (route.available, route.claimed) == (None, True)
    assert [c.met for c in route.conditions] == [True, True, True, True, True, None]
    assert determination.review_policy == "presumption_of_approval"

    certified = world(
        companies=MALAYSIAN,
        shipments=[line("s1", "c", "MY", 100, authorization="LPP")],
        certifications=[{"kind": "LPP", "party": "c", "date": "2025-05-01"}],
    )
    (determination,) = audit(certified, [DIFFUSION], on("2025-12-31")).determinations
    assert next(r for r in determination.routes if r.kind == "LPP").available is True


def test_a_parameter_that_is_set_is_an_assumption_of_the_answer() -> None:
    tighter = HEADLINE.with_parameters({"small_purchase": "99"})

    answer = audit(lpp(100), [tighter], on("2025-12-31"))

    assert [f.measure.value for f in answer.findings if f.rule == "small_purchase_exemption" and f.measure] == ["100"]
    assert answer.assumptions == ["diffusion_headline: the parameter `small_purchase` is set to 99 for this answer"]


def test_a_chip_of_the_world_that_replaces_one_of_the_catalogue_is_an_assumption() -> None:
    slow = {"name": "H100", "throughput": "FP8=100", "die_area_mm2": "814", "data_center": "true"}
    same = {**slow, "name": "K9"}
    sold = world(companies=MALAYSIAN, chips=[slow, same], shipments=[line("s1", "c", "MY", 100)])

    assert audit(sold, [HEADLINE], on("2025-12-31")).assumptions == [
        "H100 is as the table `chips` of the world has it, 800 TPP; the catalogue has 15824 TPP"
    ]


def test_an_unknown_chip_stops_the_answer_with_its_line_and_a_near_name() -> None:
    with pytest.raises(InputError) as caught:
        audit(
            world(companies=MALAYSIAN, shipments=[{**line("s1", "c", "MY", 1), "chip": "H10O"}]),
            [DIFFUSION],
            on("2025-12-31"),
        )

    assert "no chip or product is called `H10O`. Did you mean `H100`?" in str(caught.value)


def test_an_answer_needs_a_day() -> None:
    with pytest.raises(UsageError, match="no day is given"):
        audit(lpp(1), [DIFFUSION])


def test_every_answer_says_what_is_not_encoded() -> None:
    answer = audit(lpp(1), [HEADLINE, DIFFUSION], on("2025-12-31"))

    assert {n.pack for n in answer.not_encoded} == {"diffusion_headline", "us_ai_diffusion"}


def test_the_exit_status_counts_what_is_enforced_and_what_is_not_law() -> None:
    codified = audit(lpp(1700), [DIFFUSION], on("2025-12-31"))
    written = audit(lpp(1700), [DIFFUSION], on("2025-12-31"), "as-written")
    headline = audit(lpp(1701), [HEADLINE], on("2025-12-31"))
    possible = audit(world(companies=[{"id": "c"}], shipments=[line("s", "c", "MY", 8)]), [HEADLINE], on("2025-12-31"))

    assert exit_status(codified, "review", NOT_LAW) == 0
    assert exit_status(written, "review", NOT_LAW) == 1
    assert exit_status(headline, "violation", NOT_LAW) == 1
    assert exit_status(possible, "violation", NOT_LAW) == 3


@pytest.mark.parametrize(
    ("day", "posture", "status"),
    [
        ("2025-10-15", "both", 1),  # in force
        ("2026-11-10", "both", 3),  # back by its own words; whether it is enforced is not confirmed
        ("2026-11-10", "as-written", 1),
        ("2026-11-10", "as-enforced", 3),
        ("2027-01-11", "both", 1),
    ],
)
def test_a_rule_of_which_it_is_not_confirmed_that_it_is_enforced_counts_as_possible(
    day: str, posture: str, status: int
) -> None:
    sale = line("s", "a", "MY", 8, date=day, chip="H20", authorization="none")
    owned = world(
        companies=[{"id": "e", "headquarters": "CN"}, {"id": "a", "headquarters": "MY"}],
        stakes=[{"owner": "e", "owned": "a", "percent": "60"}],
        listings=[{"party": "e", "list": "EntityList"}],
        shipments=[sale],
    )

    assert (
        exit_status(audit(owned, load_packs(["us_affiliates"]), on(day), posture), "license_required", NOT_LAW)
        == status
    )


def test_the_same_inputs_give_the_same_bytes() -> None:
    tables = lpp(1700)

    assert (
        audit(tables, [HEADLINE, DIFFUSION], on("2025-12-31")).json_text()
        == audit(tables, [HEADLINE, DIFFUSION], on("2025-12-31")).json_text()
    )


def test_a_party_described_by_name_alone_never_gives_more_than_review() -> None:
    def findings(**described: str) -> list[tuple[str, str]]:
        tables = World.of(
            companies=[
                {"id": "c", "name": "Orchid Compute Pte Ltd", "headquarters": "SG", "lei": "5493001KJTIIGC8Y1R12"},
                {"id": "top", "headquarters": "CN"},
            ],
            stakes=[{"owner": "top", "owned": "c", "percent": "100"}],
            shipments=[{**line("s", "c", "SG", 8), "consignee": described}],  # type: ignore[list-item, dict-item]
        )
        return [
            (f.rule, f.outcome)
            for f in audit(tables, [HEADLINE], on("2025-12-31")).findings
            if f.rule == "barred_party"
        ]

    assert findings(name="Orchid Compute Pte. Ltd.", country="SG") == [("barred_party", "review")]
    assert findings(lei="5493001KJTIIGC8Y1R12") == [("barred_party", "violation")]
    assert findings(name="Another Company", country="SG") == []
    assert findings(name="Another Company", country="CN") == [("barred_party", "violation")]


def test_evidence_is_made_when_asked_and_is_a_list_in_every_copy() -> None:
    answer = audit(load_world(FIXTURES / "dirty_fleet.yaml"), None, on("2026-06-30"))
    (found, *_) = [finding for finding in answer.findings if finding.evidence.count > 1]
    rows = found.evidence.rows

    assert not isinstance(rows, list)
    assert [rows[-1], *rows[:-1]] == [list(rows)[-1], *list(rows)[:-1]]
    for copy in (pickle.loads(pickle.dumps(found)), found.model_copy(deep=True)):
        assert isinstance(copy.evidence.rows, list)
        assert copy == found
    assert Evidence.model_validate_json(found.evidence.model_dump_json()) == found.evidence


@pytest.mark.parametrize("rows", [5, "abc", {"a": 1}, [{"table": "shipments"}]])
def test_evidence_that_is_not_made_of_rows_is_refused(rows: object) -> None:
    with pytest.raises(ValidationError):
        Evidence.model_validate({"rows": rows, "count": 1})
