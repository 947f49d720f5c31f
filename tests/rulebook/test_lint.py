"""Checks of packs: what ships is clean, and each kind of mistake is told at its line with a near name."""

# ruff: noqa: E501 -- a message stands on one line, as the user sees it

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from compliance.authoring import lint
from compliance.authoring.pack_check import check
from compliance.errors import Problem, UsageError
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import SHARED

HEADLINE = "diffusion_headline"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    for name in (HEADLINE, SHARED):
        shutil.copytree(rules_folder() / name, tmp_path / name)
    return tmp_path


def change(path: Path, old: str, new: str) -> int:
    """Changes the file and gives the line on which it did."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def told(rules: Path) -> list[str]:
    return [str(problem).replace(f"{rules}/{HEADLINE}/", "") for problem in check([rules / HEADLINE])]


def test_what_ships_has_no_problem() -> None:
    assert check() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("country_cap.yaml", "gt: $cap", "gt: $cpa", "unknown parameter `cpa`. Did you mean `cap`?"),
        ("definitions.yaml", "ge: $window_start", "ge: $window_strat", "unknown parameter `window_strat`. Did you mean `window_start`?"),
        ("country_cap.yaml", "gt: $cap", "gt: $quite_other", "unknown parameter `quite_other`. Write it under `parameters:` of this file."),
        ("definitions.yaml", "ge: $window_start", "ge: $cap", "unknown parameter `cap`; it is of the rule `country_cap` alone. Write it under `parameters:` of this file."),
        ("definitions.yaml", "{chip.zone: a}", "{zone: a}", "`lines` has no `zone`. Did you mean `chip.zone`?"),
        ("definitions.yaml", "of: lines", "of: shipments", "there is no table or measure `shipments`. Did you mean `lines`, shipments (and orders, in screening)?"),
        ("definitions.yaml", "sum: quantity\n    by: {id: destination", "sum: pieces\n    by: {id: destination", "`lines` has no `pieces`. `compliance rules fields lines` lists what it has."),
        ("definitions.yaml", "{to_country: {in: barred}}", "{to_country: barred}", "`to_country`: `barred` is a list of countries; write `to_country: {in: barred}`"),
        ("definitions.yaml", "{headquarters: {in: barred}}", "{residence: {in: barred}}", "a party has no `residence`. `compliance rules fields party` lists what it has."),
        ("country_cap.yaml", "gt: $cap", "gt: cap", "`cap` is a parameter; write `$cap`"),
        ("country_cap.yaml", "{gt: $cap}", "50000", "`measure` is compared with `ge`, `gt`, `le` or `lt`, as in `measure: {gt: 10}`"),
        ("definitions.yaml", "period: $window_start/$window_end", "period: yearly", "`yearly` is no period; one of year, quarter, half, day, or $FROM/$TO"),
        ("country_cap.yaml", '{value: "50000"', "{value: 50,000", "unknown key `000`. A number in braces has no commas: 3000."),
        ("country_cap.yaml", "of: country_total", "of: contry_total", "there is no table or measure `contry_total`. Did you mean `country_total`?"),
        ("definitions.yaml", "of: lines", "of: country_total", "a measure counts the rows of a table, and `country_total` is a measure; ask for it in `where`, as `measure.country_total`"),
        ("definitions.yaml", "of: lines", "of: line", "there is no table or measure `line`. Did you mean `lines`?"),
        ("definitions.yaml", "measure.purchase: {gt", "measure.purchases: {gt", "unknown measure `purchases`. Did you mean `purchase`?"),
        ("definitions.yaml", "part: megawatts_outside", "part: megawats_outside", "unknown measure `megawats_outside`. Did you mean `megawatts_outside`?"),
        ("definitions.yaml", "{not_in: uncapped}", "{not_in: uncaped}", "unknown list `uncaped`. Did you mean `uncapped`?"),
        ("capacity_abroad.yaml", "place: at_home", "place: at_hom", "unknown list `at_hom`. Did you mean `at_home`?"),
        ("weights_abroad.yaml", "model.weights: closed", "model.weihgts: closed", "a model has no `weihgts`. Did you mean `weights`?"),
        ("definitions.yaml", "sum: quantity\n    by: {id: destination", "sum: quantiti\n    by: {id: destination", "`lines` has no `quantiti`. Did you mean `quantity`?"),
        ("barred_party.yaml", "{accelerator: true}", "{acelerator: true}", "`lines` has no `acelerator`. Did you mean"),
        ("barred_party.yaml", "{accelerator: true}", "{accelerator: a}", "`accelerator` is true or false"),
        ("barred_party.yaml", "{accelerator: true}", "{to_country: [Vietnam, TH]}", "`to_country`: `Vietnam` is not a country code of ISO 3166-1; did you mean `VN`"),
        ("barred_customer.yaml", "{customer.barred: true}", "{costumer.barred: true}", "`services` has no `costumer`. Did you mean `customer`?"),
        ("split_purchase.yaml", "[common_owner_split]", "[comon_owner_split]", "unknown flag `comon_owner_split`. Did you mean `common_owner_split`?"),
        ("country_cap.yaml", "{kind: country}", "{kind: company}", "`kind: company`, but the findings are about `destination`, a country; write `kind: country`, or name a company in `by` of the measure `country_total`"),
        ("capacity_abroad.yaml", "{kind: family}", "{kind: country}", "`kind: country`, but the findings are about `operator.family`, a company; write `kind: company`, or name a country in `by` of the measure `megawatt_share`"),
        ("barred_customer.yaml", "{kind: service}", "{kind: customer}", "`kind: customer`, but the findings are about rows of `services`, which names no customer; name a customer in `subject.id`"),
        ("country_cap.yaml", "has received {measure}", "has received {mesure}", "the message names `{mesure}`, but `country_total` has no `mesure`. Did you mean `measure`?"),
        ("country_cap.yaml", "take {quantity}", "take {count}", "a remedy cannot name `{count}`; one of quantity, subject, key, period."),
        ("barred_party.yaml", "title: No", "parameters:\n  p: {text: a, unit: lines, values: [{value: '1', citation: abc, confidence: design}]}\ntitle: No", "the rule does not use its parameter `p`"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_line(rules: Path, file: str, old: str, new: str, said: str) -> None:
    line = change(rules / HEADLINE / file, old, new)
    found = [text for text in told(rules) if said in text]

    assert found, told(rules)
    number = int(found[0].split(":")[1])
    assert found[0].startswith(f"{file}:")
    assert number in (line, line + new.count("\n")) or new.count("\n") > 1


def test_a_total_that_is_compared_with_a_limit_of_another_unit_is_told(rules: Path) -> None:
    change(rules / HEADLINE / "country_cap.yaml", "unit: accelerators", "unit: TPP")

    assert told(rules) == [
        "country_cap.yaml:15: `$cap` is in TPP, and `country_total`, with which it is compared, in accelerators"
    ]


def test_what_rests_on_a_definition_that_is_wrong_is_not_told_too(rules: Path) -> None:
    line = change(rules / HEADLINE / "country_cap.yaml", '{value: "50000"', "{value: fifty thousand")

    assert told(rules) == [f"country_cap.yaml:{line}: `parameters.cap`: `fifty thousand` is not a number"]


def test_a_word_that_cannot_stand_there_hides_nothing_else_of_the_pack(rules: Path) -> None:
    change(rules / HEADLINE / "country_cap.yaml", "topic: country_allocation", "topic: country_alocation")
    change(rules / HEADLINE / "country_cap.yaml", "gt: $cap", "gt: $cpa")
    change(rules / HEADLINE / "barred_party.yaml", "confidence:", "confidnce:")
    change(rules / HEADLINE / "barred_party.yaml", "{accelerator: true}", "{acelerator: true}")
    change(rules / HEADLINE / "definitions.yaml", "{not_in: uncapped}", "{not_in: uncaped}")
    found = [text.partition(".yaml:")[2].partition(": ")[2].partition(".")[0] for text in told(rules)]

    assert sorted(found) == [
        "`confidence` is missing",
        "`lines` has no `acelerator`",
        "`topic`: `country_alocation` is none of chip_control, country_allocation, small_order, capacity_share, installed_base, weight_export, training_oversight, synthetic_data, workload_visibility, embargoed_parent, destination_license, license_exception, review_policy, named_party, ownership, control, split_evasion, shell_company, diversion, reporting",
        "the rule does not use its parameter `cap`",
        "unknown key `confidnce`",
        "unknown list `uncaped`",
        "unknown parameter `cpa`",
    ]


def test_what_nothing_uses_is_told(rules: Path) -> None:
    path = rules / HEADLINE / "more.yaml"
    path.write_text(
        "parameters:\n  floor: {text: a, unit: lines, values: [{value: '1', citation: abc, confidence: design}]}\n"
        "fields:\n  lines:\n    nobody_asks: {chip.zone: a}\n"
        "measures:\n  nothing: {text: a, unit: lines, of: lines, count: rows, by: {id: chip}}\n",
        "utf-8",
    )

    assert told(rules) == [
        "more.yaml:2: nothing uses `floor` of `parameters`",
        "more.yaml:5: nothing uses `nobody_asks` of `fields`",
        "more.yaml:7: nothing uses `nothing` of `measures`",
    ]


def test_a_rule_without_a_case_that_names_its_topic_is_told(rules: Path) -> None:
    (rules / HEADLINE / "split_purchase.cases.yaml").unlink()

    assert told(rules) == [
        "split_purchase.yaml:3: no case of the pack has a finding of `split_evasion`; write one in `split_purchase.cases.yaml`"
    ]


def test_a_case_that_names_another_rule_of_the_topic_does_not_count(rules: Path) -> None:
    for rule in ("weights_abroad", "weights_stored_abroad"):
        (rules / HEADLINE / f"{rule}.cases.yaml").unlink()
    case = "- {name: a, world: {}, run: audit, expect: {findings: [{topic: weight_export, rule: weights_abroad}]}}\n"
    (rules / HEADLINE / "weights.cases.yaml").write_text(case, "utf-8")

    assert [text.split(":")[0] for text in told(rules)] == ["weights_stored_abroad.yaml"]


def test_what_only_the_compiler_sees_is_told_too(rules: Path) -> None:
    change(rules / HEADLINE / "definitions.yaml", "    whole: megawatts\n", "    whole: tpp_everywhere\n")

    assert any("are not of one unit" in text and text.startswith("capacity_abroad.yaml:") for text in told(rules))


@pytest.mark.parametrize(
    ("file", "at", "said"),
    [
        ("country_cap_by_installed.yaml", "measure: measure", "`no shipment to the country is on record`: `measure.lines_on_record` must not reach `$no_line`"),
        ("split_purchase.yaml", "then:", "`family_small_purchases` counts rows of which `measure.purchase` must not pass `$small_purchase`"),
        ("capacity_abroad.yaml", "then:", "`megawatt_share` is a share, which falls as the whole grows"),
    ],
)  # fmt: skip
def test_a_promise_that_more_chips_break_is_told(rules: Path, file: str, at: str, said: str) -> None:
    line = change(rules / HEADLINE / file, f"\n{at}", f"\nmonotone: [chips]\n{at}") + 1

    assert told(rules) == [
        f"{file}:{line}: more `chips` can remove a finding of the rule; leave them out of `monotone`. {said}"
    ]


def test_two_clauses_of_one_name_are_told(rules: Path) -> None:
    old = "  the chips are accelerators: {accelerator: true}\n"
    change(rules / HEADLINE / "barred_party.yaml", old, f"{old}  The chips are accelerators!: {{counts: true}}\n")

    assert told(rules) == [
        "barred_party.yaml:10: the clause `The chips are accelerators!` has the name of another, `the_chips_are_accelerators`"
    ]


def test_several_mistakes_of_several_files_are_told_together(rules: Path) -> None:
    change(rules / HEADLINE / "country_cap.yaml", "gt: $cap", "gt: $cpa")
    change(rules / HEADLINE / "split_purchase.yaml", "[common_owner_split]", "[comon_owner_split]")
    change(rules / HEADLINE / "weights_abroad.yaml", "{not_in: at_home}", "{not_in: home}")

    assert {text.split(":")[0] for text in told(rules)} == {
        "country_cap.yaml",
        "split_purchase.yaml",
        "weights_abroad.yaml",
    }


def test_without_the_meaning_of_words_only_names_of_the_pack_are_looked_up(rules: Path) -> None:
    change(rules / HEADLINE / "weights_abroad.yaml", "model.weights: closed", "model.weihgts: closed")
    change(rules / HEADLINE / "country_cap.yaml", "gt: $cap", "gt: $cpa")
    messages = [problem.message for problem in lint.check([rules / HEADLINE])]

    assert "unknown parameter `cpa`. Did you mean `cap`?" in messages
    assert not any("weihgts" in message for message in messages)


def test_a_pack_is_found_by_id_folder_file_and_root(rules: Path) -> None:
    assert lint.pack_folders([HEADLINE]) == [rules_folder() / HEADLINE]
    assert lint.pack_folders([rules]) == [rules / HEADLINE]
    assert lint.pack_folders([rules / HEADLINE / "country_cap.yaml"]) == [rules / HEADLINE]
    assert len(lint.pack_folders()) > 1
    with pytest.raises(UsageError, match="is no pack and holds none"):
        lint.pack_folders([rules / SHARED])


def test_the_registry_of_flags_may_be_a_mapping_too(rules: Path) -> None:
    (rules / SHARED / "flags.yaml").write_text("flags:\n  other: {meaning: a, topic: diversion, source: b}\n", "utf-8")

    assert [text.split(": ", 1)[1] for text in told(rules)] == ["unknown flag `common_owner_split`."]


WORDS: tuple[Any, ...] = (
    "", "x", "soon", "1/0", "$nothing", "true", "measure", "measure.x", "lines", "a.b.c", "..", "route.", "kin.", "é",
    ["a"], [], {}, {"a": "b"}, {"gt": "soon"}, {"gt": ""}, {"in": []}, {"all": ""},
)  # fmt: skip


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(place for key, value in inner for place in places(value, (*at, key)))]


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_written_into_a_rule_file_is_answered_with_problems_and_never_with_a_fault(
    rules: Path, seed: int
) -> None:
    chance = random.Random(seed)
    path = chance.choice(sorted(p for p in (rules / HEADLINE).glob("*.yaml") if not p.name.endswith(".cases.yaml")))
    node = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    *way, last = chance.choice([place for place in places(node) if place])
    at = node
    for step in way:
        at = at[step]
    at[last] = chance.choice(WORDS)
    path.write_text(yaml.dump(node, sort_keys=False, default_style='"'), "utf-8")

    assert all(isinstance(problem, Problem) for problem in check([rules / HEADLINE]))
