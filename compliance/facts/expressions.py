"""Ibis, loaded when the first expression is made: its import costs most of a second.

A run whose plans are kept (`facts.plans`) makes no expression.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import Any


def _lazy(name: str) -> Any:
    """The module, whose code runs when something of it is first asked for."""
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    spec.loader = LazyLoader(spec.loader)
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ibis = _lazy("ibis")

FOLDED = "folded_text"
"""The name under which a database knows `rulebook.mentions.folded`."""


def folded_text(text: Any) -> Any:
    """A text in the form in which `mentions` compares it."""
    return _folding()(text)


@cache
def _folding() -> Any:
    def folding(text: Any) -> Any: ...

    return ibis.udf.scalar.builtin(folding, name=FOLDED, signature=(("string",), "string"))
