"""A database that was used before is as empty as a new one, and two evaluations never share one."""

from __future__ import annotations

import os

import duckdb
import pyarrow as pa
import pytest

from compliance.plan import databases
from compliance.plan.databases import Database
from compliance.plan.sql.frames import PLACE

ROWS = pa.table({"a": [1, 2]})


@pytest.fixture(autouse=True)
def none_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_IDLE", [])


def used() -> Database:
    database = Database()
    database.give("given", ROWS)
    database.make("table", "made", "SELECT a + 1 AS b FROM given")
    database.make("view", "seen", "FROM made")
    assert database.columns("FROM seen ORDER BY b").to_pydict() == {"b": [2, 3]}
    assert database.rows("FROM seen ORDER BY b") == [{"b": 2}, {"b": 3}]
    return database


@pytest.mark.parametrize("name", ["given", "made", "seen"])
def test_nothing_of_an_evaluation_is_left_to_the_next(name: str) -> None:
    used().close()
    after = Database()

    assert databases._IDLE == []
    with pytest.raises(duckdb.CatalogException):
        after.columns(f"FROM {name}")
    assert used().columns("FROM seen").num_rows == 2


def test_a_question_that_failed_leaves_a_database_that_can_be_used() -> None:
    database = used()
    with pytest.raises(duckdb.Error):
        database.columns("SELECT nothing FROM made")
    database.close()

    used().close()
    assert len(databases._IDLE) == 1


def test_two_at_once_have_one_each() -> None:
    one, other = used(), Database()

    with pytest.raises(duckdb.CatalogException):
        other.columns("FROM made")
    one.close()
    other.close()
    assert len(databases._IDLE) == 2


def test_no_more_are_kept_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_MOST", 1)
    for database in [used(), used()]:
        database.close()

    assert len(databases._IDLE) == 1


def test_a_broken_one_is_not_kept() -> None:
    database = used()
    database._own.close()
    database.close()

    assert databases._IDLE == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_opens_its_own() -> None:
    used().close()
    child = os.fork()
    if child == 0:
        os._exit(used().rows("FROM seen ORDER BY b")[0]["b"])

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert databases._IDLE == []
    used().close()


def test_a_table_of_many_rows_is_kept_as_columns_and_is_gone_afterwards() -> None:
    database = Database()
    database.give("given", ROWS)
    database.make("table", "many", "SELECT a + 1 AS b FROM given", many=True)
    assert database.rows("SELECT table_name FROM duckdb_tables() WHERE table_name = 'many'") == []
    assert database.rows("FROM many ORDER BY b") == [{"b": 2}, {"b": 3}]
    database.close()

    with pytest.raises(duckdb.CatalogException):
        Database().columns("FROM many")


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_rows_are_widened_by_what_is_worked_out_for_each_in_whatever_order(order: str) -> None:
    database = Database()
    given = ROWS.append_column(PLACE, [[0, 1]])
    database.give("given", given)
    database.widen("wide", ROWS, f'SELECT a + 1 AS b, "{PLACE}" FROM given ORDER BY "{PLACE}" {order}')

    assert database.rows("SELECT a, b FROM wide ORDER BY a") == [{"a": 1, "b": 2}, {"a": 2, "b": 3}]
    database.close()
