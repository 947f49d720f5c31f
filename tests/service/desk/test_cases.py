"""What reviewers do about a case: nothing is lost, and all of it is on record with their names."""

from __future__ import annotations

from collections.abc import Callable

from compliance.records.checker import verify
from tests.service.running import Running, line

from .visiting import Visitor, text_of

Visit = Callable[[str], Visitor]
Screened = Callable[..., int]


def test_a_case_goes_from_the_queue_to_its_release(desk: Running, visit: Visit, screened: Screened) -> None:
    number, someone = screened("day", consignee="a", to_country="MY"), visit("rahman")
    assert f'href="/desk/cases/{number}"' in someone.get("/desk").text
    someone.act(number, "hold", "owner to be found")
    waits = text_of(someone.get("/desk"))
    someone.act(number, "ask", "shareholder register asked of A Sdn Bhd")
    asked = text_of(someone.get(f"/desk/cases/{number}"))
    someone.act(number, "release", "register is on file", code="statement_received")
    done = text_of(someone.get(f"/desk/cases/{number}"))

    assert "owner to be found" in waits
    assert "held, with desk" in asked
    assert "asked for information" in asked
    assert "released" in done
    assert all(told in done for told in ("owner to be found", "register asked", "register is on file", "A. Rahman"))
    assert not verify(desk.records).problems


def test_a_case_shows_the_decision_first_and_all_it_rests_on(visit: Visit, screened: Screened) -> None:
    number = screened("rests", consignee="a", to_country="MY")
    page = text_of(visit("vera").get(f"/desk/cases/{number}"))
    parts = [
        "by standing" if False else "Enforced",
        "Why",
        "What to do next",
        "Decide",
        "Findings",
        "What was not checked",
    ]
    places = [page.index(part) for part in parts]

    assert places == sorted(places)
    assert "X Holding" in page
    assert "50 %" in page


def test_the_second_of_two_reviewers_is_told_and_loses_nothing(visit: Visit, screened: Screened) -> None:
    number, first, second = screened("two"), visit("rahman"), visit("okafor")
    first.act(number, "hold", "to be looked at")
    path = f"/desk/cases/{number}"
    seen = second.hidden(path, 'id="decide"')
    first.act(number, "release", "the end user is known", code="resolved")
    typed = {**seen, "act": "reject", "code": "no_answer", "reason": "nobody answered for two weeks"}
    conflict = second.post(path, typed)
    told = text_of(conflict)
    record = text_of(first.get(path))

    assert conflict.status_code == 409
    assert "A. Rahman released it" in told
    assert "the end user is known" in told
    assert ">nobody answered for two weeks</textarea>" in conflict.text
    assert "nobody answered" not in record  # it was not done


def test_what_was_typed_can_be_sent_again_after_a_conflict(visit: Visit, screened: Screened) -> None:
    number, first, second = screened("again"), visit("rahman"), visit("okafor")
    first.act(number, "hold", "to be looked at")
    path = f"/desk/cases/{number}"
    seen = second.hidden(path, 'id="decide"')
    first.act(number, "ask", "statement asked for")
    typed = {"act": "escalate", "reason": "counsel should look"}
    conflict = second.post(path, {**seen, **typed})
    again = second.post(path, {**second.hidden(path, 'id="decide"'), **typed})

    assert (conflict.status_code, again.status_code) == (409, 303)
    assert "escalated, with compliance" in text_of(second.get(path))


def test_the_same_form_sent_twice_is_done_once(visit: Visit, screened: Screened) -> None:
    number, someone = screened("twice"), visit("rahman")
    path = f"/desk/cases/{number}"
    form = {**someone.hidden(path, 'id="decide"'), "act": "hold", "reason": "sent twice by a finger"}
    answers = [someone.post(path, form), someone.post(path, form)]

    assert [one.status_code for one in answers] == [303, 303]
    assert text_of(someone.get(path)).count("sent twice by a finger") == 1


def test_a_release_takes_a_second_person_where_the_setting_asks(visit: Visit, screened: Screened) -> None:
    number = screened("second", consignee="x", to_country="CN")
    first, second = visit("rahman"), visit("okafor")
    path = f"/desk/cases/{number}"
    first.act(number, "hold", "listed")
    first.act(number, "release", "license is on file", code="license_obtained")
    waits = text_of(second.get(path))
    first.act(number, "release", "license is on file", code="license_obtained")
    still = text_of(first.get(path))
    second.act(number, "ask", "where is the license")
    second.act(number, "release", "seen", code="license_obtained")

    assert "waits for a second person" in waits
    assert "It takes a second person to say the same" in waits
    assert "waits for a second person" in still
    assert "Hold it again" in text_of(second.get(path))


def test_what_a_form_lacks_is_said_and_what_was_typed_stays(visit: Visit, screened: Screened) -> None:
    number, someone = screened("lacks"), visit("rahman")
    someone.act(number, "hold", "look")
    codeless = someone.act(number, "release", "I am sure of it")
    silent = someone.act(number, "release", "", code="resolved")
    other = someone.act(number, "destroy", "why not")
    wrong = someone.act(number, "release", "a code of the other kind", code="withdrawn")

    assert [one.status_code for one in (codeless, silent, other, wrong)] == [422] * 4
    assert ">I am sure of it</textarea>" in codeless.text


def test_a_case_says_what_the_world_of_now_makes_of_it(desk: Running, visit: Visit, keys: dict[str, str]) -> None:
    with desk.client(keys["erp"]) as client:
        rows = [{"id": "late", "name": "Late Oy", "headquarters": "FI"}]
        client.post("/v1/world", json={"add": {"companies": rows}})
        asked = client.post("/v1/screen", json={"orders": [line("late", consignee="late", to_country="FI")]})
        number = asked.headers["Compliance-Decision"]
        someone = visit("rahman")
        before = text_of(someone.get(f"/desk/cases/{number}"))
        client.post("/v1/world", json={"add": {"listings": [{"party": "late", "list": "EntityList"}]}})
        after = text_of(someone.get(f"/desk/cases/{number}"))

    assert "By the world of now" not in before
    assert "it is another" in after
    assert (
        before.split("Why")[0].split("Enforced")[1]
        == after.split("By the world")[0].split("Why")[0].split("Enforced")[1]
    )
