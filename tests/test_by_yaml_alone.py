"""A new quota, ratio, ban and exemption: each is YAML in a folder, and shows in audit, screening and headroom."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.decisions.audit import audit
from compliance.decisions.screen import screen
from compliance.decisions.world_headroom import headroom
from compliance.errors import InputError
from compliance.world.schema.tables import Order
from tests.packs import line, on, pack_of, world

QUOTA_MEASURE = """
    measures:
      quarter_units:
        text: Units that the companies of a family received in a quarter
        unit: accelerators
        of: lines
        where: {counts: true, chip.zone: a}
        sum: quantity
        by: {id: consignee.family, period: quarter}
"""
QUOTA = """
    id: family_quota
    title: A family receives at most 500 in a quarter
    topic: country_allocation
    citation: our own policy 7
    confidence: design
    of: quarter_units
    subject: {kind: family}
    parameters:
      quota:
        text: Units a quarter
        unit: accelerators
        values:
          - {value: "500", citation: our own policy 7, confidence: design}
    when:
      the family received more than its quota in the quarter: {measure: {gt: $quota}}
    then:
      outcome: violation
      message: "{subject} received {measure} in {period}, {over} over {limit}."
      remedy: [{action: remove, text: "take {quantity} off"}]
"""
FAMILY = {
    "companies": [
        {"id": "p", "headquarters": "MY"},
        {"id": "a", "headquarters": "MY"},
        {"id": "b", "headquarters": "SG"},
    ],
    "stakes": [{"owner": "p", "owned": "a", "percent": "100"}, {"owner": "p", "owned": "b", "percent": "60"}],
}


def order(**row: str) -> Order:
    made = Order.model_validate(row)
    assert isinstance(made, Order)
    return made


def test_a_quota_per_family_and_quarter_is_audited_screened_and_has_headroom(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, definitions=QUOTA_MEASURE, family_quota=QUOTA)
    before = world(
        **FAMILY, shipments=[line("s1", "a", "MY", 300, "2025-05-01"), line("s2", "b", "SG", 150, "2025-06-30")]
    )
    over = world(
        **FAMILY, shipments=[line("s1", "a", "MY", 300, "2025-05-01"), line("s2", "b", "SG", 201, "2025-06-30")]
    )

    assert audit(before, [pack], on("2025-12-31")).findings == []

    (finding,) = audit(over, [pack], on("2025-12-31")).findings
    assert (finding.subject.id, finding.subject.period, finding.measure and finding.measure.value) == (
        "p",
        "2025-Q2",
        "501",
    )
    assert [(r.action, r.quantity) for r in finding.remedy] == [("remove", "1")]

    (finding,) = screen(before, [order(**line("o", "a", "MY", 60, "2025-06-30"))], [pack], on("2025-06-30")).findings
    assert (finding.effect, finding.message) == ("new", "p received 510 in 2025-Q2, 10 over 500.")

    (route,) = headroom(before, chip="H100", consignee="a", authorization="none", packs=[pack], as_of=on("2025-06-30"))[
        "routes"
    ]
    assert (route["units"], route["binding"]["rule"], route["next"]) == (50, "family_quota", None)


RATIO_MEASURES = """
    measures:
      boxed:
        text: Units that a holder has in boxes
        unit: accelerators
        of: installed
        where: {status: boxed}
        sum: quantity
        by: {id: holder}
      held:
        text: Units that a holder has
        unit: accelerators
        of: installed
        sum: quantity
        by: {id: holder}
      boxed_share:
        text: Share of a holder's units that is in boxes
        unit: percent
        part: boxed
        whole: held
"""
RATIO = """
    id: boxed_share_limit
    title: At most a tenth in boxes
    topic: diversion
    citation: our own policy 8
    confidence: design
    of: boxed_share
    subject: {kind: company}
    parameters:
      tenth:
        text: percent in boxes
        unit: percent
        values: [{value: "10", citation: our own policy 8, confidence: design}]
    when:
      more than a tenth is in boxes: {measure: {gt: $tenth}}
    then:
      outcome: review
      message: "{subject} has {measure} percent in boxes; {limit} are expected."
