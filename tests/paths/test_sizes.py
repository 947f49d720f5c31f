"""Sizes at which an answer is cut short: what is left is as it is without the cut."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.plan import plan_cache, rule_plan
from compliance.rulebook.packs import load_packs
from tests.paths.answers import differences
from tests.paths.cases import AS_OF
from tests.paths.mixes import Mix, audit_mixed, make_tables
from tests.paths.sizes import SIZES, Size

LISTED_ROWS = Size("evaluation.lineage_query", "MOST_ROWS")
SEARCHED = Size("decisions.split_detection", "MOST_COMPANIES")
SAMPLED = Size("explain.not_evaluated.undecided_rules", "SAMPLE")
MANY_ROWS = ("customs", 3, "us_ai_diffusion")
RED_FLAGS = ("distributors", 3, "diversion_red_flags")


def asked(world: tuple[str, int, str], *sizes: tuple[Size, int]) -> Any:
    maker, seed, pack = world
    return audit_mixed(make_tables(maker, seed, 30), Mix("csv", sizes=sizes), load_packs([pack]), AS_OF)


def test_a_finding_that_lists_one_row_says_the_rest_as_one_that_lists_all() -> None:
    whole, cut = asked(RED_FLAGS), asked(RED_FLAGS, (LISTED_ROWS, 1))

    assert any(len(finding["evidence"]["rows"]) > 1 for finding in whole["findings"])
    for finding, short in zip(whole["findings"], cut["findings"], strict=True):
        assert short["evidence"]["rows"] == finding["evidence"]["rows"][:1]
        short["evidence"]["rows"] = finding["evidence"]["rows"]
    assert differences(whole, cut) == []


def test_a_world_too_large_to_be_searched_has_all_other_findings_and_says_so() -> None:
    whole, cut = asked(RED_FLAGS), asked(RED_FLAGS, (SEARCHED, 0))
    left = [gap for gap in cut["not_evaluated"] if gap not in whole["not_evaluated"]]

    assert [gap["reason"].partition(":")[0] for gap in left] == ["split purchases"]
    cut["not_evaluated"].remove(left[0])
    assert [finding for finding in cut["findings"] if finding not in whole["findings"]] == []
    gone = [finding for finding in whole["findings"] if finding not in cut["findings"]]
    assert {finding["topic"] for finding in gone} <= {"split_evasion"}
    other: dict[str, Any] = {"findings": [], "flags": [], "decisions": []}  # decisions say what to do about findings
    assert differences({**whole, **other}, {**cut, **other}) == []


def test_of_a_sample_of_one_the_same_rules_are_told_as_not_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = asked(RED_FLAGS)
    monkeypatch.setattr(rule_plan, "SAMPLE", 1)
    monkeypatch.setattr(plan_cache, "_PLANS", {})
    cut = asked(RED_FLAGS, (SAMPLED, 1))

    assert [gap["rule"] for gap in cut["not_evaluated"]] == [gap["rule"] for gap in whole["not_evaluated"]]
    assert cut["not_evaluated"] != whole["not_evaluated"]
    for answer in (whole, cut):
        for decision in answer["decisions"]:
            decision["next"] = []  # what to find out, of a sample of one less
    assert differences({**whole, "not_evaluated": []}, {**cut, "not_evaluated": []}) == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.module}.{size.name}")
def test_a_size_that_is_moved_is_read_by_the_program(size: Size) -> None:
    """A size that was renamed, or that became another, would no longer be moved."""
    assert size.least < size.value <= size.most or size.least <= size.value < size.most
