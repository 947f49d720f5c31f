"""Packs are read whole, with all that is wrong in all their files, and named by the hash of what they hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from compliance.errors import InputError, UsageError
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import SHARED, load_pack, load_packs, pack_ids

HEADLINE = "diffusion_headline"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of one pack and of what it shares, to be broken."""
    for name in (HEADLINE, SHARED):
        shutil.copytree(rules_folder() / name, tmp_path / name)
    return tmp_path


def refusal(rules: Path) -> list[str]:
    with pytest.raises(InputError) as wrong:
        load_pack(rules / HEADLINE)
    return [str(problem).replace(f"{rules}/", "") for problem in wrong.value.problems]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_every_pack_that_ships_can_be_read() -> None:
    packs = load_packs()

    assert [pack.id for pack in packs] == list(pack_ids())
    for pack in packs:
        assert pack.folder.name == pack.id
        assert pack.file.force, pack.id
        assert all(pack.places[rule.id][0].endswith(f"{rule.id}.yaml") for rule in pack.rules)


def test_a_pack_is_named_by_its_content_and_not_by_where_it_lies(rules: Path) -> None:
    here = load_pack(rules / HEADLINE)
    (ships,) = load_packs([HEADLINE])

    assert here.sha256 == ships.sha256
    (rules / HEADLINE / "own.cases.yaml").write_text("[]\n", "utf-8")
    assert load_pack(rules / HEADLINE).sha256 == ships.sha256
    change(rules / HEADLINE / "country_cap.yaml", '"50000"', '"50001"')
    assert load_pack(rules / HEADLINE).sha256 != ships.sha256


def test_what_is_shared_is_part_of_the_content(rules: Path) -> None:
    before = load_pack(rules / HEADLINE).sha256
    change(rules / SHARED / "country_groups.yaml", "Country group A:1", "Country group A1")

    assert load_pack(rules / HEADLINE).sha256 != before


def test_an_unknown_pack_is_told_with_a_near_name() -> None:
    with pytest.raises(UsageError, match=f"unknown pack `{HEADLINE}s`.* Did you mean `{HEADLINE}`"):
        load_packs([f"{HEADLINE}s"])


def test_all_problems_of_all_files_are_told_at_once(rules: Path) -> None:
    pack = rules / HEADLINE
    change(pack / "pack.yaml", "state: not_law", "state: no_law")
    change(pack / "country_cap.yaml", "outcome: violation", "outcome: voilation")
    change(pack / "barred_party.yaml", "{party_barred: true}", "{party_barred: {great: 1}}")
    change(pack / "definitions.yaml", "unit: accelerators", "unit: chips")
    change(pack / "lists/places.yaml", "lists: [US]", "lists: [UAS]")
    change(pack / "lists/trusted_clouds.yaml", "lei: INR2EJN1ERAN0W5ZP974", "lie: INR2EJN1ERAN0W5ZP974")
    (pack / "broken.yaml").write_text("id: [\n", "utf-8")
    (pack / "latin.yaml").write_bytes("title: société\n".encode("latin-1"))
    told = refusal(rules)

    assert [line.split(": ", 1)[0].removeprefix(f"{HEADLINE}/").rsplit(":", 1)[0] for line in told] == [
        "barred_party.yaml",
        "broken.yaml",
        "country_cap.yaml",
        "definitions.yaml",
        "latin.yaml",
        "lists/places.yaml",
        "lists/trusted_clouds.yaml",
        "pack.yaml",
    ]
    assert any(line.endswith("no list `UAS`. Did you mean `US`?") for line in told)
    assert any("trusted_clouds`: unknown key `lie`. Did you mean `lei`?" in line for line in told)
    assert any("is not UTF-8 text (byte" in line for line in told)


def test_the_problems_of_several_packs_are_told_together(rules: Path) -> None:
    shutil.copytree(rules / HEADLINE, rules / "other")
    for name in (HEADLINE, "other"):
        change(rules / name / "country_cap.yaml", "outcome: violation", "outcome: bad")
    with pytest.raises(InputError) as wrong:
        load_packs(folder=rules)

    assert {Path(problem.file).parent.name for problem in wrong.value.problems} == {HEADLINE, "other"}


def test_a_rule_stands_in_the_file_of_its_name_and_only_there(rules: Path) -> None:
    pack = rules / HEADLINE
    (pack / "country_cap.yaml").rename(pack / "cap.yaml")
    assert refusal(rules) == [f"{HEADLINE}/cap.yaml:1: the rule `country_cap` must stand in a file `country_cap.yaml`"]

    (pack / "cap.yaml").rename(pack / "country_cap.yaml")
    (pack / "more").mkdir()
    shutil.copy(pack / "country_cap.yaml", pack / "more" / "country_cap.yaml")
    assert refusal(rules) == [
        f"{HEADLINE}/more/country_cap.yaml:1: the rule `country_cap` stands at {HEADLINE}/country_cap.yaml:1 already"
    ]


def test_a_name_is_defined_in_one_file_only(rules: Path) -> None:
    pack = rules / HEADLINE
    (pack / "more.yaml").write_text(
        "measures:\n  purchase: {text: Again, unit: lines, of: lines, count: rows, by: {id: purchase}}\n",
        "utf-8",
    )
    (told,) = refusal(rules)

    assert told.startswith(f"{HEADLINE}/more.yaml:2: `purchase` of `measures` stands at {HEADLINE}/definitions.yaml:")


def test_a_misspelt_section_of_definitions_is_no_rule(rules: Path) -> None:
    (rules / HEADLINE / "more.yaml").write_text("measuers: {}\n", "utf-8")

    assert refusal(rules) == [f"{HEADLINE}/more.yaml:1: unknown key `measuers`. Did you mean `measures`?"]


def test_a_parameter_is_looked_for_in_the_rule_and_then_in_the_pack() -> None:
    (pack,) = load_packs([HEADLINE])
    rule = next(rule for rule in pack.rules if rule.id == "country_cap")

    assert pack.parameter("cap", rule).values[0].value == "50000"
    assert pack.parameter("small_purchase", rule).values[0].value == "1700"
    with pytest.raises(UsageError, match=r"unknown parameter `smal_purchase`\. Did you mean `small_purchase`"):
        pack.parameter("smal_purchase", rule)


def test_an_override_holds_at_all_times_and_is_said() -> None:
    (pack,) = load_packs([HEADLINE])
    changed = pack.with_parameters({"cap": "7", "of_another_pack": "1"})
    rule = next(rule for rule in changed.rules if rule.id == "country_cap")

    assert [value.value for value in changed.parameter("cap", rule).values] == ["7"]
    assert changed.overrides == (("cap", "7"),)
    assert pack.with_parameters({"of_another_pack": "1"}) is pack
    with pytest.raises(UsageError, match="--set cap: `seven` is not a number"):
        pack.with_parameters({"cap": "seven"})
