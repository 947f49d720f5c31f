"""The sizes from which on the program works otherwise, and a way to move all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple
from unittest.mock import patch

BOUNDLESS = 10**15


class Size(NamedTuple):
    """A number in a module, and the least and the most that it may be without any answer becoming another one."""

    module: str
    name: str
    least: int = 0
    most: int = BOUNDLESS

    @property
    def value(self) -> int:
        """What it is now."""
        found: int = getattr(import_module(f"compliance.{self.module}"), self.name)
        return found


SIZES = (
    Size("world.schema.column_table", "KEPT"),
    Size("world.schema.column_table", "_FEW"),
    Size("world.schema.column_table", "_AT_ONCE", 1),
    Size("world.io.raw_table", "AT_ONCE", 3),
    Size("world.io.json_lines", "AT_ONCE", 3),
    Size("world.io.user_files", "_BLOCK", 16, 2**24),
    Size("ownership.columnar.columnar_register", "WIDE"),
    Size("ownership.columnar.stake_snapshot", "_ROOM", 0, 2**62),
    Size("ownership.columnar.stake_snapshot", "_COARSE", 10**3, 10**9),
    Size("ownership.columnar.bulk_parents", "_ROUNDS"),
    Size("plan.databases", "MANY", -1),
    Size("plan.databases", "_MOST"),
    Size("plan.rowwise.workspace", "FEW", -1, 1_000),
    Size("sources.distinct_rows", "_WIDEST", 1, 2**50),
    Size("engine.fence", "AT_ONCE", 1, 500),
    Size("answers.lazy_sequences", "AT_ONCE", 1),
    Size("decisions.audit", "KEPT"),
    Size("explain.finding_list", "KEPT"),
    Size("evaluation.lineage_fields", "FEW"),
    Size("evaluation.lineage", "_SMALL", 1, 2**62),
    Size("decisions.scenario_batch", "MOST_ROWS", 1),
)
"""Sizes that choose a path, or how much is done at once: whatever they are, the answer is the same."""


@contextmanager
def sizes_at(values: Iterable[tuple[Size, int]], processors: int | None = None) -> Iterator[None]:
    """Works with these sizes, and with so many processors."""
    with _patched([(f"compliance.{size.module}", size.name, value) for size, value in values]):
        if processors is None:
            yield
        else:
            with patch.object(os, "cpu_count", lambda: processors):
                yield


@contextmanager
def _patched(values: list[tuple[str, str, Any]]) -> Iterator[None]:
    modules = [(import_module(module), name, value) for module, name, value in values]
    before = [(module, name, getattr(module, name)) for module, name, _ in modules]
    try:
        for module, name, value in modules:
            setattr(module, name, value)
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)
