"""What is being done, on the terminal of who waits for it and nowhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from compliance.cli.output import is_terminal, wants_colour
from compliance.progress import PROGRESS


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Shows `what` while it goes on, if standard error is a terminal, and takes it away after.

    Give it what to show instead, such as how far it is.
    """
    if not is_terminal(sys.stderr):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, no_color=not wants_colour(sys.stderr), highlight=False, legacy_windows=False)

    def line(told: str) -> Text:
        return Text(told, overflow="ellipsis", no_wrap=True)

    with console.status(line(what), spinner="dots") as shown:
        yield lambda told: shown.update(line(told))


@contextmanager
def counting(what: str, asked: bool) -> Iterator[None]:
    """Shows how far the work is and the time left: on a terminal, or a line a second where `asked` for."""
    with working(what) as shown:
        if is_terminal(sys.stderr):
            PROGRESS.begin(lambda told: shown(f"{what}: {told}"))
        else:
            PROGRESS.begin(_Lines(what) if asked else None)
        try:
            yield
        finally:
            PROGRESS.begin(None)


class _Lines:
    """Lines on standard error, at most one a second."""

    def __init__(self, what: str) -> None:
        self._last = 0.0
        print(what, file=sys.stderr, flush=True)

    def __call__(self, told: str) -> None:
        if (now := time.monotonic()) - self._last >= 1:
            self._last = now
            print(told, file=sys.stderr, flush=True)


@contextmanager
def reading(path: Path) -> Iterator[Callable[[int], None]]:
    """Shows how much of a file has been read, if standard error is a terminal; give it the bytes read so far."""
    if not is_terminal(sys.stderr) or not path.is_file():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, no_color=not wants_colour(sys.stderr), highlight=False, legacy_windows=False)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task(f"Reading {path.name}", total=path.stat().st_size)
        yield lambda read: shown.update(task, completed=read)
