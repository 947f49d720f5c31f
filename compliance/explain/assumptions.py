"""Assumptions that findings rely on, with the rows concerned (contracts 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from compliance.errors import quote_some
from compliance.explain.rule_dependencies import dependencies_of
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import SHARED, Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.io import rule_file
from compliance.world.io.rule_file import RuleDataModel
from compliance.world.schema.tables import Chip

FILE = "assumptions.yaml"
SOURCES = ("lines", "dealings")
MISSING = "missing"
MOST_NAMED = 8


class Assumption(RuleDataModel):
    """What is taken for granted of lines, for rules that ask about a column; `where` picks the lines."""

    text: str
    asks: str
    where: dict[str, str]


@cache
def _load_assumptions() -> tuple[Assumption, ...]:
    path = rules_folder() / SHARED / FILE
    node: Any = rule_file.read_rule_file(path)
    return tuple(rule_file.parse(Assumption, entry, str(path), str(number)) for number, entry in enumerate(node))


def collect_assumptions(
    scene: EvaluationContext, packs: Sequence[Pack], found: Collection[tuple[str, str]]
) -> Iterator[str]:
    """What the rules that were found, by pack and name, take for granted, each with its rows."""
    rules = [(pack, rule) for pack in packs for rule in pack.rules if (pack.id, rule.name) in found]
    for one in _load_assumptions():
        asked = {(of, one.asks) for of in SOURCES}
        if any(dependencies_of(pack, rule).columns & asked for pack, rule in rules) and (ids := _lines(scene, one)):
            yield f"{quote_some(ids, MOST_NAMED)}: {one.text}"
    chips = [row for row in scene.world.each(Chip) if row.die_area_mm2 is not None]
    unstated = sorted(row.name for row in chips if row.non_planar is None)
    if unstated and rules:
        who = quote_some(unstated, MOST_NAMED)
        yield f"{who}: taken to be made on a non-planar process, for the world does not say"


def _lines(scene: EvaluationContext, one: Assumption) -> list[str]:
    rows = scene.asked_rows("lines")
    for column, word in one.where.items():
        held = rows.column(column)
        kept = pc.is_null(held) if word == MISSING else pc.equal(held.cast(pa.string()), word)
        rows = rows.filter(kept)
    return sorted(set(rows.column("id").to_pylist()))
