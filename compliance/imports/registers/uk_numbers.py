"""The number of a company on a register of the United Kingdom, where the country and the register say that it is one.

Companies House keeps three registers: of England and Wales (eight digits), of Scotland (`SC` and six) and of Northern
Ireland (`NI` and six); other kinds of companies have other letters before theirs. The same digits on a register of
another country are another company.
"""

from __future__ import annotations

import re

from compliance.imports.cleaners import countries_in, country, tidy

HOME = "GB"
_NUMBER = re.compile(r"([A-Z]{0,2})(\d{1,8})")
_REGISTERS = (("scotland", "SC"), ("edinburgh", "SC"), ("northern ireland", "NI"), ("belfast", "NI"))
"""Where a register sits, and the letters of its companies."""
_OF_HOME = re.compile(
    r"\bcompanies house\b|\bregistrar of companies\b|\bcardiff\b|\blondon\b|\bedinburgh\b|\bbelfast\b"
)


def uk_number(number: object, where: object, place: object) -> tuple[str, bool]:
    """The number as Companies House writes it, empty where it is none of the UK; and whether the country is known.

    `where` is the country of the register in words, `place` the register; the country decides where it is given.
    """
    digits, told, register = re.sub(r"[\s.\-/]", "", tidy(number).upper()), tidy(where), tidy(place)
    found = _NUMBER.fullmatch(digits)
    if told:
        code = country(told) or _only(countries_in(told))
        known, home = bool(code), code == HOME
    else:
        codes = countries_in(register)
        home = not codes - {HOME} and (HOME in codes or bool(_OF_HOME.search(register.casefold())))
        known = home or bool(codes)
    if found is None or not home:
        return "", known
    letters = found[1] or next((code for name, code in _REGISTERS if name in f"{told} {register}".casefold()), "")
    size = 8 - len(letters)
    plain = found[2].lstrip("0").zfill(size)
    if found[1] == "" and letters and len(found[2]) > size:
        return "", False
    return (letters + plain, True) if len(letters + plain) == 8 else ("", False)


def _only(codes: set[str]) -> str:
    return next(iter(codes)) if len(codes) == 1 else ""
