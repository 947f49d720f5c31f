"""Which rules of a pack something that they share can reach: by the names that each part mentions, and so on.

A name that only looks like another counts as one: too many rules may be told, never too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from compliance.rulebook.packs import Pack

POLICIES = "(review policies)"
_WORD = re.compile(r"[A-Za-z_]\w*")


def _words(part: object) -> frozenset[str]:
    return frozenset(_WORD.findall(repr(part)))


class Reach:
    """What mentions what in a pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def of(self, name: str) -> tuple[frozenset[str], bool]:
        """The ids of the rules that a shared definition reaches, and whether it reaches determinations."""
        shared = self.pack.definitions
        found = {name}
        while grown := {other for other, words in self._shared_parts if other not in found and words & found}:
            found |= grown
        every = frozenset(rule.id for rule in self.pack.rules)
        determines = bool(found & {POLICIES, *shared.requirements, *shared.routes})
        if POLICIES in found:
            return every, True
        return frozenset(rule for rule, words in self._rules if words & found), determines

    @cached_property
    def _shared_parts(self) -> list[tuple[str, frozenset[str]]]:
        shared = self.pack.definitions
        parts: Iterable[tuple[str, object]] = (
            *shared.parameters.items(),
            *(item for fields in shared.fields.values() for item in fields.items()),
            *shared.measures.items(),
            *shared.requirements.items(),
            *shared.routes.items(),
            *((POLICIES, policy) for policy in shared.review_policies),
        )
        return [(name, _words(part)) for name, part in parts]

    @cached_property
    def _rules(self) -> list[tuple[str, frozenset[str]]]:
        return [(rule.id, _words(rule)) for rule in self.pack.rules]
