"""JSON records read one at a time: a list, a list under a key of an object, JSON Lines, or one after the other.

Numbers with a point are `Decimal`, so that nothing is rounded. A record that cannot be read is a problem and does
not hide the others where each has a line of its own; in a list nothing after it can be read.

INVARIANT: at most one record and one piece of the file are in memory. A record over `LONGEST`, one nested too
deep, `NaN` and a key that stands twice are refused with the line.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from json.decoder import WHITESPACE  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, NoReturn

from compliance.errors import InputError, Problem
from compliance.imports.cleaners import tidy
from compliance.imports.open_file import LONGEST, PIECE, Progress, ignore_progress, open_bytes


@dataclass(frozen=True, slots=True)
class Record:
    """One record, or what is wrong with it; `line` counts from 1."""

    line: int
    value: dict[str, Any] = field(default_factory=dict)
    wrong: str = ""


Beside = Callable[[str, Any], None]


def _ignore_beside(name: str, value: Any) -> None:
    """Takes what stands beside the list and drops it."""


def read_records(
    path: Path, key: str = "", progress: Progress = ignore_progress, beside: Beside = _ignore_beside
) -> Iterator[Record]:
    """The records of a file in its order; `key` names the list that they stand in if the file is one object.

    `beside` is given the other values of that object by their keys.
    Raises `InputError` where the file as a whole cannot be read further.
    """
    with open_bytes(path, progress) as file:
        yield from _Reader(file, str(path), key, beside).records()


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"`{word}` is no number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"`{twice[:60]}` stands twice in one mapping")
    return made


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_object)


class _Reader:
    """A file's text from the place that has been reached, with as much more as a record needs."""

    def __init__(self, file: Any, name: str, key: str, beside: Beside) -> None:
        self.file, self.name, self.key, self.beside = file, name, key, beside
        self.decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.text, self.place, self.line, self.counted, self.ended = "", 0, 1, 0, False

    def records(self) -> Iterator[Record]:
        """All of them."""
        first = self._peek()
        if not first:
            self._stop("is empty")
        if first == "[":
            yield from self._read_list()
        elif first == "{" and self.key and self._starts_wrapped():
            yield from self._under_key()
        else:
            yield from self._apart()

    def _read_list(self) -> Iterator[Record]:
        """The items of a list."""
        self.place += 1
        if self._peek() == "]":
            self.place += 1
            return
        while True:
            line, value = self._value()
            yield _record(line, value)
            mark = self._peek()
            self.place += 1
            if mark == "]":
                return
            if mark != ",":
                self._stop("breaks off: the list never ends" if not mark else f"needs a comma before `{mark}`")

    def _apart(self) -> Iterator[Record]:
        """One after the other, most often one a line; after a bad one reading goes on at the next line."""
        while self._peek():
            line = self._line()
            told = self._whole_line(line)
            if told is not None:
                yield told
                continue
            try:
                _, value = self._value()
            except InputError as error:
                yield Record(line, wrong=error.problems[0].message)
                if not self._skip_line():
                    return
                continue
            yield _record(line, value)

    def _whole_line(self, number: int) -> Record | None:
        """The record that the line is, or what is wrong with it; nothing where it goes on or holds several."""
        end = self.text.find("\n", self.place)
        if end < 0:
            return None
        line = self.text[self.place : end].rstrip()
        try:
            value, stop = _DECODER.raw_decode(line)
        except json.JSONDecodeError as error:
            if error.pos >= len(line):
                return None
            found = Record(number, wrong=_syntax_error_text(error))
        except (RecursionError, ValueError) as error:
            found = Record(number, wrong=_value_error_text(error))
        else:
            if stop < len(line):
                return None
            found = _record(number, value)
        self.place = end + 1
        return found

    def _starts_wrapped(self) -> bool:
        """Whether the object holds the list, and is not itself the first record."""
        return re.search(rf'"{re.escape(self.key)}"\s*:\s*\[', self.text[self.place : self.place + PIECE]) is not None

    def _under_key(self) -> Iterator[Record]:
        self.place += 1
        while True:
            mark = self._peek()
            if mark in ("}", ""):
                return
            if mark == ",":
                self.place += 1
                continue
            _, name = self._value()
            if self._peek() != ":":
                self._stop("cannot be read as JSON: a colon is missing")
            self.place += 1
            if name == self.key and self._peek() == "[":
                yield from self._read_list()
            else:
                self.beside(name, self._value()[1])

    def _value(self) -> tuple[int, Any]:
        """The next value with its line."""
        self._peek()
        line = self._line()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.place)
            except json.JSONDecodeError as error:
                known = error.pos < len(self.text) - _TAIL and not error.msg.startswith("Unterminated")
                if self.ended or known:
                    self._stop(_syntax_error_text(error), self._line(error.pos))
                self._more()
            except (RecursionError, ValueError) as error:
                self._stop(_value_error_text(error), line)
            else:
                if end == len(self.text) and not self.ended and not isinstance(value, dict | list | str):
                    self._more()  # a number or a word may go on
                    continue
                self.place = end
                return line, value

    def _peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            self.place = WHITESPACE.match(self.text, self.place).end()
            if self.place < len(self.text):
                return self.text[self.place]
            if self.ended:
                return ""
            self._more()

    def _more(self) -> None:
        """Reads another piece behind what is there."""
        if len(self.text) - self.place > LONGEST:
            self._stop(f"holds a record of more than {LONGEST // 2**20} MB")
        self._line()
        piece = self.file.read(max(PIECE, len(self.text) - self.place))
        self.ended = not piece
        try:
            self.text = self.text[self.place :] + self.decode(piece, self.ended)
        except UnicodeDecodeError:
            self._stop("is not UTF-8 text; save it as UTF-8")
        self.place = self.counted = 0

    def _skip_line(self) -> bool:
        """Goes behind the next end of line; whether there was one."""
        while True:
            end = self.text.find("\n", self.place)
            if end >= 0:
                self.place = end + 1
                return True
            self.place = len(self.text)
            if self.ended:
                return False
            self._more()

    def _line(self, place: int | None = None) -> int:
        """The line of a place; the lines before the one that has been reached are counted once."""
        if place is not None:
            return self._line() + self.text.count("\n", self.place, place)
        self.line += self.text.count("\n", self.counted, self.place)
        self.counted = self.place
        return self.line

    def _stop(self, told: str, line: int = 0) -> NoReturn:
        raise InputError([Problem(self.name, line or self._line(), told)])


_TAIL = 64
"""A mistake so near to the end of what was read may only be the end of the piece."""


def _value_error_text(error: RecursionError | ValueError) -> str:
    """What is wrong with a value that is JSON."""
    if isinstance(error, RecursionError):
        return "is nested too deep"
    said = str(error)
    return "holds a number of thousands of digits" if said.startswith("Exceeds the limit") else said


def _syntax_error_text(error: json.JSONDecodeError) -> str:
    if error.msg.startswith("Unterminated") or WHITESPACE.match(error.doc, error.pos).end() == len(error.doc):
        return "breaks off in the middle of a record"
    near = tidy(error.doc[error.pos : error.pos + 20])
    return f"cannot be read as JSON: {error.msg[0].lower()}{error.msg[1:]} at `{near}`"


def _record(line: int, value: Any) -> Record:
    if not isinstance(value, dict):
        return Record(line, wrong="is no record; a record is a mapping in braces")
    return Record(line, value)
