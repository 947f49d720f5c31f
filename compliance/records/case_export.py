"""One decision with all that it rests on, as one file: the lines of the log, the world, the rules and the answer."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from compliance.records.content import TREE
from compliance.records.decision_index import ACT
from compliance.records.inputs import world_records
from compliance.records.reading import LogReader, Record
from compliance.records.replay import answer_again, find

_EPOCH = (1980, 1, 1, 0, 0, 0)
_README = """\
Decision {number} of {at}, from a log of {records} records whose head was {head}.

decision.jsonl    the line of the log; its SHA-256 is {hash}
acts.jsonl        what was done about it, and who did it
world.jsonl       the world it was made under, and the changes that were made to it
answer.json       the answer, made again from these files; its SHA-256 is {answer}
source/           the spreadsheet that the orders were read from, if they were, and its map
world/ rules/     the files of the world and of the rules, by their names; content.json has their hashes

To make it again, where the whole log is: compliance replay DIR {number}
{again}
"""


def case_archive(folder: Path, name: str) -> bytes:
    """The ZIP archive of a decision; the same case gives the same bytes. Raises `UsageError` for one that is none."""
    log = LogReader(folder)
    record = find(log, name)
    worlds = world_records(log, int(record.body["world"])) if "world" in record.body else []
    files = {
        "decision.jsonl": record.line + b"\n",
        "acts.jsonl": b"".join(act.line + b"\n" for act in _acts(log, record)),
        "world.jsonl": b"".join(one.line + b"\n" for one in worlds),
        **_contents(log, worlds),
        **_source(log, record),
    }
    again, text = "", b""
    if "answer" in record.body:
        with tempfile.TemporaryDirectory() as scratch:
            text = answer_again(log, record.body, Path(scratch)).encode()
        if sha256(text).hexdigest() != record.body["answer"]:
            again = f"It was made by version {record.body['program']}; this version gives another answer, as is shown."
        files["answer.json"] = text
    head = log.head()
    files["README.txt"] = _README.format(
        number=record.number, at=record.at, records=head.number, head=head.hash, hash=record.hash, again=again,
        answer=record.body.get("answer", "not there: the record is of another kind"),
    ).encode()  # fmt: skip
    return _zip(files)


def _acts(log: LogReader, record: Record) -> list[Record]:
    """What was done about a decision, or the reservation that it made."""
    reservation = (record.body.get("reservation") or {}).get("id")
    found = []
    for act in log.read(record.number, (ACT,)):
        body = act.body
        if body.get("decision") == str(record.number) or (reservation and body.get("reservation") == reservation):
            found.append(act)
    return found


def _source(log: LogReader, record: Record) -> dict[str, bytes]:
    """The spreadsheet from which the orders were read, and the map by which."""
    source = record.body.get("source")
    if not source:
        return {}
    return {
        f"source/{source['file']}": log.content.get(source["sha256"]),
        "source/map.yaml": log.content.get(source["map"]),
    }


def _contents(log: LogReader, worlds: list[Record]) -> dict[str, bytes]:
    """The files of a world and of its rules."""
    if not worlds:
        return {}
    base = worlds[0].body["base"]
    found: dict[str, bytes] = {}
    hashes: dict[str, str] = {}
    for tree, below in ((base["files"], "world/"), (base["rules"], "")):
        for path, content in json.loads(log.content.get(tree))[TREE].items():
            found[below + path] = log.content.get(content)
            hashes[below + path] = content
    found["content.json"] = json.dumps(hashes, indent=2, sort_keys=True).encode() + b"\n"
    return found


def _zip(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return target.getvalue()
