"""The command `compliance ledger`."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from compliance.cli.main import run
from compliance.ledger.ledger import Ledger
from compliance.ledger.workflow import Workflow
from tests.ledger.limits import AT, account, after
from tests.ledger.test_reservations import taken


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store with one reservation that ends within the hour, one that is committed, and a hold."""
    ledger = Ledger.open(tmp_path / "store.db")
    taken(ledger, "a", 20, expires=after(hours=1))
    ledger.commit(taken(ledger, "b", 30), at=AT, by="desk")
    Workflow(ledger).hold("order/o1", decision="review", reason="a name", at=AT, by="screening")
    ledger.close()
    return str(tmp_path / "store.db")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["ledger", *words]) == 0
    return capsys.readouterr().out


def test_balances_are_told_as_text_json_and_csv(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "balances", store)
    [row] = json.loads(told(capsys, "balances", store, "--format", "json"))["balances"]
    [line] = csv.DictReader(io.StringIO(told(capsys, "balances", store, "--format", "csv")))

    assert account().name in text
    amounts = {"limit": "100", "used": "10", "reserved": "20", "committed": "30", "left": "40"}
    assert {name: row[name] for name in amounts} == amounts == {name: line[name] for name in amounts}


def test_balances_of_another_time_or_country_are_others(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = (AT - timedelta(seconds=1)).isoformat()

    assert told(capsys, "balances", store, "--at", before) == "balances: no account is open\n"
    assert told(capsys, "balances", store, "--country", "MY") == "balances: no account is open\n"
    assert account().name in told(capsys, "balances", store, "--at", "2026-03-01T12:00:00Z", "--holder", "acme")


def test_reservations_and_the_queue_are_told(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    states = [
        one["state"] for one in json.loads(told(capsys, "reservations", store, "--format", "json"))["reservations"]
    ]

    assert sorted(states) == ["committed", "reserved"]
    assert "committed" in told(capsys, "reservations", store, "--state", "committed", "--format", "csv")
    assert "order/o1" in told(capsys, "queue", store)


def test_what_is_overdue_is_ended_once_and_the_rows_agree(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    later = after(hours=1).isoformat()

    assert "expired" in told(capsys, "expire", store, "--at", later)
    assert told(capsys, "expire", store, "--at", later) == "expire: nothing was overdue\n"
    assert told(capsys, "check", store) == "check: every balance is the sum of its rows\n"


def test_a_balance_that_is_not_the_sum_of_its_rows_is_told(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Ledger.open(store)
    ledger.store.write(lambda rows: rows.run("UPDATE accounts SET reserved = reserved + 1"))
    ledger.close()

    assert run(["ledger", "check", store]) == 1
    assert account().name in capsys.readouterr().out


def test_what_is_no_store_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ledger", "balances", str(tmp_path / "none.db")]) == 2
    assert run(["ledger", "balances", str(tmp_path / "none.db"), "--at", "noon"]) == 2
    assert run(["ledger", "reservations", str(tmp_path / "none.db"), "--state", "open"]) == 2

    assert "there is no store at" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()
