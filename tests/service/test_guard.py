"""Who is let in and what is refused: keys, scopes, sizes, slow clients, odd requests."""

from __future__ import annotations

import json
import socket
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from compliance.cli.main import run
from compliance.errors import InputError
from compliance.records.checker import verify
from compliance.service.body import parse_json
from compliance.service.keys import Keys, read_keys
from compliance.service.limits import RateLimit
from compliance.service.problems import RefusedError

from .running import Running, line, running

CALLS = {
    "screen": [
        ("POST", "/v1/screen", {"orders": [line("k")]}),
        ("POST", "/v1/headroom", {"chip": "H100", "consignee": "b"}),
    ],
    "reserve": [("POST", "/v1/reservations", {"key": "guard", "orders": [line("g")]})],
    "decide": [("POST", "/v1/decisions/2/hold", {"by": "a", "reason": "r"})],
    "admin": [("POST", "/v1/world", {"add": {"companies": [{"id": "later", "name": "Later"}]}})],
}


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, dict[str, str]]]:
    """A service with a key for each scope."""
    folder = tmp_path_factory.mktemp("keyed")
    keys = {scope: make_key(folder / "keys.json", scope, scope) for scope in CALLS}
    with running(folder, "--keys", "keys.json") as made:
        yield made, keys


def make_key(file: Path, name: str, *scopes: str, person: str = "") -> str:
    from datetime import date

    from compliance.service.keys import make_key as make

    return make(file, name, scopes, date(2026, 11, 20), person=person)


# ---- keys


@pytest.mark.parametrize("scope", CALLS)
def test_a_key_may_what_its_scope_says_and_no_more(keyed: tuple[Running, dict[str, str]], scope: str) -> None:
    service, keys = keyed
    with service.client(keys[scope]) as client:
        for other, calls in CALLS.items():
            for method, path, body in calls:
                given = client.request(method, path, json=body)
                allowed = scope in (other, "admin") or (scope == "reserve" and path == "/v1/headroom")

                assert (given.status_code == 403) is not allowed, (path, given.text)
                assert allowed or given.json()["code"] == "scope"


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ck_" + "x" * 43, "Bearer ck_" + "x" * 5_000, "Basic YTpi", "Bearer \xe9\xff"],
)
def test_a_wrong_key_is_refused(keyed: tuple[Running, dict[str, str]], header: str | None) -> None:
    service, _ = keyed
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    with service.client() as client:
        for method, path, body in (call for calls in CALLS.values() for call in calls):
            given = client.request(method, path, json=body, headers=headers)

            assert (given.status_code, given.json()["code"]) == (401, "key")
            assert given.headers["www-authenticate"].startswith("Bearer")


def test_the_key_of_a_person_acts_for_nobody_else(tmp_path: Path) -> None:
    """So that two persons are asked, and not one who gives two names."""
    asked = make_key(tmp_path / "keys.json", "tan", "screen", "decide", person="C. Tan")
    with (
        running(tmp_path, "--keys", "keys.json", "--two-persons", "review") as service,
        service.client(asked) as client,
    ):
        number = client.post("/v1/screen", json={"orders": [line("h", consignee="a")]}).headers["Compliance-Decision"]
        acts = [
            client.post(f"/v1/decisions/{number}/{act}", json={"by": by, "reason": "seen"})
            for act, by in (("hold", "C. Tan"), ("release", "C. Tan"), ("release", "D. Ong"), ("release", "C. Tan"))
        ]
        state = client.get(f"/v1/decisions/{number}").json()["state"]

    assert [(one.status_code, one.json().get("code")) for one in acts[:3]] == [
        (200, None),
        (200, None),
        (403, "person"),
    ]
    assert state == "awaiting_second"


def test_two_keys_in_one_request_are_refused(keyed: tuple[Running, dict[str, str]]) -> None:
    service, keys = keyed
    headers = [("Authorization", f"Bearer {keys['screen']}"), ("Authorization", f"Bearer {keys['admin']}")]
    with service.client() as client:
        assert client.post("/v1/world", json={}, headers=headers).status_code == 401


def test_no_key_is_in_the_log_the_records_or_the_keys_file(keyed: tuple[Running, dict[str, str]]) -> None:
    service, keys = keyed
    with service.client(keys["screen"]) as client:
        number = client.post("/v1/screen", json={"orders": [line("who")]}).headers["Compliance-Decision"]
        record = client.get(f"/v1/decisions/{number}").json()["record"]
        client.get("/v1/decisions", params={"party": keys["screen"]})
    written = [path.read_bytes() for path in service.folder.rglob("*") if path.is_file()]

    assert record["by"] == "screen"
    assert service.events()[-1]["key"] == "screen"
    assert not any(key[3:].encode() in content for key in keys.values() for content in written)
    assert stat.S_IMODE((service.folder / "keys.json").stat().st_mode) == 0o600


