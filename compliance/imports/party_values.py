"""The values of one party as its fields take them; what a field cannot take is kept as not read, never dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compliance.imports.cleaners import countries, tidy
from compliance.imports.date_ranges import when
from compliance.imports.row_buffer import RowBuffer


@dataclass(frozen=True, slots=True)
class PartyValues:
    """What a source says of the party `id` of a table, on a line of a file."""

    gathering: RowBuffer
    table: str
    id: str
    file: str
    line: int

    def country(self, field: str, *given: object) -> str:
        """The one country that texts mean; others than the first, and words for none, are not read."""
        found: list[str] = []
        for text in _texts(given):
            codes = countries(text)
            if not codes:
                self.unread(field, text, "a country that is not known here")
            found += codes
        distinct = list(dict.fromkeys(found))
        if len(distinct) > 1:
            told = "; ".join(dict.fromkeys(_texts(given)))
            self.unread(field, told, "several countries where a field takes one: the first is in it")
        return distinct[0] if distinct else ""

    def day(self, field: str, *given: object) -> str:
        """The day that texts mean, where it is one whole day."""
        found = when(*given)
        if found.unread:
            self.unread(field, found.unread, "a day that is not whole")
        return found.text

    def first(self, field: str, given: Iterable[object]) -> str:
        """The first text; the others are not read."""
        texts = list(dict.fromkeys(_texts(given)))
        if len(texts) > 1:
            self.unread(field, "; ".join(texts[1:]), "second values of a field that takes one")
        return texts[0] if texts else ""

    def unread(self, field: str, text: str, reason: str) -> None:
        """Keeps a value that was not read."""
        reason = f"`{field}` of `{self.table}`: {reason}"
        self.gathering.unread(self.table, self.id, field, text, self.file, self.line, reason)


def _texts(given: Iterable[object]) -> Sequence[str]:
    found: list[str] = []
    for value in given:
        if isinstance(value, list | tuple):
            found += _texts(value)
        elif text := tidy(value):
            found.append(text)
    return found
