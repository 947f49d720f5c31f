"""What z3 proves of rules, and what it refutes with a row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("z3")

from compliance.authoring.mutation import run_mutants
from compliance.authoring.proofs import Proofs, proofs
from compliance.rulebook.packs import load_packs
from tests.packs import pack_of

HEAD = """
    title: A rule
    topic: diversion
    citation: our own policy
    confidence: design
    of: lines
    subject: {kind: line}
    parameters:
      few:
        text: units
        unit: accelerators
        values: [{value: "8", citation: our own policy, confidence: design}]
"""


def rule(name: str, when: str, outcome: str = "review", more: str = "") -> str:
    then = f'    then: {{outcome: {outcome}, message: "{{subject}}"}}\n'
    return f"    id: {name}\n{HEAD}{more}    when:\n{when}{then}"


OPEN_BY_LAW = {
    # no policy is written for weights of end users of S5(a), nor where two limbs fit one application, nor after 2027
    ("us_ai_diffusion", "review policies"),
    # Cambodia, for which it decides, left Country Group D:5 in February 2026
    ("us_chips_enforced", "rule unsettled_destination"),
}


def test_the_packs_that_ship_have_nothing_that_is_refuted() -> None:
    for pack in load_packs():
        for found in (*proofs(pack), *proofs(pack, date(2026, 11, 20))):
            assert (pack.id, found.where) in OPEN_BY_LAW, (pack.id, found)


def test_a_rule_that_can_never_hold_is_found(tmp_path: Path) -> None:
    never = rule("never", "      few: {quantity: {le: $few}}\n      many: {quantity: {gt: $few}}\n")

    (found,) = proofs(pack_of(tmp_path, never=never))

    assert (found.where, found.told) == ("rule never", "holds of no row")


def test_a_clause_that_another_implies_is_found(tmp_path: Path) -> None:
    twice = rule("twice", "      a reexport: {movement: reexport}\n      it moves: {movement: [reexport, export]}\n")

    (found,) = proofs(pack_of(tmp_path, twice=twice))

    assert found.told == "clause `it moves` decides nothing: where the others hold, it does"


def test_rules_of_one_name_that_hold_together_are_shown_with_a_row(tmp_path: Path) -> None:
    one = rule("one", "      many: {quantity: {gt: $few}}\n", "review", "    part_of: both\n")
    two = rule("two", "      a reexport: {movement: reexport}\n", "violation", "    part_of: both\n")

    (found,) = proofs(pack_of(tmp_path, one=one, two=two))

    assert found.told == "both `one` (review) and `two` (violation) hold"
    row = dict(found.row)
    assert row["movement"] == "reexport"
    assert row["quantity"] not in ("not known", "8")


NEEDS = """
    requirements:
      all:
        text: A license is needed
        citation: our own policy
        confidence: design
        when: {movement: [export, reexport]}
    review_policies:
      - {policy: case_by_case, citation: our own policy, confidence: design, when: {movement: export}}
"""


def test_a_line_that_needs_a_license_without_a_policy_is_shown(tmp_path: Path) -> None:
    (found,) = proofs(pack_of(tmp_path, definitions=NEEDS))

    assert found.where == "review policies"
    assert dict(found.row)["movement"] == "reexport"
    closed = NEEDS + "      - {policy: policy_of_denial, citation: our own policy, confidence: design}\n"
    assert proofs(pack_of(tmp_path / "closed", definitions=closed)) == []


def test_packs_that_no_row_tells_apart_are_the_same(tmp_path: Path) -> None:
    written = rule("one", "      it moves: {movement: [export, reexport]}\n")
    turned = rule("one", "      it moves: {not: {movement: [transfer, domestic]}}\n")
    other = rule("one", "      it moves: {movement: export}\n")
    packs = [pack_of(tmp_path / str(n), one=text) for n, text in enumerate((written, turned, other))]

    assert Proofs(packs[0]).same(Proofs(packs[1]))  # a line's movement is always one of four words
    assert not Proofs(packs[0]).same(Proofs(packs[2]))


def test_a_value_that_may_be_unknown_keeps_two_conditions_apart(tmp_path: Path) -> None:
    either = rule("one", "      it goes: {any: [{to_country: KI}, {not: {to_country: KI}}]}\n")
    any_of = rule("one", "      it goes: {quantity: {ge: 0}}\n")
    packs = [pack_of(tmp_path / str(n), one=text) for n, text in enumerate((either, any_of))]

    assert not Proofs(packs[0]).same(Proofs(packs[1]))


NAMED = """
    fields:
      lines:
        place: to_country
