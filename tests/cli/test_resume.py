"""An audit that is killed at any moment goes on from what it finished, and gives the bytes of one that was not."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compliance.generate.write import generate
from tests.cli.commands import ROOT, apart, environment

ASKED = ("--as-of", "2026-11-20", "--pack", "diffusion_headline", "us_ai_diffusion", "--format", "json")
STAGES = 20
"""About so many stages such an audit has."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("resume") / "world"
    generate(60, 1_500, 5, place, "parquet")
    return place


@pytest.fixture(scope="module")
def whole(world: Path) -> bytes:
    """What an audit says that nobody disturbed."""
    output = world.parent / "whole.json"
    assert apart("audit", world, *ASKED, "--output", output).returncode == 1
    return output.read_bytes()


def stopped(world: Path, run: Path, output: Path, at: int, number: int) -> int:
    """Sends a signal to an audit once so many of its stages are finished; gives its status."""
    words = [sys.executable, "-m", "compliance", "audit", str(world), *ASKED, "--output", str(output)]
    process = subprocess.Popen(
        [*words, "--resume", str(run)],
        cwd=ROOT,
        env=environment({}),
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # whoever runs the tests may ignore it
    )
    while process.poll() is None and len(list(run.glob("stages/*.parquet"))) < at:
        time.sleep(0.002)
    if process.poll() is None:
        process.send_signal(number)
    return process.wait(timeout=60)


def killed_and_resumed(world: Path, whole: bytes, tmp_path: Path, times: int, seed: int) -> None:
    draw, run, output = random.Random(seed), tmp_path / "run", tmp_path / "answer.json"
    for kill in range(times):
        if draw.random() < 0.3:
            shutil.rmtree(run, ignore_errors=True)
        before = len(list(run.glob("stages/*.parquet")))
        status = stopped(world, run, output, before + draw.randint(0, max(1, STAGES // times * 2)), signal.SIGKILL)
        assert status in (-signal.SIGKILL, 1), kill
        assert not output.exists() or output.read_bytes() == whole
    kept = {path: path.stat().st_mtime_ns for path in run.glob("stages/*.parquet")}
    done = apart("audit", world, *ASKED, "--output", output, "--resume", run)

    assert done.returncode == 1
    assert output.read_bytes() == whole
    assert {path: path.stat().st_mtime_ns for path in kept} == kept  # what was finished was not made again
    assert not list(run.glob("stages/.unfinished*"))


def test_killed_twice_it_goes_on_and_says_the_same(world: Path, whole: bytes, tmp_path: Path) -> None:
    killed_and_resumed(world, whole, tmp_path, 2, seed=4)


@pytest.mark.night
@pytest.mark.parametrize("seed", range(10))
def test_killed_at_random_moments_it_says_the_same(world: Path, whole: bytes, tmp_path: Path, seed: int) -> None:
    killed_and_resumed(world, whole, tmp_path, 10, seed)


def test_interrupted_it_ends_clean_and_goes_on(world: Path, whole: bytes, tmp_path: Path) -> None:
    run, output = tmp_path / "run", tmp_path / "answer.json"

    assert stopped(world, run, output, 3, signal.SIGINT) == 130
    assert list(tmp_path.iterdir()) == [run]
    changed = shutil.copytree(world, tmp_path / "changed")
    (changed / "screening_lists.csv").write_text("list\nSDN\n", "utf-8")
    done = apart("audit", changed, *ASKED, "--resume", run)
    assert done.returncode == 2
    assert "holds a run of other inputs: `file screening_lists.csv` is not as before" in done.stderr
    other = apart("audit", world, *ASKED[:2], "--posture", "as-written", "--resume", run)
    assert other.returncode == 2
    done = apart("audit", world, *ASKED, "--output", output, "--resume", run, "--progress")
    assert output.read_bytes() == whole
    assert "steps" in done.stderr
    assert " left" in done.stderr


def test_a_folder_of_something_else_is_refused(world: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine", "utf-8")
    done = apart("audit", world, *ASKED, "--resume", tmp_path / "notes")

    assert done.returncode == 2
    assert "holds something that is no run of an audit" in done.stderr
    assert [path.name for path in (tmp_path / "notes").iterdir() if path.is_file()] == ["mine.txt"]
