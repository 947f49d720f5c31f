"""One module imports durable_rules, in the way that every Python needs, and says what to type where it cannot."""

from __future__ import annotations

import ast
import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

import compliance
from compliance.engine import fence
from compliance.engine.fence import Durable
from compliance.errors import ComplianceError

from .bare import FIVE, N


def test_only_the_fence_imports_durable_rules() -> None:
    package = Path(compliance.__file__).parent
    found = set()
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.value] if isinstance(node, ast.Constant) and node.value == "durable_rules_engine" else []
            if any(name.split(".")[0] in ("durable", "durable_rules", "durable_rules_engine") for name in names):
                found.add(file.relative_to(package).as_posix())
    assert found == {"engine/fence.py"}


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A fence that has not loaded durable_rules yet, and the flags with which libraries are then opened."""
    flags: list[int] = []
    monkeypatch.setattr(fence, "_native", None)
    monkeypatch.setattr(sys, "setdlopenflags", flags.append, raising=False)
    monkeypatch.setattr(sys, "getdlopenflags", lambda: 4242, raising=False)
    return flags


def test_symbols_are_bound_lazily_as_python_3_13_needs_and_never_for_others(
    unloaded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def load(name: str) -> object:
        seen.append((name, *unloaded))
        return import_module(name)

    monkeypatch.setattr(fence, "import_module", load)
    assert fence.native() is import_module("durable_rules_engine")
    assert seen == [("durable_rules_engine", os.RTLD_LAZY)]
    assert unloaded == [os.RTLD_LAZY, 4242]


def test_an_import_that_fails_says_what_to_type(unloaded: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> object:
        raise ImportError("undefined symbol: PyEval_CallObject")

    monkeypatch.setattr(fence, "import_module", load)
    with pytest.raises(ComplianceError, match=r"undefined symbol(.|\n)*CPPFLAGS=-DPyEval_Call(.|\n)*pip install"):
        Durable([FIVE], [N])
    assert unloaded == [os.RTLD_LAZY, 4242]
