"""Names of countries as offices write them, in many languages: codes, CLDR's names and those of the trade."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from compliance.imports.cleaners import countries_in
from compliance.imports.cleaners import country as named_country
from compliance.spreadsheets.values.trade_words import fold_title, load_vocabulary
from compliance.world.reference.countries import country_names

NOT_KNOWN = "-"


_PARTING = re.compile(
    r"[-–—/,;:()\[\]（）【】&+>→|、，；]|\s{2,}|\b(?:and|or|via|und|oder|über|et|ou|y|o|und/oder)\b", re.IGNORECASE
)
_SAYS_NOTHING = frozenset({"the"})


@lru_cache(maxsize=65_536)
def countries_meant(text: str) -> tuple[str, ...]:
    """The codes that a text may mean: one where it is read in one way, none where in no way.

    Of a text with several parts (`DE - Germany`) all must mean the same country. One that names a country and more
    (`UAE (for Iran)`, `Non-US`) may mean it or another, and gives `-` beside it.
    """
    word = " ".join(text.split())
    two = load_vocabulary().two_countries
    parts = [part.strip() for part in _PARTING.split(word) if part.strip()]
    if fold_title(word) not in _names():
        for part in (word, *parts):
            if found := two.get(fold_title(part)):
                return found
    elif fold_title(word) in two:
        return two[fold_title(word)]
    if code := _code(word):
        return (code,)
    if len(parts) > 1:
        means = [_codes_in(part) for part in parts if fold_title(part) not in _SAYS_NOTHING]
        codes = tuple(sorted({code for some in means for code in some[0]}))
        if not codes and (code := _country_of_subdivision(word)):
            return (code,)
        whole = all(sure for _, sure in means) or _country_of_subdivision(word)
        return (*codes, NOT_KNOWN) if len(codes) == 1 and not whole else codes
    head, _, rest = word.partition(" ")
    if len(head) in (2, 3) and head.isupper() and rest and (code := _code(head)) and code == _code(rest):
        return (code,)
    return ()


def _codes_in(part: str) -> tuple[set[str], bool]:
    """The countries that a part of a text names, and whether it says nothing else."""
    if (code := _code(part)) and not (len(part) == 2 and part.islower()):
        return {code}, True
    return countries_in(part), False  # `RE` is a country, the `re` of `re-export` none


def _code(word: str) -> str:
    if re.fullmatch("[A-Za-z]{2}", word) and word.upper() in country_names():
        return word.upper()
    return _names().get(fold_title(word)) or (
        named_country(word) if len(word) > 3 and not re.search("[-,;/()]", word) else ""
    )


def _country_of_subdivision(word: str) -> str:
    """The country of a part of one by ISO 3166-2, `US-TX`."""
    return named_country(word) if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", word) else ""


@cache
def _names() -> dict[str, str]:
    """Codes by folded names, codes of three letters and numbers of UN M49."""
    from babel import Locale
    from babel.core import get_global

    known = country_names()
    vocabulary = load_vocabulary()
    found: dict[str, str] = {}
    for alias, codes in get_global("territory_aliases").items():
        if re.fullmatch(r"[A-Z]{3}|\d{3}", alias) and len(codes) == 1 and codes[0] in known:
            found[fold_title(alias)] = codes[0]
    for language in vocabulary.languages:
        for code, name in Locale.parse(language).territories.items():
            if code in known:
                found.setdefault(fold_title(name), code)
    for code, names in vocabulary.countries.items():
        found.update((fold_title(name), code) for name in names)
    return found
