"""The lists of parties that are known by name, and which packs ask for another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import SHARED, Pack
from compliance.world.io import rule_file

REGISTRY = "listings.yaml"
SCREENING = "screening.yaml"


@cache
def registry() -> Mapping[str, Mapping[str, Any]]:
    """The entries of the registry, `rules/shared/listings.yaml`, by the id of the list."""
    node: Any = rule_file.read_rule_file(rules_folder() / SHARED / REGISTRY)
    return {str(entry["id"]): entry for entry in node}


def registered_ids() -> frozenset[str]:
    """The ids of the registry."""
    return frozenset(registry())


@cache
def screening_lists() -> Mapping[str, str]:
    """The lists without which nobody is known to be free of restrictions, each with what it is."""
    return {name: str(entry["meaning"]) for name, entry in registry().items() if entry.get("needed") == "true"}


@cache
def oldest_days() -> int:
    """How many days a screening list may be older than the day asked about; a setting, not law."""
    node: Any = rule_file.read_rule_file(rules_folder() / SHARED / SCREENING)
    return int(node[0]["value"])


def is_known(name: str, packs: Sequence[Pack]) -> bool:
    """Whether the list is in the registry, or one of these packs names it."""
    if name in registered_ids():
        return True
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    return any(word.search(path.read_text("utf-8")) for pack in packs for path in sorted(pack.folder.rglob("*.yaml")))
