"""Names taken apart to be compared: the words, the numbers and the legal form each by themselves.

The library rigour (`pip install compliance[names]`) knows the legal forms of many countries and scripts; without it
a table of the commonest ones is used (`legal_forms.csv`).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.resources import files
from typing import Any

_SHORT = tuple(
    (re.compile(rf"\b{long}\b"), short)
    for long, short in (("company", "co"), ("limited", "ltd"), ("private ltd", "pte ltd"), ("pvt", "pte"))
)
"""Words that the same company writes in full or in short."""
_STROKED = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th"})


@dataclass(frozen=True, slots=True)
class Name:
    """A name: its words in order of the alphabet, its numbers as they stand in it, and its legal form or nothing."""

    words: str
    numbers: tuple[str, ...]
    form: str


@cache
def rigour() -> Any:
    """The part of rigour that knows legal forms, or `None` where it is not installed."""
    try:
        return import_module("rigour.names.org_types")
    except ImportError:
        return None


def knows_forms_by() -> str:
    """What the legal forms are known by, for a user to read."""
    return "rigour" if rigour() is not None else "a short table; install compliance[names] for more"


@lru_cache(maxsize=200_000)
def taken_apart(name: str) -> Name:
    """The parts of a name."""
    text = " ".join(name.casefold().replace("&", " and ").split())
    for long, short in _SHORT:
        text = long.sub(short, text)
    form, rest = _by_rigour(text) if rigour() is not None else _by_table(_plain(text))
    plain = _plain(rest) or _plain(text)
    words = [word for word in plain.split() if not word.isdigit()]
    numbers = tuple(number.lstrip("0") or "0" for number in re.findall(r"\d+", plain))
    return Name(" ".join(sorted(re.sub(r"\d+", "", word) for word in words)).strip(), numbers, form)


def _plain(text: str) -> str:
    """Letters and digits alone, without accents."""
    folded = unicodedata.normalize("NFKD", text.translate(_STROKED))
    kept = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+|_", " ", kept.replace("'", "").replace(".", " ")).split())


def _by_rigour(text: str) -> tuple[str, str]:
    found = rigour().extract_org_types(text)
    rest = rigour().remove_org_types(text)
    return " ".join(sorted({target for _, target in found})), rest


def _by_table(text: str) -> tuple[str, str]:
    """The longest form at the end of the name, else at its beginning."""
    for words, form in _forms():
        if text.endswith(f" {words}"):
            return form, text[: -len(words) - 1]
    for words, form in _forms():
        if text.startswith(f"{words} ") and form in ("pt", "llc", "jsc", "pjsc"):
            return form, text[len(words) + 1 :]
    return "", text


@cache
def _forms() -> list[tuple[str, str]]:
    text = files("compliance.formats").joinpath("legal_forms.csv").read_text(encoding="utf-8")
    pairs = [(words, row["form"]) for row in csv.DictReader(text.splitlines()) for words in row["words"].split(";")]
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))
