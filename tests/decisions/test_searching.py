"""The search for companies that split purchases, which audit and screen make where nobody has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance.answers.answer import Answer
from compliance.decisions import split_detection
from compliance.decisions.audit import audit
from compliance.rulebook.packs import load_packs
from compliance.world.world import World

PACKS = load_packs(["us_ai_diffusion", "diversion_red_flags"])
DAY = date(2025, 12, 31)
BUYERS = ("a", "b", "c", "d")
OWNER = "owner"


def one_hand(**more: Any) -> World:
    """Four companies of one director and telephone, each of which buys 1,400 H100 under LPP."""
    line = {"to_country": "PH", "chip": "H100", "quantity": "1400", "movement": "export", "authorization": "LPP"}
    return World.of(
        companies=[
            {"id": OWNER, "headquarters": "PH"},
            *({"id": buyer, "headquarters": "PH", "phone": "+63 2 5550 1000"} for buyer in BUYERS),
        ],
        people=[{"id": "z"}],
        roles=[{"person": "z", "company": buyer, "role": "director"} for buyer in BUYERS],
        shipments=[{"id": f"to {buyer}", "date": "2025-06-02", "consignee": buyer, **line} for buyer in BUYERS],
        **more,
    )


def answered(world: World) -> Answer:
    return audit(world, PACKS, DAY, "as-written")


def split(answer: Answer) -> list[tuple[str, str, list[str]]]:
    return [(f.rule, f.subject.id, f.flags) for f in answer.findings if f.topic == "split_evasion"]


def test_audit_searches_where_nobody_has_and_the_world_stays_as_it_was() -> None:
    world = one_hand()
    before = world.sha256

    answer = answered(world)

    assert [(rule, group) for rule, group, _ in split(answer)] == [("found_splitting", "a")]
    assert {"shared_director", "shared_phone"} <= set(split(answer)[0][2])
    assert answer.world.sha256 == world.sha256 == before


@pytest.mark.parametrize("pattern", ["any", "split_evasion"])
def test_what_an_officer_has_searched_and_dismissed_stands(pattern: str) -> None:
    kept = {"pattern": "split_evasion", "group": "a", "found": "2025-07-01", "dismissed": "2025-07-02"}
    signs = [{"pattern": pattern, "found": "2025-07-01"}, *({**kept, "party": buyer} for buyer in BUYERS)]

    assert split(answered(one_hand(signs=signs))) == []


def test_a_search_after_the_day_asked_about_is_none() -> None:
    assert split(answered(one_hand(signs=[{"pattern": "any", "found": "2026-01-01"}])))


def test_a_search_for_other_patterns_is_none() -> None:
    assert split(answered(one_hand(signs=[{"pattern": "deep_chain", "found": "2025-07-01"}])))


def test_a_family_over_the_limit_in_a_year_passes_the_limit_of_its_parent() -> None:
    stakes = [{"owner": OWNER, "owned": buyer, "percent": "100"} for buyer in BUYERS]

    answer = answered(one_hand(stakes=stakes))

    assert [rule for rule, _, _ in split(answer)] == ["found_splitting"]
    assert [f.subject.id for f in answer.findings if f.topic == "small_order"] == [OWNER]


def test_a_group_that_its_family_shows_only_under_another_posture_is_told_of() -> None:
    stakes = [{"owner": OWNER, "owned": buyer, "percent": "100"} for buyer in BUYERS]

    answer = audit(one_hand(stakes=stakes), PACKS, DAY, "as-enforced")

    assert [rule for rule, _, _ in split(answer)] == ["found_splitting"]


def test_what_somebody_said_of_a_company_is_left_to_them() -> None:
    dismissed = {"pattern": "split_evasion", "party": "a", "found": "2025-07-01", "dismissed": "2025-07-02"}

    assert split(answered(one_hand(signs=[dismissed]))) == []
    assert split(answered(one_hand(signs=[{"party": OWNER, "found": "2025-07-01"}])))


@pytest.mark.parametrize("born", ["0001-01-02", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar_and_figures_of_any_size_are_searched(born: str) -> None:
    chips = [{"name": "Huge", "throughput": {"FP16": "1e15"}, "data_center": "true"}]
    line = {"to_country": "PH", "movement": "export", "authorization": "LPP", "date": "2199-12-30"}
    world = World.of(
        companies=[{"id": buyer, "phone": "+63 2 5550 1000", "incorporated": born} for buyer in BUYERS],
        chips=chips,
        people=[{"id": "z"}],
        roles=[{"person": "z", "company": buyer, "role": "director"} for buyer in BUYERS],
        shipments=[
            *({**line, "id": f"to {buyer}", "consignee": buyer, "chip": "H100", "quantity": "1400"} for buyer in "ab"),
            *({**line, "id": f"to {buyer}", "consignee": buyer, "chip": "Huge", "quantity": "10e11"} for buyer in "cd"),
        ],
    )

    answer = audit(world, load_packs(["diversion_red_flags"]), date(2199, 12, 30))

    assert [rule for rule, _, _ in split(answer)][:1] == ["found_splitting"]


def test_a_world_too_large_to_search_on_the_way_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split_detection, "MOST_COMPANIES", 3)

    answer = answered(one_hand())

    assert split(answer) == []
    (told,) = [left.reason for left in answer.not_evaluated if "nobody has searched" in left.reason]
    assert "compliance patterns" in told
