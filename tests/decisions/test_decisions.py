"""Decisions by standing, and what nobody may take for a clean answer (contracts 9)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance.answers.answer import ALL, Answer, DecisionByStanding, NotEvaluated
from compliance.decisions.audit import audit
from compliance.decisions.decision_list import decide_world
from compliance.decisions.screen import screen
from compliance.explain.finding_kinds import exit_status
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.rulebook.known_lists import screening_lists
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import parse_orders
from compliance.world.schema.tables import Order
from compliance.world.world import World

DAY = date(2026, 11, 20)
COMPANIES = (
    {"id": "maker", "name": "Chip Maker Inc", "headquarters": "US"},
    {"id": "lotus", "name": "Lotus Cloud Sdn Bhd", "headquarters": "MY"},
    {"id": "peking", "name": "Peking Holding", "headquarters": "CN"},
    {"id": "lion", "name": "Lion Pte Ltd", "headquarters": "SG"},
    {"id": "pars", "headquarters": "IR"},
    {"id": "gulf", "headquarters": "AE"},
)
STAKES = ({"owner": "peking", "owned": "lion", "percent": "100"},)
LOADED = tuple({"list": name, "as_of": "2026-11-01"} for name in screening_lists())
LINE = {
    "id": "o1", "date": "2026-11-20", "exporter": "maker", "from_country": "US", "consignee": "lotus",
    "to_country": "MY", "chip": "RTX 4080", "quantity": "8", "authorization": "none",
}  # fmt: skip


def world(**tables: Any) -> World:
    told = {"companies": COMPANIES, "stakes": STAKES, "screening_lists": LOADED, **tables}
    return World.of(DAY, **{name: list(rows) for name, rows in told.items()})


def line(**changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**LINE, **changes}.items() if value is not None}


def screened(*orders: dict[str, Any], posture: str = "both", packs: list[str] | None = None, **tables: Any) -> Answer:
    chosen = None if packs is None else load_packs(packs)
    return screen(world(**tables), [Order.model_validate(one) for one in orders], chosen, DAY, posture)


def decision(answer: Answer, name: str = "o1") -> DecisionByStanding:
    (found,) = (one for one in answer.decisions if one.id == name)
    return found


def standings(answer: Answer, name: str = "o1") -> tuple[str, str, str]:
    found = decision(answer, name)
    return found.enforced, found.written, found.summary


def reasons(answer: Answer) -> str:
    return "\n".join(left.reason for left in answer.not_evaluated)


def test_a_line_on_which_nothing_is_found_says_so_in_every_standing() -> None:
    answer = screened(line())

    assert standings(answer) == ("nothing_found", "nothing_found", "nothing_found")
    assert decision(answer).because == []
    assert exit_status(answer) == 0


def test_each_standing_has_the_strictest_of_its_own_findings() -> None:
    answer = screened(line(consignee="lion", to_country="SG", chip="H100"))

    assert standings(answer) == ("license_required", "license_required", "prohibited")
    because = {(one.pack, one.rule, one.standing) for one in decision(answer).because}
    assert ("us_chips_enforced", "embargoed_headquarters", "enforced") in because
    assert {one.standing for one in answer.findings} == {"enforced", "written", "summary"}
    assert not any("popular" in step or "arms-embargoed" in step for step in decision(answer).next)


def test_the_order_as_a_whole_is_as_strict_as_its_strictest_line() -> None:
    answer = screened(line(), line(id="o2", consignee="lion", to_country="SG", chip="H100"))

    assert [one.id for one in answer.decisions] == ["*", "o1", "o2"]
    assert decision(answer, "*").enforced == "license_required"
    assert decision(answer, "o1").enforced == "nothing_found"


@pytest.mark.parametrize("status", ["cancelled", "refused"])
def test_a_line_that_does_not_count_was_not_screened(status: str) -> None:
    denied = [{"party": "peking", "list": "DPL"}]
    answer = screened(line(), line(id="o2", consignee="peking", to_country="CN", status=status), listings=denied)

    assert standings(answer, "o2") == ("unknown", "unknown", "unknown")
    assert standings(answer) == standings(answer, "*") == ("nothing_found", "nothing_found", "nothing_found")
    assert reasons(answer) == f"order line `o2` is {status}: not screened"
    assert decision(answer).next == []
    assert f"order line o2 ({status})" in decision(answer, "o2").next[0]
    alone = screened(line(consignee="peking", to_country="CN", status=status), listings=denied)
    assert standings(alone, "*") == standings(alone) == ("unknown", "unknown", "unknown")
    assert exit_status(alone) == 3


@pytest.mark.parametrize("status", ["enquiry", "firm", "shipped"])
def test_a_line_of_any_other_status_is_screened(status: str) -> None:
    denied = [{"party": "lotus", "list": "DPL"}]
    assert decision(screened(line(status=status, chip="H100"), listings=denied)).enforced == "prohibited"


def test_a_line_dated_after_the_day_asked_about_is_screened() -> None:
    later = line(date="2027-03-01", consignee="lion", to_country="SG", chip="H100")
    assert decision(screened(later)).enforced == "license_required"


def test_a_line_of_no_units_is_said_to_be_one() -> None:
    answer = screened(line(quantity="0"))
    assert any(told.startswith("`o1`: of quantity 0") for told in answer.assumptions)
    assert not any("quantity 0" in told for told in screened(line()).assumptions)


def test_a_line_that_could_not_be_read_has_a_decision_of_its_own() -> None:
    node = {"orders": [line(), line(id="o2", consignee="lotos"), line(id="o3", quantity="few")]}
    lines, problems = parse_orders(node, "book.json", world())
    answer = screen(world(), lines, None, DAY, problems=problems)

    assert [one.id for one in answer.decisions] == ["*", "o1", "o2", "o3"]
    assert decision(answer).enforced == "nothing_found"
    assert decision(answer).next == []
    assert standings(answer, "o2") == ("unknown", "unknown", "unknown")
    (step,) = decision(answer, "o2").next
    assert "`lotos`" in step
    assert step.endswith("Did you mean `lotus`?")
    assert "`few`" in decision(answer, "o3").next[0]
    assert decision(answer, "*").enforced == "unknown"


def test_a_line_asks_for_facts_of_itself_and_of_its_parties_alone() -> None:
    bare = {"chip": "H100", "exporter": None, "from_country": None}
    orders = line(**bare), line(**bare, id="o2", consignee="gulf", to_country="AE")
    answer = screened(*orders, packs=["diversion_red_flags"])

    first, second, whole = (" ".join(decision(answer, name).next) for name in ("o1", "o2", "*"))
    assert "order line o1" in first
    assert "website of Lotus Cloud Sdn Bhd (lotus)" in first
    assert not any(other in first for other in ("o2", "gulf"))
    assert "order line o2" in second
    assert not any(other in second for other in ("o1", "lotus"))
    assert all(told in whole for told in ("o1", "o2", "lotus", "gulf"))


def test_a_line_is_not_left_open_by_what_is_not_known_of_another() -> None:
    about = {
        "chip": "H100",
        "payer": "lotus",
        "payer_country": "MY",
        "payer_changed": "2020-01-01",
        "value_usd": "8000",
    }
    known = {
        "id": "lotus", "headquarters": "MY", "phone": "+60 3 1", "website": "https://lotus.my", "email": "a@lotus.my",
        "activity": "cloud", "incorporated": "2010-01-01", "last_filing": "2026-01-01", "employees": "100",
        "capital_usd": "9000000", "address": "1 Jalan Ampang, Kuala Lumpur",
    }  # fmt: skip
    companies = [known, *(one for one in COMPANIES if one["id"] != "lotus")]
    answer = screened(
        line(**about), line(id="o2", consignee="gulf", chip="H100"), packs=["diversion_red_flags"], companies=companies
    )

    mine = {one.rule for one in decision(answer).because}
    assert not mine & {"foreign_payer", "foreign_phone", "without_website", "new_company"}
    assert {"foreign_phone", "without_website", "new_company"} <= {one.rule for one in decision(answer, "o2").because}


def test_a_standing_of_which_no_rule_was_asked_is_unknown() -> None:
    assert standings(screened(line(), packs=["us_chips_enforced"])) == ("nothing_found", "unknown", "unknown")
    assert standings(screened(line(), posture="as-enforced"))[1] == "unknown"


def test_what_may_be_enforced_is_unknown_there_and_decided_in_the_text() -> None:
    listed = [{"party": "peking", "list": "EntityList", "from": "2024-01-01"}]
    answer = screened(line(consignee="lion", to_country="SG"), packs=["us_affiliates"], listings=listed)

    own = [one for one in decision(answer).because if one.rule == "owned_by_listed"]
    assert [(one.standing, one.decision) for one in own] == [("written", "license_required")]
    assert standings(answer)[:2] == ("review", "license_required")  # that it has a listed owner is to be looked at


@pytest.mark.parametrize("name", sorted(screening_lists()))
def test_a_list_that_was_not_loaded_leaves_everything_open(name: str) -> None:
    answer = screened(line(), screening_lists=[one for one in LOADED if one["list"] != name])

    assert decision(answer).enforced == "unknown"
    assert f"the list `{name}`" in reasons(answer)
    assert any(name in step for step in decision(answer).next)
    assert exit_status(answer) == 3


def with_day(name: str, day: str) -> list[dict[str, str]]:
    return [{**one, "as_of": day} if one["list"] == name else one for one in LOADED]


def test_a_list_that_is_too_old_leaves_open_who_was_put_on_it_since() -> None:
    answer = screened(line(), screening_lists=with_day("DPL", "2026-08-21"))

    assert decision(answer).enforced == "unknown"
    assert "`DPL` is of 2026-08-21, 91 days before 2026-11-20" in reasons(answer)
    assert decision(answer).next == ["Load newer lists and screen again: DPL of 2026-08-21."]
    assert decision(screened(line(), screening_lists=with_day("DPL", "2026-08-22"))).enforced == "nothing_found"


def test_a_list_of_a_later_day_or_of_none_is_said_to_be_one() -> None:
    later = screened(line(), screening_lists=with_day("DPL", "2027-01-01"))
    assert any(told.startswith("DPL: the list is of 2027-01-01, after 2026-11-20") for told in later.assumptions)
    undated = screened(line(), screening_lists=with_day("DPL", ""))
    assert any(told.startswith("DPL: loaded with no day stated") for told in undated.assumptions)
    assert decision(undated).enforced == "nothing_found"
    assert not any("DPL" in told for told in screened(line()).assumptions)


def test_the_age_of_a_list_is_that_on_the_day_of_each_line() -> None:
    early, late = line(), line(id="o2", date="2027-05-01")
    book = screened(early, late)

    assert decision(book, "o1") == decision(screened(early), "o1")
    assert decision(book, "o1").enforced == "nothing_found"
    assert decision(book, "o2") == decision(screened(late), "o2")
    assert decision(book, "o2").enforced == decision(book, ALL).enforced == "unknown"
    assert "`DPL` is of 2026-11-01, 181 days before 2027-05-01" in reasons(book)


def test_a_list_that_was_not_read_whole_leaves_open_who_is_on_it() -> None:
    row = {"table": "screening_lists", "id": "DPL", "field": "row", "text": "csl.csv:3 (`Somebody`): more cells"}
    answer = screened(line(), unread=[row])

    assert decision(answer).enforced == "unknown"
    assert "the list `DPL` was not read whole" in reasons(answer)
    assert any("csl.csv:3 (`Somebody`)" in step for step in decision(answer).next)
    assert decision(screened(line(), packs=["ofac_50"], unread=[row])).enforced == "nothing_found"
    del row["id"]  # of which list it was is not known
    assert decision(screened(line(), packs=["ofac_50"], unread=[row])).enforced == "unknown"


def test_a_list_counts_as_loaded_where_one_of_its_rows_stands_in_the_world() -> None:
    rest = [one for one in LOADED if one["list"] != "DPL"]
    answer = screened(line(), screening_lists=rest, listings=[{"party": "peking", "list": "DPL"}])

    assert decision(answer).enforced == "nothing_found"


def test_a_list_for_which_no_rule_asks_is_not_asked_for() -> None:
    answer = screened(line(), packs=["ofac_50"], screening_lists=[{"list": "SDN", "as_of": "2026-11-01"}])

    assert decision(answer).enforced == "nothing_found"


def test_lists_are_not_asked_for_where_there_is_nothing_to_ask_them_of() -> None:
    fleet = World.of(DAY, companies=list(COMPANIES), sites=[{"id": "s", "operator": "maker", "country": "US"}])
    answer = audit(fleet, load_packs(["ofac_50"]), DAY)

    assert "is not loaded" not in reasons(answer)


def test_a_line_without_a_party_is_never_clean() -> None:
    answer = screened(line(consignee=None), packs=["us_chips_enforced"])

    assert decision(answer).enforced == "unknown"
    assert "no consignee is named on `o1`" in reasons(answer)
    assert "Name the consignee." in decision(answer).next
    assert exit_status(answer) == 3


def test_only_the_lines_without_a_party_are_open() -> None:
    answer = screened(line(), line(id="o2", consignee=None))

    assert decision(answer, "o1").enforced == "nothing_found"
    assert decision(answer, "o2").enforced == "unknown"


def test_a_shipment_without_a_party_leaves_an_audit_open() -> None:
    answer = audit(world(shipments=[line(consignee=None)]), load_packs(["us_chips_enforced"]), DAY)

    assert decision(answer, "*").enforced == "unknown"
    assert decision(answer, "*").table == "world"


def test_a_party_that_is_not_in_the_world_leaves_its_lines_open() -> None:
    answer = screened(line(consignee={"name": "Orchid Trading", "country": "MY"}), line(id="o2"))

    assert decision(answer, "o1").enforced == "unknown"
    assert decision(answer, "o2").enforced == "nothing_found"
    assert "`Orchid Trading, MY` stands in no table of the world" in reasons(answer)


def test_a_party_known_by_its_name_alone_leaves_its_lines_open() -> None:
    answer = screened(line(consignee={"name": "Lotus Cloud Sdn Bhd", "country": "MY"}))

    assert decision(answer).enforced == "unknown"
    assert "`Lotus Cloud Sdn Bhd, MY` is not known for certain to be `lotus`" in reasons(answer)
    assert any("whether Lotus Cloud Sdn Bhd, MY is lotus" in step for step in decision(answer).next)


def test_a_party_that_an_identifier_settles_does_not() -> None:
    companies = [*COMPANIES, {"id": "orchid", "headquarters": "MY", "registration": "123"}]
    answer = screened(line(consignee={"name": "Orchid", "country": "MY", "registration": "123"}), companies=companies)

    assert decision(answer).enforced == "nothing_found"


PLACES: list[dict[str, Any]] = [
    {"consignee": "pars", "to_country": "IR"},
    {"consignee": "gulf", "to_country": "AE", "end_user": "pars"},
    {"consignee": "gulf", "to_country": "AE", "operator": "pars"},
    {"consignee": "gulf", "to_country": "AE", "intermediate_consignee": "pars"},
    {"consignee": "gulf", "to_country": "AE", "purchaser": "pars"},
    {"consignee": "gulf", "to_country": "AE", "payer": "pars"},
    {"consignee": "gulf", "to_country": "AE", "payer_country": "IR"},
    {"consignee": "gulf", "to_country": "AE", "end_use_country": "KP"},
    {"consignee": "gulf", "to_country": "CU"},
    {"consignee": "gulf", "to_country": "SY"},
    {"consignee": "gulf", "to_country": "BY"},
    {"consignee": "gulf", "from_country": "RU", "movement": "reexport"},
]


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_place_under_embargo_is_never_clean_whatever_packs_are_asked(place: dict[str, Any]) -> None:
    without = screened(line(**place), packs=["us_chips_enforced", "ofac_50"])
    assert decision(without).enforced != "nothing_found"
    assert "us_embargoes" in reasons(without)

    assert decision(screened(line(**place))).enforced in ("prohibited", "license_required", "review")


def test_what_a_source_held_and_nobody_read_leaves_the_lines_below_open() -> None:
    unread = [{"table": "stakes", "id": "lotus", "field": "percent", "text": "a majority"}]
    answer = screened(line(), line(id="o2", consignee="gulf", to_country="AE"), unread=unread)

    assert decision(answer, "o1").enforced == "unknown"
    assert decision(answer, "o2").enforced == "nothing_found"


def test_a_line_that_could_not_be_screened_is_unknown_and_leaves_the_others_alone() -> None:
    answer = screened(line(), line(id="o2", chip="H1OO"))

    assert decision(answer, "o2").enforced == "unknown"
    assert decision(answer, "o1").enforced == "nothing_found"
    assert decision(answer, "*").enforced == "unknown"


def test_a_finding_of_the_summary_counts_for_the_exit_status_where_its_pack_is_named() -> None:
    answer = screened(line(consignee="lion", to_country="SG", chip="H100"), packs=["diffusion_headline"])

    assert exit_status(answer) == 0
    assert exit_status(answer, "review", ["diffusion_headline"]) == 1


def test_a_finding_that_is_only_written_counts_as_written() -> None:
    asked: dict[str, Any] = {"packs": ["us_ai_diffusion"]}
    order = line(consignee="lion", to_country="SG", chip="H100")

    assert exit_status(screened(order, **asked)) == 0
    assert exit_status(screened(order, posture="as-written", **asked)) == 1


def test_what_is_taken_for_granted_is_told_with_its_rows() -> None:
    listed = [{"party": "gulf", "list": "SDN", "program": "SDGT"}]
    bare = line(exporter=None, from_country=None, consignee="gulf", to_country="AE")
    answer = screened(bare, packs=["ofac_50"], listings=listed)

    assert decision(answer).enforced == "prohibited"
    assert [text for text in answer.assumptions if "from the United States" in text and "`o1`" in text]


def test_where_an_exporter_elsewhere_ships_from_nobody_knows_where_nothing_is_definite() -> None:
    listed = [{"party": "gulf", "list": "SDN", "program": "SDGT"}]
    answer = screened(
        line(exporter="lotus", from_country=None, consignee="gulf", to_country="AE"), packs=["ofac_50"], listings=listed
    )

    assert decision(answer).enforced == "unknown"
    assert not answer.assumptions


def test_the_answer_is_the_same_in_whatever_order_the_lines_come() -> None:
    orders = [line(id=f"o{n}", consignee=who) for n, who in enumerate(("lotus", "lion", "pars", "gulf"))]

    assert screened(*orders).decisions == screened(*reversed(orders)).decisions


def test_what_only_the_text_asks_about_another_party_is_still_a_step() -> None:
    enforced, written = (NotEvaluated(rule="", reason="open", standings=[one]) for one in ("enforced", "written"))
    ask = "Find out: {items}."
    points = [
        OpenPoint(enforced, (Step(ask, "headquarters", "lotus"),)),
        OpenPoint(written, (Step(ask, "headquarters", "lotus"), Step(ask, "headquarters", "lion"))),
    ]

    (decided,) = decide_world([], points, (), ("enforced", "written"))

    assert decided.next == [
        "Find out: headquarters of lotus.",
        "Under the text that is not enforced: Find out: headquarters of lion.",
    ]
