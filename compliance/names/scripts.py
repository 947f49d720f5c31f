"""Words of other scripts than the Latin one: put into Latin letters, and all the ways in which others may write them.

`scripts.csv` says how the letters of a script are written in Latin ones, `mandarin.csv` and `cantonese.csv` how Chinese
characters are read. A word is then a row of letters with several spellings each, and another word is one of them.

Sources: the readings of `cantonese.csv` are those of pycantonese (MIT), which takes them from rime-cantonese and the
Hong Kong Cantonese Corpus (CC BY 4.0); the syllables of `mandarin.csv` those of pypinyin (MIT); the traditional
characters of `characters.csv` those of OpenCC (Apache 2.0).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from anyascii import anyascii

from compliance.names.name_tables import read_rows

if TYPE_CHECKING:
    from sudachipy import Tokenizer

Spellings = tuple[tuple[str, ...], ...]
"""The ways to write each letter of a word, one after the other; an empty one where it may be left out."""

_RUNS = re.compile(
    "(?P<cyrillic>[\u0400-\u052f]+)|(?P<greek>[\u0370-\u03ff\u1f00-\u1fff]+)|(?P<arabic>[\u0600-\u06ff\u0750-\u077f]+)"
    "|(?P<hebrew>[\u0590-\u05ff]+)|(?P<devanagari>[\u0900-\u097f]+)|(?P<korean>[\uac00-\ud7a3]+)"
    "|(?P<kana>[\u3040-\u309f\u30a1-\u30fa\u30fc-\u30ff]+)|(?P<han>[\u3400-\u9fff\u3005]+)"
)
_ANYTHING_BETWEEN = "*"
"""The row of a script that says what may stand after each letter: its vowels are not written."""
_DECOMPOSED = ("cyrillic", "greek", "korean")
_BY_ROMANIZATION = ("kana",)
READINGS = ("", "cantonese", "japanese")
"""How Chinese characters are read: as Mandarin, and otherwise."""
_LATIN_FORM = (("ee", "i"), ("oo", "u"), ("ck", "k"), ("ph", "f"))
_DOUBLE = re.compile(r"(.)\1+")
_DIGITS = "一二三四五六七八九"
_ORDINAL = re.compile(f"第([{_DIGITS}十百]+)")
_MARKS = re.compile("[\u064b-\u065f\u0670\u0640\u05b0-\u05c7\u200c-\u200f]")
_SAME_LETTER = str.maketrans("أإآٱيك", "اااایک")
_ARTICLE = re.compile("^(?:و?ال|لل)(?=..)")
_NO_INITIAL = 2
"""Letters of a word that is no initial."""
_SERVANT = "عبدال"
"""`Abd al-`, written on to what follows."""
_PERSON = range(2, 5)
"""Characters of the name of a Chinese or Korean person."""


class Reading(NamedTuple):
    """A word in Latin letters, and the ways to write it."""

    latin: str
    spellings: Spellings


def latin_form(word: str) -> str:
    """A word in Latin letters as `Spellings` have them: long vowels and doubled letters once."""
    for letters, plain in _LATIN_FORM:
        word = word.replace(letters, plain)
    return _DOUBLE.sub(r"\1", word)


def plain_script(text: str) -> str:
    """A text without the marks of vowels, and with one letter for those that are written in several ways."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_SAME_LETTER)


def with_numbers(text: str) -> str:
    """A text with its ordinal numbers in Chinese characters as digits."""
    return _ORDINAL.sub(lambda number: f" {_value(number[1])} ", text)


def _value(number: str) -> int:
    total = digit = 0
    for character in number:
        if character in _DIGITS:
            digit = _DIGITS.index(character) + 1
        else:
            total += (digit or 1) * (100 if character == "百" else 10)
            digit = 0
    return total + digit


def with_articles(spelling: str) -> str:
    """A pattern of a word of an alphabet, of an Arabic one also with what is written on to it."""
    before = "(?:و?(?:ال|لل)|[ولب])?" if _RUNS.match(spelling) and _script(spelling) == "arabic" else ""
    return rf"(?<!\w){before}{re.escape(spelling)}(?!\w)"


def is_alphabetic(spelling: str) -> bool:
    """Whether words of this script stand apart from one another."""
    return _script(spelling) not in ("korean", "kana", "han", "")


def has_characters(text: str) -> bool:
    """Whether there are Chinese characters, which are read in several ways."""
    return any("\u3400" <= letter <= "\u9fff" for letter in text)


