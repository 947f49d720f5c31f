"""The log: what is acknowledged stays, whoever writes at the same time and whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from compliance.records.canonical import NotCanonicalError, canonical_json
from compliance.records.checker import verify
from compliance.records.head import RecordsDamagedError
from compliance.records.log import RecordLog, RecordsUnavailableError
from compliance.records.reading import Position

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITER = """\
import sys
from datetime import UTC, datetime
from pathlib import Path
from compliance.records.log import RecordLog
log = RecordLog(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    record = log.append(datetime.now(UTC), "act", {"of": sys.argv[2], "number": number})
    print(record.number, record.hash, flush=True)
"""


def write(folder: Path, count: int, **options: int) -> RecordLog:
    log = RecordLog(folder, **options)
    for number in range(count):
        log.append(NOON, "act", {"number": number, "note": "öffnet ☃ \x7f"})
    return log


def test_numbers_are_text_and_none_is_rounded() -> None:
    assert canonical_json({"b": 2**53 + 1, "a": [True, None, "é"]}) == (
        b'{"a":[true,null,"\xc3\xa9"],"b":"9007199254740993"}'
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.text(st.characters(max_codepoint=0x80)),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
        max_leaves=12,
    )
)
def test_canonical_json_is_that_of_rfc_8785(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, "\ud800", {"a": {1, 2}}])
def test_what_no_record_can_hold_is_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        canonical_json({"a": value})


def test_a_line_is_canonical_and_reads_as_it_was_written(tmp_path: Path) -> None:
    import json

    log = write(tmp_path, 3)
    records = list(log.read())

    assert [record.number for record in records] == [1, 2, 3]
    assert all(canonical_json(json.loads(record.line)) == record.line for record in records)
    assert records[2].previous == records[1].hash
    assert log.head().hash == records[2].hash
    assert log.get(2) == records[1]
    assert log.at(Position(1, len(records[0].line) + 1)) == records[1]


def test_threads_share_one_chain(tmp_path: Path) -> None:
    log = RecordLog(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(lambda n: log.append(NOON, "act", {"n": n}).body["n"], range(200)))

    assert written == [str(n) for n in range(200)]
    assert sorted(int(record.body["n"]) for record in log.read()) == list(range(200))
    assert verify(tmp_path).problems == []


def test_records_that_go_together_are_all_there_or_none(tmp_path: Path) -> None:
    log = RecordLog(tmp_path)
    numbers = [record.number for record in log.append_all(NOON, "act", [{"n": n} for n in range(5)])]

    with pytest.raises(NotCanonicalError):
        log.append_all(NOON, "act", [{"n": 5}, {"n": 0.5}])
    assert numbers == [1, 2, 3, 4, 5]
    assert log.head().number == 5
    assert log.append_all(NOON, "act", []) == []


def test_processes_that_are_killed_lose_nothing_that_they_acknowledged(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name, "100000"], stdout=subprocess.PIPE, text=True
        )
        for name in "abc"
    ]
    time.sleep(1.5)
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
    told = [line.split() for writer in writers for line in writer.communicate()[0].splitlines() if len(line) > 65]
    log = write(tmp_path, 1)
    kept = {str(record.number): record.hash for record in log.read()}

    assert len(told) > 100
    assert all(kept[number] == hashed for number, hashed in told if len(hashed) == 64)
    assert verify(tmp_path).problems == []


def test_half_a_line_of_somebody_killed_is_cut_and_a_whole_one_taken_in(tmp_path: Path) -> None:
    log = write(tmp_path, 2)
    before = log.head()
    third = log.append(NOON, "act", {"n": 3})
    with open(tmp_path / "head", "r+b") as head:
        head.write(bytes(before))
    with open(log.segment(1), "ab") as segment:
        segment.write(b'{"at":"2026')
    fourth = log.append(NOON, "act", {"n": 4})

    assert fourth.previous == third.hash
    assert verify(tmp_path).problems == []


def test_nothing_is_added_to_a_log_that_was_cut(tmp_path: Path) -> None:
    log = write(tmp_path, 3)
    os.truncate(log.segment(1), log.head().size - 1)

    with pytest.raises(RecordsDamagedError, match="ends before its head says"):
        log.append(NOON, "act", {})
    with pytest.raises(RecordsDamagedError, match="ends before its head says"):
        log.append(NOON, "act", {})


def test_a_full_disk_keeps_nothing_of_a_record_and_the_log_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    log = write(tmp_path, 3)
    size = log.head().size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, hard))
    try:
        with pytest.raises(RecordsUnavailableError, match="cannot be written"):
            log.append(NOON, "act", {"long": "x" * 200})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert log.segment(1).stat().st_size == size
    assert log.append(NOON, "act", {}).number == 4
    assert verify(tmp_path).problems == []


def test_a_log_goes_on_in_a_new_segment(tmp_path: Path) -> None:
    log = write(tmp_path, 10, segment_bytes=500)

    assert len(log.segments()) > 2
    assert [record.number for record in log.read()] == list(range(1, 11))
    assert [record.number for record in log.read(7)] == [8, 9, 10]
    assert verify(tmp_path).problems == []


def test_a_segment_that_was_begun_and_not_acknowledged_is_taken_in(tmp_path: Path) -> None:
    log = write(tmp_path, 2, segment_bytes=100)
    before = log.head()
    log.append(NOON, "act", {})
    with open(tmp_path / "head", "r+b") as head:
        head.write(bytes(before))

    assert RecordLog(tmp_path, segment_bytes=100).append(NOON, "act", {}).number == 4
    assert verify(tmp_path).problems == []


def test_a_clock_set_back_changes_no_order(tmp_path: Path) -> None:
    log = write(tmp_path, 1)
    log.append(datetime(2020, 1, 1, tzinfo=UTC), "act", {})

    assert [record.at[:4] for record in log.read()] == ["2026", "2020"]
    assert verify(tmp_path).problems == []
