#!/usr/bin/env bash
# DuckDB's min(x, n), the n least values of a group, reserves room for n values in every group, however few it has.
# A good guess: 100,000 groups of one row each cost the same for n = 1 and n = 1,000, since each list has one value.
# Seen: the peak of memory grows with n; with structs as values to over 3 GB, from under 0.1 GB.
# What to do: ask for the n least only of groups that have more than n rows, or number the rows in a window.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "duckdb==2.0.1"

cat > "$folder/peak.py" <<'PY'
import resource
import sys

import duckdb

database = duckdb.connect()
database.execute("SET threads = 1")
(values,) = database.execute(
    f"""SELECT sum(len(least)) FROM (
        SELECT g, min({{'t': t, 'r': r}}, {int(sys.argv[1])}) AS least
        FROM (SELECT i AS g, 'shipments' AS t, 's' || i AS r FROM range(100000) AS rows(i)) GROUP BY g)"""
).fetchone()
assert values == 100_000, values  # one value a group, whatever n is
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
PY

echo "duckdb $("$folder/venv/bin/python" -c 'import duckdb; print(duckdb.__version__)')"
few=$("$folder/venv/bin/python" "$folder/peak.py" 1)
many=$("$folder/venv/bin/python" "$folder/peak.py" 1000)
echo "100,000 groups of one row, min(x, 1):     peak $few MB"
echo "100,000 groups of one row, min(x, 1000):  peak $many MB"
if [ "$many" -lt $((10 * few)) ]; then
    echo "changed: the memory no longer grows with n" >&2
    exit 1
fi