def latinize(text: str, tongue: str = "") -> tuple[str, dict[str, Spellings]]:
    """A text with its words of other scripts in Latin letters, and the ways to write each of these."""
    found: dict[str, Spellings] = {}
    parts: list[str] = []
    end = 0
    for run in _RUNS.finditer(text):
        parts.append(text[end : run.start()])
        end = run.end()
        whole = text[: run.start()].strip() == "" and text[end:].strip() == ""
        for reading in _readings(run.lastgroup or "", run[0], whole, tongue):
            parts.append(f" {reading.latin} " if len(run[0]) > 1 else reading.latin)
            if reading.spellings:
                found[reading.latin] = reading.spellings
    parts.append(text[end:])
    return "".join(parts), found


def reads(spellings: Spellings, word: str) -> bool:
    """Whether a word, in its `latin_form`, is one of the spellings."""
    return _reads(spellings, word)


@lru_cache(maxsize=200_000)
def _reads(spellings: Spellings, word: str) -> bool:
    ends = {0}
    for ways in spellings:
        ends = {place + len(way) for place in ends for way in ways if word.startswith(way, place)}
        if not ends:
            return False
    return len(word) in ends


def readings_among(spellings: Spellings, words: Sequence[str]) -> list[str]:
    """Of words in order, each in its `latin_form`, those that are one of the spellings."""
    found: set[str] = set()
    starts = {""}
    for ways in spellings:
        longer = {start + way for start in starts for way in ways if way}
        kept = starts if "" in ways else set()
        starts = kept | {text for text in longer if _begins_one(words, text)}
        if not starts:
            return []
    for text in starts:
        place = bisect_left(words, text)
        if place < len(words) and words[place] == text:
            found.add(text)
    return sorted(found)


def _begins_one(words: Sequence[str], text: str) -> bool:
    place = bisect_left(words, text)
    return place < len(words) and words[place].startswith(text)


def _script(word: str) -> str:
    match = _RUNS.match(word)
    return match.lastgroup or "" if match else ""


def _readings(script: str, word: str, whole: bool, tongue: str) -> Iterator[Reading]:
    """The words of a run of letters of one script; `whole` where nothing else is in the name."""
    if script == "han":
        yield from _of_characters(word, whole, tongue)
    elif script == "arabic":
        if word.startswith(_SERVANT) and len(word) > len(_SERVANT) + 1:
            yield Reading("abd", ())
            word = word[len(_SERVANT) :]
        elif article := _ARTICLE.match(word):
            yield Reading("al", ())
            word = word[article.end() :]
        yield _of_letters(script, word)
    elif script == "korean" and whole and len(word) in _PERSON:
        surname = 2 if word[:2] in _double_surnames() and len(word) > 2 else 1
        yield _of_letters(script, word[:surname])
        yield _of_letters(script, word[surname:])
    else:
        yield _of_letters(script, word)


@lru_cache(maxsize=100_000)
def _of_letters(script: str, word: str) -> Reading:
    latin = _in_romaji(word) if script == "kana" else re.sub("[^a-z]", "", anyascii(word).lower())
    plain = latin_form(latin) if script in _BY_ROMANIZATION else word
    if script in _DECOMPOSED:
        plain = unicodedata.normalize("NFD", plain)
    letters, longest = _letters()[script]
    between = letters.get(_ANYTHING_BETWEEN)
    found: list[tuple[str, ...]] = []
    place = 0
    while place < len(plain):
        for size in range(min(longest, len(plain) - place), 0, -1):
            ways = letters.get(plain[place : place + size])
            if ways:
                found.append(ways)
                if between:
                    found.append(between)
                break
        else:
            size = 1
            if not unicodedata.combining(plain[place]):
                found.append((re.sub("[^a-z]", "", anyascii(plain[place]).lower()),))
        place += size
    if len(latin) < _NO_INITIAL and found:
        latin = "".join(max(ways, key=len) for ways in found)
    return Reading(latin or "x", tuple(found))


def _of_characters(word: str, whole: bool, tongue: str) -> Iterator[Reading]:
    """Characters as they are read: of a person the surname and the rest, in Cantonese one by one."""
    if tongue == "japanese":
        yield from _in_japanese(word)
    elif tongue == "cantonese":
        for character in word:
            ways = _cantonese().get(character, ())
            yield Reading(ways[0], (tuple(map(latin_form, ways)),)) if ways else _in_mandarin(character)
    elif whole and len(word) in _PERSON:
        surname = 2 if word[:2] in _double_surnames() and len(word) > 2 else 1
        yield _in_mandarin(word[:surname])
        yield _in_mandarin(word[surname:])
    else:
        yield _in_mandarin(word)


