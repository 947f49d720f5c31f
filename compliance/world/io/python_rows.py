"""Rows given by a program: Python's values as the text that a file would hold, so that one set of fields reads both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from math import isnan
from numbers import Integral
from typing import Any

from compliance.errors import NO_FILE, About, InputError, Problem
from compliance.world.io.thousands_separators import shortest
from compliance.world.io.yaml_nodes import DEEPEST, TOO_DEEP, LocatedDict, LocatedList

LONGEST = 4_000
"""Digits of a whole number that can be written out; Python itself refuses more."""


def marked_rows(rows: object, floats: bool = False) -> object:
    """Rows as a reader gives them, each with its number for a line; see `marked_row`."""
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        return rows
    marked = LocatedList()
    for number, row in enumerate(rows, 1):
        marked.append(marked_row(row, number, floats) if isinstance(row, Mapping) else row)
    return marked


def marked_row(row: Mapping[Any, Any], line: int, floats: bool = False) -> LocatedDict:
    """A row as a reader gives it; with `floats` one is taken by its shortest text, and not a number is empty.

    Raises `InputError` for a value that no text could be.
    """
    found: dict[str, Any] = {}
    problems = []
    for key, value in row.items():
        try:
            found[str(key)] = _as_text(value, floats, 1)
        except ValueError as wrong:
            about = About(str(row.get("id") or ""), str(key), "bad_value")
            problems.append(Problem(NO_FILE, line, f"`{key}` {wrong}", about=about))
    if problems:
        raise InputError(problems)
    return LocatedDict(found, line=line)


def _as_text(value: object, floats: bool, depth: int) -> Any:
    """Python's values as text where a text field could hold them; fractions, days, ranges as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return value if not floats else "" if isnan(value) else shortest(float.__repr__(value))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Integral):
        whole = int(value)
        if whole.bit_length() > 3 * LONGEST:
            raise ValueError(f"has more than {LONGEST:,} digits")
        return str(whole)
    if isinstance(value, Decimal):
        return shortest(str(value))
    if depth > DEEPEST:
        raise ValueError(TOO_DEEP)
    if isinstance(value, Mapping):
        return {str(key): _as_text(item, floats, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(item, floats, depth + 1) for item in value]
    return value
