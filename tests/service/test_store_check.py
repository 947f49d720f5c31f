"""A store and records that do not belong together are not served."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .running import line, running, start


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A folder with the store and the records of a service that was stopped."""
    with running(tmp_path) as service, service.client() as client:
        assert client.post("/v1/reservations", json={"key": "k", "orders": [line("k")]}).status_code == 201
    return tmp_path


def move_store(folder: Path, to: str) -> None:
    for file in folder.glob("ledger.sqlite*"):
        shutil.move(file, folder / file.name.replace("ledger", to))


def test_an_empty_store_beside_records_is_refused(served: Path) -> None:
    move_store(served, "away")
    with pytest.raises(AssertionError, match="revision 1 of the world is on record, and the store is at 0"):
        start(served)

    move_store(served, "empty")
    for file in served.glob("away*"):
        shutil.move(file, served / file.name.replace("away", "ledger"))
    with running(served) as service, service.client() as client:
        assert client.get("/readyz").status_code == 200


def test_the_store_of_another_service_of_the_same_world_is_refused(served: Path) -> None:
    move_store(served, "one")
    with running(served, "--records", "others") as service, service.client() as client:
        client.post("/v1/reservations", json={"key": "other", "orders": [line("other")]})
    with pytest.raises(AssertionError, match="is on record and not in the store"):
        start(served)


def test_records_begin_anew_only_where_that_is_asked_for(served: Path) -> None:
    with pytest.raises(AssertionError, match="--new-records"):
        start(served, "--records", "new")

    with running(served, "--records", "new", "--new-records") as service, service.client() as client:
        assert client.get("/v1/decisions").json()["decisions"][0]["kind"] == "reservation"
    with running(served, "--records", "new") as service, service.client() as client:
        assert client.get("/readyz").status_code == 200
