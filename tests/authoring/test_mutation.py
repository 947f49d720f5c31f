"""The cases of every pack that ships notice every small wrong in it (`pytest -m night`: it takes long)."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.authoring.cases.case_ranking import CaseRanker
from compliance.authoring.cases.case_runs import Case, CaseFile
from compliance.authoring.mutants import mutants
from compliance.authoring.mutation import asked_part, asks, run_mutants
from compliance.authoring.rule_reach import POLICIES, Reach
from compliance.rulebook.packs import load_packs, pack_ids
from tests.authoring.test_coverage import DEFINITIONS, LIMITED, case
from tests.packs import pack_of


@pytest.mark.night
@pytest.mark.parametrize("pack", pack_ids())
def test_no_wrong_in_a_pack_survives_its_cases(pack: str) -> None:
    (asked,) = load_packs([pack])
    survivors = [f"{one.mutant.where}: {one.mutant.change}" for one in run_mutants(asked) if one.fate == "survived"]

    assert survivors == []


def test_a_wrong_that_no_case_notices_survives_and_one_that_a_case_notices_names_it(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, definitions=DEFINITIONS, limited=LIMITED)
    over = case("over", 11, consignee="b").replace("expect: {flags: []}", "expect: {findings: [{subject: b}]}")
    (pack.folder / "limited.cases.yaml").write_text(over, encoding="utf-8")
    fates = {one.mutant.change: (one.fate, one.by) for one in run_mutants(pack) if one.mutant.where.startswith("rule")}

    assert fates["`measure` gt becomes le"] == ("noticed", "over")
    assert fates["`measure` gt 50000 becomes 49999"][0] == "survived"
    assert fates["is left out"][0] == "survived"


def test_a_wrong_of_a_requirement_is_noticed_by_what_a_line_needs(tmp_path: Path) -> None:
    required = """
    requirements:
      many:
        text: Many units
        citation: a test
        confidence: design
        when: {quantity: {ge: '5'}}
    """
    pack = pack_of(tmp_path, definitions=DEFINITIONS, limited=LIMITED, more=required)
    few_and_many = case("few and many", 4, 5).replace(
        "expect: {flags: []}",
        "expect: {determinations: [{id: s0, requirements: []}, {id: s1, requirements: [Many units]}]}",
    )
    (pack.folder / "limited.cases.yaml").write_text(few_and_many, encoding="utf-8")
    found = [one for one in run_mutants(pack) if one.mutant.where == "requirement `many`"]

    assert {one.mutant.change: one.fate for one in found} == {
        "`quantity` ge becomes gt": "noticed",
        "`quantity` ge becomes lt": "noticed",
        "`quantity` ge 5 becomes 4": "noticed",
        "`quantity` ge 5 becomes 6": "noticed",
    }
    assert all(one.mutant.determines and not one.mutant.reaches for one in found)


def test_a_shared_definition_reaches_the_rules_that_name_it_by_way_of_others() -> None:
    (pack,) = load_packs(["us_chips_enforced"])
    reach = Reach(pack)

    rules, determines = reach.of("volume_percent")
    assert {"half_of_home_volume", "restricted_destination"} <= rules  # the one by its clause, the other by its policy
    assert determines
    assert reach.of("guidance_start_of_nobody") == (frozenset(), False)
    assert reach.of(POLICIES) == (frozenset(rule.id for rule in pack.rules), True)


def test_a_mutant_of_a_rule_reaches_that_rule_alone() -> None:
    (pack,) = load_packs(["uk_ownership"])
    own = [mutant for mutant in mutants(pack) if mutant.rule is not None]

    assert own
    assert all(mutant.reaches == {mutant.rule} and not mutant.determines for mutant in own)


def test_two_wrongs_of_one_wording_at_one_place_are_packs_of_their_own() -> None:
    (pack,) = load_packs(["us_chips_enforced"])
    made = list(mutants(pack))
    told = [(mutant.where, mutant.change) for mutant in made]

    assert len(set(told)) < len(made)  # two license exceptions have their third part of four left out
    assert len({mutant.pack.sha256 for mutant in made}) == len({repr(mutant.pack) for mutant in made})


def test_a_case_is_asked_only_about_what_it_can_tell() -> None:
    (pack,) = load_packs(["us_ai_diffusion"])
    rules = {rule.name: rule for rule in pack.rules}
    (path,) = pack.folder.glob("lpp_yearly_limit.cases.yaml")
    one = next(case for _, case in CaseFile(path).cases() if isinstance(case, Case))

    def with_(**expect: object) -> object:
        return one.model_copy(update={"expect": expect})

    lpp, ceiling = rules["lpp_yearly_limit"], rules["nveu_ceiling"]
    assert asks(with_(findings=[{"topic": lpp.topic}]), [ceiling, lpp], False)
    assert not asks(with_(findings=[{"topic": lpp.topic}]), [ceiling], True)
    assert not asks(with_(absent=[lpp.topic]), [ceiling], False)
    assert asks(with_(only=[{"outcome": "violation"}]), [ceiling], False)
    assert asks(with_(findings=[]), [ceiling], False)  # none at all
    assert asks(with_(flags=["any"]), [ceiling], False)
    assert asks(with_(determinations=[]), [ceiling], True)
    assert not asks(with_(determinations=[]), [ceiling], False)


def test_of_what_a_wrong_reaches_a_case_is_asked_for_the_part_that_it_can_tell() -> None:
    (pack,) = load_packs(["us_ai_diffusion"])
    rules = {rule.name: rule for rule in pack.rules}
    (path,) = pack.folder.glob("lpp_yearly_limit.cases.yaml")
    one = next(case for _, case in CaseFile(path).cases() if isinstance(case, Case))
    lpp, ceiling = rules["lpp_yearly_limit"], rules["nveu_ceiling"]

    def part(**expect: object) -> object:
        return asked_part(one.model_copy(update={"expect": expect}), [ceiling, lpp], True)

    assert part(findings=[{"topic": lpp.topic}]) == (frozenset({lpp.name}), False)
    assert part(absent=[lpp.topic], determinations=[]) == (frozenset({lpp.name}), True)
    assert part(not_evaluated=[]) == (frozenset({lpp.name, ceiling.name}), True)


def test_a_case_that_speaks_of_what_is_wrong_is_asked_early() -> None:
    (pack,) = load_packs(["us_ai_diffusion"])
    cases = [(path, case) for path in pack.folder.glob("*.cases.yaml") for _, case in CaseFile(path).cases()]
    likely = CaseRanker([(path, case) for path, case in cases if isinstance(case, Case)])
    mutant = next(m for m in mutants(pack) if m.where == "field `nveu_entitled` of `lines`")
    first = likely.to_notice(mutant)

    assert "NVEU" in str([case.world for _, case in first[:3]])
    likely.record_detection(mutant, first[-1][1])
    assert likely.to_notice(mutant)[0] == first[-1]
