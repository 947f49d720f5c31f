"""Parts of Arabic names that are written together, apart, or left out: `Abdul`, the article, `-uddin`, `-allah`."""

from __future__ import annotations

import re

_ABD = frozenset({"abdul", "abdel", "abdal", "abdol", "abdoul", "abdu", "abd", "abdur", "abder", "abdus", "abdou"})
_ARTICLES = frozenset(
    {"al", "el", "ul", "ar", "ur", "er", "as", "us", "es", "ash", "an", "un", "en", "az", "ad", "ud", "ed"}
)
_SHEIKH = ("sheikh", "cheikh")
_ABD_AND = re.compile(r"abd(?:ou|[ueao])(?:l(?=[a-z])|(?P<same>[rsnzdt])(?=(?P=same)))(?P<rest>[a-z]{4,})")
_FAITH = frozenset({"din", "dine", "deen", "eddin", "eddine", "uddin", "uddeen", "aldin", "eldin", "eldine", "ouddine"})
_OF_FAITH = re.compile(r"(?P<first>[a-z]{3,}?)(?:[eaiou]l|[eaiu]d|oud)d(?:i|ee)ne?")
_OF_GOD = re.compile(r"(?P<first>[a-z]{3,}?)(?:a|u|o|ou|i)l+ah")
_KEPT = frozenset({"abdullah", "abdallah", "abdulla", "abdalla", "paladin", "saladin"})


_MAY_HAVE_PARTS = re.compile(r"\babd|\b[sc]heikh\b|d(?:i|ee)ne?\b|l+ah\b")


def with_parts_apart(words: list[str]) -> list[str]:
    """The words of a name, `abd`, `din` and `allah` apart from what they stand with, without the article between."""
    if not _MAY_HAVE_PARTS.search(" ".join(words)):
        return words
    found: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word in _SHEIKH:
            found.append("shaikh")  # folded it would be a syllable of Wade-Giles
        elif word in _ABD and place < len(words):
            found.append("abd")
            if words[place] in _ARTICLES and place + 1 < len(words):
                place += 1
        elif word in _KEPT:
            found.append(word)
        elif match := _ABD_AND.fullmatch(word):
            found.extend(("abd", match["rest"]))
        elif word in _FAITH and found:
            if found[-1] in _ARTICLES and len(found) > 1:
                found.pop()
            found.append("din")
        elif match := _OF_FAITH.fullmatch(word):
            found.extend((match["first"], "din"))
        elif match := _OF_GOD.fullmatch(word):
            found.extend((match["first"], "allah"))
        else:
            found.append(word)
    return found
