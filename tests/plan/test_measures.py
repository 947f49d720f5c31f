"""The six measures of contracts 5 as columnar plans, each on both sides of its edge."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.answers.answer import Finding
from compliance.decisions.audit import audit
from compliance.plan.planner import Planner
from compliance.rulebook.packs import Pack, load_packs
from tests.packs import line, on, pack_of, world

HEADLINE, DIFFUSION = load_packs(["diffusion_headline", "us_ai_diffusion"])


def found(pack: Pack, topic: str, as_of: str = "2026-12-31", **tables: list[dict[str, str]]) -> list[Finding]:
    return [f for f in audit(world(**tables), [pack], on(as_of), "as-written").findings if f.topic == topic]


@pytest.mark.parametrize(("small", "over"), [(1700, False), (1701, True)])
def test_the_headline_cap_leaves_out_small_purchases(small: int, over: bool) -> None:
    shipments = [line("s1", "c", "MY", 49_000), line("s2", "c", "MY", small)]

    findings = found(HEADLINE, "country_allocation", companies=[{"id": "c", "headquarters": "MY"}], shipments=shipments)

    assert [f.measure and f.measure.value for f in findings] == (["50701"] if over else [])


def test_lpp_is_charged_to_the_operator_of_a_consignee_in_tier_1_only() -> None:
    def total(seat: str) -> list[tuple[str, str]]:
        shipments = [
            line("s1", "c", "BR", 1000, authorization="LPP", operator="o", charged_to="o"),
            line("s2", "o", "BR", 700, authorization="LPP"),
        ]
        parties = [{"id": "c", "headquarters": seat}, {"id": "o", "headquarters": "BR"}]
        findings = found(DIFFUSION, "small_order", companies=parties, shipments=shipments)
        return [(f.subject.id, f.measure.value) for f in findings if f.measure]

    assert total("DE") == [("o", "26900800")]
    assert total("SG") == []


@pytest.mark.parametrize(("units", "arranged", "limit"), [(49_925, False, "790000000"), (99_849, True, "1580000000")])
def test_an_arrangement_leaves_open_up_to_twice_the_allocation_from_its_day(
    units: int, arranged: bool, limit: str
) -> None:
    def allocation(quantity: int) -> list[Finding]:
        return found(
            DIFFUSION,
            "country_allocation",
            companies=[{"id": "c", "headquarters": "IN"}],
            shipments=[line("s", "c", "IN", quantity, authorization="license")],
            arrangements=[{"country": "IN", "kind": "government_to_government", "from": "2025-03-01"}]
            if arranged
            else [],
        )

    assert [f.certainty for f in allocation(units - 1)] == (["possible"] if arranged else [])
    assert allocation(49_924) == []
    (finding,) = allocation(units)
    assert finding.certainty == "definite"
    assert finding.limit is not None
    assert finding.limit.value == limit


def base(**units: int) -> dict[str, list[dict[str, str]]]:
    """The holdings of a universal validated end user, by country."""
    return {
        "companies": [{"id": "op", "headquarters": "US"}],
        "listings": [{"party": "op", "list": "UVEU"}],
        "sites": [{"id": c, "operator": "op", "owner": "op", "country": c} for c in units],
        "holdings": [{"site": c, "chip": "H100", "quantity": str(n), "owner": "op"} for c, n in units.items()],
    }


@pytest.mark.parametrize(
    ("units", "rules"),
    [
        ({"US": 55, "DE": 20, "SG": 7, "MY": 7, "IN": 7, "BR": 4}, []),
        ({"US": 54, "DE": 20, "SG": 7, "MY": 7, "IN": 7, "BR": 5}, ["uveu_outside"]),
        ({"US": 72, "DE": 20, "SG": 8}, ["uveu_one_country"]),
        ({"US": 50, "DE": 50}, []),
        ({"US": 49, "DE": 51}, ["uveu_at_home"]),
        ({"DE": 100}, ["uveu_at_home"]),
    ],
)
def test_the_three_shares_of_a_validated_end_user_hold_at_their_edges(units: dict[str, int], rules: list[str]) -> None:
    assert [f.rule for f in found(DIFFUSION, "capacity_share", **base(**units))] == rules


@pytest.mark.parametrize(
    ("as_of", "units", "over"),
    [("2025-09-30", 80_005, False), ("2025-09-30", 80_006, True), ("2025-10-01", 80_006, False)],
)
def test_the_ceiling_of_the_quarter_binds_the_installed_base(as_of: str, units: int, over: bool) -> None:
    tables = base(IN=units)
    tables["listings"] = [{"party": "op", "list": "NVEU", "country": "IN"}]

    findings = found(DIFFUSION, "installed_base", as_of, **tables)

    assert [(f.subject.key, f.subject.period) for f in findings] == ([("IN", "2025-Q3")] if over else [])


VOLUME = """
    parameters:
      half: {text: percent, unit: percent, values: [{value: "50", citation: 91 FR 1684, confidence: verified}]}
    measures:
      to_china:
        text: TPP of a chip exported to China and Macau
        unit: TPP
        of: lines
        where: {counts: true, movement: export, to_country: [CN, MO]}
        sum: [quantity, chip.tpp]
        by: {id: chip}
      to_us_customers:
        text: TPP of a chip shipped to US customers for use in the US
        unit: TPP
        of: lines
        where: {counts: true, to_country: US, end_use_country: US}
        sum: [quantity, chip.tpp]
        by: {id: chip}
      volume:
        text: what went to China against what went to US customers
        unit: percent
        part: to_china
        to: to_us_customers