"""


def test_lists_that_never_meet_tell_no_line_apart_and_may_tell_a_party(tmp_path: Path) -> None:
    pairs = {
        "never": ("to_country: {in: D1}", "to_country: {not_in: A5}"),  # nobody of D:1 was ever in A:5
        "some day": ("to_country: {in: D4}", "to_country: {not_in: A5}"),  # the Emirates left D:4 when they came to A:5
        "some": ("to_country: {in: D4}", "to_country: {not_in: A6}"),  # Israel is in both
        "by another name": ("place: {in: D1}", "place: {not_in: A5}"),
        "a party": ("consignee.headquarters: {in: D1}", "consignee.headquarters: {not_in: A5}"),  # of several places
    }

    def same(name: str) -> bool:
        first, second = pairs[name]
        clauses = [f"      it goes: [{part}]\n" for part in (f"{{{first}}}, {{{second}}}", f"{{{first}}}")]
        one, other = (
            pack_of(tmp_path / name / str(n), definitions=NAMED, one=rule("one", text))
            for n, text in enumerate(clauses)
        )
        return Proofs(one).same(Proofs(other))

    assert {name for name in pairs if same(name)} == {"never", "some day", "by another name"}


def test_totals_of_another_period_are_never_the_same(tmp_path: Path) -> None:
    text = """
    measures:
      sent:
        text: Units sent
        unit: accelerators
        of: lines
        sum: quantity
        by: {{id: consignee, period: {period}}}
    """
    one, again, other = (
        pack_of(tmp_path / str(number), definitions=text.format(period=period))
        for number, period in enumerate(("year", "year", "quarter"))
    )

    assert Proofs(one).same(Proofs(again))
    assert not Proofs(one).same(Proofs(other))


CASES = """
- name: nine
  as_of: 2026-12-31
  packs: [own]
  world: {shipments: [{id: s, date: 2026-01-01, to_country: KI, chip: H100, quantity: 9, movement: reexport}]}
  run: audit
  expect: {findings: [{topic: diversion, clauses: [{id: many, limit: 8}]}]}
- name: eight
  as_of: 2026-12-31
  packs: [own]
  world: {shipments: [{id: s, date: 2026-01-01, to_country: KI, chip: H100, quantity: 8, movement: reexport}]}
  run: audit
  expect: {findings: []}
"""


def test_a_wrong_that_no_case_notices_survives_unless_it_is_none(tmp_path: Path) -> None:
    when = "      many: {quantity: {gt: $few}}\n      it moves again: {movement: reexport, not: {movement: export}}\n"
    pack = pack_of(tmp_path, many=rule("many", when))
    (pack.folder / "many.cases.yaml").write_text(CASES, encoding="utf-8")
    found = {(one.mutant.where, one.mutant.change): one for one in run_mutants(pack)}
    many, again = "rule many, clause `many`", "rule many, clause `it moves again`"

    assert found[many, "is left out"].fate == "noticed"
    assert found[many, "`quantity` gt becomes ge"].by == "eight"
    assert found["rule many, parameter `few`", "`8` becomes `9`"].fate == "noticed"
    assert found[again, "is left out"].fate == "survived"  # no case is of another movement
    assert found[again, "part 2 of 2 (not `movement` is `export`) is left out"].fate == "equivalent"
