"""What the author of a bad Parquet or JSON Lines file is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from compliance.errors import MOST_TOLD, InputError
from compliance.world.io.load import load_orders, load_world

LINE = '{"id": "s1", "date": "2025-06-01", "consignee": "a", "to_country": "MY", "chip": "H100", "quantity": 8}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "companies.csv").write_text("id,headquarters\na,MY\n")
    return tmp_path / "w"


def told() -> list[str]:
    with pytest.raises(InputError) as refused:
        load_world("w")
    return str(refused.value).splitlines()


def parquet(folder: Path, **columns: Any) -> Path:
    base: dict[str, Any] = {
        "id": ["s1", "s2"], "date": ["2025-06-01", "2025-06-02"], "to_country": ["MY", "MY"],
        "chip": ["H100", "H100"], "quantity": [1, 2],
    }  # fmt: skip
    pq.write_table(pa.table({**base, **columns}), folder / "shipments.parquet")
    return folder / "shipments.parquet"


def test_a_truncated_file(folder: Path) -> None:
    path = parquet(folder)
    path.write_bytes(path.read_bytes()[:200])

    assert told() == ["w/shipments.parquet: cannot be read as Parquet: it is no Parquet file, or only a part of one"]


def test_values_that_a_field_does_not_take(folder: Path) -> None:
    parquet(folder, to_country=["MY", "Malaysia"], quantity=[1.5, float("nan")])

    assert told() == [
        "w/shipments.parquet:1: `quantity` of `shipments`: `1.5` is not a whole number",
        "w/shipments.parquet:2: `shipments` needs `quantity`; `s2` has none",
        "w/shipments.parquet:2: `to_country` of `shipments`: `Malaysia` is not a country code of ISO 3166-1; "
        "did you mean `MY` (Malaysia)?",
    ]


def test_a_type_that_no_field_takes_and_a_column_that_nothing_is_called(folder: Path) -> None:
    parquet(folder, chip=pa.array([b"H", b"I"]), quantty=[1, 2])

    messages = told()

    assert "w/shipments.parquet: `chip` has the type binary, which no field takes; write it as text" in messages
    assert (
        "w/shipments.parquet: `shipments` has no `quantty`; name it `x_...` to keep it. Did you mean `quantity`?"
        in (messages)
    )


def test_an_id_twice_and_a_party_that_is_not_there(folder: Path) -> None:
    parquet(folder, id=["s1", "s1"], consignee=["a", "b"])

    assert told() == [
        "w/shipments.parquet:2: `consignee` of `shipments`: `b` is no party of `companies` or `people`.",
        "w/shipments.parquet:2: `s1` stands twice in `shipments`, first at w/shipments.parquet:1",
    ]


def test_of_very_many_bad_rows_the_first_are_told_and_how_many_more_there_are(folder: Path) -> None:
    count = 5_000
    parquet(
        folder, id=[f"s{n}" for n in range(count)], date=["2025-06-01"] * count, to_country=["XX"] * count,
        chip=["H100"] * count, quantity=[1] * count,
    )  # fmt: skip

    messages = told()

    assert len(messages) == MOST_TOLD + 1
    assert messages[-1] == "w/shipments.parquet: 4,800 more problems are not told; mend these first"


def test_bad_lines_of_json_lines_do_not_hide_the_others(folder: Path) -> None:
    bad = '{"id": "s2",\n[1]\n' + LINE.replace("s1", "s3").replace('"MY"', '"My"') + LINE.replace("chip", "chp")
    (folder / "shipments.jsonl").write_text(LINE + bad)

    assert told() == [
        "w/shipments.jsonl:2: cannot be read as JSON: `{` of line 2 is never closed",
        "w/shipments.jsonl:3: is no row; a line holds a mapping of fields to values",
        "w/shipments.jsonl:4: `to_country` of `shipments`: `My` is not a country code of ISO 3166-1; "
        "did you mean `MY` (Malaysia)?",
        "w/shipments.jsonl:5: `shipments` has no `chp`; name it `x_...` to keep it. Did you mean `chip`?",
        "w/shipments.jsonl:5: `shipments` needs `chip`; `s1` has none",
    ]


def test_numbers_of_json_lines_are_exact(folder: Path) -> None:
    (folder / "stakes.jsonl").write_text('{"owner": "a", "owned": "a", "percent": 33.33333333333333333333}\n')

    assert str(load_world("w").rows("stakes")[0].value("percent")) == "33.33333333333333333333"


def test_orders_may_be_json_lines(folder: Path) -> None:
    (folder.parent / "orders.jsonl").write_text(LINE + LINE.replace("s1", "s2").replace('"a"', '"z"'))

    rows, problems = load_orders("orders.jsonl", load_world("w"))

    assert [row.value("id") for row in rows] == ["s1"]
    assert [str(problem) for problem in problems] == [
        "orders.jsonl:2: `consignee` of `orders`: `z` is no party of `companies` or `people`."
    ]


def test_one_table_is_no_world(folder: Path) -> None:
    parquet(folder)

    with pytest.raises(InputError, match="holds one table; put it in a folder"):
        load_world("w/shipments.parquet")
