"""Who may see and do what at the pages, and what no other site can have a browser do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from compliance.service.desk.pages import HEADERS
from compliance.service.keys import make_key, revoke_key
from tests.service.running import Running, line, running

from .visiting import Visitor, text_of

Visit = Callable[[str], Visitor]
PAGES = [
    "/desk", "/desk/search?q=x", "/desk/party?id=a", "/desk/balances", "/desk/headroom", "/desk/what-if",
    "/desk/compare", "/desk/uploads", "/desk/log", "/desk/cases/2",
]  # fmt: skip
COOKIE = "compliance_desk"


@pytest.fixture(scope="module", autouse=True)
def _a_case(desk: Running, keys: dict[str, str]) -> None:
    with desk.client(keys["erp"]) as client:
        client.post("/v1/screen", json={"orders": [line("first")]})


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_to_sign_in_and_leads_back(desk: Running, path: str) -> None:
    given = Visitor(desk).get(path)

    assert given.status_code == 303
    assert given.headers["Location"].startswith("/desk/sign-in?next=%2Fdesk")


@pytest.mark.parametrize("path", PAGES)
def test_a_viewer_sees_every_page_and_none_is_kept_or_framed(visit: Visit, path: str) -> None:
    given = visit("vera").get(path)

    assert given.status_code == 200, given.text
    assert {name: given.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in given.headers["Content-Security-Policy"]
    assert "<script" not in given.text
    assert " style=" not in given.text
    assert " onclick" not in given.text


@pytest.mark.parametrize("path", ["/desk/nothing", "/desk/cases/999999", "/desk/cases/x", "/desk/party?id=nobody"])
def test_what_is_not_there_is_a_page_too(visit: Visit, path: str) -> None:
    given = visit("vera").get(path)

    assert given.status_code in (404, 422)
    assert given.headers["Content-Type"] == "text/html; charset=utf-8"
    assert given.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


# ---- sessions


def test_the_cookie_is_for_these_pages_alone_and_no_script_reads_it(desk: Running, keys: dict[str, str]) -> None:
    cookie = next(
        one for one in Visitor(desk).sign_in(keys["vera"]).headers.get_list("set-cookie") if one.startswith(COOKIE)
    )

    assert {"HttpOnly", "Path=/desk", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_over_https_the_cookie_stays_there(desk: Running, keys: dict[str, str]) -> None:
    given = Visitor(desk).sign_in(keys["vera"], Origin=desk.url.replace("http:", "https:"))

    assert all("Secure" in one for one in given.headers.get_list("set-cookie") if one.startswith(COOKIE))


@pytest.mark.parametrize("key", ["", "ck_wrong", "ck_" + "x" * 43, "ck_" + "x" * 5_000, "é"])
def test_a_wrong_key_begins_no_session(desk: Running, key: str) -> None:
    someone = Visitor(desk)
    given = someone.sign_in(key)

    assert given.status_code in (401, 429)
    assert COOKIE not in someone.http.cookies
    assert key not in given.text or not key


def test_a_key_of_a_program_that_only_reserves_begins_none(desk: Running, keys: dict[str, str]) -> None:
    assert Visitor(desk).sign_in(keys["shop"]).status_code in (401, 429)


def test_signing_out_ends_the_session_everywhere(visit: Visit) -> None:
    someone = visit("vera")
    token = someone.http.cookies[COOKIE]
    assert someone.post("/desk/sign-out", someone.hidden("/desk")).status_code == 303
    someone.http.cookies.set(COOKIE, token, path="/desk")

    assert someone.get("/desk").status_code == 303


def test_signing_in_takes_another_token(visit: Visit, keys: dict[str, str]) -> None:
    someone = visit("vera")
    before = someone.http.cookies[COOKIE]
    someone.sign_in(keys["rahman"])
    after = someone.http.cookies[COOKIE]
    someone.http.cookies.set(COOKIE, before, path="/desk")

    assert after != before
    assert someone.get("/desk").status_code == 303


def test_a_session_that_nobody_used_is_over(desk: Running, visit: Visit) -> None:
    someone = visit("vera")
    with sqlite3.connect(desk.folder / "ledger.sqlite") as rows:
        rows.execute("UPDATE desk_sessions SET seen = seen - 1801000000")

    assert someone.get("/desk").status_code == 303


def test_a_key_that_is_revoked_ends_its_sessions(desk: Running) -> None:
    file = desk.folder / "keys.json"
    someone = Visitor(desk, make_key(file, "leaving", ["decide"], date(2026, 11, 20)))
    assert someone.get("/desk").status_code == 200
    revoke_key(file, "leaving")

    assert someone.get("/desk").status_code == 303


def test_the_session_of_a_page_is_no_key_for_programs(visit: Visit) -> None:
    someone = visit("rahman")
    someone.http.cookies.set(COOKIE, someone.http.cookies[COOKIE], path="/")

    assert someone.http.get("/v1/decisions").status_code == 401
    assert someone.http.post("/v1/decisions/2/hold", json={"by": "a", "reason": "r"}).status_code == 401


def test_a_program_sends_its_key_and_no_form(desk: Running, keys: dict[str, str]) -> None:
    with desk.client(keys["erp"]) as client:
        assert client.post("/v1/screen", json={"orders": [line("api")]}).is_success
        assert client.get("/desk").status_code == 303  # a key is no session either


@pytest.mark.parametrize(
    "path",
    ["https://elsewhere.example/", "//elsewhere.example", "/desk//elsewhere.example", "/v1/x", "/desk\\@x", "/deskx"],
)
def test_signing_in_leads_to_our_own_pages_alone(desk: Running, keys: dict[str, str], path: str) -> None:
    assert Visitor(desk).sign_in(keys["vera"], next=path).headers["Location"] == "/desk"


# ---- forms


@pytest.mark.parametrize("token", [None, "", "x" * 64])
def test_a_form_without_the_token_does_nothing(visit: Visit, screened: Callable[..., int], token: str | None) -> None:
    number, someone = screened("token"), visit("rahman")
    form = {**someone.hidden(f"/desk/cases/{number}"), "act": "hold", "reason": "r", "form": token}
    given = someone.post(f"/desk/cases/{number}", {name: value for name, value in form.items() if value is not None})

    assert given.status_code == 403
    assert "held" not in text_of(someone.get(f"/desk/cases/{number}")).split("On record")[0]


def test_a_token_of_another_session_does_nothing(visit: Visit, screened: Callable[..., int]) -> None:
    number, someone = screened("other-token"), visit("rahman")
    form = {**visit("okafor").hidden(f"/desk/cases/{number}"), "act": "hold", "reason": "r"}

    assert someone.post(f"/desk/cases/{number}", form).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    ],
)  # fmt: skip
def test_a_form_of_another_site_does_nothing(
    visit: Visit, screened: Callable[..., int], headers: dict[str, str]
) -> None:
    number, someone = screened("origin"), visit("rahman")
    form = {**someone.hidden(f"/desk/cases/{number}"), "act": "hold", "reason": "r"}

    assert someone.post(f"/desk/cases/{number}", form, **headers).status_code == 403


def test_a_form_without_an_origin_does_nothing(visit: Visit, screened: Callable[..., int]) -> None:
    number, someone = screened("no-origin"), visit("rahman")
    form = {**someone.hidden(f"/desk/cases/{number}"), "act": "hold", "reason": "r"}

    assert someone.http.post(f"/desk/cases/{number}", data=form).status_code == 403


def test_nobody_is_signed_in_by_another_site(desk: Running, keys: dict[str, str]) -> None:
    someone = Visitor(desk)
    form = someone.hidden("/desk/sign-in")
    elsewhere = someone.post("/desk/sign-in", {**form, "key": keys["vera"]}, Origin="https://elsewhere.example")
    stale = someone.post("/desk/sign-in", {**form, "form": "x", "key": keys["vera"]})

    assert (elsewhere.status_code, stale.status_code) == (403, 403)


def test_a_form_is_bounded(visit: Visit) -> None:
    someone = visit("rahman")
    large = someone.post("/desk/cases/2", {"reason": "x" * (2 * 2**20)})
    many = someone.post("/desk/cases/2", {f"f{n}": "" for n in range(6_000)})
    other = someone.http.post("/desk/cases/2", json={}, headers={"Origin": someone.url})

    assert (large.status_code, many.status_code, other.status_code) == (413, 400, 415)


# ---- roles


def test_a_viewer_decides_nothing(visit: Visit, screened: Callable[..., int]) -> None:
    number, someone = screened("viewer"), visit("vera")
    form = {**visit("rahman").hidden(f"/desk/cases/{number}"), **someone.hidden("/desk"), "act": "hold", "reason": "r"}
    tries = [
        someone.post(f"/desk/cases/{number}", form),
        someone.post("/desk/party?id=x-de", {**form, "listed": "x", "verdict": "different", "until": "2027-01-01"}),
        someone.http.post(
            "/desk/uploads", data=form, files={"file": ("o.csv", b"a,b\n1,2\n")}, headers={"Origin": someone.url}
        ),
    ]

    assert [one.status_code for one in tries] == [403, 403, 403]
    assert "Put on record" not in someone.get(f"/desk/cases/{number}").text


def test_an_act_has_the_name_of_the_person_whatever_the_form_says(
    desk: Running, visit: Visit, screened: Callable[..., int]
) -> None:
    number, someone = screened("named"), visit("rahman")
    assert someone.act(number, "hold", "who is it", by="Somebody Else").status_code == 303
    records = [json.loads(text) for text in (desk.records / "log" / "000000000001.jsonl").read_text().splitlines()]
    [act] = [one["body"] for one in records if one["kind"] == "act" and one["body"].get("decision") == str(number)]

    assert (act["by"], act["key"], act["act"]) == ("A. Rahman", "rahman", "hold")


def test_logs_hold_no_key_and_no_name(desk: Running, visit: Visit, keys: dict[str, str]) -> None:
    visit("rahman").get("/desk/party?id=a")
    told = desk.log.read_text(encoding="utf-8")

    assert "Rahman" not in told
    assert "Sdn Bhd" not in told
    assert not any(key in told for key in keys.values())


def test_a_session_is_known_to_every_worker(tmp_path: Path) -> None:
    key = make_key(tmp_path / "keys.json", "rahman", ["decide"], date(2026, 11, 20), person="A. Rahman")
    with running(tmp_path, "--keys", "keys.json", "--workers", "2") as service:
        someone = Visitor(service, key)
        pages: list[int] = []
        told: set[int] = set()
        while len(told) < 2 and len(pages) < 500:  # each by a connection of its own, which either worker may take
            with httpx.Client(base_url=service.url, cookies=someone.http.cookies) as once:
                pages.append(once.get("/desk").status_code)
            told = {event["process"] for event in service.events() if event.get("route") == "/desk"}
        someone.post("/desk/sign-out", someone.hidden("/desk"))
        after = [someone.get("/desk").status_code for _ in range(4)]

    assert set(pages) == {200}
    assert len(told) == 2
    assert set(after) == {303}


# ---- without keys


@pytest.fixture(scope="module")
def keyless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("keyless")) as made:
        yield made


@pytest.mark.parametrize("path", [path for path in PAGES if "cases" not in path])
def test_without_keys_every_page_says_so(keyless: Running, path: str) -> None:
    assert "runs without keys" in text_of(Visitor(keyless).get(path.replace("id=a", "id=b")))


def test_without_keys_an_act_asks_for_a_name_and_keeps_it(keyless: Running) -> None:
    someone = Visitor(keyless)
    number = httpx.post(f"{keyless.url}/v1/screen", json={"orders": [line()]}).headers["Compliance-Decision"]
    nameless = someone.act(number, "hold", "look at it")
    named = someone.act(number, "hold", "look at it", by="B. Tan ü")

    assert nameless.status_code == 422
    assert "Give your name" in text_of(nameless)
    assert named.status_code == 303
    assert 'value="B. Tan ü"' in someone.get(f"/desk/cases/{number}").text
    assert "B. Tan ü held it" in text_of(someone.get("/desk"))


def test_without_keys_a_form_still_needs_its_token_and_origin(keyless: Running) -> None:
    someone = Visitor(keyless)
    number = httpx.post(f"{keyless.url}/v1/screen", json={"orders": [line()]}).headers["Compliance-Decision"]
    form = {**someone.hidden(f"/desk/cases/{number}", 'id="decide"'), "act": "hold", "reason": "r", "by": "B. Tan"}

    assert someone.post(f"/desk/cases/{number}", form, Origin="https://elsewhere.example").status_code == 403
    assert someone.post(f"/desk/cases/{number}", {**form, "form": "x"}).status_code == 403
    assert Visitor(keyless).post(f"/desk/cases/{number}", form).status_code == 403


def test_without_keys_another_host_name_is_refused(keyless: Running) -> None:
    assert Visitor(keyless).http.get("/desk", headers={"Host": "elsewhere.example"}).status_code == 421


def test_a_key_names_a_person(tmp_path: Path) -> None:
    from compliance.errors import UsageError

    with pytest.raises(UsageError, match="name of a person"):
        make_key(tmp_path / "keys.json", "a", ["decide"], date(2026, 11, 20), person="a\nb")
