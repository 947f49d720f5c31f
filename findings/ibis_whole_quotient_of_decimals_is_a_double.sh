#!/usr/bin/env bash
# In Ibis, `a // b` of two exact DECIMAL(38, 0) columns is a double on DuckDB: 9007199254740993 // 1 is ...992, without
# a word. DuckDB's own `//` of the same numbers as HUGEINT is exact, and so is Ibis's `a * b` and `a - b`.
# A good guess: columns of an exact type stay exact in a whole quotient, for both libraries have one.
# What to do: write the quotient over HUGEINT, or keep numerator and denominator and multiply crosswise.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet "ibis-framework[duckdb]==12.0.0" "duckdb==2.0.1" "sqlglot==30.30.0"
"$place/venv/bin/python" - <<'PYTHON'
import duckdb
import ibis

number = 2**53 + 1
connection = ibis.duckdb.connect()
connection.raw_sql(f"CREATE TABLE t AS SELECT {number}::DECIMAL(38, 0) AS a, 1::DECIMAL(38, 0) AS b")
table = connection.table("t")
whole = ibis.to_sql(table.select(q=table.a // table.b))
product = ibis.to_sql(table.select(q=table.a * table.b))
by_ibis = int(connection.raw_sql(whole).fetchone()[0])
multiplied = int(connection.raw_sql(product).fetchone()[0])
by_duckdb = int(connection.raw_sql("SELECT a::HUGEINT // b::HUGEINT FROM t").fetchone()[0])
print(f"ibis {ibis.__version__}, duckdb {duckdb.__version__}")
print(" ".join(whole.split()))
print(f"{number} // 1 is {by_ibis} by Ibis, {by_duckdb} by DuckDB; times 1 it is {multiplied}")
assert by_ibis == number - 1
assert by_duckdb == multiplied == number
assert "FLOOR" in whole
PYTHON
