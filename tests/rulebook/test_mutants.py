"""Small wrongs in conditions and packs."""

from __future__ import annotations

from pathlib import Path

from compliance.authoring.mutants import mutants, wrongs
from compliance.rulebook.conditions import All, Any, Not, Test
from compliance.rulebook.language import condition
from tests.packs import pack_of


def test_a_comparison_is_flipped_at_its_edge_turned_round_and_its_number_moved_by_one() -> None:
    changed = [wrong for _, wrong in wrongs(Test("quantity", "gt", "8"))]

    assert changed == [
        Test("quantity", "ge", "8"),
        Test("quantity", "le", "8"),
        Test("quantity", "gt", "7"),
        Test("quantity", "gt", "9"),
    ]


def test_a_question_is_denied_and_each_word_of_several_left_out() -> None:
    changed = [wrong for _, wrong in wrongs(Test("to_country", "in", ("MY", "SG")))]

    assert changed == [
        Not(Test("to_country", "in", ("MY", "SG"))),
        Test("to_country", "in", ("SG",)),
        Test("to_country", "in", ("MY",)),
    ]


def test_each_part_of_several_is_left_out_and_wronged_where_it_stands() -> None:
    a, b = Test("a", "is", True), Test("b", "is", True)

    assert [wrong for _, wrong in wrongs(All((a, b)))] == [All((b,)), All((Not(a), b)), All((a,)), All((a, Not(b)))]
    assert next(wrong for _, wrong in wrongs(Not(Any((a, b))))) == Not(Any((b,)))


def test_what_cannot_be_known_is_left_as_it_is() -> None:
    assert list(wrongs(condition({"not_known": "why"}))) == []


RULE = """
    id: bulk
    title: No bulk to Kiribati
    topic: diversion
    citation: our own policy
    confidence: design
    of: lines
    subject: {kind: line}
    parameters:
      bulk:
        text: units
        unit: accelerators
        values: [{value: "8", citation: our own policy, confidence: design}]
    when:
      it goes there: {to_country: KI}
      it is bulk: {quantity: {gt: $bulk}}
    then: {outcome: review, message: "{subject}"}
"""


def test_the_mutants_of_a_rule_are_all_there_and_each_is_another_pack(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, bulk=RULE)
    made = list(mutants(pack))

    assert [(m.where, m.change) for m in made] == [
        ("rule bulk, clause `it goes there`", "is left out"),
        ("rule bulk, clause `it goes there`", "`to_country` is `KI` is denied"),
        ("rule bulk, clause `it is bulk`", "is left out"),
        ("rule bulk, clause `it is bulk`", "`quantity` gt becomes ge"),
        ("rule bulk, clause `it is bulk`", "`quantity` gt becomes le"),
        ("rule bulk, parameter `bulk`", "`8` becomes `7`"),
        ("rule bulk, parameter `bulk`", "`8` becomes `9`"),
    ]
    assert len({m.pack.sha256 for m in made} | {pack.sha256}) == 8
    assert {m.rule for m in made} == {"bulk"}


def test_a_period_and_a_named_part_are_wrongs_too(tmp_path: Path) -> None:
    shared = """
    measures:
      sent:
        text: Units sent
        unit: accelerators
        of: lines
        where: {counts: true, to_country: KI}
        sum: quantity
        by: {id: consignee, period: quarter}
    """
    told = [(m.where, m.change) for m in mutants(pack_of(tmp_path, definitions=shared, bulk=RULE))]

    assert ("measure `sent`, `by`", "the quarter becomes a half") in told
    assert ("measure `sent`, `where`", "part 1 of 2 (`counts` is `true`) is left out") in told
