"""What was proven, refuted and noticed of rules, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compliance.authoring.mutants import Mutant
from compliance.authoring.mutation import MutantResult
from compliance.authoring.proofs import Counterexample


def proofs_text(found: Mapping[str, Sequence[Counterexample]]) -> str:
    """What is refuted of each pack, each with the row that does."""
    lines = []
    for pack, refuted in found.items():
        if not refuted:
            lines.append(
                f"{pack}: every rule can hold, every clause decides, rules of one name keep apart, "
                "no line is left without a review policy"
            )
        for one in refuted:
            lines.append(f"{pack}: {one.where}: {one.told}")
            lines += [f"    {path}: {value}" for path, value in one.row]
    return "\n".join(lines) + "\n"


def mutation_line(one: MutantResult) -> str:
    """A wrong that no case notices."""
    return f"{one.mutant.pack.id}: {one.fate}: {wrong(one.mutant)}"


def wrong(mutant: Mutant) -> str:
    """Where a wrong is and what was done."""
    return f"{mutant.where}: {mutant.change}"


def mutation_summary(pack: str, fates: Mapping[str, int]) -> str:
    """How many wrongs were noticed."""
    told = f"{fates['noticed']:,} of {sum(fates.values()) - fates['equivalent']:,} wrongs noticed"
    return f"{pack}: {told}; {fates['equivalent']:,} more are proven to change nothing\n"
