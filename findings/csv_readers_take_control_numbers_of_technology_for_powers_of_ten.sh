#!/usr/bin/env bash
# A column of ECCNs that are all of product group E, technology (3E001, 4E001, 5E002), is a column of floats to the CSV
# readers of DuckDB, pyarrow, polars and pandas: 30.0, 40.0, 500.0. 0E001 and 0E018 are both 0.0, 3E611 and 4E992 both
# inf, and none can be told back. One 3A090 in the column, and all stay as they are: a file by technology alone is hit.
# A good guess: a control number with a letter in it is text; leading zeros are what one watches for in such codes.
# What to do: give ECCN columns the type text in every reader; take a whole number, 0 or inf in one for a damaged file.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "duckdb==2.0.1" "pandas==3.1.1" "polars==2.1.0" "pyarrow==26.0.1"
cd "$place"
printf 'order,eccn\nT-1,3E001\nT-2,4E001\nT-3,5E002\nT-4,0E001\nT-5,0E018\nT-6,3E611\nT-7,4E992\n' > technology.csv
{ cat technology.csv; printf 'T-8,3A090\n'; } > mixed.csv
"$place/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import duckdb
import pandas
import polars
from pyarrow import csv

readers = {
    "duckdb": lambda name: [row[1] for row in duckdb.read_csv(name).fetchall()],
    "pandas": lambda name: pandas.read_csv(name)["eccn"].tolist(),
    "polars": lambda name: polars.read_csv(name)["eccn"].to_list(),
    "pyarrow": lambda name: csv.read_csv(name)["eccn"].to_pylist(),
}
for name, read in readers.items():
    seen = read("technology.csv")
    print(f"{name} {version(name)}: {seen}")
    assert seen == [30.0, 40.0, 500.0, 0.0, 0.0, float("inf"), float("inf")]
    assert read("mixed.csv") == ["3E001", "4E001", "5E002", "0E001", "0E018", "3E611", "4E992", "3A090"]
print("with one 3A090 in the column, all four read text")
PYTHON
