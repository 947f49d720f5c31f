"""Of a rule that only some rows were looked at for, it is said that there may be more."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.decisions.audit import audit
from compliance.explain.not_evaluated import undecided_rules
from compliance.plan import plan_cache, rule_plan
from compliance.rulebook.packs import load_packs
from compliance.world.world import World
from tests.packs import on


def reasons(monkeypatch: pytest.MonkeyPatch, sample: int, out_of_force: frozenset[str] = frozenset()) -> list[str]:
    """What is said of four buyers of whom it is not known whether they have a website."""
    monkeypatch.setattr(rule_plan, "SAMPLE", sample)
    monkeypatch.setattr(undecided_rules, "SAMPLE", sample)
    monkeypatch.setattr(plan_cache, "_PLANS", {})
    real = undecided_rules.postures

    def some(one: Any, scene: Any, asked: tuple[str, ...]) -> dict[str, Any]:
        return {} if one.id in out_of_force else real(one, scene, asked)

    monkeypatch.setattr(undecided_rules, "postures", some)
    names = "abcd"
    lines = [
        {"id": f"s-{name}", "date": "2026-01-01", "from_country": "US", "consignee": name, "to_country": "MY",
         "chip": "H100", "quantity": 8}
        for name in names
    ]  # fmt: skip
    world = World.of(companies=[{"id": name, "headquarters": "MY"} for name in names], shipments=lines)
    answer = audit(world, load_packs(["diversion_red_flags"]), on("2026-06-30"))
    return [gap.reason.partition(": ")[2] for gap in answer.not_evaluated if gap.rule == "without_website"]


def test_all_rows_are_counted_where_all_were_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(monkeypatch, 5) == ["not checked for 4 parties, for want of facts"]


def test_more_are_said_to_be_possible_where_some_of_the_sample_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(monkeypatch, 3) == ["not checked for 3 or more parties, for want of facts"]
    monkeypatch.undo()
    assert reasons(monkeypatch, 3, frozenset({"s-a"})) == ["not checked for 2 or more parties, for want of facts"]


def test_a_rule_is_not_lost_where_none_of_the_sample_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "perhaps not checked for more than the first 2, for want of facts"
    assert reasons(monkeypatch, 2, frozenset({"s-a", "s-b"})) == [told]
