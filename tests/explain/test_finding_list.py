"""Findings that are made when they are asked for are those that were made one by one, in the same order."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from compliance.answers.answer import Answer, Finding
from compliance.decisions.audit import audit, each_once, explain_match, in_order
from compliance.decisions.setup import POSTURES, scene_of
from compliance.decisions.split_detection import each_group_once
from compliance.evaluation.evaluate import evaluate
from compliance.explain.finding_kinds import exit_status, head_of, heads
from compliance.explain.finding_list import Findings
from compliance.reports.text import finding_groups
from compliance.rulebook.packs import load_packs
from compliance.sources.distinct_rows import distinct_rows
from compliance.world.io.load import load_world
from compliance.world.io.rule_file import CONFIDENCES
from compliance.world.world import World
from tests.makers import customs, distributors, operators

DAY = date(2026, 6, 30)
PACKS = load_packs()
FIXTURES = Path(__file__).parents[2] / "fixtures"
WORLDS = ["twelve_shells_at_1699.yaml", customs, operators, distributors]


@cache
def world_of(maker: object) -> World:
    if isinstance(maker, str):
        return load_world(FIXTURES / maker)
    return World.of(**maker.make_world(11, 24))  # type: ignore[attr-defined]


@cache
def answer_of(maker: object) -> Answer:
    return audit(world_of(maker), PACKS, DAY)


def findings_of(maker: object) -> Findings:
    found = answer_of(maker).findings
    assert isinstance(found, Findings)
    return found


@pytest.mark.parametrize("maker", WORLDS, ids=str)
def test_findings_are_those_made_one_by_one(maker: object) -> None:
    scene = scene_of(world_of(maker), DAY, DAY, orders=False)
    made = (explain_match(found, scene, POSTURES) for found in evaluate(scene, PACKS).found)
    expected = sorted(each_group_once(each_once(one for one in made if one), PACKS), key=in_order)

    found = findings_of(maker)

    assert len(found) > 10
    assert [one.model_dump() for one in found] == [one.model_dump() for one in expected]


@pytest.mark.parametrize("maker", WORLDS, ids=str)
def test_what_is_counted_is_what_the_findings_say(maker: object) -> None:
    found = findings_of(maker)
    each = list(found)

    assert sum((Counter({head: count}) for head, count in found.heads()), Counter()) == Counter(map(head_of, each))
    assert found.flags() == {flag for one in each for flag in one.flags}
    kept = answer_of(maker).model_copy(update={"findings": each})
    assert {exit_status(kept, word, frozenset()) for word in ("violation", "review")} == {
        exit_status(answer_of(maker), word, frozenset()) for word in ("violation", "review")
    }
    assert kept.json_text() == answer_of(maker).json_text()


@pytest.mark.parametrize("maker", WORLDS, ids=str)
def test_groups_hold_each_finding_once_with_the_weakest_confidence(maker: object) -> None:
    for _, definite, found in finding_groups.by_outcome(findings_of(maker)):
        each = list(found)
        together = finding_groups.alike(found)

        assert [one.certainty for one in each] == ["definite"] * definite + ["possible"] * (len(each) - definite)
        assert sorted(map(_name, each)) == sorted(_name(one) for group in together for one in group)
        for group in together:
            members: list[Finding] = list(group)
            assert len({(one.pack, one.rule, one.certainty, tuple(one.flags)) for one in members}) == 1
            assert finding_groups.weakest(group) == max((one.confidence for one in members), key=CONFIDENCES.index)
            assert len(members) == 1 or all(one.evidence.count == 1 for one in members)


def _name(finding: Finding) -> tuple[str, ...]:
    subject = finding.subject
    return finding.pack, finding.rule, subject.id, subject.key or "", subject.period or ""


def test_parts_of_findings_are_as_in_a_list() -> None:
    found = findings_of("twelve_shells_at_1699.yaml")
    each = list(found)

    assert found[3] == each[3]
    assert found[-1] == each[-1]
    assert found[2:9:3] == each[2:9:3]
    assert list(found.select(np.array([5, 1]))) == [each[5], each[1]]
    assert sum(count for _, count in heads(found.select(np.array([5, 1])))) == 2


def test_rows_are_alike_only_if_every_value_is() -> None:
    columns = [
        pa.array(["a", "a", None, "a", None]),
        pa.array([True, None, True, True, True]),
        pa.array([1, 1, 1, 1, 2]),
    ]

    firsts, which = distinct_rows(columns, 5)

    rows = list(zip(*(column.to_pylist() for column in columns), strict=True))
    assert [rows[first] for first in firsts[which].tolist()] == rows
    assert len(firsts) == len(set(rows))
