"""Worlds of several makers: each module makes worlds as one kind of user would, from the contracts alone.

None shares code with the program or with another maker, so that what holds on all does not rest on one maker's habits.
A maker is a module with `make_world`, `make_market` and `write_large`; each says its habits in its docstring.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Tables = dict[str, list[dict[str, Any]]]
"""Rows by table, as a file has them: a value is a text, or a list of texts or mappings; an empty field is absent."""


class Market(NamedTuple):
    """A market with planted schemes of split purchases, and who acts in concert in each."""

    tables: Tables
    schemes: list[frozenset[str]]


class Sizes(NamedTuple):
    """How many rows of each kind a large world has; `days` is of distinct days of listings and stakes."""

    companies: int
    stakes: int
    listings: int
    days: int
    lines: int


Columns = Mapping[str, Any]