"""


def test_a_ratio_is_audited_screened_and_has_headroom(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, definitions=RATIO_MEASURES, boxed_share_limit=RATIO)
    tables = {
        "companies": [{"id": "h", "headquarters": "MY"}],
        "sites": [{"id": "p", "operator": "h", "owner": "h", "country": "MY"}],
    }

    def held(boxed: int) -> list[dict[str, str]]:
        return [
            {"site": "p", "chip": "H100", "quantity": "90", "owner": "h"},
            {"site": "p", "chip": "H100", "quantity": str(boxed), "owner": "h", "status": "boxed"},
        ]

    assert audit(world(**tables, holdings=held(10)), [pack], on("2025-12-31")).findings == []
    over = world(**tables, holdings=held(11))
    (finding,) = audit(over, [pack], on("2025-12-31")).findings
    assert finding.measure is not None
    assert finding.measure.value == "1100/101"

    bought = [order(**line("o", "h", "MY", 9, "2025-12-31", site="p"))]
    (finding,) = screen(over, bought, [pack], on("2025-12-31")).findings
    assert (finding.effect, finding.before and finding.before.value, finding.after) == ("eased", "1100/101", None)

    (route,) = headroom(
        over,
        chip="H100",
        consignee="h",
        site="p",
        authorization="none",
        packs=[pack],
        as_of=on("2025-12-31"),
        fail_on="review",
    )["routes"]
    assert route["units"] is None  # what is installed cures the share, whatever the quantity


BAN = """
    id: no_reexports
    title: Nothing is reexported to Atlantis
    topic: destination_license
    citation: our own policy 9
    confidence: design
    of: lines
    subject: {kind: line}
    when:
      the line is a reexport: {movement: reexport}
      it goes to a banned place: {to_country: [KI, TV]}
    then:
      outcome: violation
      message: "{subject} is reexported to {to_country}."
"""
EXEMPTION = BAN.replace(
    "    then:",
    "    unless:\n      it is a small lot: {quantity: {le: 8}}\n    then:",
)


def test_a_ban_is_audited_screened_and_leaves_no_headroom(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, no_reexports=BAN)
    tables = {"companies": [{"id": "c", "headquarters": "KI"}]}
    banned = line("s", "c", "KI", 1, movement="reexport")
    allowed = line("t", "c", "FJ", 1, movement="reexport")

    findings = audit(world(**tables, shipments=[banned, allowed]), [pack], on("2025-12-31")).findings
    assert [f.subject.id for f in findings] == ["s"]
    (finding,) = screen(world(**tables), [order(**banned)], [pack], on("2025-12-31")).findings
    assert (finding.effect, finding.outcome) == ("new", "violation")
    # headroom asks for an export from the United States, which this ban leaves alone
    (route,) = headroom(
        world(**tables), chip="H100", consignee="c", authorization="none", packs=[pack], as_of=on("2025-12-31")
    )["routes"]
    assert route["units"] is None
    of_exports = pack_of(tmp_path / "exports", no_reexports=BAN.replace("movement: reexport", "movement: export"))
    (route,) = headroom(
        world(**tables), chip="H100", consignee="c", authorization="none", packs=[of_exports], as_of=on("2025-12-31")
    )["routes"]
    assert (route["units"], route["binding"]["rule"]) == (0, "no_reexports")


def test_an_exemption_is_an_exception_to_the_ban_up_to_its_edge(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, no_reexports=EXEMPTION.replace("movement: reexport", "movement: export"))
    tables = {"companies": [{"id": "c", "headquarters": "KI"}]}

    eight, nine = line("s", "c", "KI", 8), line("t", "c", "KI", 9)
    findings = audit(world(**tables, shipments=[eight, nine]), [pack], on("2025-12-31")).findings
    assert [f.subject.id for f in findings] == ["t"]
    clause = next(c for c in findings[0].clauses if c.id == "it_is_a_small_lot")
    assert (clause.holds, clause.value, clause.limit, clause.distance) == (False, "9", "8", "1")
    assert screen(world(**tables), [order(**eight)], [pack], on("2025-12-31")).findings == []
    (route,) = headroom(
        world(**tables), chip="H100", consignee="c", authorization="none", packs=[pack], as_of=on("2025-12-31")
    )["routes"]
    assert (route["units"], route["binding"]["rule"]) == (8, "no_reexports")


def test_a_new_ratio_is_in_the_table_of_operators_with_what_more_at_home_opens(tmp_path: Path) -> None:
    measures = RATIO_MEASURES.replace("where: {status: boxed}", "where: {country: MY}")
    limit = RATIO.replace("outcome: review", "outcome: violation")
    pack = pack_of(tmp_path, definitions=measures, boxed_share_limit=limit)
    tables = world(
        companies=[{"id": "h", "headquarters": "US"}, {"id": "k", "headquarters": "US"}],
        sites=[{"id": "p", "operator": "h", "country": "US"}, {"id": "q", "operator": "k", "country": "US"}],
        holdings=[{"site": "p", "chip": "H100", "quantity": "90"}, {"site": "q", "chip": "H100", "quantity": "900"}],
    )

    table = headroom(tables, chip="H100", country="MY", packs=[pack], as_of=on("2025-12-31"))["operators"]

    assert [(row["operator"], row["units"], row["binding"]) for row in table] == [
        ("k", 100, "boxed_share_limit"),
        ("h", 10, "boxed_share_limit"),
    ]
    assert [row["rooms"][0]["at_home"]["each"] for row in table] == ["1/9", "1/9"]
    assert [row["rooms"][0]["at_home"]["next"]["units"] for row in table] == [9, 9]


RESTRUCTURED = """
    id: new_hands
    title: A consignee that changed hands near its order is looked at
    topic: shell_company
    citation: our own policy 11
    confidence: design
    of: lines
    subject: {kind: line}
    when:
      the ultimate parent of the consignee changed within 90 days: {consignee.restructured.90: true}
    then: {outcome: review, message: "{subject} goes to a company that changed hands."}
