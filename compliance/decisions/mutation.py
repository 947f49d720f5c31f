"""Whether a pack's own cases notice small wrongs in it: each mutant is run through them until one fails.

A mutant that every case is content with survives, unless the solver proves that no row tells it from the pack: then
it is no wrong at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compliance.decisions.cases import Case, CaseFile, case_files
from compliance.decisions.proofs import Proofs
from compliance.errors import ComplianceError
from compliance.rulebook.mutants import Mutant, mutants
from compliance.rulebook.packs import CASES, Pack

Fate = Literal["noticed", "survived", "equivalent"]


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
    own, noticed = Proofs(pack), dict[str, tuple[Path, Case]]()
    for mutant in filter(asked, mutants(pack)):
        found = next((one for one in _in_order(cases, mutant, noticed) if _fails(mutant, *one)), None)
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
    beside = f"{mutant.rule}{CASES}"
    for path in sorted(cases, key=lambda path: path.name != beside):
        yield from ((path, case) for case in cases[path])


def _fails(mutant: Mutant, path: Path, case: Case) -> bool:
    return bool(CaseFile(path, {mutant.pack.id: mutant.pack}).judged(case))


def _same(own: Proofs, mutant: Mutant) -> bool:
    """Whether no row tells the mutant from the pack; what cannot be decided is not proven."""
    try:
        return own.same(Proofs(mutant.pack))
    except (ComplianceError, TimeoutError):
        return False
