"""`python -m compliance`, and the command `compliance`."""

from __future__ import annotations

import os
import signal
import sys


def main() -> int:
    """Runs the command line of this process and gives its exit status."""
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # while the next lines import what does it better
    from compliance.cli.signals import end_on_signals
    from compliance.cli.streams import open_closed_streams

    open_closed_streams()
    end_on_signals()
    from compliance.cli.main import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
