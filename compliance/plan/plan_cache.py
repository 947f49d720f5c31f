"""Caches of compiled plans for the process, by pack and by the tables that a world has."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from compliance.gc_pause import gc_paused
from compliance.plan.planner import Planner
from compliance.plan.rule_plan import PackPlan
from compliance.rulebook.packs import Pack

Key = tuple[str, tuple[tuple[str, str], ...], bool, bool]
_PLANS: dict[Key, list[PackPlan]] = {}
_COMPILING = Lock()
Plans = TypeVar("Plans")


class PlanCache(Generic[Plans]):
    """What is compiled of a pack for a world that has rows of some sources, each once."""

    def __init__(self, compile_plans: Callable[[Pack, frozenset[str]], Plans]) -> None:
        self._compile = compile_plans
        self._kept: dict[tuple[str, tuple[tuple[str, str], ...], frozenset[str]], Plans] = {}
        self._lock = Lock()

    def get(self, pack: Pack, sources: frozenset[str]) -> Plans:
        """The plans, compiled now or before."""
        key = (pack.sha256, pack.overrides, sources)
        with self._lock:
            if key not in self._kept:
                with gc_paused():
                    self._kept[key] = self._compile(pack, sources)
            return self._kept[key]


def plan_of(pack: Pack, sources: frozenset[str], beside: bool = False, margins: bool = True) -> PackPlan:
    """The compiled plans of a pack for a world that has rows of these sources.

    With `beside` the plans are for several scenes side by side, which the table `scenes` names. Plans for more sources
    do as well: their rules find no rows.
    """
    with _COMPILING:
        kept = _PLANS.setdefault((pack.sha256, pack.overrides, beside, margins), [])
        fit = [plan for plan in kept if sources <= plan.sources]
        if not fit:
            with gc_paused():
                fit = [Planner(pack, beside).plan(sources, margins)]
            kept.append(fit[0])
        return min(fit, key=lambda plan: (len(plan.sources), sorted(plan.sources)))


def forget(pack: Pack) -> None:
    """Drops the plans of a pack that is not asked again, and of those whose hash begins with its own."""
    with _COMPILING:
        for key in [key for key in _PLANS if key[0].startswith(pack.sha256)]:
            del _PLANS[key]
