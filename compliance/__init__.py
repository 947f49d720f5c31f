"""Export-control rule engine for AI compute.

What people and programs use is here: `load_world`, `load_packs`, `audit`, `screen`, `headroom`, `own`,
`chips`, `patterns`, `diff`.
Each is loaded when it is first asked for, so that `import compliance` costs nothing.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as of `typing`, whose import takes longer than all else until a signal can be handled
if TYPE_CHECKING:
    from compliance.decisions.audit import audit
    from compliance.decisions.chips import chips
    from compliance.decisions.diff import diff
    from compliance.decisions.headroom import headroom
    from compliance.decisions.ownership import own
    from compliance.decisions.screen import screen
    from compliance.rulebook.packs import load_packs
    from compliance.traces.find import patterns
    from compliance.world.reading import load_world

__all__ = ["audit", "chips", "diff", "headroom", "load_packs", "load_world", "own", "patterns", "screen"]

_PLACES = {
    "audit": "compliance.decisions.audit",
    "chips": "compliance.decisions.chips",
    "diff": "compliance.decisions.diff",
    "headroom": "compliance.decisions.headroom",
    "load_packs": "compliance.rulebook.packs",
    "load_world": "compliance.world.reading",
    "own": "compliance.decisions.ownership",
    "patterns": "compliance.traces.find",
    "screen": "compliance.decisions.screen",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_PLACES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
