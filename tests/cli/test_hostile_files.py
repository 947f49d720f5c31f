"""Every verb with every kind of hostile file: status 2 and a message, never a traceback, never a fault of ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import compliance
from compliance.errors import InputError, UsageError
from compliance.world.io.load import parse_orders
from tests.cli.commands import SMALL, here

FILES: dict[str, bytes] = {
    "empty": b"",
    "nul": b"companies:\n  - {id: a\x00}\n",
    "latin": "companies:\n  - {id: a, name: Société}\n".encode("latin-1"),
    "utf16": "companies: []\n".encode("utf-16"),
    "zip": b"PK\x03\x04",
    "unclosed": b"companies: [{id: a\n",
    "deep": b"[" * 100_000,
    "laughs": b"a: &a [1,1,1,1,1,1,1,1,1,1]\n"
    + b"".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n".encode() for n in range(9)),
    "tag": b"!!python/object/apply:os.system ['true']\n",
    "word": b"hello\n",
    "list": b"- [1, 2]\n- {a: b}\n",
    "long": b"companies:\n  - {id: a, headquarters: " + b"x" * 100_000 + b"}\n",
    "folder": b"",
}
VERBS: dict[str, Callable[[str, str], list[str]]] = {
    "audit": lambda bad, good: ["audit", bad],
    "audit --pack": lambda bad, good: ["audit", good, "--pack", bad],
    "screen a world": lambda bad, good: ["screen", bad, good],
    "screen an order": lambda bad, good: ["screen", good, bad],
    "headroom": lambda bad, good: ["headroom", bad, "--chip", "H100", "--consignee", "a"],
    "own": lambda bad, good: ["own", bad, "a", "--test", "parent"],
    "chips": lambda bad, good: ["chips", "H100", "--world", bad],
    "diff": lambda bad, good: ["diff", bad, "--from", "default:as-written", "--to", "default:as-enforced"],
    "import": lambda bad, good: ["import", "epoch-clusters", bad, "--output", "made"],
    "rules check": lambda bad, good: ["rules", "check", bad],
    "rules explain": lambda bad, good: ["rules", "explain", "r", "--pack", bad],
    "rules list": lambda bad, good: ["rules", "list", "--pack", bad],
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.yaml").write_text(SMALL)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told_well(status: int, told: str) -> None:
    lines = told.splitlines()
    assert status == 2
    assert lines
    assert "Traceback" not in told
    assert "internal error" not in told
    assert all(len(line) < 3_000 and line.isprintable() for line in lines)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("file", FILES)
def test_every_verb_refuses_every_hostile_file(
    verb: str, file: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = place / f"{file}.yaml"
    bad.mkdir() if file == "folder" else bad.write_bytes(FILES[file])

    done = here(capsys, *VERBS[verb](bad.name, "good.yaml"))

    told_well(done.status, done.err)
    assert done.out == ""


@pytest.mark.parametrize("file", [name for name in FILES if name != "folder"])
def test_a_hostile_file_inside_a_pack_or_a_folder_of_data_is_told(
    file: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("pack.yaml", "gpu_clusters.csv", "companies.csv"):
        folder = place / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_bytes(FILES[file])

    for words in (
        ["rules", "check", "pack"],
        ["rules", "explain", "r", "--pack", "pack"],
        ["audit", "good.yaml", "--pack", "pack"],
        ["import", "epoch-clusters", "gpu_clusters", "--output", "made"],
        ["audit", "companies"],
    ):
        done = here(capsys, *words)
        told_well(done.status, done.err)


@pytest.mark.parametrize("file", FILES)
def test_hostile_cases_fail_and_are_told(file: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = place / f"{file}.cases.yaml"
    bad.mkdir() if file == "folder" else bad.write_bytes(FILES[file])

    done = here(capsys, "rules", "test", bad.name)

    assert done.status in (1, 2)
    assert done.out or done.err
    assert "fault" not in done.out + done.err
    assert all(len(line) < 3_000 for line in (done.out + done.err).splitlines())


@pytest.mark.parametrize("kind", ["bods", "ftm", "uk-psc", "csl", "stakes", "gleif"])
def test_an_import_does_not_wait_at_a_pipe(kind: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(place / "pipe.json")

    done = here(capsys, "import", kind, "pipe.json", "--output", "made")

    told_well(done.status, done.err)
    assert "pipe.json" in done.err
    assert not (place / "made").exists()


FAR = ["9999-12-31", "0001-01-01", "2200-01-01", "1799-12-31"]


@pytest.mark.parametrize("day", FAR)
def test_a_day_out_of_reach_is_told(day: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "far.yaml").write_text(SMALL.replace("2026-11-20", day))
    (place / "line.yaml").write_text(SMALL.replace("2025-06-01", day))
    (place / "order.csv").write_text(f"id,date,consignee,to_country,chip,quantity\no,{day},a,MY,H100,1\n")
    words = (
        ["audit", "good.yaml", "--as-of", day],
        ["audit", "far.yaml"],
        ["audit", "line.yaml"],
        ["screen", "good.yaml", "order.csv"],
        ["headroom", "good.yaml", "--chip", "H100", "--consignee", "a", "--as-of", day],
        ["own", "good.yaml", "--test", "bis", "--as-of", day],
        ["diff", "good.yaml", "--from", f"default@{day}", "--to", "default"],
    )
    for line in words:
        done = here(capsys, *line)
        told_well(done.status, done.err)
        assert f"`{day}` is out of reach" in done.err


@pytest.mark.parametrize("day", FAR[:2])
def test_a_program_is_told_of_a_day_out_of_reach_too(day: str, place: Path) -> None:
    with pytest.raises(UsageError, match="out of reach"):
        compliance.audit(compliance.load_world("good.yaml"), as_of=date.fromisoformat(day))


def test_an_order_id_that_stands_twice_is_refused_in_a_program(place: Path) -> None:
    world = compliance.load_world("good.yaml")
    line = {"id": "o", "date": "2026-01-01", "consignee": "a", "to_country": "MY", "chip": "H100"}
    one, _ = parse_orders([{**line, "quantity": "1"}], "one", world)
    other, _ = parse_orders([{**line, "quantity": "60000"}], "other", world)
    with pytest.raises(InputError, match="`o` stands twice in `orders`"):
        compliance.screen(world, [*one, *other])
    with pytest.raises(InputError, match="`o` stands twice in `orders`"):
        compliance.diff(world, "default:as-written", "default:as-enforced", [*one, *other])


def test_an_empty_name_is_no_world(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "own", "", "--test", "bis")
    assert (done.status, done.err) == (2, "the name of the world is empty\n")


def test_a_period_may_begin_and_end_anywhere(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    always = SMALL.replace("percent: 100", "percent: 100, from: 0001-01-01, to: 9999-12-31")
    (place / "always.yaml").write_text(always)
    assert here(capsys, "own", "always.yaml", "--test", "bis").status == 0


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["no\u202esuch.yaml", "no\x1b[2J\nsuch.yaml", "x" * 5_000, "nul\x00.yaml", ""])
def test_every_verb_refuses_every_hostile_name(
    verb: str, name: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, *VERBS[verb](name, "good.yaml"))

    if verb.startswith("rules") and name == "":
        return  # no name is the folder in which one stands
    assert done.status == 2
    assert "internal error" not in done.err
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err
    assert max(map(len, done.err.splitlines())) < 3_000
