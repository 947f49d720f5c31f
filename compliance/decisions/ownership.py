"""Questions about owners alone: capture under each regime of the packs, ultimate parent, effective share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from compliance.decisions.stage import day_of, ownership_of
from compliance.ownership.own import Regime
from compliance.ownership.own import own as answer
from compliance.rulebook.packs import load_packs
from compliance.world.world import World


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
