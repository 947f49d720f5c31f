"""A mistyped name in a query is refused on every route, with the nearest known name."""

from __future__ import annotations

import httpx
import pytest

ROUTES = ("/v1/balances", "/v1/decisions", "/v1/holds", "/v1/known-good", "/healthz", "/readyz", "/metrics")


@pytest.mark.parametrize("path", [*ROUTES, "/v1/decisions/1", "/v1/reservations/r-1", "/desk", "/desk/headroom"])
def test_a_name_that_no_call_has_is_refused(client: httpx.Client, path: str) -> None:
    given = client.get(path, params={"zzz": ""})

    assert given.status_code == 400
    assert "`zzz` is no query parameter" in given.text


@pytest.mark.parametrize("path", ["/v1/screen", "/v1/headroom", "/v1/reservations", "/v1/world"])
def test_a_name_beside_a_body_is_refused(client: httpx.Client, path: str) -> None:
    given = client.post(path, params={"as_off": "2026-01-01"}, json={})

    assert (given.status_code, given.json()["code"]) == (400, "unknown_parameter")
    assert given.headers["content-type"] == "application/problem+json"
    assert given.json()["detail"] == "`as_off` is no query parameter of this call; it takes none"


@pytest.mark.parametrize(("path", "name", "near"), [
    ("/v1/balances", "holdr", "holder"), ("/v1/decisions", "aftr", "after"), ("/v1/holds", "leest", "least"),
    ("/v1/known-good", "subjekt", "subject"), ("/desk/what-if", "as_off", "as_of"), ("/desk", "leastt", "least"),
])  # fmt: skip
def test_the_nearest_name_is_told(client: httpx.Client, path: str, name: str, near: str) -> None:
    given = client.get(path, params={name: "x"})

    assert given.status_code == 400
    assert f"`{near}`" in given.text.replace("&#39;", "'")


def test_names_that_calls_have_are_taken(client: httpx.Client) -> None:
    for path in ("/v1/balances?holder=b&country=DE", "/v1/holds?least=review", "/desk/what-if?as_of=", "/desk?least="):
        assert client.get(path).status_code == 200
    style = client.get("/desk").text.partition('href="/desk/static/style.css')[2].partition('"')[0]
    assert client.get(f"/desk/static/style.css{style}").status_code == 200
    assert client.get("/desk/compare?case=&as_of=&posture=").status_code == 200
