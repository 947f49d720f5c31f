"""No answer takes the place of what it is about, whatever the road to it."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.cli.destinations import READ, READ_IN_PART, WRITTEN
from compliance.cli.main import parser

from .commands import ROOT, SMALL, environment, here, written

PATHS = {"WORLD", "ORDER", "FILE", "FOLDER", "PATH", "PACK"}
"""The metavars of what names a file or a folder."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a world, other names of it, and a world in a folder."""
    written(tmp_path, SMALL, "w.yaml")
    (tmp_path / "link.yaml").symlink_to("w.yaml")
    os.link(tmp_path / "w.yaml", tmp_path / "hard.yaml")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "world.yaml").symlink_to(tmp_path / "w.yaml")
    (tmp_path / "road").symlink_to("folder")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "orders.csv").write_text("id,date,to_country,chip,quantity\no,2026-11-20,MY,H100,1\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "audit w.yaml --output w.yaml",
        "audit w.yaml --output ./folder/../w.yaml",
        "audit w.yaml --output link.yaml",
        "audit link.yaml --output w.yaml",
        "audit w.yaml --output hard.yaml",
        "audit hard.yaml --output link.yaml",
        "audit folder --output folder",
        "audit folder --output folder/world.yaml",
        "audit folder --output folder/answer.json",
        "audit folder --output folder/new/answer.json",
        "audit road --output folder/answer.json",
        "audit folder --output road/answer.json",
        "audit folder --output w.yaml",
        "audit w.yaml --pack folder --output folder/pack.yaml",
        "screen w.yaml orders.csv --output orders.csv",
        "screen w.yaml orders.csv --output w.yaml",
        "headroom w.yaml --chip H100 --consignee a --output w.yaml",
        "own w.yaml --test parent --output w.yaml",
        "chips H100 --world w.yaml --output w.yaml",
        "patterns w.yaml --output w.yaml",
        "patterns folder --format yaml --output folder/world.yaml",
        "diff w.yaml --from default:as-written --to default:as-enforced --output w.yaml",
        "diff w.yaml orders.csv --from default:as-written --to default:as-enforced --output orders.csv",
        "import bods list.json --output list.json",
        "import stakes orders.csv --output orders.csv",
        "import csl list.json --match w.yaml --output w.yaml",
        "import csl list.json --match w.yaml --output new --candidates w.yaml",
        "import csl list.json --match folder --output folder/new",
        "import csl list.json --match w.yaml --decisions orders.csv --output new --candidates orders.csv",
        "import csl list.json --match w.yaml --output new --candidates new/candidates.csv",
        "generate --companies 1000 --schemes 1 --background orders.csv --labels orders.csv --output new",
        "generate --companies 1000 --schemes 1 --labels new/labels.json --output new",
    ],
)
def test_what_is_read_is_not_written(line: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}

    done = here(capsys, *line.split())

    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "another place" in done.err
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


def test_the_rules_are_read_by_every_command(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = ROOT / "rules" / "eu_ownership" / "pack.yaml"
    before = pack.read_bytes()
    done = here(capsys, "chips", "H100", "--output", pack)
    assert (done.status, pack.read_bytes()) == (2, before)


def test_standard_output_is_no_road_either(place: Path) -> None:
    before = (place / "w.yaml").read_bytes()
    for words in (["audit", "w.yaml"], ["audit", "w.yaml", "--output", "/dev/stdout"], ["audit", "folder"]):
        with (place / "hard.yaml").open("ab") as appended:
            done = subprocess.run(
                [sys.executable, "-m", "compliance", *words],
                cwd=place, env=environment({}), stdout=appended, stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
        assert (done.returncode, "which this command reads" in done.stderr) == (2, True)
    assert (place / "w.yaml").read_bytes() == before


def test_other_places_are_free(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for output in ("W2.yaml", "folder2.json", str(place / "answer.json")):
        assert here(capsys, "chips", "H100", "--world", "w.yaml", "--output", output).status == 0
    again = here(capsys, "chips", "H100", "--world", "w.yaml", "--output", "answer.json")
    assert again.status == 0  # an answer may replace an answer


def test_a_new_table_of_signs_goes_beside_the_others_once(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("patterns", "folder", "--format", "yaml", "--output", "folder/signs.yaml")
    assert here(capsys, *words).status == 0
    again = here(capsys, *words)
    assert (again.status, "which this command reads" in again.err) == (2, True)


def test_rules_are_begun_wholly_or_not_at_all(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(place / "folder")
    (place / "our_rules").write_text("a file")
    done = here(capsys, "rules", "new", "our_quota", "--pack", "our_rules")
    assert (done.status, "internal error" in done.err) == (2, False)
    assert (place / "our_rules").read_text() == "a file"


def actions(asked: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in asked._actions:
        if isinstance(action, argparse._SubParsersAction):
            for own in action.choices.values():
                yield from actions(own)
        else:
            yield action


def test_every_option_that_names_a_file_is_known_here() -> None:
    known = {*READ, *READ_IN_PART, *WRITTEN}
    unknown = {action.dest for action in actions(parser()) if action.metavar in PATHS and action.dest not in known}
    assert unknown == set()
