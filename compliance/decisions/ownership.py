"""Questions about owners alone: capture under each regime of the packs, ultimate parent, effective share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from compliance.decisions.stage import day_of
from compliance.ownership.definition import load_parent_test
from compliance.ownership.graph import Ownership
from compliance.ownership.own import Regime
from compliance.ownership.own import own as answer
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import SHARED, load_packs
from compliance.world.places import CountryLists
from compliance.world.world import World

GROUPS = "country_groups.yaml"
PARENT_TEST = "parent.yaml"


def ownership_of(world: World) -> Ownership:
    """The ownership of a world, with the shared parent test and the country lists that its flags ask about."""
    shared = rules_folder() / SHARED
    return Ownership(world, load_parent_test(shared / PARENT_TEST), CountryLists.load([shared / GROUPS]))


def own(
    world: World,
    parties: Sequence[str] = (),
    *,
    test: str,
    as_of: date | None = None,
    undisclosed: str = "closed",
    owner: str | None = None,
    posture: str = "both",
) -> dict[str, Any]:
    """Who is captured, whose parent is whom, or who holds how much (contracts 6, ownership).

    Raises `UsageError` for an unknown test, party or owner.
    """
    regimes = {
        name: Regime(capture, pack.force) for pack in load_packs() for name, capture in pack.file.capture.items()
    }
    return answer(
        ownership_of(world), regimes, parties,
        test=test, as_of=day_of(world, as_of), undisclosed=undisclosed, owner=owner, posture=posture,
    )  # fmt: skip
