"""The tables of this folder, read once each."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def read_rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a table by their columns."""
    text = files("compliance.names").joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
