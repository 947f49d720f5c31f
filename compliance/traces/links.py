"""Pairs of buyers that share things, each with the evidence in every thing shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.output_files import scratch_path
from compliance.traces import weights
from compliance.traces.evidence import Part
from compliance.traces.settings import Settings

PARENT = "parent"
"""The kind of evidence that is an open owner: one holds the greater part of both, directly or through such owners."""
OWN = pa.schema(
    [
        ("kind", pa.string()),
        ("value", pa.string()),
        ("company", pa.int64()),
        ("holders", pa.int64()),
        ("buyers", pa.int64()),
        ("bits", pa.int64()),
        ("family", pa.string()),
    ]
)
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


def links(held: Iterable[Part], buyers: Whole, companies: int, settings: Settings) -> Links:
    """All pairs among `buyers` (places of so many companies) that share a thing which few enough buyers share.

    A thing that links nobody by itself, for too many buyers share it, still counts for pairs that others link.
    """
    database = duckdb.connect(config={"temp_directory": scratch_path()})
    database.execute("SET threads = 2; SET preserve_insertion_order = false")
    database.register("own", _own(held, buyers, companies, settings))
    most = int(settings.number("most_members"))
    # a birthday alone links nobody
    database.execute(
        "CREATE TABLE pair AS SELECT DISTINCT x.company AS a, y.company AS b "
        "FROM own x JOIN own y USING (kind, value) "
        f"WHERE x.company < y.company AND x.buyers <= {most} AND x.kind <> 'born'"
    )
    database.execute(
        "CREATE TABLE behind AS SELECT p.a, p.b, x.kind, min(x.family) AS family, "
        "min({'least': -x.bits, 'value': x.value, 'holders': x.holders}) AS best "  # of each kind what says most
        "FROM pair p JOIN own x ON x.company = p.a "
        "JOIN own y ON y.company = p.b AND y.kind = x.kind AND y.value = x.value GROUP BY p.a, p.b, x.kind"
    )
    summed = database.sql(
        "SELECT a, b, sum(strongest + (rest - strongest) // 2)::BIGINT AS bits FROM "
        "(SELECT a, b, family, max(-best.least) AS strongest, sum(-best.least) AS rest "
        "FROM behind GROUP BY a, b, family) "
        "GROUP BY a, b ORDER BY a, b"
    ).to_arrow_table()
    behind = database.sql(
        "SELECT a, b, kind, best.value AS value, -best.least AS bits, best.holders AS holders FROM behind "
        "ORDER BY a, b, kind"
    ).to_arrow_table()
    database.close()
    a, b, bits = (summed.column(name).to_numpy().astype(np.int64) for name in ("a", "b", "bits"))
    return Links(a, b, bits, behind)


def _own(held: Iterable[Part], buyers: Whole, companies: int, settings: Settings) -> pa.Table:
    """What buyers have that another has too and that is rare enough to be evidence, once each, with how rare it is.

    How rare a thing is, is counted among the companies of which anything of its kind is known.
    """
    is_buyer = np.zeros(companies, dtype=bool)
    is_buyer[buyers] = True
    least = int(settings.number("population"))
    found = [OWN.empty_table()]
    for kind, values, who in held:
        of = settings.kinds[kind]
        given = pc.and_(pc.is_valid(values), pc.is_valid(who))
        named = values.filter(given).dictionary_encode()
        code = named.indices.to_numpy().astype(np.int64)
        things = np.unique(code * companies + who.filter(given).to_numpy())  # each company has a thing once
        code, company = np.divmod(things, companies)
        bought = is_buyer[company]
        holders = np.bincount(code, minlength=len(named.dictionary))
        shared = np.bincount(code[bought], minlength=len(named.dictionary))
        known = int(np.count_nonzero(np.bincount(company, minlength=1)))
        kept = bought & (shared[code] > 1)
        code, company = code[kept], company[kept]
        counts, which = np.unique(holders[code], return_inverse=True)
        rated = [weights.shared(of.of_one_hand, count, max(known, least)) for count in counts.tolist()]
        bits = np.array(rated, dtype=np.int64)[which]
        rows = pa.table(
            [
                pa.array([kind] * len(code), pa.string()), named.dictionary.take(pa.array(code)), pa.array(company),
                pa.array(holders[code]), pa.array(shared[code]), pa.array(bits),
                pa.array([of.family] * len(code), pa.string()),
            ],
            schema=OWN,
        )  # fmt: skip
        found.append(rows.filter(pa.array(bits > 0)))
    return pa.concat_tables(found)
