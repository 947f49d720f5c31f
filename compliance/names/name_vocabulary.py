"""The words that names of companies share: legal forms, common words of trade and places, each with all its spellings.

The tables `legal_forms.csv`, `common_words.csv`, `places.csv` and `characters.csv` hold them; nothing about a word is
said in code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from compliance.names.letters import fold, is_latin, plain_words
from compliance.names.name_tables import read_rows
from compliance.names.scripts import plain_script

WEIGHTS: Mapping[str, int] = {
    "own": 20, "given": 20, "sector": 10, "letter": 6, "place": 6, "generic": 5, "patronymic": 5, "particle": 3,
    "filler": 2,
}  # fmt: skip
"""How much a word of each kind tells one name from another; `own` is a word that no table holds."""
_LONG_WORD = 8
"""Letters of the shortest word in which a slip is mended: shorter ones are too often another word."""
_CITY_OR_PROVINCE = ("", "市", "省")
_AT = {"any": ("start", "middle", "end"), "start": ("start",), "end": ("end",)}


@dataclass(frozen=True, slots=True)
class Phrases:
    """Spellings of one word with their meaning, and those of several by their first word, the longest first."""

    single: Mapping[str, str]
    by_first: Mapping[str, list[tuple[tuple[str, ...], str]]]

    def longest_at(self, words: list[str], place: int) -> tuple[int, str] | None:
        """How many words from a place on are a spelling, and what it means."""
        word = words[place]
        for phrase, meaning in self.by_first.get(word, ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                return len(phrase), meaning
        return (1, self.single[word]) if word in self.single else None


@dataclass(frozen=True, slots=True)
class CommonWords:
    """The meaning of each spelling and the kind of each meaning."""

    phrases: Phrases
    kinds: Mapping[str, str]

    def parts(self, meaning: str) -> tuple[str, ...]:
        """The words that a meaning is made of, itself where some of them are no common words."""
        words = tuple(meaning.split())
        return words if len(words) > 1 and all(word in self.kinds for word in words) else (meaning,)


@cache
def common_words() -> CommonWords:
    """Words of trade, given names, numbers in words, and places."""
    kinds: dict[str, str] = {}
    spellings: dict[str, str] = {}
    for row in read_rows("places.csv"):
        kinds[row["place"]] = "place"
        spellings.update(dict.fromkeys(_spellings(row["place"], row["also"]), row["place"]))
    for row in read_rows("common_words.csv"):
        kinds[row["word"]] = row["kind"]
        spellings.update(dict.fromkeys(_spellings(row["word"], row["also"]), row["word"]))
    return CommonWords(_phrases(spellings), kinds)


@cache
def legal_forms() -> Mapping[str, Phrases]:
    """The spellings of legal forms by where in a name they may stand: `start`, `middle` or `end`."""
    spellings: dict[str, dict[str, str]] = {where: {} for where in _AT["any"]}
    for row in read_rows("legal_forms.csv"):
        for spelling in _spellings(row["words"]):
            for where in _AT[row["where"]]:
                spellings[where].setdefault(spelling, row["form"])
    return {where: _phrases(found) for where, found in spellings.items()}


@cache
def native_spellings() -> Mapping[str, str]:
    """Spellings in other scripts than the Latin one, with the Latin words that stand for them."""
    found: dict[str, str] = {}
    for name, column in (("places.csv", "place"), ("common_words.csv", "word"), ("legal_forms.csv", "words")):
        for row in read_rows(name):
            latin = next(filter(is_latin, row[column].split(";")))
            for spelling in (row["words"] if column == "words" else row["also"]).split(";"):
                if spelling and not is_latin(spelling):
                    ends = _CITY_OR_PROVINCE if column == "place" else ("",)
                    plain = plain_script(spelling)
                    for text in (plain, plain.translate(characters().simplified)):
                        found.update({text + end: latin for end in ends})
    return found


@dataclass(frozen=True, slots=True)
class Characters:
    """The simplified characters for traditional ones, and how some are read in names."""

    simplified: Mapping[int, str]
    readings: Mapping[int, str]


@cache
def characters() -> Characters:
    """What `characters.csv` says of single characters."""
    rows = {ord(row["character"]): row["plain"] for row in read_rows("characters.csv")}
    latin = {code: plain for code, plain in rows.items() if is_latin(plain)}
    return Characters({code: plain for code, plain in rows.items() if code not in latin}, latin)


@cache
def _words_by_slip() -> Mapping[str, str]:
    """Long words of the tables with a letter less, each with the one word that it may be a slip of, or nothing."""
    found: dict[str, str] = {}
    for word in sorted(word for word in _every_word() if len(word) >= _LONG_WORD):
        for short in {word[:place] + word[place + 1 :] for place in range(len(word))}:
            found[short] = "" if short in found else word
    return found


@cache
def _every_word() -> frozenset[str]:
    tables = (common_words().phrases, *legal_forms().values())
    every = (
        word for table in tables for phrases in table.by_first.values() for phrase, _ in phrases for word in phrase
    )
    return frozenset(every).union(*(table.single for table in tables))


@lru_cache(maxsize=500_000)
def common_spelling(word: str) -> str:
    """A word folded, and the common word that it is but for one slip where it is long, else itself."""
    word = fold(word)
    known, slipped = _every_word(), _words_by_slip()
    if len(word) < _LONG_WORD - 1 or word in known:
        return word
    shorter = [word[:place] + word[place + 1 :] for place in range(len(word))]
    less = [slipped.get(word, "")]  # a letter is missing
    more = [text for text in shorter if len(text) >= _LONG_WORD and text in known]
    other = [found for text in shorter if (found := slipped.get(text)) and OSA.distance(found, word) == 1]
    near = {*less, *more, *other} - {""}
    return near.pop() if len(near) == 1 else word


def _spellings(*cells: str) -> Iterator[str]:
    """The folded words of each Latin spelling."""
    for cell in cells:
        for spelling in cell.split(";"):
            if spelling and is_latin(spelling):
                yield " ".join(map(fold, plain_words(spelling)))


def _phrases(spellings: Mapping[str, str]) -> Phrases:
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    single = {spelling: meaning for spelling, meaning in spellings.items() if " " not in spelling}
    for spelling in spellings.keys() - single.keys():
        words = tuple(spelling.split())
        by_first[words[0]].append((words, spellings[spelling]))
    for phrases in by_first.values():
        phrases.sort(key=lambda phrase: (-len(phrase[0]), phrase))
    return Phrases(single, dict(by_first))
