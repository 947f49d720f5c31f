"""Whether a pack's own cases notice small wrongs in it: each mutant is run through them until one fails.

A mutant that every case is content with survives, unless the solver proves that no row tells it from the pack: then
it is no wrong at all.

Only the rules that a wrong can reach are evaluated anew; what the others say of a case is kept from the pack as it
is, where evaluating them apart is seen to say the same as all of them together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from compliance.decisions.cases import Case, CaseFile, case_files
from compliance.decisions.comparison import faults
from compliance.decisions.proofs import Proofs
from compliance.errors import ComplianceError
from compliance.rulebook.mutants import Mutant, mutants
from compliance.rulebook.packs import CASES, Pack

Fate = Literal["noticed", "survived", "equivalent"]
IN_PARTS = ("audit", "screen")
"""The runs whose answer is made of what each rule says."""
WITHOUT_RULES = ("own", "chips")


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
    own, noticed, answers = Proofs(pack), dict[str, tuple[Path, Case]](), Answers(pack)
    for mutant in filter(asked, mutants(pack)):
        found = next((one for one in _in_order(cases, mutant, noticed) if answers.fails(mutant, *one)), None)
        if found is not None:
            noticed[mutant.where] = found
            yield Judged(mutant, "noticed", found[1].called)
        else:
            yield Judged(mutant, "equivalent" if _same(own, mutant) else "survived")


def _readable(path: Path) -> Iterator[Case]:
    yield from (case for _, case in CaseFile(path).cases() if isinstance(case, Case))


def _in_order(cases: Cases, mutant: Mutant, noticed: dict[str, tuple[Path, Case]]) -> Iterator[tuple[Path, Case]]:
    """The cases likeliest to notice first: the one that did so last at the same place, then those beside the rule."""
    if mutant.where in noticed:
        yield noticed[mutant.where]
    beside = {f"{rule}{CASES}" for rule in mutant.reaches}
    for path in sorted(cases, key=lambda path: path.name not in beside):
        yield from ((path, case) for case in cases[path])


class Answers:
    """What a pack says to its cases as it is, so that a mutant is asked for what can differ."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._whole: dict[int, Mapping[str, Any]] = {}
        self._apart: dict[tuple[int, frozenset[str]], bool] = {}

    def fails(self, mutant: Mutant, path: Path, case: Case) -> bool:
        """Whether the case notices the mutant."""
        if case.run in WITHOUT_RULES or (case.packs and mutant.pack.id not in case.packs):
            return False
        names = frozenset(rule.name for rule in self.pack.rules if rule.id in mutant.reaches)
        in_parts = case.run in IN_PARTS and case.packs and not case.with_.get("parameters") and not mutant.determines
        if not in_parts or not self._told_apart(names, path, case):
            return bool(CaseFile(path, {mutant.pack.id: mutant.pack}).judged(case))
        try:
            return bool(list(faults(case.expect, self._of(mutant.pack, names, path, case))))
        except ComplianceError:
            return True

    def _told_apart(self, names: frozenset[str], path: Path, case: Case) -> bool:
        """Whether the rules of these names say the same without the others."""
        key = id(case), names
        if key not in self._apart:
            whole = self._as_it_is(path, case)
            self._apart[key] = not names or _sorted(self._of(self.pack, names, path, case)) == _sorted(whole)
        return self._apart[key]

    def _as_it_is(self, path: Path, case: Case) -> Mapping[str, Any]:
        if id(case) not in self._whole:
            self._whole[id(case)] = CaseFile(path, {self.pack.id: self.pack}).answer(case)
        return self._whole[id(case)]

    def _of(self, pack: Pack, names: frozenset[str], path: Path, case: Case) -> Mapping[str, Any]:
        """The answer of the pack as it is, with what these rules of `pack` say instead."""
        whole = self._as_it_is(path, case)
        if not names:
            return whole
        shared = pack.definitions.model_copy(update={"requirements": {}})
        few = replace(pack, rules=tuple(rule for rule in pack.rules if rule.name in names), definitions=shared)
        few = replace(few, sha256=f"{pack.sha256} {sorted(names)}")
        alone = case.model_copy(update={"packs": (pack.id,)})
        part = CaseFile(path, {pack.id: few}).answer(alone)
        kept = [f for f in whole["findings"] if f["pack"] != pack.id or f["rule"] not in names]
        ids = {rule.id for rule in few.rules} | names
        findings = [*kept, *part["findings"]]
        return {
            **whole,
            "findings": findings,
            "flags": sorted({flag for finding in findings for flag in finding["flags"]}),
            "not_evaluated": [
                *(left for left in whole["not_evaluated"] if left["rule"] not in ids),
                *(left for left in part["not_evaluated"] if left["rule"]),
            ],
        }


def _sorted(answer: Mapping[str, Any]) -> list[list[str]]:
    lists = (answer["findings"], answer["not_evaluated"], answer["flags"])
    return [sorted(json.dumps(one, sort_keys=True) for one in each) for each in lists]


def _same(own: Proofs, mutant: Mutant) -> bool:
    """Whether no row tells the mutant from the pack; what cannot be decided is not proven."""
    try:
        return own.same(Proofs(mutant.pack))
    except (ComplianceError, TimeoutError):
        return False
