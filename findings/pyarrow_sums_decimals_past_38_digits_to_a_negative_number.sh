#!/usr/bin/env bash
# pyarrow's sum of seven times 26,900,000 in decimal128(38, 30) is negative, without a word, and so is their mean; the
# sum that group_by gives too: the digits wrap at 2**127. 30 decimal places, as exact quotients have, leave 8 before the
# point: a result past them, and below the wrap, is handed over although its own type has no room for it.
# A good guess: it raises, for pyarrow's add of two such columns does (precision 39), and DuckDB's sum of this table.
# What to do: cast to decimal256(76, scale) before a sum or a mean of decimals, or keep the values below a bound.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "pyarrow==26.0.1" "duckdb==2.0.1"
"$place/venv/bin/python" - <<'PYTHON'
from decimal import Decimal
from fractions import Fraction

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

print(f"pyarrow {pa.__version__}, duckdb {duckdb.__version__}")
performance = pa.array([Decimal(26_900_000)] * 7, pa.decimal128(38, 30))
orders = pa.table({"year": [2026] * 7, "performance": performance})
total, mean = pc.sum(performance), pc.mean(performance)
(group,) = orders.group_by("year").aggregate([("performance", "sum")])["performance_sum"].to_pylist()
wide = pc.sum(performance.cast(pa.decimal256(76, 30)))
four = pc.sum(performance.slice(0, 4))
print(f"sum:  {total.as_py():f} ({total.type})")
print(f"mean: {mean.as_py():f}")
print(f"as decimal256: {wide.as_py():f}")
assert wide.as_py() == 188_300_000
assert total.type == performance.type
assert group == total.as_py() < 0
assert Fraction(total.as_py()) == 188_300_000 - Fraction(2**128, 10**30)
assert mean.as_py() < 0
assert four.as_py() == 107_600_000
errors = {}
for what, run in {
    "a sum of four, validated": lambda: four.validate(full=True),
    "add": lambda: pc.add(performance, performance),
    "DuckDB's sum": lambda: duckdb.sql("SELECT sum(performance) FROM orders").fetchall(),
}.items():
    try:
        run()
    except (pa.ArrowInvalid, duckdb.OutOfRangeException) as error:
        errors[what] = type(error).__name__
        print(f"{what}: {errors[what]}: {str(error).splitlines()[0][:90]}")
assert len(errors) == 3
PYTHON
