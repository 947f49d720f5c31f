"""In which order cases are asked about a mutant: it takes one to notice it, and the likeliest is asked first."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from compliance.authoring.cases.case_runs import Case
from compliance.authoring.mutants import Mutant
from compliance.rulebook.packs import CASES

One = tuple[Path, Case]
_NAMED = re.compile("`[^`]+`")
_WORD = re.compile("[a-z0-9]+")


class CaseRanker:
    """The cases of a pack, and which of them noticed what so far."""

    def __init__(self, cases: Sequence[One]) -> None:
        self.cases = cases
        told = ((case, f"{path.name} {case.world} {case.with_}") for path, case in cases)
        self._words = {id(case): _words(text) for case, text in told}
        self._among = Counter(word for words in self._words.values() for word in words)
        self._here: dict[str, set[int]] = defaultdict(set)
        self._last: dict[int, int] = {}

    def record_detection(self, mutant: Mutant, case: Case) -> None:
        """Remembers that a case noticed a mutant."""
        self._here[mutant.where].add(id(case))
        self._last[id(case)] = max(self._last.values(), default=0) + 1

    def to_notice(self, mutant: Mutant) -> list[One]:
        """All cases: those that noticed something at the same place, the mutated rule's own cases, the others;
        of each kind those first that share rare words with the wrong, then those that noticed last.
        """
        here = self._here[mutant.where]
        beside = f"{mutant.rule}{CASES}"
        asked = _words(" ".join(_NAMED.findall(f"{mutant.where} {mutant.change}")))

        def order(one: One) -> tuple[bool, bool, Fraction, int]:
            path, case = one
            alike = sum((Fraction(1, self._among[word]) for word in asked & self._words[id(case)]), Fraction())
            return id(case) not in here, path.name != beside, -alike, -self._last.get(id(case), 0)

        return sorted(self.cases, key=order)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))
