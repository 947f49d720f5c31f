"""Where an answer goes: to the terminal, to a pipe, or whole into a file."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from compliance.errors import UsageError
from compliance.output_files import write_file

if TYPE_CHECKING:
    from compliance.reports.text.terminal import Look

WIDTH = 100


def look(output: str | None = None) -> Look:
    """How a text report looks where it goes: as wide as the terminal, 100 columns elsewhere."""
    from compliance.reports.text.terminal import Look

    if output is not None:
        return Look(WIDTH)
    terminal = is_terminal(sys.stdout)
    width = shutil.get_terminal_size((WIDTH, 24)).columns if terminal else WIDTH
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    return Look(width, wants_colour(sys.stdout), "utf" in encoding)


def as_json(answer: Mapping[str, Any]) -> str:
    """An answer as indented JSON that ends in a new line."""
    from pydantic_core import to_json

    return to_json(answer, indent=2).decode() + "\n"


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at the stream."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def wants_colour(stream: TextIO) -> bool:
    """Colour on a terminal only; `NO_COLOR` takes it away everywhere, `FORCE_COLOR` gives it everywhere."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM", "") != "dumb"


def check(output: str | None, binary: bool = False) -> None:
    """Raises `UsageError` early where an answer cannot be written, before the work is done."""
    if output is None:
        if binary and is_terminal(standard_output()):
            raise UsageError("a spreadsheet cannot be shown on a terminal; name a file with `--output FILE.xlsx`")
        standard_output()
        return
    place = Path(output)
    if place.is_dir():
        raise UsageError(f"--output `{output}` is a folder; name a file")
    if not place.parent.is_dir():
        raise UsageError(f"--output `{output}`: there is no folder `{place.parent}`")


def emit(text: str | bytes, output: str | None, *, data: bool) -> None:
    """Writes an answer; `data` is UTF-8 whatever the terminal is.

    Raises `UsageError` if a file, or standard output, cannot be written, and `BrokenPipeError` if nobody reads on.
    """
    if output is not None:
        try:
            write_file(Path(output), text)
        except BrokenPipeError:
            raise
        except OSError as error:
            reason = (error.strerror or "error").lower()
            raise UsageError(f"--output `{output}` cannot be written: {reason}") from None
        return
    stream = standard_output()
    try:
        if isinstance(text, bytes):
            stream.flush()
            stream.buffer.write(text)
        elif data and hasattr(stream, "buffer"):
            stream.flush()
            stream.buffer.write(text.encode())
        else:
            stream.write(text if data else _printable(text, stream))
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        hush()
        raise UsageError(f"standard output cannot be written: {(error.strerror or 'error').lower()}") from None


def standard_output() -> TextIO:
    """Standard output; raises `UsageError` where it is closed."""
    if sys.stdout is None or sys.stdout.closed:
        raise UsageError("standard output is closed: there is nowhere to write the answer")
    return sys.stdout


def _printable(text: str, stream: TextIO) -> str:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def flush() -> None:
    """Writes what still waits for standard output; raises `OSError`."""
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def hush() -> None:
    """Nobody reads on: what is left goes nowhere, and closing the stream complains no more."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
