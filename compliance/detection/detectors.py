"""Every pattern of a world, each a group with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from compliance.detection.groups import group_over_limit, split_evasion
from compliance.detection.pattern_context import View
from compliance.detection.pattern_settings import Settings
from compliance.detection.shells import weigh
from compliance.detection.unchanged_groups import adds_nothing
from compliance.errors import UsageError, near
from compliance.versions import SCHEMA_VERSION
from compliance.world.world import World

GROUPS = {module.PATTERN: module.detect for module in (split_evasion, group_over_limit)}
PATTERNS = (*GROUPS, *weigh.SIGNS)


def patterns(
    world: World,
    as_of: date | None = None,
    only: Sequence[str] = (),
    parameters: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The patterns of a world on a day, the strongest evidence first: `{"as_of", "groups", "flags", "assumptions"}`.

    `flags` are those of all groups. A pattern is evidence with its weight, never a verdict. Raises `UsageError` for a
    pattern or parameter that is none, and where no day is given.
    """
    day = as_of or world.as_of
    if day is None:
        raise UsageError("no day is given: pass `as_of`, or put `as_of: 2026-11-20` at the top of the world")
    for name in only:
        if name not in PATTERNS:
            raise UsageError(f"unknown pattern `{name}`; one of {', '.join(PATTERNS)}.{near(name, PATTERNS)}")
    settings = Settings.load(parameters)
    view = View(world, day, settings)
    found = [group for name, detect in GROUPS.items() if not only or name in only for group in detect(view)]
    if not only or not set(only).isdisjoint(weigh.SIGNS):
        found += [group for group in weigh.detect(view) if not only or group.pattern in only]
    found.sort(key=lambda group: (-group.bits, group.pattern, group.members, group.period))
    assumed = [f"{n} is {settings.parameters[n].values[-1].value}, as set by the user" for n in settings.changed]
    return answer_of(day.isoformat(), [group.said() for group in found], assumed)


def split_groups(view: View) -> list[dict[str, Any]]:
    """The groups that split purchases, as `patterns` tells them."""
    return [group.said() for group in split_evasion.detect(view)]


def view_of(world: World, as_of: date, orders: bool, base: View | None = None) -> View:
    """A world as the search for split purchases sees it, with its orders if asked.

    `base` is the same without its orders and the companies that only they name.
    """
    return View(world, as_of, Settings.load(None), orders, base)


def same_groups(base: View, view: View) -> bool:
    """Whether the search finds the same in a world that adds its orders, and no company, to that of `base`."""
    return adds_nothing(base, view.order_purchases)


def answer_of(as_of: str, groups: list[dict[str, Any]], assumptions: list[str]) -> dict[str, Any]:
    """An answer of these groups, with the flags of them all."""
    flags = sorted({flag for group in groups for flag in group["flags"]})
    head = {"schema_version": SCHEMA_VERSION, "as_of": as_of}
    return {**head, "groups": groups, "flags": flags, "assumptions": assumptions}
