"""Names of countries as offices write them, in many languages: codes, CLDR's names and those of the trade."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from compliance.imports.cleaners import country as named_country
from compliance.spreadsheets.values.trade_words import fold_title, load_vocabulary
from compliance.world.reference.countries import country_names

NOT_KNOWN = "-"


@lru_cache(maxsize=65_536)
def countries_meant(text: str) -> tuple[str, ...]:
    """The codes that a text may mean: one where it is read in one way, none where in no way.

    Of a text with several parts (`DE - Germany`) those that are countries must agree.
    """
    word = " ".join(text.split())
    two = load_vocabulary().two_countries
    parts = [part.strip() for part in re.split(r"[-–/,;:()\[\]（）]|\s{2,}", word) if part.strip()]
    if fold_title(word) not in _names():
        for part in (word, *parts):
            if found := two.get(fold_title(part)):
                return found
    elif fold_title(word) in two:
        return two[fold_title(word)]
    if code := _code(word):
        return (code,)
    if len(parts) > 1:
        codes = {code for part in parts if (code := _code(part.strip()))}
        return tuple(sorted(codes))
    head, _, rest = word.partition(" ")
    if len(head) in (2, 3) and head.isupper() and rest and (code := _code(head)) and code == _code(rest):
        return (code,)
    return ()


def _code(word: str) -> str:
    if re.fullmatch("[A-Za-z]{2}", word) and word.upper() in country_names():
        return word.upper()
    return _names().get(fold_title(word)) or (named_country(word) if len(word) > 3 else "")


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
