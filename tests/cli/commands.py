"""Runs the command as a user does: in this process where that is enough, else as one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from compliance.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
SMALL = """\
as_of: 2026-11-20
companies:
  - {id: x, name: X Holding, headquarters: CN}
  - {id: a, name: A Sdn Bhd, headquarters: MY}
stakes:
  - {owner: x, owned: a, percent: 100}
shipments:
  - {id: s1, date: 2025-06-01, consignee: a, to_country: MY, chip: H100, quantity: 1700, authorization: LPP}
screening_lists: [{list: EntityList}, {list: MEU}, {list: UVL}, {list: DPL}, {list: SDN}, {list: EU}, {list: UK}]
"""
QUIET = """\
as_of: 2026-11-20
companies:
  - {id: b, name: B GmbH, headquarters: DE}
"""


@dataclass(frozen=True)
class Done:
    """How a command ended and what it wrote."""

    status: int
    out: str
    err: str


def here(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Done:
    """Runs a command line in this process."""
    capsys.readouterr()
    status = run([str(word) for word in words])
    said = capsys.readouterr()
    return Done(status, said.out, said.err)


def apart(
    *words: str | Path, env: Mapping[str, str] | None = None, **options: object
) -> subprocess.CompletedProcess[str]:
    """Runs a command line in a process of its own."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [sys.executable, "-m", "compliance", *map(str, words)],
        text=True,
        env=environment(env or {}),
        timeout=120,
        **{"capture_output": True, "cwd": ROOT, "encoding": "utf-8", **options},  # type: ignore[call-overload]
    )
    return done


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """The environment with this checkout on the path and nothing about colour but the changes."""
    kept = {
        name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COMPLIANCE_DEBUG")
    }
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


def written(folder: Path, text: str, name: str = "world.yaml") -> Path:
    """A file in a folder."""
    place = folder / name
    place.write_text(text, encoding="utf-8")
    return place
