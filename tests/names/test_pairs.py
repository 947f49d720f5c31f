"""Made-up pairs of names, labelled by hand: how many that are the same are found, and how many that are found are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from compliance.names.index import LIKELY, PartyNames, compare

with (Path(__file__).parent / "pairs.csv").open(encoding="utf-8", newline="") as _file:
    PAIRS = [(row["same"] == "yes", row["kind"], row["one"], row["other"]) for row in csv.DictReader(_file)]


def score(one: str, other: str) -> int:
    match = compare(PartyNames.of([one]), PartyNames.of([other]))
    return match.likeness.counts if match else 0


def test_recall_and_precision_on_labelled_pairs() -> None:
    found = [(same, kind, one, other) for same, kind, one, other in PAIRS if score(one, other) >= LIKELY]
    right = sum(same for same, *_ in found)
    missed = [pair for pair in PAIRS if pair[0] and pair not in found]

    assert right / sum(same for same, *_ in PAIRS) >= 0.95, missed
    assert right / len(found) >= 0.90, [pair for pair in found if not pair[0]]


@pytest.mark.parametrize(("one", "other"), [(one, other) for _, _, one, other in PAIRS])
def test_it_is_all_one_which_name_is_first(one: str, other: str) -> None:
    assert score(one, other) == score(other, one)
    assert score(one, one) == 100
