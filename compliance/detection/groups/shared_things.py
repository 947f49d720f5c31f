"""What buyers share, and how rare it is: by how many hands of the world have such a thing, buyers of size aside.

A thing is as rare as it is among all companies that do not buy in size: of those that split, many may share one
thing, and that must not make it common. How far a thing that nobody else is known to have is shared after all is told
by how many things of its kind one, two, three others have [Good 1953, The population frequencies of species]. Companies
that one open owner holds count once: that they share an address says nothing of addresses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from compliance.detection import log_likelihood
from compliance.detection.evidence import Part
from compliance.detection.pattern_settings import Settings

PARENT = "parent"
"""The kind of evidence that is an open owner: one holds the greater part of both, directly or through such owners."""
CLASSES = (1, 2, 4, 8)
"""Things that one, two or three, four to seven, or more hands have are discounted alike."""
Whole = np.ndarray[Any, np.dtype[np.int64]]


class Rarity:
    """What sharing a thing of a kind is worth, by how many hands have it beside those that are looked at."""

    def __init__(self, hands: Fraction, counts: Whole, few: Fraction) -> None:
        """`hands` have a thing of the kind; of things that `n` hands have there are `counts[n]`."""
        self.hands = hands
        self.factor = [self._discount(counts, low, few) for low in CLASSES]
        self._bits: dict[int, int] = {}

    @staticmethod
    def _discount(counts: Whole, low: int, few: Fraction) -> Fraction:
        high = 2 * low if low < CLASSES[-1] else max(len(counts), 2 * low)
        whole = np.concatenate([counts, np.zeros(max(0, high + 1 - len(counts)), dtype=np.int64)])
        here = np.arange(low, high)
        more = int(((here + 1) * whole[low + 1 : high + 1]).sum())
        return min(Fraction(1), (more + few) / (int((here * whole[low:high]).sum()) + few))

    def bits(self, others: int) -> int:
        """Thousandths of a bit in one more hand that has it, where one has it and `others` beside."""
        if others not in self._bits:
            known = others + 1
            factor = self.factor[sum(known >= low for low in CLASSES) - 1]
            self._bits[others] = max(0, log_likelihood.millibits(self.hands / (known * factor)))
        return self._bits[others]


@dataclass(frozen=True, eq=False)
class Thing:
    """A thing that several buyers have.

    `holders` counts the hands that have it, `companies` the companies, `rest` are the companies that have it and do not
    buy in size; `bits` is what it tells of two that have it, for a sentence.
    """

    kind: str
    family: str
    value: str
    buyers: tuple[int, ...]
    companies: int
    holders: int
    rest: frozenset[int]
    rarity: Rarity
    bits: int


def open_hands(parents: Part, companies: int, most: int) -> Whole:
    """The hand of each company: those that one open owner holds are one."""
    _, values, who = parents
    given = pc.and_(pc.is_valid(values), pc.is_valid(who))
    code = values.filter(given).dictionary_encode().indices.to_numpy().astype(np.int64)
    company = who.filter(given).to_numpy()
    size = np.bincount(code)
    kept = size[code] <= most if len(code) else np.zeros(0, dtype=bool)
    links = coo_array(
        (np.ones(int(kept.sum()), dtype=np.int8), (company[kept], companies + code[kept])),
        shape=(companies + len(size), companies + len(size)),
    )
    hand: Whole = connected_components(links, directed=False)[1][:companies].astype(np.int64)
    return hand


def things(
    held: Iterable[Part], buyers: Whole, bought: int, companies: int, settings: Settings
) -> tuple[list[Thing], Whole]:
    """All things that two of `buyers` have, and the hand of each company.

    `held` begins with the open owners; `bought` companies buy at all, of size or not.
    """
    is_buyer = np.zeros(companies, dtype=bool)
    is_buyer[buyers] = True
    hand = np.arange(companies)
    found: list[Thing] = []
    known = {"buyer": bought}
    for part in held:
        if part[0] == PARENT:
            hand = open_hands(part, companies, int(settings.number("open_most")))
        found += _of_kind(part, is_buyer, hand, companies, settings, known)
    return found, hand


def _of_kind(
    part: Part, is_buyer: Any, hand: Whole, companies: int, settings: Settings, of_kinds: dict[str, int]
) -> Iterable[Thing]:
    kind, values, who = part
    of = settings.kinds[kind]
    given = pc.and_(pc.is_valid(values), pc.is_valid(who))
    named = values.filter(given).dictionary_encode()
    code = named.indices.to_numpy().astype(np.int64)
    pairs = np.unique(code * companies + who.filter(given).to_numpy())  # each company has a thing once
    code, company = np.divmod(pairs, companies)
    bought = is_buyer[company]
    kinds = len(named.dictionary)
    once = np.unique(code * companies + hand[company])
    holders = np.bincount(once // companies, minlength=kinds)
    rest = np.unique(code[~bought] * companies + hand[company[~bought]])
    of_kinds[kind] = len(np.unique(once % companies))
    known = max(of_kinds[kind], of_kinds.get(of.among, 0))
    alone = len(np.unique(company))
    least = settings.number("population")
    scaled = Fraction(known) if companies >= least else known * Fraction(least) / companies
    counts = np.bincount(np.bincount(rest // companies, minlength=kinds), minlength=2)
    if of.among:  # who has none of it has what nobody else has
        counts[1] += known - of_kinds[kind]
    rarity = Rarity(scaled, counts, settings.number("few_buyers"))
    companies_of = np.bincount(code, minlength=kinds)
    kept = (np.bincount(code[bought], minlength=kinds) > 1)[code]
    code, company, bought = code[kept], company[kept], bought[kept]
    cuts = np.flatnonzero(np.diff(code)) + 1
    for rows in np.split(np.arange(len(code)), cuts):
        if not len(rows):
            continue
        who_has, theirs = company[rows], bought[rows]
        yield Thing(
            kind,
            of.family,
            named.dictionary[int(code[rows[0]])].as_py(),
            tuple(who_has[theirs].tolist()),
            len(rows),
            int(holders[code[rows[0]]]),
            frozenset(who_has[~theirs].tolist()),
            rarity,
            log_likelihood.sharing_evidence(of.of_one_hand, int(companies_of[code[rows[0]]]), max(alone, int(least))),
        )
