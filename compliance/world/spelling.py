"""Values brought to one spelling so that they can be compared: addresses, phones, domains, names."""

from __future__ import annotations

import re
import unicodedata

NONE = "none"
_WORD = re.compile(r"[^\W_]+")
_SHORT = {
    "street": "st", "road": "rd", "avenue": "ave", "building": "bldg", "floor": "fl", "level": "fl", "lvl": "fl",
    "jalan": "jl", "jln": "jl", "number": "no", "suite": "unit", "ste": "unit", "room": "unit", "rm": "unit",
    "apartment": "unit", "boulevard": "blvd", "square": "sq", "tower": "twr", "block": "blk", "industrial": "ind",
    "lane": "ln", "drive": "dr", "highway": "hwy", "centre": "ctr", "center": "ctr",
}  # fmt: skip
_INSIDE = re.compile(r"(?i)\b(suite|ste|unit|room|rm|apartment|flat|office|level|lvl|floor|fl)\b\.?\s*#?[\w-]+|#[\w-]+")
_LEGAL = frozenset({
    "ltd", "limited", "llc", "llp", "lp", "inc", "incorporated", "corp", "corporation", "co", "company", "plc", "pte",
    "pty", "pvt", "private", "sdn", "bhd", "berhad", "gmbh", "ag", "sa", "sarl", "srl", "spa", "bv", "nv", "oy", "ab",
    "as", "aps", "kk", "kg", "pt", "tbk", "jsc", "ooo", "fze", "fzco", "fzc", "dmcc", "holdings", "holding", "group",
    "international", "intl",
})  # fmt: skip
_ORDINAL = frozenset({
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
})  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a text without case, accents and signs."""
    if text.isascii():  # the same, sooner
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def address(text: str) -> str | None:
    """An address as the set of its words, in order of the alphabet; numbers stay, so that units stay apart."""
    found = sorted({_SHORT.get(word, word) for word in words(text)} - {"no"})
    return " ".join(found) if len(found) > 1 else None


def building(text: str) -> str | None:
    """An address without what is inside the building: suites, floors and doors."""
    return address(_INSIDE.sub(" ", unicodedata.normalize("NFKC", text)))


def phone(text: str, code: str = "") -> str | None:
    """The digits of a phone with the calling code of its country, which is `code` where the number has none.

    A number begins with a code after `+` or `00`; one that begins with a single zero has none [ITU-T E.123]. Of another
    nothing is known, and it is taken as it is.
    """
    told = text.split("ext")[0].strip()
    digits = re.sub(r"\D", "", told)
    abroad = told.startswith("+") or digits.startswith("00")
    bare = re.sub(r"\D", "", told.replace("(0)", "")).lstrip("0") if abroad else digits.lstrip("0")
    if len(bare) < 6:
        return None
    return f"{code}{bare}" if digits.startswith("0") and not abroad else bare


def domain(text: str) -> str | None:
    """The domain of an e-mail address or a website."""
    host = text.casefold().strip().rpartition("@")[2]
    host = re.sub(r"^[a-z]+://", "", host).split("/")[0].split(":")[0].removeprefix("www.")
    return host if "." in host else None


def skeleton(text: str) -> str | None:
    """A name without legal form, numbers and ordinals: what a series of companies has in common."""
    kept = [w for w in words(text) if w not in _LEGAL and w not in _ORDINAL and not w.isdigit()]
    kept = [re.sub(r"\d+$", "", w) for w in kept]
    return " ".join(w for w in kept if len(w) > 1) or None
