"""Whether a pack's own cases notice small wrongs in it: each mutant is run through them until one fails.

A mutant that every case is content with survives, unless the solver proves that no row tells it from the pack: then
it is no wrong at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compliance.decisions.cases import CaseFile, case_files
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


def judged(pack: Pack, asked: Callable[[Mutant], bool] = lambda mutant: True) -> Iterator[Judged]:
    """Each mutant of the pack (for which `asked` says so) with its fate, in the order of the pack."""
    files = case_files([pack.folder])
    noticed: dict[str, tuple[Path, str]] = {}
    for mutant in mutants(pack):
        if not asked(mutant):
            continue
        found = _noticed(mutant, _in_order(files, mutant, noticed))
        if found is not None:
            noticed[mutant.where] = found
            yield Judged(mutant, "noticed", found[1])
        else:
            yield Judged(mutant, "equivalent" if _equivalent(pack, mutant) else "survived")


def _in_order(
    files: Sequence[Path], mutant: Mutant, noticed: dict[str, tuple[Path, str]]
) -> Iterator[tuple[Path, str | None]]:
    """The cases likeliest to notice first: the one that did so last at the same place, then those beside the rule."""
    if mutant.where in noticed:
        yield noticed[mutant.where]
    own = [path for path in files if mutant.rule is not None and path.name == f"{mutant.rule}{CASES}"]
    yield from ((path, None) for path in (*own, *(path for path in files if path not in own)))


def _noticed(mutant: Mutant, places: Iterator[tuple[Path, str | None]]) -> tuple[Path, str] | None:
    """The case that fails on the mutant."""
    for path, name in places:
        runner = CaseFile(path, {mutant.pack.id: mutant.pack})
        for _, case in runner.cases():
            if isinstance(case, ComplianceError) or (name is not None and case.called != name):
                continue
            if runner.judged(case):
                return path, case.called
    return None


def _equivalent(pack: Pack, mutant: Mutant) -> bool:
    if mutant.before is None:
        return False
    try:
        return Proofs(pack).same(Proofs(mutant.pack))
    except (ComplianceError, TimeoutError):
        return False
