"""Words of an index by their sounds: those that are other romanizations of a word, or spell one of another script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from compliance.names.name import Name, Word
from compliance.names.romanizations import arabic, is_arabic, squeeze_sound
from compliance.names.scripts import latin_form, readings_among

_KINDS = ("own", "given")
Texts = Mapping[str, Collection[str]]


class SoundingWords:
    """The words and the joined words of an index; what is asked for seldom is made when it is asked for."""

    def __init__(self, words: Iterable[Word], names: Iterable[Name], written: Texts) -> None:
        self._words = [word for word in words if word.kind in _KINDS]
        self._names = names
        self._written = written
        self._spelled = [word for word in self._words if word.spellings]
        self._by_sound: dict[str, set[str]] = defaultdict(set)
        self._by_squeezed: dict[str, set[str]] = defaultdict(set)
        for word in self._words:
            for sound in word.sounds:
                self._by_sound[sound].add(word.text)
                self._by_squeezed[squeeze_sound(sound)].add(word.text)
        self._has_arabic = any(is_arabic(word.sounds) for word in self._words)

    def near(self, words: Collection[Word]) -> dict[str, set[str]]:
        """For each word, by its text, the words of the index that sound like it."""
        found: dict[str, set[str]] = defaultdict(set)
        latin: dict[str, set[str]] = defaultdict(set)
        for word in words:
            if word.kind not in _KINDS:
                continue
            if word.spellings:
                for letters in readings_among(word.spellings, self._order):
                    found[word.text].update(self._latin[letters])
                continue
            if self._spelled:
                latin[latin_form(word.letters)].add(word.text)
            found[word.text].update(self._like(word))
        order = sorted(latin)
        for own in self._spelled:
            for letters in readings_among(own.spellings, order):
                for text in latin[letters]:
                    found[text].add(own.text)
        return {text: near - {text} for text, near in found.items() if near}

    def _like(self, word: Word) -> Iterable[str]:
        for sound in (*word.sounds, word.letters):
            yield from self._by_sound.get(sound, ())
        for sound in word.sounds:
            yield from self._written.get(squeeze_sound(sound), ())
        for sound in arabic(word.letters) if self._has_arabic else ():
            yield from self._by_sound.get(sound, ())
        for sound in word.sounds if is_arabic(word.sounds) else ():
            yield from self._arabic.get(sound, ())

    def sounding(self, sound: str) -> Collection[str]:
        """The words of the index that have a sound, as words are joined."""
        return self._by_squeezed.get(sound, ())

    def joined_spelling(self, word: Word) -> list[str]:
        """The words of the index, as they are joined there, that spell a word of another script."""
        if not word.spellings or word.kind not in _KINDS:
            return []
        return [
            text
            for letters in readings_among(word.spellings, self._joined_order)
            for text in self._joined_words[letters]
        ]

    def spelled_by_joined(self, names: Iterable[Name]) -> dict[str, set[str]]:
        """For words of these names side by side, in Latin letters, the words of the index that they spell."""
        found: dict[str, set[str]] = defaultdict(set)
        if self._spelled:
            order = sorted({latin_form("".join(letters)) for name in names for letters, _ in name.spans})
            for own in self._spelled:
                for letters in readings_among(own.spellings, order):
                    found[letters].add(own.text)
        return found

    @cached_property
    def _latin(self) -> Texts:
        found: dict[str, set[str]] = defaultdict(set)
        for word in self._words:
            if not word.spellings:
                found[latin_form(word.letters)].add(word.text)
        return found

    @cached_property
    def _order(self) -> list[str]:
        return sorted(self._latin)

    @cached_property
    def _joined_words(self) -> Texts:
        found: dict[str, set[str]] = defaultdict(set)
        for name in self._names:
            joined = {span: written for written, span in name.joined.items()}
            for letters, span in name.spans:
                found[latin_form("".join(letters))].add(joined[span])
        return found

    @cached_property
    def _joined_order(self) -> list[str]:
        return sorted(self._joined_words)

    @cached_property
    def _arabic(self) -> Texts:
        found: dict[str, set[str]] = defaultdict(set)
        for word in self._words:
            for sound in () if word.spellings else arabic(word.letters):
                found[sound].add(word.text)
        return found
