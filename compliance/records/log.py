"""The append-only log of records: a line each, chained by hash, shared by any number of threads and processes.

INVARIANTS: a record that was acknowledged is on disk. Each line holds the hash of the line before. The head, a file
beside the log, is never ahead of what is on disk. Of what was never acknowledged nothing but a whole line stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from compliance.errors import ComplianceError
from compliance.records.canonical import canonical_json
from compliance.records.durable_files import fsync_folder, lock_file, write_all
from compliance.records.head import Head, RecordsDamagedError
from compliance.records.reading import CONTENT, HEAD, LOG, LogReader, Record
from compliance.records.signing import Signer

WORLD = "world"
"""The kind of the records that change what later ones are about."""
LOCK = ".lock"
_SEGMENT_BYTES = 64 * 2**20


class RecordsUnavailableError(ComplianceError):
    """The log cannot be written now, such as on a full disk; nothing of the record was kept."""


@dataclass(slots=True)
class _Waiting:
    """A record that is to be written."""

    at: datetime
    kind: str
    body: bytes
    refs: Sequence[str]
    written: Record | None = None
    failed: BaseException | None = None


class RecordLog(LogReader):
    """A log to which records are added.

    Threads that append at the same time share one write to disk. Raises `RecordsUnavailableError` where the folder
    cannot be made or written.
    """

    def __init__(self, folder: Path, signer: Signer | None = None, segment_bytes: int = _SEGMENT_BYTES) -> None:
        self._signer = signer
        self._segment_bytes = segment_bytes
        self._waiting: list[_Waiting] = []
        self._queueing, self._writing = Lock(), Lock()
        self._open: tuple[int, int] | None = None
        try:
            for part in (LOG, CONTENT):
                (folder / part).mkdir(parents=True, exist_ok=True)
            super().__init__(folder)
            fsync_folder(folder)
        except OSError as wrong:
            raise _unavailable(folder, wrong) from None

    def _open_head(self) -> int:
        return os.open(self.folder / HEAD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def close(self) -> None:
        """Lets go of the files."""
        with self._writing:
            super().close()
            if self._open is not None:
                os.close(self._open[1])
                self._open = None

    def append(self, at: datetime, kind: str, body: Mapping[str, Any], refs: Sequence[str] = ()) -> Record:
        """Adds a record and comes back when it is on disk. `at` is when it was made, in UTC.

        Raises `RecordsUnavailableError` where it cannot be written, and `RecordsDamagedError` where the log was cut.
        """
        [record] = self._append([_Waiting(at, kind, canonical_json(body), refs)])
        return record

    def append_all(self, at: datetime, kind: str, bodies: Iterable[Mapping[str, Any]]) -> list[Record]:
        """Adds records one after the other, all or none of them; see `append`."""
        return self._append([_Waiting(at, kind, canonical_json(body), ()) for body in bodies])

    def _append(self, mine: list[_Waiting]) -> list[Record]:
        with self._queueing:
            self._waiting += mine
        with self._writing:
            if any(one.written is None and one.failed is None for one in mine):
                with self._queueing:
                    batch, self._waiting = self._waiting, []
                self._write(batch)
        for one in mine:
            if one.failed is not None:
                raise one.failed
        return [one.written for one in mine if one.written is not None]

    # ---- one writer at a time

    def _write(self, batch: Sequence[_Waiting]) -> None:
        """Writes records one after the other, all or none of them."""
        try:
            with lock_file(self.folder / LOCK):
                head = self._whole()
                written, head, lines = self._lines(batch, head)
                descriptor = self._segment_of(head.segment)
                try:
                    write_all(descriptor, lines)
                    os.fdatasync(descriptor)
                except OSError:
                    os.ftruncate(descriptor, head.size - len(lines))
                    raise
                os.pwrite(self._head, bytes(head), 0)
        except OSError as wrong:
            for one in batch:
                one.failed = _unavailable(self.folder, wrong)
        except BaseException as wrong:
            for one in batch:
                one.failed = wrong
        else:
            for one, record in zip(batch, written, strict=True):
                one.written = record

    def _lines(self, batch: Sequence[_Waiting], head: Head) -> tuple[list[Record], Head, bytes]:
        if head.size >= self._segment_bytes:
            head = replace(head, segment=head.number + 1, size=0)
        written, lines = [], []
        for one in batch:
            number, at = head.number + 1, _moment(one.at)
            line = _line(number, at, one, head.hash, self._signer)
            record = Record(number, at, one.kind, head.hash, sha256(line).hexdigest(), (*one.refs,), line)
            head = replace(
                head,
                number=number,
                hash=record.hash,
                size=head.size + len(line) + 1,
                world=number if one.kind == WORLD else head.world,
            )
            written.append(record)
            lines.append(line + b"\n")
        return written, head, b"".join(lines)

    def _whole(self) -> Head:
        """The head, after what somebody wrote and did not come to acknowledge is taken in, or cut if it is no line."""
        head = self.head()
        descriptor = self._segment_of(head.segment)
        size = os.fstat(descriptor).st_size
        path = self.segment(head.segment)
        if size < head.size:
            raise RecordsDamagedError(
                f"{path}: ends before its head says, at byte {size:,} of {head.size:,}; nothing is added to it"
            )
        if size > head.size:
            head = self._taken_in(head, descriptor, size)
        following = self.segment(head.number + 1)
        if head.number and following != path and following.exists():
            head = self._taken_in(replace(head, segment=head.number + 1, size=0), self._segment_of(head.number + 1), 0)
        return head

    def _taken_in(self, head: Head, descriptor: int, size: int) -> Head:
        size = size or os.fstat(descriptor).st_size
        tail = os.pread(descriptor, size - head.size, head.size)
        for line in tail.split(b"\n")[:-1]:
            try:
                record = Record.parse(line)
                follows = record.previous == head.hash and record.number == head.number + 1
            except (ValueError, KeyError, TypeError):
                follows = False
            if not follows:
                raise RecordsDamagedError(
                    f"{self.segment(head.segment)}: at byte {head.size:,} is no record that follows the one before"
                )
            world = record.number if record.kind == WORLD else head.world
            head = replace(head, number=record.number, hash=record.hash, size=head.size + len(line) + 1, world=world)
        if size > head.size:
            os.ftruncate(descriptor, head.size)
            os.fdatasync(descriptor)
        os.pwrite(self._head, bytes(head), 0)
        return head

    def _segment_of(self, start: int) -> int:
        """The descriptor of a segment, which is made where there is none."""
        if self._open is None or self._open[0] != start:
            path = self.segment(start)
            new = not path.exists()
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if self._open is not None:
                os.close(self._open[1])
            self._open = (start, descriptor)
            if new:
                fsync_folder(path.parent)
        return self._open[1]


def _line(number: int, at: str, one: _Waiting, previous: str, signer: Signer | None) -> bytes:
    """A record as canonical JSON: its keys stand in their order, and what they hold is canonical."""
    rest = canonical_json({"kind": one.kind, "number": number, "previous": previous, "refs": list(one.refs)})
    line = b'{"at":"%s","body":%s,%s' % (at.encode(), one.body, rest[1:])
    if signer is not None:
        line = b'%s,"signature":"%s"}' % (line[:-1], signer.sign(line).encode())
    return line


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _unavailable(folder: Path, wrong: OSError) -> RecordsUnavailableError:
    place = wrong.filename or folder
    return RecordsUnavailableError(f"{place}: the records cannot be written: {(wrong.strerror or 'error').lower()}")
