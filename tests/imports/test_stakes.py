"""A plain table of stakes: real filings, and columns by any name."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import InputError, UsageError
from compliance.imports.stake_table import column_names, import_stakes

from .reading import Imported, shared


def stakes(path: Path, folder: Path, *columns: str) -> Imported:
    named = column_names(list(columns))
    return Imported(lambda gathering: import_stakes(path, gathering, columns=named), folder / "world")


def test_real_filings_make_a_world(tmp_path: Path) -> None:
    columns = ("owner=owner_key", "owned=company_cik", "percent=percent_of_class")
    made = stakes(shared("sec13d/control_figures.csv"), tmp_path, *columns)

    assert made.account.read["rows"] == 10_593
    assert len(made.world.rows("stakes")) + made.account.skipped.total() == 10_593
    assert ("0001014360", "0000002098", "16.6") in made.rows("stakes", "owner", "owned", "percent")
    assert made.account.kept.total() == 0


def test_columns_of_any_name_and_rows_that_say_too_little(tmp_path: Path) -> None:
    path = tmp_path / "held.csv"
    path.write_text(
        "holder,owned,percent,from\na,b,51.5,2020-01-01\n,b,10-20,\nc,,5,\nb,b,5,\nd,b,most,\ne,b,,\nf,b\n",
        encoding="utf-8",
    )
    made = stakes(path, tmp_path, "owner=holder")

    assert made.rows("stakes", "owner", "owned", "percent", "from", "source") == [
        ("", "b", "10-20", "", "held.csv:3"),
        ("a", "b", "51.5", "2020-01-01", "held.csv:2"),
        ("d", "b", "unknown", "", "held.csv:6"),
        ("e", "b", "unknown", "", "held.csv:7"),
        ("f", "b", "unknown", "", "held.csv:8"),
    ]
    assert made.account.skipped == {
        "a row that does not say of what it is a stake": 1,
        "a stake of a company in itself": 1,
    }
    assert made.account.kept == {"a share that is no percentage: it stands as unknown": 1}


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "held.csv"
    path.write_text("owner,ownd,percent\na,b,5\n")
    with pytest.raises(InputError, match="no column `owned` for the `owned` of a stake; name it with --column"):
        stakes(path, tmp_path)
    with pytest.raises(UsageError, match="`ownr=x` is no column of stakes"):
        stakes(path, tmp_path, "ownr=x")
