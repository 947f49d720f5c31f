"""The standing in law of a pack by day and posture."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.errors import InputError, UsageError
from compliance.rulebook.force import ForceEntry, ForceHistory
from compliance.units import day
from compliance.world.io.rule_file import each_citation, parse

SEEN = {"citation": "1 FR 1", "confidence": "verified"}


def history(*entries: dict[str, Any]) -> ForceHistory:
    return ForceHistory(tuple(parse(ForceEntry, {**SEEN, **entry}, "pack.yaml") for entry in entries))


@pytest.mark.parametrize(
    ("state", "written", "enforced"),
    [
        ("in_force", True, True),
        ("codified_not_enforced", True, False),
        ("stayed", False, False),
        ("proposed", False, False),
        ("expired", False, False),
        ("withdrawn", False, False),
        ("not_law", True, True),
    ],
)
def test_each_state_applies_by_posture(state: str, written: bool, enforced: bool) -> None:
    force = history({"from": "2025-01-01", "state": state})
    answers = [force.at(day("2025-01-01"), posture) for posture in ("as-written", "as-enforced", "both")]

    assert [answer.applies for answer in answers] == [written, enforced, enforced]
    assert all(answer.state == state for answer in answers)


def test_nothing_applies_before_the_first_entry() -> None:
    found = history({"from": "2025-01-01", "state": "in_force"}).at(day("2024-12-31"))

    assert (found.state, found.since, found.applies) == (None, None, False)
    assert found.as_json() == {"state": None, "since": None, "citation": None}


def test_entries_may_stand_in_any_order_and_each_lasts_until_the_next() -> None:
    force = history({"from": "2025-06-01", "state": "stayed"}, {"from": "2025-01-01", "state": "in_force"})

    assert [force.at(day(text)).state for text in ("2025-05-31", "2025-06-01")] == ["in_force", "stayed"]
    assert [str(when) for when in force.days()] == ["2025-01-01", "2025-06-01"]


def test_a_state_holds_since_its_first_day_though_a_later_entry_notes_more() -> None:
    force = history(
        {"from": "2025-01-01", "state": "stayed"},
        {"from": "2025-02-01", "state": "in_force"},
        {"from": "2025-03-01", "state": "in_force", "citation": "2 FR 2"},
    )
    found = force.at(day("2025-04-01"))

    assert (str(found.since), found.citation) == ("2025-02-01", "2 FR 2")


def test_what_is_unconfirmed_is_not_known_as_enforced_and_stands_as_written() -> None:
    entry = {
        "from": "2025-01-01",
        "state": "in_force",
        "flags": ["some_flag"],
        "enforced": {"unconfirmed": "true", "citation": "a digest", "note": "announced"},
    }
    force = history(entry)
    written, enforced = (force.at(day("2025-01-01"), posture) for posture in ("as-written", "as-enforced"))

    assert (written.applies, written.citation, written.flags) == (True, "1 FR 1", ("some_flag",))
    assert (enforced.applies, enforced.citation, enforced.flags) == (None, "a digest", ("some_flag",))
    assert (enforced.state, enforced.note) == ("in_force", "announced")


def test_the_authority_may_apply_another_state_than_the_text() -> None:
    force = history({"from": "2025-01-01", "state": "in_force", "enforced": {"state": "stayed"}})

    assert [force.at(day("2025-01-01"), p).applies for p in ("as-written", "as-enforced")] == [True, False]


def test_mistakes_are_told() -> None:
    with pytest.raises(UsageError, match="unknown posture `as-wrote`"):
        history({"state": "in_force"}).at(day("2025-01-01"), "as-wrote")
    with pytest.raises(InputError, match="state"):
        history({"state": "valid"})


def test_a_step_tells_both_readings_with_the_weaker_confidence_and_each_source_once() -> None:
    enforced = {"unconfirmed": "true", "citation": "1 FR 1; 3 FR 3", "confidence": "verified", "note": "Announced."}
    entry = {"from": "2025-01-01", "state": "in_force", "note": "Back.", "confidence": "memory", "enforced": enforced}
    first, second = history(entry, {"state": "stayed"}).steps()

    assert (first.since, first.state, first.enforced, first.note) == (None, "stayed", "stayed", "")
    assert (second.state, second.enforced, second.confidence) == ("in_force", "unconfirmed", "memory")
    assert (second.citation, second.note) == ("1 FR 1; 3 FR 3", "Back. Announced.")


def test_a_text_says_each_of_its_citations_once() -> None:
    assert each_citation("2 FR 2; 1 FR 1", "1 FR 1; 3 FR 3", "2 FR 2") == ["2 FR 2", "1 FR 1", "3 FR 3"]
