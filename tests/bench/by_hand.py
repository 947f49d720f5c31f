"""The totals of `fleet` as an analyst would add them up: SQL over the Parquet files, exact, nothing else.

Run as a program it prints the totals, the time from the first statement and the greatest memory, as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

PREPARE = """
CREATE VIEW shipments AS FROM '{folder}/shipments.parquet';
CREATE TABLE seat AS FROM '{folder}/companies.parquet';
CREATE TABLE party AS
    SELECT c.id, c.headquarters, coalesce(p.headquarters, c.headquarters) AS parent_seat
    FROM seat AS c
    LEFT JOIN (SELECT owner, owned FROM '{folder}/stakes.parquet' WHERE try_cast(percent AS DOUBLE) > 50) AS s
        ON s.owned = c.id
    LEFT JOIN seat AS p ON p.id = s.owner;
ALTER TABLE party ADD COLUMN barred BOOLEAN;
UPDATE party SET barred = headquarters IN (SELECT code FROM place WHERE barred)
    OR parent_seat IN (SELECT code FROM place WHERE barred);
CREATE TABLE line AS
    SELECT s.id, s.date, coalesce(s.purchase, s.id) AS purchase, s.consignee, s.to_country,
        s.quantity * sold.count AS units, s.quantity * sold.count * chip.tpp AS tpp, chip.zone, chip.data_center,
        s.movement, s."authorization" AS claim, d.tier_1, d.barred AS barred_place, d.lpp_closed, d.capped,
        d.barred OR coalesce(a.barred, false) OR coalesce(b.barred, false) OR coalesce(o.barred, false) AS barred
    FROM shipments AS s
    JOIN sold ON sold.name = s.chip
    JOIN chip ON chip.name = sold.chip AND s.date >= chip.since AND s.date < chip.until
    JOIN place AS d ON d.code = s.to_country
    LEFT JOIN party AS a ON a.id = s.consignee
    LEFT JOIN party AS b ON b.id = coalesce(s.end_user, s.consignee)
    LEFT JOIN party AS o ON o.id = coalesce(s.operator, s.end_user, s.consignee)
    WHERE s.date <= '{as_of}';
"""
ALLOCATION = """
SELECT to_country, sum(tpp) FROM line
WHERE zone = 'a' AND to_country <> 'US' AND movement IN ('export', 'reexport')
    AND date >= '2025-01-13' AND date < '2028-01-01' AND NOT tier_1 AND NOT barred_place
    AND (claim IN ('license', 'none')
        OR claim = 'LPP' AND (lpp_closed OR barred)
        OR claim = 'NAC' AND data_center)
GROUP BY to_country
"""
LPP = """
SELECT consignee, year(date), sum(tpp) FROM line
WHERE zone = 'a' AND to_country <> 'US' AND movement IN ('export', 'reexport') AND claim = 'LPP'
    AND date >= '2025-01-13' AND NOT lpp_closed AND NOT barred
GROUP BY consignee, year(date)
"""
CAP = """
WITH counted AS (SELECT * FROM line WHERE zone = 'a' AND movement IN ('export', 'reexport')),
purchases AS (SELECT purchase FROM counted GROUP BY purchase HAVING sum(units) > 1700)
SELECT to_country, sum(units) FROM counted SEMI JOIN purchases USING (purchase)
WHERE capped AND date >= '2025-01-13' AND date < '2029-01-13'
    AND (claim IS NULL OR claim NOT IN ('UVEU', 'NVEU'))
GROUP BY to_country
"""


def totals(folder: Path, lists: Path, as_of: date) -> dict[str, Any]:
    """The three totals; `lists` holds the catalogue of chips and the lists of places as Parquet."""
    import duckdb

    database = duckdb.connect()
    for name in ("chip", "sold", "place"):
        database.execute(f"CREATE TABLE {name} AS FROM '{lists}/{name}.parquet'")
    for statement in PREPARE.format(folder=folder, as_of=as_of).split(";"):
        database.execute(statement)
    return {
        "allocation": {code: int(total) for code, total in database.execute(ALLOCATION).fetchall()},
        "lpp": {f"{party} {year}": int(total) for party, year, total in database.execute(LPP).fetchall()},
        "cap": {code: int(total) for code, total in database.execute(CAP).fetchall()},
    }


if __name__ == "__main__":
    import duckdb  # noqa: F401  # its import is in neither side's time

    start = perf_counter()
    found = totals(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))
    seconds = perf_counter() - start
    print(json.dumps({"totals": found, "seconds": seconds, "kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
