"""Tables in text, as programs export them: any separator, any encoding; what leaves doubt is said.

An encoding is taken where the text reads in it without fault, the most words that name columns are known in it, and
no other that does as well gives another text.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from compliance.errors import InputError, Problem
from compliance.world.io.yaml_nodes import LONGEST_VALUE

SEPARATORS = (",", ";", "\t", "|")
_ENCODINGS = ("utf-8", "cp1252", "gb18030", "big5hkscs", "cp932", "euc_kr", "cp1250", "cp1251", "cp1254")
_SAMPLE_LINES = 60
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

_WESTERN = "cp1252"
_WESTERN_ALONE = frozenset({"fr", "es", "it", "pt"})
"""Languages whose letters no other of these encodings has."""
_SAMPLE = 80


KnownWords = Callable[[str], Sequence[str]]
"""The words of a text that name columns, each by the language that alone has it (empty: several)."""


@dataclass(frozen=True)
class TextTable:
    """The rows, the line on which each begins, and what was taken for granted."""

    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    notes: tuple[str, ...]


class EncodingDoubt(Exception):
    """A text that reads in several encodings; `samples` has a line of it in each, where they differ."""

    def __init__(self, samples: dict[str, str]) -> None:
        super().__init__(", ".join(samples))
        self.samples = samples


def read_text_table(content: bytes, name: str, known_words: KnownWords | None = None, encoding: str = "") -> TextTable:
    """The rows of a text; raises `InputError` where it is none, and `EncodingDoubt` where its encoding is open."""
    text, encoding = _decode_text(content, name, known_words, encoding)
    separator = _separator(text)
    csv.field_size_limit(LONGEST_VALUE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, lines, line = [], [], 1
    try:
        for cells in reader:
            rows.append([cell.strip() for cell in cells])
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as wrong:
        raise InputError([Problem(name, line, f"cannot be read as a table: {wrong}; is a quote left open?")]) from None
    if rows and len(rows[0]) == 1 and rows[0][0].casefold().startswith("sep="):
        rows[0] = []
    told = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}[separator]
    return TextTable(rows, lines, (f"read as {encoding}, columns parted by {told}",))


def _decode_text(content: bytes, name: str, known_words: KnownWords | None, told: str) -> tuple[str, str]:
    if told:
        try:
            return content.decode(told), told
        except (UnicodeDecodeError, LookupError):
            raise InputError([Problem(name, 0, f"is not in the encoding `{told}` that the map says")]) from None
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError:
                raise InputError([Problem(name, 0, f"begins as {encoding} and is not; save it as UTF-8")]) from None
    if b"\x00" in content[:10_000]:
        raise InputError([Problem(name, 0, "is no text; give a workbook its own ending, or save it as UTF-8")])
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _guess_encoding(content, name, known_words or _no_words)


def _guess_encoding(content: bytes, name: str, known_words: KnownWords) -> tuple[str, str]:
    """The one text that the bytes most likely are; raises `InputError` where two are as likely."""
    found: dict[str, str] = {}
    for encoding in _ENCODINGS[1:]:
        try:
            found.setdefault(content.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    if not found:
        raise InputError([Problem(name, 0, "is in no encoding that is known here; save it as UTF-8")])
    known = {text: known_words(text) for text in found}
    most = max(map(len, known.values()))
    best = [text for text in found if len(known[text]) == most]
    if len(best) > 1 and any(found[text] == _WESTERN and not _WESTERN_ALONE.isdisjoint(known[text]) for text in best):
        best = [text for text in best if found[text] == _WESTERN]
    if len(best) > 1:
        raise EncodingDoubt(_samples({found[text]: text for text in best}))
    return best[0], found[best[0]]


def _samples(texts: Mapping[str, str]) -> dict[str, str]:
    """Of each encoding the first line in which the texts differ."""
    for lines in zip(*(text.splitlines() for text in texts.values()), strict=False):
        if len(set(lines)) > 1:
            return dict(zip(texts, (line[:_SAMPLE] for line in lines), strict=True))
    return dict.fromkeys(texts, "")


def _no_words(_: str) -> Sequence[str]:
    return ()


def _separator(text: str) -> str:
    """The separator by which most of the first lines have the same number of cells, over one."""
    head = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    if head.casefold().startswith("sep=") and head[4:5] in SEPARATORS:
        return head[4]
    scores = {}
    for mark in SEPARATORS:
        try:
            widths = Counter(len(cells) for cells in csv.reader(io.StringIO(head, newline=""), delimiter=mark) if cells)
        except csv.Error:
            continue
        over = {width: count for width, count in widths.items() if width > 1}
        width, count = max(over.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        scores[mark] = (count, width)
    return max(scores, key=lambda mark: scores[mark]) if scores else ","
