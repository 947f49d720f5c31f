"""Who owns and controls whom around parties: a graph with the path of a verdict lit, and the verdicts in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from compliance.decisions.ownership_questions import own, ownership_tests, picture
from compliance.ownership.own_answer import PARENT
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import Pack, load_packs
from compliance.service.shared_world import WorldState

_MOST_ASKED = 6
_TELLING = ("captured", "undetermined")


def verdicts_on(state: WorldState, parties: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By test the verdicts on companies, by id."""
    screener, packs = state.screener, _packs(rules_folder())
    companies = [one for one in parties if one in screener.world.by_id("companies")]
    if not companies:
        return {}
    return {
        test: own(screener.world, companies, test=test, as_of=screener.as_of, posture=screener.posture, packs=packs)[
            "parties"
        ]
        for test in (PARENT, *ownership_tests(packs))
    }


def graph_view(state: WorldState, parties: Sequence[str], test: str = "") -> dict[str, Any] | None:
    """What to draw around parties, by the first test that says something of them; `None` where there is nobody."""
    screener = state.screener
    asked = list(dict.fromkeys(one for one in parties if screener.world.party(one) is not None))[:_MOST_ASKED]
    if not asked:
        return None
    verdicts = verdicts_on(state, asked)
    telling = [
        name for name, found in verdicts.items() if any(one.get("verdict") in _TELLING for one in found.values())
    ]
    chosen = test if test in verdicts else next((name for name in telling if name != PARENT), PARENT)
    drawn = picture(
        screener.world, asked, test=chosen, as_of=screener.as_of, posture=screener.posture, packs=_packs(rules_folder())
    )
    return {"drawn": drawn, "test": chosen, "verdicts": verdicts}


@lru_cache(maxsize=2)
def _packs(folder: Path) -> list[Pack]:
    """All packs of a folder of rules; that of a service is named by what it holds, and never changes."""
    return list(load_packs())
