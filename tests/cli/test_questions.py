"""`headroom`, `own` and `chips` from the command line to the answer."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import compliance.cli.verb_context as settings

from .commands import QUIET, SMALL, here, written


def test_chips_are_told_as_json_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "chips", "H100", "--as-of", "2026-01-15", "--format", "json")
    assert done.status == 0
    chip = json.loads(done.out)["chips"]["H100"]
    assert (chip["tpp"], chip["zone"]) == ("15824", "a")
    assert "15,824" in here(capsys, "chips", "H100", "--as-of", "2026-01-15").out


def test_chips_of_a_world_and_its_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = QUIET + "chips:\n  - {name: Z9, throughput: {FP16: 100}, die_area_mm2: 800, data_center: true}\n"
    done = here(capsys, "chips", "Z9", "--world", written(tmp_path, own), "--format", "json")
    told = json.loads(done.out)
    assert told["as_of"] == "2026-11-20"
    assert told["chips"]["Z9"]["tpp"] == "1600"


def test_chips_without_a_day_are_those_of_today(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "today", lambda: date(2026, 2, 3))
    assert json.loads(here(capsys, "chips", "H100", "--format", "json").out)["as_of"] == "2026-02-03"


def test_an_unknown_chip_is_two(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "chips", "H1000")
    assert (done.status, done.out) == (2, "")
    assert "`H1000`" in done.err


def test_owners_are_told_for_all_or_for_some(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = written(tmp_path, SMALL)
    every = json.loads(here(capsys, "own", place, "--test", "parent", "--format", "json").out)
    assert list(every["parties"]) == ["a", "x"]
    some = json.loads(here(capsys, "own", place, "a", "--test", "parent", "--format", "json").out)
    assert some["parties"] == {"a": every["parties"]["a"]}
    assert some["parties"]["a"]["parent"] == "x"
    assert "x" in here(capsys, "own", place, "a", "--test", "parent").out


def test_a_share_needs_its_owner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = written(tmp_path, SMALL)
    assert here(capsys, "own", place, "--test", "share").status == 2
    done = here(capsys, "own", place, "a", "--test", "share", "--owner", "x", "--format", "json")
    assert json.loads(done.out)["parties"]["a"]["share"] == "1"


def test_an_unknown_test_or_party_is_told_with_a_near_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = written(tmp_path, SMALL)
    assert "Did you mean `ofac`?" in here(capsys, "own", place, "--test", "ofca").err
    assert here(capsys, "own", place, "zz", "--test", "parent").status == 2


def test_headroom_is_told_as_json_and_text_and_ends_in_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("headroom", written(tmp_path, QUIET), "--chip", "H100", "--consignee", "b", "--authorization", "LPP",
             "--pack", "us_ai_diffusion", "--posture", "as-written")  # fmt: skip
    done = here(capsys, *asked, "--format", "json")
    assert done.status == 0, done.err
    (route,) = json.loads(done.out)["routes"]
    assert (route["authorization"], route["units"]) == ("LPP", 1699)
    assert route["binding"]["rule"]
    assert "1,699" in here(capsys, *asked).out


def test_an_unknown_consignee_is_told_with_a_near_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "headroom", written(tmp_path, SMALL), "--chip", "H100", "--consignee", "A")
    assert (done.status, done.out) == (2, "")
    assert "no party `A`" in done.err


def test_headroom_with_a_country_alone_is_a_table_of_all_operators(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = """
        as_of: 2026-06-30
        companies: [{id: op, headquarters: US}]
        sites: [{id: s, operator: op, country: US, it_mw: 93}]
        """
    asked = ("headroom", written(tmp_path, world), "--chip", "H100", "--country", "MY", "--pack", "diffusion_headline")
    told = {form: here(capsys, *asked, "--format", form) for form in ("text", "json", "csv", "md")}

    assert [done.status for done in told.values()] == [0, 0, 0, 0], told
    (row,) = json.loads(told["json"].out)["operators"]
    assert (row["operator"], row["units"], row["binding"]) == ("op", 5000, "capacity_abroad")
    assert all("capacity_abroad" in done.out.replace("\\_", "_") for done in told.values())
    assert "for the table of all operators" in here(capsys, *asked, "--operator", "op", "--format", "csv").err
