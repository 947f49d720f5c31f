"""YAML text read into mappings, lists and text that know their lines.

Every scalar is text: `NO`, `1e26` and `on` stay as they are written. An unquoted `null` or `~` is empty text.
INVARIANT: what comes out is a tree of bounded size, whatever anchors the text repeats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from compliance.errors import InputError, Problem
from compliance.world.io import yaml_messages
from compliance.world.io.text_safety import require_printable

DEEPEST = 50
"""Levels of mappings and lists, those that an anchor repeats included."""

MOST_VALUES = 10_000_000
"""Keys and values of one text; a row of twelve fields has 25."""

MOST_REPEATED = 2_000_000
"""Values that the anchors of one text repeat."""

LONGEST_VALUE = 131_072
"""Characters of one value, as of a cell."""

TOO_DEEP = f"is nested deeper than {DEEPEST} levels"
TOO_MANY = f"has more than {MOST_VALUES:,} keys and values; give large tables as CSV, JSON Lines or Parquet"
_NESTING = "maximum nesting depth"  # in the words of PyYAML 6.0.4 and its libyaml
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge")
)


class LocatedStr(str):
    """Text with the line it stands on; `quoted` tells `"null"` from `null`."""

    __slots__ = ("line", "quoted")
    line: int
    quoted: bool

    def __new__(cls, text: str, line: int = 0, quoted: bool = False) -> LocatedStr:
        made = str.__new__(cls, text)
        made.line = line
        made.quoted = quoted
        return made


class LocatedList(list[Any]):
    """A list with the line it begins on; `columns` are the names that all its rows share, if they do."""

    __slots__ = ("columns", "line")

    def __init__(self, items: Any = (), line: int = 0, columns: tuple[str, ...] = ()) -> None:
        super().__init__(items)
        self.line = line
        self.columns = columns


class LocatedDict(dict[str, Any]):
    """A mapping with the line it begins on and the line of each key in `lines`."""

    __slots__ = ("line", "lines")

    def __init__(self, items: Any = (), line: int = 0) -> None:
        super().__init__(items)
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """The line of a key, or of the mapping where the key is not in it."""
        return self.lines.get(key, self.line)


Node = LocatedDict | LocatedList | LocatedStr


def too_long(value: str) -> str:
    """What is said of a value over `LONGEST_VALUE`."""
    return f"`{value[:60]}...` has {len(value):,} characters; a value may have {LONGEST_VALUE:,}"


def line_of(node: object) -> int:
    """The line of anything marked, 0 of anything else."""
    line = getattr(node, "line", 0)
    return line if isinstance(line, int) else 0


def read_yaml(text: str, file: str) -> Node:
    """The one document of a YAML text; an empty text is empty.

    Raises `InputError` where it is not YAML, a key stands twice, or it passes a limit: `DEEPEST`,
    `MOST_VALUES`, `MOST_REPEATED`, `LONGEST_VALUE`.
    """
    require_printable(text, file)
    try:
        return _Composer(file).compose(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        if _NESTING in str(error.problem):  # libyaml's own limit lies far beyond DEEPEST
            mark = error.problem_mark or error.context_mark
            raise InputError([Problem(file, 0 if mark is None else mark.line + 1, TOO_DEEP)]) from None
        raise InputError([yaml_messages.syntax_problem(error, text, file)]) from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise InputError([Problem(file, 0, f"cannot be read as YAML: {reason}")]) from None


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    node: LocatedDict | LocatedList
    anchor: str | None
    key: LocatedStr | None = None
    merging: bool = False
    merges: list[LocatedDict] | None = None
    size: int = 1
    height: int = 1


class _Composer:
    """Events to nodes, without recursion, so that no text can exhaust the stack."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.repeated = 0
        self.values = 0
        self.root: Node | None = None
        self.documents = 0

    def compose(self, events: Iterator[Any]) -> Node:
        scalar, alias = yaml.ScalarEvent, yaml.AliasEvent
        starts = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
        ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        for event in events:
            if isinstance(event, scalar):
                self._scalar(event)
                self.values += 1
            elif isinstance(event, starts):
                self._start(event)
                self.values += 1
                if self.values > MOST_VALUES:
                    self._refuse(event, TOO_MANY)
            elif isinstance(event, ends):
                self._end()
            elif isinstance(event, alias):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    self._refuse(event, "a second document begins here; keep one a file")
        return self.root if self.root is not None else LocatedStr("", 1)

    def _refuse(self, event: Any, message: str) -> None:
        raise InputError([Problem(self.file, event.start_mark.line + 1, message)])

    def _tag(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!" and event.tag not in _PLAIN_TAGS:
            self._refuse(event, f"the tag `{event.tag}` is not read; every value is text")

    def _scalar(self, event: Any) -> None:
        if event.tag is not None:
            self._tag(event)
        value: str = event.value
        if len(value) > LONGEST_VALUE:
            self._refuse(event, too_long(value))
        if self.values >= MOST_VALUES:
            self._refuse(event, TOO_MANY)
        line = event.start_mark.line + 1
        quoted = bool(event.style)
        if not value.isprintable():
            require_printable(value, self.file, line)
        merging = value == "<<" and not quoted
        node = LocatedStr("" if not quoted and value in ("null", "~") else value, line, quoted)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1, 0)
        self._place(node, event, 1, merging)

    def _start(self, event: Any) -> None:
        if event.tag is not None:
            self._tag(event)
        if len(self.stack) >= DEEPEST:
            self._refuse(event, TOO_DEEP)
        if self.stack and isinstance(self.stack[-1].node, LocatedDict) and self._wants_key(self.stack[-1]):
            self._refuse(event, "a key must be plain text, not a list or a mapping")
        line = event.start_mark.line + 1
        mapping = isinstance(event, yaml.MappingStartEvent)
        node: LocatedDict | LocatedList = LocatedDict(line=line) if mapping else LocatedList(line=line)
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)
        self.stack.append(_Open(node, event.anchor))

    @staticmethod
    def _wants_key(top: _Open) -> bool:
        return top.key is None and not top.merging

    def _end(self) -> None:
        done = self.stack.pop()
        node = done.node
        if isinstance(node, LocatedDict):
            for source in done.merges or ():
                for key, value in source.items():
                    if key not in node:
                        node[key] = value
                        node.lines[key] = source.lines.get(key, source.line)
        if done.anchor is not None:
            self.anchors[done.anchor] = (node, done.size, done.height)
        self._place(node, None, done.size, False, done.height)

    def _alias(self, event: Any) -> None:
        found = self.anchors.get(event.anchor)
        if found is None:
            self._refuse(event, f"`*{event.anchor}` repeats nothing that is complete above it")
            return
        node, size, height = found
        if len(self.stack) + height > DEEPEST:
            self._refuse(event, TOO_DEEP)
        self.repeated += size
        if self.repeated > MOST_REPEATED:
            self._refuse(event, f"`*{event.anchor}` repeats too much: over {MOST_REPEATED:,} values in all")
        self._place(node, event, size, False, height)

    def _place(self, node: Node, event: Any, size: int, merging: bool, height: int = 0) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.size += size
        if height >= top.height:
            top.height = height + 1
        if isinstance(top.node, LocatedList):
            top.node.append(node)
        elif top.merging:
            self._merge(top, node)
        elif top.key is not None:
            top.node[top.key] = node
            top.key = None
        elif merging:
            top.merging = True
        elif not isinstance(node, LocatedStr):
            self._refuse(event, "a key must be plain text, not a list or a mapping")
        elif node in top.node:
            first = top.node.line_of(node)
            self._refuse(event, f"`{node}` stands twice in one mapping, first on line {first}")
        else:
            top.key = node
            top.node.lines[str(node)] = event.start_mark.line + 1

    def _merge(self, top: _Open, node: Node) -> None:
        top.merges = top.merges or []
        for source in node if isinstance(node, LocatedList) else [node]:
            if not isinstance(source, LocatedDict):
                line = line_of(source)
                raise InputError([Problem(self.file, line, "`<<` takes a mapping or a list of mappings")])
            top.merges.append(source)
        top.merging = False
