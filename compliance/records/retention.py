"""How long records are kept, and how those that were kept long enough go, so that what stays can still be checked."""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from datetime import UTC, datetime
from pathlib import Path

from compliance.records.content import TREE
from compliance.records.durable_files import fsync_folder, lock_file
from compliance.records.log import LOCK, WORLD, RecordLog
from compliance.records.reading import Record

RETENTION = "retention"
"""The kind of the record that says which were let go."""
_UNFINISHED_SECONDS = 86_400


def let_go(folder: Path, now: datetime, years: int) -> int:
    """Removes the first segments of a log in which every record is older than so many years; gives how many records.

    A segment stays as long as a decision that stays rests on a world in it. Content that nothing refers to any more
    goes too.
    """
    log = RecordLog(folder)
    try:
        last = _last_to_go(log, now, years) if log.head().number else None
        if last is None:
            return 0
        first = next(iter(log.read())).number
        log.append(now, RETENTION, {"through": last.number, "hash": last.hash, "years": years})
        with lock_file(folder / LOCK):
            for start in [start for start in log.segments() if start <= last.number]:
                log.segment(start).unlink()
            fsync_folder(folder / "log")
        _remove_content(log, now)
        return last.number - first + 1
    finally:
        log.close()


def _last_to_go(log: RecordLog, now: datetime, years: int) -> Record | None:
    """The last record that may go: the end of a segment before which nothing is needed and all is old enough."""
    starts, limit, end = log.segments(), _limit(now, years), log.head().number + 1
    bases: list[int] = []
    needed = dict.fromkeys(starts, end)
    young = end
    for record in log.read():
        if record.at >= limit:
            young = min(young, record.number)
        body = record.body
        if record.kind == WORLD and "base" in body:
            bases.append(record.number)
        world = record.number if record.kind == WORLD else int(body.get("world", end))
        base = max((number for number in bases if number <= world), default=end)
        segment = starts[bisect_right(starts, record.number) - 1]
        needed[segment] = min(needed[segment], base)
    needed[starts[-1]] = min([needed[starts[-1]], *bases[-1:]])
    may_begin = [
        start
        for place, start in enumerate(starts)
        if start <= young and min(needed[later] for later in starts[place:]) >= start
    ]
    first = max(may_begin, default=starts[0])
    return log.get(first - 1) if first > starts[0] else None


def _limit(now: datetime, years: int) -> str:
    """The instant up to which records are old enough, as records have it."""
    at = now.astimezone(UTC)
    day = f"{at:%m-%d}" if f"{at:%m-%d}" != "02-29" else "02-28"
    return f"{at.year - years:04}-{day}T{at:%H:%M:%S.%f}Z"


def _remove_content(log: RecordLog, now: datetime) -> None:
    """Removes what no record refers to, but for what is so new that its record may still come."""
    kept = {name for record in log.read() for name in record.refs}
    for name in list(kept):
        told = log.content.get(name)
        if told.startswith(b'{"files":{'):
            kept.update(json.loads(told)[TREE].values())
    for file in log.content.folder.glob("*/*"):
        if file.name not in kept and now.timestamp() - os.stat(file).st_mtime > _UNFINISHED_SECONDS:
            file.unlink()