"""
VOLUME_RULE = """
    id: volume_condition
    title: No more than half of what US customers got
    topic: review_policy
    citation: 91 FR 1684
    confidence: secondary
    of: volume
    subject: {kind: chip}
    when:
      more than half went to China and Macau: {measure: {gt: $half}}
    then:
      outcome: review
      message: "{measure} percent of what US customers got of {subject} went to China and Macau."
"""


@pytest.mark.parametrize(("to_china", "measure"), [(500, []), (501, ["501/10"])])
def test_the_volume_condition_compares_two_totals_of_one_product(
    tmp_path: Path, to_china: int, measure: list[str]
) -> None:
    pack = pack_of(tmp_path, definitions=VOLUME, volume_condition=VOLUME_RULE)
    shipments = [
        line("u", "u", "US", 1000, movement="domestic", end_use_country="US"),
        line("m", "c", "MO", 100),
        line("c", "c", "CN", to_china - 100),
    ]

    findings = found(
        pack, "review_policy", companies=[{"id": i, "headquarters": "US"} for i in "uc"], shipments=shipments
    )

    assert [f.measure.value for f in findings if f.measure] == ([] if not measure else ["50.1"])


COUNT = """
    parameters:
      none: {text: lines, unit: lines, values: [{value: "0", citation: a test, confidence: design}]}
    measures:
      sent:
        text: lines with advanced chips to a country
        unit: lines
        of: lines
        where: {counts: true, chip.zone: a}
        count: rows
        by: {id: to_country}
"""
COUNT_RULE = """
    id: counted
    title: Something was sent
    topic: country_allocation
    citation: a test
    confidence: design
    of: sent
    subject: {kind: country}
    when:
      a line went there: {measure: {gt: $none}}
    then:
      outcome: review
      message: "{measure} lines went to {subject}."
"""


def test_a_line_of_a_product_with_several_kinds_of_chips_is_counted_once(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, definitions=COUNT, counted=COUNT_RULE)
    held = {"two": ("H100", "H200"), "one": ("H100", "L2"), "may": ("H100", "unheard-of")}
    products = [{"name": name, "chip": chip, "count": "1"} for name, chips in held.items() for chip in chips]
    shipments = [line(f"{name}{n}", "c", "MY", 1, chip=name) for name in held for n in range(2)]
    shipments += [line("plain", "c", "MY", 1), line("other", "c", "MY", 1, chip="L2")]

    (finding,) = found(
        pack, "country_allocation", companies=[{"id": "c", "headquarters": "MY"}], chips=[{"name": "unheard-of"}],
        products=products, shipments=shipments,
    )  # fmt: skip

    assert finding.measure is not None
    assert (finding.measure.value, finding.evidence.count) == ("7", 7)


WITHIN = """
    parameters:
      most: {text: units, unit: units, values: [{value: "100", citation: a test, confidence: design}]}
    measures:
      bought:
        text: advanced chips bought in ten days
        unit: units
        of: lines
        where: {counts: true, chip.zone: a}
        sum: quantity
        by: {id: consignee}
        rolling_days: "10"
"""
WITHIN_RULE = COUNT_RULE.replace("of: sent", "of: bought").replace("$none", "$most").replace("country}", "party}")


def test_windows_of_days_add_up_what_is_known_and_what_may_be(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, definitions=WITHIN, counted=WITHIN_RULE)
    days = ("2025-03-01", "2025-03-10", "2025-03-19")
    shipments = [line(f"{who}{day}", who, "MY", 60, day) for who in ("known", "open") for day in days]
    shipments.append(line("more", "open", "MY", 7, "2025-03-12", chip="unheard-of"))
    shipments += [line(f"few{day}", "few", "MY", 50, day) for day in days]
    shipments += [line(f"may{day}", "may", "MY", 60, day, chip="unheard-of") for day in days[:2]]
    parties = [{"id": name, "headquarters": "MY"} for name in ("known", "open", "few", "may")]

    findings = found(pack, "country_allocation", companies=parties, chips=[{"name": "unheard-of"}], shipments=shipments)

    assert {f.subject.id: (f.certainty, f.measure and f.measure.value, f.subject.period) for f in findings} == {
        "known": ("definite", "120", "2025-03-01/2025-03-11"),  # of two such windows the first
        "open": ("definite", "120", "2025-03-10/2025-03-20"),  # the one that may be more
        "may": ("possible", "120", "2025-03-01/2025-03-11"),
    }


def test_a_rule_is_one_columnar_query_with_no_rows_in_it() -> None:
    plan = Planner(DIFFUSION).plan()

    assert {statement.kind for statement in plan.statements} == {"table", "view", "some"}
    assert all("GROUP BY" in s.sql for s in plan.statements if s.name.startswith("total__") and "share" not in s.name)
    assert [rule.rule.id for rule in plan.rules] == [rule.id for rule in DIFFUSION.rules]


def test_a_count_of_the_parties_behind_a_total_reads_the_rows_of_that_total() -> None:
    plan = Planner(HEADLINE).plan()
    made = {statement.name: statement.sql for statement in plan.statements}

    assert "counted__family_buyers" not in made
    assert "counted__family_small_purchases" in made["total__family_buyers"]
