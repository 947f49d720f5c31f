"""Country codes of ISO 3166-1 alpha-2, and the code that a user meant."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files

from compliance.errors import near


@cache
def country_names() -> dict[str, str]:
    """Every code of ISO 3166-1 alpha-2 (and `XK`) with the country's name."""
    return {row["code"]: row["name"] for row in _country_rows()}


@cache
def codes_by_name() -> dict[str, str]:
    """Codes by every folded name that people write for a country."""
    found: dict[str, str] = {}
    for row in _country_rows():
        for name in (row["name"], *row["also"].split(";")):
            if name:
                found[name.casefold()] = row["code"]
    return found


@cache
def _country_rows() -> list[dict[str, str]]:
    text = files("compliance.world.reference").joinpath("countries.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def country(value: object) -> str:
    """A country code as it stands in ISO 3166-1 alpha-2, such as `MY`."""
    if isinstance(value, str) and value in country_names():
        return str(value)
    if not isinstance(value, str):
        raise ValueError("takes one country code, such as `MY`")
    word = value.strip()
    code = _suggest_code(word)
    hint = "write two capital letters, as in `MY`"
    if code is not None:
        hint = f"did you mean `{code}` ({country_names()[code]})?"
    raise ValueError(f"`{word}` is not a country code of ISO 3166-1; {hint}")


def country_code(name: str) -> str | None:
    """The code of a country by a name that people write for it, whatever its case; never that of a near name."""
    return codes_by_name().get(name.strip().casefold())


@lru_cache(maxsize=1024)
def _suggest_code(word: str) -> str | None:
    """The code that stands for a word that is none, if there is a near one."""
    upper = word.upper()
    if upper in country_names():
        return upper
    code = codes_by_name().get(word.casefold())
    if code is None and len(word) > 3:
        guess = re.search(r"`(.+)`", near(word, [*codes_by_name()]))
        code = codes_by_name()[guess[1]] if guess else None
    return code
