"""`import compliance` costs nothing and gives every public name."""

from __future__ import annotations

import subprocess
import sys

import pytest

import compliance


@pytest.mark.parametrize("name", [name for name in compliance.__all__ if name != "__version__"])
def test_a_public_name_is_a_function_or_a_type_with_a_docstring(name: str) -> None:
    assert callable(getattr(compliance, name))
    assert getattr(compliance, name).__doc__
    assert name in dir(compliance)


def test_another_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'audits'"):
        compliance.audits  # noqa: B018


def test_the_import_alone_loads_nothing_heavy() -> None:
    code = "import compliance, sys; sys.exit(bool({'pydantic', 'duckdb', 'sqlglot', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
