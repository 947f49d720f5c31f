"""Names of columns with a number in them: `Shareholder 2`, `2nd owner`, `Owner B`, `股东2国籍`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

HAN_DIGITS = "一二三四五六七八九十"
_NUMBER = rf"\d{{1,2}}|[{HAN_DIGITS}]|(?<![A-Za-z])(?:[A-H]|I{{1,3}}|IV|VI{{0,3}})(?![A-Za-z])"
_NUMBERED = (
    re.compile(rf"(?P<base>.*[^\W\d].*?|%|#)[\s_#.:(\[（-]*(?:\b(?:no|nr)\.?\s*|n°\s*)?(?P<nth>{_NUMBER})[\s)\]）]*(?P<rest>)"),
    re.compile(rf"(?P<base>)(?:第\s*)?(?P<nth>\d{{1,2}}|[{HAN_DIGITS}])(?:st|nd|rd|th|er|[.ºª°])?[\s_.:)-]*(?P<rest>[^\W\d%].*|%.*)"),
    re.compile(rf"(?P<base>.*[^\W\d].*?)[\s_#.(-]*(?P<nth>{_NUMBER})[\s_.:)-]+(?P<rest>[^\W\d%].*|%.*)"),
    re.compile(rf"(?P<base>[^\W\d]*[\u3040-\u9fff])(?P<nth>\d{{1,2}}|[{HAN_DIGITS}])(?P<rest>[\u3040-\u9fff].*)"),
)  # fmt: skip
_ORDINALS = (
    ("first", "erster", "erste", "primer", "primero", "primera", "premier", "première"),
    ("second", "zweiter", "zweite", "segundo", "segunda", "deuxième", "seconde"),
    ("third", "dritter", "dritte", "tercer", "tercero", "tercera", "troisième"),
    ("fourth", "vierter", "vierte", "cuarto", "cuarta", "quatrième"),
    ("fifth", "fünfter", "fünfte", "quinto", "quinta", "cinquième"),
)
_DIGITS = {word: str(place) for place, words in enumerate(_ORDINALS, 1) for word in words}
_ORDINAL = re.compile(rf"\b(?:{'|'.join(_DIGITS)})\b(?!\s*(?:name|nom))", re.IGNORECASE)
"""An ordinal in words; the first name of somebody is none."""


def digits_for_ordinals(name: str) -> str:
    """A name of a column with ordinals in digits: `Second owner` is `2 owner`."""
    return _ORDINAL.sub(lambda found: _DIGITS[found[0].casefold()], name)


def without_number(name: str) -> Iterator[tuple[str, str]]:
    """What a name of a column is without a number in it, and the number, in each way in which it has one."""
    plain = digits_for_ordinals(unicodedata.normalize("NFKC", name).strip())
    for pattern in _NUMBERED:
        if found := pattern.fullmatch(plain):
            base = f"{found['base']} {found['rest']}".strip(" _#-")
            if base:
                yield base, found["nth"].upper()


def first_number(number: str) -> str:
    """The first of the kind of number that one is: `1`, `一`, `I` or `A`."""
    if number.isdecimal():
        return "1"
    return "一" if number in HAN_DIGITS else "I" if set(number) <= set("IV") else "A"
