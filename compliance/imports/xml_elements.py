"""Elements of an XML file of any size, one at a time; a file that defines entities or a document type is refused.

INVARIANT: an element and what stands above it are in memory, and no more: what was read is let go, and an element
over `LONGEST` is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from compliance.errors import InputError, Problem
from compliance.imports.cleaners import tidy
from compliance.imports.open_file import LONGEST, Progress, ignore_progress, open_bytes


class _Readable(Protocol):
    def read(self, size: int = -1) -> bytes: ...


class _BoundedReader:
    """A file that stops being read where an element does not end."""

    def __init__(self, file: _Readable | IO[bytes]) -> None:
        self.file = file
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        if self.since > LONGEST:
            raise OverflowError
        piece = self.file.read(size)
        self.since += len(piece)
        return piece


def read_elements(
    path: Path, tags: frozenset[str], progress: Progress = ignore_progress
) -> Iterator[tuple[str, Element]]:
    """The elements with one of these names, without their namespace, in the order of the file.

    Raises `InputError` where the file cannot be read, or not further.
    """
    name = str(path)
    with open_bytes(path, progress) as file:
        measured = _BoundedReader(file)
        above: list[Element] = []
        try:
            for event, element in iterparse(measured, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    above.append(element)
                    continue
                above.pop()
                tag = local(element)
                if tag not in tags:
                    continue
                yield tag, element
                measured.since = 0
                for parent in above:
                    del parent[: len(parent) if parent is above[-1] else -1]
        except DefusedXmlException:
            told = "defines a document type or entities, which no data of this kind needs; it is not read"
            raise InputError([Problem(name, 0, told)]) from None
        except OverflowError:
            told = f"holds {LONGEST // 2**20} MB without the end of a record"
            raise InputError([Problem(name, 0, told)]) from None
        except ParseError as error:
            told = f"cannot be read as XML, or breaks off: {str(error).partition(':')[0]}"
            raise InputError([Problem(name, error.position[0], told)]) from None


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_at(element: Element, *names: str) -> str:
    """The text of the first element under these names, or nothing."""
    found = below(element, *names)
    return tidy(found.text) if found is not None else ""


def below(element: Element, *names: str) -> Element | None:
    """The first element under these names."""
    place: Element | None = element
    for name in names:
        place = next((child for child in place if local(child) == name), None) if place is not None else None
    return place


def children(element: Element | None, name: str) -> list[Element]:
    """The elements of a name right under another."""
    return [child for child in element if local(child) == name] if element is not None else []
