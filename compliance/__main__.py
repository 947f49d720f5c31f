"""`python -m compliance`."""

from __future__ import annotations

import sys

from compliance.cli.main import run

sys.exit(run())
