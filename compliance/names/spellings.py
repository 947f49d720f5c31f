"""The names that one text of a list holds: several by `a.k.a.` or `;`, a short one in parentheses, no words of law."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance.names.name import Name
from compliance.names.parsing import parse_name
from compliance.names.scripts import READINGS, has_characters

_BRANCH = (
    r"(?:successors?|assign(?:s|ees?)|sub-?units?|subsidiar(?:y|ies)|affiliates?|affiliated|subordinates?|branch(?:es)?"
    r"|divisions?)"
)
_REST = (
    r"and|or|any|all|of|other|its|their|the|thereof|entit(?:y|ies)|compan(?:y|ies)|units?|organi[sz]ations?|offices?"
)
_THEREOF = re.compile(
    r"(?<=\S)(?:\s*[;,(]\s*|\s+)(?!(?:and )?its (?:subordinate|affiliated) entit)"
    r"(?:(?:and|or|and/or|including|with|together with|as well as)\s+)?"
    rf"(?:(?:any|all|each|other|of|its|their|the|and|or)\s+)*(?:any|all|its|their)\s+(?:(?:other|of|its)\s+)*{_BRANCH}\b"
    rf"(?:[\s,/;]+(?:{_REST}|{_BRANCH})\b)*\.?\)?",
    re.IGNORECASE,
)
"""What a list says after a name, "and any successor, sub-unit or subsidiary thereof"; `any`, `all`, `its` begin it."""
_NATURE = re.compile(r"\(\s*(?:(?!\))[\w .'-])*\b(?:entity|national|citizen|individual|person)\s*\)", re.IGNORECASE)
_ALSO = re.compile(
    r"[(\[]?\b(?:[afn]\.?/?k\.?/?a\b\.?|d\.?/?b\.?/?a\b\.?|also known as|formerly known as|formerly|now known as"
    r"|doing business as|trading as|t/a\b|(?:and (?:its )?)?(?:subordinate|affiliated) entit(?:y|ies))\s*:?\s*",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"[;(/]|\b(?:any|all|its|their)\b|\b[afnd]\.?[kb]\.?a\b|known as|formerly|business as|trading as|entit",
    re.IGNORECASE,
)
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
_SHORT_NAME = re.compile(r"[A-Z0-9][A-Za-z0-9&.\-]{1,11}$")


def spellings(text: str) -> tuple[str, ...]:
    """The names that one text holds, without words of law: several by `a.k.a.` or `;`, a short one in parentheses."""
    if not _SEVERAL.search(text):
        return (text,)
    plain = _NATURE.sub(" ", _THEREOF.sub(" ", text))
    found: list[str] = []
    for part in _ALSO.sub(_break_between, plain).split(";"):
        part = part.strip(" ,.:\t")
        if part.count("(") != part.count(")"):
            part = part.strip("()")
        if part:
            found.extend(_with_short_name(part))
    return tuple(dict.fromkeys(filter(None, found))) or (text,)


def _break_between(words: re.Match[str]) -> str:
    """A break where these words stand between two names, and not first."""
    return ";" if words.start() else words[0]


def _with_short_name(text: str) -> Iterator[str]:
    """A name, and those that a short one in its parentheses makes: `Long Name (LN) Works` is `LN Works` too."""
    for match in _IN_PARENTHESES.finditer(text):
        inner, before, after = match[1].strip(), text[: match.start()].strip(" ,."), text[match.end() :].strip(" ,.")
        if not before or not _SHORT_NAME.match(inner) or sum(c.isupper() for c in inner) < 2:
            continue
        if parse_name(inner).words and all(word.kind != "own" for word in parse_name(inner).words):
            continue  # a place or a legal form
        yield f"{before} {after}".strip()
        yield f"{inner} {after}".strip()
        return
    yield text


def parse_spellings(text: str) -> tuple[Name, ...]:
    """The names that one text holds, taken apart; one in Chinese characters by each of their readings."""
    readings = READINGS if not text.isascii() and has_characters(text) else READINGS[:1]
    return tuple(dict.fromkeys(parse_name(one, reading) for reading in readings for one in spellings(text)))
