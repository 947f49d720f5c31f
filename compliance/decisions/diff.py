"""What changes on one world between two packs, dates or postures: findings that appear, go and change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.decisions.answer import Answer, FindingSaid
from compliance.decisions.audit import audit
from compliance.decisions.stage import day_of, packs_on, postures_of
from compliance.errors import UsageError
from compliance.rulebook.packs import Pack, load_packs
from compliance.units import day
from compliance.world.world import World

_SIDE = re.compile(r"(?P<pack>[^@:]*)(@(?P<day>[^:]+))?(:(?P<posture>.+))?")
DEFAULT = "default"
CHANGING = ("outcome", "certainty", "measure", "limit", "review_policy", "force")


@dataclass(frozen=True)
class Side:
    """One side of a comparison: packs, a day and a posture."""

    packs: tuple[Pack, ...]
    as_of: date
    posture: str

    def told(self) -> dict[str, Any]:
        return {
            "packs": [{"id": pack.id, "sha256": pack.sha256} for pack in self.packs],
            "as_of": self.as_of.isoformat(),
            "posture": self.posture,
        }


def side(text: str, world: World, folder_packs: Sequence[Pack] | None = None) -> Side:
    """Reads `PACK[@DATE][:POSTURE]`; `default` is the packs that an audit takes by itself, no date the world's own."""
    found = _SIDE.fullmatch(text)
    if found is None or not found["pack"]:
        raise UsageError(f"`{text}` is not PACK[@DATE][:POSTURE], such as my_pack@2026-11-10:as-written")
    try:
        as_of = day(found["day"]) if found["day"] else day_of(world, None)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    posture = found["posture"] or "both"
    postures_of(posture)
    named = None if found["pack"] == DEFAULT else load_packs(found["pack"].split(","))
    return Side(packs_on(as_of, folder_packs or named), as_of, posture)


def diff(world: World, before: str, after: str) -> dict[str, Any]:
    """The findings that appear, go and change from one side to the other (contracts 7); nothing against itself.

    Findings are the same one if topic, subject and period agree (and the rule, where both sides have its pack).
    """
    sides = side(before, world), side(after, world)
    one, two = (audit(world, s.packs, s.as_of, s.posture) for s in sides)
    shared = {pack.id for pack in sides[0].packs} & {pack.id for pack in sides[1].packs}
    was, now = _by_identity(one, shared), _by_identity(two, shared)
    return {
        "from": sides[0].told(),
        "to": sides[1].told(),
        "appear": [now[key].model_dump(mode="json") for key in now if key not in was],
        "go": [was[key].model_dump(mode="json") for key in was if key not in now],
        "change": [
            {"before": was[key].model_dump(mode="json"), "after": now[key].model_dump(mode="json")}
            for key in was
            if key in now and _differ(was[key], now[key])
        ],
    }


def _by_identity(answer: Answer, shared: set[str]) -> dict[tuple[str, ...], FindingSaid]:
    found: dict[tuple[str, ...], FindingSaid] = {}
    for finding in answer.findings:
        rule = f"{finding.pack}/{finding.rule}" if finding.pack in shared else ""
        subject = finding.subject
        found[finding.topic, rule, subject.id, subject.key or "", subject.period or ""] = finding
    return found


def _differ(one: FindingSaid, two: FindingSaid) -> bool:
    return any(getattr(one, name) != getattr(two, name) for name in CHANGING)
