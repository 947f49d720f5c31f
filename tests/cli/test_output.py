"""Where answers go: whole files or none, pipes that close early, colour only for people."""

from __future__ import annotations

import json
import os
import pty
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from compliance.cli import output
from compliance.errors import UsageError
from compliance.output_files import write_file

from .commands import ROOT, SMALL, apart, environment, here, written


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    place = written(tmp_path, "old", "answer.json")
    place.chmod(0o640)
    write_file(place, "naïve\n")
    assert place.read_bytes() == "naïve\n".encode()
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["answer.json"]


def test_a_failure_halfway_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = written(tmp_path, "old", "answer.json")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UsageError, match="cannot be written: no space left on device"):
        output.emit("new", str(place), data=True)
    assert place.read_text() == "old"
    assert os.listdir(tmp_path) == ["answer.json"]


def test_a_new_file_has_the_rights_that_others_have(tmp_path: Path) -> None:
    write_file(tmp_path / "a", "x")
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_file(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_what_is_no_ordinary_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"  # never a real device: a fault here would replace it for the whole machine
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_file(pipe, "x")
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert os.read(reader, 10) == b"x"
    finally:
        os.close(reader)


@pytest.mark.parametrize("where", ["no/such/folder/a.json", "."])
def test_a_place_that_cannot_be_written_is_told_before_the_work(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = here(capsys, "audit", "nowhere.yaml", "--output", where)
    assert done.status == 2
    assert done.err.startswith(f"--output `{where}`")


def test_an_answer_that_fails_writes_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert here(capsys, "chips", "H1OO", "--output", tmp_path / "out").status == 2
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_pipe_that_nobody_reads_ends_as_other_commands_do(form: str, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        place = written(tmp_path, SMALL)
        done = apart("audit", place, "--format", form, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_help_into_a_pipe_that_nobody_reads_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = apart("--help", capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def by_shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line of the shell with `$run` for the command, in a folder."""
    return subprocess.run(
        ["bash", "-c", f'run="{sys.executable} -m compliance"\n{line}'],
        cwd=folder, env=environment({}), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("words", ["chips H100 --as-of 2026-01-15", "chips --help", "generate --knobs", "--version"])
def test_a_full_disk_under_standard_output_is_told(words: str, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = by_shell(f"$run {words} > /dev/full", tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "no space left on device" in done.stderr


def test_a_closed_standard_output_is_told_and_does_not_matter_where_a_file_is_named(tmp_path: Path) -> None:
    done = by_shell("$run chips H100 --as-of 2026-01-15 >&-", tmp_path)
    assert (done.returncode, done.stderr) == (2, "standard output is closed: there is nowhere to write the answer\n")
    done = by_shell("$run chips H100 --as-of 2026-01-15 --format json --output a.json >&- 2>&- <&-", tmp_path)
    assert (done.returncode, "H100" in json.loads((tmp_path / "a.json").read_text())["chips"]) == (0, True)


def test_complaints_never_go_to_standard_output(tmp_path: Path) -> None:
    done = by_shell("$run chips H1OO 2>&-", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


def test_the_open_streams_are_places_for_an_answer(tmp_path: Path) -> None:
    line = "{ echo before; $run chips H100 --as-of 2026-01-15 --format json --output /dev/stdout; echo after; }"
    through_pipe = by_shell(f"{line} | cat", tmp_path).stdout
    by_shell(f"{line} > file", tmp_path)
    assert through_pipe == (tmp_path / "file").read_text()
    assert (through_pipe[:8], through_pipe[-8:]) == ("before\n{", "}\nafter\n")


def test_a_file_too_large_for_the_disk_keeps_the_old_one(tmp_path: Path) -> None:
    place = written(tmp_path, "old", "answer.json")
    done = by_shell(
        "ulimit -f 1; export PYTHONDONTWRITEBYTECODE=1; $run chips --format json --output answer.json", tmp_path
    )
    assert (done.returncode, done.stderr) == (2, "--output `answer.json` cannot be written: file too large\n")
    assert place.read_text() == "old"
    assert os.listdir(tmp_path) == ["answer.json"]


@pytest.mark.parametrize(
    ("set_to", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": ""}, False),
    ],
)
def test_colour_through_a_pipe_only_if_forced(set_to: dict[str, str], coloured: bool) -> None:
    done = apart("chips", "H100", "--as-of", "2026-01-15", env=set_to)
    assert done.returncode == 0
    assert ("\x1b[" in done.stdout) is coloured
    assert done.stderr == ""


def on_a_terminal(env: dict[str, str], columns: int, *words: str) -> str:
    """What a terminal of some columns shows of a command."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "compliance", *words],
        stdin=follower, stdout=follower, stderr=follower, cwd=ROOT, close_fds=True,
        env=environment({"TERM": "xterm", "COLUMNS": str(columns), **env}),
    ) as process:  # fmt: skip
        os.close(follower)
        said = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            said += part
        assert process.wait() == 0
    os.close(leader)
    return said.decode()


def test_a_terminal_gets_colour_and_its_own_width() -> None:
    said = on_a_terminal({}, 72, "chips", "H100", "RTX 4090", "--as-of", "2026-01-15")
    assert "\x1b[1m" in said
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said).replace("\r", "").splitlines()
    assert 60 < max(map(len, lines)) <= 72


def test_a_terminal_gets_no_colour_where_it_is_not_wanted() -> None:
    assert "\x1b[1m" not in on_a_terminal({"NO_COLOR": "1"}, 100, "chips", "H100", "--as-of", "2026-01-15")
    assert "\x1b[1m" not in on_a_terminal({"TERM": "dumb"}, 100, "chips", "H100", "--as-of", "2026-01-15")


def test_progress_is_shown_to_who_waits_at_a_terminal(tmp_path: Path) -> None:
    place = written(tmp_path, SMALL)
    assert f"Reading {place}"[:20] in on_a_terminal({}, 100, "own", str(place), "--test", "parent")


def test_data_is_utf8_whatever_the_terminal_is(tmp_path: Path) -> None:
    place = written(
        tmp_path,
        SMALL.replace("id: a,", "id: 名,").replace("owned: a", "owned: 名").replace("consignee: a", "consignee: 名"),
    )
    done = apart("own", place, "--test", "parent", "--format", "json", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert '"名"' in done.stdout
    text = apart("own", place, "--test", "parent", env={"PYTHONIOENCODING": "ascii"})
    assert text.returncode == 0
    assert r"\u540d" in text.stdout
