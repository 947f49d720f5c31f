"""Names, telephones, e-mail addresses and streets: made of pools, in the manner of their country."""

from __future__ import annotations

from typing import Any

import numpy as np

from compliance.generate.market.knobs import load
from compliance.generate.market.rows import Array

CODES = {
    "MY": "60",
    "SG": "65",
    "AE": "971",
    "IN": "91",
    "TH": "66",
    "VN": "84",
    "ID": "62",
    "TR": "90",
    "SA": "966",
    "KZ": "7",
    "BR": "55",
    "MX": "52",
    "ZA": "27",
    "CH": "41",
    "PL": "48",
    "IL": "972",
    "QA": "974",
    "PH": "63",
    "US": "1",
    "GB": "44",
    "DE": "49",
    "FR": "33",
    "NL": "31",
    "JP": "81",
    "CN": "86",
    "KR": "82",
    "AU": "61",
    "CA": "1",
    "HK": "852",
}


def pool(name: str) -> Array:
    """The words of a pool."""
    return np.array(load("pools.yaml")[name], dtype=object)


def draw_words(draw: np.random.Generator, words: Array, rows: int, steep: float = 1.0) -> Array:
    """Words of a pool, the first ones more often."""
    return np.asarray(words[(len(words) * draw.random(rows) ** steep).astype(np.int64)])


def company_names(draw: np.random.Generator, rows: int) -> Array:
    """Company names; common ones come many times."""
    stem = draw_words(draw, pool("stems"), rows, 1.3)
    second = np.where(draw.random(rows) < 0.75, draw_words(draw, pool("seconds"), rows), "")
    third = np.where(draw.random(rows) < 0.3, " " + draw_words(draw, pool("stems"), rows), "")
    return np.asarray(
        stem + second + third + " " + draw_words(draw, pool("trades"), rows, 1.3) + " " + forms(draw, rows)
    )


def forms(draw: np.random.Generator, rows: int) -> Array:
    """Legal forms."""
    return draw_words(draw, pool("forms"), rows, 1.5)


def person_names(draw: np.random.Generator, rows: int) -> Array:
    """Names of people; many have namesakes."""
    return np.asarray(draw_words(draw, pool("first"), rows, 1.2) + " " + draw_words(draw, pool("last"), rows, 1.4))


def phones(draw: np.random.Generator, countries: Array) -> Array:
    """Telephones, each its own."""
    codes = np.array([CODES.get(country, "44") for country in countries], dtype=object)
    number = draw.integers(20_000_000, 99_999_999, len(countries)).astype(str).astype(object)
    return np.asarray("+" + codes + " " + number)


def domains(draw: np.random.Generator, names: Array) -> Array:
    """The domain of each company, of its name and some letters, so that namesakes differ."""
    mark = draw.integers(0, 36**3, len(names))
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    ends = np.array([letters[a] + letters[b] for a in range(36) for b in range(36)], dtype=object)
    stems = np.array([name.split(" ")[0].lower() for name in names], dtype=object)
    return np.asarray(stems + ends[mark % 1296] + letters_of(mark // 1296) + ".example")


def letters_of(numbers: Array) -> Array:
    """Numbers under 36 as a letter or digit."""
    return np.array(list("abcdefghijklmnopqrstuvwxyz0123456789"), dtype=object)[numbers]


def houses(draw: np.random.Generator, countries: Array) -> Array:
    """Addresses, each of a building."""
    rows = len(countries)
    number = draw.integers(1, 400, rows).astype(str).astype(object)
    street = draw_words(draw, pool("streets"), rows) + " " + draw_words(draw, pool("ways"), rows, 1.5)
    code = draw.integers(10_000, 99_999, rows).astype(str).astype(object)
    return np.asarray(number + " " + street + ", " + code + " " + countries)


_RESPELT = ((" Street", " St."), (" Road", " Rd"), (" Avenue", " Ave"), (" Lane", " Ln"), (" Drive", " Dr"))


def respelt_address(draw: np.random.Generator, text: str) -> str:
    """The same address as somebody else writes it."""
    for whole, short in _RESPELT:
        text = text.replace(whole, short)
    choice = draw.integers(0, 4)
    if choice == 0:
        return text.upper()
    if choice == 1:
        return "No. " + text
    return text.replace(",", "") if choice == 2 else text


def respelt_phone(draw: np.random.Generator, text: str) -> str:
    """The same telephone as somebody else writes it."""
    code, _, number = text.partition(" ")
    if not number:
        return text
    choice = draw.integers(0, 3)
    if choice == 0:
        return f"00{code[1:]} {number}"
    return f"{code}-{number[:4]}-{number[4:]}" if choice == 1 else f"{code}{number}"


_NUMBERS = (
    ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"),
    ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"),
    ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
    ("A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M"),
)


def sequence(draw: np.random.Generator, count: int, respelt: bool) -> list[str]:
    """Names in a sequence: one stem, a number, and the same legal form or others."""
    stem = f"{draw_words(draw, pool('stems'), 1)[0]}{draw_words(draw, pool('seconds'), 1)[0]}"
    trade = str(draw_words(draw, pool("trades"), 1)[0])
    marks: Any = _NUMBERS[int(draw.integers(0, 4))]
    form = forms(draw, count) if respelt else np.repeat(forms(draw, 1), count)
    return [f"{stem} {trade} {marks[place % 12]} {form[place]}" for place in range(count)]
