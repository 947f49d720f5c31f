"""Search, parties, matches of names, balances, what-if orders and comparisons."""

from __future__ import annotations

import json
from collections.abc import Callable

from compliance.records.checker import verify
from tests.service.running import Running, line

from .visiting import Visitor, text_of

Visit = Callable[[str], Visitor]
HOSTILE = "o'neil & <b>"


def test_search_finds_parties_orders_and_decisions(visit: Visit, screened: Callable[..., int]) -> None:
    number, someone = screened("needle-77", purchase="PO-4711"), visit("vera")
    by = {text: text_of(someone.get("/desk/search", q=text)) for text in ("needle-77", "PO-4711", str(number), "sdn b")}

    assert all("po-needle-77: 8 H100 to B GmbH, DE" in by[text] for text in ("needle-77", "PO-4711", str(number)))
    assert "A Sdn Bhd" in by["sdn b"]
    assert "Nothing on record" in text_of(someone.get("/desk/search", q="100%_nothing"))
    assert "needle" not in text_of(someone.get("/desk/search", q="%"))


def test_the_graph_is_walked_by_links(visit: Visit) -> None:
    someone = visit("vera")
    page = someone.get("/desk/party?id=a").text
    owner = someone.get("/desk/party?id=x").text

    assert 'href="/desk/party?id=x"' in page
    assert "Listed: EntityList" in owner
    assert "list of 2026-11-15" in owner
    assert 'href="/desk/party?id=a"' in owner


def test_a_party_says_first_what_stands_against_it(visit: Visit) -> None:
    page = text_of(visit("vera").get("/desk/party?id=a"))

    assert "captured through its owners by the test bis" in page
    assert page.index("captured") < page.index("Owners and owned")


def test_a_director_leads_to_the_company_and_back(visit: Visit) -> None:
    someone = visit("vera")

    assert 'href="/desk/party?id=p"' in someone.get("/desk/party?id=b").text
    assert 'href="/desk/party?id=b"' in someone.get("/desk/party?id=p").text


def test_names_of_others_are_text_and_never_markup(visit: Visit, screened: Callable[..., int]) -> None:
    someone = visit("rahman")
    number = screened("<img src=x onerror=alert(1)>", consignee=HOSTILE, to_country="FI")
    someone.act(number, "hold", "</textarea><script>alert(2)</script>")
    pages = [
        someone.get("/desk"), someone.get(f"/desk/cases/{number}"), someone.get("/desk/party", id=HOSTILE),
        someone.get("/desk/search", q="<script>"), someone.get("/desk/log"), someone.get("/desk/what-if", chip="<b>"),
    ]  # fmt: skip

    assert all("<script" not in one.text and "<img" not in one.text for one in pages)
    assert "<script>alert(1)</script>" in text_of(pages[1])


def test_a_match_of_names_is_decided_different_until_a_day(desk: Running, visit: Visit) -> None:
    someone, path = visit("rahman"), "/desk/party?id=x-de"
    open_ = text_of(someone.get(path))
    form = {
        **someone.hidden(path, 'id="names"'),
        "verdict": "different",
        "until": "2099-06-30",
        "reason": "other register",
    }
    done = someone.post(path, form)
    page = text_of(someone.get(path))
    log = "".join(one.read_text() for one in sorted((desk.records / "log").glob("*.jsonl")))
    [told] = [one["body"] for one in map(json.loads, log.splitlines()) if one["kind"] == "adjudication"]

    assert "1 listed party has a like name" in open_
    assert "Nobody has decided" in open_
    assert done.status_code == 303
    assert "Taken to be different until 2099-06-30, by A. Rahman" in page
    assert (told["by"], told["listed"], told["verdict"], told["reason"]) == (
        "A. Rahman", "x", "different", "other register",
    )  # fmt: skip
    assert not verify(desk.records).problems


