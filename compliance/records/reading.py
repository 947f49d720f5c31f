"""Records as they stand in a log, read from any position on; nothing here writes."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from compliance.errors import UsageError
from compliance.records.content import ContentStore
from compliance.records.head import HEAD_LENGTH, Head

LOG, CONTENT, HEAD = "log", "content", "head"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in the log; `hash` is that of its line, which the next one holds."""

    number: int
    at: str
    kind: str
    previous: str
    hash: str
    refs: tuple[str, ...]
    line: bytes = field(repr=False)

    @property
    def body(self) -> dict[str, Any]:
        """What was put on record."""
        found: dict[str, Any] = json.loads(self.line)["body"]
        return found

    @classmethod
    def parse(cls, line: bytes) -> Record:
        """The record of a line without its end."""
        told = json.loads(line)
        return cls(
            int(told["number"]), told["at"], told["kind"], told["previous"], sha256(line).hexdigest(),
            tuple(told["refs"]), line,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the log: the segment, by the number of its first record, and a byte of it."""

    segment: int = 0
    offset: int = 0


def number_of(line: bytes) -> int:
    """The number of the record of a line, without reading the rest of it."""
    end = line.rindex(b'","previous":"')
    return int(line[line.rindex(b'"', 0, end) + 1 : end])


def kind_of(line: bytes) -> str:
    """The kind of the record of a line, without reading the rest of it."""
    end = line.rindex(b'","number":"', 0, line.rindex(b'","previous":"'))
    return line[line.rindex(b'"', 0, end) + 1 : end].decode()


class LogReader:
    """A folder with the segments of a log, its head, and the content that records refer to, to be read.

    Raises `UsageError` where the folder holds no records.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.content = ContentStore(folder / CONTENT)
        try:
            self._head = self._open_head()
        except OSError:
            raise UsageError(f"`{folder}` holds no records: there is no `{HEAD}` that can be read") from None

    def _open_head(self) -> int:
        return os.open(self.folder / HEAD, os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """Lets go of the files."""
        with suppress(OSError):
            os.close(self._head)

    def head(self) -> Head:
        """Where the log ends. Raises `RecordsDamagedError`."""
        return Head.read(os.pread(self._head, HEAD_LENGTH + 1, 0), self.folder / HEAD)

    def lines(self, start: Position) -> Iterator[tuple[bytes, Position]]:
        """The lines from a position on, as far as the head goes now, each with the position after it."""
        head = self.head()
        for segment in [one for one in self.segments() if start.segment <= one <= head.segment]:
            place = Position(segment, start.offset if segment == start.segment else 0)
            with open(self.segment(segment), "rb") as stream:
                stream.seek(place.offset)
                for line in stream:
                    place = Position(segment, place.offset + len(line))
                    if segment == head.segment and place.offset > head.size:
                        break
                    yield line[:-1], place

    def read(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Record]:
        """The records after a number, of some kinds or of all, as far as the head goes now."""
        starts = [0, *self.segments()]
        first = max(start for start in starts if start <= after + 1)
        for line, _ in self.lines(Position(first, 0)):
            if (not kinds or kind_of(line) in kinds) and number_of(line) > after:
                yield Record.parse(line)

    def get(self, number: int) -> Record | None:
        """The record of that number; `None` where there is none."""
        return next((record for record in self.read(number - 1) if record.number == number), None)

    def at(self, place: Position) -> Record:
        """The record whose line begins at a position."""
        with open(self.segment(place.segment), "rb") as stream:
            stream.seek(place.offset)
            return Record.parse(stream.readline()[:-1])

    def segments(self) -> list[int]:
        """The numbers of the records with which the segments begin."""
        return sorted(int(path.stem) for path in (self.folder / LOG).glob("*.jsonl"))

    def segment(self, start: int) -> Path:
        """The file of the segment that begins with that record."""
        return self.folder / LOG / f"{start:012}.jsonl"
