"""`--set-aside`, `--memory` and `--threads`, as a user types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.resources import RESOURCES, memory_held, size
from tests.cli.commands import apart, here

WORLD = ("--as-of", "2026-11-20", "--pack", "us_ai_diffusion", "diffusion_headline", "--format", "json")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("large") / "world"
    numbers = ("--companies", "300", "--shipments", "3000", "--seed", "7", "--format", "parquet")
    assert apart("generate", *numbers, "--output", place).returncode == 0
    return place


def test_memory_and_threads_change_nothing_of_the_answer(world: Path, tmp_path: Path) -> None:
    plain, kept = tmp_path / "plain.json", tmp_path / "kept.json"
    assert apart("audit", world, *WORLD, "--output", plain).returncode == 1
    done = apart("audit", world, *WORLD, "--output", kept, "--memory", "1GB", "--threads", "1")

    assert (done.returncode, done.stderr) == (1, "")
    assert kept.read_bytes() == plain.read_bytes()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--memory", "8 elephants"), "`8 elephants` is no size; write it as 8GB or 500MB"),
        (("--memory", "1MB"), "128 MB at the least"),
        (("--threads", "none"), "`none` is no number of processors"),
    ],
)
def test_what_is_no_size_is_refused(
    options: tuple[str, ...], told: str, world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "audit", world, *options)

    assert done.status == 2
    assert told in done.err


def test_a_world_that_fills_the_memory_is_refused_with_figures(
    world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RESOURCES, "memory", None)
    done = here(capsys, "audit", world, *WORLD, "--memory", f"{max(128, memory_held() // 10**6)}MB")
    RESOURCES.memory = None

    assert done.status == 2
    assert "the tables in memory take" in done.err


def test_sizes_are_read_as_people_write_them() -> None:
    assert [size(text) for text in ("8GB", "1.5 gib", "500mb")] == [8 * 10**9, 3 * 2**29, 5 * 10**8]


def test_rows_go_to_the_file_that_set_aside_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = tmp_path / "w"
    world.mkdir()
    (world / "companies.csv").write_text("id,headquarters\nacme,DE\n", "utf-8")
    (world / "shipments.csv").write_text(
        "id,date,consignee,to_country,chip,quantity\na,2026-01-01,acme,DE,H100,1\nb,2026-01-01,acme,DE,H100,1x\n",
        "utf-8",
    )
    aside = tmp_path / "aside.csv"
    done = here(capsys, "audit", world, *WORLD, "--set-aside", aside)

    assert done.status in (1, 3)
    assert f"1 row of {world} could not be read and went to {aside}" in done.err
    assert "1 row of `shipments` could not be read, set aside, and could decide" in done.out
    assert aside.read_text("utf-8").splitlines()[1].startswith(f"{world / 'shipments.csv'},3,shipments,b,")
    inside = here(capsys, "audit", world, *WORLD, "--set-aside", world / "companies.csv")
    assert inside.status == 2
    assert "--set-aside" in inside.err
