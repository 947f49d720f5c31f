"""Ends a command at once when somebody stops it: one line on standard error, nothing half written, status 130 or 143.

A handler in Python would wait for the statement of a database, or for threads of a pool. The system's own handler
writes to a pipe instead, whatever the process is at, and a thread that waits at the pipe ends the process.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from threading import Thread

from compliance.output_files import remove_unfinished

WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
if hasattr(signal, "SIGHUP"):
    WORDS[signal.SIGHUP] = "hung up"
"""The signals that stop a command, and what is said then."""
_STATUS = 128
_LONGEST_END = 60  # seconds
_SHOW_CURSOR = b"\r\x1b[K\x1b[?25h"


def end_on_signals() -> None:
    """Has the signals end this process from now on, but for those that whoever started it has it ignore."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    Thread(target=_wait_for_signal, args=(reader,), daemon=True, name="signals").start()
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in WORDS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: time.sleep(_LONGEST_END))  # the main thread does nothing more


def leave_signals() -> None:
    """Has the signals do what they do without this module, for a verb that stops by itself when it is told to."""
    signal.set_wakeup_fd(-1)
    for number in WORDS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def _wait_for_signal(reader: int) -> None:
    words = {int(number): word for number, word in WORDS.items()}
    while (number := os.read(reader, 1)[0]) not in words:
        pass  # a signal that ends nothing, such as a terminal's new size
    remove_unfinished()
    with suppress(OSError):
        _write(f"compliance: {words[number]}\n".encode())
    os._exit(_STATUS + number)


def _write(line: bytes) -> None:
    os.set_blocking(2, False)  # nobody may be reading
    os.write(2, _SHOW_CURSOR + line if os.isatty(2) and os.environ.get("TERM", "dumb") != "dumb" else line)
