"""Reports by the command line: written whole, ended as the question is, refused where they are of no use."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from compliance.reports.renderers import PATTERN_RENDERERS, RENDERERS

from .commands import QUIET, ROOT, SMALL, environment, here, written

STARTS = {"html": b"<!doctype html>", "xlsx": b"PK\x03\x04", "sarif": b"{", "md": b"# Audit", "json": b"{"}


@pytest.mark.parametrize("form", STARTS)
def test_a_report_is_written_to_a_file_and_ends_as_the_question_does(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, name in ((SMALL, "small.yaml"), (QUIET, "quiet.yaml")):
        world = written(tmp_path, text, name)
        place = tmp_path / f"report.{form}"
        asked = here(capsys, "audit", world, "--pack", "us_ai_diffusion")
        done = here(capsys, "audit", world, "--pack", "us_ai_diffusion", "--format", form, "--output", place)

        assert (done.status, done.out) == (asked.status, "")
        assert place.read_bytes().startswith(STARTS[form])


@pytest.mark.parametrize("form", ["html", "xlsx", "sarif"])
def test_orders_and_patterns_have_the_same_formats(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = written(tmp_path, SMALL)
    orders = written(tmp_path, "id,date,consignee,to_country,chip,quantity\n=o1,2026-11-20,a,MY,H100,8\n", "orders.csv")
    for words in (("screen", world, orders), ("patterns", world)):
        first, second = tmp_path / "first", tmp_path / "second"
        done = here(capsys, *words, "--format", form, "--output", first)
        here(capsys, *words, "--format", form, "--output", second)

        assert done.status in (0, 1, 3)
        assert first.read_bytes() == second.read_bytes()


def test_a_workbook_goes_through_a_pipe_and_not_to_a_terminal(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "compliance", "audit", str(written(tmp_path, QUIET)), "--format", "xlsx"]
    piped = subprocess.run(words, capture_output=True, cwd=ROOT, env=environment({}), check=False)
    place = tmp_path / "piped.xlsx"
    place.write_bytes(piped.stdout)

    assert "xl/workbook.xml" in zipfile.ZipFile(place).namelist()

    reader, writer = pty.openpty()
    try:
        shown = subprocess.run(
            words, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment({}), check=False
        )
    finally:
        os.close(writer)
        os.close(reader)

    assert shown.returncode == 2
    assert "a spreadsheet cannot be shown on a terminal; name a file with `--output FILE.xlsx`" in shown.stderr


def test_the_formats_that_are_offered_are_those_of_the_registry(capsys: pytest.CaptureFixture[str]) -> None:
    for verb, renderers in (("audit", RENDERERS), ("screen", RENDERERS), ("patterns", PATTERN_RENDERERS)):
        told = " ".join(here(capsys, verb, "--help").out.split())

        assert all(form in told for form in renderers)


def test_a_format_is_a_module_and_its_entry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from compliance.reports.renderers import Renderer

    made = "def render(answer, background, options):\n    return f'{len(answer.findings)} findings\\n'\n"
    written(tmp_path, made, "count_format.py")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(RENDERERS, "count", Renderer("count_format"))  # type: ignore[arg-type]

    assert here(capsys, "audit", written(tmp_path, QUIET), "--format", "count").out == "0 findings\n"


def test_help_reads_no_library_of_reports(tmp_path: Path) -> None:
    asked = "import sys; from compliance.cli.main import run; run(['audit', '--help']); "
    asked += "print([m for m in ('jinja2', 'xlsxwriter', 'rich') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, cwd=ROOT, env=environment({}), check=False
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_sarif_says_what_was_not_evaluated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = written(
        tmp_path, SMALL.replace("headquarters: MY", "jurisdiction: MY").replace("percent: 100", "percent: unknown")
    )
    run = json.loads(here(capsys, "audit", world, "--format", "sarif").out)["runs"][0]

    assert run["invocations"][0]["toolExecutionNotifications"]
    assert run["properties"]["notEncoded"]
