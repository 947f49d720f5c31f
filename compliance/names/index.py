"""Names of many parties, found by the words, joined words and initials of another name.

INVARIANT: whoever has a name that is at least `likely` alike is found. Two names that alike share a joined word,
initials, or words that weigh more than a part of all words that follows from `likely`, a word cut short being one that
is shared; so it is enough to look for the rarest words that together weigh more than the rest may lack.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice, takewhile

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from compliance.gc_pause import gc_paused
from compliance.names.likeness import (
    CUT_KINDS,
    KINDS_OF_SLIPS,
    LONG_WORD,
    SAME,
    SHORTEST_CUT,
    SHORTEST_OF_LONG,
    SLIP_FROM,
    Likeness,
    begins_long,
    cuts_short,
    likeness,
    may_contract,
    may_slip,
    most_slips,
    words_alike,
)
from compliance.names.name import Name, Word, may_be_initials
from compliance.names.name_vocabulary import WEIGHTS
from compliance.names.romanizations import squeeze_sound
from compliance.names.scripts import latin_form
from compliance.names.sounding import SoundingWords
from compliance.names.spellings import parse_spellings

LIKELY = 85
"""The likeness of 100 from which a party is shown for a person to look at."""
_BATCH = 2_000
_ROUNDING = 0.001


@dataclass(frozen=True, slots=True)
class PartyNames:
    """All names of a party with their texts."""

    texts: tuple[str, ...]
    names: tuple[tuple[int, Name], ...]
    words: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> PartyNames:
        """The names of these texts, of each of which there may be several."""
        kept = tuple(dict.fromkeys(filter(None, texts)))
        names = tuple((place, name) for place, text in enumerate(kept) for name in parse_spellings(text) if name.words)
        return cls(kept, names, frozenset(word.text for _, name in names for word in name.words))


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A party of the index with the two names that are most alike."""

    key: str
    own: str
    other: str
    likeness: Likeness
    own_forms: tuple[str, ...]
    other_forms: tuple[str, ...]


def compare(
    one: PartyNames, other: PartyNames, key: str = "", names: Iterable[tuple[int, Name]] | None = None
) -> NameMatch | None:
    """The two names of two parties that are most alike; those of which the numbers agree come first.

    `names` are those of the other that are looked at, all by default.
    """
    best: tuple[tuple[int, int], str, str] | None = None
    found: NameMatch | None = None
    others = other.names if names is None else tuple(names)
    for place, name in one.names:
        for spot, match in others:
            made = likeness(name, match, one.words, other.words)
            rank = made.counts, made.score
            texts = one.texts[place], other.texts[spot]
            if best is None or rank > best[0] or (rank == best[0] and texts < best[1:]):
                best = (rank, *texts)
                found = NameMatch(key, *texts, made, name.forms, match.forms)
    return found


