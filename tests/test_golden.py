"""What `diff` says of whole worlds, read by eye once and kept.

`GOLDEN=write pytest tests/test_golden.py` writes anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"
CLUSTERS = ("fixtures/public_clusters_2026",)
ORDER_BOOK = ("fixtures/order_book_world.yaml", "fixtures/order_book_200.csv")
POSTURES = ("--from", "default@2026-11-20:as-written", "--to", "default@2026-11-20:as-enforced")
DAYS = ("--from", "default@2026-11-09", "--to", "default@2026-11-10")


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("clusters_as_written_and_as_enforced", (*CLUSTERS, *POSTURES)),
        ("clusters_on_10_november_2026", (*CLUSTERS, *DAYS)),
        ("order_book_as_written_and_as_enforced", (*ORDER_BOOK, *POSTURES)),
        ("order_book_on_10_november_2026", (*ORDER_BOOK, *DAYS)),
    ],
)
def test_diff_says_what_was_read(name: str, asked: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "compliance", "diff", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)},
        check=False,
    )
    kept = GOLDEN / f"diff_{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        kept.write_text(done.stdout, encoding="utf-8")

    assert done.returncode == 0, done.stderr
    assert done.stdout == kept.read_text(encoding="utf-8")
