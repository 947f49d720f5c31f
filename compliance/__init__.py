"""Export-control rule engine for AI compute.

What people and programs use is here, and stays: `Screener` asks about order after order, the functions about a world
once. Every answer is a pydantic model with a `schema_version`; a mistake of a user is a `ComplianceError`.
Each is loaded when it is first asked for, so that `import compliance` costs nothing.
"""

from __future__ import annotations

from importlib import import_module

from compliance.versions import __version__

TYPE_CHECKING = False  # as of `typing`, whose import takes longer than all else until a signal can be handled
if TYPE_CHECKING:
    from compliance.answers.answer import Answer
    from compliance.answers.answer import Finding as Finding
    from compliance.answers.headroom_answer import Headroom
    from compliance.decisions.audit import audit
    from compliance.decisions.screener import Screener, screen
    from compliance.decisions.typed_questions import chips, diff, headroom, own, patterns
    from compliance.errors import ComplianceError, InputError, OrderError
    from compliance.explain.finding_kinds import exit_status
    from compliance.rulebook.packs import load_packs
    from compliance.world.io.load import load_world
    from compliance.world.schema.tables import Order
    from compliance.world.world import World

__all__ = [
    "Answer",
    "ComplianceError",
    "Finding",
    "Headroom",
    "InputError",
    "Order",
    "OrderError",
    "Screener",
    "World",
    "__version__",
    "audit",
    "chips",
    "diff",
    "exit_status",
    "headroom",
    "load_packs",
    "load_world",
    "own",
    "patterns",
    "screen",
]

_PLACES = {
    "Answer": "answers.answer",
    "ComplianceError": "errors",
    "Finding": "answers.answer:Finding",
    "Headroom": "answers.headroom_answer",
    "InputError": "errors",
    "Order": "world.schema.tables",
    "OrderError": "errors",
    "Screener": "decisions.screener",
    "World": "world.world",
    "audit": "decisions.audit",
    "chips": "decisions.typed_questions",
    "diff": "decisions.typed_questions",
    "exit_status": "explain.finding_kinds",
    "headroom": "decisions.typed_questions",
    "load_packs": "rulebook.packs",
    "load_world": "world.io.load",
    "own": "decisions.typed_questions",
    "patterns": "decisions.typed_questions",
    "screen": "decisions.screener",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, named = _PLACES[name].partition(":")
    found = getattr(import_module(f"{__name__}.{module}"), named or name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
