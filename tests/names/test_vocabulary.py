"""The tables of words: no spelling means two things, and each kind has a weight."""

from __future__ import annotations

import pytest

from compliance.names import name_vocabulary
from compliance.names.name_tables import read_rows
from compliance.names.name_vocabulary import WEIGHTS, common_words


@pytest.mark.parametrize(
    ("tables", "also"),
    [((("places.csv", "place"), ("common_words.csv", "word")), "also"), ((("legal_forms.csv", "form"),), "words")],
)
def test_no_spelling_stands_for_two_words(tables: tuple[tuple[str, str], ...], also: str) -> None:
    seen: dict[tuple[str, str], str] = {}
    for name, column in tables:
        for row in read_rows(name):
            cells = (row["words"],) if also == "words" else (row[column], row["also"])
            for spelling in name_vocabulary._spellings(*cells):
                for where in name_vocabulary._AT[row.get("where", "end")]:
                    assert seen.setdefault((spelling, where), row[column]) == row[column], spelling


def test_every_kind_has_a_weight() -> None:
    assert {kind for kind in common_words().kinds.values() if kind not in ("stop", "number")} <= WEIGHTS.keys()
