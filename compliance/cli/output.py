"""Where an answer goes: to the terminal, to a pipe, or whole into a file."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from compliance.errors import UsageError

if TYPE_CHECKING:
    from compliance.reports.paper import Look

WIDTH = 100


def look(output: str | None = None) -> Look:
    """How a text report looks where it goes: as wide as the terminal, 100 columns elsewhere."""
    from compliance.reports.paper import Look

    if output is not None:
        return Look(WIDTH)
    terminal = is_terminal(sys.stdout)
    width = shutil.get_terminal_size((WIDTH, 24)).columns if terminal else WIDTH
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    return Look(width, coloured(sys.stdout), "utf" in encoding)


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


def coloured(stream: TextIO) -> bool:
    """Colour on a terminal only; `NO_COLOR` takes it away everywhere, `FORCE_COLOR` gives it everywhere."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM", "") != "dumb"


def check(output: str | None) -> None:
    """Raises `UsageError` early where a file cannot be written, before the work is done."""
    if output is None:
        return
    place = Path(output)
    if place.is_dir():
        raise UsageError(f"--output `{output}` is a folder; name a file")
    if not place.parent.is_dir():
        raise UsageError(f"--output `{output}`: there is no folder `{place.parent}`")


def emit(text: str, output: str | None, *, data: bool) -> None:
    """Writes an answer; `data` is UTF-8 whatever the terminal is. Raises `UsageError` if a file cannot be written."""
    if output is not None:
        try:
            write(Path(output), text)
        except OSError as error:
            reason = (error.strerror or "error").lower()
            raise UsageError(f"--output `{output}` cannot be written: {reason}") from None
        return
    stream = sys.stdout
    try:
        if data and hasattr(stream, "buffer"):
            stream.flush()
            stream.buffer.write(text.encode())
        else:
            stream.write(text if data else _printable(text, stream))
        stream.flush()
    except BrokenPipeError:
        hush()


def _printable(text: str, stream: TextIO) -> str:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def hush() -> None:
    """Nobody reads on: what is left goes nowhere, and closing the stream complains no more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(place: Path, text: str) -> None:
    """The whole text or nothing: written beside the place and put there by one rename.

    A link stays one; what is no ordinary file (a pipe, `/dev/null`) is written to as it is.
    """
    target = place.resolve()
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8", newline="\n")
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
