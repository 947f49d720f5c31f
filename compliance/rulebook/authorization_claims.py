"""Which authorizations the rules of a pack ask a line about."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rulebook.conditions import All, Any, Condition, Not, Test, leaves
from compliance.rulebook.packs import Pack

CLAIM = "authorization"


def claims(pack: Pack) -> tuple[str, ...]:
    """The words that conditions compare `authorization` with, sorted."""
    found: set[str] = set()
    for condition in _conditions(pack):
        for test in leaves(condition):
            if test.path == CLAIM and test.op in ("is", "in"):
                found.update(test.value if isinstance(test.value, tuple) else (str(test.value),))
    return tuple(sorted(found))


def _conditions(pack: Pack) -> Iterator[Condition]:
    for rule in pack.rules:
        yield from (*rule.when.values(), *rule.unless.values())
    for measure in pack.definitions.measures.values():
        yield from (*measure.flags.values(), *((measure.where,) if measure.where else ()))
    for fields in pack.definitions.fields.values():
        yield from (field for field in fields.values() if isinstance(field, Test | All | Any | Not))
