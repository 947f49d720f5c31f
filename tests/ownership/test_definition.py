"""What packs may write of a capture test, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compliance.errors import InputError
from compliance.ownership.capture.capture_test import load_parent_test
from compliance.ownership.capture.verdict import CaptureTest
from compliance.units import day
from compliance.world.io.rule_file import parse

TEST: dict[str, Any] = {
    "lists": [{"list": "L"}],
    "threshold": [{"percent": "50", "inclusive": "true"}],
    "aggregate": "true",
}


def test_the_threshold_is_the_last_that_has_begun() -> None:
    dated = [
        {"from": "2024-07-03", "percent": "50", "inclusive": "true"},
        {"percent": "50", "inclusive": "false"},
        {"from": "2026-01-01", "percent": "25", "inclusive": "false"},
    ]
    test = parse(CaptureTest, {**TEST, "threshold": dated}, "pack.yaml")
    bars = [test.bar(day(text)) for text in ("2024-07-02", "2024-07-03", "2026-01-01")]

    assert [(bar.percent, bar.inclusive) for bar in bars] == [(50, False), (50, True), (25, False)]


def test_a_program_counts_if_one_of_several_is_named_and_is_open_if_it_is_empty() -> None:
    test = parse(CaptureTest, {**TEST, "lists": [{"list": "L", "programs": ["A", "B"]}, {"list": "M"}]}, "f")

    assert [test.listed("L", program) for program in ("A", "C; B", "C", None)] == [True, True, False, None]
    assert (test.listed("M", None), test.listed("N", "A")) == (True, False)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"foreign_only": "true"}, "needs `home`"),
        ({"threshold": []}, "threshold"),
        ({"threshold": [{"percent": "0", "inclusive": "true"}]}, "over 0"),
        ({"threshold": [{"percent": "101", "inclusive": "true"}]}, "at most 100"),
        ({"threshold": TEST["threshold"] * 2}, "two thresholds begin on the same day"),
        ({"agregate": "true"}, "unknown key `agregate`"),
        ({"controls": {"means": ["magic"]}}, "means"),
        ({"flags": {"some_flag": {"when": ["never"]}}}, "when"),
        ({"aggregate": "perhaps"}, "neither true nor false"),
    ],
)
def test_what_is_wrong_in_a_test_is_told(change: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse(CaptureTest, {**TEST, **change}, "pack.yaml")


def test_a_wrong_parent_test_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "parent.yaml"
    file.write_text("percent: 50\nflag_country: D5\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"parent\.yaml:2: unknown key `flag_country`"):
        load_parent_test(file)
