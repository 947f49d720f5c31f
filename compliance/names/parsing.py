"""A text taken apart: its legal forms, numbers and words, each word with its kind and the other ways to write it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from compliance.names.arabic_parts import with_parts_apart
from compliance.names.letters import is_latin, letters_apart, plain_words, squeeze
from compliance.names.name import KINDS_OF_NAMES, LINKS, MOST_SYLLABLES, Name, Word, may_be_initials
from compliance.names.name_vocabulary import characters, common_spelling, common_words, legal_forms, native_spellings
from compliance.names.romanizations import (
    ARABIC_PARTICLES,
    NO_SOUNDS,
    Sounds,
    looks_korean,
    looks_like_wade_giles,
    sounds_of,
    written_out,
)
from compliance.names.scripts import Spellings, is_alphabetic, latinize, plain_script, with_articles, with_numbers

_PATRONYMIC = re.compile(r"[a-z]{3}(ovich|evich|ovych|evych|ovna|evna|ivna|ichna|inichna|oglu|ogli|kizi)$")
_NUMBERED = ("no", "nr", "num", "number", "nomer")
_NUMBERS_WRITTEN_ON = ("three", "four", "five", "seven", "eight", "nine")
_LEAST_AFTER_NUMBER = 4
"""Letters of a word that a number is written on to: fewer are too often the end of another word (`Fourier`)."""
_MAY_BE_WRITTEN_ON = re.compile(rf"\b(?:{'|'.join(_NUMBERS_WRITTEN_ON)})[a-z]{{{_LEAST_AFTER_NUMBER}}}")
_ORDINAL = ("st", "nd", "rd", "th", "ya", "y", "i")
_LONGEST_FORM = 8
"""Words of a legal form."""
_BRANCHES = ("branch", "representative")
_ARABIC_LETTERS = re.compile(r"q(?![u\W\d])|dh[aiu]|aa[a-z]|iy+[ae]h?\b")
_ARABIC_SIGNS = ("q", "dh", "aa", "iy")
"""What is written so in Latin letters in Arabic names more than in others."""
_SPACED_INITIALS = re.compile(r"^\s*[^\W\d]\. [^\W\d]\. |[ ,][^\W\d]\. [^\W\d]\.?\s*$")
"""Of a person, at either end; a legal form has no space, `A.S.`."""
_ONE = re.compile(r"\sI\b")
_HYPHENS = re.compile(r"[a-z]['’]?-[a-z]")


@lru_cache(maxsize=500_000)
def parse_name(text: str, reading: str = "") -> Name:
    """The parts of one spelling of a name; a name of nothing but a legal form keeps it as its words."""
    plain, others = _latin_words(text, reading)
    words = list(map(common_spelling, plain))
    start, end, forms = (0, len(words), []) if ". " in text and _SPACED_INITIALS.search(text) else _without_forms(words)
    found, numbers = _words(words[start:end], plain[start:end], forms, " I" in text and bool(_ONE.search(text)))
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
    """A name without the branch or the office of a place at its end: these are the company."""
    end = len(words)
    if end > 1 and words[end - 1].text == "office" and words[end - 2].text in _BRANCHES:
        end -= 1
    if end > 2 and words[end - 1].text in _BRANCHES and words[end - 2].kind == "place":
        return words[: end - 2]
    return words


def _tongue(text: str, words: list[Word]) -> str:
    """The language whose romanization a name seems to have, as far as it makes a difference."""
    if not _arabic_words().isdisjoint([word.text for word in words]) or _has_arabic_letters(text.lower()):
        return "arabic"
    own = [word.letters for word in words if word.kind in KINDS_OF_NAMES]
    if len(own) < len(words) - 2 or not 2 <= len(own) <= MOST_SYLLABLES:
        return ""
    wade_giles = looks_like_wade_giles(own, "-" in text and bool(_HYPHENS.search(text)))
    if looks_korean(own):
        return "korean or wade-giles" if wade_giles else "korean"
    return "wade-giles" if wade_giles else ""


def _has_arabic_letters(text: str) -> bool:
    return any(sign in text for sign in _ARABIC_SIGNS) and bool(_ARABIC_LETTERS.search(text))


@lru_cache(maxsize=1)
def _arabic_words() -> frozenset[str]:
    """Words that Arabic names alone have: particles, and given names with a spelling in Arabic letters."""
    kinds = common_words().kinds
    natives = native_spellings().items()
    given = {latin for native, latin in natives if "\u0600" <= native[0] <= "\u06ff" and kinds.get(latin) == "given"}
    return ARABIC_PARTICLES.union(given)


def _with_sounds(word: Word, tongue: str, others: _AlternativeSpellings, alone: frozenset[str]) -> Word:
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


class _AlternativeSpellings(NamedTuple):
    """Other ways to write some words of a text: those of other scripts, and those with an umlaut."""

    spellings: dict[str, Spellings]
    sounds: dict[str, Sounds]


def _latin_words(text: str, reading: str) -> tuple[list[str], _AlternativeSpellings]:
    """The plain words of a text, and other ways to write some of them."""
    found = _AlternativeSpellings({}, {})
    if not text.isascii():
        if is_latin(text):
            found.sounds.update(written_out(text))
        else:
            text = with_numbers(plain_script(text))
            if reading != "japanese":
                text = text.translate(characters().simplified)
            for spelling, pattern, latin in _native():
                if spelling in text:
                    text = pattern.sub(f" {latin} ", text)
            text, ways = latinize(text, reading)
            found.spellings.update(ways)
    return _with_numbers_apart(with_parts_apart(plain_words(text))), found


def _with_numbers_apart(words: list[str]) -> list[str]:
    """The words of a name, a number apart from what is written on to it: `Sevenstar` is seven stars."""
    if not _MAY_BE_WRITTEN_ON.search(" ".join(words)):
        return words
    found: list[str] = []
    for word in words:
        number = next(filter(word.startswith, _NUMBERS_WRITTEN_ON), "")
        rest = word[len(number) :]
        found += (
            [number, rest] if number and len(rest) >= _LEAST_AFTER_NUMBER and not rest.startswith("teen") else [word]
        )
    return found


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


def _words(words: list[str], plain: list[str], forms: list[str], roman: bool = False) -> tuple[list[Word], list[str]]:
    """The words of a name by their meaning, and its numbers; legal forms between the words go to `forms`."""
    found: list[Word] = []
    numbers: list[str] = []
    table, inside = common_words(), legal_forms()["middle"]
    place, count = 0, len(words)
    telling = _telling()
    while place < count:
        text = words[place]
        if text not in telling and text.isalpha() and (text != "i" or not roman):
            found.append(_word(text, _kind(text, plain[place]), (plain[place],)))
            place += 1
            continue
        if text.isdigit():
            numbers.append(text)
            place += 2 if place + 1 < count and words[place + 1] in _ORDINAL else 1
            continue
        if text in _NUMBERED and place + 1 < count and _is_number(words[place + 1]):
            place += 1
            continue
        if text == "i" and roman and 0 < place == count - 1:
            numbers.append("1")
            break
        if 0 < place < count - 1 and (form := inside.longest_at(words, place)):
            forms.append(form[1])
            place += form[0]
            continue
        length, meaning = table.phrases.longest_at(words, place) or (1, "")
        kind = table.kinds[meaning] if meaning else _kind(text, plain[place])
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


@lru_cache(maxsize=1)
def _telling() -> frozenset[str]:
    """The words that begin a common word, a number or a legal form; any other is one by itself."""
    phrases = common_words().phrases, legal_forms()["middle"]
    return frozenset(_NUMBERED).union(*((*one.single, *one.by_first) for one in phrases))


def _is_number(word: str) -> bool:
    table = common_words()
    return word.isdigit() or table.kinds.get(table.phrases.single.get(word, "")) == "number"


@lru_cache(maxsize=500_000)
def _word(text: str, kind: str, given: tuple[str, ...]) -> Word:
    letters = "".join(given)
    return Word(text, kind, letters, squeeze(letters), "".join(word[0] for word in given if word not in LINKS))


def _kind(text: str, given: str) -> str:
    """The kind of a word that no table holds, as it is compared and as it is given: an ending may be folded."""
    if len(text) == 1:
        return "letter"
    return "patronymic" if _PATRONYMIC.search(text) or _PATRONYMIC.search(given) else "own"
