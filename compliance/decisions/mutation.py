"""Whether a pack's own cases notice small wrongs in it: each mutant is run through them until one fails.

A mutant that every case is content with survives, unless the solver proves that no row tells it from the pack: then
it is no wrong at all.

Only the rules that a wrong can reach are evaluated anew, and the determinations if it reaches them; what the others
say of a case is kept from the pack as it is, where evaluating them apart is seen to say the same as all of them
together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from compliance.decisions.cases import Case, CaseFile, case_files
from compliance.decisions.mismatches import faults
from compliance.decisions.proofs import Proofs
from compliance.errors import ComplianceError
from compliance.rulebook.mutants import Mutant, mutants
from compliance.rulebook.packs import CASES, Pack

Fate = Literal["noticed", "survived", "equivalent"]
IN_PARTS = ("audit", "screen")
"""The runs whose answer is made of what each rule says."""
WITHOUT_RULES = ("own", "chips")
FIRST = 12
"""So many cases, the likeliest, are asked before the solver is, and the others only where it proves nothing."""


@dataclass(frozen=True)
class Judged:
    """A mutant and what became of it; `by` is the case that noticed."""

    mutant: Mutant
    fate: Fate
    by: str = ""


Cases = dict[Path, list[Case]]


def judged(pack: Pack, asked: Callable[[Mutant], bool] = lambda mutant: True) -> Iterator[Judged]:
    """Each mutant of the pack (for which `asked` says so) with its fate, in the order of the pack."""
    cases: Cases = {path: list(_readable(path)) for path in case_files([pack.folder])}
    own, noticed, answers = Proofs(pack), list[tuple[str, Path, Case]](), Answers(pack)
    for mutant in filter(asked, mutants(pack)):
        waiting = _in_order(cases, mutant, noticed)
        found = next((one for one in islice(waiting, FIRST) if answers.fails(mutant, *one)), None)
        if found is None and _same(own, mutant):
            yield Judged(mutant, "equivalent")
            continue
        found = found or next((one for one in waiting if answers.fails(mutant, *one)), None)
        if found is None:
            yield Judged(mutant, "survived")
            continue
        noticed.insert(0, (mutant.where, *found))
        yield Judged(mutant, "noticed", found[1].called)


def _readable(path: Path) -> Iterator[Case]:
    yield from (case for _, case in CaseFile(path).cases() if isinstance(case, Case))


def _in_order(cases: Cases, mutant: Mutant, noticed: list[tuple[str, Path, Case]]) -> Iterator[tuple[Path, Case]]:
    """The cases likeliest to notice first: those that did so at the same place, those beside the rules that the wrong
    reaches, the others; of each kind those first that noticed something last.
    """
    beside = {f"{rule}{CASES}" for rule in mutant.reaches}
    last = {id(case): number for number, (_, _, case) in reversed([*enumerate(noticed)])}
    here = {id(case) for where, _, case in noticed if where == mutant.where}

    def likely(one: tuple[Path, Case]) -> tuple[bool, bool, int]:
        path, case = one
        return id(case) not in here, path.name not in beside, last.get(id(case), len(noticed))

    yield from sorted(((path, case) for path, each in cases.items() for case in each), key=likely)


Part = tuple[frozenset[str], bool]
"""The names of some rules, and whether the determinations are asked for with them."""


class Answers:
    """What a pack says to its cases as it is, so that a mutant is asked for what can differ."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._whole: dict[int, Mapping[str, Any]] = {}
        self._apart: dict[tuple[int, Part], bool] = {}

    def fails(self, mutant: Mutant, path: Path, case: Case) -> bool:
        """Whether the case notices the mutant."""
        if case.run in WITHOUT_RULES or (case.packs and mutant.pack.id not in case.packs):
            return False
        part = frozenset(rule.name for rule in self.pack.rules if rule.id in mutant.reaches), mutant.determines
        in_parts = case.run in IN_PARTS and case.packs and not case.with_.get("parameters")
        if not in_parts or not self._told_apart(part, path, case):
            return bool(CaseFile(path, {mutant.pack.id: mutant.pack}).judged(case))
        try:
            return bool(list(faults(case.expect, self._of(mutant.pack, part, path, case))))
        except ComplianceError:
            return True

    def _told_apart(self, part: Part, path: Path, case: Case) -> bool:
        """Whether the rules of this part say the same without the others."""
        key = id(case), part
        if key not in self._apart:
            whole = self._as_it_is(path, case)
            self._apart[key] = _sorted(self._of(self.pack, part, path, case)) == _sorted(whole)
        return self._apart[key]

    def _as_it_is(self, path: Path, case: Case) -> Mapping[str, Any]:
        if id(case) not in self._whole:
            self._whole[id(case)] = CaseFile(path, {self.pack.id: self.pack}).answer(case)
        return self._whole[id(case)]

    def _of(self, pack: Pack, part: Part, path: Path, case: Case) -> Mapping[str, Any]:
        """The answer of the pack as it is, with what this part of `pack` says instead."""
        whole, (names, determines) = self._as_it_is(path, case), part
        if not names and not determines:
            return whole
        shared = pack.definitions if determines else pack.definitions.model_copy(update={"requirements": {}})
        few = replace(pack, rules=tuple(rule for rule in pack.rules if rule.name in names), definitions=shared)
        few = replace(few, sha256=f"{pack.sha256} {sorted(names)} {determines}")
        alone = case.model_copy(update={"packs": (pack.id,)})
        anew = CaseFile(path, {pack.id: few}).answer(alone)
        kept = [f for f in whole["findings"] if f["pack"] != pack.id or f["rule"] not in names]
        ids = {rule.id for rule in few.rules} | names
        findings = [*kept, *anew["findings"]]
        others = [made for made in whole["determinations"] if made["pack"] != pack.id or not determines]
        return {
            **whole,
            "findings": findings,
            "determinations": [*others, *(anew["determinations"] if determines else ())],
            "flags": sorted({flag for finding in findings for flag in finding["flags"]}),
            "not_evaluated": [
                *(left for left in whole["not_evaluated"] if left["rule"] not in ids),
                *(left for left in anew["not_evaluated"] if left["rule"]),
            ],
        }


def _sorted(answer: Mapping[str, Any]) -> list[list[str]]:
    lists = (answer[part] for part in ("findings", "determinations", "not_evaluated", "flags"))
    return [sorted(json.dumps(one, sort_keys=True) for one in each) for each in lists]


def _same(own: Proofs, mutant: Mutant) -> bool:
    """Whether no row tells the mutant from the pack; what cannot be decided is not proven."""
    try:
        return own.same(Proofs(mutant.pack))
    except (ComplianceError, TimeoutError):
        return False
