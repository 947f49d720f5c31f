"""The README and its pages: each command in them prints what is shown (`README=write pytest ...` records anew)."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from compliance.cli.main import run as main
from compliance.rulebook.packs import load_packs
from tests.packs import PACK
from tests.service.desk.visiting import Visitor, text_of
from tests.service.running import running

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
FIRST_RULE = ROOT / "compliance" / "pages" / "first_rule.md"
SERVICE = ROOT / "compliance" / "pages" / "service.md"
OWN_WORKBOOK = FIRST_RULE.parent / "own_workbook.md"
PAGES = [README, *sorted(FIRST_RULE.parent.glob("*.md"))]
LARGE_WORLDS = FIRST_RULE.parent / "large_worlds.md"
ASKS = "<!-- asks -->\n"
"""Before a command of the tutorial that ends with questions."""
BLOCK = re.compile(r"```console\n\$ ([^\n]+)\n(.*?)```", re.DOTALL)
MOST = 26
LEFT_OUT = "..."


def run(command: str) -> list[str]:
    words = shlex.split(command)
    assert words[0] == "compliance"
    with tempfile.TemporaryDirectory() as folder:
        if "--output" in words:
            words[words.index("--output") + 1] = str(Path(folder) / "made")
        return run_in(ROOT, words[1:], (0, 1, 3))


def run_in(folder: Path, words: list[str], statuses: tuple[int, ...]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "compliance", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode in statuses, done.stderr
    return (done.stdout or done.stderr).rstrip("\n").splitlines()


def blocks() -> list[tuple[Path, str, str]]:
    pages = [page for page in PAGES if page not in (SERVICE, OWN_WORKBOOK, LARGE_WORLDS)]
    return [(page, m[1], m[2]) for page in pages for m in BLOCK.finditer(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "command", "shown"), blocks(), ids=[c.split()[1] for _, c, _ in blocks()])
def test_the_readme_shows_what_a_command_prints(page: Path, command: str, shown: str) -> None:
    printed = run(command)
    compare(page, command, shown, printed)


def compare(page: Path, command: str, shown: str, printed: list[str]) -> None:
    """Holds what a page shows against what was printed, or records it anew."""
    expected = printed if len(printed) <= MOST else [*printed[:MOST], LEFT_OUT]
    if os.environ.get("README") == "write":
        text = page.read_text(encoding="utf-8")
        page.write_text(
            text.replace(f"$ {command}\n{shown}```", f"$ {command}\n" + "\n".join(expected) + "\n```"), encoding="utf-8"
        )
        return

    assert shown.rstrip("\n").splitlines() == expected


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page of the service asks with curl")
def test_the_page_of_the_service_runs_from_its_first_command_to_its_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SERVICE.read_text(encoding="utf-8")
    start, *commands = [
        shlex.split(line) for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()
    ]
    assert start[:2] == ["compliance", "serve"]
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    with running(tmp_path, *start[3:], named=start[2], plain=True) as service:
        for command, shown in BLOCK.findall(text):
            here = command.replace("http://127.0.0.1:8000", service.url)
            done = subprocess.run(["sh", "-c", here], capture_output=True, text=True, check=True)
            compare(SERVICE, command, shown, done.stdout.rstrip("\n").splitlines())
        (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        exec(compile(code.replace("http://127.0.0.1:8000", service.url), SERVICE.name, "exec"), {})
        assert capsys.readouterr().out == "unknown\n2026-11-20\nunknown_chip\n"
    monkeypatch.chdir(tmp_path)
    for words in commands:
        assert main(words[1:]) == 0, capsys.readouterr().err
    assert (tmp_path / "my_answer.json").exists()


def test_the_tutorial_goes_from_a_workbook_to_a_decision(tmp_path: Path) -> None:
    """Its commands work on what the ones before them wrote, in one folder."""
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    text = OWN_WORKBOOK.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        asks = text[: block.start()].endswith(ASKS)
        printed = run_in(tmp_path, shlex.split(block[1])[1:], (2,) if asks else (0, 1, 3))
        expected = printed if len(printed) <= MOST else [*printed[:MOST], LEFT_OUT]
        if os.environ.get("README") == "write":
            new = OWN_WORKBOOK.read_text(encoding="utf-8")
            shown = "\n".join(expected)
            OWN_WORKBOOK.write_text(new.replace(block[0], f"```console\n$ {block[1]}\n{shown}\n```"), encoding="utf-8")
        else:
            assert block[2].rstrip("\n").splitlines() == expected, block[1]
    decide_on_record(tmp_path, text)


def decide_on_record(folder: Path, text: str) -> None:
    """The rest of the tutorial: its service with its pages, then the commands after it, in the folder so far."""
    (key, serve), after = [
        [shlex.split(line)[1:] for line in block.splitlines()]
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    ]
    (printed,) = run_in(folder, key, (0,))
    assert serve[0] == "serve"
    with running(folder, *serve[2:], named=serve[1], plain=True) as service:
        someone = Visitor(service, printed)
        path = someone.upload("december.xlsx", (folder / "fixtures/officers_desk/december.xlsx").read_bytes())
        assert "questions about december.xlsx" in text_of(someone.get(path))
        read = someone.correct(path, {"Dell PowerEdge XE9680": "PowerEdge XE9680 8x H200", "consignee": "purchaser"})
        assert "3 lines are read" in text_of(read)
        case = someone.screen(path)
        assert case == "/desk/cases/2"
        assert "until a named person has reviewed and released it" in text_of(someone.get(case))
        for act, code in (("hold", ""), ("ask", ""), ("release", "resolved")):
            assert someone.act(2, act, "as the page says", code=code).status_code == 303
        assert "released" in text_of(someone.get(case))
        assert "Gulf Horizon" in someone.get(f"{case}/report.html").text
    for words in after:
        run_in(folder, words, (0,))
    assert (folder / "my_case.zip").exists()


def test_the_page_on_large_worlds_runs_from_its_first_command_to_its_last(tmp_path: Path) -> None:
    """Its commands are those of a shell, each working on what the ones before it wrote."""
    program = tmp_path / "bin" / "compliance"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m compliance "$@"\n', "utf-8")
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    plain = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": str(ROOT), "PATH": path, "LC_ALL": "C"}
    (tmp_path / "here").mkdir()
    for _, command, shown in ((m[0], m[1], m[2]) for m in BLOCK.finditer(LARGE_WORLDS.read_text(encoding="utf-8"))):
        asked = ["sh", "-c", command]
        done = subprocess.run(asked, cwd=tmp_path / "here", env=plain, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1, 2, 3), done.stderr
        compare(LARGE_WORLDS, command, shown, (done.stdout + done.stderr).rstrip("\n").splitlines())


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(ROOT)

    exec(compile(code, "README.md", "exec"), {})

    assert re.fullmatch(r"\d+ .+\n", capsys.readouterr().out)


def test_the_first_rule_of_the_readme_is_ten_lines_and_loads(tmp_path: Path) -> None:
    (rule,) = re.findall(r"```yaml\n(.*?)```", FIRST_RULE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "pack.yaml").write_text(PACK.format(id="own"), encoding="utf-8")
    (tmp_path / "no_reexports.yaml").write_text(rule, encoding="utf-8")

    (pack,) = load_packs([str(tmp_path)])

    assert [r.id for r in pack.rules] == ["no_reexports"]
    assert len(rule.splitlines()) <= 11


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    text = README.read_text(encoding="utf-8")

    assert len(text.splitlines()) < 400
    assert all(f"({page.relative_to(ROOT)})" in text for page in PAGES if page != README)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    text = README.read_text(encoding="utf-8")

    assert re.search(r"<!-- tests -->\n```sh\n[^\n]+pytest[^\n]*\n```\n<!-- -->", text)
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