class NameIndex:
    """Parties by what their names hold; the order in which they are given changes nothing."""

    @gc_paused()
    def __init__(self, parties: Mapping[str, PartyNames]) -> None:
        self.parties = parties
        self._keys = sorted(parties)
        self._words: dict[str, list[int]] = defaultdict(list)
        self._joined: dict[str, list[int]] = defaultdict(list)
        self._initials: dict[str, list[int]] = defaultdict(list)
        self._short: dict[str, list[int]] = defaultdict(list)
        self._two_letters: dict[str, list[int]] = defaultdict(list)
        self._written: dict[str, set[str]] = defaultdict(set)
        self._letters: dict[str, set[str]] = defaultdict(set)
        words: set[Word] = set()
        for place, key in enumerate(self._keys):
            for text in parties[key].words:
                self._words[text].append(place)
            for _, name in parties[key].names:
                words.update(name.words)
                if name.two_letters:
                    self._two_letters[name.two_letters].append(place)
                if name.short:
                    self._short[name.short].append(place)
                for text in name.joined:
                    self._joined[text].append(place)
                if name.written not in name.joined:
                    self._joined[name.written].append(place)
                for text in name.acronyms:
                    self._initials[text].append(place)
        for word in words:
            self._written[word.written].add(word.text)
            self._letters[word.letters].add(word.text)
        self._slipping: dict[str, set[str]] = defaultdict(set)
        for word in words:
            if may_slip(word.kind, word.kind):
                self._slipping[word.text].add(word.text)
                self._slipping[word.letters].add(word.text)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for letters in sorted(self._slipping):
            self._by_length[len(letters)].append(letters)
        self._slips: dict[str, tuple[str, ...]] = {}
        self._near: dict[str, tuple[str, ...]] = {}
        self._common = sorted({(w.letters, w.text) for w in words if w.kind not in KINDS_OF_SLIPS})
        self._long = sorted(
            (word.letters, word.text) for word in words if word.kind == "own" and len(word.letters) >= LONG_WORD
        )
        self._contracted: dict[str, list[str]] = defaultdict(list)
        for letters in self._letters:
            if may_contract(letters):
                self._contracted[letters[0]].append(letters)
        self._cut: dict[Word, tuple[str, ...]] = {}
        names = (name for key in self._keys for _, name in parties[key].names)
        self._sounds = SoundingWords(words, tuple(names), self._written)

    @gc_paused()
    def matches(self, asked: Sequence[PartyNames], likely: int = LIKELY) -> list[list[NameMatch]]:
        """For each party asked about, every party with a name at least `likely` alike, the likest first.

        A party whose name is that alike but for its numbers is there too, with a likeness that does not count.
        """
        names = [name for party in asked for _, name in party.names]
        self._look_for_slips(names)
        self._look_for_cuts(names)
        self._look_for_sounds(names)
        found = []
        for party in asked:
            made = (match for match in self._compare(party, likely) if match.likeness.score >= likely)
            found.append(sorted(made, key=lambda m: (-m.likeness.counts, -m.likeness.score, m.key)))
        return found

    def _compare(self, party: PartyNames, likely: int) -> Iterator[NameMatch]:
        """A party beside all that may be as alike."""
        special: set[int] = set()
        sharing: set[int] = set()
        for _, name in party.names:
            special |= self._special(name)
            sharing |= self._sharing(name, likely)
        within_reach = party.words.union(*(self._near.get(word, ()) for word in party.words))
        for place in sharing | special:
            key = self._keys[place]
            other = self.parties[key]
            names = other.names
            if place not in special:
                names = tuple(
                    (n, name) for n, name in names if _weight(name, within_reach) >= _required_weight(name, likely)
                )
            match = compare(party, other, key, names)
            if match is not None:
                yield match

    def _rare(self, name: Name, likely: int) -> list[str]:
        """The rarest words of a name of which a likely one has at least one, where no words are joined or cut."""
        words = sorted({word.text: WEIGHTS[word.kind] for word in name.words}.items(), key=self._rarity)
        lacking = name.weight - _required_weight(name, likely)
        kept, weight = [], 0
        for text, own in words:
            kept.append(text)
            weight += own * name.texts.count(text)
            if weight > lacking:
                break
        return kept

    def _rarity(self, word: tuple[str, int]) -> tuple[int, str]:
        return len(self._words.get(word[0], ())), word[0]

    def _look_for_slips(self, names: Iterable[Name]) -> None:
        """Finds for each word the words of the index that a slip makes of it, as compared or as written."""
        words = {(w.text, w.letters) for name in names for w in name.words if may_slip(w.kind, w.kind)}
        wanted: dict[int, list[str]] = defaultdict(list)
        for letters in sorted({letters for word in words for letters in word} - self._slips.keys()):
            wanted[len(letters)].append(letters)
            self._slips[letters] = ()
        for length, batch in wanted.items():
            if length < SLIP_FROM:
                continue
            slips = most_slips(length + 1)
            sizes = range(max(SLIP_FROM, length - slips), length + slips + 1)
            near = [letters for size in sizes for letters in self._by_length.get(size, ())]
            for start in range(0, len(batch), _BATCH):
                part = batch[start : start + _BATCH]
                far = process.cdist(part, near, scorer=OSA.distance, score_cutoff=slips, dtype=np.uint8)
                for row, column in np.argwhere(far <= slips).tolist():
                    if words_alike(part[row], near[column]):
                        self._slips[part[row]] += tuple(sorted(self._slipping[near[column]]))
        for text, letters in sorted(words):
            found = (*self._near.get(text, ()), *self._slips[text], *self._slips[letters])
            self._near[text] = tuple(dict.fromkeys(found))

    def _look_for_cuts(self, names: Iterable[Name]) -> None:
        """Finds for each word the words of the index that cut it short, or that it cuts short."""
        words = {word for name in names for word in name.words} - self._cut.keys()
        for word in sorted(words):
            found: set[str] = set()
            if word.kind in CUT_KINDS and len(word.letters) >= SHORTEST_CUT:
                first = word.letters[0] if may_contract(word.letters) else word.letters
                found.update(text for w, text in _beginning(self._common, first) if cuts_short(word.letters, w))
            if word.kind == "own":
                found.update(self._words_begun_by(word.letters))
            elif word.kind not in KINDS_OF_SLIPS:
                short = {word.letters[:end] for end in range(SHORTEST_CUT, len(word.letters) - 1)}
                short.update(s for s in self._contracted.get(word.letters[:1], ()) if cuts_short(s, word.letters))
                found.update(text for letters in short for text in self._letters.get(letters, ()))
            self._cut[word] = tuple(sorted(found))
            self._near[word.text] = tuple(dict.fromkeys((*self._near.get(word.text, ()), *found)))

    def _look_for_sounds(self, names: Sequence[Name]) -> None:
        """Finds for each word those of the index that sound like it, and for words side by side those they spell."""
        for text, near in self._sounds.near({word for name in names for word in name.words}).items():
            self._near[text] = tuple(dict.fromkeys((*self._near.get(text, ()), *sorted(near))))
        self._spelled_by_joined = self._sounds.spelled_by_joined(names)

    def _words_begun_by(self, letters: str) -> Iterator[str]:
        """The long words that these letters begin, or that are the beginning of them."""
        if len(letters) >= SHORTEST_OF_LONG:
            yield from (text for whole, text in _beginning(self._long, letters) if begins_long(letters, whole))
        for end in range(SHORTEST_OF_LONG, len(letters) - 3 if len(letters) >= LONG_WORD else 0):
            yield from self._letters.get(letters[:end], ())

    def _having(self, word: str) -> set[int]:
        """Parties with a word, or one that a slip makes of it."""
        near = [self._words[other] for other in self._near.get(word, ()) if other != word]
        return set(self._words.get(word, ())).union(*near)

    def _special(self, name: Name) -> set[int]:
        """Parties that share joined words or initials."""
        found: set[int] = set()
        for word in name.words:
            for written in {word.written, *map(squeeze_sound, word.sounds)} if word.sounds else (word.written,):
                found.update(self._joined.get(written, ()))
            for written in self._sounds.joined_spelling(word) if word.spellings else ():
                found.update(self._joined[written])
            found.update(self._initials.get(word.letters, ()) if word.kind == "own" else ())
        texts = {text for written in (*name.joined, name.written) for text in self._written.get(written, ())}
        texts.update(text for written in name.joined for text in self._sounds.sounding(written))
        if self._spelled_by_joined:
            for letters, _ in name.spans:
                texts.update(self._spelled_by_joined.get(latin_form("".join(letters)), ()))
        texts.update(text for letters in name.acronyms for text in self._letters.get(letters, ()))
        found.update(self._joined.get(name.written, ()), *(self._words[text] for text in texts))
        return found | self._parties_by_initials(name)

    def _parties_by_initials(self, name: Name) -> set[int]:
        """Parties with a name that is this one but for initials."""
        found: set[int] = set()
        for text in name.initials:
            found.update(self._short.get(text, ()))
        for short in filter(may_be_initials, name.words):
            having = sorted((self._words.get(word.text, ()) for word in name.words if word is not short), key=len)
            telling = any(word.kind in KINDS_OF_SLIPS for word in name.words if word is not short)
            if not telling:
                having.insert(0, self._two_letters.get(short.letters, []))
            if having:
                found.update(set(having[0]).intersection(*having[1:]))
        return found

    def _sharing(self, name: Name, likely: int) -> set[int]:
        """Parties that share words of enough weight."""
        rare = set().union(*map(self._having, self._rare(name, likely)))
        weights = dict.fromkeys(rare, 0)
        for word in name.words:
            for place in weights.keys() & self._having(word.text):
                weights[place] += WEIGHTS[word.kind]
        return {place for place, weight in weights.items() if weight >= _required_weight(name, likely)}


def _beginning(words: list[tuple[str, str]], letters: str) -> Iterator[tuple[str, str]]:
    """Of words in order those that begin with these letters."""
    found = islice(words, bisect_left(words, (letters,)), None)
    return takewhile(lambda word: word[0].startswith(letters), found)


def _required_weight(name: Name, likely: int) -> float:
    """The weight of the words of a name that another as alike has too, or something for them."""
    return name.weight * likely / (2 * SAME - likely) - _ROUNDING


def _weight(name: Name, words: Set[str]) -> int:
    return sum(WEIGHTS[word.kind] for word in name.words if word.text in words)
