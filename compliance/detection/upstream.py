"""Who is above the large buyers: the stakes in them and in all companies above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from compliance import units
from compliance.world.schema.text_columns import texts_of
from compliance.world.world import World

STEPS = 24
"""How far up the owners are read."""


@dataclass(frozen=True)
class Stake:
    """What somebody holds in a company; `high` percent on its highest reading; no owner: a holder not identified."""

    owner: str | None
    percent: str
    high: Fraction
    begins: date | None
    ends: date | None
    high_open: bool = False

    def reaches(self, percent: Fraction) -> bool:
        """Whether it may be so much or more."""
        return self.high > percent or (self.high == percent and not self.high_open)


def stakes_above(world: World, companies: Iterable[str]) -> Mapping[str, tuple[Stake, ...]]:
    """The stakes on record in these companies, and in all that own them at any remove, by company and in order."""
    table = world.columns("stakes")
    columns = {name: texts_of(table.column(name)) for name in ("owned", "owner", "percent", "from", "to")}
    rows = pa.table(columns)
    found: dict[str, list[Stake]] = defaultdict(list)
    looked_at: set[str] = set()
    waiting = set(companies)
    for _ in range(STEPS):
        if not waiting:
            break
        looked_at |= waiting
        held = rows.filter(pc.is_in(rows.column("owned"), value_set=pa.array(sorted(waiting), pa.string())))
        waiting = set()
        for row in held.to_pylist():
            found[row["owned"]].append(_stake(row))
            if row["owner"] is not None and row["owner"] not in looked_at:
                waiting.add(row["owner"])
    return {company: tuple(sorted(some, key=_order)) for company, some in found.items()}


def _stake(row: Mapping[str, str | None]) -> Stake:
    percent = row["percent"] or "unknown"
    size = units.interval(percent, top=100)
    begins, ends = (None if (text := row[name]) is None else date.fromisoformat(text) for name in ("from", "to"))
    return Stake(row["owner"], percent, Fraction(100) if size.high is None else size.high, begins, ends, size.high_open)


def _order(stake: Stake) -> tuple[str, str, str, str]:
    return stake.owner or "", stake.percent, str(stake.begins or ""), str(stake.ends or "")
