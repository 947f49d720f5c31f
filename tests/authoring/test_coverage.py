"""Coverage: every clause of the packs is shown by their cases, and what is not shown is told as such."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.authoring.clause_coverage import Coverage, coverage
from compliance.authoring.coverage_recorder import ClauseCoverage
from compliance.errors import InputError, UsageError
from compliance.reports.text.coverage_text import coverage_said, coverage_text
from compliance.rulebook.packs import pack_ids
from tests.packs import pack_of

DEFINITIONS = """
    measures:
      received:
        text: TPP that a company received
        unit: TPP
        of: lines
        where: {movement: export}
        sum: [quantity, chip.tpp]
        by: {id: consignee}
      guessed:
        text: Lines that may have been for a company
        unit: lines
        of: lines
        where: {not_known: for whom a line is}
        count: rows
        by: {id: consignee}
"""
RULE = """
    id: {id}
    title: A rule of a test
    topic: small_order
    citation: a test
    confidence: design
    of: {of}
    subject: {{kind: {kind}}}
    when: {when}
    then: {{outcome: review, message: "{{subject}}"}}
"""
LIMITED = RULE.format(
    id="limited", of="received", kind="company", when="{over the limit: {measure: {gt: '50000'}}, it is B: {id: b}}"
)
EITHER = RULE.format(
    id="either", of="lines", kind="line",
    when="{many or nobody's: {any: [{quantity: {gt: '5'}}, {consignee: missing}]}, nobody knows: {not_known: it}}",
)  # fmt: skip
GUESSED = RULE.format(id="guesses", of="guessed", kind="company", when="{two or more: {measure: {ge: '2'}}}")
CASE = """
- name: {name}
  as_of: 2025-12-31
  packs: [own]
  world:
    companies: [{{id: a}}, {{id: b}}]
    chips: [{{name: K5, throughput: {{FP16: 312.5}}, data_center: true}}]
    shipments: [{lines}]
  run: audit
  expect: {{flags: []}}
