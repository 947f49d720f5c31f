"""Every example that a help text shows runs as it stands."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.cli.main import parser
from compliance.cli.parser import Parser

from .commands import ROOT, here


def examples(of: Parser) -> Iterator[str]:
    yield from of.examples
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from examples(inner)


@pytest.mark.parametrize("example", sorted(set(examples(parser()))))
def test_an_example_of_the_help_runs(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(example)
    assert words[0] == "compliance"
    if "FOLDER" in words:
        pytest.skip("needs data that is not in the checkout")
    written = tmp_path / "written"
    if "--output" in words:
        words[words.index("--output") + 1] = str(written)
    monkeypatch.chdir(ROOT)
    done = here(capsys, *words[1:])
    assert done.status in (0, 1, 3), done.err
    assert done.out or written.exists()
