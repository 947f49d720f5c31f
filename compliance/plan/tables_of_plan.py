"""Where the tables of a plan are worked on: of few rows without a database, else in one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from compliance.plan.plan_tables import Tables
from compliance.plan.rowwise import workspace
from compliance.plan.rowwise.source_text import Unwritten
from compliance.plan.rule_plan import PackPlan
from compliance.plan.spark import SparkEngine
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.source_tables import SourceTables
from compliance.stages import Stages

T = TypeVar("T")


def on_tables(
    scene: EvaluationContext,
    plan: PackPlan,
    work: Callable[[Tables], T],
    scenes: int = 1,
    most: int | None = None,
    stages: Stages | None = None,
    engine: SparkEngine | None = None,
) -> T:
    """What work makes of the tables of a plan: of few rows without a database, unless only that answers all of it.

    Of rows that stand in several `scenes` each counts as often; no more than `most` are few. What was finished before
    is taken from `stages`; with an `engine` totals are added up there.
    """
    few = workspace.FEW if most is None else min(workspace.FEW, most)
    if engine is None and most_rows(scene.rows, plan, scenes) <= few:
        with suppress(Unwritten):
            return work(Tables(scene, plan, scene.rows, few=True, stages=stages))
    return work(Tables(scene, plan, scene.rows, stages=stages, engine=engine))


def most_rows(rows: SourceTables, plan: PackPlan, scenes: int = 1) -> int:
    """How many rows the largest source has that a plan reads, in so many scenes.

    Of several scenes each has the rows on record, and the rows of orders stand in one of them.
    """
    if scenes == 1:
        return max((len(rows.of(source)) for source in plan.needs.sources), default=0)
    return max((_in_scenes(rows, source, scenes) for source in plan.needs.sources), default=0)


def _in_scenes(rows: SourceTables, source: str, scenes: int) -> int:
    held = rows.of(source)
    ordered = len(rows.ordered(source)) if "ordered" in held.column_names else 0
    return (len(held) - ordered) * scenes + ordered
