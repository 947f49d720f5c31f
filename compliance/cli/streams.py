"""The three streams of a process, some of which whoever starts it may have closed."""

from __future__ import annotations

import os
import sys


def open_closed_streams() -> None:
    """Has streams that are closed lead nowhere, so that no file and no pipe takes their number.

    `sys.stdout` stays `None`, by which it is known that nobody can read an answer.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stderr is None:  # else `print` would write complaints to standard output
        sys.stderr = os.fdopen(2, "w", encoding="utf-8")
