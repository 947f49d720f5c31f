"""A table in a folder of files says what the same rows in one file say, however they are parted."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from compliance.decisions.audit import audit
from compliance.errors import InputError
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import load_world
from compliance.world.schema.column_table import Table
from tests.world.written import written

DAY = date(2026, 11, 20)
COMPANIES = [{"id": f"c{n}", "headquarters": code} for n, code in enumerate(("MY", "SG", "CN"))]


def lines() -> list[dict[str, Any]]:
    """Lines of two years and three countries; some were corrected later, some cancelled."""
    found: list[dict[str, Any]] = []
    for n in range(240):
        row: dict[str, Any] = {
            "id": f"s{n:03}", "date": f"{2025 + n % 2}-0{1 + n % 9}-1{n % 10}", "consignee": f"c{n % 3}",
            "to_country": ("MY", "SG", "CN")[n % 3], "chip": ("H100", "A100")[n % 2], "quantity": str(40 + n),
            "movement": "export", "authorization": "LPP",
        }  # fmt: skip
        if n % 17 == 5:
            row["status"] = "cancelled"
        if n % 13 == 12:
            row["replaces"] = f"s{n - 3:03}"
        found.append(row)
    return found


def parted(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """By year and country, each file with its own order of columns, CSV beside Parquet, nothing for what is empty."""
    for year in ("2025", "2026"):
        for place in ("MY", "SG", "CN"):
            some = [
                {name: value for name, value in row.items() if name != "to_country"}
                for row in rows
                if row["date"].startswith(year) and row["to_country"] == place
            ]
            names = sorted({name for row in some for name in row}, reverse=place == "SG")
            own = folder / "shipments" / f"year={year}" / f"to_country={place}"
            own.mkdir(parents=True)
            if place == "MY":
                texts = [",".join(row.get(name, "") for name in names) for row in some]
                (own / "part-0.csv").write_text("\n".join([",".join(names), *texts]) + "\n", "utf-8")
            else:
                columns = {name: pa.array([row.get(name) for row in some]) for name in names}
                pq.write_table(pa.table(columns), own / "part-0.parquet")
    (folder / "shipments" / "_SUCCESS").touch()
    return folder


def both(tmp_path: Path) -> tuple[Path, Path]:
    whole = written({"companies": COMPANIES, "shipments": lines()}, tmp_path / "whole", "parquet")
    apart = written({"companies": COMPANIES}, tmp_path / "apart", "csv")
    return whole, parted(apart, lines())


def without_places(text: str) -> str:
    return re.sub(r'"(file|line)": [^\n]+', r'"\1"', text)


def test_files_by_year_and_country_are_one_table(tmp_path: Path) -> None:
    whole, apart = (load_world(place) for place in both(tmp_path))
    rows = apart.rows("shipments")

    assert apart.sha256 == whole.sha256
    assert isinstance(rows, Table)
    assert len(rows.files) == 6
    for row in (rows[0], rows[100], rows[239]):
        text = Path(row.origin.file).read_bytes() if row.origin.file.endswith("csv") else b""
        assert not text or text.splitlines()[row.origin.line - 1].count(row.id.encode()) == 1  # type: ignore[attr-defined]
        assert f"to_country={row.value('to_country')}" in row.origin.file


def test_the_answer_is_the_same_bytes_but_for_where_rows_lie(tmp_path: Path) -> None:
    packs = load_packs(["us_ai_diffusion", "diffusion_headline"])
    whole, apart = (audit(load_world(place), packs, DAY).json_text() for place in both(tmp_path))

    assert without_places(apart) == without_places(whole)
    files = {row["file"] for one in json.loads(apart)["findings"] for row in one["evidence"]["rows"]}
    assert sum("year=2025" in name for name in files) == 3


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"to_contry=MY/a.csv": "id,date,chip,quantity\n"}, "has no `to_contry`"),
        ({"to_country=MY/a.csv": "id,date,to_country,chip,quantity\ns,2026-01-01,SG,H100,1\n"},
         "is `MY` by the name of its folder and `SG` in the file"),
        ({"a.csv": "id,date,to_country,quantity\n"}, "needs a column `chip`"),
        ({"a.xlsx": ""}, "cannot be read among the files of `shipments`"),
        ({"_SUCCESS": ""}, "holds no file of `shipments`"),
        ({"a.csv": "id,date,to_country,chip,quantity\ns,2026-01-01,MY,H100,1\n",
          "b.csv": "id,date,to_country,chip,quantity\ns,2026-01-01,MY,H100,1\n"}, "`s` stands twice in `shipments`"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_with_its_file(made: dict[str, str], told: str, tmp_path: Path) -> None:
    for name, text in made.items():
        place = tmp_path / "shipments" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_world(tmp_path)

    assert told in str(caught.value)
    assert str(tmp_path / "shipments") in str(caught.value)


def test_a_value_of_a_path_is_read_as_text_and_may_be_empty(tmp_path: Path) -> None:
    for folder in ("end_use=data%20center", "end_use=__HIVE_DEFAULT_PARTITION__"):
        place = tmp_path / "shipments" / folder / "a.csv"
        place.parent.mkdir(parents=True)
        place.write_text(f"id,date,to_country,chip,quantity\n{folder},2026-01-01,MY,H100,1\n", "utf-8")

    assert [row.value("end_use") for row in load_world(tmp_path).rows("shipments")] == [None, "data center"]


def test_a_folder_that_no_table_is_named_by_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shipment").mkdir()
    with pytest.raises(InputError, match="Did you mean `shipments`"):
        load_world(tmp_path)