_BEFORE_SMALL_E = {"ちぇ": "che", "しぇ": "she", "じぇ": "je"}
"""Syllables of foreign words of which jaconv 0.5.0 makes `chie`, `shie` and `jie`, as of ちえ, しえ and じえ."""


def _in_romaji(word: str) -> str:
    from jaconv import kana2alphabet, kata2hira  # read where there are such letters alone

    syllables = re.sub("|".join(_BEFORE_SMALL_E), lambda found: _BEFORE_SMALL_E[found[0]], kata2hira(word))
    return re.sub("[^a-z]", "", anyascii(kana2alphabet(syllables)).lower())


def _in_japanese(word: str) -> Iterator[Reading]:
    """Words of a Japanese text as its dictionary reads them."""
    for morpheme in _japanese_words().tokenize(word):
        yield Reading(_in_romaji(morpheme.reading_form()) or "x", ())


@cache
def _japanese_words() -> Tokenizer:
    from sudachipy import Dictionary, SplitMode  # read where there are characters alone

    return Dictionary(dict="small").tokenizer(mode=SplitMode.C)


@lru_cache(maxsize=100_000)
def _in_mandarin(word: str) -> Reading:
    from pypinyin import Style, lazy_pinyin, pinyin  # read where there are characters alone

    table, own = mandarin(), _own_readings()
    read = lazy_pinyin(word)
    if len(read) != len(word):
        read = [lazy_pinyin(character)[0] for character in word]
    first = [own.get(character) or syllable for character, syllable in zip(word, read, strict=True)]
    ways = []
    for character, one in zip(word, first, strict=True):
        every = dict.fromkeys((one, *pinyin(character, style=Style.NORMAL, heteronym=True)[0]))
        syllables = [syllable.replace("v", "ü") for syllable in every]
        written = (latin_form(way) for syllable in syllables for way in table.get(syllable, (syllable,)))
        ways.append(tuple(dict.fromkeys(written)))
    return Reading("".join(re.sub("[^a-z]", "", anyascii(read).lower()) for read in first) or "x", tuple(ways))


@cache
def mandarin() -> Mapping[str, tuple[str, ...]]:
    """The syllables of Mandarin in Pinyin, each with its spellings in Pinyin and in Wade-Giles."""
    found = {}
    for row in read_rows("mandarin.csv"):
        pinyin = row["also"].split(";") if row["also"] else [row["pinyin"]]
        found[row["pinyin"]] = tuple(dict.fromkeys((*pinyin, *row["wade_giles"].split(";"))))
    return found


@cache
def wade_giles() -> Mapping[str, frozenset[str]]:
    """The syllables of Wade-Giles, each with what it may be in Pinyin."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in read_rows("mandarin.csv"):
        for spelling in row["wade_giles"].split(";"):
            found[spelling].update(row["also"].split(";") if row["also"] else [row["pinyin"]])
    return {spelling: frozenset(pinyin) for spelling, pinyin in found.items()}


@cache
def _cantonese() -> Mapping[str, tuple[str, ...]]:
    return {
        character: tuple(row["spellings"].split(";"))
        for row in read_rows("cantonese.csv")
        for character in row["characters"]
    }


@cache
def _own_readings() -> Mapping[str, str]:
    rows = read_rows("characters.csv")
    return {row["character"]: row["plain"] for row in rows if row["plain"].isascii()}


@cache
def _double_surnames() -> frozenset[str]:
    return frozenset(row["surname"] for row in read_rows("surnames.csv") if row["language"] != "latin")


@cache
def _letters() -> Mapping[str, tuple[Mapping[str, tuple[str, ...]], int]]:
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for row in read_rows("scripts.csv"):
        letters = row["letters"].translate(_SAME_LETTER)
        latin = [latin_form(way) for way in row["latin"].split(";")]
        french = [way.replace("u", "ou") for way in latin if "u" in way]
        ways = dict.fromkeys((*found[row["script"]].get(letters, ()), *latin, *french))
        found[row["script"]][letters] = tuple(ways)
    return {script: (letters, max(map(len, letters))) for script, letters in found.items()}
