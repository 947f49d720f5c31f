"""Evidence rows of a finding with file and line, sorted; a row is materialised on access."""

from __future__ import annotations

from compliance.answers.answer import Evidence, EvidenceRow
from compliance.answers.deferred_parts import LazyParts
from compliance.evaluation import lineage_query
from compliance.evaluation.lineage_fields import LineageFields, Numbers
from compliance.evaluation.matches import Match


class EvidenceRows(LazyParts[EvidenceRow]):
    """Rows behind a finding, by their places in the columns that the findings of a rule share."""

    def __init__(self, told: LineageFields, places: Numbers) -> None:
        self._told = told
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def parts_at(self, places: Numbers) -> list[EvidenceRow]:
        """The rows at these places among them."""
        own = self._places[places]
        named, origins = self._told.named(own), self._told.origins(own)
        return [
            EvidenceRow.model_construct(table=table, id=name, file=origin.file, line=origin.line)
            for (table, name), origin in zip(named, origins, strict=True)
        ]


def evidence(found: Match, told: LineageFields) -> Evidence:
    """The evidence of a finding: the first thousand of its rows, and how many there are."""
    places = told.sorted_once()
    count = len(places) if found.counted is None else found.counted.count
    return Evidence(rows=EvidenceRows(told, places[: lineage_query.MOST_ROWS]), count=count)
