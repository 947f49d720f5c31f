"""The word of a list by what its sources call it (`list_words.csv`): data sets, titles, authorities, codes."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files

OTHER = "another list"
_SHORTEST = 5
"""A phrase of fewer letters is a code, and is one alone or in brackets, never inside other words."""


@lru_cache(maxsize=4096)
def list_word(title: str) -> str:
    """The list that a title means, `Entity List (EL) - Bureau of Industry and Security`; nothing where none is known.

    `OTHER` is a list that is known and has no word of its own here.
    """
    text = _fold_name(title)
    for phrase, word in _phrases():
        if text == phrase or (len(phrase) >= _SHORTEST and f" {phrase} " in f" {text} "):
            return word
    codes = [_fold_name(code).removesuffix(" list") for code in re.findall(r"\(([^)]+)\)", title)]
    return next((word for code in codes for phrase, word in _phrases() if code == phrase), "")


@cache
def lists_by_dataset() -> dict[str, str]:
    """The list that a data set of OpenSanctions is."""
    return {dataset: row["list"] or OTHER for row in _rows() for dataset in row["datasets"].split(";") if dataset}


@cache
def _phrases() -> list[tuple[str, str]]:
    """Phrases with their lists, the longest first."""
    pairs = [(phrase, row["list"] or OTHER) for row in _rows() for phrase in row["phrases"].split(";") if phrase]
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))


@cache
def _rows() -> list[dict[str, str]]:
    text = files("compliance.imports.lists").joinpath("list_words.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _fold_name(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub("['\u2019]", "", text.casefold())).split())
