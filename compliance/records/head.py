"""The head of a log: where it ends and with which hash, in a file of its own of one fixed length."""

from __future__ import annotations

import json
from dataclasses import dataclass

from compliance.errors import ComplianceError

NO_HASH = "0" * 64
"""The hash before the first record."""
_DIGITS = 20


class RecordsDamagedError(ComplianceError):
    """The log is not what its head says: nothing is added to it until somebody looks."""


@dataclass(frozen=True, slots=True)
class Head:
    """The number and hash of the last record, the segment that holds it with its size, and the last world record."""

    number: int = 0
    hash: str = NO_HASH
    segment: int = 1
    size: int = 0
    world: int = 0

    def __bytes__(self) -> bytes:
        told = {
            "hash": self.hash,
            "number": f"{self.number:0{_DIGITS}}",
            "segment": f"{self.segment:0{_DIGITS}}",
            "size": f"{self.size:0{_DIGITS}}",
            "world": f"{self.world:0{_DIGITS}}",
        }
        return json.dumps(told, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def read(cls, content: bytes, file: object) -> Head:
        """A head as it is written. Raises `RecordsDamagedError`."""
        if not content:
            return cls()
        try:
            told = json.loads(content)
            number, segment, size, world = (int(told[name]) for name in ("number", "segment", "size", "world"))
            found = cls(number, told["hash"], segment, size, world)
        except (ValueError, KeyError, TypeError):
            found = None
        if found is None or bytes(found) != content:
            raise RecordsDamagedError(f"{file}: is damaged; `compliance verify` says what of the log is whole")
        return found


HEAD_LENGTH = len(bytes(Head()))
