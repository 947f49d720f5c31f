#!/usr/bin/env bash
# DuckDB's read_csv of a valid list with one column, whose entries have one semicolon each (a name and its alias, or two
# ECCNs), splits there, takes the header for a preamble, and the first entry for the header: it is gone, without a word,
# though header=true was given. A list with one entry has no rows. With an entry that has no semicolon all are read.
# A good guess: the header says that there is one column, as pyarrow and the csv module take it; or it raises.
# What to do: always give `sep` (or `columns`), and count rows against lines. duckdb/duckdb issue 25827 is open.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "duckdb==2.0.1" "pyarrow==26.0.1"
cd "$place"
printf 'listed\nZhulong Computing; ZLC\nMeridian Cloud; MC\nTitiwangsa Data; TWD\n' > aliases.csv
printf 'listed\nZhulong Computing; ZLC\n' > one.csv
printf 'eccn\n3A090; 4A090\n3A001; 5A992\n' > eccn.csv
printf 'listed\nZhulong Computing; ZLC\nMeridian Cloud\nTitiwangsa Data; TWD\n' > some.csv
"$place/venv/bin/python" - <<'PYTHON'
import duckdb
import pyarrow
from pyarrow import csv

print(f"duckdb {duckdb.__version__}, pyarrow {pyarrow.__version__}")
seen = {}
for name in ("aliases", "one", "eccn", "some"):
    file = f"{name}.csv"
    found = duckdb.read_csv(file, header=True)
    told = duckdb.read_csv(file, header=True, sep=",")
    whole = csv.read_csv(file)
    seen[name] = found.columns, found.fetchall()
    print(f"{name}: columns {found.columns}, rows {found.fetchall()}")
    assert told.columns == whole.column_names and len(told.columns) == 1
    assert [row[0] for row in told.fetchall()] == whole.column(0).to_pylist()
assert seen["aliases"] == (
    ["Zhulong Computing", "ZLC"],
    [("Meridian Cloud", " MC"), ("Titiwangsa Data", " TWD")],
)
assert seen["one"] == (["Zhulong Computing", "ZLC"], [])
assert seen["eccn"] == (["3A090", "4A090"], [("3A001", " 5A992")])
assert len(seen["some"][1]) == 3
PYTHON
