"""Detected patterns as attributes of parties; a reviewer confirms or dismisses them.

A sign has no date of its own: lines of all days see what was found by the day of the question and not dismissed by
then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import get_args

from compliance.errors import UsageError, near
from compliance.sources.column_types import SEPARATOR
from compliance.world.schema.reviewed_signs import Pattern, Sign

ANY = "any"
_OF_PATTERN = ("signed", "sign_group")


def check(attribute: str) -> None:
    """Raises `UsageError` for an attribute that asks about a pattern which is none."""
    word, _, name = attribute.partition(".")
    patterns = get_args(Pattern)
    if word in _OF_PATTERN and name not in patterns:
        raise UsageError(f"`{attribute}`: there is no pattern `{name}`.{near(name, patterns)}")


def reads_signs(attributes: Iterable[str]) -> bool:
    """Whether one of these attributes of parties is what a search found."""
    return any(attribute.partition(".")[0] in (*_OF_PATTERN, "sign_flag") for attribute in attributes)


class Signs:
    """The signs of one world that stand on a day."""

    def __init__(self, signs: Iterable[Sign], as_of: date) -> None:
        self._of: dict[str, list[Sign]] = defaultdict(list)
        self._searched: set[str] = set()
        for sign in signs:
            if sign.found > as_of:
                continue
            if sign.party is None:
                self._searched.add(sign.pattern)
            elif sign.dismissed is None or as_of < sign.dismissed:
                self._of[sign.party].append(sign)

    def told_alike(self, other: Signs) -> bool:
        """Whether every attribute of a party is the same by both: evidence and its score are none."""
        return self._searched == other._searched and self._told_signs == other._told_signs

    @cached_property
    def _told_signs(self) -> Mapping[str, set[tuple[str, str, tuple[str, ...]]]]:
        """What can be asked of each party that has signs."""
        return {
            party: {(sign.pattern, sign.group or party, tuple(sorted(sign.flags))) for sign in signs}
            for party, signs in self._of.items()
            if signs
        }

    def signed(self, pattern: str, party: str) -> bool | None:
        """Whether the pattern was found of the party; `None` where nobody has searched for it."""
        if any(True for _ in self._find_signs(pattern, party)):
            return True
        return False if self.searched(pattern) else None

    def searched(self, pattern: str) -> bool:
        """Whether somebody has searched for the pattern."""
        return not self._searched.isdisjoint((pattern, ANY))

    def group(self, pattern: str, party: str) -> str | None:
        """The smallest id of those with whom the party was found; several where several searches found it."""
        return SEPARATOR.join(sorted({sign.group or party for sign in self._find_signs(pattern, party)})) or None

    def flag(self, flag: str, party: str) -> bool:
        """Whether a sign of the party carries the flag."""
        return any(flag in sign.flags for sign in self._of.get(party, ()))

    def _find_signs(self, pattern: str, party: str) -> Iterator[Sign]:
        return (sign for sign in self._of.get(party, ()) if sign.pattern == pattern)
