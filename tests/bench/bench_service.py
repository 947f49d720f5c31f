"""The service under load, and the records: `pytest -m bench -s tests/bench/bench_service.py`.

`WORLD` names a world, `PACKS` packs (with commas), `LINE` a line of an order as JSON; without them a small world.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance.records.checker import verify
from compliance.records.log import RecordLog
from tests.service.running import PACK, WORLD, Running, line, running

pytestmark = pytest.mark.bench
SECONDS = float(os.environ.get("SECONDS_OF_LOAD", "10"))
CONNECTIONS = 8
RECORDS = 100_000


def test_screenings_over_http(tmp_path: Path) -> None:
    world = Path(os.environ["WORLD"]).read_text("utf-8") if "WORLD" in os.environ else WORLD
    packs = os.environ.get("PACKS", PACK).split(",")
    more = [word for pack in packs[1:] for word in ("--pack", pack)]
    with running(tmp_path, "--workers", "2", "--rate", "0", *more, world=world, pack=packs[0]) as service:
        asyncio.run(load(service, 2))
        seconds, failed = asyncio.run(load(service, SECONDS))
    seconds.sort()
    count = len(seconds)
    print(
        f"\n{count / SECONDS:,.0f} screenings a second, {CONNECTIONS} connections, 2 workers; "
        f"p50 {seconds[count // 2] * 1e3:.1f} ms, p99 {seconds[count * 99 // 100] * 1e3:.1f} ms, {failed} failed"
    )
    assert failed == 0
    assert verify(service.records).problems == []


async def load(service: Running, seconds: float) -> tuple[list[float], int]:
    """How long each answer took, and how many were none."""
    took: list[float] = []
    failed = 0
    end = time.monotonic() + seconds

    async def ask(number: int) -> None:
        nonlocal failed
        host, port = service.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        count = 0
        while time.monotonic() < end:
            count += 1
            row = {**json.loads(os.environ.get("LINE") or json.dumps(line())), "id": f"po-{number}-{count}"}
            body = json.dumps({"orders": [row]}).encode()
            head = "POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            began = time.perf_counter()
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            told = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            await reader.readexactly(int(told.partition("content-length: ")[2].partition("\r\n")[0]))
            took.append(time.perf_counter() - began)
            failed += not told.startswith("http/1.1 200")
        writer.close()

    await asyncio.gather(*(ask(number) for number in range(CONNECTIONS)))
    return took, failed


def test_records_are_added_and_checked(tmp_path: Path) -> None:
    decisions = [
        {"table": "orders", "id": "*", "enforced": "unknown", "written": "unknown", "summary": "prohibited"}
    ] * 2
    because = [["us_ai_diffusion", f"rule_{number}", "written", "unknown"] for number in range(12)]
    body = {
        "answer": "a" * 64, "as_of": "2026-11-20", "by": "erp", "posture": "both", "program": "0.1.0", "world": 1,
        "orders": [line()], "decisions": decisions, "because": because,
    }  # fmt: skip
    log = RecordLog(tmp_path)
    began = time.perf_counter()
    for _ in range(1_000):
        log.append(datetime.now(UTC), "decision", body)
    alone = 1_000 / (time.perf_counter() - began)
    for _ in range(RECORDS // 1_000 - 1):
        log.append_all(datetime.now(UTC), "decision", [body] * 1_000)
    began, used = time.perf_counter(), time.process_time()
    found = verify(tmp_path)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    size = sum(path.stat().st_size for path in (tmp_path / "log").iterdir())
    each = size // found.records
    print(f"\n{alone:,.0f} records a second on disk")
    print(f"{found.records:,} of {each:,} bytes checked in {seconds:.2f} s ({used:.2f} s of processor)")

    assert found.problems == []
    assert used < 5
