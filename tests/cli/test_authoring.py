"""`rules new`, `prove`, `mutate`, `handbook` and `schema` as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliance.cli.main import run


def test_a_rule_is_begun_checked_tested_proven_and_wronged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("z3")
    pack = str(tmp_path / "ours")

    assert run(["rules", "new", "our_quota", "--pack", pack, "--title", "Our own quota"]) == 0
    assert "our_quota.cases.yaml" in capsys.readouterr().out
    assert "title: Our own quota" in (tmp_path / "ours" / "our_quota.yaml").read_text()
    for verb in ("check", "test", "prove", "coverage"):
        assert run(["rules", verb, pack]) == 0, capsys.readouterr()
    assert run(["rules", "mutate", pack, "--rule", "our_quota"]) == 0
    assert "wrongs noticed; 0 more are proven to change nothing" in capsys.readouterr().out

    cases = tmp_path / "ours" / "our_quota.cases.yaml"
    cases.write_text(cases.read_text().split("- name: 100 are allowed")[0], encoding="utf-8")
    assert run(["rules", "mutate", pack]) == 1
    told = capsys.readouterr().out
    assert "survived: rule our_quota, clause" in told
    again = next(line for line in told.splitlines() if "survived" in line).partition("survived: ")[2]
    assert run(["rules", "mutate", pack, "--only", again]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "ours: 0 of 1 wrongs noticed; 0 more are proven to change nothing"
    ]
    assert run(["rules", "mutate", pack, "--from", "10000"]) == 0
    assert run(["rules", "mutate", "--from", "2"]) == 2


def test_what_is_refuted_is_shown_with_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("z3")
    run(["rules", "new", "our_ban", "--pack", str(tmp_path / "ours"), "--kind", "ban"])
    rule = tmp_path / "ours" / "our_ban.yaml"
    rule.write_text(rule.read_text().replace("chip.zone: a}", "chip.zone: a, to_country: FJ}"), encoding="utf-8")
    capsys.readouterr()

    assert run(["rules", "prove", str(tmp_path / "ours")]) == 1
    assert capsys.readouterr().out == "ours: rule our_ban: holds of no row\n"


def test_a_mistake_is_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "new", "x", "--pack", str(tmp_path / "p"), "--kind", "bann"]) == 2
    assert "`bann` is no kind of rule" in capsys.readouterr().err
    assert not (tmp_path / "p").exists()
    assert run(["rules", "mutate", "--rule", "nope"]) == 2
    assert "none of these packs has a rule `nope`" in capsys.readouterr().err


@pytest.mark.parametrize("format", ["html", "md"])
def test_the_handbook_goes_to_a_new_folder(tmp_path: Path, format: str, capsys: pytest.CaptureFixture[str]) -> None:
    book = str(tmp_path / "book")

    assert run(["rules", "handbook", "diffusion_headline", "--output", book, "--format", format]) == 0
    assert (tmp_path / "book" / f"index.{format}").is_file()
    assert (tmp_path / "book" / "diffusion_headline" / f"country_cap.{format}").is_file()
    assert run(["rules", "handbook", "--output", book]) == 2
    assert "is there already" in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "schema"]) == 0
    assert set(json.loads(capsys.readouterr().out)["$defs"]) >= {"Rule", "Definitions", "PackFile"}
