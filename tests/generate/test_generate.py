"""Made-up worlds: the same for the same seed, valid, with what is said to be in them, and no code of detectors."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import compliance.generate.registry as made
from compliance.cli.main import run
from compliance.decisions.ownership_questions import own
from compliance.errors import UsageError
from compliance.generate.write import generate
from compliance.units import day
from compliance.world.io.load import load_world


def test_the_same_seed_gives_the_same_world_and_another_another(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(500, 50, seed, tmp_path / name)
    files = [{f.name: f.read_bytes() for f in (tmp_path / name).iterdir()} for name in "abc"]

    assert files[0] == files[1]
    assert files[0]["stakes.csv"] != files[2]["stakes.csv"]


def test_a_made_up_world_is_a_valid_one_with_all_that_is_said(tmp_path: Path) -> None:
    rows = generate(3_000, 200, 1, tmp_path / "w")
    world = load_world(tmp_path / "w")

    assert {name: len(world.rows(name)) for name in rows} == rows
    assert 1.2 < rows["stakes"] / rows["companies"] < 1.5
    stakes = world.columns("stakes")
    assert {"unknown", "0-100"} & set(stakes["percent"].to_pylist())
    assert stakes["owner"].null_count > 0
    assert len({*stakes["owner"].to_pylist()}) > 100
    parents = own(world, test="parent", as_of=day("2025-06-01"))["parties"]
    flags = [flag for answer in parents.values() for flag in answer["flags"]]
    assert flags.count("ownership_cycle") >= 3_000 * made.RATES["circles"] / 2
    assert flags.count("over_100_percent") >= 1
    assert {answer["verdict"] for answer in parents.values()} == {"determined", "undetermined"}


def test_the_verb_writes_a_folder_and_says_what_is_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate", "--companies", "50", "--seed", "2", "--output", str(tmp_path / "w")]) == 0

    assert "50 companies" in capsys.readouterr().err
    assert (tmp_path / "w" / "stakes.csv").exists()


@pytest.mark.parametrize("companies", range(10, 40))
def test_a_registry_may_be_small(companies: int) -> None:
    for seed in range(10):
        assert len(made.registry(companies, seed)["companies"]) == companies


@pytest.mark.parametrize(("companies", "lines"), [(9, 0), (10**8, 0), (20, -1)])
def test_numbers_out_of_range_are_refused(companies: int, lines: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--companies"):
        generate(companies, lines, 0, tmp_path / "w")


def test_a_folder_that_holds_anything_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")

    with pytest.raises(UsageError, match="is there already"):
        generate(20, 0, 0, tmp_path)


def test_the_generator_shares_no_code_with_what_looks_at_worlds() -> None:
    for path in Path(made.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("compliance."):
                assert node.module is not None
                assert node.module.split(".")[1] in ("generate", "errors", "output_files")
