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


DATA = (".json", ".xml", ".csv", ".ndjson", ".parquet", ".jsonl")


def elsewhere(words: list[str]) -> bool:
    """Whether an example names data of the reader's own, which is not in the checkout."""
    read = [word for n, word in enumerate(words) if words[n - 1] != "--output"]
    return any(word in ("FILE", "FOLDER") or (word.endswith(DATA) and not (ROOT / word).exists()) for word in read)


@pytest.mark.parametrize("example", sorted(set(examples(parser()))))
def test_an_example_of_the_help_runs(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(example)
    assert words[0] == "compliance"
    if elsewhere(words):
        pytest.skip("needs data that is not in the checkout")
    if words[1] == "serve":
        pytest.skip("goes on until it is stopped; tests/service starts and stops services")
    for folder in ("fixtures", "rules"):  # what an example writes goes beside them, and away
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    done = here(capsys, *words[1:])
    assert done.status in (0, 1, 3), done.err
    assert done.out or len(list(tmp_path.iterdir())) > 2
