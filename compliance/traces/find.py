"""Every pattern of a world: one detector a module, each with one signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from compliance.errors import UsageError, near
from compliance.traces import split_evasion
from compliance.traces.group import Group
from compliance.traces.settings import Settings
from compliance.traces.view import View
from compliance.world.world import World

Detector = Callable[[View], Iterator[Group]]
DETECTORS: Mapping[str, Detector] = {module.PATTERN: module.detect for module in (split_evasion,)}


def patterns(
    world: World,
    as_of: date | None = None,
    only: Sequence[str] = (),
    parameters: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The patterns of a world on a day, the strongest evidence first: `{"as_of", "groups", "assumptions"}`.

    A pattern is evidence with its weight, never a verdict. Raises `UsageError` for a pattern or parameter that is none,
    and where no day is given.
    """
    day = as_of or world.as_of
    if day is None:
        raise UsageError("no day is given: pass `as_of`, or put `as_of: 2026-11-20` at the top of the world")
    for name in only:
        if name not in DETECTORS:
            raise UsageError(f"unknown pattern `{name}`; one of {', '.join(DETECTORS)}.{near(name, DETECTORS)}")
    settings = Settings.load(parameters)
    view = View(world, day, settings)
    found = [group for name, detect in DETECTORS.items() if not only or name in only for group in detect(view)]
    found.sort(key=lambda group: (-group.bits, group.pattern, group.members, group.period))
    assumed = [f"{n} is {settings.parameters[n].values[-1].value}, as set by the user" for n in settings.changed]
    return {"as_of": day.isoformat(), "groups": [group.said() for group in found], "assumptions": assumed}
