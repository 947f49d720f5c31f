"""What a user's mistake looks like: problems with file and line, gathered and raised together.

Only our own bugs raise anything else. A message names the user's own words in backticks and says what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a user's file; `line` counts from 1, 0 where the file as a whole is meant."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}" if place else self.message


class ComplianceError(Exception):
    """Any mistake of a user; the command line prints it and exits 2."""


class InputError(ComplianceError):
    """All that is wrong in the user's files, in the order of file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class UsageError(ComplianceError):
    """A request that cannot be understood: an unknown option value, party, chip or pack."""


class EngineDisagreement(RuntimeError):
    """The two engines gave different answers on one fact: our own bug, never a user's mistake."""


def near(word: str, choices: Iterable[str]) -> str:
    """A hint such as ` Did you mean `ceiling`?`, or nothing where no name is near."""
    names = sorted(set(choices))
    folded = {name.casefold(): name for name in names}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f" Did you mean `{folded[found[0]]}`?" if found else ""
