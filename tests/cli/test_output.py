"""Where answers go: whole files or none, pipes that close early, colour only for people."""

from __future__ import annotations

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

from .commands import ROOT, SMALL, apart, environment, here, written


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    place = written(tmp_path, "old", "answer.json")
    place.chmod(0o640)
    output.write(place, "naïve\n")
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
    output.write(tmp_path / "a", "x")
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    output.write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_what_is_no_ordinary_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"  # never a real device: a fault here would replace it for the whole machine
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        output.write(pipe, "x")
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
def test_a_pipe_that_nobody_reads_is_no_error_and_keeps_the_status(form: str, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        place = written(tmp_path, SMALL)
        done = apart("audit", place, "--format", form, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_help_into_a_pipe_that_nobody_reads_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = apart("--help", capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert done.stderr == ""


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
