"""A command that is stopped ends at once, with one line and nothing half written. Each is a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .commands import environment

LIMIT = 1.0
"""Seconds in which a command that is stopped ends."""
BUSY = {
    "python": "while True: pass",
    "python in threads": """
from concurrent.futures import ThreadPoolExecutor
def work():
    while True: pass
with ThreadPoolExecutor(4) as pool: list(pool.map(lambda _: work(), range(4)))
""",
    "a database": """
import duckdb
asked = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7"
duckdb.connect().execute(asked).fetchall()
""",
    "a database in a thread": """
from concurrent.futures import ThreadPoolExecutor
from compliance.plan.databases import Database
asked = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7"
with ThreadPoolExecutor(1) as pool: pool.submit(Database().rows, asked).result()
""",
    "a file": """
from pathlib import Path
from compliance.output_files import new_folder, scratch_folder
with scratch_folder() as aside, new_folder(Path("made")) as made:
    (aside / "rows").write_text("half")
    while True: (made / "companies.csv").write_text("half")
""",
    "except": """
while True:
    try:
        import time; time.sleep(0.01)
    except BaseException: pass
""",
}
START = """
import sys, compliance.cli.main as main
def run(argv=None):
    print("busy", flush=True)
    exec(BUSY, {})
main.run = run
from compliance.__main__ import main as entry
sys.exit(entry())
"""


def stopped(busy: str, number: int, folder: Path) -> tuple[int, str, float]:
    """How a process that is busy ends when a signal comes: its status, its complaint, and after how many seconds."""
    with subprocess.Popen(
        [sys.executable, "-c", f"BUSY = {BUSY[busy]!r}\n{START}"],
        cwd=folder, env=environment({"TMPDIR": str(folder)}), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "busy\n"
        time.sleep(0.3)
        before = time.monotonic()
        process.send_signal(number)
        _, complaint = process.communicate(timeout=60)
        return process.returncode, complaint, time.monotonic() - before


@pytest.mark.parametrize("busy", BUSY)
def test_whatever_it_is_busy_with_a_command_ends_at_once(busy: str, tmp_path: Path) -> None:
    status, complaint, seconds = stopped(busy, signal.SIGINT, tmp_path)
    assert (status, complaint) == (130, "compliance: interrupted\n")
    assert seconds < LIMIT * (4 if os.environ.get("CI") or os.getloadavg()[0] > 2 else 1)
    assert os.listdir(tmp_path) == []


def test_a_command_that_is_terminated_says_so(tmp_path: Path) -> None:
    status, complaint, _ = stopped("a file", signal.SIGTERM, tmp_path)
    assert (status, complaint) == (143, "compliance: terminated\n")
    assert os.listdir(tmp_path) == []


def test_a_signal_that_the_starter_has_ignored_ends_nothing(tmp_path: Path) -> None:
    line = "import os, signal; from compliance.cli.signals import end_on_signals; end_on_signals()"
    done = subprocess.run(
        [sys.executable, "-c", f"{line}; os.kill(os.getpid(), signal.SIGINT); print('done')"],
        cwd=tmp_path, env=environment({}), capture_output=True, text=True, check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
