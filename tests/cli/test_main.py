"""The command itself: fast help, clear complaints, and an exit status that says who is at fault."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

import compliance.cli.verb_context as settings
from compliance.cli import main
from compliance.errors import EngineDisagreement, InputError, Problem

from .commands import ROOT, SMALL, apart, environment, here, written

HEAVY = ("pydantic", "sqlglot", "duckdb", "rich", "yaml", "pyarrow", "networkx", "rapidfuzz", "durable_rules_engine")
VERBS = (
    ["audit"], ["screen"], ["headroom"], ["own"], ["chips"], ["rules"], ["rules", "list"], ["rules", "explain"],
    ["rules", "check"], ["rules", "test"], ["import"], ["import", "epoch-clusters"],
)  # fmt: skip


def test_nothing_heavy_is_imported_before_a_verb_runs() -> None:
    code = "import sys, compliance, compliance.cli.main as m; m.parser(); print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment({}), cwd=ROOT
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "compliance" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_help_comes_at_once() -> None:
    def once() -> float:
        begun = time.perf_counter()
        done = apart("--help")
        assert done.returncode == 0
        assert "audit" in done.stdout
        return time.perf_counter() - begun

    assert min(once() for _ in range(4)) < 0.4


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_the_help_of_every_verb_ends_with_examples(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, *verb, "--help")
    assert done.status == 0
    _, mark, examples = done.out.partition("examples:\n")
    assert mark
    assert all(line.startswith(f"  compliance {verb[0]}") for line in examples.strip("\n").splitlines())


def test_without_a_verb_the_help_is_shown_and_nothing_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys)
    assert (done.status, done.out) == (2, "")
    assert "usage: compliance" in done.err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "--version")
    assert done.status == 0
    assert done.out.startswith("compliance")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["audti", "w"], "there is no verb `audti`; there are audit, screen"),
        (["audti", "w"], "Did you mean `audit`?"),
        (["rules", "lst"], "Did you mean `list`?"),
        (
            ["import", "epoch"],
            "there is no verb `epoch`; there are bods, ftm, uk-psc, gleif, csl, stakes, epoch-clusters, table.",
        ),
        (["audit"], "compliance audit: needs WORLD"),
        (["audit", "w", "--formt", "json"], "compliance audit: there is no option `--formt`. Did you mean `--format`?"),
        (["audit", "w", "--out=x"], "there is no option `--out`. Did you mean `--output`?"),
        (["audit", "w", "--zzz"], "there is no option `--zzz`. See compliance audit --help."),
        (["audit", "w", "v"], "`v` is one too many"),
        (
            ["audit", "w", "--format", "jsn"],
            "--format cannot be `jsn`; one of text, json, csv, md, html, xlsx, sarif. Did you mean `json`?",
        ),
        (["audit", "w", "--as-of", "2025-02-30"], "--as-of: `2025-02-30` is no day of the calendar"),
        (["audit", "w", "--as-of"], "--as-of: expected one argument"),
        (["audit", "w", "--fail-on", "reviw"], "Did you mean `review`?"),
        (["audit", "w", "--posture", "as-writen"], "Did you mean `as-written`?"),
        (["headroom", "w", "--chp", "H100"], "compliance headroom: there is no option `--chp`. Did you mean `--chip`?"),
        (["headroom", "w"], "compliance headroom: needs --chip"),
        (["headroom", "w", "--chip", "H100"], "needs --consignee or --operator"),
        (["own", "w"], "compliance own: needs --test"),
        (["import", "epoch-clusters", "f"], "needs --output"),
        (["rules"], "compliance rules: needs VERB"),
        (["audit", "nowhere.yaml"], "nowhere.yaml: does not exist"),
    ],
)
def test_a_wrong_use_is_told_in_one_line_with_a_near_name(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, *words)
    assert (done.status, done.out) == (2, "")
    assert told in done.err
    assert done.err.count("\n") == 1


def test_every_problem_of_a_file_has_a_line_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = written(tmp_path, "companies:\n  - {id: a, nme: b}\n  - {id: c, headquarters: XX}\n")
    done = here(capsys, "audit", place)
    assert (done.status, done.out) == (2, "")
    lines = done.err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [f"{place}:2", f"{place}:3"]
    assert "Did you mean `name`?" in lines[0]


def broken(fault: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise fault

    monkeypatch.setattr(settings, "read_world", fail)


@pytest.mark.parametrize("fault", [EngineDisagreement("on fact f"), KeyError("x"), RecursionError("deep")])
def test_a_fault_of_ours_is_told_without_a_traceback(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(fault, monkeypatch)
    monkeypatch.delenv("COMPLIANCE_DEBUG", raising=False)
    done = here(capsys, "audit", "w")
    assert (done.status, done.out) == (70, "")
    assert done.err.startswith(f"internal error: {type(fault).__name__}")
    assert "Please report" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (MemoryError(), "there is not enough memory for this input; give less of it at once, or a larger --memory\n"),
        (OSError(28, "No space left on device", "w"), "`w`: no space left on device\n"),
    ],
)
def test_what_the_machine_refuses_is_told(
    fault: Exception, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(fault, monkeypatch)
    done = here(capsys, "audit", "w")
    assert (done.status, done.out, done.err) == (2, "", told)


def test_a_fault_of_ours_shows_its_traceback_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(ValueError("boom"), monkeypatch)
    monkeypatch.setenv("COMPLIANCE_DEBUG", "1")
    done = here(capsys, "audit", "w")
    assert done.status == 70
    assert "Traceback" in done.err
    assert "ValueError: boom" in done.err


def test_being_stopped_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    broken(KeyboardInterrupt(), monkeypatch)
    done = here(capsys, "audit", "w")
    assert (done.status, done.out, done.err) == (130, "", "")


def test_a_users_mistake_deep_inside_is_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(InputError([Problem("f", 3, "b"), Problem("f", 1, "a")]), monkeypatch)
    done = here(capsys, "audit", "w")
    assert (done.status, done.err) == (2, "f:1: a\nf:3: b\n")


def test_what_a_terminal_cannot_show_is_escaped_in_an_error(tmp_path: Path) -> None:
    done = apart("audit", "名.yaml", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 2
    assert r"\u540d.yaml: does not exist" in done.stderr


def test_nothing_is_guessed_from_the_first_letters_of_an_option() -> None:
    assert main.run(["audit", "w", "--form", "json"]) == 2


def test_several_values_may_follow_one_option_and_world_may_follow_them(tmp_path: Path) -> None:
    place = written(tmp_path, SMALL)
    read = main.parser().read
    assert read(["audit", "w", "--pack", "a_b", "c_d", "--set", "x=1", "y=2"]).pack == ["a_b", "c_d"]
    found = read(["audit", "--pack", "a_b", "c_d", "--set", "x=1", "y=2", str(place)])
    assert (found.pack, found.sets, found.world) == (["a_b", "c_d"], ["x=1", "y=2"], str(place))
    assert read(["audit", "--pack", "a_b", "--pack", "c_d", "w.yaml"]).pack == ["a_b", "c_d"]
