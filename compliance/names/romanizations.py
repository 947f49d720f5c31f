"""Latin words as other romanizations write them: `sounds` are other spellings, by which two words are one.

Wade-Giles, Korean and Arabic are read so only in a name that looks like one of that language; a long vowel of a
Japanese word and an umlaut are so by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import product

from compliance.names.letters import plain_words, squeeze
from compliance.names.name_tables import read_rows
from compliance.names.scripts import wade_giles

Sounds = frozenset[str]
NO_SOUNDS: Sounds = frozenset()
_MOST = 24
"""Spellings of one word that are looked at."""
_KOREAN = re.compile(
    r"(?:(?:kk|tt|pp|ss|tch|ch|sh|[kgtdpbjrlhmnsy])?(?:yeo|yoo|you|yae|eui|eo|eu|ae|ai|oo|ou|oe|oi|ee|ui|w[aeio]+|y[aeou]"
    r"|[aeiou])h?(?:ng|[nmklgptbr](?![aeiouwy]))?){1,2}"
)
_SILENT_H = re.compile(r"(?<=[aeiou])h(?![aeiouwy])")
_IN_KOREAN: dict[str, tuple[str, ...]] = {
    "yeo": ("yeo",), "yoo": ("yu",), "you": ("yeo", "yu"), "yo": ("yo", "yeo"), "yu": ("yu", "yeo"),
    "ye": ("ye", "yeo"), "eui": ("ui", "i"), "eo": ("eo",), "eu": ("eu",), "ai": ("ae",), "oo": ("u",),
    "ou": ("u", "eo"), "oi": ("oe",), "ee": ("i",), "ui": ("ui", "i"), "e": ("e", "ae"), "o": ("o", "eo"),
    "u": ("u", "eo", "eu"), "tch": ("j",), "ch": ("j",), "sh": ("s",), "kk": ("g",), "tt": ("d",), "pp": ("b",),
    "k": ("g",), "t": ("d",), "p": ("b",), "r": ("l",), "z": ("j",),
}  # fmt: skip
_KOREAN_LETTERS = re.compile("yeo|yoo|you|yo|yu|ya|ye|eui|eo|eu|ae|ai|oo|ou|oe|oi|ee|ui|tch|ch|sh|kk|tt|pp|ng|.")
ARABIC_PARTICLES = frozenset({"al", "abd", "bin", "abu", "ibn", "din", "allah"})
_ARABIC_GROUPS = (
    ("sch", "S"), ("sh", "S"), ("ch", "S"), ("kh", "h"), ("gh", "G"), ("ph", "f"), ("dh", "D"), ("th", "T"),
    ("dj", "J"), ("gj", "J"), ("ei", "i"), ("ey", "i"), ("ai", "i"), ("ay", "i"), ("ie", "i"), ("iy", "i"), ("ou", "u"),
)  # fmt: skip
_ARABIC_LETTERS = str.maketrans("kcjvyo", "KKJwiu")
_ARABIC_OPEN = {"e": "ai", "g": "JG", "q": "KG", "D": "dz", "T": "td"}
"""Letters of which one romanization writes this, one that."""
_SHORTEST_ARABIC = 4
_DIPHTHONG = re.compile("a[uw](?![aeiou])")
_DOUBLE = re.compile(r"([a-z])\1+")
_ROMAJI = re.compile(
    r"(?:(?:[kgsztdnhbpmyrwjf]|ch|sh|ts|[kgnhbpmr]y|kk|ss|tt|pp)?[aeiou]|(?<=[aeou])h(?![aeiou])|n(?![aeiouy]))+"
)
_LONG_VOWEL = re.compile(r"ou|oo|uu|oh(?![aeiou])")
_UMLAUTS = re.compile(r"\w*[äöüøåæßœčćšžşçğñ]\w*")
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_SOUNDED_OUT = str.maketrans({"č": "ch", "ć": "ch", "š": "sh", "ž": "zh", "ş": "sh", "ç": "ch", "ğ": "gh", "ñ": "ny"})
_CHINESE_U = re.compile("(?<=[nl])ü(?![a-z])")


def squeeze_sound(sound: str) -> str:
    """A sound as words are joined."""
    return sound if ":" in sound else squeeze(sound)


def japanese(word: str) -> Sounds:
    """A Japanese word with its long vowels written short."""
    if not _LONG_VOWEL.search(word) or not _ROMAJI.fullmatch(word):
        return NO_SOUNDS
    return frozenset({_LONG_VOWEL.sub(lambda vowel: vowel[0][0], word)})


@lru_cache(maxsize=500_000)
def sounds_of(word: str, tongue: str) -> Sounds:
    """The other spellings of a word in a name of which the romanization is known, or is not (empty)."""
    if tongue == "arabic":
        return arabic(word) | japanese(word)
    sounds = korean(word) if "korean" in tongue else NO_SOUNDS
    return sounds | (in_pinyin((word,)) if "wade-giles" in tongue else NO_SOUNDS) | japanese(word)


def written_out(text: str) -> dict[str, Sounds]:
    """The words with an umlaut, without it, each with how it is written otherwise."""
    found = {}
    for word in _UMLAUTS.findall(text.lower()):
        others = {word.translate(_WRITTEN_OUT), word.translate(_SOUNDED_OUT)}
        others.update(_CHINESE_U.sub(u, word) for u in ("yu", "v"))
        plain = _without_marks(word)
        found[plain] = frozenset(map(_without_marks, others))
    return found


def _without_marks(word: str) -> str:
    return "".join(plain_words(word))


def looks_like_wade_giles(words: Sequence[str], hyphens: bool) -> bool:
    """Whether the words of a name are syllables of Wade-Giles, and some are none of Pinyin or joined by a hyphen."""
    table = wade_giles()
    if any(word not in table for word in words):
        return False
    return hyphens or any(word not in table[word] and word not in _pinyin() for word in words)


def in_pinyin(words: Iterable[str]) -> Sounds:
    """What syllables of Wade-Giles, written as one, may be in Pinyin."""
    ways = [sorted(wade_giles().get(word, ())) for word in words]
    return frozenset("".join(way) for way in _limit_combinations(ways))


def looks_korean(words: Sequence[str]) -> bool:
    """Whether one word of a name is a surname of Korea and all may be Korean."""
    surnames = _korean_surnames()
    if surnames.keys().isdisjoint(words):
        return False
    return all(word in surnames or _KOREAN.fullmatch(word) for word in words)


@lru_cache(maxsize=50_000)
def korean(word: str) -> Sounds:
    """A Korean word, brought to the letters of the Revised Romanization, as one or other romanization has it."""
    letters = _KOREAN_LETTERS.findall(_SILENT_H.sub("", word))
    keys = {
        "ko:" + "".join(way) for way in _limit_combinations([_IN_KOREAN.get(letter, (letter,)) for letter in letters])
    }
    keys.update(f"ko:={own}" for own in _korean_surnames().get(word, ()))
    return frozenset(keys)


def is_arabic(sounds: Sounds) -> bool:
    """Whether these are sounds of an Arabic word."""
    return any(sound.startswith("ar:") for sound in sounds)


@lru_cache(maxsize=200_000)
def arabic(word: str) -> Sounds:
    """A word as Arabic names are romanized, by consonants of one class and its vowels."""
    if len(word) < _SHORTEST_ARABIC:
        return NO_SOUNDS
    plain = _DOUBLE.sub(r"\1", word).removesuffix("h")
    plain = _DIPHTHONG.sub("u", plain)
    for letters, one in _ARABIC_GROUPS:
        if letters in plain:
            plain = plain.replace(letters, one)
    keys = ["ar:"]
    for letter in plain.translate(_ARABIC_LETTERS):
        if letter in _ARABIC_OPEN and len(keys) < _MOST:
            keys = [key + way for key in keys for way in _ARABIC_OPEN[letter]]
        else:
            keys = [key + letter for key in keys]
    return frozenset(keys)


def _limit_combinations(ways: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    count = 1
    for way in ways:
        count *= len(way)
    if count > _MOST:
        ways = [*ways]
        for place in sorted(range(len(ways)), key=lambda place: -place):
            if count <= _MOST:
                break
            count //= len(ways[place])
            ways[place] = ways[place][:1]
    return list(product(*ways))


@cache
def _pinyin() -> frozenset[str]:
    return frozenset(row["pinyin"] for row in read_rows("mandarin.csv"))


@cache
def _korean_surnames() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in read_rows("surnames.csv"):
        for spelling in filter(None, row["latin"].split(";")):
            found.setdefault(spelling, set()).add(row["surname"])
    return {spelling: frozenset(own) for spelling, own in found.items()}
