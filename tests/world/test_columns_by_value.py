"""Columns of Parquet that are kept by distinct value: taken as they are only where their texts are canonical."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from compliance.errors import InputError
from compliance.world.io.load import load_world
from compliance.world.schema.tables import Shipment


def written(folder: Path, purchases: list[str | None]) -> Path:
    """A world whose purchases are kept by distinct value in the file."""
    count = len(purchases)
    columns = {
        "id": [f"s{n}" for n in range(count)], "date": ["2025-06-01"] * count, "consignee": ["c"] * count,
        "to_country": ["MY"] * count, "chip": ["H100"] * count, "quantity": ["1"] * count,
        "purchase": pa.array(purchases, pa.string()).dictionary_encode(),
    }  # fmt: skip
    pq.write_table(pa.table(columns), folder / "shipments.parquet")
    pq.write_table(pa.table({"id": ["c"]}), folder / "companies.parquet")
    return folder


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["p", "q", None, "p"], ["p", "q", None, "p"]),
        ([" p ", "p", "q", "  "], ["p", "p", "q", None]),
        (["Käufe", "p", "p", None], ["Käufe", "p", "p", None]),
    ],
)
def test_texts_are_read_as_in_any_other_file(given: list[str | None], read: list[str | None], tmp_path: Path) -> None:
    world = load_world(written(tmp_path, given))

    assert [line.purchase for line in world.each(Shipment)] == read
    assert world.values("shipments", "purchase") == {text for text in read if text is not None}


def test_a_text_with_a_control_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="purchase"):
        load_world(written(tmp_path, ["p", "q\x07"]))
