"""Names taken apart to be compared: words with their kinds, numbers, legal forms, and what the words may be cut to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

from compliance.names.letters import MEETING, join, squeeze
from compliance.names.name_vocabulary import WEIGHTS
from compliance.names.once import once
from compliance.names.romanizations import NO_SOUNDS, Sounds, in_pinyin, korean, squeeze_sound
from compliance.names.scripts import Spellings

_SHORTEST, _LONGEST = 3, 8
"""Letters of an acronym."""
MOST_SYLLABLES = 4
_MOST_JOINED = 4
"""Words written as one."""
_LINKING = ("group", "holding")
"""Words that an acronym often leaves out."""
LINKS = ("and", "of", "for", "the")
_ABBREVIATED = ("own", "given", "patronymic")
_INITIALS = ("own", "letter", "particle")
_MOST_ABBREVIATED = 6
"""Words of a name of which some are written by their first letters."""
KINDS_OF_NAMES = ("own", "given")
_VOWEL = re.compile("[aeiouy]")
_WRITTEN_APART = ("wade-giles", "korean", "korean or wade-giles")


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

    @once
    def texts(self) -> tuple[str, ...]:
        """The compared words in order of the alphabet."""
        return tuple(sorted(word.text for word in self.words))

    @once
    def letters(self) -> str:
        """The letters of all words."""
        return "".join(word.letters for word in self.words)

    @once
    def written(self) -> str:
        """All words written as one."""
        return join_all(self.words)

    @once
    def weight(self) -> int:
        """The weight of all words."""
        return sum(WEIGHTS[word.kind] for word in self.words)

    @once
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
                    found.setdefault(squeeze_sound(sound), span)
        return found

    @once
    def spans(self) -> list[tuple[tuple[str, ...], tuple[int, int]]]:
        """The letters of two words or more side by side, with their place in `words`."""
        letters = [word.letters for word in self.words]
        return [
            (tuple(letters[start:end]), (start, end))
            for start in range(len(letters) - 1)
            for end in range(start + 2, min(start + _MOST_JOINED, len(letters)) + 1)
        ]

    @once
    def initials(self) -> dict[str, tuple[int, int]]:
        """The compared words of the name where one word or two have their first letters alone: their place."""
        found: dict[str, tuple[int, int]] = {}
        texts = [word.text for word in self.words]
        if len(texts) > _MOST_ABBREVIATED:
            return found
        for size in (1, 2):
            for start in range(len(texts) - size + 1):
                short = self.words[start : start + size]
                if (size > 1 and not start) or all(word.kind in _ABBREVIATED for word in short):
                    initials = "".join([word.letters[:1] for word in short])
                    kept = " ".join(sorted((*texts[:start], initials, *texts[start + size :])))
                    found.setdefault(kept, (start, start + size))
        return found

    @property
    def two_letters(self) -> str:
        """The first letters of the first two words."""
        return "".join(word.letters[:1] for word in self.words[:2]) if len(self.words) > 1 else ""

    @once
    def short(self) -> str:
        """The compared words where one of them may be initials, else nothing."""
        return " ".join(self.texts) if any(map(may_be_initials, self.words)) else ""

    def _first_letters(self) -> Iterator[list[str]]:
        """The first letters of the words: all, without `_LINKING`, and with one alone of "science and technology"."""
        letters = [word.initial for word in self.words]
        yield letters
        if any(word.text in _LINKING for word in self.words):
            yield ["" if word.text in _LINKING else word.initial for word in self.words]
        if any(len(initial) > 1 for initial in letters):
            yield [word.initial[:1] if "and" in word.letters else word.initial for word in self.words]

    @once
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
        one.letters[-1:] + other.letters[:1] in MEETING
        or other.written[:1] != other.letters[:1]
        or one.written[-1:] != one.letters[-1:]
        for one, other in pairwise(words)
    ]


def _sounds_of(tongue: str, letters: tuple[str, ...]) -> Sounds:
    sounds = in_pinyin(letters) if "wade-giles" in tongue else NO_SOUNDS
    return sounds | korean("".join(letters)) if "korean" in tongue and len(letters) < MOST_SYLLABLES else sounds
