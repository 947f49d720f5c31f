"""Services as processes of their own, on a free port, stopped at the end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.cli.commands import environment

WORLD = """\
as_of: 2026-11-20
companies:
  - {id: x, name: X Holding, headquarters: CN}
  - {id: a, name: A Sdn Bhd, headquarters: MY}
  - {id: b, name: B GmbH, headquarters: DE}
  - {id: c, name: C Oy, headquarters: FI}
stakes:
  - {owner: x, owned: a, percent: 50}
listings:
  - {party: x, list: EntityList}
screening_lists: [{list: EntityList}, {list: MEU}, {list: SDN}]
"""
PACK = "us_affiliates"
WAIT = 60


def line(number: object = 1, **fields: Any) -> dict[str, Any]:
    """A line of an order."""
    base = {"id": f"po-{number}", "date": "2026-11-20", "consignee": "b", "to_country": "DE", "chip": "H100"}
    return {**base, "quantity": 8, **fields}


@dataclass
class Running:
    """A service that runs, where it answers, and what it has written to standard error."""

    process: subprocess.Popen[bytes]
    folder: Path
    url: str = ""
    log: Path = field(default_factory=Path)

    @property
    def records(self) -> Path:
        return self.folder / "records"

    def events(self) -> list[dict[str, Any]]:
        """What it logged; a line that is no JSON is a fault."""
        return [json.loads(text) for text in self.log.read_text(encoding="utf-8").splitlines()]

    def client(self, key: str = "", **options: Any) -> httpx.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=WAIT, verify=False, **options)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(WAIT)


def start(
    folder: Path,
    *options: str,
    world: str = WORLD,
    pack: str = PACK,
    plain: bool = False,
    named: str = "world.yaml",
    env: Mapping[str, str] | None = None,
) -> Running:
    """Starts a service of a world in a folder, and waits until it answers; `plain`: with nothing set but the port."""
    if not (folder / named).exists():
        (folder / "world.yaml").write_text(world, encoding="utf-8")
    log = folder / f"log-{time.monotonic_ns()}"
    given = ["--pack", pack, "--records", "records", "--store", "ledger.sqlite"]
    words = ["serve", named, "--port", "0", *([] if plain else given), *options]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "compliance", *words], cwd=folder, stderr=stream, env=environment(dict(env or {}))
        )
    made = Running(process, folder, log=log)
    deadline = time.monotonic() + WAIT
    workers = int(options[options.index("--workers") + 1]) if "--workers" in options else 1
    while time.monotonic() < deadline and process.poll() is None:
        told = [text for text in log.read_text(encoding="utf-8").splitlines() if text.startswith("{")]
        events = [json.loads(text) for text in told if text.endswith("}")]
        port = next((event["port"] for event in events if event["event"] == "listening"), 0)
        if port and sum(event["event"] == "started" for event in events) >= workers:
            made.url = f"http://127.0.0.1:{port}"
            return made
        time.sleep(0.05)
    process.kill()
    raise AssertionError(log.read_text(encoding="utf-8"))


@contextmanager
def running(folder: Path, *options: str, **more: Any) -> Iterator[Running]:
    """A service that is stopped at the end, if it still runs."""
    made = start(folder, *options, **more)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.stop()


def wait_for(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.02)
