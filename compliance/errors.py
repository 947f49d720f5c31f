"""What a user's mistake looks like: problems with file and line, gathered and raised together.

Only our own bugs raise anything else. A message names the user's own words in backticks and says what to do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

MOST_TOLD = 200
"""The problems of one file that are printed, and bad rows of a table that are looked at; the others are counted."""

INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
)
"""What no one can see, or what moves the text around it: controls, zero widths, turns of direction, tags."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_WORD = re.compile("`([^`]*)`")
_NEAR_WORD, _LONG_WORD, _SHOWN_WORD, _SHOWN_MESSAGE, _LONGEST_PATH = 100, 200, 60, 2_000, 1_000


def visible(text: str) -> str:
    """The text on one line, with an escape such as `\\u200b` for what no one could see."""
    if text.isprintable() and not _INVISIBLE.search(text):
        return text
    return _INVISIBLE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def one_line(message: str) -> str:
    """A message on one line, with words of a user that fill pages cut short."""
    if len(message) > 200:
        message = _WORD.sub(_cut, message)
        message = message if len(message) <= _SHOWN_MESSAGE else message[:_SHOWN_MESSAGE] + "..."
    return visible(message)


def _cut(word: re.Match[str]) -> str:
    return word[0] if len(word[1]) <= _LONG_WORD else f"`{word[1][:_SHOWN_WORD]}...`"


def quote_some(names: Sequence[str], most: int) -> str:
    """The first of several names in backticks, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(f"`{name}`" for name in names[:most]) + more


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a user's file; `line` counts from 1, 0 where the file as a whole is meant.

    Of a table with very many bad rows one problem stands for `count` others, which are not put into words.
    """

    file: str
    line: int
    message: str
    count: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", one_line(self.message))

    def __str__(self) -> str:
        file = self.file if len(self.file) <= _LONGEST_PATH else f"{self.file[:99]}...{self.file[-99:]}"
        file = visible(file)
        place = f"{file}:{self.line}" if self.line else file
        return f"{place}: {self.message}" if place else self.message


class ComplianceError(Exception):
    """Any mistake of a user; the command line prints it and exits 2."""


class InputError(ComplianceError):
    """All that is wrong in the user's files, in the order of file and line; printed, the first of each file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(_printed(self.problems)))


def _printed(problems: Iterable[Problem]) -> list[str]:
    """A line for each problem, at most `MOST_TOLD` a file, and how many more there are."""
    told: dict[str, list[str]] = {}
    left: Counter[str] = Counter()
    for problem in problems:
        of_file = told.setdefault(problem.file, [])
        if problem.count == 1 and len(of_file) < MOST_TOLD:
            of_file.append(str(problem))
        else:
            left[problem.file] += problem.count
    for file, count in left.items():
        told[file].append(str(Problem(file, 0, f"{count:,} more problems are not told; mend these first")))
    return [line for of_file in told.values() for line in of_file]


class UsageError(ComplianceError):
    """A request that cannot be understood: an unknown option value, party, chip or pack."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class EngineDisagreement(RuntimeError):
    """The two engines gave different answers on one fact: our own bug, never a user's mistake."""


def near(word: str, choices: Iterable[str], rest: str = "") -> str:
    """A hint such as ` Did you mean `ceiling`?`, or nothing where no name is near; `rest` follows the name."""
    if len(word) > _NEAR_WORD:
        return ""
    names = sorted(set(choices))
    folded = {name.casefold(): name for name in names}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f" Did you mean `{folded[found[0]]}{rest}`?" if found else ""
