#!/usr/bin/env bash
# DuckDB counts INTERVAL 4 YEARS on the calendar, but fetched into Python it is a timedelta of 1,440 days: each month is
# 30 days, each year 360. A term of four years from 2025-01-13 ends on 2029-01-13 in SQL and on 2028-12-23 in Python,
# and so does an `age` of exactly one year: 360 days. Bound as a parameter, the timedelta is as wrong in SQL.
# A good guess: what has no fixed length raises or keeps its months, as through Arrow; Arrow gives the 48 months.
# What to do: fetch dates, or `date_diff`, or fetch with Arrow. duckdb/duckdb issue 12339 is closed as stale.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "duckdb==2.0.1" "pyarrow==26.0.1"
"$place/venv/bin/python" - <<'PYTHON'
from datetime import date, timedelta

import duckdb
import pyarrow

connection = duckdb.connect()
print(f"duckdb {duckdb.__version__}, pyarrow {pyarrow.__version__}")
begins = date(2025, 1, 13)
select = "SELECT INTERVAL 4 YEARS AS term, age(DATE '2026-01-13', DATE '2025-01-13') AS passed"
term, passed = connection.execute(select).fetchone()
(in_sql,) = connection.execute("SELECT CAST(DATE '2025-01-13' + INTERVAL 4 YEARS AS DATE)").fetchone()
(bound,) = connection.execute("SELECT CAST(DATE '2025-01-13' + $1 AS DATE)", [term]).fetchone()
(by_arrow,) = connection.cursor().sql(select).to_arrow_table()["term"].to_pylist()
print(f"four years from {begins}: {in_sql} in SQL, {begins + term} in Python ({term}), {bound} with the term as parameter")
print(f"the age of {begins} on 2026-01-13: {passed}; really {date(2026, 1, 13) - begins}")
print(f"four years by Arrow: {by_arrow}")
assert in_sql == date(2029, 1, 13)
assert (term, passed) == (timedelta(days=1440), timedelta(days=360))
assert begins + term == bound == date(2028, 12, 23)
assert (by_arrow.months, by_arrow.days, by_arrow.nanoseconds) == (48, 0, 0)
PYTHON
