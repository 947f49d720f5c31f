"""One folder of compiled plans for all tests of a run, those in other processes included."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from compliance.facts.plans import keep_plans

MINE = "COMPLIANCE_CACHE" not in os.environ
"""Whether this process makes the folder: the workers of pytest-xdist inherit that of their master."""
if MINE:
    os.environ["COMPLIANCE_CACHE"] = tempfile.mkdtemp(prefix="compliance-plans-")


@pytest.fixture(autouse=True)
def plans_are_kept() -> None:
    keep_plans(Path(os.environ["COMPLIANCE_CACHE"]) / "plans")


def pytest_unconfigure() -> None:
    if MINE:
        shutil.rmtree(os.environ["COMPLIANCE_CACHE"], ignore_errors=True)
