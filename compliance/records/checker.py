"""Checks a folder of records by itself: the chain of its lines, their signatures, and all that they refer to.

INVARIANT: nothing else of this package is imported, so that whoever doubts the package can read these lines alone.
It finds every byte that was changed and every line that was removed, moved, doubled or cut. What no checker can see
from the folder alone is a log cut together with its head file; whoever noted a head elsewhere gives it, and it can.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

NO_HASH = "0" * 64
FIELDS = ("at", "body", "kind", "number", "previous", "refs")
MOST_TOLD = 20
_LARGEST_TREE = 2**28
_SIGNED = re.compile(rb',"signature":"([A-Za-z0-9+/]{86}==)"\}$')
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass
class VerificationReport:
    """What was read, and everything that is wrong with it, each as `FILE:LINE: message`."""

    records: int = 0
    first: int = 0
    head: str = NO_HASH
    signed: int = 0
    content: int = 0
    problems: list[str] = field(default_factory=list)

    def blame(self, file: Path, line: int, message: str) -> None:
        """Notes a problem; of very many the first are told."""
        if len(self.problems) <= MOST_TOLD:
            more = len(self.problems) == MOST_TOLD
            self.problems.append("more problems are not told" if more else f"{file}:{line}: {message}")


def verify(folder: Path, head: str = "", public_key: Path | None = None) -> VerificationReport:
    """Reads every byte of a folder of records; with `head` it must hold the record of that hash."""
    found = VerificationReport()
    check = _signature_check(public_key) if public_key is not None else None
    wanted: dict[str, tuple[Path, int]] = {}
    sought = {head.strip().lower()} - {""}
    head_file = (folder / "head").read_bytes() if (folder / "head").is_file() else b""
    ends, segment, size, world = False, 0, 0, 0
    began, kept_off = "", set()
    number, previous = 0, NO_HASH
    for file, at, line in _lines(folder, found):
        record = _parse_record(line, found, file, at)
        if record is None:
            previous = sha256(line).hexdigest()
            number += 1
            continue
        segment, size = (int(file.stem), 0) if at == 1 else (segment, size)
        size += len(line) + 1
        if not found.records:
            number, began = record["number"] - 1, record["previous"]
            found.first, previous = record["number"], began
        if at == 1 and file.stem != f"{record['number']:012}":
            found.blame(file, at, f"begins with record {record['number']}, and its name says another")
        if record["number"] != number + 1:
            found.blame(file, at, f"is record {record['number']}, and {number + 1} is to follow record {number}")
        elif record["previous"] != previous:
            found.blame(file, at, f"record {number + 1} does not follow the line before: one of the two was changed")
        signature = _SIGNED.search(line)
        found.signed += signature is not None
        if check is not None and not check(line, signature):
            found.blame(file, at, f"record {record['number']} is not signed with this key")
        if record["kind"] == "retention":
            kept_off.add((str(record["body"].get("through")), str(record["body"].get("hash"))))
        for name in record["refs"]:
            wanted.setdefault(name, (file, at))
        number, previous = record["number"], sha256(line).hexdigest()
        world = number if record["kind"] == "world" else world
        ends = ends or head_file == _head_text(previous, number, segment, size, world)
        found.records += 1
        sought.discard(previous)
    found.head = previous
    if not ends and (found.records or head_file not in (b"", _head_text(NO_HASH, 0, 1, 0, 0))):
        found.blame(folder / "head", 1, f"names no record up to {number}: the log was cut, or this file changed")
    if head and head.strip().lower() in sought:
        found.blame(folder, 0, f"holds no record with the hash {head}: it was cut, or another was put in its place")
    if found.records and began != NO_HASH and (str(found.first - 1), began) not in kept_off:
        found.blame(folder, 0, f"begins with record {found.first}, and no record says that those before were let go")
    if found.records and found.first > 1 and began == NO_HASH:
        found.blame(folder, 0, f"begins with record {found.first}: those before are gone")
    _check_content(folder, found, wanted)
    return found


def _lines(folder: Path, found: VerificationReport) -> Iterator[tuple[Path, int, bytes]]:
    """Each line with its file and number."""
    files = sorted((folder / "log").glob("*")) if (folder / "log").is_dir() else []
    if not files:
        found.blame(folder, 0, "holds no log of records")
    for file in files:
        if not re.fullmatch(r"[0-9]{12}\.jsonl", file.name):
            found.blame(file, 0, "is no part of a log")
            continue
        with open(file, "rb") as stream:
            for number, line in enumerate(stream, 1):
                if not line.endswith(b"\n"):
                    found.blame(file, number, "ends in the middle of a line")
                yield file, number, line.removesuffix(b"\n")


def _parse_record(line: bytes, found: VerificationReport, file: Path, at: int) -> dict[str, Any] | None:
    """The record of a line; `None`, with what is wrong, where it is none."""
    try:
        record: dict[str, Any] = json.loads(line)
        names = tuple(name for name in record if name != "signature")
        record["number"] = int(record["number"])
        refs = record["refs"]
        good = names == FIELDS and _HASH.fullmatch(record["previous"]) and isinstance(record["body"], dict)
        good = good and isinstance(refs, list) and all(_HASH.fullmatch(name) for name in refs)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        good = None
    if not good:
        found.blame(file, at, "is no record")
        return None
    return record


def _head_text(record: str, number: int, segment: int, size: int, world: int) -> bytes:
    """What the head file holds when that is the last record."""
    digits = {"number": number, "segment": segment, "size": size, "world": world}
    told = {"hash": record, **{name: f"{value:020}" for name, value in digits.items()}}
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _check_content(folder: Path, found: VerificationReport, wanted: dict[str, tuple[Path, int]]) -> None:
    """Reads all content, and looks for what records, and trees of files, refer to."""
    there = set()
    trees: dict[str, Path] = {}
    for file in sorted((folder / "content").glob("*/*")):
        if file.name.startswith("."):
            continue  # what a process that was killed left unfinished
        found.content += 1
        with open(file, "rb") as stream:
            whole = file_digest(stream, "sha256").hexdigest() == file.name
        if not whole or file.parent.name != file.name[:2]:
            found.blame(file, 0, "does not hold what its name says: it was changed")
            continue
        there.add(file.name)
        if file.name in wanted and file.stat().st_size < _LARGEST_TREE:
            content = file.read_bytes()
            if content.startswith(b'{"files":{'):
                trees.update(dict.fromkeys(json.loads(content)["files"].values(), file))
    for name, (where, at) in wanted.items():
        if name not in there:
            found.blame(where, at, f"refers to content that is missing or changed, {name}")
    for name, tree in trees.items():
        if name not in there:
            found.blame(tree, 0, f"is a tree of files, and one of them is missing or changed, {name}")


def _signature_check(public_key: Path) -> Any:
    """A test of a line and its signature with a public key in PEM."""
    from base64 import b64decode

    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key: Any = load_pem_public_key(public_key.read_bytes())

    def check(line: bytes, signature: re.Match[bytes] | None) -> bool:
        if signature is None:
            return False
        try:
            key.verify(b64decode(signature[1]), line[: signature.start()] + b"}")
        except InvalidSignature:
            return False
        return True

    return check


def main(words: list[str]) -> int:
    """`python checker.py DIR [HEAD [PUBLIC_KEY]]`, with nothing else installed."""
    found = verify(Path(words[0]), "".join(words[1:2]), Path(words[2]) if words[2:] else None)
    print("\n".join(found.problems) or f"{found.records} records are whole; the head is {found.head}")
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
