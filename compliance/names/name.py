"""Names taken apart to be compared: words with their kinds, numbers, legal forms, and what the words may be cut to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from itertools import pairwise
from typing import NamedTuple

from compliance.names.arabic_parts import with_parts_apart
from compliance.names.letters import MEETING, is_latin, join, letters_apart, plain_words, squeeze
from compliance.names.romanizations import (
    ARABIC_PARTICLES,
    NO_SOUNDS,
    Sounds,
    in_pinyin,
    korean,
    looks_korean,
    looks_like_wade_giles,
    sounds_of,
    written_out,
)
from compliance.names.scripts import Spellings, is_alphabetic, latinized, plain_script, with_articles
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
_MOST_SYLLABLES = 4
_MOST_JOINED = 4
"""Words written as one."""
_LONGEST_FORM = 6
"""Words of a legal form."""
_LINKING = ("group", "holding")
"""Words that an acronym often leaves out."""
_LINKS = ("and", "of", "for", "the")
_ABBREVIATED = ("own", "given", "patronymic")
_INITIALS = ("own", "letter", "particle")
_MOST_ABBREVIATED = 6
"""Words of a name of which some are written by their first letters."""
KINDS_OF_NAMES = ("own", "given")
_VOWEL = re.compile("[aeiouy]")
_WRITTEN_APART = ("wade-giles", "korean")
_HYPHENS = re.compile(r"[a-z]['’]?-[a-z]")


class Word(NamedTuple):
    """A word: the text that is compared, its kind, its letters, these squeezed, and the first letter of each part.

    `spellings` are the ways to write one of another script, `sounds` the other spellings of a Latin one; the letters of
    a word that is `apart` stood alone (`J.R.`).
    """

    text: str
    kind: str
    letters: str
    written: str
    initial: str
    spellings: Spellings = ()
    sounds: Sounds = NO_SOUNDS
    apart: bool = False


@dataclass(frozen=True, eq=False)
class Name:
    """One spelling of a name; `words` stand in its order, without the legal forms and the numbers.

    `parse_name` makes one of each text, so that one is itself alone.
    """

    words: tuple[Word, ...]
    numbers: tuple[str, ...]
    forms: tuple[str, ...]
    form_initials: str
    tongue: str = ""

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
        return join_all(self.words)

    @cached_property
    def weight(self) -> int:
        """The weight of all words."""
        return sum(WEIGHTS[word.kind] for word in self.words)

    @cached_property
    def joined(self) -> dict[str, tuple[int, int]]:
        """Two words or more written as one, in each romanization: their place in `words`."""
        found: dict[str, tuple[int, int]] = {}
        words = self.words
        meeting = meetings(words)
        for start in range(len(words) - 1):
            text = words[start].written
            for end in range(start + 1, min(start + _MOST_JOINED, len(words))):
                text = join(text, words[end].written)
                if True in meeting[start:end]:
                    text = squeeze("".join([word.letters for word in words[start : end + 1]]))
                found[text] = (start, end + 1)
        if self.tongue in _WRITTEN_APART:
            for letters, span in self.spans:
                for sound in _sounds_of(self.tongue, letters):
                    found.setdefault(sound, span)
        return found

    @cached_property
    def spans(self) -> list[tuple[tuple[str, ...], tuple[int, int]]]:
        """The letters of two words or more side by side, with their place in `words`."""
        letters = [word.letters for word in self.words]
        return [
            (tuple(letters[start:end]), (start, end))
            for start in range(len(letters) - 1)
            for end in range(start + 2, min(start + _MOST_JOINED, len(letters)) + 1)
        ]

    @cached_property
    def abbreviated(self) -> dict[str, tuple[int, int]]:
        """The compared words of the name where one word or two have their first letters alone: their place."""
        found: dict[str, tuple[int, int]] = {}
        texts = [word.text for word in self.words]
        if len(texts) > _MOST_ABBREVIATED:
            return found
        for size in (1, 2):
            for start in range(len(texts) - size + 1):
                short = self.words[start : start + size]
                if size == len(texts) or all(word.kind in _ABBREVIATED for word in short):
                    initials = "".join([word.letters[:1] for word in short])
                    kept = " ".join(sorted((*texts[:start], initials, *texts[start + size :])))
                    found.setdefault(kept, (start, start + size))
        return found

    @property
    def two_letters(self) -> str:
        """The first letters of a name of two words."""
        return "".join(word.letters[:1] for word in self.words) if len(self.words) == 2 else ""

    @cached_property
    def short(self) -> str:
        """The compared words where one of them may be initials, else nothing."""
        return " ".join(self.texts) if any(map(may_be_initials, self.words)) else ""

    def _first_letters(self) -> Iterator[list[str]]:
        """The first letters of the words: all, without those of `_LINKING`, with one alone of "science and technology"."""
        letters = [word.initial for word in self.words]
        yield letters
        if any(word.text in _LINKING for word in self.words):
            yield ["" if word.text in _LINKING else word.initial for word in self.words]
        if any(len(initial) > 1 for initial in letters):
            yield [word.initial[:1] if "and" in word.letters else word.initial for word in self.words]

    @cached_property
    def acronyms(self) -> dict[str, tuple[int, int]]:
        """First letters of the first or last words, three or more, also with the form: their place in `words`."""
        found: dict[str, tuple[int, int]] = {}
        count = len(self.words)
        if count < _SHORTEST:
            return found
        for letters in self._first_letters():
            spans = {(0, end) for end in range(_SHORTEST, count + 1)}
            spans |= {(start, count) for start in range(count - _SHORTEST + 1)}
            for start, end in sorted(spans):
                text = "".join(letters[start:end])
                if _SHORTEST <= len(text) <= _LONGEST and letters[start]:
                    found.setdefault(text, (start, end))
                    for form in {self.form_initials[:1], self.form_initials} - {""} if end == count else ():
                        found.setdefault(text + form, (start, end))
        return found


def may_be_initials(word: Word) -> bool:
    """Whether a word of one or two letters may stand for as many words."""
    return len(word.letters) <= 2 and word.kind in _INITIALS


def are_initials(word: Word) -> bool:
    """Whether a word of one or two letters is no word by itself: they stood alone, or there is no vowel."""
    return may_be_initials(word) and (len(word.letters) == 1 or word.apart or not _VOWEL.search(word.letters))


def join_all(words: Iterable[Word]) -> str:
    """Words written as one."""
    words = tuple(words)
    if True in meetings(words):
        return squeeze("".join([word.letters for word in words]))
    return reduce(join, [word.written for word in words], "")


def meetings(words: Sequence[Word]) -> list[bool]:
    """Whether the letters where each word meets the next are written otherwise there."""
    return [
        one.letters[-1:] + other.letters[:1] in MEETING or other.written[:1] != other.letters[:1]
        for one, other in pairwise(words)
    ]


def _sounds_of(tongue: str, letters: tuple[str, ...]) -> Sounds:
    if tongue == "wade-giles":
        return in_pinyin(letters)
    return korean("".join(letters)) if tongue == "korean" and len(letters) < _MOST_SYLLABLES else NO_SOUNDS


@lru_cache(maxsize=500_000)
def parse_name(text: str, cantonese: bool = False) -> Name:
    """The parts of one spelling of a name; a name of nothing but a legal form keeps it as its words."""
    plain, others = _latin_words(text, cantonese)
    words = [common_spelling(word) for word in plain]
    start, end, forms = _without_forms(words)
    found, numbers = _words(words[start:end], plain[start:end], forms)
    if not found and forms:
        found, numbers = _words(words, plain, [])
    letters = "".join(word[0] for word in plain[end:])
    tongue = _tongue(text, found)
    if tongue or others.sounds or others.spellings or any(map(may_be_initials, found)):
        alone = letters_apart(text)
        found = [_with_sounds(word, tongue, others, alone) for word in found]
    else:
        found = [_with_long_vowels(word) for word in found]
    return Name(tuple(_without_branch(found)), tuple(sorted(numbers)), tuple(sorted(set(forms))), letters, tongue)


def _without_branch(words: list[Word]) -> list[Word]:
    """A name without the branch of a place at its end: a branch is the company."""
    if len(words) > 2 and words[-1].text == "branch" and words[-2].kind == "place":
        return words[:-2]
    return words


def _tongue(text: str, words: list[Word]) -> str:
    """The language whose romanization a name seems to have, as far as it makes a difference."""
    if not _arabic_words().isdisjoint([word.text for word in words]):
        return "arabic"
    own = [word.letters for word in words if word.kind in KINDS_OF_NAMES]
    if len(own) < len(words) - 2 or not 2 <= len(own) <= _MOST_SYLLABLES:
        return ""
    if looks_korean(own):
        return "korean"
    return "wade-giles" if looks_like_wade_giles(own, bool(_HYPHENS.search(text))) else ""


@lru_cache(maxsize=1)
def _arabic_words() -> frozenset[str]:
    """Words that Arabic names alone have: particles, and given names with a spelling in Arabic letters."""
    kinds = common_words().kinds
    natives = native_spellings().items()
    given = {latin for native, latin in natives if "\u0600" <= native[0] <= "\u06ff" and kinds.get(latin) == "given"}
    return ARABIC_PARTICLES.union(given)


def _with_sounds(word: Word, tongue: str, others: _Others, alone: frozenset[str]) -> Word:
    if word.letters in alone:
        return word._replace(apart=True)
    if word.kind not in KINDS_OF_NAMES:
        return word
    if word.letters in others.spellings:
        return word._replace(spellings=others.spellings[word.letters])
    sounds = sounds_of(word.letters, tongue) | others.sounds.get(word.letters, NO_SOUNDS)
    return Word(*word[:5], (), sounds) if sounds else word


def _with_long_vowels(word: Word) -> Word:
    sounds = sounds_of(word.letters, "") if word.kind in KINDS_OF_NAMES else NO_SOUNDS
    return Word(*word[:5], (), sounds) if sounds else word


class _Others(NamedTuple):
    """Other ways to write some words of a text: those of other scripts, and those with an umlaut."""

    spellings: dict[str, Spellings]
    sounds: dict[str, Sounds]


def _latin_words(text: str, cantonese: bool) -> tuple[list[str], _Others]:
    """The plain words of a text, and other ways to write some of them."""
    found = _Others({}, {})
    if not text.isascii():
        if is_latin(text):
            found.sounds.update(written_out(text))
        else:
            text = plain_script(text).translate(characters().simplified)
            for spelling, pattern, latin in _native():
                if spelling in text:
                    text = pattern.sub(f" {latin} ", text)
            text, ways = latinized(text, cantonese)
            found.spellings.update(ways)
    return with_parts_apart(plain_words(text)), found


@lru_cache(maxsize=1)
def _native() -> list[tuple[str, re.Pattern[str], str]]:
    ordered = sorted(native_spellings().items(), key=lambda pair: (-len(pair[0]), pair))
    return [
        (spelling, re.compile(with_articles(spelling) if is_alphabetic(spelling) else re.escape(spelling)), latin)
        for spelling, latin in ordered
    ]


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
    return Word(text, kind, letters, squeeze(letters), "".join(word[0] for word in given if word not in _LINKS))


def _kind(text: str) -> str:
    if len(text) == 1:
        return "letter"
    return "patronymic" if _PATRONYMIC.search(text) else "own"
