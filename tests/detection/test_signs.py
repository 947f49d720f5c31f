"""What a search found, read again as facts: who is told of, on which day, and what rules make of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from compliance.decisions.audit import audit
from compliance.decisions.diff.diff import diff
from compliance.decisions.finding_comparison import by_identity
from compliance.decisions.scenario_batch import ScenarioBatch
from compliance.decisions.screen import screen
from compliance.decisions.setup import scene_of
from compliance.detection.detectors import PATTERNS, patterns
from compliance.detection.sign_rows import signs_of
from compliance.errors import InputError, UsageError
from compliance.evaluation.evaluate import evaluate
from compliance.explain.finding_slice import slice_of
from compliance.plan.sql.frames import Frame, Requirements
from compliance.rulebook.packs import load_packs
from compliance.sources.source_catalogue import ORDERED
from compliance.world.io.load import load_world
from compliance.world.schema.reviewed_signs import Pattern, Sign
from compliance.world.schema.tables import Order
from compliance.world.world import World

TWELVE = Path(__file__).parents[2] / "fixtures" / "twelve_shells_at_1699.yaml"
PACKS = load_packs(["diversion_red_flags"])
RULES = {"looks_like_shell", "found_splitting"}
DAY = date(2025, 12, 31)


def searched(answer: dict[str, Any]) -> World:
    """The world of the fixture with what a search of it found."""
    return load_world(TWELVE).replace("signs", [Sign.model_validate(row) for row in signs_of(answer)])


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    return patterns(load_world(TWELVE))


@pytest.fixture(scope="module")
def world(answer: dict[str, Any]) -> World:
    return searched(answer)


def order(consignee: str, quantity: str = "1", authorization: str = "LPP") -> Order:
    return Order.model_validate(
        {
            "id": "o", "date": str(DAY), "consignee": consignee, "to_country": "MY", "chip": "H100",
            "quantity": quantity, "movement": "export", "authorization": authorization,
        }
    )  # fmt: skip


def test_the_table_knows_every_pattern_of_a_search() -> None:
    assert set(get_args(Pattern)) == {"any", *PATTERNS}


def test_every_member_has_a_row_and_the_search_has_one(answer: dict[str, Any]) -> None:
    rows = signs_of(answer)
    members = [(group["pattern"], member) for group in answer["groups"] for member in group["members"]]

    assert members
    assert [(row["pattern"], row.get("party")) for row in rows] == [("any", None), *members]
    assert [row["pattern"] for row in signs_of(answer, ["deep_chain"])[:2]] == ["deep_chain", "split_evasion"]


def test_an_audit_reads_the_group_as_a_fact(world: World) -> None:
    (group,) = [f for f in audit(world, PACKS).findings if f.rule == "found_splitting"]

    assert (group.subject.kind, group.subject.id) == ("group", "shell-01")
    assert group.measure is not None
    assert group.measure.value == "322619712"
    assert {"shared_director", "shared_phone", "shared_address", "common_owner_split"} <= set(group.flags)
    assert group.outcome == "review"


def test_without_a_search_groups_are_looked_for_and_that_nobody_looked_for_shells_is_said(world: World) -> None:
    def left(one: World) -> list[str]:
        return [gap.table for open_ in audit(one, PACKS).not_evaluated for gap in open_.missing if gap.table == "signs"]

    assert left(load_world(TWELVE)) == ["signs"]
    assert left(world) == []
    assert {f.rule for f in audit(load_world(TWELVE), PACKS).findings if f.rule in RULES} == {"found_splitting"}


def test_an_order_of_a_member_makes_the_group_worse_and_of_another_does_not(world: World) -> None:
    def told(consignee: str) -> list[tuple[str, str | None]]:
        return [(f.rule, f.effect) for f in screen(world, [order(consignee)], PACKS).findings if f.rule in RULES]

    assert told("shell-03") == [("found_splitting", "worsened")]
    assert told("mutiara") == []


def test_orders_tried_side_by_side_are_told_as_each_alone(world: World) -> None:
    signed = world.with_rows("signs", [Sign(party="mutiara", pattern="deep_chain", found=DAY)])
    orders = [order("shell-03"), order("mutiara"), order("shell-12", authorization="none"), order("shell-01", "1699")]
    scene = scene_of(signed, DAY, DAY, orders=True)

    together = ScenarioBatch(scene, PACKS).each([(one,) for one in orders])

    found = set()
    for one, beside in zip(orders, together, strict=True):
        alone = evaluate(scene.changed(signed.replace("orders", [one])), PACKS, determine=False, sources=ORDERED)
        kept = [
            {
                i: (f.certain, f.measured, f.flags, f.rows)
                for i, f in by_identity(e).items()
                if f.ordered and i[1] in RULES
            }
            for e in (beside, alone)
        ]
        assert kept[0] == kept[1]
        found |= {identity[1] for identity in kept[0]}
    assert found == RULES


def test_a_slice_says_the_same_of_a_group(world: World) -> None:
    scene = scene_of(world, DAY, DAY, orders=False)
    (group,) = evaluate(scene, PACKS, {"found_splitting"}, determine=False).found
    (again,) = evaluate(slice_of(group, scene), PACKS, {"found_splitting"}, determine=False).found

    assert (group.measured, group.rows, group.flags) == (again.measured, again.rows, again.flags)


def test_a_difference_of_days_shows_what_was_found_and_dismissed_between(world: World) -> None:
    (pack,) = PACKS
    before, after = date(2025, 12, 30), DAY
    dismissed = [sign.model_copy(update={"found": before, "dismissed": DAY}) for sign in world.each(Sign)]
    shell = Sign(party="shell-03", pattern="deep_chain", found=DAY)
    said = diff(world.replace("signs", [*dismissed, shell]), f"{pack.id}@{before}", f"{pack.id}@{after}")

    assert {finding["rule"] for finding in said["go"]} == {"found_splitting"}
    assert {finding["rule"] for finding in said["appear"]} == {"looks_like_shell"}


def test_a_dismissed_row_counts_no_more(answer: dict[str, Any]) -> None:
    rows = [row | ({"dismissed": str(DAY)} if "party" in row else {}) for row in signs_of(answer)]
    world = load_world(TWELVE).replace("signs", [Sign.model_validate(row) for row in rows])

    assert not [f for f in audit(world, PACKS).findings if f.rule in RULES]


def refusal(row: dict[str, str]) -> str:
    with pytest.raises(InputError) as caught:
        World.of(None, companies=[{"id": "shell-01"}], signs=[{"found": "2025-12-31", **row}])
    return str(caught.value)


def test_what_is_wrong_in_a_row_is_told_with_the_nearest_name() -> None:
    assert "`split_evasion`?" in refusal({"pattern": "split_evasoin", "party": "shell-01"})
    assert "Did you mean `shell-01`" in refusal({"pattern": "deep_chain", "party": "shell-1"})
    assert "`score` of `signs`: `high` is not a number" in refusal({"party": "shell-01", "score": "high"})
    assert "needs `found`" in refusal({"found": ""})


@pytest.mark.parametrize("word", ["signed", "sign_group"])
def test_a_rule_about_a_pattern_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="there is no pattern `deep_chian`"):
        Frame.of("lines", Requirements()).column(f"consignee.{word}.deep_chian")
