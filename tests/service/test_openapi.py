"""The description of the service holds: its examples run, and whatever is sent gets an answer that it describes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as openapi_checks

from compliance.records.checker import verify

from .running import PACK, Running, running

ROOT = Path(__file__).parents[2]
SETTINGS = settings(
    max_examples=10, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The world of the README; the page of the service is run with all packs (`tests/test_readme.py`)."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copy(ROOT / "fixtures" / "order_book_world.yaml", folder / "world.yaml")
    with running(folder, "--pack", PACK, plain=True, env={"XDG_STATE_HOME": str(folder / "state")}) as made:
        yield made


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "not fitting"])
def test_whatever_is_sent_gets_an_answer_that_is_described(tmp_path: Path, mode: GenerationMode) -> None:
    """Bounded: so many requests a call, made up by schemathesis out of the description; they change the world."""
    with running(tmp_path) as service:
        send_what_is_described(service, mode)


def send_what_is_described(service: Running, mode: GenerationMode) -> None:
    api = schemathesis.openapi.from_url(f"{service.url}/openapi.json")
    sent: list[str] = []
    for operation in (found.ok() for found in api.get_all_operations()):

        @given(case=operation.as_strategy(generation_mode=mode))
        @SETTINGS
        def send(case: schemathesis.Case) -> None:
            sent.append(case.operation.label)
            case.call_and_validate(base_url=service.url, checks=CHECKS, timeout=30)

        with suppress(Unsatisfiable):  # a call that takes nothing can be sent nothing that does not fit
            send()

    assert len(set(sent)) >= (18 if mode == GenerationMode.POSITIVE else 13)


def examples(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for path, methods in told["paths"].items():
        for call in methods.values():
            for media in call.get("requestBody", {}).get("content", {}).values():
                for example in media.get("examples", {}).values():
                    yield path, example["value"]


def test_every_call_with_a_body_has_an_example_that_runs(shipped: Running) -> None:
    with shipped.client() as client:
        told = client.get("/openapi.json").json()
        found = sorted(examples(told), key=lambda one: ("/v1/reservations/" in one[0], "/v1/decisions/" in one[0]))
        bodies = [path for path, methods in told["paths"].items() if "post" in methods]
        made = client.post("/v1/reservations", json=dict(found)["/v1/reservations"])
        decision = client.post("/v1/screen", json=dict(found)["/v1/screen"]).headers["Compliance-Decision"]
        names = {"{name}": made.json()["id"], "{number}": decision}
        entry = client.post("/v1/known-good", json=dict(found)["/v1/known-good"]).json()["id"]
        of_entry = {"{name}": entry}
        given = {
            path: ask(client, path, of_entry if path.startswith("/v1/known-good") else names, body)
            for path, body in found
        }

    assert {path for path, _ in found} == set(bodies)
    fine = {path for path, one in given.items() if one.is_success}
    assert set(given) - fine == {
        "/v1/reservations/{name}/release", "/v1/reservations/{name}/amend",  # it was committed before
        "/v1/decisions/{number}/reject", "/v1/decisions/{number}/escalate",  # it was released before
        "/v1/decisions/{number}/ask",
    }  # fmt: skip
    assert all(one.status_code in (200, 201, 409, 422) for one in given.values())


def ask(client: httpx.Client, path: str, names: dict[str, str], body: Any) -> httpx.Response:
    for name, value in names.items():
        path = path.replace(name, value)
    return client.post(path, json=body)


def test_what_is_kept_where_nobody_says_is_found_and_whole(shipped: Running) -> None:
    [state] = (shipped.folder / "state" / "compliance").iterdir()

    assert state.name.startswith("world-")
    assert (state / "ledger.sqlite").exists()
    assert verify(state / "records").problems == []


def test_the_schema_says_what_a_line_holds(shipped: Running) -> None:
    with shipped.client() as client:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]

    line = schemas["ScreenRequest"]["properties"]["orders"]["items"]
    assert {"id", "date", "to_country", "chip", "quantity"} <= set(line["required"])
    assert "license" in str(line["properties"]["authorization"])
    assert {"Answer", "Headroom", "ProblemDetails", "ReservationAnswer"} <= set(schemas)


def test_help_and_a_screening_load_nothing_of_the_service() -> None:
    code = (
        "import sys; from compliance.cli.main import run; run(['serve', '--help']); "
        "run(['screen', 'fixtures/order_book_world.yaml', 'none.csv']); import compliance.decisions.screener;"
        "sys.exit(bool({'fastapi', 'uvicorn', 'httpx', 'rfc8785', 'cryptography', 'prometheus_client', 'psycopg'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)

    assert done.returncode == 0
