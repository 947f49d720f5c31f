"""What the tests of readers share: an import into a folder, and what its tables hold."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from compliance import load_world
from compliance.imports.import_report import ImportReport
from compliance.imports.import_run import import_world
from compliance.imports.row_buffer import RowBuffer

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
if not SHARED.exists():
    SHARED = Path("/work/shared/data")


def shared(name: str) -> Path:
    """A real file that nobody here wrote; the test is skipped where it is not."""
    place = SHARED / name
    if not place.exists():
        pytest.skip(f"{name} of shared/data is not here")
    return place


class Imported:
    """A world that was imported, loaded as users load it."""

    def __init__(self, read: Callable[[RowBuffer], None], folder: Path) -> None:
        self.folder = folder
        self.account: ImportReport
        self.account, self.made = import_world(folder, "the test", read)
        self.world = load_world(folder)

    def rows(self, table: str, *columns: str) -> list[tuple[str, ...]]:
        """The rows of a table as they are written, in its order, of some columns."""
        path = self.folder / f"{table}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return [tuple(row.get(column, "") for column in columns) for row in csv.DictReader(file)]
