"""`python -m compliance`, and the command `compliance`."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the command line of this process and gives its exit status."""
    from compliance.cli.signals import end_on_signals
    from compliance.cli.streams import open_closed_streams

    open_closed_streams()
    end_on_signals()  # before all that takes long to import
    from compliance.cli.main import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
