#!/usr/bin/env bash
# pyarrow's group_by, unique and value_counts go by the codes of a dictionary column, not by its values: when the names
# in the dictionary were cleaned (upper case, spaces) and two became one, one buyer stays two groups with two sums.
# A good guess: equal values are one group, as in pyarrow's own join, is_in and equal, in DuckDB, and after Parquet; for
# full validation passes, and to clean each name once in the dictionary is what a dictionary is for.
# What to do: after a change to a dictionary, cast the column to text (and encode it anew) before grouping.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "pyarrow==26.0.1" "duckdb==2.0.1"
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def totals(table):
    rows = table.group_by("buyer").aggregate([("units", "sum")]).to_pylist()
    return sorted((row["buyer"], row["units_sum"]) for row in rows)


print(f"pyarrow {pa.__version__}, duckdb {duckdb.__version__}")
given = pa.array(["Zhulong Ltd", "ZHULONG LTD", "Zhulong Ltd", "Meridian LLC"]).dictionary_encode()
buyer = pa.DictionaryArray.from_arrays(given.indices, pc.utf8_upper(given.dictionary))
buyer.validate(full=True)
orders = pa.table({"buyer": buyer, "units": [900, 800, 100, 5]})
as_text = orders.set_column(0, "buyer", orders["buyer"].cast(pa.string()))
pq.write_table(orders, "orders.parquet")
split = totals(orders)
found = orders.join(pa.table({"buyer": ["ZHULONG LTD"], "listed": [True]}), "buyer", join_type="inner")
by_duckdb = sorted(duckdb.sql("SELECT buyer, sum(units)::INTEGER FROM orders GROUP BY buyer").fetchall())
print(f"group_by: {split}")
print(f"as text:  {totals(as_text)}")
print(f"DuckDB:   {by_duckdb}")
print(f"unique: {buyer.unique().to_pylist()}; rows that a join on the name finds: {found.num_rows}")
assert split == [("MERIDIAN LLC", 5), ("ZHULONG LTD", 800), ("ZHULONG LTD", 1000)]
assert buyer.unique().to_pylist() == ["ZHULONG LTD", "ZHULONG LTD", "MERIDIAN LLC"]
assert [row["counts"] for row in buyer.value_counts().to_pylist()] == [2, 1, 1]
assert found.num_rows == pc.sum(pc.equal(buyer, "ZHULONG LTD")).as_py() == 3
assert totals(as_text) == by_duckdb == totals(pq.read_table("orders.parquet"))
assert by_duckdb == [("MERIDIAN LLC", 5), ("ZHULONG LTD", 1800)]
PYTHON
