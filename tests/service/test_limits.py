"""Reservations of a limit that buyers share, holds, and what a change of the world does to what is open."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from compliance.records.checker import verify
from compliance.records.reading import LogReader

from .running import Running, line, running, wait_for

PACK = "us_ai_diffusion"
LIMIT = 26_900_000
TPP = 15_824
ROOM = LIMIT // TPP
EACH = 300


@pytest.fixture(scope="module")
def selling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("selling"), "--two-persons", "prohibited", pack=PACK) as made:
        yield made


@pytest.fixture
def desk(selling: Running) -> Iterator[httpx.Client]:
    with selling.client() as made:
        yield made


def order(number: object, quantity: int, **more: object) -> dict[str, object]:
    row = line(number, consignee="c", to_country="FI", quantity=quantity, authorization="LPP", date="2026-11-20")
    return {**row, "to_country": "MY", **more}


def reserve(desk: httpx.Client, number: object, quantity: int, **more: object) -> httpx.Response:
    return desk.post("/v1/reservations", json={"key": f"key {number}", "orders": [order(number, quantity, **more)]})


def balance(desk: httpx.Client) -> dict[str, str]:
    [found] = [one for one in desk.get("/v1/balances").json()["balances"] if "/c/2026" in one["account"]]
    return {name: found[name] for name in ("limit", "used", "reserved", "committed", "left")}


def test_a_limit_is_not_passed_and_what_would_fit_is_told(desk: httpx.Client) -> None:
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda n: reserve(desk, f"m{n}", 700), range(4)))
    refused = next(one for one in given if one.status_code == 409)
    told = refused.json()

    assert sorted(one.status_code for one in given) == [201, 201, 409, 409]
    assert (told["code"], told["fits"], told["unit"]) == ("no_room", str(ROOM - 1_400), "TPP")
    assert told["account"].startswith(f"{PACK}/")
    assert told["account"].endswith("/c/2026")
    assert told["room"] == str(LIMIT - 1_400 * TPP)
    assert reserve(desk, "fits", int(told["fits"]) + 1).status_code == 409
    fits = reserve(desk, "fits now", int(told["fits"]))
    assert fits.status_code == 201
    [account] = [one for one in fits.json()["accounts"] if one["account"] == told["account"]]
    assert account["taken"] == str((ROOM - 1_400) * TPP)
    assert balance(desk)["reserved"] == str(ROOM * TPP)
    for one in (*given, fits):
        if one.status_code == 201:
            desk.post(f"/v1/reservations/{one.json()['id']}/release", json={})
    assert balance(desk)["left"] == balance(desk)["limit"]


def test_a_reservation_that_is_held_is_not_committed(desk: httpx.Client) -> None:
    made = reserve(desk, "held", 10)
    name, number = made.json()["id"], made.headers["Compliance-Decision"]
    assert desk.post(f"/v1/decisions/{number}/release", json={"by": "A", "reason": "x"}).status_code == 409
    desk.post(f"/v1/decisions/{number}/hold", json={"by": "A. Lim", "reason": "who is the end user"})

    assert desk.post(f"/v1/reservations/{name}/commit", json={}).json()["code"] == "on_hold"
    [held] = [one for one in desk.get("/v1/holds").json()["holds"] if one["subject"] == name]
    assert held["state"] == "held"
    told = {"by": "B. Tan", "reason": "a statement came", "code": "statement_receivd"}
    assert "Did you mean" in desk.post(f"/v1/decisions/{number}/release", json=told).json()["detail"]
    done = desk.post(f"/v1/decisions/{number}/release", json={**told, "code": "statement_received"}).json()
    assert [act["code"] for act in done["acts"]] == ["", "statement_received"]
    assert desk.post(f"/v1/reservations/{name}/commit", json={}).json()["state"] == "committed"


def test_a_change_of_the_world_tells_what_it_does_to_what_is_open(selling: Running, desk: httpx.Client) -> None:
    shipped, open_one = reserve(desk, "ships", 20).json()["id"], reserve(desk, "open", 30).json()["id"]
    number = desk.post("/v1/screen", json={"orders": [order("seen", 5)]}).headers["Compliance-Decision"]
    hold = desk.post(f"/v1/decisions/{number}/hold", json={"by": "A. Lim", "reason": "look"}).json()["acts"][0]["hold"]
    before = balance(desk)
    desk.post(f"/v1/reservations/{shipped}/commit", json={})
    given = desk.post("/v1/world", json={"add": {"shipments": [order("ships", 20)]}}).json()
    changed = {one["id"]: one for one in given["changed"] if one["kind"] == "reservation"}

    assert changed[shipped]["after"]["state"] == "shipped"
    after = balance(desk)
    assert (int(after["used"]) - int(before["used"]), after["left"]) == (20 * TPP, before["left"])

    seat = {"companies": [{"id": "c", "name": "C Oy", "headquarters": "CN"}]}
    given = desk.post("/v1/world", json={"remove": {"companies": [{"id": "c"}]}, "add": seat}).json()
    told = {one["id"]: one for one in given["changed"] if "written" in one["after"]}
    assert told[hold]["before"]["written"] != told[hold]["after"]["written"] == "license_required"
    assert told[open_one]["after"]["written"] == "license_required"
    record = list(LogReader(selling.records).read(kinds=("rescreening",)))[-1]
    assert {one["id"] for one in record.body["changed"]} >= {hold, open_one}
    assert verify(selling.records).problems == []


@pytest.mark.night
def test_workers_that_are_killed_never_sell_more_than_there_is(tmp_path: Path) -> None:
    """Buyers ask with a key of their own until they get an answer, while workers are killed under them."""
    with running(tmp_path, "--workers", "2", pack=PACK) as service:

        def buy(number: int) -> tuple[str, int, str]:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                with suppress(httpx.TransportError), service.client() as desk:
                    given = reserve(desk, f"b{number}", EACH)
                    if given.status_code < 500:
                        return given.json().get("id", ""), given.status_code, given.text
                time.sleep(0.05)
            raise AssertionError

        with ThreadPoolExecutor(6) as pool:
            buying = [pool.submit(buy, number) for number in range(2 * (ROOM // EACH))]
            wait_for(lambda: sum("route" in one for one in service.events()) > 2)
            os.kill(next(one["process"] for one in service.events() if one["event"] == "started"), signal.SIGKILL)
            bought = [one.result() for one in buying]
        with service.client() as desk:
            left = balance(desk)
            again = [reserve(desk, f"b{number}", EACH) for number in range(len(bought))]

    sold = [name for name, status, _ in bought if status == 201]
    assert len(sold) == len(set(sold)) == ROOM // EACH
    assert {status for _, status, _ in bought} == {201, 409}
    assert int(left["reserved"]) == len(sold) * EACH * TPP
    assert [one.text for one in again if one.status_code == 201] == [
        text for _, status, text in bought if status == 201
    ]
    kept = [record.body["reservation"]["id"] for record in LogReader(service.records).read(kinds=("reservation",))]
    assert sorted(kept) == sorted(sold)
    assert verify(service.records).problems == []
