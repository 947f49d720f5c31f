"""A page about a rule in pieces, and those pieces as lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from compliance.rulebook.prose.wording import STEP

WIDTH = 96


@dataclass(frozen=True)
class Item:
    """A piece of a page: its head, a named fact, the title of a section, or a line of one, so deep under it."""

    kind: Literal["head", "fact", "section", "line"]
    text: str
    name: str = ""
    depth: int = 0


def as_text(page: Iterable[Item]) -> Iterator[str]:
    """A page as lines of a terminal, wrapped under their own indentation."""
    numbered = 0
    for item in page:
        match item.kind:
            case "head":
                yield from (*wrap(item.name, WIDTH), *wrap(item.text, WIDTH), "")
            case "fact":
                yield from wrap(f"{item.name:<10}{item.text}", WIDTH, subsequent_indent=" " * 10)
            case "section":
                numbered = 0
                yield from ("", item.text)
            case "line":
                numbered = len(item.name) + 1 if item.name else numbered
                indent = STEP * (item.depth + 1) + " " * (numbered - len(STEP) if item.depth and numbered else 0)
                first = f"{indent}{item.name} " if item.name else indent
                rest = " " * len(first) if item.name else indent + STEP
                yield from wrap(item.text, WIDTH, initial_indent=first, subsequent_indent=rest)