"""


def case(name: str, *quantities: int, consignee: str | None = "a", movement: str = "export") -> str:
    party = "" if consignee is None else f"consignee: {consignee}, "
    lines = ", ".join(
        f"{{id: s{n}, date: 2025-06-01, {party}to_country: MY, chip: K5, quantity: {quantity}, movement: {movement}}}"
        for n, quantity in enumerate(quantities)
    )
    return CASE.format(name=name, lines=lines)


def shown(folder: Path, rule: str, *cases: str) -> Coverage:
    """The coverage of a pack of one rule by these cases."""
    name = next(line.split()[1] for line in rule.splitlines() if line.strip().startswith("id:"))
    pack = pack_of(folder, definitions=DEFINITIONS, **{name: rule})
    (pack.folder / f"{name}.cases.yaml").write_text("".join(cases), encoding="utf-8")
    (found,) = coverage([pack.folder])
    return found


def clause(found: Coverage, text: str) -> ClauseCoverage:
    (one,) = (each for each in found.clauses if each.text == text)
    return one


# ---- the packs


EDGES = {"diffusion_headline": 21, "us_ai_diffusion": 21, "us_chips_enforced": 8, "diversion_red_flags": 12}


@pytest.mark.parametrize("pack", pack_ids())
def test_the_cases_of_a_pack_show_every_clause_and_every_edge(pack: str) -> None:
    (found,) = coverage([pack])
    told = coverage_text([found])

    assert found.complete, told[told.find("Not shown") :]
    assert len(found.wholes) >= len(found.pack.rules)
    assert {(rule.id, text) for rule in found.pack.rules for text in (*rule.when, *rule.unless)} <= {
        (each.name, each.text) for each in found.clauses
    }
    assert len(found.edges) >= EDGES.get(pack, 0)


# ---- what is seen


def test_a_clause_is_seen_false_only_where_it_was_false_of_a_row(tmp_path: Path) -> None:
    alone = shown(tmp_path, LIMITED, case("over", 11))

    assert clause(alone, "it is B").answers.keys() == {False}
    assert clause(alone, "over the limit").answers.keys() == {True}
    assert [each.covered for each in alone.wholes] == [False]
    both = shown(tmp_path, LIMITED, case("over", 11, consignee="b"), case("nothing to ask about", movement="transfer"))
    assert clause(both, "it is B").answers.keys() == {True}
    assert not both.complete


def test_an_edge_is_the_limit_itself_and_one_chip_more(tmp_path: Path) -> None:
    (at,) = shown(tmp_path, LIMITED, case("at", 10)).edges
    assert (at.at is not None, at.beyond, at.below, at.above) == (True, None, None, None)
    (near,) = shown(tmp_path, LIMITED, case("two more", 12), case("one fewer", 9)).edges
    assert (near.at, near.beyond, near.below, near.above) == (None, None, -5000, 10000)
    (edge,) = shown(tmp_path, LIMITED, case("at", 10), case("one more", 11)).edges
    assert edge.covered
    assert edge.at is not None
    assert edge.beyond is not None
    assert (edge.at.case, edge.beyond.case) == ("at", "one more")


def test_a_comparison_that_does_not_decide_its_clause_shows_no_edge(tmp_path: Path) -> None:
    (nobody,) = shown(tmp_path, EITHER, case("at", 5, consignee=None), case("one more", 6, consignee=None)).edges
    (some,) = shown(tmp_path, EITHER, case("at", 5), case("one more", 6)).edges

    assert (nobody.at, nobody.beyond) == (None, None)
    assert some.covered


def test_what_nobody_can_know_must_be_seen_not_known(tmp_path: Path) -> None:
    found = shown(tmp_path, EITHER, case("at", 5), case("one more", 6))

    assert clause(found, "nobody knows").needed == (None,)
    assert clause(found, "nobody knows").covered
    assert [each.needed for each in found.wholes] == [(False, None)]
    assert all(each.covered for each in found.wholes)


def test_a_total_of_which_nothing_is_certain_is_at_its_edge_with_its_upper_end(tmp_path: Path) -> None:
    found = shown(tmp_path, GUESSED, case("one", 1), case("two", 1, 1))

    assert clause(found, "two or more").needed == (False, None)
    assert clause(found, "two or more").covered
    assert found.edges[0].covered


def test_a_case_that_sets_a_parameter_shows_nothing_of_the_pack_as_written(tmp_path: Path) -> None:
    cases = case("over", 11) + "  with: {parameters: {any: '1'}}\n"

    assert shown(tmp_path, LIMITED, cases).cases == 0


# ---- what is told


def test_what_is_not_shown_is_told_in_text_and_as_data(tmp_path: Path) -> None:
    found = shown(tmp_path, LIMITED, case("over", 12))
    told = " ".join(coverage_text([found]).split())

    assert "limited, it is B: never true" in told
    assert "measure > 50000 never at the limit and never one step beyond it; nearest 10,000 above" in told
    assert told.endswith("rules and routes 0 of 1, clauses 1 of 4, edges 0 of 1")
    (pack,) = coverage_said([found])["packs"]
    (over,) = (each for each in pack["seen"] if each["clause"] == "over the limit")
    assert over["true"] == {"file": "limited.cases.yaml", "line": 2, "case": "over"}
    assert (over["false"], over["covered"]) == (None, False)
    assert (over["edges"][0]["at"], over["edges"][0]["above"]) == (None, "10000")


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"limited\.cases\.yaml:1: .*needs a mapping"):
        shown(tmp_path, LIMITED, "- a\n")
    with pytest.raises(UsageError, match="Did you mean `diffusion_headline`"):
        coverage(["diffusion_headlin"])
    without = pack_of(tmp_path / "without", definitions=DEFINITIONS)
    with pytest.raises(UsageError, match="has no rules"):
        coverage([without.folder])
