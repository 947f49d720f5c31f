"""What waits for a person before it ships: orders that are prohibited, and reserved ones whose decision rises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from compliance.records.checker import verify
from compliance.records.reading import LogReader

from .running import Running, line, running

WORLD = """\
as_of: 2026-11-20
companies:
  - {id: b, name: B GmbH, headquarters: DE}
  - {id: c, name: C Oy, headquarters: FI}
  - {id: d, name: D Oy, headquarters: FI}
  - {id: e, name: E Oy, headquarters: FI}
  - {id: s, name: S Oy, headquarters: FI}
listings: [{party: s, list: SDN, program: IRAN}]
screening_lists: [{list: SDN}, {list: EntityList}, {list: MEU}]
"""
PACK = "ofac_50"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("rising"), world=WORLD, pack=PACK) as made:
        yield made


@pytest.fixture
def desk(service: Running) -> Iterator[httpx.Client]:
    with service.client() as made:
        yield made


def reserve(desk: httpx.Client, name: str, to: str) -> httpx.Response:
    return desk.post("/v1/reservations", json={"key": name, "orders": [line(name, consignee=to, to_country="FI")]})


def list_party(desk: httpx.Client, party: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.post(
        "/v1/world", json={"add": {"listings": [{"party": party, "list": "SDN", "program": "IRAN"}]}}
    ).json()
    return found


def release(desk: httpx.Client, number: str) -> httpx.Response:
    told = {"by": "B. Tan", "reason": "another of that name", "code": "false_match"}
    return desk.post(f"/v1/decisions/{number}/release", json=told)


def test_a_prohibited_order_is_held_from_the_first_and_says_so(service: Running, desk: httpx.Client) -> None:
    made = reserve(desk, "p1", "s")
    told, number = made.json(), made.headers["Compliance-Decision"]
    [hold] = [one for one in desk.get("/v1/holds").json()["holds"] if one["subject"] == told["id"]]
    again, stands = reserve(desk, "p1", "s"), desk.get(f"/v1/reservations/{told['id']}").json()
    commit = desk.post(f"/v1/reservations/{told['id']}/commit", json={})
    decision = desk.get(f"/v1/decisions/{number}").json()

    assert (made.status_code, told["decision"]["enforced"], told["hold"]) == (201, "prohibited", hold["id"])
    assert (again.status_code, again.text) == (201, made.text)
    assert (stands["decision"], stands["hold"]) == (told["decision"], told["hold"])
    assert (commit.status_code, commit.json()["code"]) == (409, "on_hold")
    assert (hold["decision"], decision["state"], decision["acts"][0]["by"]) == ("prohibited", "held", "service")

    assert release(desk, number).json()["state"] == "released"
    done = desk.post(f"/v1/reservations/{told['id']}/commit", json={}).json()
    assert (done["state"], done["hold"]) == ("committed", None)
    assert verify(service.records).problems == []


def test_a_decision_that_rises_is_held_shown_and_on_record(service: Running, desk: httpx.Client) -> None:
    made = reserve(desk, "r1", "c")
    told, number = made.json(), made.headers["Compliance-Decision"]
    assert (told["decision"]["enforced"], told["hold"]) == ("nothing_found", None)

    [changed] = [one for one in list_party(desk, "c")["changed"] if one["id"] == told["id"]]
    stands = desk.get(f"/v1/reservations/{told['id']}").json()
    [hold] = [one for one in desk.get("/v1/holds").json()["holds"] if one["subject"] == told["id"]]
    decision, page = desk.get(f"/v1/decisions/{number}").json(), desk.get(f"/desk/cases/{number}").text

    assert (changed["before"]["enforced"], changed["after"]["enforced"]) == ("nothing_found", "prohibited")
    assert (stands["decision"]["enforced"], stands["hold"], hold["decision"]) == (
        "prohibited",
        hold["id"],
        "prohibited",
    )
    assert (decision["state"], decision["acts"][0]["hold"]) == ("held", hold["id"])
    assert "was `nothing_found`" in decision["acts"][0]["reason"]
    assert "By the world of now" in page
    assert "was `nothing_found`" in page
    assert reserve(desk, "r1", "c").status_code == 200
    assert desk.post(f"/v1/reservations/{told['id']}/commit", json={}).json()["code"] == "on_hold"
    [act] = [one.body for one in LogReader(service.records).read(kinds=("act",)) if one.body.get("hold") == hold["id"]]
    assert (act["act"], act["state"]) == ("hold", "held")

    assert release(desk, number).status_code == 200
    again = desk.post("/v1/world", json={"add": {"companies": [{"id": "n1", "name": "N1", "headquarters": "DE"}]}})
    assert again.json()["changed"] == []
    assert desk.post(f"/v1/reservations/{told['id']}/commit", json={}).json()["state"] == "committed"


def test_an_amendment_to_a_prohibited_party_is_held(desk: httpx.Client) -> None:
    made = reserve(desk, "a1", "b").json()
    asked = {"key": "a1/1", "orders": [line("a1", consignee="s", to_country="FI")]}
    after = desk.post(f"/v1/reservations/{made['id']}/amend", json=asked).json()

    assert (after["decision"]["enforced"], after["hold"] is not None) == ("prohibited", True)
    assert desk.post(f"/v1/reservations/{made['id']}/commit", json={}).json()["code"] == "on_hold"


def test_what_rose_unseen_is_held_when_it_is_to_be_committed(service: Running, desk: httpx.Client) -> None:
    """As after a process that was killed between the change of the world and the holds: the store forgets them."""
    import sqlite3

    made = reserve(desk, "u1", "d").json()
    list_party(desk, "d")
    with sqlite3.connect(service.folder / "ledger.sqlite", timeout=30) as store:
        store.execute("DELETE FROM hold_acts WHERE hold IN (SELECT id FROM holds WHERE subject = ?)", (made["id"],))
        store.execute("DELETE FROM holds WHERE subject = ?", (made["id"],))
    assert desk.get(f"/v1/reservations/{made['id']}").json()["hold"] is None

    assert desk.post(f"/v1/reservations/{made['id']}/commit", json={}).json()["code"] == "on_hold"
    assert desk.get(f"/v1/reservations/{made['id']}").json()["hold"] is not None


def test_a_held_decision_becomes_stricter(desk: httpx.Client) -> None:
    given = desk.post("/v1/screen", json={"orders": [line("h1", consignee="e", to_country="FI")]})
    number = given.headers["Compliance-Decision"]
    desk.post(f"/v1/decisions/{number}/hold", json={"by": "A. Lim", "reason": "look"})
    list_party(desk, "e")
    [hold] = [one for one in desk.get("/v1/holds").json()["holds"] if one["subject"] == f"decision/{number}"]

    assert hold["decision"] == "prohibited"
    assert [one["by"] for one in desk.get(f"/v1/decisions/{number}").json()["acts"]] == ["A. Lim", "service"]
