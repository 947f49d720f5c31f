"""How alike two names are: a whole number from 0 to 100, the same whichever is first, that says nothing of owners.

A word counts by how much it tells one name from another (`WEIGHTS`); twice what both share is set against all that
both have. Words joined or split, initials for words and small slips count as shared, slips for less.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from compliance.names.name import Name, Word, are_initials, may_be_initials
from compliance.names.name_vocabulary import WEIGHTS
from compliance.names.romanizations import arabic, is_arabic, squeeze_sound
from compliance.names.scripts import Spellings, latin_form, reads

SAME = 100
_WRITTEN_AS_ONE = 97
_LONGER = 1
_INITIALS = {3: 86}
_ONE_OR_TWO_INITIALS = 92
_TWO_ALONE = 85
_SOUND = 94
"""A word by another romanization, or of another script."""
_OTHER_INITIAL = 20
_MORE_INITIALS = 90
SLIP_FROM = 5
"""Letters of the shortest word in which a slip is looked for."""
_SLIPS = 2
_A_SLIP = 1200
_AT_FIRST = 400
"""What a slip, and one in the first letter besides, takes by the square of the letters: short words differ sooner."""
_LEAST_ALIKE = 60
_MISSPELT = 85
"""A word one letter off that looks misspelt: as much as shows a name of this word alone."""
_HEARD_ALIKE = frozenset(map(frozenset, ("vw", "ck", "iy", "ij", "jy")))
"""Letters for one sound, as one script is put into another."""
_CUT = 92
_LONG_CUT = 85
SHORTEST_OF_LONG, LONG_WORD = 4, 9
"""Letters of the beginning of a word that no table holds, and of that word, so that one stands for the other."""
SHORTEST_CUT = 3
LONGEST_CONTRACTION = 5
"""Letters of a common word that is cut short: its first ones, or its first and then consonants to the last."""
_OTHER_PLACE = 25
_EXCUSED = 60
KINDS_OF_SLIPS = ("own", "given")
PATRONYMIC = "patronymic"
CUT_KINDS = ("own", "generic", "sector")
"""Of which words may be another one cut short: `cent` is center and central."""
_VOWELS = "aeiouy"
_TELLING = ("generic", "sector")


@dataclass(frozen=True, slots=True)
class Likeness:
    """The score, and whether the numbers in both names agree: where they do not, the names are not alike."""

    score: int
    numbers_agree: bool

    @property
    def counts(self) -> int:
        """The score, nothing where the numbers differ."""
        return self.score if self.numbers_agree else 0


def likeness(
    one: Name, other: Name, of_one: frozenset[str] = frozenset(), of_other: frozenset[str] = frozenset()
) -> Likeness:
    """How alike two names are; `of_one` and `of_other` are the words of all names of each party: they excuse others."""
    agree = one.numbers == other.numbers
    if one.texts == other.texts:
        return Likeness(SAME if one.texts else 0, agree)
    near = abs(len(one.letters) - len(other.letters)) <= _LONGER
    if near and one.written == other.written and (len(one.words) != len(other.words) or one.letters == other.letters):
        return Likeness(_WRITTEN_AS_ONE, agree)
    return Likeness(_Pair(one, other).score(of_one, of_other), agree)


class _Pair:
    """Two names of which more and more words are accounted for."""

    def __init__(self, one: Name, other: Name) -> None:
        self.names = one, other
        self.left: tuple[list[Word | None], list[Word | None]] = [*one.words], [*other.words]
        self.shared = 0
        self.total = 0
        self.telling = False

    def score(self, of_one: frozenset[str], of_other: frozenset[str]) -> int:
        """The likeness of the names."""
        self._equal()
        if all(map(any, self.left)):
            self._match_initials(0)
            self._match_initials(1)
            self._sounds()
            self._match_joined_words(0)
            self._match_joined_words(1)
            self._initials(0)
            self._initials(1)
            self._cuts(0)
            self._cuts(1)
            self._slips()
        if self.telling:
            self._excuse(0, of_other)
            self._excuse(1, of_one)
        return self._score()

    def _share(self, alike: int, weight: int, kinds: Iterable[str]) -> None:
        self.shared += 2 * alike * weight
        self.total += 2 * weight
        self.telling = self.telling or any(kind in KINDS_OF_SLIPS for kind in kinds)

    def _equal(self) -> None:
        ones, others = self.left
        for place, word in enumerate(ones):
            for spot, match in enumerate(others):
                if word is not None and match is not None and word.text == match.text:
                    self._share(SAME, WEIGHTS[word.kind], (word.kind,))
                    ones[place] = others[spot] = word = None

    def _match_joined_words(self, side: int) -> None:
        """Words of one side that the other writes as one."""
        parts, wholes = self.left[side], self.left[1 - side]
        if not any(wholes) or sum(word is not None for word in parts) < 2:
            return
        for place, whole in enumerate(wholes):
            span = _span(self.names[side], whole) if whole else None
            if whole and span and all(parts[span[0] : span[1]]):
                self._share(SAME, WEIGHTS[whole.kind], (whole.kind,))
                parts[span[0] : span[1]] = [None] * (span[1] - span[0])
                wholes[place] = None

    def _match_initials(self, side: int) -> None:
        """One word or two of one side for which the other has the first letters, where nothing else is left."""
        parts = [place for place, word in enumerate(self.left[side]) if word]
        shorts = [place for place, word in enumerate(self.left[1 - side]) if word]
        if len(shorts) != 1 or not 1 <= len(parts) <= 2:
            return
        short = self.left[1 - side][shorts[0]]
        start, end = parts[0], parts[-1] + 1
        if short is None or not may_be_initials(short) or len(short.letters) != len(parts):
            return
        if self.names[side].initials.get(self.names[1 - side].short) != (start, end):
            return
        alone = len(parts) > 1 and not self.telling
        if not (self._may_be_alone(side) if alone else self.telling and are_initials(short)):
            return
        self._share(_TWO_ALONE if alone else _ONE_OR_TWO_INITIALS, WEIGHTS["own"], (short.kind,))
        self.left[side][start:end] = [None] * len(parts)
        self.left[1 - side][shorts[0]] = None

    def _may_be_alone(self, side: int) -> bool:
        """Whether two letters may stand for what tells a name: one of a company with the same legal form."""
        whole, short = self.names[side], self.names[1 - side]
        company = bool(whole.forms) or any(word.kind not in KINDS_OF_SLIPS for word in whole.words)
        return whole.forms == short.forms and company

    def _sounds(self) -> None:
        """Words of which one may be a romanization of the other."""
        for place, word in enumerate(self.left[0]):
            if word is None or word.kind not in KINDS_OF_SLIPS:
                continue
            for spot, match in enumerate(self.left[1]):
                if match and match.kind in KINDS_OF_SLIPS and sound_alike(word, match):
                    self._share(_SOUND, WEIGHTS["own"], ("own",))
                    self.left[0][place] = self.left[1][spot] = None
                    break

    def _initials(self, side: int) -> None:
        """Words of one side of which the other has the first letters."""
        parts, shorts = self.left[side], self.left[1 - side]
        if sum(word is not None for word in parts) < 3:
            return
        for place, short in enumerate(shorts):
            if short is None or short.kind != "own":
                continue
            span = self.names[side].acronyms.get(short.letters)
            if span and all(parts[span[0] : span[1]]):
                self._share(_INITIALS.get(len(short.letters), _MORE_INITIALS), WEIGHTS["own"], (short.kind,))
                parts[span[0] : span[1]] = [None] * (span[1] - span[0])
                shorts[place] = None

    def _cuts(self, side: int) -> None:
        """Words of one side that the other cuts short: common ones, and long ones beside a name that both have."""
        longs, shorts = self.left[side], self.left[1 - side]
        for place, short in enumerate(shorts):
            if short is None or short.kind not in CUT_KINDS:
                continue
            for spot, whole in enumerate(longs):
                if whole and whole.letters[0] == short.letters[0] and (alike := self._cut(short, whole)):
                    weights = [WEIGHTS[kind] for kind in (short.kind, whole.kind)]
                    self._share(alike, weights[1] if short.kind == "own" else min(weights), ())
                    shorts[place] = longs[spot] = None
                    break

    def _cut(self, short: Word, whole: Word) -> int:
        if whole.kind in KINDS_OF_SLIPS:
            long = self.telling and short.kind == whole.kind == "own"
            return _LONG_CUT if long and begins_long(short.letters, whole.letters) else 0
        return _CUT if cuts_short(short.letters, whole.letters) else 0

    def _slips(self) -> None:
        pairs = [
            (-alike, min(word.text, match.text), max(word.text, match.text), place, spot)
            for place, word in enumerate(self.left[0])
            for spot, match in enumerate(self.left[1])
            if word and match and may_slip(word.kind, match.kind) and (alike := spelled_alike(word, match))
        ]
        for alike, _, _, place, spot in sorted(pairs):
            word, match = self.left[0][place], self.left[1][spot]
            if word and match:
                kind = PATRONYMIC if word.kind == PATRONYMIC else "own"
                self._share(-alike, WEIGHTS[kind], (kind,))
                self.left[0][place] = self.left[1][spot] = None

    def _excuse(self, side: int, known: frozenset[str]) -> None:
        """Counts in part words that another name of the other party has."""
        for place, word in enumerate(self.left[side]):
            if word is not None and word.text in known:
                self.shared += _EXCUSED * WEIGHTS[word.kind]
                self.total += WEIGHTS[word.kind]
                self.left[side][place] = None

    def _score(self) -> int:
        kinds = [[word.kind for word in side if word is not None] for side in self.left]
        total = self.total + sum([WEIGHTS[kind] for side in kinds for kind in side])
        if kinds[0] and kinds[1]:
            telling = [[WEIGHTS[kind] for kind in side if kind in _TELLING] for side in kinds]
            if all(telling):  # each says what it does, and not the same
                total += sum(map(sum, telling))
        score = self.shared // total if total else 0
        if all("letter" in side for side in kinds):
            score = max(0, score - _OTHER_INITIAL)
        return max(0, score - _OTHER_PLACE) if all("place" in side for side in kinds) else score


def sound_alike(one: Word, other: Word) -> bool:
    """Whether one word is how another may be written in another script or romanization."""
    if one.spellings or other.spellings:
        return _reads_as(one.spellings, other) or _reads_as(other.spellings, one)
    if not one.sounds and not other.sounds:
        return False
    if is_arabic(one.sounds) or is_arabic(other.sounds):
        if one.kind == other.kind == "given":
            return False
        if not arabic(one.letters).isdisjoint(arabic(other.letters)):
            return True
    return not (one.sounds | {one.letters}).isdisjoint(other.sounds | {other.letters})


def _reads_as(spellings: Spellings, other: Word) -> bool:
    return bool(spellings) and not other.spellings and reads(spellings, latin_form(other.letters))


def _span(name: Name, whole: Word) -> tuple[int, int] | None:
    """The words of a name that are a word written apart."""
    joined = name.joined
    for written in (whole.written, *sorted(map(squeeze_sound, whole.sounds))):
        if written in joined:
            return joined[written]
    for letters, span in name.spans if whole.spellings else ():
        if reads(whole.spellings, latin_form("".join(letters))):
            return span
    return None


def cuts_short(short: str, whole: str) -> bool:
    """Whether letters are an abbreviation of a word: its beginning, or its first letter and consonants to the last."""
    if len(short) < SHORTEST_CUT or len(whole) < len(short) + 2 or short[0] != whole[0]:
        return False
    return whole.startswith(short) or (may_contract(short) and _contracts(short, whole))


def may_contract(short: str) -> bool:
    """Whether letters may be a contraction: few, and consonants after the first."""
    few = SHORTEST_CUT <= len(short) <= LONGEST_CONTRACTION
    return few and not any(letter in _VOWELS for letter in short[1:])


def begins_long(short: str, whole: str) -> bool:
    """Whether letters are the beginning of a long word of which they leave out some."""
    enough = len(short) >= SHORTEST_OF_LONG and len(whole) >= max(LONG_WORD, len(short) + 4)
    return enough and whole.startswith(short)


@lru_cache(maxsize=200_000)
def _contracts(short: str, whole: str) -> bool:
    rest = iter(whole)
    return short[-1] == whole[-1] and all(letter in rest for letter in short)


def most_slips(longest: int) -> int:
    """How many slips there may be between two words of which the longest has so many letters.

    A slip is a letter more, less, other, or two that changed places.
    """
    return min(_SLIPS, longest**2 * (SAME - _LEAST_ALIKE) // _A_SLIP)


def may_slip(one: str, other: str) -> bool:
    """Whether words of these kinds are compared letter by letter: what tells names apart, and patronymics."""
    return (one in KINDS_OF_SLIPS and other in KINDS_OF_SLIPS) or one == other == PATRONYMIC


def spelled_alike(one: Word, other: Word) -> int:
    """How alike two words are by the slips between them, as they are compared or as they are written."""
    return max(words_alike(one.text, other.text), words_alike(one.letters, other.letters))


def words_alike(one: str, other: str) -> int:
    """How alike two words are by the slips between them, 0 where there are too many."""
    return _alike(one, other) if one < other else _alike(other, one)


@lru_cache(maxsize=200_000)
def _alike(one: str, other: str) -> int:
    longest = max(len(one), len(other))
    slips = most_slips(longest)
    if min(len(one), len(other)) < SLIP_FROM or abs(len(one) - len(other)) > slips:
        return 0
    distance = OSA.distance(one, other, score_cutoff=slips)
    if distance > slips:
        return 0
    swapped = distance == 1 and len(one) == len(other) and sorted(one) == sorted(other)
    lost = _A_SLIP * distance // (1 + swapped) + (_AT_FIRST if one[0] != other[0] else 0)
    alike = SAME - -(-lost // longest**2)
    if distance == 1 and one[0] == other[0] and _looks_misspelt(one, other):
        alike = max(alike, _MISSPELT)
    return alike if alike >= _LEAST_ALIKE else 0


def _looks_misspelt(one: str, other: str) -> bool:
    """Whether words one slip apart differ by a letter more or less, two in the other order, or one heard alike."""
    if len(one) != len(other):
        return True
    place = next(place for place, letters in enumerate(zip(one, other, strict=True)) if letters[0] != letters[1])
    letters, after = frozenset((one[place], other[place])), one[place + 1 : place + 2]
    return (
        one[place + 1 :] != other[place + 1 :]
        or letters in _HEARD_ALIKE
        or (letters == {"a", "e"} and after in ("i", "y"))
    )