def test_a_match_needs_a_day_and_a_reason(visit: Visit) -> None:
    someone, path = visit("rahman"), "/desk/party?id=x-de"
    form = {**someone.hidden(path, 'id="names"'), "verdict": "different", "reason": "other register"}
    dayless = someone.post(path, {**form, "until": ""})
    silent = someone.post(path, {**form, "until": "2099-01-01", "reason": ""})
    nobody = someone.post(path, {**form, "until": "2099-01-01", "listed": "b"})

    assert [one.status_code for one in (dayless, silent, nobody)] == [422] * 3
    assert ">other register</textarea>" in dayless.text


def test_a_match_that_is_the_same_is_listed_from_then_on(desk: Running, visit: Visit, keys: dict[str, str]) -> None:
    with desk.client(keys["erp"]) as client:
        client.post(
            "/v1/world", json={"add": {"companies": [{"id": "x2", "name": "X Holding Ltd", "headquarters": "FI"}]}}
        )
    someone, path = visit("okafor"), "/desk/party?id=x2"
    someone.post(path, {**someone.hidden(path, 'id="names"'), "verdict": "same", "reason": "same register number"})

    assert "Listed: EntityList" in text_of(someone.get(path))


def test_a_what_if_order_is_answered_and_not_on_record(desk: Running, visit: Visit) -> None:
    someone = visit("vera")
    before = text_of(someone.get("/desk/log")).split(" records")[0]
    page = text_of(someone.get("/desk/what-if?chip=H100&quantity=8&to_country=MY&consignee=a"))
    wrong = someone.get("/desk/what-if?chip=H10O&quantity=8&to_country=MY&consignee=a")
    after = text_of(someone.get("/desk/log")).split(" records")[0]

    assert "8 H100 to A Sdn Bhd" in page
    assert wrong.status_code == 422
    assert "no chip or product is called `H10O`" in text_of(wrong)
    assert before == after


def test_two_days_stand_beside_each_other(visit: Visit, screened: Callable[..., int]) -> None:
    number, someone = screened("days", consignee="a", to_country="MY"), visit("vera")
    page = text_of(someone.get(f"/desk/compare?case={number}&left_day=2025-09-28&right_day=2025-10-10"))
    same = text_of(someone.get(f"/desk/compare?case={number}"))
    postures = text_of(
        someone.get(
            "/desk/compare?chip=H100&quantity=8&to_country=MY&consignee=a&left_posture=as-written&right_posture=as-enforced"
        )
    )
    wrong = someone.get(f"/desk/compare?case={number}&left_day=yesterday")

    assert "differs" in page
    assert "2025-09-28" in page
    assert "Both sides come to the same findings" in same
    assert "as written" in postures
    assert wrong.status_code == 422


def test_a_case_is_handed_on_as_a_file(visit: Visit, screened: Callable[..., int]) -> None:
    number, someone = screened("report", consignee="a", to_country="MY"), visit("vera")
    page = someone.get(f"/desk/cases/{number}/report.html")
    book = someone.get(f"/desk/cases/{number}/report.xlsx")

    assert page.headers["Content-Disposition"] == f'attachment; filename="case-{number}.html"'
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "A Sdn Bhd" in page.text
    assert book.content[:2] == b"PK"
    assert someone.get(f"/desk/cases/{number}/report.exe").status_code == 404


def test_balances_and_headroom(desk: Running, visit: Visit) -> None:
    someone = visit("vera")

    assert someone.get("/desk/balances?country=my").status_code == 200
    assert "By route" in text_of(someone.get("/desk/headroom?chip=H100&consignee=b"))
    assert someone.get("/desk/headroom?chip=H100").status_code == 422


def test_the_log_shows_its_head(desk: Running, visit: Visit, keys: dict[str, str]) -> None:
    with desk.client(keys["erp"]) as client:
        client.post("/v1/screen", json={"orders": [line("head")]})
    page = text_of(visit("vera").get("/desk/log"))
    head = page.split("has the hash ")[1].split()[0]

    assert not verify(desk.records, head).problems