def test_a_key_that_is_revoked_holds_no_longer(keyed: tuple[Running, dict[str, str]]) -> None:
    service, _ = keyed
    file = service.folder / "keys.json"
    key = make_key(file, "short", "screen")
    service.process.send_signal(1)
    with service.client(key) as client:
        assert eventually(lambda: client.get("/v1/balances").status_code, 200)
        assert run(["keys", "revoke", "--keys", str(file), "--name", "short"]) == 0
        service.process.send_signal(1)
        assert eventually(lambda: client.get("/v1/balances").status_code, 401)


def eventually(look: object, wanted: object) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if look() == wanted:  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_the_command_makes_lists_and_revokes_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys.json"
    words = ["keys", "new", "--keys", str(file), "--name", "erp", "--scope", "screen", "--scope", "reserve"]

    assert run(words) == 0
    key = capsys.readouterr().out.strip()
    caller = Keys(file).caller(key)
    assert caller is not None
    assert (caller.name, caller.scopes) == ("erp", {"screen", "reserve"})
    assert run(words) == 2
    assert "has a key `erp` already" in capsys.readouterr().err
    assert run([*words[:5], "old", "--scope", "admin", "--to", "2020-01-01"]) == 0
    assert Keys(file).caller(capsys.readouterr().out.strip()) is None
    assert run(["keys", "list", "--keys", str(file)]) == 0
    assert "erp  screen, reserve  since" in capsys.readouterr().out
    assert run(["keys", "revoke", "--keys", str(file), "--name", "er"]) == 2
    assert "Did you mean `erp`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is no keys file"), ("[]", "is no keys file"), ('{"keys": [1]}', "key 1: is no mapping"),
        ('{"keys": [{"name": "a", "sha256": "x", "scopes": ["all"]}]}', "there is no scope `all`"),
    ],
)  # fmt: skip
def test_a_keys_file_with_something_wrong_is_refused(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "keys.json").write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match=told):
        read_keys(tmp_path / "keys.json")


def test_without_keys_only_loopback_is_listened_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "world.yaml").write_text("companies: []\n", encoding="utf-8")

    assert run(["serve", str(tmp_path / "world.yaml"), "--host", "0.0.0.0", "--store", "s", "--records", "r"]) == 2
    assert "without --keys the service listens on loopback alone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421), ({"Host": "127.0.0.1.evil.example:80"}, 421), ({"Host": ""}, 421),
        ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Host": "localhost:1"}, 200),
    ],
)  # fmt: skip
def test_without_keys_pages_of_others_are_refused(client: httpx.Client, headers: dict[str, str], status: int) -> None:
    assert client.get("/v1/balances", headers=headers).status_code == status


# ---- sizes and rates


def test_a_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"orders": ["'
        for _ in range(300):
            yield b"x" * 10_000

    told = client.post("/v1/screen", content=b" " * (2 * 2**20 + 1), headers={"content-type": "application/json"})
    sent = client.post("/v1/screen", content=endless(), headers={"content-type": "application/json"})

    assert [(one.status_code, one.json()["code"]) for one in (told, sent)] == [(413, "too_large")] * 2
    many = client.post("/v1/screen", json={"orders": [{"id": str(n)} for n in range(1_001)]})
    assert (many.status_code, many.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415), ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
        ({}, 415),
    ],
)  # fmt: skip
def test_a_body_of_another_kind_is_refused(client: httpx.Client, headers: dict[str, str], status: int) -> None:
    assert client.post("/v1/screen", content=b"{}", headers=headers).status_code == status


