"""Holds, decisions of people, known-good entries and what is told of changes, the same on both stores."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.workflow import Settings, Workflow
from tests.ledger.limits import AT, after
from tests.ledger.test_reservations import refused, taken

RELEASED = {"code": "false_match", "reason": "another company of the name"}
REJECTED = {"code": "prohibited_party", "reason": "it is the one on the list"}
TWO = Settings(second={"release": "license_required", "trust": "nothing_found"})


@pytest.fixture
def work(ledger: Ledger) -> Workflow:
    return Workflow(ledger)


def held(work: Workflow, subject: str, decision: str = "review", **more: Any) -> str:
    told = {"reason": "a name like one on a list", "at": AT, "by": "screening", **more}
    return work.hold(subject, decision=decision, **told).id


def test_a_hold_is_released_by_a_named_person_with_a_reason(work: Workflow) -> None:
    name = held(work, "order/o1")
    for _ in range(2):
        assert work.release(name, at=after(hours=1), by="ann", **RELEASED).state == "released"

    acts = [(one.act, one.by, one.code, one.state) for one in work.history(name)]
    assert acts == [("hold", "screening", "", "held"), ("release", "ann", "false_match", "released")]
    with refused("wrong_state"):
        work.reject(name, at=after(hours=1), by="bob", **REJECTED)
    with refused("unknown_hold"):
        work.release("h-none", at=AT, by="ann", **RELEASED)


def test_a_decision_needs_a_name_a_code_and_a_reason(work: Workflow) -> None:
    name = held(work, "order/o1")

    for wrong in ({"by": ""}, {"code": "false_mtch"}, {"reason": " "}, {"code": "prohibited_party"}):
        with refused("bad_request"):
            work.release(name, **{"at": AT, "by": "ann", **RELEASED, **wrong})
    with pytest.raises(LedgerError, match="Did you mean `false_match`"):
        work.release(name, at=AT, by="ann", code="false_mtch", reason="x")
    assert work.found(name).state == "held"


def test_where_the_settings_ask_for_two_persons_the_same_one_does_not_count_twice(ledger: Ledger) -> None:
    work = Workflow(ledger, TWO)
    strict, mild = held(work, "order/o1", "license_required"), held(work, "order/o2", "review")

    assert work.release(mild, at=AT, by="ann", **RELEASED).state == "released"
    assert work.release(strict, at=AT, by="ann", **RELEASED).state == "awaiting_second"
    assert work.release(strict, at=AT, by="ann", **RELEASED).state == "awaiting_second"
    assert work.release(strict, at=AT, by="bob", **RELEASED).state == "released"


def test_two_persons_who_do_not_agree_are_escalated(ledger: Ledger) -> None:
    work = Workflow(ledger, TWO)
    name = held(work, "order/o1", "prohibited")
    work.release(name, at=AT, by="ann", **RELEASED)

    hold = work.reject(name, at=AT, by="bob", **REJECTED)

    assert (hold.state, hold.level) == ("escalated", 1)


def test_who_released_first_may_reject_after_all(ledger: Ledger) -> None:
    work = Workflow(ledger, TWO)
    name = held(work, "order/o1", "prohibited")
    work.release(name, at=AT, by="ann", **RELEASED)

    assert work.reject(name, at=AT, by="ann", **REJECTED).state == "rejected"


def test_a_question_leaves_a_hold_as_it_is_and_a_first_word_stands(ledger: Ledger) -> None:
    work = Workflow(ledger, TWO)
    name = held(work, "order/o1", "prohibited")
    asked = work.ask(name, reason="license asked for", at=after(hours=1), by="ann")
    work.release(name, at=after(hours=2), by="ann", **RELEASED)
    between = work.ask(name, reason="where is it filed", at=after(hours=3), by="bob")
    done = work.release(name, at=after(hours=4), by="bob", **RELEASED)

    assert (asked.state, between.state, done.state) == ("held", "awaiting_second", "released")
    assert [one.act for one in work.history(name)] == ["hold", "ask", "release", "ask", "release"]
    with refused("wrong_state"):
        work.ask(name, reason="too late", at=after(hours=5), by="ann")
    with refused("bad_request"):
        work.ask(name, reason=" ", at=after(hours=5), by="ann")


def test_who_has_not_seen_the_last_act_is_told_and_changes_nothing(work: Workflow) -> None:
    name = held(work, "order/o1", seen=0)
    seen = work.version("order/o1")
    work.ask(name, reason="statement asked for", at=after(hours=1), by="ann", seen=seen)
    late = {"at": after(hours=2), "by": "bob", "seen": seen}
    tries = [
        lambda: work.release(name, **RELEASED, **late),
        lambda: work.reject(name, **REJECTED, **late),
        lambda: work.escalate(name, reason="counsel", **late),
        lambda: work.ask(name, reason="again", **late),
        lambda: work.hold("order/o1", decision="prohibited", reason="stricter", **late),
    ]
    for one in tries:
        with refused("changed_meanwhile"):
            one()

    assert (work.version("order/none"), len(work.history(name)), work.found(name).state) == (0, 2, "held")
    assert work.release(name, **RELEASED, **{**late, "seen": work.version("order/o1")}).state == "released"


def test_a_hold_climbs_the_levels_and_no_further(work: Workflow) -> None:
    name = held(work, "order/o1")
    levels = [work.escalate(name, reason="not mine", at=AT, by=who).level for who in ("ann", "bob")]

    assert levels == [1, 2]
    with refused("wrong_state"):
        work.escalate(name, reason="still not mine", at=AT, by="eve")
    assert work.release(name, at=AT, by="counsel", **RELEASED).state == "released"


def test_the_queue_has_the_strictest_first_and_of_these_the_oldest(work: Workflow) -> None:
    young = held(work, "order/young", "prohibited", at=after(hours=2))
    old = held(work, "order/old", "prohibited", at=after(hours=1))
    mild = held(work, "order/mild", "review", at=AT)
    done = held(work, "order/done", "prohibited", at=AT)
    work.reject(done, at=AT, by="ann", **REJECTED)

    assert [one.id for one in work.queue()] == [old, young, mild]
    assert [one.id for one in work.queue(least="license_required", most=1, skip=1)] == [young]
    assert [one.id for one in work.queue(made_until=after(hours=1))] == [old, mild]
    assert [one.id for one in work.queue(states=["rejected"])] == [done]


def test_a_subject_that_waits_is_held_once_and_may_become_stricter(work: Workflow) -> None:
    first = held(work, "order/o1", "review")

    assert held(work, "order/o1", "unknown") == first
    assert held(work, "order/o1", "prohibited") == first
    assert work.found(first).decision == "prohibited"
    work.release(first, at=AT, by="ann", **RELEASED)
    assert held(work, "order/o1") != first
    assert [one.state for one in work.holds_on("order/o1")] == ["released", "held"]


def test_a_reservation_that_is_held_cannot_be_committed(ledger: Ledger, work: Workflow) -> None:
    name = taken(ledger, "k", 10)
    hold = held(work, name)
    with refused("on_hold"):
        ledger.commit(name, at=AT, by="desk")
    work.release(hold, at=AT, by="ann", **RELEASED)

    assert ledger.commit(name, at=AT, by="desk").state == "committed"
    other = taken(ledger, "l", 10)
    work.reject(held(work, other), at=AT, by="ann", **REJECTED)
    with refused("on_hold"):
        ledger.commit(other, at=AT, by="desk")
    assert ledger.release(other, at=AT, by="desk").state == "released"


FACTS = {"name": "Acme", "entry": "EL-7", "score": "88"}


def trusted(work: Workflow, **more: Any) -> Any:
    told = {"until": after(days=30), "at": AT, "by": "ann", **RELEASED, **more}
    return work.trust("party/acme", told.pop("facts", FACTS), **told)


def test_a_known_good_entry_stands_until_its_day_and_for_its_facts(work: Workflow) -> None:
    entry = trusted(work)

    assert work.known_good("party/acme", FACTS, after(days=29)) == entry
    assert trusted(work) == entry
    assert work.known_good("party/acme", FACTS, after(days=30)) is None
    assert work.known_good("party/acme", {**FACTS, "score": "93"}, after(days=1)) is None
    assert work.known_good("party/other", FACTS, AT) is None


def test_a_known_good_entry_that_ran_out_is_held_again_once(work: Workflow) -> None:
    trusted(work)

    assert work.reopen({}, at=after(days=29), by="timer") == []
    [hold] = work.reopen({}, at=after(days=30), by="timer")
    assert work.reopen({}, at=after(days=31), by="timer") == []
    assert hold.subject == "party/acme"
    assert work.history(hold.id)[0].reason == "the known-good entry of ann ran out on 2026-03-31"
    assert [one.state for one in work.entries("party/acme")] == ["run_out"]


def test_a_known_good_entry_reopens_when_a_fact_under_it_changes(work: Workflow) -> None:
    trusted(work)

    assert work.reopen({"party/acme": FACTS}, at=AT, by="import") == []
    [hold] = work.reopen({"party/acme": {**FACTS, "score": "93"}}, at=AT, by="import", decision="license_required")
    assert work.history(hold.id)[0].reason.endswith("changed: score was `88` and is `93`")
    assert (hold.decision, hold.state) == ("license_required", "held")
    assert work.reopen({"party/acme": {}}, at=AT, by="import") == []


def test_a_known_good_entry_of_two_persons_stands_once_both_said_so(ledger: Ledger) -> None:
    work = Workflow(ledger, TWO)
    trusted(work)
    trusted(work)
    assert work.known_good("party/acme", FACTS, AT) is None

    entry = trusted(work, by="bob")

    assert (entry.state, entry.by, entry.second) == ("stands", "ann", "bob")
    assert work.withdraw(entry.id).state == "withdrawn"
    assert work.known_good("party/acme", FACTS, AT) is None


def test_a_newer_known_good_entry_takes_over(work: Workflow) -> None:
    first, second = trusted(work), trusted(work, until=after(days=60))

    assert first.id != second.id
    assert [one.state for one in work.entries()] == ["withdrawn", "stands"]
    with refused("bad_request"):
        trusted(work, until=AT)


def test_a_change_of_an_answer_is_told_once_with_before_and_after(work: Workflow) -> None:
    def told(**verdicts: str) -> list[tuple[str, str, str, str]]:
        given = {f"reservation/{name}": {"decision": decision} for name, decision in verdicts.items()}
        found = work.tell_changes(given, at=AT)
        return [(one.kind, one.id, one.before["decision"], one.after["decision"]) for one in found]

    assert told(a="review", b="review") == []
    assert told(a="review", b="prohibited") == [("reservation", "b", "review", "prohibited")]
    assert told(a="review", b="prohibited") == []
    assert told(b="review") == [("reservation", "b", "prohibited", "review")]


def test_settings_that_ask_for_what_is_none_are_refused() -> None:
    with refused("bad_request"):
        Settings(second={"release": "always"})
