#!/usr/bin/env bash
# sqlglot writes DuckDB's `list(v ORDER BY d)` for Spark and Databricks as COLLECT_LIST(v): the order is gone without a
# word, even with unsupported_level=RAISE, and so are the nulls. Who takes the first element for the earliest owner,
# license or shipment gets another one, and elements of two such lists no longer belong together.
# A good guess: it raises, as it does for BigQuery where only the place of nulls differs, or sorts, as for string_agg.
# What to do: sort structs of (d, v) in the list after it is made. Dropped on purpose since tobymao/sqlglot pull 1304.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "sqlglot==30.30.0" "duckdb==2.0.1" "pysail==0.7.2" "pyspark-client==4.2.0"
RUST_LOG=error "$place/venv/bin/python" -W ignore - <<'PYTHON'
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


owners = "FROM (VALUES ('third', DATE '2026-03-01'), ('first', DATE '2024-01-01'), (NULL, DATE '2025-01-01')) AS t(v, d)"
query = f"SELECT list(v ORDER BY d) {owners}"
as_text = f"SELECT string_agg(v, ', ' ORDER BY d) {owners}"
(in_duckdb,) = duckdb.sql(query).fetchall()[0]
(in_spark,) = spark.sql(written(query, "spark")).collect()[0]
(text,) = spark.sql(written(as_text, "spark")).collect()[0]
print(written(query, "spark"))
print(f"DuckDB: {in_duckdb}; Spark's dialect on Sail: {in_spark}; as string_agg there: {text}")
try:
    written("SELECT list(v ORDER BY d)", "bigquery")
except sqlglot.errors.UnsupportedError as error:
    print(f"for BigQuery: {error}")
else:
    raise SystemExit("changed: nothing raised for BigQuery")
spark.stop()
server.stop()
assert "ORDER" not in written(query, "spark")
assert "ORDER" not in written(query, "databricks")
assert in_duckdb == ["first", None, "third"], in_duckdb
assert in_spark == ["third", "first"], in_spark
assert text == "first, third", text
PYTHON
