"""What is being done, on the terminal of who waits for it and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from compliance.cli.output import coloured, is_terminal


@contextmanager
def working(what: str) -> Iterator[None]:
    """Shows `what` while it goes on, if standard error is a terminal, and takes it away after."""
    if not is_terminal(sys.stderr):
        yield
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, no_color=not coloured(sys.stderr), highlight=False, legacy_windows=False)
    with console.status(Text(what, overflow="ellipsis", no_wrap=True), spinner="dots"):
        yield
