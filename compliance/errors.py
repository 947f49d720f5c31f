"""What a user's mistake looks like: problems with file and line, gathered and raised together.

Only our own bugs raise anything else. A message names the user's own words in backticks and says what to do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple, TypeVar

T = TypeVar("T")
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
    return join_first(names, most, "`{}`".format)


def join_first(items: Sequence[T], most: int, tell: Callable[[T], str] = str, between: str = ", ") -> str:
    """What is told of the first of several, and how many more there are."""
    more = f" and {len(items) - most:,} more" if len(items) > most else ""
    return between.join(map(tell, items[:most])) + more


Code = Literal[
    "unreadable", "not_a_row", "no_order", "missing_field", "unknown_field", "unknown_word", "not_exact", "bad_value",
    "repeated_id", "id_of_shipment", "unknown_party", "unknown_row", "unknown_chip", "replaces_in_circle",
    "unknown_table", "still_named", "no_match", "several_match",
]  # fmt: skip
"""What may be wrong with a row, for programs; `CODES` says what each means and what to do."""

CODES: dict[Code, tuple[str, str]] = {
    "unreadable": ("the file, or a line of it, cannot be read", "correct the file"),
    "not_a_row": ("what is given is no mapping and no row", "give a mapping of fields to values, or a list of them"),
    "no_order": ("there is no line to screen", "give at least one line"),
    "missing_field": ("a field that is needed is missing or empty", "give the field"),
    "unknown_field": ("no field has this name", "correct the name; one that begins with x_ is kept and not read"),
    "unknown_word": ("the field takes one of a few words, and this is none", "take one of the words"),
    "not_exact": ("the value is binary floating point where only exact values are taken", "give it as text"),
    "bad_value": ("the value is none that the field takes", "correct the value"),
    "repeated_id": ("two rows have the same id", "give each its own"),
    "id_of_shipment": ("a shipment of the world has the id of the line", "give the line another id"),
    "unknown_party": (
        "the party named is not in the world",
        "add the party to the world, or describe it by name, country, lei, registration or address",
    ),
    "unknown_row": ("the site, line, model or company named is not in the world", "correct the id, or add the row"),
    "unknown_chip": (
        "neither the catalogue nor the world knows the chip",
        "correct it, or add it to the world",
    ),
    "replaces_in_circle": (
        "the line replaces itself, or lines replace each other",
        "name a line sent before it",
    ),
    "unknown_table": ("a world has no table of this name", "correct the name"),
    "still_named": ("what is to go is named by rows that stay", "remove or change those rows too"),
    "no_match": ("no row agrees with what is to be removed", "give the values of a row that is there"),
    "several_match": ("several rows agree with what is to be removed", "give more fields, so that one agrees"),
}
"""Of each code what it means and what to do about it."""


class About(NamedTuple):
    """What a problem is about: the id of the row and the field, empty where there is none, and the code.

    `hint` is what to do, as it stands at the end of the message; empty where the message says nothing of it.
    """

    row: str = ""
    field: str = ""
    code: Code = "unreadable"
    hint: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a user's file; `line` counts from 1, 0 where the file as a whole is meant.

    Of a table with very many bad rows one problem stands for `count` others, which are not put into words.
    """

    file: str
    line: int
    message: str
    count: int = 1
    about: About = field(default=About(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", one_line(self.message))

    def __str__(self) -> str:
        file = self.file if len(self.file) <= _LONGEST_PATH else f"{self.file[:99]}...{self.file[-99:]}"
        file = visible(file)
        place = f"{file}:{self.line}" if self.line else file
        return f"{place}: {self.message}" if place else self.message


class ComplianceError(Exception):
    """Any mistake of a user; the command line prints it and exits 2."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as what it holds, so that one process can raise it in another, whatever its constructor takes."""
        return Exception.__new__, (type(self), *self.args), vars(self)


class InputError(ComplianceError):
    """All that is wrong in the user's files, in the order of file and line; printed, the first of each file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(_format_problems(self.problems)))


@dataclass(frozen=True, slots=True, order=True)
class OrderProblem(Problem):
    """One thing wrong with an order: which line of it, which field, a `code` out of `CODES`, and what to do (`hint`).

    `order` is the id of the line, empty where it has none; `line` counts the lines of the order, or those of the file.
    It reads as a mapping too: `problem["code"]`, `dict(problem)`.
    """

    @classmethod
    def of(cls, problem: Problem) -> OrderProblem:
        """The same as a problem of an order: what to do stands apart from the message."""
        hint, message = problem.about.hint, problem.message
        if hint and message.endswith(hint):
            message = message[: -len(hint)].rstrip(" ;")
        message = message.replace(f"{NO_FILE}:", "line ")
        return cls(problem.file, problem.line, message, problem.count, problem.about)

    @property
    def order(self) -> str:
        """The id of the line; empty where it has none."""
        return visible(self.about.row)

    @property
    def field(self) -> str:
        """The field; empty where the line as a whole is meant."""
        return self.about.field

    @property
    def code(self) -> Code:
        """What kind of mistake it is."""
        return self.about.code

    @property
    def hint(self) -> str:
        """What to do."""
        hint = self.about.hint or CODES[self.about.code][1]
        return one_line(hint[0].upper() + hint[1:] + ("" if hint[-1] in ".?!" else "."))

    def keys(self) -> tuple[str, ...]:
        """The names that JSON has."""
        return ("order", "line", "field", "code", "message", "hint")

    def __getitem__(self, name: str) -> str | int:
        if name not in self.keys():
            raise KeyError(name)
        value: str | int = getattr(self, name)
        return value

    def __str__(self) -> str:
        named = one_line(f"order `{self.order}`, ") if self.order else ""
        place = f"{visible(self.file)}:{self.line}" if self.file != NO_FILE else f"{named}line {self.line}"
        mark = "" if self.message[-1:] in ".?!" else "."
        return f"{place}: {self.message}{mark} {self.hint}"


NO_FILE = "<python>"
"""What stands for a file where a row was given by a program."""


class OrderError(InputError):
    """All that is wrong with an order, at once."""

    problems: tuple[OrderProblem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(OrderProblem.of(problem) for problem in problems)


def hint_in(sentence: str) -> str:
    """What a sentence that says what is wrong says about what to do; its end, or nothing."""
    bare = _WORD.sub(lambda found: "_" * len(found[0]), sentence)
    places = [place + len(mark) for mark in ("; ", ". ") if (place := bare.find(mark)) > 0]
    return sentence[min(places) :] if places else ""


def _format_problems(problems: Iterable[Problem]) -> list[str]:
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