BODIES = {
    "no JSON": b"{",
    "a list": b"[]",
    "a text": b'"x"',
    "nothing": b"",
    "twice": b'{"orders": [], "orders": []}',
    "NaN": b'{"orders": [{"quantity": NaN}]}',
    "deep": b'{"orders": ' + b"[" * 100_000,
    "deep and whole": b'{"orders": [{"id": ' + b"[" * 60 + b"]" * 60 + b"}]}",
    "no UTF-8": b'{"orders": "\xff"}',
    "half a pair": b'{"orders": [{"id": "\\ud800"}]}',
    "NUL": b'{"orders": [{"id": "\\u0000"}]}',
    "many digits": b'{"orders": [{"id": "n", "quantity": ' + b"9" * 100_000 + b"}]}",
    "a huge exponent": b'{"orders": [{"id": "n", "date": "2026-11-20", "chip": "H100", "quantity": 1e999999999}]}',
    "lines of nothing": b'{"orders": [null, 1, []]}',
    "no lines": b'{"orders": []}',
    "an unknown field": b'{"orders": [{"id": "n"}], "extra": 1}',
    "a wrong day": b'{"orders": [{"id": "n"}], "as_of": "2026-02-31"}',
    "a day out of reach": b'{"orders": [{"id": "n"}], "as_of": "9999-12-31"}',
    "a wrong flag": b'{"orders": [{"id": "n"}], "each": "yes"}',
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_with_something_wrong_is_refused_in_words(client: httpx.Client, name: str) -> None:
    for path in ("/v1/screen", "/v1/reservations", "/v1/world", "/v1/decisions/1/hold"):
        given = client.post(path, content=BODIES[name], headers={"content-type": "application/json"})

        assert 400 <= given.status_code < 500, given.text
        assert given.headers["content-type"] == "application/problem+json"
        assert given.json()["detail"]


def test_a_nested_body_is_refused_by_the_parser() -> None:
    with pytest.raises(RefusedError, match="deep"):
        parse_json(b"[" * 1_000_000)
    assert parse_json(b'{"n": 1.10, "i": 10000000000000000000001, "t": true}') == {
        "n": "1.10", "i": "10000000000000000000001", "t": True,
    }  # fmt: skip


def test_a_caller_has_so_many_requests_a_second() -> None:
    now = 0.0
    limit = RateLimit(2, lambda: now)

    assert [limit.wait_for("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert limit.wait_for("b") == 0
    now = 0.5
    assert [limit.wait_for("a"), limit.wait_for("a")] == [0, 0.5]
    assert RateLimit(0, lambda: now).wait_for("a") == 0


# ---- on the wire


def send(service: Running, *parts: bytes, wait: float = 0, timeout: float = 30) -> bytes:
    """Sends bytes as they are, with pauses, and gives all that comes back until the other side closes."""
    host, port = service.url.removeprefix("http://").split(":")
    found = b""
    with socket.create_connection((host, int(port)), timeout) as wire:
        for part in parts:
            try:
                wire.sendall(part)
            except OSError:
                break
            time.sleep(wait)
        while True:
            try:
                more = wire.recv(65536)
            except (TimeoutError, ConnectionResetError):
                break
            if not more:
                break
            found += more
    return found


HEAD = b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"Transfer-Encoding: chunked, identity\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 1e3\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
        b"X : a\r\n\r\n",
        b"X\x00: a\r\n\r\n",
        b"Host: other\r\nContent-Length: 2\r\n\r\n{}",
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\n{}",
        b"X: " + b"y" * 20_000 + b"\r\n\r\n",
        b"".join(b"X%d: y\r\n" % n for n in range(4_000)) + b"\r\n",
    ],
)
def test_odd_heads_are_refused_and_the_service_goes_on(service: Running, client: httpx.Client, head: bytes) -> None:
    given = send(service, HEAD + head, timeout=5)

    status = given.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")[9:12]
    assert status in (b"400", b"431"), given[:200]
    assert b"\r\ncontent-type: application/problem+json\r\n" in given
    assert json.loads(given.rpartition(b"\r\n\r\n")[2])["status"] == int(status)
    assert client.get("/healthz").status_code == 200


def test_a_client_that_waits_for_leave_to_send_gets_it(service: Running) -> None:
    given = send(service, HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", b"{}", timeout=5)

    assert given.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 ")


def test_an_endless_head_is_cut(service: Running) -> None:
    given = send(service, b"GET /healthz HTTP/1.1\r\nX: ", *[b"y" * 4096] * 12, timeout=5)

    assert given.startswith(b"HTTP/1.1 431 ") or given == b""


def test_a_method_that_is_none_is_refused_as_a_problem(service: Running) -> None:
    given = send(service, b"BREW /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", timeout=5)
    head, _, body = given.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"\r\ncontent-type: application/problem+json" in head
    assert json.loads(body)["code"] == "unreadable"


def test_who_is_slow_or_asks_too_often_is_let_go(tmp_path: Path) -> None:
    with running(tmp_path, "--rate", "2", "--request-seconds", "1") as service, service.client() as client:
        began = time.monotonic()
        with ThreadPoolExecutor(40) as pool:
            heads = [pool.submit(send, service, b"GET /healthz HT") for _ in range(20)]
            body = pool.submit(send, service, HEAD + b"Content-Length: 100\r\n\r\n", *[b" "] * 8, wait=0.3)
            assert client.post("/v1/screen", json={"orders": [line("meanwhile")]}).status_code == 200
            assert all(one.result().startswith(b"HTTP/1.1 408 ") for one in heads)
            assert body.result().startswith(b"HTTP/1.1 408 ")
            assert json.loads(body.result().partition(b"\r\n\r\n")[2])["code"] == "too_slow"
        assert 1 < time.monotonic() - began < 20
        given = [client.get("/v1/balances") for _ in range(8)]

    assert given[0].status_code == 200
    last = given[-1]
    assert (last.status_code, last.json()["code"], last.headers["Retry-After"]) == (429, "rate", "1")


def test_nothing_of_this_harmed_the_records(service: Running) -> None:
    assert verify(service.records).problems == []
