"""What a key that is used again tells, and what an expired reservation reads as before anybody frees it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from .running import Running, running
from .test_changes import PACK, WORLD, order


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("repeats"), "--posture", "as-written", world=WORLD, pack=PACK) as made:
        yield made


@pytest.fixture
def desk(service: Running) -> Iterator[httpx.Client]:
    with service.client() as made:
        yield made


def reserve(desk: httpx.Client, name: str, quantity: int = 10, **more: Any) -> httpx.Response:
    return desk.post("/v1/reservations", json={"key": name, "orders": [order(name, quantity)], **more})


def taken(told: dict[str, Any]) -> list[str]:
    return [one["taken"] for one in told["accounts"] if one["taken"] != "0"]


def held(desk: httpx.Client) -> int:
    return sum(int(one["reserved"]) for one in desk.get("/v1/balances?holder=m").json()["balances"])


def test_a_key_again_tells_what_became_of_the_reservation(desk: httpx.Client) -> None:
    first = reserve(desk, "k1")
    name = first.json()["id"]
    assert reserve(desk, "k1").text == first.text

    desk.post(f"/v1/reservations/{name}/amend", json={"key": "k1/1", "orders": [order("k1", 4)]})
    amended = reserve(desk, "k1")
    assert (amended.status_code, amended.json()["state"]) == (200, "reserved")
    assert taken(amended.json()) == [str(4 * 15_824)]
    assert amended.headers["Compliance-Decision"] == first.headers["Compliance-Decision"]

    desk.post(f"/v1/reservations/{name}/release", json={})
    gone = reserve(desk, "k1")
    assert (gone.status_code, gone.json()["state"], taken(gone.json())) == (200, "released", [])
    assert gone.json()["answer"] == first.json()["answer"]


def test_what_has_expired_is_told_as_expired_at_once(desk: httpx.Client) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=2)
    made = reserve(desk, "k2", expires=ends.isoformat())
    name, before = made.json()["id"], held(desk)
    assert before >= 10 * 15_824
    time.sleep(max(0.0, (ends - datetime.now(UTC)).total_seconds()))

    stands = desk.get(f"/v1/reservations/{name}").json()
    assert (stands["state"], taken(stands)) == ("expired", [])
    assert held(desk) == before - 10 * 15_824
    again = reserve(desk, "k2", expires=ends.isoformat())
    assert (again.status_code, again.json()["state"]) == (200, "expired")
