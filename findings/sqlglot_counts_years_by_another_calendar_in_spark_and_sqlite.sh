#!/usr/bin/env bash
# DuckDB's date_diff('year', a, b) counts the New Years between two days: 1 from 2025-12-31 to 2026-01-01. As sqlglot
# writes it for Spark it counts full years (0 there, on Sail), and for SQLite days by 365.0: four full years of a term
# that has a leap day are 4 one day too early. Months and quarters are alike; unsupported_level=RAISE raises nothing.
# A good guess: one meaning for all, as for Trino and PostgreSQL, for which sqlglot truncates both dates to the unit.
# What to do: transpile only differences in days, or year(b) - year(a) if years are meant. Splink's issue 1838 met it.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "sqlglot==30.30.0" "duckdb==2.0.1" "pysail==0.7.2" "pyspark-client==4.2.0"
RUST_LOG=error "$place/venv/bin/python" -W ignore - <<'PYTHON'
import sqlite3
from importlib.metadata import version

import duckdb
import sqlglot
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession

server = SparkConnectServer(ip="127.0.0.1", port=0)
server.start(background=True)
spark = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
print(", ".join(f"{name} {version(name)}" for name in ("sqlglot", "duckdb", "pysail")))


def written(query, dialect):
    (text,) = sqlglot.transpile(query, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE)
    return text


seen = []
for unit, first, last in (
    ("year", "2025-12-31", "2026-01-01"),
    ("year", "2025-01-13", "2029-01-12"),
    ("month", "2025-01-31", "2025-02-01"),
    ("quarter", "2025-03-31", "2025-04-01"),
):
    query = f"SELECT date_diff('{unit}', DATE '{first}', DATE '{last}')"
    (in_duckdb,) = duckdb.sql(query).fetchall()[0]
    (in_spark,) = spark.sql(written(query, "spark")).collect()[0]
    in_sqlite = sqlite3.connect(":memory:").execute(written(query, "sqlite")).fetchone()[0] if unit == "year" else None
    seen.append((in_duckdb, in_spark, in_sqlite))
    print(f"{unit}s from {first} to {last}: DuckDB {in_duckdb}, Spark's dialect on Sail {in_spark}, SQLite {in_sqlite}")
print(written("SELECT date_diff('year', a, b)", "spark"))
print(written("SELECT date_diff('year', a, b)", "sqlite"))
print(written("SELECT date_diff('year', a, b)", "trino"))
spark.stop()
server.stop()
assert seen == [(1, 0, 0), (4, 3, 4), (1, 0, None), (1, 0, None)], seen
assert "TRUNC" in written("SELECT date_diff('year', a, b)", "trino")
PYTHON