"""
SOLD = {
    "companies": [{"id": name, "headquarters": "MY"} for name in ("p", "q", "a", "b", "new")],
    "stakes": [
        {"owner": "p", "owned": "a", "percent": "100", "to": "2025-05-01"},
        {"owner": "q", "owned": "a", "percent": "100", "from": "2025-05-01"},
        {"owner": "p", "owned": "b", "percent": "100"},
        {"owner": "p", "owned": "new", "percent": "100", "from": "2025-05-01"},
    ],
}


def found_in(rule: str, folder: Path, **tables: list[dict[str, str]]) -> list[str]:
    pack = pack_of(folder, new_hands=rule)
    return [str(f.subject.id) for f in audit(world(**tables), [pack], on("2026-06-30")).findings]


def test_an_order_within_90_days_of_a_change_of_parent_is_found(tmp_path: Path) -> None:
    lines = [
        line(f"{company}-{day}", company, "MY", 10, day)
        for company in ("a", "b", "new")
        for day in ("2025-01-30", "2025-01-31", "2025-05-01", "2025-07-30", "2025-07-31")
    ]

    assert found_in(RESTRUCTURED, tmp_path, **SOLD, shipments=lines) == ["a-2025-01-31", "a-2025-05-01", "a-2025-07-30"]


def test_a_change_of_parent_near_the_listing_of_the_old_one_is_found(tmp_path: Path) -> None:
    rule = RESTRUCTURED.replace("consignee.restructured.90", "consignee.left_listed.30")
    for begun, expected in (("2025-04-01", ["a"]), ("2025-05-31", ["a"]), ("2025-03-31", []), ("2025-06-01", [])):
        listed = [{"party": "p", "list": "EntityList", "from": begun}]
        lines = [line(name, name, "MY", 10, "2026-01-01") for name in ("a", "b", "new")]

        assert found_in(rule, tmp_path, **SOLD, shipments=lines, listings=listed) == expected


def test_a_change_of_parent_near_a_refusal_is_found(tmp_path: Path) -> None:
    rule = (
        RESTRUCTURED.replace("of: lines", "of: authorizations")
        .replace("when:", "when:\n      it was refused: {state: denied}")
        .replace("consignee.", "holder.")
        .replace("kind: line", "kind: authorization")
    )
    papers = [
        {"id": f"{holder}-{state}", "holder": holder, "kind": "license", "state": state, "from": "2025-06-01"}
        for holder in "ab"
        for state in ("denied", "granted")
    ]

    assert found_in(rule, tmp_path, **SOLD, authorizations=papers) == ["a-denied"]


def test_a_window_that_is_no_number_of_days_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"restructured\.soon.*a number of days"):
        found_in(RESTRUCTURED.replace(".90", ".soon"), tmp_path, **SOLD, shipments=[line("s", "a", "MY", 1)])
