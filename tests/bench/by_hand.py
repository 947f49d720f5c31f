"""The totals of shipments that both packs make of `fleet`, as an analyst would add them up: SQL over the Parquet files.

They are exact and nothing else is worked out: no requirement or route of a line, no row behind a total, no remedy.

Run as a program it prints the totals, the time from the first statement and the greatest memory, as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from pathlib import Path
from time import perf_counter

PREPARE = """
CREATE VIEW shipments AS FROM '{folder}/shipments.parquet';
CREATE TABLE seat AS FROM '{folder}/companies.parquet';
CREATE TABLE party AS
    SELECT c.id, c.headquarters, coalesce(p.headquarters, c.headquarters) AS parent_seat,
        coalesce(s.owner, c.id) AS family
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
        s.movement, s."authorization" AS claim, a.family, d.tier_1, d.barred AS barred_place, d.lpp_closed, d.capped,
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
PREPARE_TOTALS = """
CREATE TABLE counted AS FROM line WHERE zone = 'a' AND movement IN ('export', 'reexport');
CREATE TABLE allotted AS FROM counted
    WHERE to_country <> 'US' AND date >= '2025-01-13' AND date < '2028-01-01' AND NOT tier_1 AND NOT barred_place
        AND (claim IN ('license', 'none')
            OR claim = 'LPP' AND (lpp_closed OR barred)
            OR claim = 'NAC' AND data_center);
CREATE TABLE under_lpp AS FROM counted
    WHERE to_country <> 'US' AND claim = 'LPP' AND date >= '2025-01-13' AND NOT lpp_closed AND NOT barred;
CREATE TABLE purchases AS
    SELECT purchase, sum(units) AS units, bool_or(claim = 'LPP') AS exempt FROM counted GROUP BY purchase;
CREATE TABLE small AS
    SELECT counted.* FROM counted
    JOIN (FROM purchases WHERE purchases.units <= 1700) USING (purchase)
    WHERE capped AND date >= '2025-01-13' AND date < '2029-01-13';
"""
TOTALS = {
    "allocation": "SELECT to_country, sum(tpp) FROM allotted GROUP BY to_country",
    "allocation before the last line": """
        SELECT to_country, sum(tpp) - arg_max(tpp, {'date': date, 'id': id}) FROM allotted GROUP BY to_country""",
    "lpp": "SELECT family || ' ' || year(date), sum(tpp) FROM under_lpp GROUP BY family, year(date)",
    "purchase": "SELECT purchase, units FROM purchases WHERE exempt AND units > 1700",
    "cap": """
        SELECT to_country, sum(units) FROM counted
        SEMI JOIN (FROM purchases WHERE units > 1700) USING (purchase)
        WHERE capped AND date >= '2025-01-13' AND date < '2029-01-13'
            AND (claim IS NULL OR claim NOT IN ('UVEU', 'NVEU'))
        GROUP BY to_country""",
    "small purchases": """
        SELECT family, max(year_to_day) FROM (
            SELECT family, sum(units) OVER (
                PARTITION BY family ORDER BY date RANGE BETWEEN INTERVAL 364 DAYS PRECEDING AND CURRENT ROW
            ) AS year_to_day
            FROM (SELECT family, date, sum(units) AS units FROM small GROUP BY family, date))
        GROUP BY family""",
    "small buyers": "SELECT family, count(DISTINCT consignee) FROM small GROUP BY family",
    "lines on record": "SELECT to_country, count(DISTINCT id) FROM line GROUP BY to_country",
}


def totals(folder: Path, lists: Path, as_of: date) -> dict[str, dict[str, int]]:
    """Every total by whose it is; `lists` holds the catalogue of chips and the lists of places as Parquet."""
    import duckdb

    database = duckdb.connect()
    for name in ("chip", "sold", "place"):
        database.execute(f"CREATE TABLE {name} AS FROM '{lists}/{name}.parquet'")
    for statement in (PREPARE.format(folder=folder, as_of=as_of) + PREPARE_TOTALS).split(";"):
        database.execute(statement)
    return {
        name: {key: int(total) for key, total in database.execute(query).fetchall()} for name, query in TOTALS.items()
    }


if __name__ == "__main__":
    import duckdb  # noqa: F401  # its import is in neither side's time

    start = perf_counter()
    found = totals(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))
    seconds = perf_counter() - start
    print(json.dumps({"totals": found, "seconds": seconds, "kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
