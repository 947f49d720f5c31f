"""The lists of parties that are known by name, and which packs ask for another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import SHARED, Pack
from compliance.world import rule_file

REGISTRY = "listings.yaml"


@cache
def registered() -> frozenset[str]:
    """The ids of the registry, `rules/shared/listings.yaml`."""
    node: Any = rule_file.read(rules_folder() / SHARED / REGISTRY)
    return frozenset(str(entry["id"]) for entry in node)


def is_known(name: str, packs: Sequence[Pack]) -> bool:
    """Whether the list is in the registry, or one of these packs names it."""
    if name in registered():
        return True
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    return any(word.search(path.read_text("utf-8")) for pack in packs for path in sorted(pack.folder.rglob("*.yaml")))
