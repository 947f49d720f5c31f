"""`rules list|explain|check|test` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
    from compliance.decisions import checking

    monkeypatch.setattr(checking, "check", lambda _: [])
    done = here(capsys, "rules", "check", ROOT / "rules")
    assert (done.status, done.err) == (0, "")
    assert done.out == "No problem found in the rules that were read.\n"
