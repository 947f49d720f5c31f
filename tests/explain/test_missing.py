"""What is missing behind a possible finding: the rows of the totals that it asks for, however deep they are asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.decisions.audit import audit
from compliance.explain.missing import missing_measure_data
from tests.packs import line, on, pack_of, world

DEFINITIONS = """
    parameters:
      start:
        text: The first day
        unit: date
        values: [{value: 2025-05-15, citation: a test, confidence: design}]
    fields:
      lines:
        account: {first: [{when: {charged_to: given}, value: charged_to}, {value: consignee.parent}]}
        asked: {any: [{date: {ge: $start}}, {not_known: whether it was to be kept so early}]}
    measures:
      brought:
        text: Units that lines brought to an operator
        unit: units
        of: lines
        where: {chip.zone: a, asked: true}
        sum: quantity
        by: {id: operator}
      charged:
        text: Units on an account
        unit: units
        of: lines
        where: {chip.zone: a}
        sum: quantity
        by: {id: account}
      held:
        text: Units that a holder has
        unit: units
        of: installed
        sum: quantity
        by: {id: holder}
      bought:
        text: Units of a purchase
        unit: units
        of: lines
        where: {chip.zone: a}
        sum: quantity
        by: {id: purchase}
      small_to_country:
        text: Units to a country in small purchases
        unit: units
        of: lines
        where: {measure.bought: {le: 10}}
        sum: quantity
        by: {id: to_country}
"""
RULE = """
    id: {id}
    title: A rule of a test
    topic: diversion
    citation: a test
    confidence: design
    of: {of}
    subject: {{kind: {kind}}}
    when: {{it is asked: {when}}}
    then: {{outcome: review, message: "{{subject}}"}}
"""
RULES = {
    "held_and_brought": RULE.format(
        id="held_and_brought", of="held", kind="company", when="{measure.brought: {lt: 50}}"
    ),
    "small": RULE.format(id="small", of="lines", kind="line", when="{measure.bought: {le: 10}}"),
    "much_charged": RULE.format(id="much_charged", of="lines", kind="line", when="{measure.charged: {ge: 120}}"),
    "to_country": RULE.format(id="to_country", of="small_to_country", kind="country", when="{measure: {ge: 15}}"),
}
WORLD = world(
    companies=[{"id": "c", "headquarters": "MY"}, {"id": "d", "headquarters": "MY"}, {"id": "e", "headquarters": "MY"}],
    chips=[{"name": "dark", "data_center": "true"}, {"name": "unread", "data_center": "true"}],
    sites=[{"id": "s", "operator": "c", "country": "MY"}],
    holdings=[{"site": "s", "chip": "H100", "quantity": "60", "owner": "c"}],
    shipments=[
        line("c1", "c", "MY", 40),
        {**line("c2", "c", "MY", 40), "chip": "dark"},
        line("d1", "d", "NO", 8, purchase="p"),
        {**line("d2", "d", "SE", 9, purchase="p"), "chip": "unread"},
        line("d3", "d", "NO", 8),
        {**line("e1", "e", "SE", 70), "charged_to": "c"},
    ],
)


def missing(folder: Path, rule: str, name: str) -> set[tuple[str, str, str]]:
    """What is missing behind the possible finding of a rule about somebody."""
    pack = pack_of(folder, definitions=DEFINITIONS, **{rule: RULES[rule]})
    found = [f for f in audit(WORLD, packs=[pack], as_of=on("2026-06-30")).findings if f.subject.id == name]
    assert [f.certainty for f in found] == ["possible"]
    return {(gap.table, gap.id, gap.field) for gap in found[0].missing}


@pytest.mark.parametrize(
    ("rule", "name", "chip"),
    [
        ("held_and_brought", "c", "dark"),
        ("small", "d1", "unread"),
        ("to_country", "NO", "unread"),
        ("much_charged", "c1", "dark"),
        ("much_charged", "e1", "dark"),
    ],
)
def test_rows_of_a_total_that_is_asked_for_are_missing(tmp_path: Path, rule: str, name: str, chip: str) -> None:
    assert missing(tmp_path, rule, name) == {("chips", chip, "throughput")}


def test_of_very_many_rows_the_total_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing_measure_data, "MOST_ROWS", 1)
    assert missing(tmp_path, "small", "d1") == {("", "", "what is open in the rows of: Units of a purchase")}


def test_a_day_that_is_known_leaves_nothing_open(tmp_path: Path) -> None:
    early = date(2025, 5, 14).isoformat()
    pack = pack_of(tmp_path, definitions=DEFINITIONS, held_and_brought=RULES["held_and_brought"])
    told = audit(
        world(
            companies=[{"id": "c", "headquarters": "MY"}],
            sites=[{"id": "s", "operator": "c", "country": "MY"}],
            holdings=[{"site": "s", "chip": "H100", "quantity": "60", "owner": "c"}],
            shipments=[line("c1", "c", "MY", 60, early)],
        ),
        packs=[pack],
        as_of=on("2026-06-30"),
    )
    assert [[m.field for m in f.missing] for f in told.findings] == [["whether it was to be kept so early"]]
