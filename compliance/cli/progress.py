"""What is being done, on the terminal of who waits for it and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from compliance.cli.output import is_terminal, wants_colour


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
