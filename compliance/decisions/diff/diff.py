"""What changes on one world between two packs, dates or postures: findings that appear, go and change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.answers.answer import Answer, Finding
from compliance.decisions.audit import audit
from compliance.decisions.diff.law_changes import law_between
from compliance.decisions.diff.replayed_deals import dealings
from compliance.decisions.diff.replayed_deals import findings as repeated
from compliance.decisions.ownership_questions import own_under
from compliance.decisions.screen import readable, screen
from compliance.decisions.setup import day_of, ownership_of, packs_on, postures_of
from compliance.errors import Problem, UsageError
from compliance.rulebook.packs import Pack, load_packs
from compliance.units import day
from compliance.versions import SCHEMA_VERSION
from compliance.world.schema.row import Row
from compliance.world.world import World

_SIDE = re.compile(r"(?P<pack>[^@:]*)(@(?P<day>[^:]+))?(:(?P<posture>.+))?")
DEFAULT = "default"
CHANGING = ("outcome", "certainty", "measure", "limit", "review_policy", "force")
LISTED = "listed"
"""A party that is listed itself stands on its list whether or not the test of its owners is in force."""
VERDICT = ("verdict", "limb", "low", "high", "low_open", "high_open", "applies")


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
        as_of = day_of(world, day(found["day"]) if found["day"] else None)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    posture = found["posture"] or "both"
    postures_of(posture)
    named = None if found["pack"] == DEFAULT else load_packs(found["pack"].split(","))
    return Side(packs_on(as_of, folder_packs or named), as_of, posture)


def diff(
    world: World, before: str, after: str, orders: Sequence[Row] = (), problems: Sequence[Problem] = ()
) -> dict[str, Any]:
    """What changes from one side to the other (contracts 7); nothing against itself.

    `appear`, `go` and `change` are findings: of an audit of each side, or with `orders` of a screening of them.
    Findings are the same one if topic, subject and period agree (and the rule, where both sides have its pack).
    Beside them stand the `law` that differs between the days, the `parties` whose ownership verdict, or whether it
    counts in law, differs, and, between two days, the dealings on record `repeated` on each of them; `not_evaluated`
    is of both sides.
    """
    sides = side(before, world), side(after, world)
    one, two = (
        screen(world, orders, s.packs, s.as_of, s.posture, problems)
        if orders
        else audit(world, s.packs, s.as_of, s.posture)
        for s in sides
    )
    known = world.replace("orders", readable(world, orders)[0]) if orders else world
    shared = [pack for pack in sides[0].packs if pack.id in {other.id for other in sides[1].packs}]
    return {
        "schema_version": SCHEMA_VERSION,
        "from": sides[0].told(),
        "to": sides[1].told(),
        **_between(one.findings, two.findings, shared),
        "law": law_between(shared, sides[0].as_of, sides[1].as_of),
        "parties": _parties(known, sides, shared),
        "repeated": _replay_deals(known, sides, shared) if sides[0].as_of != sides[1].as_of else None,
        "not_evaluated": _left_open(one, two),
    }


def _replay_deals(world: World, sides: tuple[Side, Side], shared: Sequence[Pack]) -> dict[str, Any]:
    found = dealings(world, max(s.as_of for s in sides))
    one, two = (repeated(world, found, s.packs, s.as_of, s.posture) for s in sides)
    return {"dealings": len(found), **_between(one, two, shared)}


def _between(one: Iterable[Finding], two: Iterable[Finding], shared: Sequence[Pack]) -> dict[str, Any]:
    both = {pack.id for pack in shared}
    was, now = _by_identity(one, both), _by_identity(two, both)
    return {
        "appear": [now[key].model_dump(mode="json") for key in now if key not in was],
        "go": [was[key].model_dump(mode="json") for key in was if key not in now],
        "change": [
            {"before": was[key].model_dump(mode="json"), "after": now[key].model_dump(mode="json")}
            for key in was
            if key in now and _differ(was[key], now[key])
        ],
    }


def _by_identity(findings: Iterable[Finding], shared: set[str]) -> dict[tuple[str, ...], Finding]:
    found: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        rule = f"{finding.pack}/{finding.rule}" if finding.pack in shared else ""
        subject = finding.subject
        found[finding.topic, rule, subject.id, subject.key or "", subject.period or ""] = finding
    return found


def _differ(one: Finding, two: Finding) -> bool:
    return any(getattr(one, name) != getattr(two, name) for name in CHANGING)


def _parties(world: World, sides: tuple[Side, Side], shared: Sequence[Pack]) -> list[dict[str, Any]]:
    """The companies of which a test of ownership says another thing, or counts on one side only."""
    ownership, found = ownership_of(world), []
    for pack in shared:
        for test in pack.file.capture:
            was, now = (own_under(ownership, pack, test, s.as_of, s.posture) for s in sides)
            for party, told in now.items():
                before, after = ({name: one[name] for name in VERDICT} for one in (was[party], told))
                if before != after and not (before["limb"] == after["limb"] == LISTED):
                    flags = told["flags"]
                    about = {"party": party, "pack": pack.id, "test": test, "flags": flags, "path": told["path"]}
                    found.append({**about, "before": before, "after": after})
    return found


def _left_open(*answers: Answer) -> list[dict[str, Any]]:
    told = {left.model_dump_json(): left.model_dump(mode="json") for answer in answers for left in answer.not_evaluated}
    return list(told.values())
