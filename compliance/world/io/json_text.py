"""JSON text read as YAML is: every scalar is text, numbers as they are written, every key with its line.

The grammar is JSON's own and nothing more: no comments, no trailing commas, no `NaN`.
"""

from __future__ import annotations

import re
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]

from compliance.errors import InputError, Problem
from compliance.world.io.text_safety import require_printable
from compliance.world.io.yaml_nodes import (
    DEEPEST,
    LONGEST_VALUE,
    MOST_VALUES,
    TOO_DEEP,
    TOO_MANY,
    LocatedDict,
    LocatedList,
    LocatedStr,
    Node,
    too_long,
)

_TOKEN = re.compile(
    r"""[ \t\r\n]*+(?:(?P<mark>[\[\]{}:,])|"(?P<text>[^"\\\x00-\x1f]*)"|(?P<hard>")"""
    r"""|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![0-9A-Za-z.+-])"""
    r"""|(?P<word>true|false|null)(?![0-9A-Za-z])|(?P<end>\Z))"""
)
_MEMBER = re.compile(
    r"""[ \t\r\n]*+(?P<comma>,)?[ \t\r\n]*+"(?P<key>[^"\\\x00-\x1f]*+)"[ \t\r\n]*+:[ \t\r\n]*+"""
    r"""(?:"(?P<text>[^"\\\x00-\x1f]*+)"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?=[ \t\r\n,}]))"""
)
"""The common member, plain text or a number under a plain key, in one step; `_TOKEN` reads what is left.

No step is tried twice (`*+`): blanks without end cannot make it slow.
"""
_NOT_TEXT = (
    ("Unterminated", "the quote that opens here is never closed"),
    ("escape", "`\\` in a text stands for nothing; double it"),
    ("", "a text in quotes cannot go on over the line; write `\\n` in it"),
)
_NOT_JSON = {
    "NaN": "JSON has no `NaN`; write `null` for what is not known",
    "Infinity": "JSON has no `Infinity`; write `null` for what is not known",
    "-Infinity": "JSON has no `-Infinity`; write `null` for what is not known",
    "None": "`None` is not a JSON value; write `null`",
    "True": "`True` is not a JSON value; write `true`",
    "False": "`False` is not a JSON value; write `false`",
}


def read_json(text: str, file: str, line: int = 1) -> Node:
    """The value of a JSON text; `true`, `false` are those words and `null` is empty text.

    `line` is the number of its first line.

    Raises `InputError` with the line where it is not JSON, a key stands twice, or it passes a limit:
    `DEEPEST`, `MOST_VALUES`, `LONGEST_VALUE`.
    """
    require_printable(text, file)
    return _Reader(text, file, line).read()


