"""Building blocks of generated source: values, indented lines, fresh names and constants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, NamedTuple

Shape = tuple[tuple[str, ...], tuple[str, ...]]
"""The columns of rows and their types."""


class Unwritten(TypeError):
    """A part of a SQL tree for which no Python is written; the database answers such a query."""


class Value(NamedTuple):
    """An expression in Python: its source, its type, whether it can be null."""

    source: str
    kind: str
    null: bool = True

    @property
    def plain(self) -> bool:
        """Whether it is a name or a literal, which may stand any number of times."""
        return self.source.isidentifier() or self.source.lstrip("-").isdigit() or self.source[:1] in "'\""


NULL = Value("None", "none")


MOST_LOOPS = 15
"""So many loops stand in one another in a function; Python allows 20 blocks."""


@dataclass
class Body:
    """Lines of a function as they are written, each at the depth of the loop that it stands in."""

    names: Names
    depth: int = 1
    lines: list[str] = field(default_factory=list)
    _begun: list[int] = field(default_factory=list)
    """At which depths functions within loops begin."""

    def put(self, line: str) -> None:
        """Adds a line."""
        self.lines.append(f"{' ' * self.depth}{line}")

    def loop(self, head: str) -> None:
        """Begins a loop: what is put from now on stands in it.

        A loop too deep for Python begins a function that is called at once, with all that stands in it.
        """
        self._begun = [depth for depth in self._begun if depth < self.depth]
        if self.depth - max(self._begun, default=0) > MOST_LOOPS:
            self.put("@at_once")
            self.put(f"def {self.names.new('p')}():")
            self._begun.append(self.depth)
            self.depth += 1
        self.put(f"{head}:")
        self.depth += 1

    def let(self, value: Value) -> Value:
        """The value under a name, unless it is one already."""
        if value.plain or value.source in ("None", "True", "False"):
            return value
        name = self.names.new("v")
        self.put(f"{name} = {value.source}")
        return value._replace(source=name)


class Names:
    """New names, and the constants of a program by name."""

    def __init__(self) -> None:
        self._count = 0
        self.constants: dict[str, Any] = {}
        self._named: dict[Any, str] = {}

    def new(self, letter: str) -> str:
        """A name that no other has."""
        self._count += 1
        return f"{letter}{self._count}"

    def constant(self, value: Any) -> str:
        """The name of a constant."""
        key = type(value), value
        if key not in self._named:
            self._named[key] = name = self.new("K")
            self.constants[name] = value
        return self._named[key]


Columns = Mapping[str, Callable[[], Value]]
"""What rows have by name; a value is written when it is first asked for."""


def columns_of(row: str, shape: Shape, body: Body) -> Columns:
    """The columns of a row that is a tuple, each under a name as soon as it is asked for."""
    return {
        name: cache(partial(body.let, Value(f"{row}[{at}]", kind)))
        for at, (name, kind) in enumerate(zip(*shape, strict=True))
    }


def key_of(sources: Sequence[str]) -> str:
    """Values as a key: one by itself, several as a tuple."""
    return sources[0] if len(sources) == 1 else f"({', '.join(sources)})"


def tuple_of(sources: Sequence[str]) -> str:
    """Values as a tuple, whatever their number."""
    return f"({''.join(f'{source}, ' for source in sources)})"
