"""Pairs of buyers that share things, each with the evidence in every thing shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.traces import weights
from compliance.traces.settings import Settings

PARENT = "parent"
"""The kind of evidence that is an open owner: one holds the greater part of both, directly or through such owners."""
Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Links:
    """Pairs of buyers (`a` below `b`) with their evidence in thousandths of a bit, and each link behind it."""

    a: Whole
    b: Whole
    bits: Whole
    behind: pa.Table
    """`a`, `b`, `kind`, `value`, `bits`, `holders`: what they share."""

    def of_kind(self, kind: str) -> set[tuple[int, int]]:
        """The pairs that share something of this kind."""
        rows = self.behind.filter(pc.equal(self.behind.column("kind"), kind))
        return set(zip(rows.column("a").to_pylist(), rows.column("b").to_pylist(), strict=True))


def links(held: pa.Table, buyers: Whole, settings: Settings) -> Links:
    """All pairs among `buyers` (places of companies) that share a thing which few enough buyers share.

    A thing that links nobody by itself, for too many buyers share it, still counts for pairs that others link.
    """
    database = duckdb.connect()
    database.execute("SET threads = 2; SET preserve_insertion_order = false")
    database.register("held_all", held)
    database.register("buyer", pa.table({"company": pa.array(buyers)}))
    database.execute(
        "CREATE TABLE thing AS SELECT kind, value, count(DISTINCT company) AS holders, "
        "count(DISTINCT company) FILTER (company IN (SELECT company FROM buyer)) AS buyers "
        "FROM held_all GROUP BY ALL HAVING buyers > 1"
    )
    # how rare a thing is, is counted among those of which anything of its kind is known
    known = dict(database.sql("SELECT kind, count(DISTINCT company) FROM held_all GROUP BY kind").fetchall())
    counts = database.sql("SELECT DISTINCT kind, holders FROM thing").fetchall()
    least = int(settings.number("population"))
    rated = [
        (kind, n, weights.shared(settings.kinds[kind].of_one_hand, n, max(known[kind], least))) for kind, n in counts
    ]
    families = {kind: one.family for kind, one in settings.kinds.items()}
    database.register(
        "rated",
        pa.table(
            {
                "kind": pa.array([r[0] for r in rated], pa.string()),
                "holders": pa.array([r[1] for r in rated], pa.int64()),
                "bits": pa.array([r[2] for r in rated], pa.int64()),
                "family": pa.array([families[r[0]] for r in rated], pa.string()),
            }
        ),
    )
    most = int(settings.number("most_members"))
    # a birthday alone links nobody
    database.execute(
        "CREATE TABLE own AS SELECT DISTINCT h.kind, h.value, h.company, t.holders, t.buyers, r.bits, r.family "
        "FROM held_all h JOIN thing t USING (kind, value) JOIN rated r ON r.kind = h.kind AND r.holders = t.holders "
        "WHERE h.company IN (SELECT company FROM buyer) AND r.bits > 0"
    )
    database.execute(
        "CREATE TABLE pair AS SELECT DISTINCT x.company AS a, y.company AS b "
        "FROM own x JOIN own y USING (kind, value) "
        f"WHERE x.company < y.company AND x.buyers <= {most} AND x.kind <> 'born'"
    )
    database.execute(
        "CREATE TABLE behind AS SELECT p.a, p.b, x.kind, min(x.value) AS value, max(x.bits) AS bits, "
        "min(x.holders) AS holders, any_value(x.family) AS family "
        "FROM pair p JOIN own x ON x.company = p.a "
        "JOIN own y ON y.company = p.b AND y.kind = x.kind AND y.value = x.value GROUP BY p.a, p.b, x.kind"
    )
    summed = database.sql(
        "SELECT a, b, sum(strongest + (rest - strongest) // 2)::BIGINT AS bits FROM "
        "(SELECT a, b, family, max(bits) AS strongest, sum(bits) AS rest FROM behind GROUP BY a, b, family) "
        "GROUP BY a, b ORDER BY a, b"
    ).to_arrow_table()
    behind = database.sql("SELECT a, b, kind, value, bits, holders FROM behind ORDER BY a, b, kind").to_arrow_table()
    database.close()
    a, b, bits = (summed.column(name).to_numpy().astype(np.int64) for name in ("a", "b", "bits"))
    return Links(a, b, bits, behind)
