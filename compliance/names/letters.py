"""The text of a name brought to plain words: other scripts in Latin letters, without case, accents, stops and signs."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_APOSTROPHES = re.compile(r"(?<=\w)['`´‘’ʻʼ](?=\w)")
_LETTERS_APART = re.compile(
    r"(?<![a-z0-9])(?:[a-z](?:\.[a-z](?![a-z0-9]))+\.?|[a-z](?:[-/][a-z](?![a-z0-9]))+"
    r"|[a-z]\.?(?: [a-z](?![a-z0-9]|[.\-/][a-z])\.?)+)"
)
_FORM_AT_WORD = re.compile(r"(?<=[a-z])(?=(?:LLC|Ltd|LTD|Limited|Inc|Corp|Company|Co|GmbH|Sdn|Pte|OOO|JSC)\b)")
"""Where a legal form is written on to a word, `AcmeLLC`."""
_ARTICLE = re.compile(r"(?<![a-z])[ae](?:sh|th|dh|s|d|t|r|n|z)-(?=(sh|th|dh|s|d|t|r|n|z))")
"""The Arabic article before the letters that it takes on, `as-Sayyid`."""
_SYLLABLE_I = re.compile(r"(?<=[a-z])-i\b")
"""The syllable of Wade-Giles, which is no letter."""
_LETTER_BEFORE = re.compile(r"(?<=(?<![a-z0-9])[a-z])-(?=[a-z]{3})")
"""After a letter that is written on to a word, `E-Data`."""
_WORD = re.compile(r"[a-z]+|[0-9]+")
_FOLDS = tuple(
    (sign, re.compile(pattern), plain)
    for sign, pattern, plain in (
        ("j", "^j(?=[aou])", "y"), ("yo", "(?<!s)yo(?=[vnkmtr])", "e"), ("ts", "^ts(?=[iyev])", "c"),
        ("ts", "^ts(?=[aou])", "z"), ("estvo", "^ob(?:shch|sch|shc|sc|sh|s|sshch)estvo$", "obshchestvo"),
        ("vetst", "^otve[ts]{2,3}vennost", "otvetstvennost"), ("stiu", "stiu$", "styu"), ("oye", "oye$", "oe"),
        ("iye", "iye$", "ie"), ("tech", "tech", "teh"),
        ("ye", "^ye(?=[a-z]{3})", "e"), ("sch", "schtsch", "shch"), ("sch", "tsch", "ch"), ("sch", "sch", "sh"),
        ("w", "(?<=[oe])w(?=$|sk)", "v"), ("w", "(?<=[aei])w(?=[aiou])", "v"), ("se", "(?<=[lnr]s)e$", ""),
        ("kh", "kh", "h"), ("ou", "ou", "u"), ("oo", "oo", "u"), ("ph", "ph", "f"),
        ("ck", "ck", "k"), ("x", "x", "ks"), ("q", "q", "k"), ("c", "c(?![heiy])", "k"), ("e", "ee|ei|ey", "i"),
        ("y", "iy|yy|y", "i"), ("iu", "iu", "u"),
    )
)  # fmt: skip
"""Letters that one name is written with now so, now so, as another script is put into Latin letters."""
MEETING = frozenset(
    [
        "ee",
        "ei",
        "ey",
        "iu",
        "yu",
        "ou",
        "oo",
        "yo",
        "kh",
        "ph",
        "ck",
        "ch",
        "sc",
        "ce",
        "ci",
        "cy",
        "we",
        "wa",
        "wi",
        "wo",
        "wu",
        "aw",
        "ew",
        "iw",
        "te",
        "ec",
    ]
)
"""Letters that are squeezed where two words meet."""
_DOUBLE = re.compile(r"(.)\1+")
_FOLDED = 5
"""Words of fewer letters stay as they are."""
_PLURAL = re.compile(r"(?<=[a-z]{3}[^sui])s$")


def is_latin(text: str) -> bool:
    """Whether all letters are of the Latin script."""
    return text.isascii() or all(not c.isalpha() or "LATIN" in unicodedata.name(c, "") for c in text)


def plain_words(text: str) -> list[str]:
    """Words of letters `a` to `z` and numbers; letters that stand alone side by side (`I.B.M.`) are one word."""
    if not text.isupper():
        text = _FORM_AT_WORD.sub(" ", text)
    plain = text if text.isascii() else anyascii(unicodedata.normalize("NFKC", text))
    plain = plain.lower().replace("&", " and ")
    if "'" in plain or "`" in plain:
        plain = _APOSTROPHES.sub("", plain).replace("'", "")
    if "-" in plain:
        plain = _LETTER_BEFORE.sub("", _ARTICLE.sub(_article, _SYLLABLE_I.sub("-yi", plain)))
    return _WORD.findall(_LETTERS_APART.sub(_together, plain))


def letters_apart(text: str) -> frozenset[str]:
    """The letters that stand alone side by side in a text, each group as the word that `plain_words` makes of it."""
    if "." not in text and " " not in text:
        return frozenset()
    plain = text if text.isascii() else anyascii(unicodedata.normalize("NFKC", text))
    return frozenset(map(_together, _LETTERS_APART.finditer(plain.lower())))


def _article(article: re.Match[str]) -> str:
    return "al-" if article[0][1:-1] == article[1] else article[0]


def _together(letters: re.Match[str]) -> str:
    return re.sub("[^a-z]", "", letters[0])


@lru_cache(maxsize=500_000)
def fold(word: str) -> str:
    """One spelling for those that differ by romanization, doubled letters or a plural."""
    if word.isdigit():
        return word.lstrip("0") or "0"
    if len(word) < _FOLDED:
        return word
    return squeeze(_PLURAL.sub("", word))


@lru_cache(maxsize=500_000)
def squeeze(word: str) -> str:
    """One spelling of all letters of a word for those that differ by romanization or doubled letters."""
    for sign, pattern, plain in _FOLDS:
        if sign in word:
            word = pattern.sub(plain, word)
    return _DOUBLE.sub(r"\1", word)


def join(one: str, other: str) -> str:
    """Two squeezed words written as one; a letter doubled by it is single."""
    return one + other[1:] if one[-1:] == other[:1] else one + other
