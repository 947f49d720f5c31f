"""Every call of the service, over real HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from compliance import Answer, Headroom, OrderError, Screener
from compliance.records.checker import verify
from compliance.records.replay import replay

from .running import PACK, Running, line


@pytest.fixture
def screener(service: Running, monkeypatch: pytest.MonkeyPatch) -> Screener:
    monkeypatch.chdir(service.folder)
    return Screener.open("world.yaml", packs=[PACK])


def test_a_screening_has_the_bytes_of_the_library(client: httpx.Client, screener: Screener) -> None:
    orders = [line(consignee="a")]
    given = client.post("/v1/screen", json={"orders": orders})

    assert given.status_code == 200
    assert given.text == screener.screen(orders).json_text()
    assert Answer.model_validate_json(given.text).decision.enforced == "review"


def test_each_line_alone_has_an_answer_of_its_own(client: httpx.Client) -> None:
    given = client.post("/v1/screen", json={"orders": [line(1, consignee="a"), line(2)], "each": True})
    numbers = given.headers["Compliance-Decision"].split(", ")

    assert list(given.json()) == ["po-1", "po-2"]
    assert {name: Answer.model_validate(one).decision.enforced for name, one in given.json().items()} == {
        "po-1": "review",
        "po-2": "nothing_found",
    }
    assert client.get(f"/v1/decisions/{numbers[1]}").json()["record"]["orders"][0]["id"] == "po-2"


@pytest.mark.parametrize("posture", ["as-written", "as-enforced"])
def test_another_day_and_posture_are_asked_about(client: httpx.Client, screener: Screener, posture: str) -> None:
    orders = [line(consignee="a", date="2025-10-15")]
    given = client.post("/v1/screen", json={"orders": orders, "as_of": "2025-10-15", "posture": posture})
    other = Screener(screener.world, [PACK], date(2025, 10, 15), posture)

    assert given.text == other.screen(orders).json_text() != screener.screen(orders).json_text()


def test_the_problems_of_an_order_are_those_of_the_library(client: httpx.Client, screener: Screener) -> None:
    orders = [line(1, consignee="nobody", chip="H10O"), line(1, quantity="many"), {"chip": "H100"}]
    given = client.post("/v1/screen", json={"orders": orders})
    with pytest.raises(OrderError) as expected:
        screener.screen(orders)

    assert given.status_code == 422
    assert given.headers["content-type"] == "application/problem+json"
    assert given.json()["problems"] == [dict(problem) for problem in expected.value.problems]  # type: ignore[call-overload]


def test_numbers_come_exactly_as_they_were_sent(service: Running, client: httpx.Client) -> None:
    body = '{"orders": [{"id": "n", "date": "2026-11-20", "consignee": "b", "to_country": "DE", "chip": "H100",'
    body += ' "quantity": 1e1, "value_usd": 12345678901234567890.25}]}'
    given = client.post("/v1/screen", content=body, headers={"content-type": "application/json"})
    kept = client.get(f"/v1/decisions/{given.headers['Compliance-Decision']}").json()["record"]["orders"][0]

    assert (kept["quantity"], kept["value_usd"]) == ("1e1", "12345678901234567890.25")


def test_headroom_is_a_typed_answer(client: httpx.Client) -> None:
    given = client.post("/v1/headroom", json={"chip": "H100", "consignee": "b"})

    routes = Headroom.model_validate_json(given.text).routes

    assert [(one.authorization, one.reading, one.one_unit.enforced, one.left) for one in routes] == [
        ("license", "no_limit_found", "nothing_found", []),
        ("none", "no_limit_found", "nothing_found", []),
    ]


@pytest.mark.parametrize(
    "asked", [{"chip": "H100"}, {"chip": "none", "consignee": "b"}, {"chip": "H100", "consignee": "q"}]
)
def test_what_headroom_cannot_answer_is_said(client: httpx.Client, asked: dict[str, str]) -> None:
    given = client.post("/v1/headroom", json=asked)

    assert given.status_code == 422
    assert given.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field", "message", "hint"),
    [
        ([], "", "the body is no object of fields and values", "Give fields and values in braces."),
        ({}, "orders", "`orders` is missing", "Give the field."),
        ({"orders": {}}, "orders", "`orders` is no list", "Give a list, also of one."),
        ({"orders": [], "eech": 1}, "eech", "`eech` is no field of this request", "Correct its name"),
        ({"orders": [], "each": "perhaps"}, "each", "`each` is neither true nor false", "Give true or false."),
        ({"orders": [], "as_of": "20.11.2026"}, "as_of", "`as_of` is no day", "Give it as 2026-11-20."),
        ({"orders": [], "posture": "all"}, "posture", "`posture` is none of the words", "Give one of 'as-written',"),
    ],
)
def test_a_body_that_is_wrong_is_told_in_plain_words(
    client: httpx.Client, body: Any, field: str, message: str, hint: str
) -> None:
    given = client.post("/v1/screen", json=body)

    assert given.status_code == 422
    (problem,) = given.json()["problems"]
    assert problem["field"] == field
    assert problem["message"].startswith(message)
    assert problem["hint"].startswith(hint)


def test_a_line_alone_has_the_number_that_it_has_in_the_request(client: httpx.Client) -> None:
    lines = [line(1), line(2), line(3, chip="H10O")]
    together, alone = (client.post("/v1/screen", json={"orders": lines, "each": each}) for each in (False, True))

    assert [one["line"] for one in alone.json()["problems"]] == [3]
    assert alone.json() == together.json()


def test_a_reservation_is_made_once_for_a_key_and_finished_once(client: httpx.Client) -> None:
    asked = {"key": "order 1", "orders": [line("r1")], "expires": "2099-01-01T00:00:00Z"}
    first, again = client.post("/v1/reservations", json=asked), client.post("/v1/reservations", json=asked)
    name = first.json()["id"]

    assert (first.status_code, first.text) == (201, again.text)
    assert first.headers["Compliance-Decision"] == again.headers["Compliance-Decision"]
    assert Answer.model_validate(first.json()["answer"]).decision.enforced == "nothing_found"
    assert first.json()["expires"] == "2099-01-01T00:00:00.000000Z"
    other = client.post("/v1/reservations", json={**asked, "orders": [line("r2")]})
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")

    committed = client.post(f"/v1/reservations/{name}/commit", json={"by": "B. Lim", "reason": "shipped"})
    assert committed.json()["state"] == "committed"
    assert client.post(f"/v1/reservations/{name}/commit", json={}).text == committed.text
    assert client.post(f"/v1/reservations/{name}/release", json={}).json()["code"] == "wrong_state"
    assert client.get(f"/v1/reservations/{name}").json() == committed.json()
    assert client.get("/v1/reservations/none").json()["code"] == "unknown_reservation"


def test_balances_are_asked_for_by_account_and_instant(client: httpx.Client) -> None:
    assert client.get("/v1/balances").json()["balances"] == []
    assert client.get("/v1/balances?at=2026-01-01T00:00:00Z&country=MY").json()["at"].startswith("2026-01-01")
    assert client.get("/v1/balances?at=yesterday").status_code == 422


def test_what_is_done_about_a_decision_stays_on_record(client: httpx.Client) -> None:
    number = client.post("/v1/screen", json={"orders": [line("h1", consignee="a")]}).headers["Compliance-Decision"]
    held = client.post(f"/v1/decisions/{number}/hold", json={"by": "C. Tan", "reason": "owner not known"}).json()
    client.post(f"/v1/decisions/{number}/escalate", json={"by": "C. Tan", "reason": "needs counsel"})
    done = client.post(f"/v1/decisions/{number}/release", json={"by": "D. Ong", "reason": "statement came"}).json()

    assert (held["state"], done["state"]) == ("held", "released")
    assert [(act["act"], act["by"], act["reason"]) for act in done["acts"]] == [
        ("hold", "C. Tan", "owner not known"), ("escalate", "C. Tan", "needs counsel"),
        ("release", "D. Ong", "statement came"),
    ]  # fmt: skip
    assert client.get(f"/v1/decisions/{number}").json() == done
    assert client.post("/v1/decisions/99999/hold", json={"by": "C", "reason": "r"}).status_code == 404
    assert client.post(f"/v1/decisions/{number}/hold", json={"by": "C", "reason": " "}).status_code == 422
    assert client.post(f"/v1/decisions/{number}/hold", json={"reason": "r"}).json()["code"] == "missing_field"


def test_decisions_come_by_party_state_and_page(client: httpx.Client) -> None:
    for number in range(5):
        client.post(
            "/v1/screen", json={"orders": [line(f"p{number}", consignee={"name": "Zeta Ltd", "country": "SG"})]}
        )
    first = client.get("/v1/decisions?party=Zeta Ltd&most=3").json()
    rest = client.get(f"/v1/decisions?party=Zeta Ltd&most=3&after={first['next']}").json()

    orders = [one["record"]["orders"][0]["id"] for one in (*first["decisions"], *rest["decisions"])]
    assert orders == [f"po-p{number}" for number in range(5)]
    assert rest["next"] is None
    assert client.get("/v1/decisions?party=Zeta Ltd&state=held").json()["decisions"] == []
    assert client.get("/v1/decisions?state=unheard").status_code == 422
    assert client.get("/v1/decisions?after=x").status_code == 422
    assert client.get("/v1/decisions/x").status_code == 404


def test_every_decision_is_on_record_and_replays_to_the_same_bytes(service: Running, client: httpx.Client) -> None:
    given = client.post("/v1/screen", json={"orders": [line("again", consignee="a", serials=["s-1"])]})

    assert replay(service.records, given.headers["Compliance-Decision"]) == given.text
    assert verify(service.records).problems == []


def test_the_service_tells_how_it_is(client: httpx.Client) -> None:
    given = client.post("/v1/screen", json={"orders": [line("counted", consignee="a")]})
    ready, metrics = client.get("/readyz").json(), client.get("/metrics").text

    assert client.get("/healthz").json()["status"] == "ok"
    assert (ready["status"], ready["as_of"]) == ("ok", "2026-11-20")
    assert (
        f'compliance_screenings_total{{decision="{Answer.model_validate_json(given.text).decision.enforced}"}}'
        in metrics
    )
    assert 'compliance_requests_total{method="POST",route="/v1/screen",status="200"}' in metrics
    assert "compliance_accounts_near_limit 0.0" in metrics


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("PUT", "/v1/screen", 405, "method"),
        ("GET", "/docs", 404, "not_found"),
    ],
)
def test_what_is_not_there_is_a_problem_too(
    client: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    given = client.request(method, path)

    assert (given.status_code, given.json()["code"]) == (status, code)
    assert given.headers["content-type"] == "application/problem+json"


def test_logs_are_json_and_name_no_party(service: Running, client: httpx.Client) -> None:
    client.get("/v1/decisions?party=Secret Person")
    client.post("/v1/screen", json={"orders": [line("secret-line", consignee={"name": "Secret Person"})]})

    assert any(event["event"] == "request" and event["route"] == "/v1/screen" for event in service.events())
    assert "ecret" not in service.log.read_text(encoding="utf-8")