class _Reader:
    """One pass over the tokens with a stack of the open mappings and lists."""

    def __init__(self, text: str, file: str, line: int) -> None:
        self.text, self.file = text, file
        self.at = 0
        self.line = line
        self.values = 0

    def _refuse(self, message: str) -> InputError:
        return InputError([Problem(self.file, self.line, message)])

    def _next(self) -> tuple[str, str]:
        """The next token as (kind, text): a mark of the grammar, `text`, `number`, `word` or `end`."""
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            blank = re.compile(r"[ \t\r\n]*").match(self.text, self.at)
            start = blank.end() if blank else self.at
            self.line += self.text.count("\n", self.at, start)
            raise self._refuse(f"cannot be read as JSON: {self._no_value(start)}")
        kind = found.lastgroup or "end"
        start = found.start(kind)
        self.line += self.text.count("\n", self.at, start)
        self.at = found.end()
        if kind != "hard":
            return (found["mark"], "") if kind == "mark" else (kind, found[kind])
        try:
            value, self.at = scanstring(self.text, self.at, True)
        except JSONDecodeError as error:
            told = next(words for part, words in _NOT_TEXT if part in error.msg)
            raise self._refuse(f"cannot be read as JSON: {told}") from None
        require_printable(value, self.file, self.line)
        return "text", value

    def _no_value(self, start: int) -> str:
        """What is said of a text that begins no value."""
        found = re.compile(r"[^\s,:\[\]{}]{0,30}").match(self.text, start)
        word = found[0] if found else ""
        if word.startswith("'"):
            return "text and keys stand in double quotes, not single ones"
        if word.startswith(("//", "/*", "#")):
            return f"JSON has no comments; remove `{word}`"
        return _NOT_JSON.get(word, f"`{word}` is not a JSON value; put text in double quotes")

    def read(self) -> Node:
        root = self._value(*self._next())
        stack: list[LocatedDict | LocatedList] = []
        if isinstance(root, LocatedDict | LocatedList):
            stack.append(root)
        while stack:
            top = stack[-1]
            child = self._member(top) if isinstance(top, LocatedDict) else self._item(top)
            if child is None:
                stack.pop()
                continue
            self.values += 1 if isinstance(top, LocatedList) else 2
            if self.values > MOST_VALUES:
                raise self._refuse(TOO_MANY)
            if isinstance(child, LocatedDict | LocatedList):
                if len(stack) >= DEEPEST:
                    raise self._refuse(TOO_DEEP)
                stack.append(child)
        kind, word = self._next()
        if kind != "end":
            raise self._refuse(f"cannot be read as JSON: `{word or kind}` after the end")
        return root

    def _value(self, kind: str, word: str) -> Node:
        if len(word) > LONGEST_VALUE:
            raise self._refuse(too_long(word))
        if kind == "text":
            return LocatedStr(word, self.line, True)
        if kind in ("number", "word"):
            return LocatedStr("" if word == "null" else word, self.line)
        if kind == "{":
            return LocatedDict(line=self.line)
        if kind == "[":
            return LocatedList(line=self.line)
        if kind == "end":
            raise self._refuse("is empty" if not self.text.strip() else "cannot be read as JSON: a value is missing")
        raise self._refuse(f"cannot be read as JSON: a value is missing before `{word or kind}`")

    def _syntax_error(self, kind: str, word: str, what: str, top: LocatedDict | LocatedList, comma: bool) -> InputError:
        """What is said where a mapping or a list goes on wrongly."""
        mark = "{" if isinstance(top, LocatedDict) else "["
        if kind == "end":
            told = f"`{mark}` of line {top.line} is never closed"
        elif comma and kind in ("]", "}"):
            told = f"a comma stands before `{kind}`; remove it"
        else:
            told = f"{what} is missing before `{word or kind}`"
        return self._refuse(f"cannot be read as JSON: {told}")

    def _plain_members(self, top: LocatedDict) -> None:
        """Read on while members are plain and nothing is wrong."""
        text, lines = self.text, top.lines
        while (found := _MEMBER.match(text, self.at)) is not None:
            comma, key, value, number = found.groups()
            long = found.end() - found.start() > LONGEST_VALUE  # perhaps; then each part is looked at
            if key in top or (comma is None) == bool(top) or long:
                return
            self.values += 2
            if self.values > MOST_VALUES:
                return
            start = found.start(2)
            self.line += text.count("\n", self.at, start)
            lines[key] = self.line
            self.at = found.end()
            self.line += text.count("\n", start, self.at)
            top[key] = LocatedStr(value, self.line, True) if number is None else LocatedStr(number, self.line)

    def _member(self, top: LocatedDict) -> Node | None:
        self._plain_members(top)
        kind, word = self._next()
        if kind == "}":
            return None
        comma = bool(top)
        if comma:
            if kind != ",":
                raise self._syntax_error(kind, word, "a comma", top, False)
            kind, word = self._next()
        if kind != "text":
            raise self._syntax_error(kind, word, "a key in double quotes", top, comma)
        if len(word) > LONGEST_VALUE:
            raise self._refuse(too_long(word))
        key, line = word, self.line
        if key in top:
            first = top.line_of(key)
            raise self._refuse(f"`{key}` stands twice in one mapping, first on line {first}")
        kind, word = self._next()
        if kind != ":":
            raise self._refuse(f"cannot be read as JSON: a colon is missing after `{key}`")
        value = self._value(*self._next())
        top[key] = value
        top.lines[key] = line
        return value

    def _item(self, top: LocatedList) -> Node | None:
        kind, word = self._next()
        if kind == "]":
            return None
        comma = bool(top)
        if comma:
            if kind != ",":
                raise self._syntax_error(kind, word, "a comma", top, False)
            kind, word = self._next()
            if kind in ("]", "end"):
                raise self._syntax_error(kind, word, "a value", top, comma)
        elif kind == "end":
            raise self._syntax_error(kind, word, "a value", top, comma)
        value = self._value(kind, word)
        top.append(value)
        return value
