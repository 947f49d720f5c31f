"""The process itself: it stops without losing anything, is killed without losing what it acknowledged, and reloads."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from compliance.cli.main import run
from compliance.records.checker import verify
from compliance.records.reading import LogReader
from compliance.records.replay import replay

from .running import WORLD, Running, line, running, start, wait_for

ANOTHER = {"add": {"companies": [{"id": "new", "name": "New AG", "headquarters": "CH"}]}}


class Load:
    """Clients that ask on and on, each answer noted."""

    def __init__(self, service: Running, clients: int = 4) -> None:
        self.answers: list[tuple[int, str, str]] = []
        self.broken: list[str] = []
        self._service = service
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(clients)]

    def _ask(self, number: int) -> None:
        count = 0
        with self._service.client() as client:
            while not self._stop.is_set():
                count += 1
                try:
                    given = client.post("/v1/screen", json={"orders": [line(f"{number}-{count}")]})
                except httpx.TransportError as broken:
                    self.broken.append(type(broken).__name__)
                    return
                decision = given.headers.get("Compliance-Decision", "")
                self.answers.append((given.status_code, decision, given.json().get("world", {}).get("sha256", "")))

    @contextmanager
    def going_on(self, at_least: int = 10) -> Iterator[Load]:
        """Asks until the end of the block, and begins it when there are answers."""
        for thread in self._threads:
            thread.start()
        wait_for(lambda: len(self.answers) >= at_least)
        try:
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(30)


def world_of(service: Running) -> str:
    with service.client() as client:
        return str(client.get("/readyz").json()["world"])


def test_a_graceful_stop_answers_what_is_under_way_and_is_no_failure(tmp_path: Path) -> None:
    service = start(tmp_path)
    with Load(service).going_on() as load:
        status = service.stop()

    assert status == 0
    assert all(code == 200 for code, _, _ in load.answers)
    assert set(load.broken) <= {"ConnectError", "RemoteProtocolError", "ReadError"}  # no one of them was answered
    kept = {str(record.number) for record in LogReader(service.records).read(kinds=("decision",))}
    assert {decision for _, decision, _ in load.answers} <= kept
    assert service.events()[-1]["event"] == "stopped"
    assert service.events()[-1]["head"] == verify(service.records).head


def test_a_service_that_is_killed_has_what_it_acknowledged_and_goes_on(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    service = start(tmp_path, env={"TMPDIR": str(scratch)})
    with service.client() as client:
        changed = client.post("/v1/world", json=ANOTHER).json()
        reserved = client.post("/v1/reservations", json={"key": "k", "orders": [line("r")]})
    with Load(service).going_on(30) as load:
        service.process.kill()
        service.process.wait()
    told = {decision for code, decision, _ in load.answers if code == 200}
    kept = {str(record.number) for record in LogReader(service.records).read(kinds=("decision",))}

    assert told <= kept
    (left,) = scratch.iterdir()
    with running(tmp_path, env={"TMPDIR": str(scratch)}) as again, again.client() as client:
        assert not left.exists()
        assert client.get("/readyz").json()["world"] == changed["sha256"]
        assert client.post("/v1/reservations", json={"key": "k", "orders": [line("r")]}).text == reserved.text
        number = client.post("/v1/screen", json={"orders": [line("a", consignee="new")]}).headers["Compliance-Decision"]
    assert list(scratch.iterdir()) == []
    assert verify(tmp_path / "records").problems == []
    assert replay(tmp_path / "records", number)


def test_workers_answer_by_one_world_reload_without_a_dropped_request_and_are_replaced(tmp_path: Path) -> None:
    with running(tmp_path, "--workers", "2") as service:
        changes_reach_all(service)
        files_reach_all(service)
        one_that_dies_is_replaced(service)
        assert service.stop() == 0
    assert verify(service.records).problems == []
    for record in LogReader(service.records).read(kinds=("decision",)):
        if record.number % 40 == 0:
            assert replay(service.records, str(record.number))


def changes_reach_all(service: Running) -> None:
    for number in range(3):
        row = {"id": f"n{number}", "name": f"N{number} AG", "headquarters": "CH"}
        with service.client() as client:
            given = client.post("/v1/world", json={"add": {"companies": [row]}}).json()
        with ThreadPoolExecutor(8) as pool:  # connections of their own, which either worker may take
            worlds = list(pool.map(partial(ask_once, service), [f"n{number}"] * 16))
        assert set(worlds) == {given["sha256"]}
    workers = {event["process"] for event in service.events() if event["event"] == "request"}
    assert len(workers) == 2


def one_that_dies_is_replaced(service: Running) -> None:
    workers = {event["process"] for event in service.events() if event["event"] == "started"}
    given = world_of(service)
    os.kill(min(workers), signal.SIGKILL)
    wait_for(lambda: sum(event["event"] == "started" for event in service.events()) == 3)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(partial(ask_once, service), ["n2"] * 16)) == {given}
    with service.client() as client:
        metrics = client.get("/metrics").text
    assert "compliance_screenings_total" in metrics


def ask_once(service: Running, consignee: str) -> str:
    with service.client() as client:
        for _ in range(20):  # of a worker that was just killed, a connection may break
            try:
                given = client.post("/v1/screen", json={"orders": [line("w", consignee=consignee)]})
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            assert given.status_code == 200, given.text
            return str(client.get("/readyz").json()["world"])
    raise AssertionError


def files_reach_all(service: Running) -> None:
    with service.client() as client:
        client.post("/v1/world", json=ANOTHER)
    before = world_of(service)
    with Load(service).going_on() as load:
        later = WORLD.replace("companies:\n", "companies:\n  - {id: d, name: D SpA, headquarters: IT}\n")
        (service.folder / "world.yaml").write_text(later, encoding="utf-8")
        service.process.send_signal(signal.SIGHUP)
        wait_for(lambda: any(event["event"] == "reloaded" for event in service.events()))
        wait_for(lambda: load.answers[-1][2] not in ("", before))
        with service.client() as client:
            assert client.post("/v1/screen", json={"orders": [line("d", consignee="d")]}).status_code == 200
            assert client.post("/v1/screen", json={"orders": [line("n", consignee="new")]}).status_code == 200
            client.post("/v1/world", json={"remove": {"companies": [{"id": "d"}]}})
            assert client.post("/v1/screen", json={"orders": [line("d", consignee="d")]}).status_code == 422

        (service.folder / "world.yaml").write_text("companies: [{id: 1, nothing: 2}]\n", encoding="utf-8")
        service.process.send_signal(signal.SIGHUP)
        wait_for(lambda: any(event["event"] == "reload_refused" for event in service.events()))
        count = len(load.answers)
        wait_for(lambda: len(load.answers) > count + 10)

    assert load.broken == []
    assert {code for code, _, _ in load.answers} == {200}
    refused = next(event for event in service.events() if event["event"] == "reload_refused")
    assert "world.yaml:1: " in refused["reason"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"add": {"companies": [{"id": "b"}]}}, "repeated_id"), ({"add": {"compenies": []}}, "unknown_table"),
        ({"add": {"companies": [{"id": "q", "hq": "DE"}]}}, "unknown_field"), ({}, "no_match"),
        ({"remove": {"companies": [{"id": "zz"}]}}, "no_match"),
        ({"remove": {"companies": [{"id": "x"}]}}, "still_named"),
        ({"add": {"stakes": [{"owner": "b", "owned": "nobody", "percent": 10}]}}, "unknown_row"),
    ],
)  # fmt: skip
def test_a_change_with_something_wrong_changes_nothing(
    service: Running, client: httpx.Client, change: dict[str, Any], code: str
) -> None:
    before = world_of(service)
    good = {"add": {"people": [{"id": "someone", "name": "Some One"}]}}
    mixed = {part: {**good.get(part, {}), **change.get(part, {})} for part in ("add", "remove")} if change else change
    given = client.post("/v1/world", json=mixed)

    assert given.status_code == 422
    assert code in {problem["code"] for problem in given.json()["problems"]}
    assert world_of(service) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["missing.yaml"], "missing.yaml"),
        (["world.yaml", "--pack", "no_such_pack"], "unknown pack `no_such_pack`"),
        (["world.yaml", "--store", "/no/such/folder/x"], "/no/such/folder"),
        (["world.yaml", "--sign", "world.yaml"], "is no private key"),
        (["world.yaml", "--records", "/proc/none"], "/proc/none"),
        (["world.yaml", "--port", "70000"], "is no whole number"),
        (["world.yaml", "--keys", "world.yaml"], "is no keys file"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_before_it_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    (tmp_path / "world.yaml").write_text(WORLD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    try:
        assert run(["serve", *words, *([] if "--port" in words else ["--port", "0"])]) == 2
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), before, strict=True):
            signal.signal(number, handler)
    assert told in capsys.readouterr().err


def test_a_port_that_is_taken_is_said(service: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "world.yaml").write_text(WORLD, encoding="utf-8")
    port = service.url.rpartition(":")[2]

    assert run(["serve", str(tmp_path / "world.yaml"), "--port", port, "--store", "s", "--records", "r"]) == 2
    assert f"`127.0.0.1:{port}`: address already in use" in capsys.readouterr().err


def test_a_day_that_is_asked_for_is_the_day_of_every_answer(tmp_path: Path) -> None:
    with running(tmp_path, "--as-of", "2026-11-09") as service, service.client() as client:
        told = client.get("/readyz").json()
        client.post("/v1/world", json={"add": {"companies": [{"id": "d", "name": "D"}]}})
        answer = client.post("/v1/screen", json={"orders": [line()]}).json()

    assert (told["as_of"], answer["as_of"]) == ("2026-11-09", "2026-11-09")
