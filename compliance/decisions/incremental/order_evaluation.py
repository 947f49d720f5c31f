"""What an evaluation of a world with an order finds that rests on the order, from what is kept of the world.

The lines of the order are evaluated alone, against the totals that they touch. Lines on record that are set beside
a total which the order touches are read again with them, where their answer may be another now.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from compliance.decisions.incremental.kept_world import KeptEvaluation, KeptWorld
from compliance.evaluation import lineage_query as lineage
from compliance.evaluation.evaluate import DeterminationTable, Evaluation, match, together
from compliance.evaluation.matches import Matches
from compliance.explain.findings import left_open_rule
from compliance.plan.kept.kept_totals import Holders, KeptTotals
from compliance.plan.kept.order_rows import OrderRows
from compliance.plan.kept.order_tables import OrderTables
from compliance.plan.rowwise import workspace
from compliance.plan.rowwise.source_text import Unwritten
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.schema.tables import Shipment


class Easing(Exception):
    """The order eases or cures what was found, which is told by two full evaluations."""


def evaluate_order(kept: KeptWorld, scene: EvaluationContext, rows: OrderRows, new: frozenset[str]) -> Evaluation:
    """What is found of the scene's order, with its determinations; `new` are parties that the kept world has not.

    Raises `Easing` where something that was found without the order is found no more, and `Unwritten` where a query is
    not answered so.
    """
    return together(_of_pack(one, scene, rows, new) for one in kept.packs)


def _of_pack(kept: KeptEvaluation, scene: EvaluationContext, rows: OrderRows, new: frozenset[str]) -> Evaluation:
    """The same of one pack: more lines on record are read again until no other can be answered otherwise."""
    again: Holders = frozenset()
    while True:
        part, linked = _evaluate_pack(kept, scene, rows, again, new)
        if part is not None:
            return part
        again |= linked
        if len(again) > workspace.FEW:
            raise Unwritten(f"{len(again):,} lines would be read again")
        by_id = scene.world.by_id(Shipment.table)
        rows = OrderRows(scene.world, kept.pack.scene.rows, scene.day, [by_id[name] for name in sorted(again)])


def _evaluate_pack(
    kept: KeptEvaluation, scene: EvaluationContext, rows: OrderRows, again: Holders, new: frozenset[str]
) -> tuple[Evaluation | None, set[str]]:
    """What is found for one pack, and the lines on record that are to be read again for it."""
    tables, plan = OrderTables(scene, kept.pack, rows, again, new), kept.pack.plan
    tables.prepare_all()
    linked = _linked_lines(kept, tables.workspace.totals)
    if not linked <= again:
        return None, linked
    found = match(plan, plan.rules, tables.columns)
    _refuse_eased(kept, found, tables, again)
    lineage.fetch_lineage(found, tables)
    determined = [
        DeterminationTable(plan.pack, made, tables.columns(made.sql), not rows.one_each) for made in plan.determinations
    ]
    return Evaluation(found, determined), linked


def _linked_lines(kept: KeptEvaluation, totals: Mapping[str, KeptTotals]) -> set[str]:
    """The lines on record whose answer may be another now: those that count beside a total, or were found by a rule."""
    found: set[str] = set()
    rules = {rule.rule.id for rule in kept.pack.plan.rules}
    for link, rows in kept.pack.linked_rows(totals):
        if link.reader in rules:
            matches = kept.found.get(link.reader)
            rows = rows & matches.rows if matches is not None else set()
        found |= rows
    return found


def _refuse_eased(kept: KeptEvaluation, found: Matches, tables: OrderTables, again: Holders) -> None:
    """Raises `Easing` where a match without the order is none with it."""
    now = {identity for rule in found.rules for identity in rule.identities()}
    plan = kept.pack.plan
    of_totals = [rule for rule in plan.rules if rule.shape is not None and "chips" not in rule.rule.monotone]
    for before in match(plan, of_totals, tables.workspace.columns_before).rules:
        told = itertools.repeat(True) if not left_open_rule(before.plan.rule) else before.certain.tolist()
        if any(is_told and was not in now for was, is_told in zip(before.identities(), told, strict=False)):
            raise Easing
    for matches in kept.found.values() if again else ():
        if matches.about_rows and any(was.identity not in now for was in matches.of_rows(again & matches.rows)):
            raise Easing
