"""Names taken apart to be compared: words with their kinds, numbers, legal forms, and what the words may be cut to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import NamedTuple

from compliance.names.letters import is_latin, join, plain_words, squeeze
from compliance.names.vocabulary import (
    WEIGHTS,
    characters,
    common_spelling,
    common_words,
    legal_forms,
    native_spellings,
)

_PATRONYMIC = re.compile(r"[a-z]{3}(ovich|evich|ovych|evych|ovna|evna|ivna|ichna|inichna|oglu|ogli|kizi)$")
_NUMBERED = ("no", "nr", "num", "number", "nomer")
_ORDINAL = ("st", "nd", "rd", "th", "ya", "y", "i")
_SHORTEST, _LONGEST = 3, 8
"""Letters of an acronym."""
_MOST_JOINED = 4
"""Words written as one."""
_LONGEST_FORM = 6
"""Words of a legal form."""
_LINKING = ("group", "holding")
"""Words that an acronym often leaves out."""


class Word(NamedTuple):
    """A word: the text that is compared, its kind, its letters, these squeezed, and the first letter of each part."""

    text: str
    kind: str
    letters: str
    written: str
    initial: str


@dataclass(frozen=True, eq=False)
class Name:
    """One spelling of a name; `words` stand in its order, without the legal forms and the numbers.

    `parse_name` makes one of each text, so that one is itself alone.
    """

    words: tuple[Word, ...]
    numbers: tuple[str, ...]
    forms: tuple[str, ...]
    form_initials: str

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The compared words in order of the alphabet."""
        return tuple(sorted(word.text for word in self.words))

    @cached_property
    def letters(self) -> str:
        """The letters of all words."""
        return "".join(word.letters for word in self.words)

    @cached_property
    def written(self) -> str:
        """All words written as one."""
        return reduce(join, (word.written for word in self.words), "")

    @cached_property
    def weight(self) -> int:
        """The weight of all words."""
        return sum(WEIGHTS[word.kind] for word in self.words)

    @cached_property
    def joined(self) -> dict[str, tuple[int, int]]:
        """Two words or more written as one: their place in `words`."""
        found: dict[str, tuple[int, int]] = {}
        written = [word.written for word in self.words]
        for start in range(len(written) - 1):
            text = written[start]
            for end in range(start + 1, min(start + _MOST_JOINED, len(written))):
                text = join(text, written[end])
                found[text] = (start, end + 1)
        return found

    @cached_property
    def acronyms(self) -> dict[str, tuple[int, int]]:
        """First letters of the first or last words, three or more, also with the form: their place in `words`."""
        found: dict[str, tuple[int, int]] = {}
        count = len(self.words)
        if count < _SHORTEST:
            return found
        for skipped in ((), _LINKING):
            letters = ["" if word.text in skipped else word.initial for word in self.words]
            spans = {(0, end) for end in range(_SHORTEST, count + 1)}
            spans |= {(start, count) for start in range(count - _SHORTEST + 1)}
            for start, end in sorted(spans):
                text = "".join(letters[start:end])
                if _SHORTEST <= len(text) <= _LONGEST and letters[start]:
                    found.setdefault(text, (start, end))
                    for form in {self.form_initials[:1], self.form_initials} - {""} if end == count else ():
                        found.setdefault(text + form, (start, end))
        return found


@lru_cache(maxsize=500_000)
def parse_name(text: str) -> Name:
    """The parts of one spelling of a name; a name of nothing but a legal form keeps it as its words."""
    plain = _latin_words(text)
    words = [common_spelling(word) for word in plain]
    start, end, forms = _without_forms(words)
    found, numbers = _words(words[start:end], plain[start:end], forms)
    if not found and forms:
        found, numbers = _words(words, plain, [])
    letters = "".join(word[0] for word in plain[end:])
    return Name(tuple(found), tuple(sorted(numbers)), tuple(sorted(set(forms))), letters)


def _latin_words(text: str) -> list[str]:
    if not text.isascii() and not is_latin(text):
        text = text.casefold().translate(characters().simplified)
        for spelling, latin in _native():
            if spelling in text:
                text = text.replace(spelling, f" {latin} ")
        text = text.translate(characters().readings)
    return plain_words(text)


@lru_cache(maxsize=1)
def _native() -> list[tuple[str, str]]:
    return sorted(native_spellings().items(), key=lambda pair: (-len(pair[0]), pair))


def _without_forms(words: list[str]) -> tuple[int, int, list[str]]:
    """Where the words begin and end that stand between the legal forms at both ends, and these forms."""
    forms: list[str] = []
    start, end = 0, len(words)
    starts = legal_forms()["start"]
    while start < end:
        found = starts.longest_at(words, start)
        if found is None or start + found[0] >= end:
            break
        forms.append(found[1])
        start += found[0]
    while end - start > 1 and (at := _form_at_end(words, start, end)):
        end, form = at
        forms.append(form)
    return start, end, forms


def _form_at_end(words: list[str], start: int, end: int) -> tuple[int, str] | None:
    """Where the longest legal form at the end begins, after one word at least, and which it is."""
    forms = legal_forms()["end"]
    for place in range(max(start + 1, end - _LONGEST_FORM), end):
        for phrase, form in forms.by_first.get(words[place], ()):
            if len(phrase) == end - place and tuple(words[place:end]) == phrase:
                return place, form
    return (end - 1, forms.single[words[end - 1]]) if words[end - 1] in forms.single else None


def _words(words: list[str], plain: list[str], forms: list[str]) -> tuple[list[Word], list[str]]:
    """The words of a name by their meaning, and its numbers; legal forms between the words go to `forms`."""
    found: list[Word] = []
    numbers: list[str] = []
    table, inside = common_words(), legal_forms()["middle"]
    place, count = 0, len(words)
    while place < count:
        text = words[place]
        if text.isdigit():
            numbers.append(text)
            place += 2 if place + 1 < count and words[place + 1] in _ORDINAL else 1
            continue
        if text in _NUMBERED and place + 1 < count and words[place + 1].isdigit():
            place += 1
            continue
        if 0 < place < count - 1 and (form := inside.longest_at(words, place)):
            forms.append(form[1])
            place += form[0]
            continue
        length, meaning = table.phrases.longest_at(words, place) or (1, "")
        kind = table.kinds[meaning] if meaning else _kind(text)
        if kind == "number":
            numbers.append(meaning)
        elif kind != "stop":
            parts = table.parts(meaning) if meaning else (text,)
            if len(parts) == 1:
                found.append(_word(parts[0], kind, tuple(plain[place : place + length])))
            else:
                found.extend(Word(part, table.kinds[part], part, squeeze(part), part[0]) for part in parts)
        place += length
    return found, numbers


@lru_cache(maxsize=500_000)
def _word(text: str, kind: str, given: tuple[str, ...]) -> Word:
    letters = "".join(given)
    return Word(text, kind, letters, squeeze(letters), "".join(word[0] for word in given))


def _kind(text: str) -> str:
    if len(text) == 1:
        return "letter"
    return "patronymic" if _PATRONYMIC.search(text) else "own"
