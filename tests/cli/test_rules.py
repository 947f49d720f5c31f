"""`rules list|explain|check|test|coverage` from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.packs import pack_of

from .commands import ROOT, here, written

AGREES = """\
- name: An H100 has 15,824 TPP
  as_of: 2026-01-15
  packs: [us_ai_diffusion]
  world: {}
  run: chips
  with: {names: [H100]}
  expect: {chips: {H100: {tpp: 15824}}}
"""
MOVED = """
    id: moved
    title: A rule of a test
    topic: destination_license
    citation: a test
    confidence: design
    of: lines
    subject: {kind: line}
    when: {it is exported: {movement: export}}
    then: {outcome: review, message: "{subject}"}
"""
MOVES = """\
- name: A line that is moved
  as_of: 2026-01-15
  packs: [own]
  world: {{shipments: [{{id: s, date: 2025-06-01, to_country: MY, chip: H100, quantity: 1, movement: {movement}}}]}}
  run: audit
  expect: {{flags: []}}
"""


def test_rules_are_listed_as_json_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "rules", "list", "--pack", "us_ai_diffusion", "--format", "json")
    assert done.status == 0
    rules = json.loads(done.out)["rules"]
    assert {rule["pack"] for rule in rules} == {"us_ai_diffusion"}
    assert all({"rule", "topic", "title", "citation", "force"} <= set(rule) for rule in rules)
    text = here(capsys, "rules", "list").out
    assert all(rule["rule"] in text for rule in rules)
    assert "diffusion_headline" in text


def test_a_rule_is_explained_and_an_unknown_one_has_a_near_name(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "rules", "explain", "country_cap")
    assert done.status == 0
    assert "At most 50,000 accelerators" in done.out
    wrong = here(capsys, "rules", "explain", "country_cp")
    assert (wrong.status, wrong.out) == (2, "")
    assert "Did you mean `country_cap`?" in wrong.err


def test_cases_that_agree_give_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "rules", "test", written(tmp_path, AGREES, "c.yaml"))
    assert (done.status, done.out) == (0, "1 of 1 cases agree\n")


def test_a_case_that_fails_has_a_line_and_gives_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = AGREES + AGREES.replace("tpp: 15824", "tpp: 15825").replace("An H100", "Wrongly, an H100")
    place = written(tmp_path, both, "c.yaml")
    done = here(capsys, "rules", "test", place)
    assert done.status == 1
    first, last = done.out.splitlines()
    assert first.startswith(f"{place}:8: Wrongly, an H100 has 15,824 TPP")
    assert last == "1 of 2 cases agree"


def test_a_folder_without_cases_is_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert here(capsys, "rules", "test", tmp_path).status == 2


def test_a_broken_rule_is_told_on_standard_error_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = tmp_path / "mine"
    pack.mkdir()
    (pack / "pack.yaml").write_text("id: mine\ntitl: Mine\n")
    done = here(capsys, "rules", "check", pack)
    assert (done.status, done.out) == (2, "")
    assert f"{pack / 'pack.yaml'}:2: " in done.err
    assert "Did you mean `title`?" in done.err


def test_rules_without_a_problem_give_zero(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from compliance.authoring import pack_check

    monkeypatch.setattr(pack_check, "check", lambda _: [])
    done = here(capsys, "rules", "check", ROOT / "rules")
    assert (done.status, done.err) == (0, "")
    assert done.out == "No problem found in the rules that were read.\n"


def test_coverage_gives_one_until_every_clause_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = pack_of(tmp_path, moved=MOVED)
    written(pack.folder, MOVES.format(movement="export"), "moved.cases.yaml")
    half = here(capsys, "rules", "coverage", pack.folder)
    assert half.status == 1
    assert "moved, it is exported: never false" in half.out
    assert half.out.endswith("rules and routes 0 of 1, clauses 0 of 1, edges 0 of 0\n")

    written(pack.folder, MOVES.format(movement="export") + MOVES.format(movement="transfer"), "moved.cases.yaml")
    whole = here(capsys, "rules", "coverage", pack.folder, "--format", "json")
    assert whole.status == 0
    (said,) = json.loads(whole.out)["packs"]
    assert (said["id"], said["complete"], said["cases"]) == ("own", True, 2)
    assert said["clauses"] == {"covered": 1, "all": 1}
    assert said["seen"][1]["false"]["line"] == 7


@pytest.mark.parametrize("name", ["no_such_pack", "rules"])
def test_coverage_of_what_is_no_pack_is_two(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "rules", "coverage", name)
    assert (done.status, done.out) == (2, "")
    assert f"`{name}`" in done.err


def test_fields_are_listed_as_text_that_fits_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("rules", "fields", "country_total", "--pack", "diffusion_headline")
    text, said = here(capsys, *asked), here(capsys, *asked, "--format", "json")

    assert (text.status, said.status) == (0, 0)
    assert re.search(r"measure +number of accelerators +the total\n", text.out)
    assert max(map(len, text.out.splitlines())) <= 100
    assert [one["table"] for one in json.loads(said.out)["tables"]] == ["country_total", "country"]
    assert json.loads(said.out)["tables"][0]["fields"][-1] == {
        "field": "measure", "type": "number", "unit": "accelerators", "meaning": "the total",
        "pack": "diffusion_headline",
    }  # fmt: skip


def test_a_rule_is_found_by_the_name_that_answers_give_it(capsys: pytest.CaptureFixture[str]) -> None:
    told = here(capsys, "rules", "explain", "country_allocation", "--pack", "us_ai_diffusion")
    assert told.status == 0
    for rule in ("allocation_used_up", "allocation_straddled"):
        assert re.search(rf"^{rule} · us_ai_diffusion", told.out, re.MULTILINE), rule
    near = here(capsys, "rules", "explain", "country_alocation", "--pack", "us_ai_diffusion")
    assert near.status == 2
    assert near.err.endswith("Did you mean `country_allocation`?\n")


def test_the_list_of_rules_has_the_names_of_answers(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(here(capsys, "rules", "list", "--pack", "us_ai_diffusion", "--format", "json").out)
    names = {rule["rule"]: rule["in_answers"] for rule in listed["rules"]}
    assert (names["allocation_used_up"], names["aia_notice"]) == ("country_allocation", "aia_notice")
    told = here(capsys, "rules", "list", "--pack", "us_ai_diffusion").out
    assert re.search(r"allocation_used_up \(in answers +.*\n +country_allocation\)", told)
