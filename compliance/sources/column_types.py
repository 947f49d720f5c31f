"""Types of source columns: kind, unit and scale, written as `KIND: MEANING`.

A column of kind `place`, `names` or `party` may hold several possible values (a parent that is not determined), joined
by `SEPARATOR`; an empty value is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "flag", "date", "place", "names", "party", "site", "model", "chip", "amount"]

SEPARATOR = "\x1f"  # INVARIANT: no id and no country holds a control character (world.fields refuses them)
UNKNOWN = "?"  # one of several possible places that is itself not known

TPP = BANDWIDTH = 1000  # thousandths
WATTS = 10**6  # a megawatt
SHARES = 10**24  # of one: as fine as sums of 38 digits have room for

WHOLE = "decimal(38, 0)"
_STORED = {"flag": "boolean", "date": "date", "amount": WHOLE}


@dataclass(frozen=True)
class Column:
    """A column of a source: how it is read, and for amounts their unit and how many steps of the column make one."""

    kind: Kind
    scale: int = 1
    unit: str = ""
    meaning: str = ""


def read_columns(**told: str) -> dict[str, Column]:
    """Columns by name, each told as `KIND: MEANING`, amounts as `amount in UNIT xSCALE: MEANING`."""
    found = {}
    for name, text in told.items():
        head, _, meaning = text.partition(": ")
        kind, _, unit = head.partition(" in ")
        unit, _, scale = unit.partition(" x")
        found[name] = Column(kind, int(scale or 1), unit, meaning)  # type: ignore[arg-type]
    return found


def stored_types(columns: dict[str, Column]) -> dict[str, str]:
    """The columns as tables store them, each with its SQL type: an amount takes two, its low and its high."""
    found: dict[str, str] = {}
    for name, column in columns.items():
        if column.kind == "amount":
            found[f"{name}.low"] = found[f"{name}.high"] = WHOLE
        else:
            found[name] = _STORED.get(column.kind, "string")
    return found
